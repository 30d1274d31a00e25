"""The page of a video: the film itself, and beside it what each technique made of every frame."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from generator import parts
from generator.charts import line_chart
from generator.facets import order_leads
from generator.film_panels import showings, still
from generator.film_parts import Film, FilmRun, FilmSection, Timeline
from generator.film_views import VideoPage
from generator.film_wording import film_finding, label_of, length, steadiness
from generator.findings import FOOTAGE
from generator.language import say
from generator.pages import neighbour, problem
from generator.panels import MAPS, colour_bar
from generator.technique import Legend, Role
from generator.wording import number
from generator.words import params_of, scores_beside, table_views

if TYPE_CHECKING:
    from generator.content import Item, Use
    from generator.content import Variant as AskedVariant
    from generator.execute import Outcome
    from generator.film_panels import Showing
    from generator.findings import Findings
    from generator.records import Record
    from generator.technique import Metric, Technique
    from generator.views import Site

_SHOWN = 4
"""Films beside each other to begin with."""

_PAIRS = (("predicted", "true"),)
"""Metrics of one technique that share a chart: what was said, and what is true."""

_KNOWN = "known"
"""The section of what a drawn video says itself."""

_Series = dict[str, tuple[float | None, ...]]


def video_page(
    findings: Findings, index: int, site: Site, orders: frozenset[str] = frozenset()
) -> VideoPage:
    """Return the page of the video at ``index`` in the manifest.

    ``orders`` are the addresses of the scores that the gallery can be sorted by.
    """
    wish = findings.wishes[index]
    item = wish.item
    outcome = findings.original(item)
    failure = problem(findings, item)
    record = outcome.record if outcome and not failure else None
    films = _films(findings, item, findings.catalog[FOOTAGE], record, "")
    asked = () if failure else findings.asked(wish)
    sections = tuple(_section(findings, item, use, orders) for use in asked)
    original = next((film for film in films if film.id == "film"), None)
    return VideoPage(
        site=site,
        id=item.id,
        title=item.title,
        description=item.description,
        alt=item.alt,
        original=original,
        failure=failure,
        credit=parts.Credit(item.credit, item.licence, item.source),
        tags=item.tags,
        notes=record.notes if record else (),
        sections=(*_known(findings, films, record), *sections),
        shown=_shown(findings, original, sections),
        timeline=_timeline(findings, record, sections),
        previous=neighbour(findings.wishes, index, -1),
        following=neighbour(findings.wishes, index, 1),
    )


def _shown(
    findings: Findings, original: Film | None, sections: tuple[FilmSection, ...]
) -> tuple[str, ...]:
    """Return the films to begin with: the original, each technique's highlight, and then others."""
    found, others = [original.id] if original else [], []
    for section in sections:
        technique = findings.catalog[section.id]
        for run in section.runs[:1]:
            names = [film.id for film in run.films]
            wished = f"{run.id}-{technique.highlight}"
            found += [wished] if wished in names else names[:1]
            ordered = [f"{run.id}-{name}" for name in technique.filmed]
            others += [name for name in ordered if name in names] or names
    return tuple(dict.fromkeys((*found, *others)))[:_SHOWN]


def _known(
    findings: Findings, films: tuple[Film, ...], record: Record | None
) -> tuple[FilmSection, ...]:
    """Return what is known of a drawn video: where it shows what should decide, and its numbers."""
    known = tuple(film for film in films if film.id != "film")
    if record is None or not (known or record.series):
        return ()
    technique = findings.catalog[FOOTAGE]
    lines = _lines(record, technique, _KNOWN)
    run = FilmRun(f"{_KNOWN}-drawn", "", known, lines, (), (), (), record.key)
    title = say("What is known")
    words = say("What the drawing of the video itself says; nothing had to be guessed.")
    return (FilmSection(_KNOWN, title, say(technique.family.value), words, "", (run,)),)


def _section(findings: Findings, item: Item, use: Use, orders: frozenset[str]) -> FilmSection:
    technique = findings.catalog[use.technique]
    outcomes = [findings.outcome(item, technique.id, v.id) for v in use.variants]
    scores = scores_beside(
        [outcome.record if outcome else None for outcome in outcomes],
        technique,
        [order_leads(technique, v.id, orders) for v in use.variants],
    )
    return FilmSection(
        id=technique.id,
        title=technique.title,
        family=say(technique.family.value),
        summary=technique.summary,
        href=f"../techniques/{technique.id}.html",
        runs=tuple(
            replace(_run(findings, item, technique, variant), scores=_means(own))
            for variant, own in zip(use.variants, scores, strict=True)
        ),
    )


