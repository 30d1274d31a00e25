"""Data sets through the whole house: from a manifest to pages, and what is kept on the way."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generator.build import Options, render_only
from generator.clean import clean

MANIFEST = """\
title: Sets
techniques:
  bag-of-words:
    params: {words: 6, shown: 6, tested: 0}
datasets:
  - {id: marks, source: marks, title: Marks, credit: Us, licence: CC0, test: 0.3}
"""


def stripes(seed: int) -> np.ndarray:
    columns = (np.arange(40) + seed) // 4 % 2
    return np.stack([np.tile(columns * 180 + seed % 40, (32, 1))] * 3, -1).astype(np.uint8)


def blobs(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    picture = np.full((32, 40, 3), seed % 40, np.uint8)
    rows, columns = np.mgrid[:32, :40]
    for row, column in rng.integers(4, 28, (6, 2)):
        picture[(rows - row) ** 2 + (columns - column) ** 2 < 10] = 220
    return picture


@pytest.fixture
def sets(house):
    house.manifest(MANIFEST)
    for label, make in (("stripes", stripes), ("blobs", blobs)):
        folder = house.content / "marks" / label
        folder.mkdir(parents=True)
        for index in range(12):
            Image.fromarray(make(index)).save(folder / f"{index}.png")
    return house


def kept(house) -> dict[str, int]:
    """Return when each step's file was written."""
    folder = house.root / ".salon" / "store" / "steps"
    return {str(p.relative_to(folder)): p.stat().st_mtime_ns for p in folder.rglob("*.npz")}


def test_a_set_gets_its_pages(sets):
    summary = sets.build()
    assert (summary.built, summary.failed) == (2, 0)
    page = sets.page("items/marks.html")
    assert "24 pictures of 2 classes" in page
    assert "drawn by lot, 30 % of each class (seed 0)" in page
    assert "../classifiers/marks--bag-of-words--default.html" in page
    assert (sets.project.out / "vocabularies" / "marks--bag-of-words--default.html").is_file()
    numbers = json.loads(sets.page("salon.json"))["items"]["marks"]["runs"]
    assert numbers["bag-of-words/default"]["scores"]["accuracy"] == 100
    again = sets.build()
    assert (again.built, again.cached, again.written) == (0, 2, False)


def test_another_cost_and_other_words_measure_nothing_again(sets):
    sets.build()
    before = kept(sets)
    sets.edit("words: 6,", "words: 6, cost: 2.0,")
    assert sets.build().built == 1
    assert kept(sets) == before
    sets.edit("title: Marks", "title: Marks and more")
    assert sets.build().built == 0
    assert kept(sets) == before


def test_one_more_picture_is_measured_alone(sets):
    sets.build()
    before = kept(sets)
    Image.fromarray(blobs(99)).save(sets.content / "marks" / "blobs" / "99.png")
    assert sets.build().built == 2
    after = kept(sets)
    assert {name: after[name] for name in before} == before
    assert len(after) == len(before) + 3  # its size, its descriptors, and the vectors of all


def test_what_no_result_rests_on_is_removed(sets):
    sets.build()
    before = kept(sets)
    sets.edit("words: 6,", "words: 5, step: 4,")
    sets.build()
    assert len(kept(sets)) > len(before)
    clean([sets.project], dry_run=True)
    assert len(kept(sets)) > len(before)
    clean([sets.project], dry_run=False)
    assert len(kept(sets)) == len(before)
    assert sets.build().built == 0


def test_broken_pictures_are_said_and_the_rest_is_built(sets):
    for name in ("a.png", "b.png"):
        (sets.content / "marks" / "blobs" / name).write_bytes(b"no picture: " + name.encode())
    (sets.content / "marks" / "blobs" / "empty.png").write_bytes(b"")
    (sets.content / "marks" / "stripes" / "notes.pdf").write_bytes(b"%PDF")
    summary = sets.build()
    assert (summary.built, summary.failed) == (2, 0)
    page = sets.page("items/marks.html")
    assert "expected a picture, got a .pdf file" in page
    assert "3 pictures of 27 cannot be read" in page
    assert "3 pictures of 27 cannot be read" in sets.page(
        "classifiers/marks--bag-of-words--default.html"
    )


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("nowhere", "expected a folder at &#39;nowhere&#39;, found nothing"),
        ("../content/marks", "expected a path inside content/"),
        ("sample:skimage/nothing", "expected one of sample:skimage/textures"),
        ("gone.csv", "expected a file at &#39;gone.csv&#39;, found nothing"),
    ],
)
def test_a_set_that_is_not_there_has_its_card(sets, source, said):
    sets.edit("source: marks", f"source: '{source}'")
    summary = sets.build()
    assert (summary.built, summary.failed) == (0, 1)
    assert said in sets.page("items/marks.html")
    assert "marks" in summary.problems[0]


def test_one_class_is_a_card_and_its_pictures_are_shown(sets):
    for path in (sets.content / "marks" / "blobs").iterdir():
        path.unlink()
    summary = sets.build()
    assert (summary.built, summary.failed) == (1, 1)
    page = sets.page("items/marks.html")
    assert "at least two classes to learn from were expected" in page
    assert "12 pictures" in page


def test_labels_are_escaped(sets):
    rows = [f"marks/stripes/{i}.png,<b>bold</b>" for i in range(12)]
    rows += [f"marks/blobs/{i}.png,\N{CAT FACE} & co" for i in range(12)]
    (sets.content / "labels.csv").write_text("path,label\n" + "\n".join(rows), encoding="utf-8")
    sets.edit("source: marks", "source: labels.csv")
    assert sets.build().failed == 0
    for path in Path(sets.project.out).rglob("*.html"):
        assert "<b>bold" not in path.read_text(encoding="utf-8")
    assert "&lt;b&gt;bold&lt;/b&gt;" in sets.page("items/marks.html")


def test_pages_are_made_without_the_pictures(sets):
    sets.build()
    before = {p.name: p.read_bytes() for p in Path(sets.project.out).rglob("*.html")}
    (sets.content / "marks").rename(sets.root / "elsewhere")
    summary = render_only(sets.project, Options())
    assert summary.failed == 0
    after = {p.name: p.read_bytes() for p in Path(sets.project.out).rglob("*.html")}
    assert set(after) == set(before)
    assert "marks--bag-of-words--default.html" in after
    assert b"missing" not in after["marks.html"]


def test_two_stores_hold_the_same(sets):
    first = sets.at("one")
    second = sets.at("two")
    from generator.build import build

    for project, jobs in ((first, 1), (second, 2)):
        build(project, Options(jobs=jobs))
    trees = [
        {
            str(p.relative_to(one.store)): p.read_bytes()
            for p in (one.store / "steps").rglob("*.npz")
        }
        for one in (first, second)
    ]
    assert trees[0] == trees[1]
    assert trees[0]
