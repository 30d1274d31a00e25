"""The catalogue in German: every text has its words, and pages tell what is stored in them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from generator.catalog import discover
from generator.catalog_texts import CatalogText, catalog_texts
from generator.language import files_of, read, speaking, told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message

_FORMULA = re.compile(r"\$\$.+?\$\$|\$.+?\$", re.DOTALL)
_SLOT = re.compile(r"\{\w+\}")


@pytest.fixture(scope="module")
def german() -> dict[tuple[str, str], Message]:
    """Every German text that is not doubtful, by its context and its English."""
    return {
        (message.context or "", str(message.id)): message
        for path in files_of("de")
        for message in read(path)
        if message.id and message.string and not message.fuzzy
    }


@pytest.fixture(scope="module")
def texts() -> tuple[CatalogText, ...]:
    """Every text of the catalogue."""
    return tuple(catalog_texts(discover()))


def test_every_text_of_the_catalogue_is_german(
    texts: tuple[CatalogText, ...], german: dict[tuple[str, str], Message]
) -> None:
    assert [one for one in texts if (one.context, one.text) not in german] == []


def test_formulae_and_slots_are_the_same_in_german(
    texts: tuple[CatalogText, ...], german: dict[tuple[str, str], Message]
) -> None:
    for _, text, context in texts:
        said = str(german[context, text].string)
        assert Counter(_FORMULA.findall(said)) == Counter(_FORMULA.findall(text)), text
        bare = [_SLOT.findall(_FORMULA.sub("", words)) for words in (text, said)]
        assert sorted(bare[0]) == sorted(bare[1]), text
        assert said.count("$") == text.count("$"), text


def _twice() -> Iterator[tuple[str, str]]:
    """Yield each English text with its German in each of the files."""
    for path in files_of("de"):
        for message in read(path):
            if message.id and message.string:
                yield f"{message.context or ''}|{message.id}", str(message.string)


def test_no_text_is_said_in_two_ways() -> None:
    said: dict[str, set[str]] = {}
    for text, words in _twice():
        said.setdefault(text, set()).add(words)
    assert {text: words for text, words in said.items() if len(words) > 1} == {}


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("1.5° to the right; true: 0.3° to the left", "1,5° nach rechts; wahr: 0,3° nach links"),
        ("espresso, 98 % · head, 7 × 7", "espresso, 98 % · head, 7 × 7"),
        ("left · conv3, 5 × 22", "links · conv3, 5 × 22"),
        ("0.12 · conv3, 5 × 22", "0,12 · conv3, 5 × 22"),
        ("conv5, 1 × 18: a map of columns", "conv5, 1 × 18: eine Karte aus Spalten"),
        ("mask", "mask"),
        (
            "has only one frame, so nothing moves (in 2 of 9 frames)",
            "besteht nur aus einem Einzelbild, es bewegt sich also nichts "
            "(in 2 von 9 Einzelbildern)",
        ),
    ],
)
def test_what_is_kept_is_told_in_german(kept: str, said: str) -> None:
    with speaking("de"):
        assert told(kept) == said
    assert told(kept) == kept
