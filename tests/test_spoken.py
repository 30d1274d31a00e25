"""The catalogue in German: every text has its words, and pages tell what is stored in them."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from dataclasses import asdict
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from conftest import tree

from generator import glossary, spoken
from generator.catalog import discover
from generator.catalog_texts import CatalogText, catalog_texts, texts_of
from generator.language import files_of, say, speaking, told
from generator.records import PanelRecord, Record
from generator.spoken import reworded, told_record
from generator.technique import Role
from generator.translations import read
from generator.words import paragraphs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from babel.messages.catalog import Message
    from conftest import House

    from generator.build import Summary
    from generator.technique import Technique

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


_TALKING = (
    "imaging.py", "imaging_colour.py", "imaging_video.py", "filming.py", "steered.py",
    "science/saliency.py", "techniques/drive.py", "techniques/filters.py", "techniques/grad_cam.py",
    "techniques/hypercolumns.py", "techniques/occlusion.py", "techniques/steering_reasons.py",
)  # fmt: skip
"""Modules that note something with a result, or label a panel of it."""
_CHOSEN = {
    ("imaging.py", "{7}, as the camera recorded"),
    ("imaging_colour.py", "{7} converted to RGB"),
    ("filming.py", "{7}{7}"),
    ("science/saliency.py", "Nothing stands out, because {7}; the mask is left empty and the box "
     "is the whole picture."),
}  # fmt: skip
"""Sentences with a slot for words: each of their forms is listed as a whole."""


def _kept(name: str) -> Iterator[str]:
    """Yield what a module notes and what it calls panels, {7} standing for what differs."""
    for node in ast.walk(ast.parse((Path(spoken.__file__).parent / name).read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "append":
            if ast.unparse(node.func).split(".")[-2] in {"notes", "listed", "said"}:
                yield from map(_sentence, node.args)
        elif isinstance(node, ast.keyword) and node.arg == "label":
            yield _sentence(node.value)


def _sentence(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.JoinedStr):
        return ""
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else "{7}" for part in node.values
    )


@pytest.mark.parametrize("module", _TALKING)
def test_every_note_and_label_is_known(module: str) -> None:
    said = {one for one in _kept(module) if re.search("[A-Za-z]{2}", one)}
    assert said
    with speaking("de"):
        unknown = {
            one for one in said - {text for place, text in _CHOSEN if place == module}
            if told(one.replace("{7}", "7")) == one.replace("{7}", "7")
        }  # fmt: skip
    assert unknown == set()
    assert {text for place, text in _CHOSEN if place == module} <= said | {"{7}{7}"}


def test_every_word_about_a_technique_is_said() -> None:
    """A field that is added to what techniques say must be translated, too."""
    names = {"id", "highlight", "before", "sources", "over", "papers"}
    for technique in discover().techniques:
        heard = set(texts_of(technique))
        missed = set()
        for place, text in _strings(asdict(technique)):
            parts = paragraphs(text) if place[0] == "explanation" else (text,)
            words = place[0] not in names | {"needs", "libraries", "examples", "filmed"}
            if words and place[-1] not in names and not heard.issuperset(parts):
                missed.add((place, text))
        assert missed == set()


def _strings(plain: object, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every string in ``plain`` and where it is."""
    if isinstance(plain, dict):
        for name, value in plain.items():
            yield from _strings(value, (*place, str(name)))
    elif isinstance(plain, list | tuple):
        for value in plain:
            yield from _strings(value, place)
    elif isinstance(plain, str) and plain:
        yield place, plain


def test_a_record_is_told_but_for_names() -> None:
    """Classes keep their names, even where Salon has a word that is written so."""
    heat = PanelRecord("grad-cam", Role.HEATMAP, (2, 2), {}, label="mask, 4 % · head, 7 × 7")
    rows = [["control", 0.25, "control"], ["train", 0.5, None]]
    record = Record(
        "key", "grad-cam", {}, panels=(heat,), notes=("transparent parts laid over white",),
        tables=({"name": "classes", "rows": rows}, {"name": "seen", "rows": [["3 to 9", "yes"]]}),
    )  # fmt: skip
    technique = discover()["grad-cam"]
    assert told_record(record, technique) == record
    with speaking("de"):
        found = told_record(record, technique)
    assert found.notes == ("durchsichtige Teile auf Weiß gelegt",)
    assert found.panels[0].label == heat.label
    assert found.tables[0]["rows"] == [["control", 0.25, "Kontrolle"], ["train", 0.5, None]]
    assert found.tables[1]["rows"] == [["3 bis 9", "ja"]]


