"""The page of a vocabulary: what each visual word looks like, and for which class it speaks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator import panels
from generator.classifier_runs import VOCABULARY
from generator.classifier_views import VocabularyPage, Voice, Weight, Word
from generator.classifier_wording import percent, quoted
from generator.colours import word_colour
from generator.language import mark, say
from generator.parts import Link
from generator.wording import number
from generator.words import table_view

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.classifier_runs import Run
    from generator.findings import Findings
    from generator.parts import Tile
    from generator.technique import Cell
    from generator.tiles import Sheet
    from generator.views import Site

_MOST_BARS = 6
"""Classes with a bar of their own beside a word; of more, only those it says most about."""
_LOUDEST = 6
"""Words that a class is introduced with."""
_PAINTED, _PICTURES = "fires", "fired-on"

_COUNTING = mark(
    "The classifier does not see a picture as we do. It cuts it into small patches and asks of "
    "each which word it is nearest to. What it then knows is how often each word occurs; some "
    "classifiers also note in which way the patches differ from it."
)
_LOOKING = mark(
    "A word is a kind of patch that keeps coming back, such as an edge or a bright spot. The first "
    "patch of each is the average of all that it stands for; the others are those nearest to it."
)
_WEIGHING = mark(
    "A bar to the right: the more often the word occurs, the more the picture is taken for that "
    "class. A bar to the left speaks against it. The number compares it with the word that says "
    "most about the class, which has 100 or −100."
)
READING = (
    (mark("What a word is"), _LOOKING),
    (mark("What it is for"), _COUNTING),
    (mark("What the bars say"), _WEIGHING),
)
"""How to read a vocabulary, for somebody who has never seen one."""


def vocabulary_page(findings: Findings, run: Run, site: Site) -> VocabularyPage:
    """Return the page of the vocabulary of ``run``.

    Raises
    ------
    ValueError
        If it has none.

    """
    record = run.record
    panel = record.panel(VOCABULARY) if record else None
    table = run.table(VOCABULARY)
    if record is None or panel is None or not table.get("rows"):
        raise ValueError(f"expected a classifier with a vocabulary, got {run.id!r} without one")
    legend = replace(run.technique.tables[VOCABULARY], folded=True)
    sheet = panels.sheet_of(panel, run.technique.legends.get(VOCABULARY), findings.look, "../")
    words = _words(table["rows"], [str(head) for head in table["heads"]], sheet)
    return VocabularyPage(
        site=site,
        id=run.id,
        title=say("Vocabulary of {name}", name=run.title),
        item=Link(f"../items/{run.item.id}.html", run.item.title),
        classifier=Link(f"../{run.page}", run.title),
        technique=Link(f"../techniques/{run.technique.id}.html", run.technique.title),
        lead=say(
            "{count} kinds of patches, found in those pictures of {name} that it learned from. "
            "Whatever it says rests on them.",
            count=number(len(words), 0),
            name=quoted(run.item.title),
        ),
        caption=legend.caption,
        reading=tuple((say(heading), say(text)) for heading, text in READING),
        voices=_voices(words, [str(head) for head in table["heads"]], table["rows"]),
        words=words,
        painted=_painted(findings, run),
        table=replace(
            table_view(table, legend, VOCABULARY), links=tuple(f"#{word.id}" for word in words)
        ),
    )


def _words(rows: Sequence[Sequence[Cell]], heads: Sequence[str], sheet: Sheet) -> tuple[Word, ...]:
    """Return every word in the order of the table; the sheet holds its patches in that order."""
    each = len(sheet) // len(rows)
    reaches = _reaches(rows, heads)
    found = []
    for place, row in enumerate(rows):
        label, weights = str(row[0]), dict(zip(heads, _numbers(row), strict=True))
        tiles = [sheet.tile(place * each + nth, _nth(label, nth)) for nth in range(each)]
        loudest = max(weights, key=lambda head: weights[head], default="")
        found.append(
            Word(
                id=f"word-{place}",
                number=label,
                colour=word_colour(place),
                mean=tiles[0],
                nearest=tuple(tiles[1:]),
                share=percent(float(row[1] or 0)),
                speaks=loudest if loudest and weights[loudest] > 0 else "",
                weights=_bars(weights, reaches),
            )
        )
    return tuple(found)


def _numbers(row: Sequence[Cell]) -> list[float]:
    return [float(cell or 0) for cell in row[2:]]


def _reaches(rows: Sequence[Sequence[Cell]], heads: Sequence[str]) -> dict[str, float]:
    """Return how much the word says of each class that says most about it."""
    columns = zip(*(_numbers(row) for row in rows), strict=True)
    return {head: max(map(abs, own)) for head, own in zip(heads, columns, strict=True)}


def _nth(word: str, place: int) -> str:
    if not place:
        return say("Word {word}: the average of its patches", word=word)
    return say("Word {word}: patch {place} of those nearest to it", word=word, place=place)


def _bars(weights: Mapping[str, float], reaches: Mapping[str, float]) -> tuple[Weight, ...]:
    """Return the weights as bars on either side of the middle; of very many, the largest."""
    bars = {head: _bar(head, weight, reaches[head]) for head, weight in weights.items()}
    shown = list(weights)
    if len(shown) > _MOST_BARS:
        shown = sorted(shown, key=lambda head: -float(bars[head].width))[:_MOST_BARS]
    return tuple(bars[head] for head in shown)


def _bar(name: str, weight: float, reach: float) -> Weight:
    share = weight / reach if reach else 0.0
    width = 50 * abs(share)
    return Weight(
        name=name,
        text=number(round(100 * share), 0),
        x=f"{50 - width if share < 0 else 50:.2f}",
        width=f"{width:.2f}",
        positive=share > 0,
    )


def _voices(
    words: Sequence[Word], heads: Sequence[str], rows: Sequence[Sequence[Cell]]
) -> tuple[Voice, ...]:
    """Return for each class the words that speak most for it, the loudest first."""
    reaches = _reaches(rows, heads)
    voices = []
    for place, head in enumerate(heads):
        loud = [(_numbers(row)[place], word) for row, word in zip(rows, words, strict=True)]
        loud = sorted((one for one in loud if one[0] > 0), key=lambda one: -one[0])[:_LOUDEST]
        chosen = tuple(replace(word, weights=(_bar(head, w, reaches[head]),)) for w, word in loud)
        voices.append(Voice(f"class-{place}", head, chosen))
    return tuple(voices)


def _painted(findings: Findings, run: Run) -> tuple[tuple[Tile, Tile], ...]:
    """Return pictures, and beside each the same one with its words painted over it."""
    if run.record is None:
        return ()
    under, over = (
        panels.tiles_of(run.record, run.technique, name, findings.look, "../")
        for name in (_PICTURES, _PAINTED)
    )
    return tuple(zip(under, over, strict=False))
