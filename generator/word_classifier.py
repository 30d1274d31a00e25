"""A classifier on visual words or Gaussians, from a data set to everything that is said of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from generator import painted_words
from generator.assessed import named, report, trained
from generator.science.assessment import a_few, worth_showing
from generator.science.heads import Head
from generator.visual_words import Look, vectors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from generator.samples import Album
    from generator.technique import Result

_PAINTED = 8
"""Pictures on which words are painted, one of each class."""

_STEPS = 6
"""Parts in which a picture is taken away, to test the decision."""


@dataclass(frozen=True)
class Settings:
    """What classifiers on visual words have in common."""

    look: Look
    sampled: int
    cost: float | None
    shown: int
    tested: int
    seed: int

    @classmethod
    def of(cls, params: Any) -> Settings:
        """Return the settings in a technique's params, which have the same names."""
        look = Look(params.where, params.descriptor, params.step)
        return cls(look, params.sampled, params.cost, params.shown, params.tested, params.seed)


def classify(album: Album, settings: Settings, encoder: str, options: Mapping[str, Any]) -> Result:
    """Return the classifier's report with its vocabulary, its painted decisions and their test.

    ``encoder`` and ``options`` name one of ``science.encoders`` and what it is fitted with.
    """
    look = settings.look
    made = vectors(album, look, encoder, options, sampled=settings.sampled, seed=settings.seed)
    found = trained(
        album, made.sound.tolist(), made.features, cost=settings.cost, head=Head.SVM,
        seed=settings.seed,
    )  # fmt: skip
    shown = worth_showing(found, settings.shown)
    told = report(album, made.sound.tolist(), found, shown, made.features.shape[1])
    empty = made.sound[made.empty].tolist()
    notes = [named(empty, "in which no patch could be described, so it has the zero vector")]
    tests = a_few(shown, settings.tested)
    return replace(
        told,
        panels=(
            *painted_words.decisions(album, made, found, look, shown),
            *told.panels,
            *painted_words.vocabulary(album, made),
            *painted_words.fires(album, made, found, look, _PAINTED),
        ),
        tables=(
            *told.tables,
            painted_words.word_table(album, made, found, average=encoder != "BagOfWords"),
            *painted_words.believed(album, made, found, look, tests, _STEPS),
        ),
        notes=(*told.notes, *(notes if empty else ())),
    )
