"""The classifiers of a data set: which there are, where their pages are, and what they said."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from generator.language import say
from generator.plan import key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.content import Example, Item, Variant
    from generator.execute import Outcome
    from generator.findings import Findings
    from generator.records import Record
    from generator.technique import Technique

PREDICTIONS = "predictions"
"""The table that makes a technique a classifier."""
VOCABULARY = "words"
"""The panel and the table that hold what a classifier's vocabulary is."""


def is_classifier(technique: Technique) -> bool:
    """Say whether ``technique`` names the classes of held-out pictures."""
    return PREDICTIONS in technique.tables


@dataclass(frozen=True)
class Prediction:
    """What a classifier took one held-out picture for.

    ``example`` is its number in the data set, ``probability`` in percent, ``tile`` its number
    among the pictures that are shown, or None.
    """

    example: int
    truth: str
    named: str
    probability: float | None
    margin: float | None
    tile: int | None

    @property
    def right(self) -> bool:
        """Whether it is what it was taken for."""
        return self.truth == self.named


def address(item: str, technique: str, variant: str) -> str:
    """Return where the page of a classifier is, below the site's root."""
    return f"classifiers/{_joined(item, technique, variant)}.html"


def _joined(*names: str) -> str:
    """Return one name of several: none has two hyphens in a row, so no two give the same."""
    return "--".join(names)


@dataclass(frozen=True)
class Run:
    """One classifier on one data set. ``title`` tells it from the others."""

    item: Item
    technique: Technique
    variant: Variant
    outcome: Outcome | None

    @property
    def title(self) -> str:
        """The technique, and the variant where it has a name."""
        named, whole = self.variant.title, self.technique.title
        return f"{whole}: {named}" if named not in {"", whole} else whole

    @property
    def id(self) -> str:
        """The part of the page's address that is its own."""
        return _joined(self.item.id, self.technique.id, self.variant.id)

    @property
    def record(self) -> Record | None:
        """What was found, or None where it failed or was not run."""
        record = self.outcome.record if self.outcome else None
        return record if record and not record.failure else None

    @property
    def page(self) -> str:
        """The address of its page below the site's root; "" where there is none."""
        place = address(self.item.id, self.technique.id, self.variant.id)
        return place if self.predictions else ""

    @property
    def vocabulary(self) -> str:
        """The address of the page of its vocabulary; "" where there is none."""
        record = self.record
        shown = bool(self.page and record and record.panel(VOCABULARY))
        return f"vocabularies/{self.id}.html" if shown else ""

    @cached_property
    def predictions(self) -> tuple[Prediction, ...]:
        """What it took each held-out picture for."""
        rows = self.table(PREDICTIONS).get("rows", ())
        return tuple(
            Prediction(int(example), truth, named, probability, margin, _whole(tile))
            for example, truth, named, probability, margin, tile in rows
        )

    @cached_property
    def classes(self) -> dict[str, int]:
        """The classes by name, with their places in the confusion matrix."""
        table = self.table("confusion")
        said = sorted({name for one in self.predictions for name in (one.truth, one.named)})
        heads = (*table.get("heads", ()), *(str(row[0]) for row in table.get("rows", ())))
        return {name: place for place, name in enumerate(dict.fromkeys((*heads, *said)))}

    def anchor(self, truth: str, named: str) -> str:
        """Return the id of the pictures of a cell of the confusion matrix, on the page."""
        return f"cell-{self.classes[truth]}-{self.classes[named]}"

    def table(self, name: str) -> dict[str, Any]:
        """Return the record's table ``name``, or an empty one."""
        tables = self.record.tables if self.record else ()
        return next((table for table in tables if table["name"] == name), {})

    def score(self, name: str) -> tuple[float, tuple[float, float] | None] | None:
        """Return the score ``name`` and its interval, or None where it was not measured."""
        scores = self.record.scores if self.record else ()
        for score in scores:
            if score["metric"] == name:
                ends = score.get("interval")
                return float(score["value"]), (float(ends[0]), float(ends[1])) if ends else None
        return None

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The data set's examples as they were when this was computed; () where they differ now."""
        return examples_of(self.item, self.record)


def examples_of(item: Item, record: Record | None) -> tuple[Example, ...]:
    """Return the examples that ``record`` numbers; () where the data set is not what it was.

    Pages may be made from the store alone, when files of the set are gone or moved: then the
    numbers would name other pictures.
    """
    if record is None or item.data is None:
        return ()
    then = record.causes.get("content", {}).get("examples")
    return item.data.examples if then == key_of({"examples": item.data.causes}) else ()


def name_of(examples: Sequence[Example], place: int) -> str:
    """Return what the example is called, or its number where that is not known."""
    if 0 <= place < len(examples):
        return examples[place].name
    return say("number {number}", number=place)


def _whole(tile: float | None) -> int | None:
    return None if tile is None else int(tile)


def runs_on(findings: Findings, item: Item) -> tuple[Run, ...]:
    """Return the classifiers that were asked for on ``item``, in order."""
    wish = next(wish for wish in findings.wishes if wish.item.id == item.id)
    return tuple(
        Run(item, technique, variant, findings.outcome(item, technique.id, variant.id))
        for use in findings.asked(wish)
        for technique in (findings.catalog[use.technique],)
        if is_classifier(technique)
        for variant in use.variants
    )
