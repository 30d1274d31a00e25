"""The page of a technique: what it does in plain words, and every item it was run on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.annotations import annotated
from generator.classifier_pages import a_few, shots
from generator.classifier_runs import Run
from generator.comparison import accuracy_words
from generator.content import Kind
from generator.glossary import linked
from generator.language import say
from generator.leads import leading
from generator.pages import examples_of, highlight, thumbnail
from generator.parts import Link
from generator.score_tables import score_table
from generator.summaries import all_pictures
from generator.views import Example, TechniquePage
from generator.words import cite, formulae, paragraphs, params_of, score_views, table_views

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from generator.content import Item, Use
    from generator.findings import Findings
    from generator.parts import Table
    from generator.technique import Explanation, Technique
    from generator.views import Site

_SHOWN = 6
"""Pictures of a data set, of each technique."""

_THINGS = {Kind.DATASET: "data sets", Kind.DRIVE: "drives"}


def technique_page(findings: Findings, technique: Technique, site: Site) -> TechniquePage:
    """Return the page that explains ``technique`` and shows it on every item."""
    uses = {use.technique: use for wish in findings.wishes for use in wish.uses} | {
        use.technique: use for use in findings.plan.gallery.uses
    }
    variants = uses[technique.id].variants
    explanation = technique.explanation
    what, reading, limits = _linked(explanation, site.root)
    examples = [
        _example(findings, item, technique, use) for item, use in examples_of(findings, technique)
    ]
    return TechniquePage(
        site=site,
        id=technique.id,
        title=technique.title,
        family=say(technique.family.value),
        summary=technique.summary,
        what=what,
        reading=reading,
        limits=limits,
        mathematics=formulae(explanation.mathematics),
        papers=tuple(cite(paper) for paper in technique.papers),
        params=params_of(technique, technique.params()),
        variants=tuple(
            (v.title or technique.title, params_of(technique, technique.params(**v.params)))
            for v in variants
        ),
        examples=tuple(one for one in examples if one.results or one.runs or one.failure),
        scores=score_table(findings.plan, findings.outcomes, technique),
        summaries=(
            *all_pictures(findings, technique, ""),
            *_of_drives(findings, technique),
        ),
        annotated=annotated(findings, technique),
        things=next((_THINGS[kind] for kind in technique.accepts if kind in _THINGS), "pictures"),
    )


def _of_drives(findings: Findings, technique: Technique) -> Iterator[Table]:
    """Yield what is measured on each drive: there it is in full, here beside its explanation."""
    for item, use in examples_of(findings, technique):
        for variant in use.variants if item.kind is Kind.DRIVE else ():
            outcome = findings.outcome(item, technique.id, variant.id)
            if not outcome or not outcome.record:
                continue
            identity = f"{technique.id}-{item.id}-{variant.id}"
            named = ": ".join(filter(None, (item.title, variant.title)))
            there = Link(f"../items/{item.id}.html#{technique.id}", item.title)
            for table in table_views(outcome.record, technique, identity):
                title = say("{table} ({name})", table=table.title, name=named)
                yield leading(replace(table, title=title), there)


def _linked(explanation: Explanation, root: str) -> Iterator[tuple[Markup, ...]]:
    """Yield the parts of an explanation; the first use of a term in any leads to the glossary."""
    parts = [paragraphs(t) for t in (explanation.what, explanation.reading, explanation.limits)]
    whole = iter(linked(tuple(text for part in parts for text in part), root))
    for part in parts:
        yield tuple(next(whole) for _ in part)


def _example(findings: Findings, item: Item, technique: Technique, use: Use) -> Example:
    if item.kind is Kind.DATASET:
        return _set_example(findings, item, technique, use)
    results, scores, failure = [], [], ""
    for variant in use.variants:
        title = variant.title or technique.title
        outcome = findings.outcome(item, technique.id, variant.id)
        shown = technique.examples or (technique.highlight,)
        for name in shown:
            image = highlight(findings, item, technique, variant.id, "../", name)
            words = [variant.title] if variant.title else []
            words += [technique.legends[name].title] if len(shown) > 1 or not words else []
            if image:
                panel = outcome.record.panel(name) if outcome and outcome.record else None
                results.append((": ".join(words), image, panel.label if panel else ""))
        if outcome and outcome.record and outcome.record.scores:
            scores.append((title, score_views(outcome.record, technique)))
        if outcome and outcome.failure:
            failure = outcome.failure.message
    return Example(
        title=item.title,
        href=f"../items/{item.id}.html",
        original=thumbnail(findings, item, "../"),
        results=tuple(results),
        scores=tuple(scores),
        failure=item.problem or failure,
        lead=f"../items/{item.id}.html#{technique.id}",
        runs=_drives(findings, item, technique, use),
    )


def _drives(
    findings: Findings, item: Item, technique: Technique, use: Use
) -> tuple[tuple[Link, str], ...]:
    """Return where each variant's findings on a drive are, as their charts are not shown here."""
    if item.kind is not Kind.DRIVE:
        return ()
    return tuple(
        (Link(f"../items/{item.id}.html#{technique.id}", variant.title or technique.title), "")
        for variant in use.variants
        if findings.outcome(item, technique.id, variant.id)
    )


def _set_example(findings: Findings, item: Item, technique: Technique, use: Use) -> Example:
    """Return a data set: a few pictures, and where each variant's findings are."""
    runs = [
        Run(item, technique, variant, outcome)
        for variant in use.variants
        if (outcome := findings.outcome(item, technique.id, variant.id))
    ]
    shown = [a_few(run, shots(findings, run), _SHOWN) for run in runs if run.page]
    failures = [run.outcome.failure for run in runs if run.outcome and run.outcome.failure]
    return Example(
        title=item.title,
        href=f"../items/{item.id}.html",
        original=None,
        results=(),
        scores=(),
        failure=failures[0].message if failures else "" if runs else item.problem,
        tiles=tuple(shot.tile for shot in shown[0]) if shown else (),
        runs=tuple(
            (Link(f"../{run.page}", run.title), accuracy_words(run))
            if run.page
            else (Link(f"../items/{item.id}.html#{technique.id}", run.title), "")
            for run in runs
            if run.record
        ),
    )
