"""Maps from activations and gradients: formulae written plainly, a small network, laws."""

import math

import cv2
import numpy as np
import pytest

from generator.science.attribution import (
    Combine,
    class_activation_map,
    elementwise_grad_cam,
    grad_cam,
    guided_grad_cam,
    hypercolumns,
    positive,
    regression_maps,
    regression_target,
    upsample,
)

H, W, K = 7, 13, 5


def layer(seed=0, shape=(H, W, K)):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


class Network:
    """ReLU, mean over places, two dense layers: y = v · tanh(U mean ReLU(A)); by hand."""

    def __init__(self, seed=0):
        rng = np.random.default_rng(seed)
        self.inner, self.outer = rng.normal(size=(3, K)), rng.normal(size=3)

    def __call__(self, activations):
        pooled = np.maximum(activations, 0).mean(axis=(0, 1))
        return self.outer @ np.tanh(self.inner @ pooled)

    def gradient(self, activations):
        pooled = np.maximum(activations, 0).mean(axis=(0, 1))
        slope = (self.outer * (1 - np.tanh(self.inner @ pooled) ** 2)) @ self.inner
        return slope * (activations > 0) / math.prod(activations.shape[:2])


def slow_cam(activations, weights):
    out = np.zeros(activations.shape[:2])
    for row, column in np.ndindex(out.shape):
        for k in range(activations.shape[2]):
            out[row, column] += float(weights[k]) * float(activations[row, column, k])
    return out


def slow_upsample(heat, shape):
    h, w = heat.shape
    out = np.zeros(shape)
    for row, column in np.ndindex(shape):
        y = min(max((row + 0.5) * h / shape[0] - 0.5, 0), h - 1)
        x = min(max((column + 0.5) * w / shape[1] - 0.5, 0), w - 1)
        top, left = math.floor(y), math.floor(x)
        bottom, right = min(top + 1, h - 1), min(left + 1, w - 1)
        above = heat[top, left] * (1 - x + left) + heat[top, right] * (x - left)
        below = heat[bottom, left] * (1 - x + left) + heat[bottom, right] * (x - left)
        out[row, column] = above * (1 - y + top) + below * (y - top)
    return out


def slow_hypercolumn(activations, shape):
    maps = [np.abs(a) / np.abs(a).max() for a in np.moveaxis(activations, 2, 0) if a.any()]
    heat = slow_upsample(sum(maps) / len(maps), shape)
    return heat / heat.max()


def test_a_class_activation_map_meets_its_slow_twin_and_its_law():
    activations, weights, bias = layer(), layer(1, (K,)), 0.7
    heat = class_activation_map(activations, weights)
    assert (heat.dtype, heat.shape) == (np.float32, (H, W))
    np.testing.assert_allclose(heat, slow_cam(activations, weights), atol=1e-6)
    score = weights @ activations.mean(axis=(0, 1)) + bias
    assert heat.mean() == pytest.approx(score - bias, abs=1e-6)


def test_grad_cam_weighs_channels_by_their_mean_gradient():
    activations, gradients = layer(), layer(1)
    alpha = [sum(gradients[:, :, k].ravel().tolist()) / (H * W) for k in range(K)]
    expected = slow_cam(activations, alpha)
    np.testing.assert_allclose(grad_cam(activations, gradients), expected, atol=1e-6)


def test_the_elementwise_form_keeps_each_places_gradient():
    activations, gradients = layer(), layer(1)
    expected = np.zeros((H, W))
    for row, column, k in np.ndindex(H, W, K):
        expected[row, column] += activations[row, column, k] * gradients[row, column, k]
    heat = elementwise_grad_cam(activations, gradients)
    assert heat.dtype == np.float32
    np.testing.assert_allclose(heat, expected, atol=1e-5)


def test_on_pooling_and_a_linear_layer_both_forms_are_the_class_activation_map_over_z():
    activations, weights = layer(), layer(1, (K,))
    gradients = np.broadcast_to(weights / (H * W), (H, W, K))
    expected = np.maximum(class_activation_map(activations, weights), 0) / (H * W)
    for method in (grad_cam, elementwise_grad_cam):
        heat = positive(method(activations, gradients))
        np.testing.assert_allclose(heat, expected, atol=1e-7)


