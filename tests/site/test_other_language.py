"""No page says a word that cannot be translated: all is tried in a made-up language, in brackets."""

from __future__ import annotations

import re

import pytest
import sample_pages
from bracketed import TAG, bracketed, held, outside
from conftest import House, Inline

from generator import render
from generator.build import Options, build
from generator.catalog import discover
from generator.words import cite, shown

SAME = {"CSV", "JSON", "Salon", "plant · out & about"}
"""Words that are the same in every language, and tags in a row."""


@pytest.fixture(scope="module")
def samples():
    with pytest.MonkeyPatch.context() as patch, bracketed(patch):
        listed = sample_pages.pages()
        listed |= {f"compare/{path}": page for path, page in sample_pages.comparisons().items()}
        return {
            path: (sample_pages.html_of(render.PARTIALS[type(page)], page), held(page))
            for path, page in listed.items()
        }


def test_templates_have_no_words_of_their_own(samples):
    for path, (html, data) in samples.items():
        assert set(outside(html, data)) <= SAME, path


SIZE = re.compile(r"[\d,]+ [kM]?B")
TECHNIQUES = """\
  saliency:
    params: {long_side: 32}
  mumford-shah:
    params: {long_side: 32, alternations: 2}
"""
AUTHOR = {
    "A tiny house", "Three pictures", "Disc", "A red disc", "Noise", "Grey", "A slope", "Us", "CC0",
    "disc.png", "noise.png", "grey.png", "saliency", "mumford-shah", "default", "Python",
}  # fmt: skip
"""What the manifest says."""


def gallery(folder, language):
    made = House(folder)
    made.edit("description: Three pictures.", f"description: Three pictures.\nlanguage: {language}")
    made.edit("  saliency:\n    params: {long_side: 32}\n", TECHNIQUES)
    build(made.project, Options(executor=lambda _: Inline()))
    return made.project.out


@pytest.fixture(scope="module")
def galleries(tmp_path_factory):
    """The same gallery in English, in German and in the made-up language."""
    root = tmp_path_factory.mktemp("languages")
    with pytest.MonkeyPatch.context() as patch, bracketed(patch):
        return {tag: gallery(root / tag, tag) for tag in ("en", "de", TAG)}


def test_a_built_gallery_says_nothing_else(galleries):
    """Names of parameters are keys of the manifest, papers have the titles that they have."""
    catalog = discover()
    known = {t.id: t for t in catalog.techniques}
    data = AUTHOR | SAME | {library for t in catalog.techniques for library in t.libraries}
    for name in ("saliency", "mumford-shah"):
        fields = known[name].params.model_fields
        data |= {field.replace("_", " ") for field in fields} | {
            cite(p).text for p in known[name].papers
        }
        data |= {cite(p).href for p in known[name].papers} | {
            shown(field.default) for field in fields.values()
        }
    for path in sorted(galleries[TAG].rglob("*.html")):
        said = [text for text in outside(path.read_text("utf-8"), data) if not SIZE.fullmatch(text)]
        assert said == [], path.name


def test_files_for_programs_are_the_same_in_every_language(galleries):
    names = {path.relative_to(galleries["en"]) for path in (galleries["en"] / "data").rglob("*.*")}
    assert len(names) > 5
    for name in names:
        assert (galleries["de"] / name).read_bytes() == (galleries["en"] / name).read_bytes(), name
    words = [(galleries[tag] / "made.html").read_text("utf-8") for tag in ("en", "de")]
    assert '<th scope="col" class="number">Runs</th>' in words[0]
    assert '<th scope="col" class="number">Läufe</th>' in words[1]
