"""What the gate and a comparison say to machines: JUnit XML, Markdown, and annotations of code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from generator.compare_numbers import number_cells
from generator.compare_overview import overview
from generator.compare_pages import item_words
from generator.compare_reasons import reasons
from generator.compare_words import whose
from generator.compared import State
from generator.deltas import Chance
from generator.language import many, say, say_as
from generator.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from generator.gate import Verdict
    from generator.two_builds import TwoBuilds

MARK = "<!-- salon: comparison -->"
"""The first line of the Markdown, by which a comment is found again."""
LIMIT = 64_000
"""Bytes of the Markdown: what a comment may have, with room for what somebody puts around it."""

_CONTROL = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPECIAL = re.compile(r"[\\`*_\[\]|~$!]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&commat;", "#": "&num;"}
"""What would be HTML, call a person, or lead to an issue."""
_LONGEST = 300
"""Characters of one thing that somebody else has written."""


def junit(verdicts: Sequence[Verdict]) -> str:
    """Return the verdicts as JUnit XML: a test for each rule."""
    broken = sum(not verdict.kept for verdict in verdicts)
    counts = {"tests": str(len(verdicts)), "failures": str(broken), "errors": "0"}
    root = Element("testsuites", counts)
    suite = SubElement(root, "testsuite", {"name": "salon gate", **counts, "skipped": "0"})
    for verdict in verdicts:
        case = SubElement(
            suite, "testcase", {"classname": "salon.gate", "name": _clean(verdict.rule.text)}
        )
        if not verdict.kept:
            said = _clean(verdict.said)
            SubElement(case, "failure", {"message": said, "type": "broken rule"}).text = said
        else:
            SubElement(case, "system-out").text = _clean(verdict.said)
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _clean(text: str) -> str:
    """Return ``text`` without what XML cannot hold."""
    return _CONTROL.sub("\ufffd", text)


def pointed(verdicts: Iterable[Verdict], manifest: str) -> list[str]:
    """Return a line of GitHub's workflow commands for each broken rule, at its place."""
    return [
        f"::error file={_property(manifest)},line={v.rule.line},col={v.rule.column},"
        f"title={_property(f'Gate: {v.rule.text}')}::{_data(v.said)}"
        for v in verdicts
        if not v.kept
    ]


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def markdown(two: TwoBuilds, link: str = "", limit: int = LIMIT) -> str:
    """Return the comparison as Markdown for a comment or a job's summary, within ``limit`` bytes.

    It holds no picture: those are on the pages, which ``link`` leads to. What there is no room for
    is left out from the end, and the last line says how much.
    """
    lines = list(_lines(two, link))
    kept: list[str] = []
    size, room = 0, limit - 200
    for place, line in enumerate(lines):
        size += len(line.encode()) + 1
        if size > room:
            left = len(lines) - place
            said = many(
                "{count} more line has no room here; the pages have them all.",
                "{count} more lines have no room here; the pages have them all.",
                left,
                count=number(left, 0),
            )
            kept += ["", f"*{said}*"]
            break
        kept.append(line)
    return "\n".join(kept) + "\n"


def _lines(two: TwoBuilds, link: str) -> Iterator[str]:
    yield MARK
    yield f"## {say('{title}: what changed', title=_text(two.head.report.title))}"
    yield ""
    if two.verdicts:
        yield _gate(len(two.broken), len(two.verdicts))
        yield ""
    for said in overview(two.compared, two.deltas, two.flips):
        yield _text(said, 2000)
        yield ""
    if link:
        yield f"[{say('Every picture and number side by side')}]({link})"
        yield ""
    yield from _rules(two)
    yield from _numbers(two)
    yield from _why(two)
    yield from _items(two)
    yield say("Base: {base}. Head: {head}.", base=_text(two.base.name), head=_text(two.head.name))


def _gate(broken: int, all_rules: int) -> str:
    """Return whether the gate is open, in a sentence."""
    if not broken:
        said = many(
            "The gate is open: all {count} rules are kept.",
            "The gate is open: all {count} rules are kept.",
            all_rules,
        )
        return f"✅ {said}"
    said = many(
        "The gate is shut: {broken} of {count} rules are broken.",
        "The gate is shut: {broken} of {count} rules are broken.",
        all_rules,
        broken=broken,
    )
    return f"❌ {said}"


def _rules(two: TwoBuilds) -> Iterator[str]:
    if two.verdicts:
        heads = say("rule"), say("found")
        yield from (f"### {say('Gate')}", "", f"| | {' | '.join(heads)} |", "| --- | --- | --- |")
        for verdict in two.verdicts:
            sign = "✅" if verdict.kept else "❌"
            yield f"| {sign} | {_text(verdict.rule.text)} | {_text(verdict.said, 1000)} |"
        yield ""


def _numbers(two: TwoBuilds) -> Iterator[str]:
    moved = [row for row in two.deltas if row.chance is not Chance.SAME]
    if moved:
        heads = (
            say("of what"), say("number"), say("base"), say("head"), say("difference"),
            say("95 % interval"), say_as("rests on", "from"), say_as("a number", "means"),
        )  # fmt: skip
        yield from (f"### {say('Numbers that moved')}", "", f"| {' | '.join(heads)} |")
        yield f"|{' --- |' * len(heads)}"
        for row in moved:
            cells = (whose(row, two.compared), *number_cells(row))
            yield f"| {' | '.join(map(_text, cells))} |"
        yield ""


def _why(two: TwoBuilds) -> Iterator[str]:
    found = reasons(two.compared)
    if found:
        yield from (f"### {say('Why')}", "")
        for one in found:
            counts = many(
                "{count} result changed with it, {kept} did not",
                "{count} results changed with it, {kept} did not",
                one.changed,
                count=number(one.changed, 0),
                kept=number(one.kept, 0),
            )
            yield f"- {_text(one.text)} ({counts})"
        yield ""


def _items(two: TwoBuilds) -> Iterator[str]:
    compared = two.compared
    if two.touched:
        yield from (f"### {say('Items that changed')}", "")
        for item in two.touched:
            twins = [twin for twin in compared.twins if twin.place[0] == item]
            yield f"- {_text(compared.title(item))}: {_text(item_words(two, twins))}"
        yield ""
    for state, title in ((State.BROKEN, say("Failed")), (State.FAILING, say("Still failing"))):
        twins = list(compared.of(state))
        if twins:
            yield from (f"### {title}", "")
            for twin in twins:
                place = " · ".join((compared.title(twin.place[0]), *twin.place[1:]))
                yield f"- {_text(place)}: {_text(twin.run.failure)}"
            yield ""


def _text(text: str, longest: int = _LONGEST) -> str:
    """Return ``text`` as one line that means nothing in Markdown or HTML, and calls nobody."""
    line = " ".join(_clean(text).split())
    line = line if len(line) <= longest else f"{line[: longest - 1]}…"
    for sign, entity in _ENTITIES.items():
        line = line.replace(sign, entity)
    return _SPECIAL.sub(r"\\\g<0>", line)