def test_the_map_foretells_small_changes_of_the_value():
    # Scaling what is seen at one place by 1 + t changes y by t times the elementwise map there.
    network, activations, t = Network(), layer().astype(np.float64), 1e-4
    heat = elementwise_grad_cam(activations, network.gradient(activations))
    for row, column in np.ndindex(H, W):
        changed = [activations.copy(), activations.copy()]
        changed[0][row, column] *= 1 + t
        changed[1][row, column] *= 1 - t
        slope = (network(changed[0]) - network(changed[1])) / (2 * t)
        assert heat[row, column] == pytest.approx(slope, abs=1e-7)


@pytest.mark.parametrize("method", [grad_cam, elementwise_grad_cam])
def test_a_scaled_logit_scales_the_map_and_nothing_else(method):
    activations, gradients = layer(), layer(1)
    heat, scaled = method(activations, gradients), method(activations, 250 * gradients)
    np.testing.assert_allclose(scaled / np.abs(scaled).max(), heat / np.abs(heat).max(), atol=1e-6)
    assert not method(activations, np.zeros_like(gradients)).any()


def test_flipped_activations_flip_the_map():
    activations, gradients = layer(), layer(1)
    for method in (grad_cam, elementwise_grad_cam):
        np.testing.assert_allclose(
            method(activations[:, ::-1], gradients[:, ::-1]),
            method(activations, gradients)[:, ::-1],
            atol=1e-6,
        )


def test_guided_grad_cam_multiplies_by_the_enlarged_map_and_keeps_the_sign():
    guided, heat = layer(2, (14, 26, 3)), np.abs(layer(3, (3, 4)))
    expected = guided.sum(axis=2) * slow_upsample(heat, (14, 26))
    found = guided_grad_cam(guided, heat)
    assert (found.dtype, found.shape) == (np.float32, (14, 26))
    np.testing.assert_allclose(found, expected, atol=1e-5)
    assert found.min() < 0 < found.max()
    assert not guided_grad_cam(guided, np.zeros((1, 1))).any()


def test_the_maps_of_an_angle():
    signed = np.array([[-2.0, 0.5, 0.0]], np.float32)
    maps = regression_maps(signed, 0.3)
    assert list(maps) == ["right", "left", "centre"]
    assert maps["right"].tolist() == [[0, 0.5, 0]]
    assert maps["left"].tolist() == maps["centre"].tolist() == [[2, 0, 0]]
    assert regression_maps(signed, -0.3)["centre"].tolist() == [[0, 0.5, 0]]
    assert regression_maps(signed, 0.0)["centre"] is None
    mirrored = regression_maps(-signed, -0.3)
    np.testing.assert_array_equal(mirrored["left"], maps["right"])
    np.testing.assert_array_equal(mirrored["centre"], maps["centre"])


@pytest.mark.parametrize(
    ("degrees", "target"),
    [(5.1, "right"), (5.0, "centre"), (0.0, "centre"), (-5.0, "centre"), (-5.1, "left")],
)
def test_the_rule_picks_a_map_by_the_angle(degrees, target):
    assert regression_target(degrees) == target
    assert regression_target(degrees, threshold=90) == "centre"


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_an_angle_that_is_no_number_is_refused(value):
    with pytest.raises(ValueError, match="finite value"):
        regression_maps(np.ones((1, 1)), value)
    with pytest.raises(ValueError, match="finite value"):
        regression_target(value)


@pytest.mark.parametrize("small", [(1, 1), (1, 18), (3, 5), (7, 13)])
@pytest.mark.parametrize("shape", [(7, 13), (66, 200), (1, 1), (2, 3)])
def test_upsample_meets_its_slow_twin_and_opencv(small, shape):
    heat = layer(4, small)
    found = upsample(heat, shape)
    assert (found.dtype, found.shape) == (np.float32, shape)
    np.testing.assert_allclose(found, slow_upsample(heat, shape), atol=1e-5)
    theirs = cv2.resize(heat, shape[::-1], interpolation=cv2.INTER_LINEAR)
    np.testing.assert_array_equal(found, theirs)


def test_upsample_takes_any_layout_and_spreads_one_pixel():
    assert (upsample(np.array([[3]]), (4, 6)) == 3).all()
    heat = layer(5, (6, 4))
    np.testing.assert_array_equal(upsample(heat.T, (9, 9)), upsample(heat.T.copy(), (9, 9)))
    np.testing.assert_array_equal(upsample(heat[::-1], (6, 4)), heat[::-1])


