"""The rules of a manifest's gate, each with the place where it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.errors import ManifestError
from generator.rules import Rule, RuleError, check, parse
from generator.yaml_marks import read_marked

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from generator.yaml_marks import Marked


def rules_of(
    marked: Marked,
    metrics: Mapping[str, Mapping[str, str]],
    nearest: Callable[[str, tuple[str, ...]], str],
) -> tuple[Rule, ...]:
    """Return the rules of the manifest ``marked``, and note in it what is wrong with them.

    ``metrics`` gives the unit of each metric of each technique; names are not checked where it is
    empty. ``nearest`` gives the hint that goes with a name nobody knows.
    """
    value = marked.value if isinstance(marked.value, dict) else {}
    listed = value.get("gate")
    rules = []
    for index, text in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(text, str):
            continue  # the schema has noted it
        path = ("gate", index)
        try:
            rule = parse(text)
            if metrics:
                check(rule, metrics, _items(value))
        except RuleError as error:
            hint = nearest(error.got.strip("'\""), error.known) if error.known else ""
            marked.mistakes.append(marked.mistake(path, error.expected, error.got, hint))
            continue
        line, column = marked.place(path)
        rules.append(replace(rule, line=line, column=column))
    return tuple(rules)


def _items(value: dict[str, object]) -> tuple[str, ...]:
    """Return the ids of everything that the manifest lists."""
    found = []
    for listed in value.values():
        entries = (
            [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else ()
        )
        found += [str(entry["id"]) for entry in entries if "id" in entry]
    return tuple(found)


def gate_of(
    text: str,
    file: str,
    metrics: Mapping[str, Mapping[str, str]],
    nearest: Callable[[str, tuple[str, ...]], str],
) -> tuple[Rule, ...]:
    """Return the rules of the manifest in ``text``; nothing else of it is looked at.

    Raises
    ------
    ManifestError
        If it is no YAML, or a rule in it is none.

    """
    marked = read_marked(text, file)
    listed = marked.value.get("gate", []) if isinstance(marked.value, dict) else []
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        raise ManifestError([marked.mistake(("gate",), "a list of rules", "something else")])
    rules = rules_of(marked, metrics, nearest)
    if marked.mistakes:
        raise ManifestError(marked.mistakes)
    return rules
