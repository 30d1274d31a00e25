"""Classifiers from a data set to their report: what they say, what they keep, what they refuse."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from passing_steps import PassingSteps

from generator import visual_words
from generator.catalog import discover
from generator.content import Kind, Located
from generator.errors import SourceError
from generator.models.loading import load as load_network
from generator.networks import known
from generator.samples import Album
from generator.shelf import Shelf
from generator.steps import KeptSteps

CATALOG = discover()
TRAINED = [t.id for t in CATALOG.techniques if "predictions" in t.tables]
SMALL = {
    "bag-of-words": {"words": 12, "tested": 1, "shown": 6},
    "fisher-vectors": {"gaussians": 3, "components": 8, "tested": 1, "shown": 6},
    "cam-head": {"tested": 1, "shown": 6},
    "learning-curves": {
        "words": (3, 6), "gaussians": (2, 3), "shares": (0.5, 1.0), "costs": (0.1, 1.0),
    },
    "data-set": {},
}  # fmt: skip
RNG = np.random.default_rng(0)


def stripes(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    columns = (np.arange(40) + rng.integers(8)) // 4 % 2
    return np.stack([np.tile(columns * 180 + rng.integers(40), (32, 1))] * 3, -1).astype(np.uint8)


def dots(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    picture = np.full((32, 40, 3), rng.integers(40), np.uint8)
    rows, columns = np.mgrid[:32, :40]
    for row, column in rng.integers(4, 28, (6, 2)):
        picture[(rows - row) ** 2 + (columns - column) ** 2 < 10] = 220
    return picture


def album_of(pictures, labels, held_out=None, classes=("dots", "stripes"), groups=None) -> Album:
    count = len(pictures)
    held_out = held_out or [index % 3 == 0 for index in range(count)]
    return Album(
        classes=tuple(classes),
        labels=tuple(labels),
        groups=tuple(groups or [""] * count),
        held_out=tuple(held_out),
        digests=tuple(f"{index}" for index in range(count)),
        read=lambda index: pictures[index],
        steps=PassingSteps(),
    )


def easy(count: int = 15) -> Album:
    pictures = [(dots, stripes)[index % 2](index) for index in range(2 * count)]
    return album_of(pictures, [index % 2 for index in range(2 * count)])


@lru_cache(maxsize=1)
def network():
    return load_network(known(lambda s, f: Located(f / s, ""), Path())["planted-flat"])


def run(name: str, album: Album, **more):
    made = CATALOG[name]
    networks = [network()] if made.needs else []
    return made.run(album, made.params(**{**SMALL[name], **more}), *networks)


def values(result) -> dict[str, float]:
    return {score.metric: score.value for score in result.scores}


def table(result, name):
    return next(one for one in result.tables if one.name == name)


def panel(result, name):
    return next(one for one in result.panels if one.name == name)


@lru_cache(maxsize=8)
def report(name: str):
    return run(name, easy())


@pytest.mark.parametrize("name", ["bag-of-words", "fisher-vectors"])
def test_what_differs_in_texture_is_told_apart(name):
    assert values(report(name))["accuracy"] == 100
    assert values(report(name))["guess"] == 50


@pytest.mark.parametrize("name", TRAINED)
def test_the_report_agrees_with_itself(name):
    result = report(name)
    rows = table(result, "predictions").rows
    right = sum(row[1] == row[2] for row in rows)
    assert values(result)["accuracy"] == pytest.approx(100 * right / len(rows))
    assert values(result)["tested"] == len(rows) == 10
    counts = np.array([row[1:] for row in table(result, "confusion").rows])
    assert counts.sum() == len(rows)
    assert np.trace(counts) == right
    assert table(result, "confusion").heads == ("dots", "stripes")
    accuracy = next(score for score in result.scores if score.metric == "accuracy")
    assert accuracy.interval[0] <= accuracy.value <= accuracy.interval[1]
    learned = [row[1] for row in table(result, "classes").rows]
    assert learned == [10, 10]


@pytest.mark.parametrize("name", TRAINED)
def test_pictures_shown_are_held_out_and_each_has_its_map(name):
    album, result = easy(), report(name)
    shown = [row for row in table(result, "predictions").rows if row[5] is not None]
    tests, maps = panel(result, "tests").array, panel(result, "decision").array
    assert len(shown) == len(tests) == len(maps) == 6
    assert tests.shape[:3] == maps.shape
    assert sorted(row[5] for row in shown) == [0, 1, 2, 3, 4, 5]
    for row in shown:
        assert album.held_out[int(row[0])]
        assert np.array_equal(tests[int(row[5])], album.read(int(row[0])))


@pytest.mark.parametrize("name", ["bag-of-words", "fisher-vectors"])
@pytest.mark.parametrize(
    "more", [{}, {"where": "keypoints"}, {"descriptor": "hog"}, {"encoding": "vlad"},
             {"position": True}, {"votes": "hard"}, {"levels": 2}]
)  # fmt: skip
def test_painted_decisions_add_up_to_the_margin(name, more):
    if not set(more) <= set(CATALOG[name].params.model_fields):
        pytest.skip("the other technique's option")
    result = run(name, easy(), **more)
    sums = panel(result, "decision").array.sum(axis=(1, 2), dtype=np.float64)
    margins = {row[5]: row[4] for row in table(result, "predictions").rows if row[5] is not None}
    said = {row[5]: row[2] for row in table(result, "predictions").rows if row[5] is not None}
    # What is missing is the bias of the class named: the same in every picture named so.
    for label in set(said.values()):
        biases = [margins[at] - sums[int(at)] for at in said if said[at] == label]
        assert np.ptp(biases) < 1e-3 * max(1, np.abs(list(margins.values())).max())


def test_the_average_of_a_new_heads_map_is_its_margin():
    result = run("cam-head", easy())
    means = panel(result, "decision").array.mean(axis=(1, 2), dtype=np.float64)
    rows = [row for row in table(result, "predictions").rows if row[5] is not None]
    for label in {row[2] for row in rows}:
        biases = [row[4] - means[int(row[5])] for row in rows if row[2] == label]
        assert np.ptp(biases) < 0.05 * max(1, np.ptp([row[4] for row in rows]))


def test_a_vocabulary_is_shown_word_by_word():
    result = report("bag-of-words")
    words = table(result, "words")
    assert len(words.rows) == 12
    assert sum(row[1] for row in words.rows) == pytest.approx(100)
    assert len(panel(result, "words").array) == 12 * 9
    # Of two classes, what speaks for one speaks against the other as much.
    assert np.allclose([row[2] + row[3] for row in words.rows], 0)


def test_words_are_painted_where_they_fire():
    result = report("bag-of-words")
    fires = panel(result, "fires").array
    assert fires.shape == panel(result, "fired-on").array.shape[:3]
    assert fires.min() >= -1
    assert 1 < len(np.unique(fires)) <= 13
    assert fires.max() < 12


@pytest.mark.parametrize("name", [t.id for t in CATALOG.techniques if Kind.DATASET in t.accepts])
def test_the_same_twice(name):
    first, second = report(name), run(name, easy())
    assert first.scores == second.scores
    assert first.tables == second.tables
    for a, b in zip(first.panels, second.panels, strict=True):
        assert np.array_equal(a.array, b.array)


@pytest.mark.parametrize("name", [t.id for t in CATALOG.techniques if Kind.DATASET in t.accepts])
def test_what_a_technique_says_has_its_words(name):
    made, result = CATALOG[name], report(name)
    assert {one.name for one in result.panels} <= set(made.legends)
    assert {score.metric for score in result.scores} <= set(made.metrics)
    for one in result.tables:
        legend = made.tables[one.name]
        width = len(legend.columns) + len(one.heads)
        assert all(len(row) == width for row in one.rows)
        assert bool(one.heads) == (legend.each is not None)


class Counting(KeptSteps):
    """Kept steps that count the pictures that are measured."""

    measured = 0

    def each(self, compute, album, causes, beside=None):
        def counted(picture, **given):
            self.measured += 1
            return compute(picture, **given)

        counted.__module__, counted.__qualname__ = compute.__module__, compute.__qualname__
        return super().each(counted, album, causes, beside)


@pytest.fixture
def kept(tmp_path):
    with Shelf(tmp_path) as shelf:
        yield lambda: Counting(shelf, {"libraries": {}}, threads=1)


@pytest.mark.parametrize("name", TRAINED)
def test_another_cost_measures_no_picture_again(kept, name):
    steps = kept()
    first = run(name, replace(easy(), steps=steps))
    assert steps.measured == 30
    steps = kept()
    second = run(name, replace(easy(), steps=steps), cost=0.5)
    assert steps.measured == 0
    assert values(second)["cost"] == 0.5
    assert values(first)["cost"] != 0.5


@pytest.mark.parametrize("name", TRAINED)
def test_one_more_picture_is_measured_alone(kept, name):
    run(name, replace(easy(15), steps=kept()))
    steps = kept()
    more = replace(easy(16), steps=steps)
    run(name, more)
    assert steps.measured == 2  # one of each class


def test_what_is_learned_does_not_hang_on_the_held_out_pictures():
    album = easy()
    other = replace(
        album, read=lambda i: np.zeros((9, 9, 3), np.uint8) if album.held_out[i] else album.read(i)
    )
    look = visual_words.Look(visual_words.Where.DENSE, visual_words.Descriptor.SIFT, 8)
    options = {"words": 5, "votes": "hard", "levels": 0}
    made = [
        visual_words.vectors(one, look, "BagOfWords", options, sampled=1000, seed=0)
        for one in (album, other)
    ]
    assert np.array_equal(made[0].encoder.words, made[1].encoder.words)
    assert np.array_equal(made[0].counts, made[1].counts)
    assert np.array_equal(made[0].nearest, made[1].nearest)
    assert {int(i) for i in made[0].nearest[:, :, 0].ravel() if i >= 0} <= {
        i for i in range(30) if not album.held_out[i]
    }


NASTY = {
    "broken pictures": [None if i % 5 == 1 else (dots, stripes)[i % 2](i) for i in range(30)],
    "one-pixel pictures among others": [
        np.full((1, 1, 3), 9, np.uint8) if i in {3, 6, 9} else (dots, stripes)[i % 2](i)
        for i in range(30)
    ],
    "pictures of many sizes": [
        (dots, stripes)[i % 2](i)[: 12 + i % 7, : 20 - i % 5] for i in range(30)
    ],
    "noise": [RNG.integers(0, 256, (20, 20, 3), dtype=np.uint8) for _ in range(30)],
    "pictures that are all equal": [stripes(0)] * 30,
    "rows of pixels among others": [
        np.full((1, 50, 3), 9, np.uint8) if i == 4 else (dots, stripes)[i % 2](i) for i in range(30)
    ],
}


@pytest.mark.parametrize("what", NASTY)
@pytest.mark.parametrize("name", [t.id for t in CATALOG.techniques if Kind.DATASET in t.accepts])
def test_nasty_pictures_are_noted_and_the_rest_is_there(name, what):
    pictures = NASTY[what]
    result = run(name, album_of(pictures, [index % 2 for index in range(30)]))
    assert result.panels
    broken = [index for index, one in enumerate(pictures) if one is None]
    said = " ".join(result.notes)
    if name in TRAINED or name == "data-set":
        assert ("6 pictures of 30 cannot be read" in said) == bool(broken)
    if what == "one-pixel pictures among others" and name in {"bag-of-words", "fisher-vectors"}:
        assert "3 pictures in which no patch could be described" in said


REFUSED = {
    "one class": (easy, {"labels": (0,) * 30, "classes": ("dots",)}, "at least two classes"),
    "nothing held out": (easy, {"held_out": (False,) * 30}, "at least one held-out picture"),
    "everything held out": (easy, {"held_out": (True,) * 30}, ""),
    "nothing readable": (easy, {"read": lambda _: None}, ""),
    "only pixels": (easy, {"read": lambda _: np.zeros((1, 1, 3), np.uint8)}, ""),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("name", TRAINED)
def test_what_cannot_be_learned_is_refused_in_words(name, what):
    make, changes, said = REFUSED[what]
    if what == "only pixels" and name == "cam-head":
        pytest.skip("a network sees a pixel as it sees any picture")
    with pytest.raises(SourceError, match=said or "."):
        run(name, replace(make(), **changes))


def test_a_class_of_one_picture_and_a_class_never_trained_on():
    pictures = [(dots, stripes)[index % 2](index) for index in range(30)]
    labels = [index % 2 for index in range(30)]
    labels[1], labels[0] = 2, 3  # one picture to learn from, one to be tested on
    album = album_of(pictures, labels, classes=("dots", "stripes", "one", "<b>\N{CAT FACE}"))
    result = run("bag-of-words", album)
    assert "never named, for want of pictures to learn from: <b>\N{CAT FACE}" in result.notes
    rows = {row[0]: row for row in table(result, "classes").rows}
    assert rows["one"][1:3] == (1, 0)
    assert rows["<b>\N{CAT FACE}"][1:3] == (0, 1)
    assert rows["<b>\N{CAT FACE}"][4] == 0


def test_more_words_than_descriptors():
    album = easy()
    result = run("bag-of-words", album, words=4000)
    assert 0 < len(table(result, "words").rows) < 4000


def test_curves_are_those_of_the_classifiers():
    result = report("learning-curves")
    assert {one.name for one in result.panels} == {"words", "gaussians", "training", "costs"}
    words = panel(result, "words").array
    assert words[:, 0].tolist() == [3, 6]
    alone = run("bag-of-words", easy(), words=6, votes="hard")
    assert words[1, 1] == pytest.approx(values(alone)["accuracy"])
    assert words[1, 2] == pytest.approx(values(alone)["train"])
    assert panel(result, "training").array[:, 0].tolist() == [10, 20]
