"""Where the pictures behind the numbers of a classifier are."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from generator.language import mark, say
from generator.parts import Link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.classifier_runs import Run
    from generator.findings import Findings
    from generator.parts import Table

_TESTED = mark("its held-out pictures, by what they were taken for")
_ITS_CURVES = {
    "calibration": "calibration", "cost": "costs", "auc": "roc", "precision": "precision-recall",
}  # fmt: skip
"""The curve that says most about a score."""


def score_leads(run: Run, home: str, page: str = "") -> dict[str, Link]:
    """Return where each score of ``run`` leads, from a page below the root.

    ``home`` is where the pictures of the data set are, and ``page`` the address of the classifier's
    own page, "" on itself.
    """
    pictures = Link(home, say("pictures of the data set"))
    leads = dict.fromkeys(("accuracy", "balanced", "f1"), Link(f"{page}#cells", say(_TESTED)))
    leads |= {"train": pictures, "guess": pictures}
    leads["tested"] = Link(f"{page}#predictions", say("every held-out picture"))
    if run.vocabulary:
        leads["size"] = Link(f"../{run.vocabulary}", say("the vocabulary"))
    curves = _ITS_CURVES.items() if run.record else ()
    return leads | {
        score: Link(f"{page}#{name}", say("the curve"))
        for score, name in curves
        if run.record and run.record.panel(name)
    }


def home_of(findings: Findings, run: Run) -> str:
    """Return where the pictures of the data set are, from a page below the root."""
    place = f"../items/{run.item.id}.html"
    return f"{place}#pictures" if _kept(findings, run) else place


def _kept(findings: Findings, run: Run) -> bool:
    outcome = findings.examples(run.item)
    record = outcome.record if outcome else None
    return bool(record and record.panel("examples"))


def class_leads(findings: Findings, run: Run, table: Table) -> Table:
    """Return the table of classes with each number leading to the pictures that it counts."""
    kept = _kept(findings, run)
    return replace(
        table,
        leads=tuple(_class(run, name, place, kept=kept) for place, name in enumerate(table.names)),
    )


def _class(run: Run, name: str, place: int, *, kept: bool) -> tuple[Link | None, ...]:
    """Return where the cells of a class lead: name, learned, held out, precision, recall, F1.

    Precision and recall lead to the commonest mistake, if any was made.
    """
    home = Link(f"../items/{run.item.id}.html#class-{place}", say("pictures of {name}", name=name))
    own = home if kept else None
    counts = Counter((one.truth, one.named) for one in run.predictions)
    held = _commonest(run, counts, [pair for pair in counts if pair[0] == name])
    said = _commonest(run, counts, [pair for pair in counts if pair[1] == name])
    right = [(name, name)] if counts[name, name] else []
    return own, own, held, said, held, _commonest(run, counts, right) or held


def _commonest(
    run: Run, counts: Counter[tuple[str, str]], pairs: Iterable[tuple[str, str]]
) -> Link | None:
    order = sorted(pairs, key=lambda pair: (pair[0] == pair[1], -counts[pair], pair))
    if not order:
        return None
    truth, named = order[0]
    words = (
        say("{truth}, named rightly", truth=truth)
        if truth == named
        else say("{truth} taken for {named}", truth=truth, named=named)
    )
    return Link(f"#{run.anchor(truth, named)}", words)
