"""The rules of a gate: sentences such as ``accuracy drop <= 0.02 unless within chance``, parsed.

::

    rule     = subject [ "drop" | "rise" | "change" ] [ "of" technique [ "/" variant ] ]
               [ "on" item ] sign number [ "%" ] [ "unless within chance" ]
    sign     = ">=" | "<=" | ">" | "<" | "==" | "!="

A subject is a metric of a technique, or one of ``COUNTED`` or ``LEAST``. Nothing is evaluated but
one comparison of two numbers.
"""

from __future__ import annotations

import operator
import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

COUNTED = {
    "changed panels": "panels of both builds that differ",
    "changed results": "results of both builds that differ",
    "failures": "results that failed, and items whose source cannot be had",
    "new failures": "the same, without those that failed before",
    "lost items": "items that are gone, or whose source cannot be had any more",
    "lost results": "results that are gone or have failed since",
    "worse pictures": "held-out pictures that were right and are wrong",
}
"""What is counted, and in words."""
SHARED = {"changed panels", "changed results"}
"""Counts that can be given in percent of all there are."""
LEAST = {
    "similarity": "the least structural similarity of a panel to what it was",
    "correlation": "the least rank correlation of a map with what it was",
}
"""What is measured of changed panels; where none changed it is 1."""

_SIGNS: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_SLACK = 1e-9
"""Two numbers that are nearer are equal: 0.93 - 0.91 must not break a limit of 0.02."""
_NAME = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_RULE = re.compile(
    rf"(?P<subject>[a-z0-9](?:[a-z0-9 -]*?[a-z0-9])?)"
    rf"(?:\s+of\s+(?P<technique>{_NAME})(?:/(?P<variant>{_NAME}))?)?"
    rf"(?:\s+on\s+(?P<item>{_NAME}))?"
    r"\s*(?P<sign>>=|<=|==|!=|>|<)\s*(?P<limit>-?[0-9]{1,12}(?:\.[0-9]{1,12})?)\s*(?P<percent>%)?"
    r"(?P<chance>\s+unless\s+within\s+chance)?"
)
LONGEST = 300
"""Characters of a rule."""
EXAMPLE = "accuracy drop of fisher-vectors on textures <= 0.02 unless within chance"


class Course(Enum):
    """What of a metric a rule is about."""

    VALUE = ""
    """What it is in the head."""
    DROP = "drop"
    """How much lower it is in the head."""
    RISE = "rise"
    """How much higher it is in the head."""
    CHANGE = "change"
    """How far apart both are, whichever is higher."""


class RuleError(ValueError):
    """A rule that means nothing: what was expected, what came, and what is nearest to it."""

    def __init__(self, expected: str, got: str, known: tuple[str, ...] = ()) -> None:
        self.expected, self.got, self.known = expected, got, known
        super().__init__(f"expected {expected}, got {got}")


@dataclass(frozen=True)
class Rule:
    """One rule, and where it stands in the manifest. Empty filters mean all there are."""

    text: str
    subject: str
    course: Course
    technique: str
    variant: str
    item: str
    sign: str
    limit: float
    percent: bool
    chance: bool
    line: int = 1
    column: int = 1

    def holds(self, value: float, unit: str = "") -> bool:
        """Say whether ``value``, which is in ``unit``, keeps the rule.

        >>> parse("failures == 0").holds(0), parse("accuracy >= 0.9").holds(80, "%")
        (True, False)
        """
        limit = self.limit_in(unit)
        if abs(value - limit) <= _SLACK * max(1.0, abs(limit)):
            return self.sign in {">=", "<=", "=="}
        return _SIGNS[self.sign](value, limit)

    def limit_in(self, unit: str) -> float:
        """Return the limit in ``unit``: shares are written as 0.9 or as 90 %."""
        if unit == "%":
            return self.limit if self.percent else 100 * self.limit
        return self.limit / 100 if self.percent else self.limit


def parse(text: str) -> Rule:
    """Return the rule that ``text`` says.

    Raises
    ------
    RuleError
        If it is none.

    """
    words = " ".join(text.split())
    found = _RULE.fullmatch(words) if len(words) <= LONGEST else None
    if found is None:
        raise RuleError(f"a rule such as {EXAMPLE!r}", repr(words[:LONGEST]))
    subject, course = found["subject"], Course.VALUE
    for one in (Course.DROP, Course.RISE, Course.CHANGE):
        if subject.endswith(f" {one.value}"):
            subject, course = subject.removesuffix(f" {one.value}"), one
    return Rule(
        words, subject, course, found["technique"] or "", found["variant"] or "",
        found["item"] or "", found["sign"], float(found["limit"]), bool(found["percent"]),
        bool(found["chance"]),
    )  # fmt: skip


def check(rule: Rule, metrics: Mapping[str, Mapping[str, str]], items: tuple[str, ...]) -> None:
    """Refuse a rule that no build of this manifest could be judged by.

    ``metrics`` gives the unit of each metric of each technique, ``items`` the items' ids.

    Raises
    ------
    RuleError
        If it names what is not there, or its number cannot be meant so.

    """
    _check_name("a technique", rule.technique, tuple(metrics))
    _check_name("an item of the manifest", rule.item, items)
    chosen = {rule.technique: metrics[rule.technique]} if rule.technique else metrics
    known = tuple(sorted({name for one in chosen.values() for name in one}))
    counted = rule.subject in COUNTED or rule.subject in LEAST
    if not counted and rule.subject not in known:
        whose = f"a metric of {rule.technique}" if rule.technique else "a metric"
        also = ", ".join((*COUNTED, *LEAST))
        raise RuleError(f"{whose} or one of {also}", repr(rule.subject), (*known, *COUNTED, *LEAST))
    if counted:
        _check_counted(rule)
        return
    if rule.chance and rule.course is Course.VALUE:
        raise RuleError("'unless within chance' after a drop, a rise or a change", repr(rule.text))
    units = {one[rule.subject] for one in chosen.values() if rule.subject in one}
    if rule.percent and not units <= {"", "%"}:
        raise RuleError(f"a number in {', '.join(sorted(units))}", f"{rule.limit:g} %")
    if "%" in units and not rule.percent and rule.limit > 1:
        raise RuleError(f"a share of 0 to 1, or {rule.limit:g} % with its sign", f"{rule.limit:g}")


def _check_name(what: str, name: str, known: tuple[str, ...]) -> None:
    if name and name not in known:
        raise RuleError(what, repr(name), known)


def _check_counted(rule: Rule) -> None:
    if rule.course is not Course.VALUE or rule.chance:
        said = f"{rule.subject!r} compared with a number: it is a comparison already"
        raise RuleError(said, repr(rule.text))
    if rule.percent and rule.subject not in SHARED | set(LEAST):
        raise RuleError(f"a number of {rule.subject}", f"{rule.limit:g} %")
