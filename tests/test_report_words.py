"""Pages of data sets, drives, videos, comparisons and trends in German; what is for programs not."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree.ElementTree import fromstring  # what is read here, the tests have written

import fake_sets
import pytest
from conftest import tree
from planted_builds import World, heat, made

sys.path.insert(0, str(Path(__file__).parent / "site"))
import sample_pages

from generator import compare_site, gate_reports, history, trend_pages
from generator.compare_cli import trend
from generator.compared import State
from generator.deltas import Chance
from generator.film_wording import label_of
from generator.language import files_of, say, speaking, told
from generator.project import own_templates
from generator.rules import parse
from generator.script_texts import calls
from generator.texts import Text, of_python, of_template
from generator.translations import read
from generator.two_builds import set_beside

ROOT = Path(__file__).parent.parent
MODULES = (
    "dataset_pages", "drive_pages", "classifier_*", "comparison", "vocabulary_pages", "film_*",
    "compare_*", "compared", "deltas", "flip*", "gate*", "trend_pages",
)  # fmt: skip
TEMPLATES = (
    "pages/dataset", "pages/classifier", "pages/vocabulary", "pages/drive", "pages/video",
    "pages/compare*", "pages/trend", "components/compare_frame", "components/film*",
    "components/player", "components/shots", "components/word",
)  # fmt: skip
_SLOT = re.compile(r"\{(\w+)\}|%\((\w+)\)s")
_TAG = re.compile(r"</?\w+")
_LONG = 15
"""Letters of a text that nobody else would have written by chance."""


def ours() -> list[Text]:
    """Every text of these pages."""
    found: list[Text] = []
    for pattern in MODULES:
        for path in sorted((ROOT / "generator").glob(f"{pattern}.py")):
            found += of_python(path.read_text("utf-8"), path.name)
    for pattern in TEMPLATES:
        for path in sorted((ROOT / "templates").glob(f"{pattern}.html")):
            found += of_template(path.read_text("utf-8"), path.name)
    return found


OURS = {(text.context, text.forms): text for text in ours()}


def german() -> dict[tuple[str, tuple[str, ...]], tuple[str, ...]]:
    """The German of every text that has some, by its context and its forms."""

    def forms(words):
        return tuple(words) if isinstance(words, list | tuple) else (words,)

    return {
        (message.context or "", forms(message.id)): forms(message.string)
        for path in files_of("de")
        for message in read(path)
        if message.id and all(forms(message.string)) and not message.fuzzy
    }


GERMAN = german()


def test_every_text_has_german_words():
    assert [text for key, text in OURS.items() if key not in GERMAN] == []
    assert len(OURS) > 300


def test_german_words_have_the_same_slots_and_tags():
    for key in OURS:
        english, words = key[1], GERMAN[key]
        for said in words:
            more = {a or b for a, b in _SLOT.findall(english[-1])}
            assert {a or b for a, b in _SLOT.findall(said)} | {"count"} == more | {"count"}, said
            assert Counter(_TAG.findall(said)) == Counter(_TAG.findall(english[-1])), said
            assert '"' not in re.sub(r"<[^>]+>", "", said), said


class Words(HTMLParser):
    """Everything on a page that a person reads or is told."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        told = {"alt", "aria-label", "title", "label", "placeholder"}
        self.found += [value for name, value in attrs if name in told and value]

    def handle_data(self, data):
        self.found.append(" ".join(data.split()))


def left(html: str) -> list[tuple[str, str]]:
    """Return what a page still says in English, each with the text that it comes from."""
    found = []
    words = [text for text in Words(html).found if len(text) >= _LONG]
    for key in OURS:
        for form, said in zip(key[1], GERMAN[key], strict=False):
            bare = re.sub(r"<[^>]+>", "", form).replace("%%", "%")
            letters = sum(map(str.isalpha, _SLOT.sub("", bare)))
            if letters < _LONG or form == said:
                continue
            parts = re.split(r"\{\w+\}|%\(\w+\)s", bare)
            pattern = re.compile(".{1,60}?".join(map(re.escape, parts)))
            found += [(text, form) for text in words if pattern.search(text)]
    return found


def test_what_is_left_in_english_is_found():
    assert left("<p>Which classifier is best?</p>")
    assert left(
        '<p title="4 of 9 held-out pictures">It names 4 of 9 held-out pictures rightly, 44 %.'
    )
    assert not left("<p>Welcher Klassifikator ist der beste?</p><p>Pair</p>")


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    """The same data sets as sites in English and in German."""
    root = tmp_path_factory.mktemp("sets")
    for language in ("en", "de"):
        fake_sets.write(
            root / language,
            root / f"{language}-store",
            fake_sets.ALL,
            timed=True,
            language=language,
        )
    return root / "en", root / "de"


