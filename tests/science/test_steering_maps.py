"""Maps of a steered angle: known answers on a network that is a weighted sum of its picture."""

from dataclasses import dataclass

import numpy as np
import pytest

from generator.errors import ModelError
from generator.science import steering_maps
from generator.science.occlusion import occlusion_map


@dataclass(frozen=True)
class Layer:
    name: str
    shape: tuple[int, int, int]


class Weighing:
    """Its angle is the sum of its picture times fixed weights; its one layer is the picture."""

    batch = 64

    def __init__(self, weights, layers=()):
        self.weights = weights.astype(np.float32)
        self.layers = layers or (Layer("only", (*weights.shape, 1)),)

    def scores(self, batch):
        return (batch[..., 0] * self.weights).sum(axis=(1, 2))[:, None]

    def activations(self, batch, names):
        return [batch for _ in names]

    def gradients(self, batch, name, classes):
        return self.scores(batch), batch, np.broadcast_to(self.weights[..., None], batch.shape)

    def guided_gradients(self, batch, classes):
        return np.broadcast_to(self.weights[..., None], batch.shape)


@pytest.fixture
def weights():
    """Return weights that are 0 but for a patch that pulls right and one that pulls left."""
    found = np.zeros((12, 20))
    found[2:5, 3:6] = 1
    found[7:10, 12:15] = -2
    return found


def angle(network):
    return lambda batch: network.scores(batch)[:, 0]


def test_layers_that_tell_above_from_below_are_preferred():
    layers = tuple(Layer(f"conv{i}", (rows, 18, 8)) for i, rows in enumerate((31, 5, 3, 1), 1))
    network = Weighing(np.zeros((2, 2)), layers)
    assert steering_maps.fine_layer(network) == "conv2"
    assert steering_maps.fine_layer(network, rows=31) == "conv1"
    flat = Weighing(np.zeros((2, 2)), (Layer("a", (1, 9, 4)), Layer("b", (3, 9, 4))))
    assert steering_maps.fine_layer(flat) == "b", "the highest where all are flat"
    assert steering_maps.last_layers(network) == ["conv2", "conv3", "conv4"]


def test_a_network_without_maps_is_refused():
    bare = Weighing(np.zeros((2, 2)))
    bare.layers = ()
    with pytest.raises(ModelError, match="no layer with maps"):
        steering_maps.fine_layer(bare)
    with pytest.raises(ModelError, match="no layer with maps"):
        steering_maps.hypercolumn_maps(bare, np.ones((4, 4, 1), np.float32))


def test_place_by_place_is_what_each_place_adds_to_a_weighted_sum(weights):
    image = np.random.default_rng(0).random((12, 20, 1)).astype(np.float32)
    maps = steering_maps.grad_cam_maps(Weighing(weights), image, ["only"])
    assert list(maps) == ["only, one weight a channel", "only, place by place",
                          "guided backpropagation"]  # fmt: skip
    np.testing.assert_allclose(maps["only, place by place"], np.abs(weights * image[..., 0]))
    np.testing.assert_allclose(
        maps["only, one weight a channel"], abs(weights.mean()) * image[..., 0], rtol=1e-5
    )
    np.testing.assert_array_equal(maps["guided backpropagation"], np.abs(weights))


def test_what_pulls_both_ways_counts_in_the_last_occlusion_map_alone():
    weights = np.zeros((8, 8))
    weights[3, 2], weights[3, 4] = 1, -1
    image = np.ones((8, 8, 1), np.float32)
    network = Weighing(weights)
    found = occlusion_map(
        angle(network), image, sizes=(1, 2), stride=1, filling=np.zeros_like(image), batch=8
    )
    maps = steering_maps.occlusion_maps(found)
    assert list(maps) == ["windows of 1 pixels", "windows of 2 pixels", "all windows",
                          "all windows, either way"]  # fmt: skip
    np.testing.assert_allclose(maps["windows of 1 pixels"], np.abs(weights), atol=1e-6)
    assert all(one.min() >= 0 for one in maps.values())
    # The signed mean cancels where windows pull right and left; the magnitude does not.
    either = maps["all windows, either way"]
    assert (either >= maps["all windows"] - 1e-6).all()
    assert (either[3, 3], maps["all windows"][3, 3]) == pytest.approx((0.5, 0), abs=1e-6)


