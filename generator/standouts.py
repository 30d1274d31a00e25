"""What stands out in a report: the answers to the questions a reader would ask first."""

from __future__ import annotations

from collections import defaultdict
from statistics import fmean
from typing import TYPE_CHECKING

from generator.classifier_runs import runs_on
from generator.comparison import best_words
from generator.content import Kind
from generator.facets import measured
from generator.guide_views import Remark
from generator.language import many, mark, say, told
from generator.pages import problem
from generator.parts import Link
from generator.technique import Better
from generator.trusted import trusted
from generator.wording import number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from generator.facets import Measured
    from generator.findings import Findings
    from generator.technique import Family, Metric, Technique

AGREEMENT = "agreement"
"""The score that says how alike the maps of different methods are."""
STEADY = mark("Stability")
"""The column that says how much a map changes under noise that nobody can see."""
_BEST, _WORST = mark("best, {measure} {value}"), mark("worst, {measure} {value}")
_FEWEST = 3
"""Among fewer pictures nothing stands out."""
_MOST = 3
"""Techniques, and data sets, that are asked about."""


def remarks(findings: Findings) -> tuple[Remark, ...]:
    """Return what stands out, the most telling first; () where there is too little to compare."""
    scores = [one for one in measured(findings) if len(one.values) >= _FEWEST]
    return (
        *_disagreements(findings, scores),
        *_trusted(findings),
        *_steadiest(findings),
        *_classifiers(findings),
        *_extremes(findings, scores),
        *_failures(findings),
    )


def _disagreements(findings: Findings, scores: Sequence[Measured]) -> Iterator[Remark]:
    """Yield the picture on which a technique that compares methods finds them least alike."""
    for one in scores:
        if one.name == AGREEMENT and len(set(one.values.values())) > 1:
            least = min(one.values, key=lambda item: (one.values[item], item))
            words = say(
                "{measure} {value}; between {low} and {high} over {count} pictures",
                measure=one.metric.name,
                value=_said(one.metric, one.values[least]),
                low=_said(one.metric, min(one.values.values())),
                high=_said(one.metric, max(one.values.values())),
                count=len(one.values),
            )
            question = say("Where do the methods disagree most?")
            yield Remark(
                f"{question} ({one.title})" if one.title else question,
                ((_place(findings, least, one.technique), words),),
                _order(one),
                _meaning(one.metric),
            )


def _trusted(findings: Findings) -> Iterator[Remark]:
    """Yield which maps can be believed, for each technique that sets them against controls."""
    for technique in findings.shown():
        words = trusted(findings, technique)
        if words:
            link = Link(f"techniques/{technique.id}.html", technique.title)
            note = say(
                "Controls know nothing of the network. What beats none of them shows nothing."
            )
            yield Remark(say("Which map can be believed?"), ((link, words),), note=note)


def _steadiest(findings: Findings) -> Iterator[Remark]:
    """Yield the map that changes least under noise, for each technique that measures it."""
    for technique in findings.shown():
        means = _means(findings, technique, say(STEADY))
        if not means:
            continue
        metric, values = means
        best = min(values, key=lambda name: (values[name], name))
        average = _said(metric, values[best])
        words = say("{measure}: {value} on average", measure=metric.meaning, value=average)
        link = Link(f"techniques/{technique.id}.html", told(best))
        yield Remark(say("Which map is the steadiest?"), ((link, words),))


def _means(
    findings: Findings, technique: Technique, column: str
) -> tuple[Metric, dict[str, float]] | None:
    """Return the mean of each row of a technique's table in the column of this name.

    Controls are left out: what knows nothing of the picture is steady, and tells nothing.
    """
    for name, legend in technique.tables.items():
        places = [at for at, metric in enumerate(legend.columns) if metric.name == column]
        if not places or not legend.averaged:
            continue
        found: dict[str, dict[str, float]] = defaultdict(dict)
        for task in findings.plan.tasks:
            outcome = findings.outcomes.get(task.key)
            if task.technique != technique.id or not outcome or not outcome.record:
                continue
            rows = [row for table in outcome.record.tables if table["name"] == name
                    for row in table["rows"]]  # fmt: skip
            for row in rows:
                if isinstance(row[places[0]], int | float) and row[0] not in legend.controls:
                    found[str(row[0])][task.item.id] = float(row[places[0]])
        enough = {row: fmean(own.values()) for row, own in found.items() if len(own) >= _FEWEST}
        return (legend.columns[places[0]], enough) if enough else None
    return None


def _classifiers(findings: Findings) -> Iterator[Remark]:
    """Yield the best classifier of each data set."""
    sets = [wish.item for wish in findings.wishes if wish.item.kind is Kind.DATASET]
    answers = [
        (Link(f"items/{item.id}.html#comparison", item.title), words)
        for item in sets
        if (words := best_words(runs_on(findings, item)))
    ][:_MOST]
    if answers:
        note = say("The share of pictures named rightly, of those that it met in the test first.")
        yield Remark(say("Which classifier is best?"), tuple(answers), note=note)


def _extremes(findings: Findings, scores: Sequence[Measured]) -> Iterator[Remark]:
    """Yield where one technique of each family does best and worst, by its first score that tells.

    A score of what it was given, such as the noise to be taken out, tells nothing of it.
    """
    telling: dict[Family, Measured] = {}
    for one in scores:
        given = one.technique.before and one.technique.before in one.name
        differs = len(set(one.values.values())) > 1
        if one.metric.better is not Better.NEITHER and differs and not given:
            telling.setdefault(one.technique.family, one)
    for one in list(telling.values())[:_MOST]:
        order = [item for _, item in sorted((value, item) for item, value in one.values.items())]
        best, worst = order[0], order[-1]
        if one.metric.better is Better.HIGHER:
            best, worst = worst, best
        answers = tuple(
            (
                _place(findings, item, one.technique),
                say(words, measure=one.metric.name, value=_said(one.metric, one.values[item])),
            )
            for words, item in ((_BEST, best), (_WORST, worst))
        )
        named = f"{one.technique.title} ({one.title})" if one.title else one.technique.title
        question = say("{technique}: where does it succeed, and where not?", technique=named)
        yield Remark(question, answers, _order(one), _meaning(one.metric))


def _failures(findings: Findings) -> Iterator[Remark]:
    broken = {wish.item.id for wish in findings.wishes if problem(findings, wish.item)}
    failed = len(broken) + sum(
        outcome.failure is not None and outcome.task.item.id not in broken
        for outcome in findings.outcomes.values()
    )
    if failed:
        words = say("is listed") if failed == 1 else say("are listed")
        title = many("{count} failure", "{count} failures", failed)
        yield Remark(say("Did anything fail?"), ((Link("made.html", title), words),))


def _place(findings: Findings, item: str, technique: Technique) -> Link:
    title = next(wish.item.title for wish in findings.wishes if wish.item.id == item)
    return Link(f"items/{item}.html#{technique.id}", title)


def _order(one: Measured) -> Link:
    return Link(f"index.html?sort={one.address}#gallery", say("All pictures in this order"))


def _meaning(metric: Metric) -> str:
    """Return what a score means, and which way is better."""
    better = f"; {say(metric.better.value)}" if metric.better.value else ""
    return f"{metric.name}: {metric.meaning}{better}."


def _said(metric: Metric, value: float) -> str:
    return f"{number(value, metric.digits)}{f' {metric.unit}' if metric.unit else ''}"
