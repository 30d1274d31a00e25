"""Every text of the catalogue, for whoever translates it: techniques, glossary, what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from generator.glossary import FORMS, TERM, TERMS
from generator.kept_texts import KEPT
from generator.models.zoo import ZOO
from generator.spoken import reworded
from generator.technique import Better, Family

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.catalog import Catalog
    from generator.technique import Technique


class CatalogText(NamedTuple):
    """A text in English, the module that it is of, and in which context it is said."""

    place: str
    text: str
    context: str = ""


def catalog_texts(catalog: Catalog) -> Iterator[CatalogText]:
    """Yield every text of the techniques and of what stands behind them, each once."""
    found = dict.fromkeys((*_techniques(catalog), *_others()))
    seen: set[tuple[str, str]] = set()
    for one in found:
        if one.text and one[1:] not in seen:
            seen.add(one[1:])
            yield one


def _techniques(catalog: Catalog) -> Iterator[CatalogText]:
    for entry in catalog.entries.values():
        place = f"{entry.module.replace('.', '/')}.py".removeprefix("generator/")
        for text in texts_of(entry.technique):
            yield CatalogText(place, text)


def texts_of(technique: Technique) -> tuple[str, ...]:
    """Return what ``spoken`` says of a technique, and the meanings of its parameters."""
    heard: list[str] = []

    def hear(text: str) -> str:
        heard.append(text)
        return text

    reworded(technique, hear)
    fields = technique.params.model_fields.values()
    return (*heard, *(field.description or "" for field in fields))


def _others() -> Iterator[CatalogText]:
    for choice in (*Family, *Better):
        yield CatalogText("technique.py", choice.value)
    for entry in ZOO.values():
        yield CatalogText("models/zoo.py", entry.description)
    for term in TERMS:
        yield CatalogText("glossary.py", term.name, TERM)
        yield CatalogText("glossary.py", term.meaning)
        yield CatalogText("glossary.py", ", ".join(term.forms), FORMS)
    for text in KEPT:
        yield CatalogText("kept_texts.py", text)