def test_one_size_of_window_needs_no_map_of_all():
    image = np.ones((4, 4, 1), np.float32)
    found = occlusion_map(
        angle(Weighing(np.ones((4, 4)))), image, sizes=(2,), stride=1, filling=0 * image, batch=8
    )
    assert list(steering_maps.occlusion_maps(found)) == ["windows of 2 pixels",
                                                         "all windows, either way"]  # fmt: skip


def test_hypercolumns_come_in_every_way_to_combine_and_each_layer_alone():
    image = np.random.default_rng(1).random((6, 9, 1)).astype(np.float32)
    layers = (Layer("fine", (6, 9, 1)), Layer("coarse", (3, 9, 1)))
    maps = steering_maps.hypercolumn_maps(Weighing(np.ones((6, 9)), layers), image)
    assert list(maps) == ["all layers, product", "all layers, geometric mean", "all layers, mean",
                          "fine alone", "coarse alone"]  # fmt: skip
    own = image[..., 0] / image.max()
    np.testing.assert_allclose(maps["fine alone"], own, rtol=1e-5)
    np.testing.assert_allclose(maps["all layers, product"], own**2, rtol=1e-4)
    np.testing.assert_allclose(maps["all layers, mean"], own, rtol=1e-5)


def test_the_true_map_gets_full_marks_and_a_wrong_one_none(weights):
    network, truth = Weighing(weights), weights != 0
    image, gone = np.ones((12, 20, 1), np.float32), np.zeros((12, 20, 1), np.float32)
    true = np.abs(weights).astype(np.float32)
    right = steering_maps.tried(angle(network), image, true, gone, truth, steps=12)
    assert (right.inside, right.pointed, right.overlap) == (1.0, 1.0, 1.0)
    elsewhere = np.roll(true, (0, 5), axis=(0, 1))
    wrong = steering_maps.tried(angle(network), image, elsewhere, gone, truth, steps=12)
    assert (wrong.inside, wrong.pointed, wrong.overlap) == (0.0, 1.0, 0.0)
    assert right.taken > wrong.taken
    assert right.brought < wrong.brought


def test_curves_are_degrees_off_from_both_ends(weights):
    network = Weighing(np.abs(weights))
    image, gone = np.ones((12, 20, 1), np.float32), np.zeros((12, 20, 1), np.float32)
    trial = steering_maps.tried(
        angle(network), image, weights.clip(0).astype(np.float32), gone, None
    )
    whole = float(np.abs(weights).sum())
    assert (trial.inside, trial.pointed, trial.overlap) == (None, None, None)
    assert (trial.gone[0], trial.gone[-1]) == pytest.approx((0, whole))
    assert (trial.back[0], trial.back[-1]) == pytest.approx((whole, 0))
    assert trial.taken == pytest.approx(np.trapezoid(trial.gone, np.linspace(0, 1, 11)))
    assert trial.brought == pytest.approx(np.trapezoid(trial.back, np.linspace(0, 1, 11)))


def test_an_empty_truth_is_no_truth(weights):
    image = np.ones((12, 20, 1), np.float32)
    trial = steering_maps.tried(
        angle(Weighing(weights)), image, image[..., 0], 0 * image, np.zeros((12, 20), bool)
    )
    assert trial.inside is None


def test_frames_are_spread_evenly():
    assert steering_maps.spread(range(100), 4) == [12, 37, 62, 87]
    assert steering_maps.spread([5, 7, 9], 3) == [5, 7, 9]
    assert steering_maps.spread([5, 7], 10) == [5, 7]
    assert len(set(steering_maps.spread(range(11), 10))) == 10
    with pytest.raises(ValueError, match="at least 1"):
        steering_maps.spread([1], 0)
