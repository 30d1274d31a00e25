"""The technique on networks small enough to run in a moment, good and impossible ones."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from generator.errors import ModelError
from generator.models.preprocessing import PRESETS, Order, Preprocessing
from generator.models.trained import Trained
from generator.samples import Survey
from generator.science.placement import Fit
from generator.techniques.filters import TECHNIQUE, FiltersParams, run

PARAMS = FiltersParams(size=20, steps=9, shown=5, big=6)
PICTURES = [np.random.default_rng(n).integers(0, 256, (40, 50, 3), dtype=np.uint8) for n in (0, 1)]
GALLERY = Survey(("one", "two", "broken"), [*PICTURES, None].__getitem__)
EMPTY = Survey((), [].__getitem__)


def network(*layers, preprocessing=PRESETS["tf"]):
    keras.utils.set_random_seed(0)
    image = keras.Input((24, 24, preprocessing.channels))
    return Trained(keras.Sequential([image, *layers]), preprocessing, Fit.CROP, ())


def convolutions(**options):
    return [
        keras.layers.Conv2D(4, 3, activation="relu", name="one"),
        keras.layers.Conv2D(7, 3, activation="relu", name="two", **options),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(3),
    ]


def check(result):
    names = {panel.name for panel in result.panels}
    assert names <= set(TECHNIQUE.legends)
    assert TECHNIQUE.highlight in names
    assert {score.metric for score in result.scores} <= set(TECHNIQUE.metrics)
    assert all(np.isfinite(score.value) for score in result.scores)
    (table,) = result.tables
    columns = TECHNIQUE.tables[table.name].columns
    assert {len(row) for row in table.rows} == {len(columns)}
    return {p.name: p for p in result.panels}, {s.metric: s.value for s in result.scores}


def test_it_shows_the_same_filters_under_every_rule():
    asked = FiltersParams(**{**dict(PARAMS), "layer": "two"})
    result = run(GALLERY, asked, network(*convolutions()))
    panels, scores = check(result)
    assert set(panels) == set(TECHNIQUE.legends)
    for name in ("none", "decay", "blur", "clipping", "combined", "fourier"):
        assert panels[name].array.shape == (44, 68, 3)  # 3 + 2 tiles
        assert panels[name].label == "two · 7 filters"
    assert panels["frames"].array.shape == (4 * 24 - 4, 4 * 24 - 4, 3)
    assert panels["frames"].label == "after 0, 2, 8, 9 steps"
    assert panels["grid"].label == "two · 0 to 5"
    curve = panels["curve"].array
    assert curve.shape == (10, 1 + len(TECHNIQUE.legends["curve"].series))
    assert np.array_equal(curve[:, 0], range(10))
    assert scores["filters"] == 7
    assert scores["dead"] == 0
    assert [row[0] for row in result.tables[0].rows] == list(range(5))
    assert {row[-1] for row in result.tables[0].rows} <= {"one", "two"}
    assert result.notes == ()


def test_it_is_the_same_twice():
    first, second = (run(GALLERY, PARAMS, network(*convolutions())) for _ in range(2))
    assert first.scores == second.scores
    assert first.tables == second.tables
    for a, b in zip(first.panels, second.panels, strict=True):
        assert np.array_equal(a.array, b.array)


@pytest.mark.parametrize("shown", [1, 64])
def test_any_number_of_filters(shown):
    params = FiltersParams(size=20, steps=1, shown=shown, big=1, combination="yosinski-4")
    panels, _ = check(run(GALLERY, params, network(*convolutions())))
    assert panels["grid"].array.shape == (16, 16, 3)


def test_an_empty_gallery_has_no_patches_and_no_ratio():
    result = run(EMPTY, PARAMS, network(*convolutions()))
    panels, scores = check(result)
    assert "natural" not in panels
    assert "reached-combined" not in scores
    assert result.notes == ("no picture excites these filters, so the curve shows plain answers",)
    assert {row[3:] for row in result.tables[0].rows} == {(None, None)}


def test_dead_filters_are_grey_and_named():
    dead = network(*convolutions(kernel_initializer="zeros"))
    result = run(GALLERY, FiltersParams(size=20, steps=3, layer="two"), dead)
    panels, scores = check(result)
    assert scores["dead"] == 7
    assert np.all(panels["combined"].array[:20, :20] == 128)
    assert "dead, as no noise moved them, and left grey: 0, 1, 2, 3, 4, 5, 6" in result.notes


def test_a_network_of_one_channel():
    grey = Preprocessing(Order.GREY, (127.5,), (127.5,))
    panels, _ = check(run(GALLERY, PARAMS, network(*convolutions(), preprocessing=grey)))
    tiles = panels["fourier"].array
    assert np.array_equal(tiles[..., 0], tiles[..., 2])


def test_a_layer_bound_to_one_size_is_drawn_at_it():
    bound = network(
        keras.layers.Flatten(),
        keras.layers.Dense(75),
        keras.layers.Reshape((5, 5, 3)),
        keras.layers.Conv2D(4, 3, name="late"),
        keras.layers.Flatten(),
        keras.layers.Dense(2),
    )
    result = run(GALLERY, PARAMS, bound)
    check(result)
    assert any("need an input of 24 × 24 pixels" in note for note in result.notes)


def test_without_convolutions_or_the_layer_it_says_so():
    plain = network(keras.layers.Flatten(), keras.layers.Dense(3))
    with pytest.raises(ModelError, match="no layer with maps"):
        run(GALLERY, PARAMS, plain)
    with pytest.raises(ModelError, match="got 'tow'; the nearest are two"):
        run(GALLERY, FiltersParams(layer="tow"), network(*convolutions()))