def test_a_control_has_the_same_name_in_a_table_and_beside_it() -> None:
    with speaking("de"):
        for technique in discover().techniques:
            for legend in reworded(technique, say).tables.values():
                assert set(map(told, legend.controls)) == set(legend.controls)
            for legend in technique.tables.values():
                assert tuple(map(told, legend.controls)) == tuple(map(say, legend.controls))


def test_the_glossary_is_in_the_order_of_its_language() -> None:
    assert glossary.terms() is glossary.TERMS
    with speaking("de"):
        german = glossary.terms()
        text = glossary.linked(("Zwei Netze und eine Auffälligkeitskarte.",), "../")[0]
    names = [term.name.casefold() for term in german]
    for before, after in (("ausgewogene trefferquote", "ausschnitt"), ("textur", "überlappung"),
                          ("überlappung", "verdeckung")):  # fmt: skip
        assert names.index(before) < names.index(after)
    assert {term.id for term in german} == {term.id for term in glossary.TERMS}
    assert text.count("<a ") == 2
    assert 'href="../glossary.html#saliency"' in text
    assert "Ein Programm aus vielen Schichten einfacher Summen" in text
    assert glossary.linked(("Netze",), "")[0] == "Netze"


def test_an_abbreviation_is_meant_only_where_it_has_its_capitals() -> None:
    assert glossary.used("The road, by PSNR and ROAD.") == {"psnr", "road"}
    assert glossary.used("The road.") == frozenset()


_OTHERWISE = {
    "edge": {"steering-reasons"},
    "overlap": {"bag-of-words"},
    "patch": {"cam", "cam-head", "occlusion", "planted"},
    "score": {"mumford-shah-denoising", "saliency"},
}
"""Where English uses a term's word in another sense, and German has another word for that."""


def test_each_term_is_linked_in_german_where_it_is_in_english() -> None:
    """An explanation that leads to a word in English does so in German, by a form of it."""
    lost: dict[str, set[str]] = {}
    for technique in discover().techniques:
        text = _explained(technique)
        with speaking("de"):
            german = glossary.used(_explained(reworded(technique, say)))
        for term in glossary.used(text) - german:
            lost.setdefault(term, set()).add(technique.id)
    assert lost == _OTHERWISE


def _explained(technique: Technique) -> str:
    parts = technique.explanation
    return " ".join(f"{parts.what} {parts.reading} {parts.limits}".split())


@pytest.fixture
def built(house: House) -> tuple[House, dict[str, bytes], Summary]:
    """A German gallery that was English before, and the pages and data that it had then."""
    house.edit("items:\n", "  mumford-shah-denoising:\n  mumford-shah:\nitems:\n")
    house.build()
    before = tree(house.project.out)
    house.edit("techniques:\n", "language: de\ntechniques:\n")
    return house, before, house.build()


def test_german_pages_hold_no_english_of_the_catalogue(
    built: tuple[House, dict[str, bytes], Summary], texts: tuple[CatalogText, ...]
) -> None:
    house, before, summary = built
    assert summary.built == 0
    with speaking("de"):
        english = [one.text for one in texts if not one.context and say(one.text) != one.text]
    listed = sorted(path for path in before if re.match(r"(items|techniques)/|glossary", path))
    found, were = set(), set()
    for path in listed:
        now, then = _words(house.page(path)), _words(before[path].decode())
        found |= {(path, text) for text in english if len(text.split()) > 3 and text in now}
        were |= {text for text in english if len(text.split()) > 3 and text in then}
    assert len(were) > 100
    assert found == set()


def _words(page: str) -> str:
    """Return what a page says and what it tells of its pictures, without its marks."""
    told = " | ".join(re.findall(r'(?:alt|title|aria-label)="([^"]*)"', page))
    return unescape(" ".join(f"{re.sub(r'<[^>]+>', '', page)} {told}".split()))


def test_what_programs_read_stays_english(
    built: tuple[House, dict[str, bytes], Summary],
) -> None:
    house, before, _ = built
    now = tree(house.project.out)
    report, was = json.loads(now["report.json"]), json.loads(before["report.json"])
    assert (report.pop("language"), was.pop("language")) == ("de", "en")
    assert report == was
    assert now["salon.json"] == before["salon.json"]
    sheets = [path for path in before if path.endswith(".csv")]
    assert sheets
    assert {path: now[path] for path in sheets} == {path: before[path] for path in sheets}
