"""What a build found, in one document that needs no Salon of the same age to be read.

A site holds it as ``report.json``, and the store keeps the last one of each manifest. Two of them
are all that a comparison needs; pictures and arrays are fetched only of what changed.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from generator.errors import ComparisonError
from generator.records import Record, canonical, from_plain, to_plain
from generator.technique import Better, Legend, Metric

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.records import FilmRecord

REPORT = "report.json"
"""The name of the document in a site."""
SCHEMA = 1
"""The form of the document; one of another number is refused."""

Place = tuple[str, str, str]

_LONGEST = 1_000_000
"""Frames, rows or columns of a film."""
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_BLOB = re.compile(r"([0-9a-f]{64})?")
_FILE = re.compile(r"assets/[A-Za-z0-9][A-Za-z0-9.-]*")
"""Names that become paths: a report from elsewhere must not lead out of its folder."""


@dataclass(frozen=True)
class Shown:
    """An item: what it is and whose, and of a data set the name and content of each example."""

    id: str
    kind: str
    title: str
    alt: str = ""
    credit: str = ""
    licence: str = ""
    problem: str = ""
    examples: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Look:
    """The file of a site that shows a panel, by its name in the site, and its size in pixels."""

    file: str
    width: int
    height: int


@dataclass(frozen=True)
class Run:
    """What became of one technique, in one variant, on one item.

    ``record`` is None where nothing could be kept; ``failure`` then says why. ``looks`` are the
    files that show its panels.
    """

    item: str
    technique: str
    variant: str
    title: str
    key: str
    causes: dict[str, Any] = field(repr=False)
    record: Record | None
    failure: str = ""
    looks: dict[str, Look] = field(default_factory=dict, repr=False)

    @property
    def series(self) -> dict[str, tuple[float | None, ...]]:
        """The values over time of a video, by their metric."""
        series = self.record.series if self.record else ()
        return {one["metric"]: tuple(one["values"]) for one in series}

    @property
    def place(self) -> Place:
        """Where it stands: item, technique, variant."""
        return self.item, self.technique, self.variant

    def score(self, metric: str) -> dict[str, Any] | None:
        """Return the score ``metric``, or None."""
        scores = self.record.scores if self.record else ()
        return next((score for score in scores if score["metric"] == metric), None)

    def table(self, name: str) -> dict[str, Any]:
        """Return the table ``name``, or an empty one."""
        tables = self.record.tables if self.record else ()
        return next((table for table in tables if table["name"] == name), {})


@dataclass(frozen=True)
class Method:
    """The words of a technique: its title, its panels and its metrics, in order."""

    id: str
    title: str
    legends: dict[str, Legend]
    metrics: dict[str, Metric]
    tables: dict[str, str]


@dataclass(frozen=True)
class Report:
    """Everything that a build found. ``look`` is the fingerprint of how findings are shown."""

    title: str
    language: str
    salon: str
    commit: str
    look: str
    items: tuple[Shown, ...]
    methods: dict[str, Method]
    runs: tuple[Run, ...]

    def item(self, name: str) -> Shown | None:
        """Return the item called ``name``, or None."""
        return next((item for item in self.items if item.id == name), None)


def to_json(report: Report) -> str:
    """Return ``report`` as canonical JSON."""
    return canonical({
        "schema": SCHEMA,
        "title": report.title,
        "language": report.language,
        "salon": report.salon,
        "commit": report.commit,
        "look": report.look,
        "items": [asdict(item) for item in report.items],
        "methods": {name: _method(one) for name, one in report.methods.items()},
        "order": list(report.methods),
        "runs": [_run(run) for run in report.runs],
    })  # fmt: skip


def _method(method: Method) -> dict[str, Any]:
    return {
        "title": method.title,
        "legends": [[name, asdict(legend)] for name, legend in method.legends.items()],
        "metrics": [
            [name, {**asdict(metric), "better": metric.better.value}]
            for name, metric in method.metrics.items()
        ],
        "tables": [[name, title] for name, title in method.tables.items()],
    }


def _run(run: Run) -> dict[str, Any]:
    plain = {name: getattr(run, name) for name in ("item", "technique", "variant", "title", "key")}
    if run.record is None:
        return {**plain, "failure": run.failure, "causes": run.causes}
    record = to_plain(run.record)
    looks = {name: asdict(look) for name, look in run.looks.items()}
    return {**plain, "failure": run.failure, "record": record, "looks": looks}


def from_json(text: str, name: str) -> Report:
    """Return the report in ``text``, which came from ``name``.

    Raises
    ------
    ComparisonError
        If it is no report, is cut off, or has another schema.

    """
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ComparisonError(
            f"{name}: expected the report of a build, got something cut off or broken ({error}); "
            "build it again"
        ) from None
    found = plain.get("schema") if isinstance(plain, dict) else None
    if found != SCHEMA:
        raise ComparisonError(
            f"{name}: expected a report of schema {SCHEMA}, got {found!r}; "
            "build it again with this version of Salon"
        )
    try:
        return _report(plain)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise ComparisonError(
            f"{name}: expected the report of a build, got one whose parts do not fit "
            f"({type(error).__name__}: {error}); build it again"
        ) from None


def _report(plain: dict[str, Any]) -> Report:
    words = {name: str(plain[name]) for name in ("title", "language", "salon", "commit", "look")}
    items = tuple(
        replace(_made(Shown, one), examples=tuple((str(a), str(b)) for a, b in one["examples"]))
        for one in plain["items"]
    )
    methods = {name: _method_of(name, plain["methods"][name]) for name in plain["order"]}
    runs = tuple(_run_of(one) for one in plain["runs"])
    known = {item.id for item in items}
    for run in runs:
        if run.item not in known or run.technique not in methods:
            raise ValueError(f"a result of {run.item!r} by {run.technique!r}, which are not listed")
        _check(run)
    return Report(**words, items=items, methods=methods, runs=runs)


def _made(form: type[Any], plain: Mapping[str, Any]) -> Any:
    """Return a ``form`` of what of ``plain`` it knows."""
    names = {one.name for one in fields(form)}
    return form(**{name: value for name, value in plain.items() if name in names})


def _method_of(name: str, plain: dict[str, Any]) -> Method:
    legends = {one: _legend(words) for one, words in plain["legends"]}
    metrics = {
        one: replace(_made(Metric, words), better=Better(words["better"]))
        for one, words in plain["metrics"]
    }
    return Method(name, str(plain["title"]), legends, metrics, dict(plain["tables"]))


def _legend(plain: dict[str, Any]) -> Legend:
    made: Legend = _made(Legend, plain)
    ends = made.range
    return replace(made, range=(ends[0], ends[1]) if ends else None, series=tuple(made.series))


def _run_of(plain: dict[str, Any]) -> Run:
    record = from_plain(plain["record"]) if "record" in plain else None
    words = {name: str(plain[name]) for name in ("item", "technique", "variant", "title", "key")}
    return Run(
        **words,
        causes=record.causes if record else dict(plain["causes"]),
        record=record,
        failure=str(plain["failure"]),
        looks={name: _made(Look, look) for name, look in plain.get("looks", {}).items()},
    )


def _check(run: Run) -> None:
    """Refuse a result whose names cannot be paths, or whose numbers are none."""
    record = run.record
    panels, films = (record.panels, record.films) if record else ((), ())
    names = [(_SLUG, name) for name in run.place]
    names += [(_BLOB, blob) for blob in (*(p.blob for p in panels), *(f.blob for f in films))]
    names += [(_FILE, look.file) for look in run.looks.values()]
    for form, name in names:
        if not form.fullmatch(name):
            raise ValueError(f"a name that cannot be one, {name!r}")
    for film in films:
        if not _could_be(film):
            raise ValueError(f"a film that is none, {film.name!r}")
    for score in record.scores if record else ():
        ends = score.get("interval") or (0.0, 0.0)
        if not all(math.isfinite(number) for number in (score["value"], *ends)) or len(ends) != 2:  # noqa: PLR2004 - two ends
            raise ValueError(f"a score that is no number, {score!r}")
    for table in record.tables if record else ():
        if not all(isinstance(row, list) for row in table["rows"]):
            raise ValueError(f"a table without rows, {table['name']!r}")


def _could_be(film: FilmRecord) -> bool:
    sides = [type(side) is int and 0 < side <= _LONGEST for side in film.shape]
    return sides == [True] * 3 and len(film.ends) == 2 and all(map(math.isfinite, film.ends))  # noqa: PLR2004 - two ends