def test_hypercolumns_meet_their_slow_twin():
    layers = [layer(0), layer(1, (4, 6, 3)), layer(2, (1, 3, 4))]
    each = [slow_hypercolumn(a, (H, W)) for a in layers]
    expected = {
        Combine.PRODUCT: each[0] * each[1] * each[2],
        Combine.GEOMETRIC_MEAN: (each[0] * each[1] * each[2]) ** (1 / 3),
        Combine.MEAN: (each[0] + each[1] + each[2]) / 3,
    }
    for combine, heat in expected.items():
        found, maps = hypercolumns(layers, (H, W), combine)
        np.testing.assert_allclose(found, heat / heat.max(), atol=1e-5)
        assert (found.dtype, found.max()) == (np.float32, 1)
        for a, b in zip(maps, each, strict=True):
            np.testing.assert_allclose(a, b, atol=1e-5)


def test_the_product_of_many_layers_fades_and_the_geometric_mean_does_not():
    layers = [np.abs(layer(seed)) + 0.1 for seed in range(30)]
    product, _ = hypercolumns(layers, (H, W), Combine.PRODUCT)
    geometric, _ = hypercolumns(layers, (H, W), Combine.GEOMETRIC_MEAN)
    assert np.median(product) < 0.01
    assert np.median(geometric) > 0.5
    np.testing.assert_allclose(geometric**30, product, atol=1e-4)


def test_dead_channels_and_dead_layers_do_not_count():
    alive, dead = layer(), np.zeros((3, 4, 2), np.float32)
    padded = np.concatenate([alive, np.zeros_like(alive)], axis=2)
    for combine in Combine:
        expected, _ = hypercolumns([alive], (14, 26), combine)
        found, maps = hypercolumns([dead, padded], (14, 26), combine)
        np.testing.assert_allclose(found, expected, atol=1e-6)
        assert not maps[0].any()
        found, maps = hypercolumns([dead, dead], (14, 26), combine)
        assert not found.any()
        assert len(maps) == 2


def test_layers_that_nowhere_meet_have_no_product():
    left, right = np.zeros((2, H, W, 1))
    left[:, :6], right[:, 7:] = 1, 1
    found, _ = hypercolumns([left, right], (H, W), Combine.PRODUCT)
    assert not found.any()
    tiny = np.full((H, W, 1), 1e-44, np.float32)
    assert (hypercolumns([tiny] * 40, (H, W))[0] == 1).all()


def test_a_channels_scale_is_irrelevant():
    activations = layer()
    scaled = activations * np.array([1, 1e6, 1e-6, 3, -2], np.float32)
    for a, b in zip(
        hypercolumns([activations], (9, 20)), hypercolumns([scaled], (9, 20)), strict=True
    ):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: class_activation_map(layer(), np.ones(K + 1)), "one weight a channel"),
        (lambda: class_activation_map(np.ones((H, W)), np.ones(K)), r"\(7, 13\)"),
        (lambda: grad_cam(layer(), layer(1, (W, H, K))), "one shape"),
        (lambda: elementwise_grad_cam(layer(), layer(1, (H, W, 1))), "one shape"),
        (lambda: guided_grad_cam(np.ones((H, W)), np.ones((2, 2))), "channels"),
        (lambda: upsample(np.ones((2, 2, 1)), (3, 3)), r"\(2, 2, 1\)"),
        (lambda: upsample(np.ones((0, 2)), (3, 3)), r"\(0, 2\)"),
        (lambda: upsample(np.ones((2, 2)), (0, 3)), r"\(0, 3\)"),
        (lambda: hypercolumns([], (3, 3)), "at least one layer"),
        (lambda: hypercolumns([np.full((2, 3, 1), np.nan)], (3, 3)), "finite"),
        (lambda: hypercolumns([np.ones((2, 0, 1))], (3, 3)), r"\(2, 0, 1\)"),
    ],
)
def test_wrong_arrays_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_nothing_is_written_to():
    frozen = [layer(), layer(1)]
    for array in frozen:
        array.flags.writeable = False
    grad_cam(*frozen)
    elementwise_grad_cam(*frozen)
    hypercolumns(frozen, (9, 9))
    maps = regression_maps(grad_cam(*frozen), 1.0)
    assert not np.shares_memory(maps["left"], maps["centre"])