def _run(findings: Findings, item: Item, technique: Technique, asked: AskedVariant) -> FilmRun:
    outcome = findings.outcome(item, technique.id, asked.id)
    task = findings.plan.task(item.id, technique.id, asked.id)
    record = outcome.record if outcome else None
    identity = f"{technique.id}-{asked.id}"
    return FilmRun(
        id=identity,
        title=asked.title,
        films=_films(findings, item, technique, record, f"{identity}-"),
        timelines=_lines(record, technique, identity) if record else (),
        scores=(),
        params=params_of(technique, task.params if task else technique.params()),
        notes=record.notes if record else (),
        key=task.key if task else "",
        failure=_failure(technique, outcome),
        tables=table_views(record, technique, identity) if record else (),
    )


def _failure(technique: Technique, outcome: Outcome | None) -> parts.Failure | None:
    failed = outcome.failure if outcome else None
    if failed is None:
        return None
    title = say("{technique} failed here", technique=technique.title)
    return parts.Failure(title, failed.message, failed.detail)


def _means(scores: tuple[parts.Score, ...]) -> tuple[parts.Score, ...]:
    """Return the technique's own scores: each is the mean over the frames."""
    return tuple(
        replace(score, meaning=say("mean over the frames: {meaning}", meaning=score.meaning))
        for score in scores
    )


def _films(
    findings: Findings, item: Item, technique: Technique, record: Record | None, prefix: str
) -> tuple[Film, ...]:
    shown = showings(findings, item, technique, record) if record else ()
    return tuple(_film(one, technique.legends[one.film.name], item, prefix) for one in shown)


def _film(one: Showing, legend: Legend, item: Item, prefix: str) -> Film:
    film = one.film
    identity = f"{prefix}{film.name}"
    own = film.role is Role.PICTURE and not prefix
    words = say("{panel} of {title}, the frame in the middle", panel=legend.title, title=item.title)
    alt = item.alt if own else words
    return Film(
        id=identity,
        role=film.role.value,
        title=legend.title,
        caption=legend.caption,
        finding=length(film) if own else film_finding(film),
        src=f"../assets/{one.stem}.mp4",
        poster=still(one, "../", alt),
        width=one.size[1],
        height=one.size[0],
        frames=film.shape[0],
        rate=float(Fraction(film.rate)),
        bar=colour_bar(film.role, one.ends, legend, identity) if film.role in MAPS else None,
        label=label_of(film.labels),
        steadiness=steadiness(film),
    )


def _lines(record: Record, technique: Technique, identity: str) -> tuple[Timeline, ...]:
    """Return the numbers over time, those that belong together in one chart."""
    series: _Series = {s["metric"]: tuple(s["values"]) for s in record.series}
    together = [pair for pair in _PAIRS if all(name in series for name in pair)]
    taken = {name for pair in together for name in pair}
    single = [(name,) for name in technique.metrics if name in series and name not in taken]
    made = (_line(names, series, technique, identity) for names in (*together, *single))
    return tuple(line for line in made if line)


def _line(
    names: tuple[str, ...], series: _Series, technique: Technique, identity: str
) -> Timeline | None:
    metrics = [technique.metrics[name] for name in names]
    rows = [
        (float(frame), *values)
        for frame, values in enumerate(zip(*(series[name] for name in names), strict=True))
    ]
    whole = [tuple(v for v in row if v is not None) for row in rows if None not in row]
    if not whole:
        return None
    first = metrics[0]
    titles = tuple(metric.name for metric in metrics)
    axis = f"{first.name}, {first.unit}" if first.unit else first.name
    legend = Legend(first.name, "", x=say("frame"), y=axis, series=titles)
    return Timeline(
        title=first.name if len(names) == 1 else ", ".join(titles),
        chart=line_chart(f"{identity}-{names[0]}-time", whole, legend),
        values=tuple(_said(series[n], m) for n, m in zip(names, metrics, strict=True)),
        unit=first.unit,
    )


def _said(values: tuple[float | None, ...], metric: Metric) -> tuple[str, ...]:
    return tuple("–" if value is None else number(value, metric.digits) for value in values)


def _timeline(
    findings: Findings, record: Record | None, sections: tuple[FilmSection, ...]
) -> Timeline | None:
    """Return the curve under the scrubber: the angle of the wheel, or the first there is."""
    for section in sections:
        technique = findings.catalog[section.id]
        steers = all(name in technique.metrics for name in _PAIRS[0])
        for run in section.runs if steers else ():
            if run.timelines:
                return run.timelines[0]
    if record and (own := _lines(record, findings.catalog[FOOTAGE], _KNOWN)):
        return own[0]
    for section in sections:
        for run in section.runs:
            if run.timelines:
                return run.timelines[0]
    return None