def pages_of(folder: Path, *below: str) -> dict[str, str]:
    return {
        f"{name}/{path.name}": path.read_text("utf-8")
        for name in below
        for path in sorted((folder / name).glob("*.html"))
    }


def test_pages_of_data_sets_and_classifiers_are_german(sets):
    pages = pages_of(sets[1], "items", "classifiers", "vocabularies")
    assert len(pages) > 10
    assert {name: found for name, html in pages.items() if (found := left(html))} == {}
    every = " ".join(pages.values())
    for words in (
        "Welcher Klassifikator ist der beste?", "Er benennt", "gehalten für", "zum Lernen",
        "Was ein Wort ist", " bis ", "gemalte Entscheidung",
    ):  # fmt: skip
        assert words in every
    assert all('lang="de"' in html for html in pages.values())


def test_tables_beside_german_pages_are_those_of_english_ones(sets):
    english, german = (
        {name: data for name, data in tree(site).items() if name.startswith("data/")}
        for site in sets
    )
    assert english == german
    assert len(english) > 10


def world_of_changes() -> tuple[World, World]:
    """Two worlds that differ in everything that a comparison can tell."""
    names = [f"picture-{n}" for n in range(12)]
    base = replace(World(), failing=frozenset({names[0]}), broken=frozenset({names[1]}))
    heats = {name: heat(9 * (place % 2)) for place, name in enumerate([*names[:-1], "one-more"])}
    causes = {"params": {"words": 20}, "models": {"network": {"weights": "ab"}}}
    head = World(
        heats=heats,
        overlaps={name: 0.5 - 0.01 * n for n, name in enumerate(heats)},
        wrong=frozenset(range(1, 30)),
        failing=frozenset({names[2]}),
        broken=frozenset({names[3]}),
        causes=causes,
        masks=frozenset({names[4]}),
    )
    return base, head


