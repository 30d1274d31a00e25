"""Data sets: what is read from folders, tables and packages, and what is said about the rest."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generator import datasets, sources
from generator.content import Located
from generator.errors import SourceError
from generator.sample_sets import SETS
from generator.schema import DataSetEntry


def locate(source: str, folder: Path) -> Located:
    path = sources.resolve(source, folder)
    return Located(path, hashlib.sha256(path.read_bytes()).hexdigest())


def entry(source: str, **more) -> DataSetEntry:
    words = {"id": "set", "title": "A set", "credit": "Us", "licence": "CC0"}
    return DataSetEntry(source=source, **words, **more)


def read(folder: Path, source: str, **more):
    return datasets.declared(entry(source, **more), folder, locate, "manifest.yaml:3")


def picture(path: Path, seed: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)


@pytest.fixture
def folder(tmp_path):
    for label in ("cats", "dogs"):
        for index in range(10):
            picture(tmp_path / "pets" / label / f"{index}.png", index + 100 * (label == "dogs"))
    return tmp_path


def test_class_folders_are_split_and_every_class_is_on_both_sides(folder):
    item = read(folder, "pets", test=0.3)
    assert item.problem == ""
    assert item.data.classes == ("cats", "dogs")
    assert item.data.drawn == (0.3, 0)
    assert item.data.problems == ()
    held = [(e.label, e.held_out) for e in item.data.examples]
    assert held.count(("cats", True)) == held.count(("dogs", True)) == 3
    assert len(held) == 20


def test_train_and_test_folders_are_taken_as_they_are(folder):
    picture(folder / "given" / "train" / "a" / "1.png", 1)
    picture(folder / "given" / "train" / "b" / "2.png", 2)
    picture(folder / "given" / "Test" / "a" / "3.png", 3)
    data = read(folder, "given", test=0.9).data
    assert data.drawn is None
    assert [(e.name, e.label, e.held_out) for e in sorted(data.examples, key=lambda e: e.name)] == [
        ("Test/a/3.png", "a", True),
        ("train/a/1.png", "a", False),
        ("train/b/2.png", "b", False),
    ]
    assert data.problems == ("the class 'b' has no example to test with",)


def test_a_folder_in_a_class_is_a_group_and_stays_on_one_side(tmp_path):
    for label in "ab":
        for group in range(5):
            for index in range(4):
                seed = hash((label, group, index)) % 2**32
                picture(tmp_path / "set" / label / f"g{group}" / f"{index}.png", seed)
    data = read(tmp_path, "set").data
    sides: dict[str, set[bool]] = {}
    for example in data.examples:
        sides.setdefault(example.group, set()).add(example.held_out)
    assert len(sides) == 10
    assert all(len(side) == 1 for side in sides.values())
    assert {example.held_out for example in data.examples} == {True, False}


def test_copies_of_a_picture_are_on_one_side_and_said(folder):
    for index in range(5):
        picture(folder / "pets" / "cats" / f"copy{index}.png", 3)
    for seed in range(10):
        data = read(folder, "pets", seed=seed).data
        twins = [e for e in data.examples if e.name in {"cats/3.png", "cats/copy0.png"}]
        assert len({e.held_out for e in twins}) == 1
    assert data.problems == (
        "the same picture is there more than once: cats/3.png, cats/copy0.png, cats/copy1.png ...",
    )


def test_a_picture_in_training_and_in_test_is_said(tmp_path):
    for side in ("train", "test"):
        for label, seed in (("a", 1), ("b", 2 if side == "train" else 3)):
            picture(tmp_path / "set" / side / label / "x.png", seed)
    problems = read(tmp_path, "set").data.problems
    assert problems == ("the same picture is in training and in test: test/a/x.png, train/a/x.png",)


def test_a_picture_with_two_labels_is_said(folder):
    picture(folder / "pets" / "dogs" / "twin.png", 3)
    problems = read(folder, "pets").data.problems
    assert "the same picture is labelled cats and dogs: cats/3.png, dogs/twin.png" in problems


def test_what_is_no_picture_is_named_and_the_rest_is_there(folder):
    (folder / "pets" / "cats" / "notes.txt").write_text("x")
    (folder / "pets" / "cats" / ".hidden.png").write_text("x")
    (folder / "pets" / "README.md").write_text("x")
    data = read(folder, "pets").data
    assert data.problems == ("cats/notes.txt: expected a picture, got a .txt file",)
    assert len(data.examples) == 20


def test_names_and_order_decide_nothing(folder):
    first = read(folder, "pets").data
    for path in sorted((folder / "pets").rglob("*.png")):
        path.rename(path.with_name(f"z{99 - int(path.stem)}.png"))
    second = read(folder, "pets").data
    assert first.causes == second.causes
    assert [e.name for e in first.examples] != [e.name for e in second.examples]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("nowhere", "expected a folder at 'nowhere', found nothing"),
        ("../secret", "expected a path inside"),
        ("/etc", "expected a path inside"),
        ("file.png", "expected a folder at 'file.png', found a file"),
        ("empty", "expected pictures with labels, found none"),
        ("none.csv", "expected a file at 'none.csv', found nothing"),
        ("sample:skimage/nothing", "expected one of sample:skimage/textures"),
        ("synthetic:road", "expected a folder at 'synthetic:road', found nothing"),
    ],
)
def test_a_set_that_is_not_there_is_an_item_with_a_problem(tmp_path, source, said):
    content = tmp_path / "content"
    (content / "empty").mkdir(parents=True)
    picture(content / "file.png", 1)
    item = read(content, source)
    assert item.data is None
    assert item.problem.startswith("manifest.yaml:3: ")
    assert said in item.problem


def test_a_link_that_leaves_the_folder_is_left_out(folder, tmp_path):
    picture(tmp_path / "secret.png", 5)
    content = folder / "pets"
    (content / "cats" / "link.png").symlink_to(os.devnull)
    problems = read(folder, "pets").data.problems
    assert len(problems) == 1
    assert "is a link that leaves" in problems[0]


CSV = """path,label,group,split
a.png,cat,one,train
b.png,cat,two,test
c.png,"dog, brown",three,Train
d.png,"dog, brown",four,test
"""


@pytest.fixture
def table(tmp_path):
    for seed, name in enumerate("abcd"):
        picture(tmp_path / "in" / f"{name}.png", seed)

    def write(text: str, encoding: str = "utf-8") -> object:
        (tmp_path / "in" / "labels.csv").write_bytes(text.encode(encoding))
        return read(tmp_path, "in/labels.csv")

    return write


def test_a_table_is_read(table):
    data = table(CSV).data
    assert data.problems == ()
    assert sorted((e.name, e.label, e.group, e.held_out) for e in data.examples) == [
        ("a.png", "cat", "one", False),
        ("b.png", "cat", "two", True),
        ("c.png", "dog, brown", "three", False),
        ("d.png", "dog, brown", "four", True),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_other_separators_spaces_and_capitals_are_read(table, encoding):
    same = CSV.replace('"dog, brown"', "dog").replace(",", " ; ").replace("path", "Path")
    assert len(table(same, encoding).data.examples) == 4


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nowhere.png,cat,x,train", "line 6: expected a file at 'in/nowhere.png', found nothing"),
        ("../out.png,cat,x,train", "line 6: expected a path inside"),
        (",cat,x,train", "line 6: expected a path and a label"),
        ("a.png,,x,train", "line 6: expected a path and a label"),
        ("a.png,cat,x,maybe", "line 6: expected a split of train or test, got 'maybe'"),
        ("a.png", "line 6: expected a path and a label"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_there(table, line, said):
    data = table(f"{CSV}{line}\n").data
    assert len(data.examples) == 4
    assert any(problem.startswith(said) for problem in data.problems), data.problems


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("", "utf-8", "expected the columns path and label, got none"),
        ("file,class\na.png,x\n", "utf-8", "expected the columns path and label, got file, class"),
        ("path,label\na.png,ä\n", "latin-1", "expected UTF-8, got other bytes"),
        ("path,label\n", "utf-8", "expected pictures with labels, found none"),
    ],
)
def test_a_table_of_another_kind_is_a_problem(table, text, encoding, said):
    assert said in table(text, encoding).problem


def test_labels_may_be_any_text(table):
    data = table("path,label\na.png,<b>bold</b>\nb.png,\N{CAT FACE}\nc.png,\N{CAT FACE}\n").data
    assert data.classes == ("<b>bold</b>", "\N{CAT FACE}")


@pytest.mark.parametrize("source", SETS)
def test_sets_of_packages_have_every_class_on_both_sides(tmp_path, source):
    data = read(tmp_path, source).data
    assert data.problems == ()
    sides = {(e.label, e.held_out) for e in data.examples}
    assert len(sides) == 2 * len(data.classes)
    assert len({e.digest for e in data.examples}) == len(data.examples)


def test_halves_of_a_photograph_do_not_touch(tmp_path):
    for source in ("sample:skimage/textures", "sample:skimage/surfaces"):
        examples = read(tmp_path, source).data.examples
        for one in (e for e in examples if not e.held_out):
            for other in (e for e in examples if e.held_out and e.file == one.file):
                assert apart(one.part.box, other.part.box), (one.name, other.name)


def apart(one, other) -> bool:
    rows = one[0] + one[2] <= other[0] or other[0] + other[2] <= one[0]
    columns = one[1] + one[3] <= other[1] or other[1] + other[3] <= one[1]
    return rows or columns


def test_an_unknown_set_is_named(tmp_path):
    from generator.sample_sets import examples

    with pytest.raises(SourceError, match="got 'sample:sklearn/digits'"):
        examples("sample:sklearn/digits", locate, tmp_path)
