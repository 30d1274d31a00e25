"""Maps of a steered angle, on a linear network whose answers are known."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest

from generator.errors import ModelError
from generator.science import steering_maps
from generator.science.occlusion import Occlusion
from generator.science.steering_maps import Trial, fine_layer, last_layers, spread, tried

SHAPE = (6, 8, 3)
RNG = np.random.default_rng(0)


@dataclass(frozen=True)
class Layer:
    name: str
    shape: tuple[int, int, int]


class Linear:
    """The angle is a weighted sum of the pixels, whose only maps are the pixels themselves."""

    batch = 16

    def __init__(self, weights: np.ndarray, *names: str) -> None:
        self.weights = weights.astype(np.float32)
        self.layers = tuple(Layer(name, weights.shape) for name in names or ("pixels",))

    def layer(self, name):
        return next(layer for layer in self.layers if layer.name == name)

    def scores(self, batch):
        return (batch * self.weights).sum(axis=(1, 2, 3))[:, None]

    def activations(self, batch, names):
        return [batch for _ in names]

    def gradients(self, batch, _, __):
        return self.scores(batch), batch, np.repeat(self.weights[None], len(batch), 0)

    def guided_gradients(self, batch, _):
        return np.repeat(self.weights[None], len(batch), 0)


def one_place(row: int, column: int, gain: float = 2.0) -> np.ndarray:
    weights = np.zeros(SHAPE)
    weights[row, column] = gain
    return weights


def angles(network):
    return lambda batch: network.scores(batch)[:, 0]


@pytest.mark.parametrize("count", range(1, 13))
@pytest.mark.parametrize("length", [1, 5, 12, 100])
def test_frames_are_spread_evenly_in_order_and_once_each(count, length):
    frames = [7 + 3 * index for index in range(length)]
    chosen = spread(frames, count)
    assert len(chosen) == min(count, length)
    assert chosen == sorted(set(chosen))
    assert set(chosen) <= set(frames)
    if 1 < count < length:
        steps = [(after - before) / 3 for before, after in pairwise(chosen)]
        assert max(steps) - min(steps) <= 1
    # As far from the first frame as from the last, to the frame that there is.
    assert abs((chosen[0] - frames[0]) - (frames[-1] - chosen[-1])) <= 3


def test_no_frame_cannot_be_asked_for():
    with pytest.raises(ValueError, match="at least 1 was expected, got 0"):
        spread([1, 2], 0)
    assert spread([], 3) == []


def test_layers_that_tell_above_from_below_are_preferred():
    network = Linear(np.zeros(SHAPE))
    network.layers = (Layer("a", (31, 98, 24)), Layer("b", (5, 22, 48)), Layer("c", (3, 20, 64)),
                      Layer("c2", (3, 20, 8)), Layer("d", (1, 18, 64)))  # fmt: skip
    assert fine_layer(network) == "b"
    assert fine_layer(network, rows=40) == "a"
    assert last_layers(network) == ["b", "c2", "d"]
    network.layers = ()
    with pytest.raises(ModelError, match="no layer with maps"):
        fine_layer(network)


def test_gradient_maps_of_a_linear_network_are_its_weights():
    weights = RNG.normal(size=SHAPE)
    image = RNG.uniform(size=SHAPE).astype(np.float32)
    found = steering_maps.grad_cam_maps(Linear(weights), image, ["pixels"])
    assert list(found) == [
        "pixels, one weight a channel", "pixels, place by place", "guided backpropagation",
    ]  # fmt: skip
    np.testing.assert_allclose(
        found["pixels, place by place"], np.abs((weights * image).sum(axis=2)), atol=1e-5
    )
    mean = weights.mean(axis=(0, 1))
    np.testing.assert_allclose(
        found["pixels, one weight a channel"], np.abs((mean * image).sum(axis=2)), atol=1e-5
    )
    np.testing.assert_allclose(
        found["guided backpropagation"], np.abs(weights.sum(axis=2)), atol=1e-5
    )


def test_occlusion_maps_lose_their_sign_and_count_both_ways_in_the_last_alone():
    first, second = (RNG.normal(size=(4, 5)).astype(np.float32) for _ in range(2))
    found = Occlusion((first + second) / 2, np.abs(first) + 1, {3: first, 6: second}, 0.0, 9)
    maps = steering_maps.occlusion_maps(found)
    assert list(maps) == ["windows of 3 pixels", "windows of 6 pixels", "all windows",
                          "all windows, either way"]  # fmt: skip
    np.testing.assert_array_equal(maps["windows of 6 pixels"], np.abs(second))
    np.testing.assert_array_equal(maps["all windows"], np.abs((first + second) / 2))
    np.testing.assert_array_equal(maps["all windows, either way"], np.abs(first) + 1)
    assert all(heat.min() >= 0 for heat in maps.values())
    only = steering_maps.occlusion_maps(Occlusion(first, np.abs(first), {3: first}, 0.0, 9))
    assert "all windows" not in only


def test_hypercolumns_need_maps():
    network = Linear(np.zeros((1, 1, 3)))
    with pytest.raises(ModelError, match="more than one pixel"):
        steering_maps.hypercolumn_maps(network, np.zeros((1, 1, 3), np.float32))


def test_a_map_that_is_the_truth_scores_one():
    network = Linear(one_place(2, 3))
    truth = np.zeros(SHAPE[:2], bool)
    truth[2, 3] = True
    image = RNG.uniform(0.5, 1, SHAPE).astype(np.float32)
    trial = tried(angles(network), image, truth.astype(np.float32), np.zeros_like(image), truth)
    assert (trial.inside, trial.pointed, trial.overlap) == (1.0, 1.0, 1.0)
    other = np.zeros(SHAPE[:2], np.float32)
    other[5, 7] = 1
    wrong = tried(angles(network), image, other, np.zeros_like(image), truth)
    assert (wrong.inside, wrong.pointed, wrong.overlap) == (0.0, 0.0, 0.0)
    assert wrong.taken < trial.taken
    assert wrong.brought > trial.brought


def test_the_curves_of_a_linear_network_are_sums_of_its_weights():
    """Slow twin: the angle is off by what the pixels that gave way contributed."""
    weights = RNG.normal(size=SHAPE)
    image = RNG.uniform(size=SHAPE).astype(np.float32)
    heat = RNG.permutation(48).reshape(6, 8).astype(np.float32)
    trial = tried(
        angles(Linear(weights)), image, heat, np.zeros_like(image), None, steps=6, batch=4
    )
    part = (weights * image).sum(axis=2)
    order = np.argsort(-heat, axis=None)
    gone = [abs(part.ravel()[order[: 8 * step]].sum()) for step in range(7)]
    back = [abs(part.ravel()[order[8 * step :]].sum()) for step in range(7)]
    np.testing.assert_allclose(trial.gone, gone, atol=1e-4)
    np.testing.assert_allclose(trial.back, back, atol=1e-4)
    area = sum((a + b) / 2 for a, b in pairwise(gone)) / 6
    assert trial.taken == pytest.approx(area, abs=1e-4)
    assert (trial.inside, trial.pointed, trial.overlap) == (None, None, None)


def test_without_anything_to_decide_nothing_is_compared_with_it():
    image = np.ones(SHAPE, np.float32)
    heat = np.ones(SHAPE[:2], np.float32)
    empty = np.zeros(SHAPE[:2], bool)
    trial = tried(angles(Linear(one_place(0, 0))), image, heat, image, empty)
    assert trial.inside is None
    assert set(trial.gone) == {0.0}
    assert trial.taken == trial.brought == 0


def test_areas_are_those_of_trapezoids():
    trial = Trial(None, None, None, (0.0, 2.0, 2.0), (4.0, 0.0))
    assert trial.taken == pytest.approx(1.5)
    assert trial.brought == pytest.approx(2.0)