RULES = (
    "failures == 0", "new failures == 0", "lost items == 0", "lost results == 0",
    "worse pictures <= 3", "changed panels <= 5 %", "changed results <= 1", "similarity >= 0.99",
    "correlation >= 0.99", "accuracy >= 0.9", "accuracy drop <= 0.02 unless within chance",
    "iou rise >= 0", "iou change <= 1", "iou of saliency on picture-4 >= 0.1",
)  # fmt: skip


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Two builds whose gallery is in German, judged by rules of every kind."""
    root = tmp_path_factory.mktemp("two")
    base, head = (
        made(root / name, world, name) for name, world in zip("ab", world_of_changes(), strict=True)
    )
    report = replace(head.report, language="de")
    return set_beside(base, replace(head, report=report), map(parse, RULES))


@pytest.fixture(scope="module")
def compared(two, tmp_path_factory):
    """The comparison in German, and the same in English."""
    root = tmp_path_factory.mktemp("compared")
    report = replace(two.head.report, language="en")
    english = replace(two, head=replace(two.head, report=report))
    for name, one in (("de", two), ("en", english)):
        compare_site.write(root / name, one, [own_templates()], root / "locks")
    return root / "en", root / "de"


def test_a_comparison_is_told_in_the_language_of_the_head(compared):
    pages = pages_of(compared[1], ".", "items")
    assert len(pages) > 5
    assert {name: found for name, html in pages.items() if (found := left(html))} == {}
    every = " ".join(pages.values())
    for words in (
        "Die Schranke ist geschlossen", "zurückgehaltene Bilder sind gekippt", "Nachher schlug es",
        "Jetzt falsch, vorher richtig", "Parameter words: 80 → 20", "Strukturelle Ähnlichkeit 0,",
        "Neu", "Behoben", "Vorher", "Nachher", "Heat: vorher", "in welche Netze hineingeschaut wird",
    ):  # fmt: skip
        assert words in every, words
    assert ': <span lang="en">It broke</span>' in pages["./index.html"]


def test_what_programs_read_of_a_comparison_is_english(compared):
    english, german = (
        {name: data for name, data in tree(site).items()
         if name.startswith("data/") or name == "salon.json"}
        for site in compared
    )  # fmt: skip
    assert english == german
    numbers = json.loads(german["salon.json"])
    assert any(rule["said"].endswith("panels changed, 33.3 %") or "results changed" in rule["said"]
               for rule in numbers["gate"])  # fmt: skip
    assert numbers["said"][0].endswith(" results.")


def test_the_gate_is_german_on_markdown_and_english_to_programs(two):
    suite = fromstring(gate_reports.junit(two.verdicts))
    said = [case.find("failure").get("message") for case in suite.iter("testcase")
            if case.find("failure") is not None]  # fmt: skip
    assert any("rose from" in one or "fell from" in one for one in said)
    with speaking("de"):
        comment = gate_reports.markdown(two, "https://example.org/")
        assert not left(f"<p>{comment}</p>")
    for words in (
        "❌ Die Schranke ist geschlossen: ", "### Zahlen, die sich bewegt haben", "### Warum",
        "| wovon | Zahl | vorher | nachher | Differenz |", "sank von 92 % auf ",
        "[Alle Bilder und Zahlen nebeneinander](https://example.org/)", "### Fehlgeschlagen",
    ):  # fmt: skip
        assert words in comment, words
    assert "accuracy drop &lt;= 0.02 unless within chance" in comment


def test_nothing_changed_is_german_too(tmp_path):
    build = made(tmp_path / "a", World())
    build = replace(build, report=replace(build.report, language="de"))
    same = set_beside(build, build, [parse("failures == 0")])
    compare_site.write(tmp_path / "out", same, [own_templates()], tmp_path / "locks")
    html = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "Nichts hat sich geändert: 13 Ergebnisse von 13 Einträgen sind, was sie waren." in html
    assert "Die Schranke ist offen" in html
    assert left(html) == []


def entries(tmp_path: Path) -> list[history.Entry]:
    """Three commits of which each number went another way."""
    worlds = (World(), replace(World(), wrong=frozenset(range(20))), World())
    found = []
    for place, world in enumerate(worlds):
        report = made(tmp_path / str(place), world).report
        metrics = history.entry_of(report, ROOT, "HEAD", "").metrics
        found.append(history.Entry(f"{place}" * 40, 86_400 * place, "", 0, metrics))
    return found


def test_a_trend_is_german_where_the_manifest_is(tmp_path, monkeypatch, capsys):
    manifest = tmp_path / "content" / "manifest.yaml"
    manifest.parent.mkdir()
    manifest.write_text("title: T\nlanguage: de\n", "utf-8")
    path = tmp_path / "history.jsonl"
    for entry in entries(tmp_path):
        history.append(path, entry)
    monkeypatch.chdir(tmp_path)
    trend(path, manifest=manifest, out=tmp_path / "out")
    assert "The trend is at" in capsys.readouterr().out
    html = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert '<html lang="de">' in html
    assert left(html) == []
    assert "Wie sich die Zahlen entwickelt haben" in html
    assert "3 Commits, 5 Zahlen." in html
    assert "92 %, wie beim ersten von 3 Commits." in html
    assert "Vertrauensbereich" in html
    ticks = re.findall(r'text-anchor="(?:middle|end)">([^<]+)</text>', html)
    assert ticks
    csv = next(data for name, data in tree(tmp_path / "out").items() if name.endswith(".csv"))
    assert csv.decode("utf-8-sig").startswith("commit,value")


def test_a_trend_without_a_manifest_is_english(tmp_path):
    kept = entries(tmp_path)
    trend_pages.write(tmp_path / "out", kept, (), [own_templates()], tmp_path / "locks")
    html = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert '<html lang="en">' in html
    assert "How the numbers went" in html


@pytest.mark.parametrize(
    "path", [p for p in sample_pages.pages() if "/film-" in p or "/drive-" in p]
)
def test_templates_of_videos_and_drives_say_nothing_in_english(path):
    page = sample_pages.pages()[path]
    with speaking("de"):
        html = sample_pages.html_of(sample_pages.render.PARTIALS[type(page)], page)
    said = {form for _, form in left(html)}
    assert not said & {text.forms[0] for text in OURS.values() if text.place[0].endswith(".html")}
    assert "Sie sind hier" in html
    if "/film-" in path and page.films:
        assert ">0,25 ×</option>" in html


def test_labels_of_films_are_told_with_how_many_frames_have_them():
    with speaking("de"):
        assert label_of(("4 pixels", "4 pixels", "left · 4 pixels")) == (
            f"{told('4 pixels')}, in 2 von 3 Einzelbildern"
        )


def test_states_and_chances_have_words():
    with speaking("de"):
        assert say(State.BROKEN.value) == "fehlgeschlagen"
        assert say(Chance.WITHIN.value) == "im Rahmen des Zufalls"


def test_the_words_of_the_player_are_german():
    script = (ROOT / "templates" / "assets" / "salon.js").read_text("utf-8")
    start = script.index("function player()")
    forms = [one for _, one in calls(script[start : script.index("function tables()")])]
    assert len(forms) > 5
    assert [one for one in forms if ("", one) not in GERMAN] == []
