"""Gradient ascent on networks of one or two layers, against gradients written out in numpy."""

from __future__ import annotations

from itertools import product

import keras
import numpy as np
import pytest

from generator.errors import ModelError
from generator.models import ascent_graph, tracing
from generator.models.ascent import Climb, Units, ascend, fitting_size, middle_layer
from generator.models.network import Network
from generator.models.preprocessing import PRESETS, Order, Preprocessing
from generator.science import filters as science
from generator.science.presets import SETTINGS, Fourier, Preset, Regularisation

RNG = np.random.default_rng(0)
CLIMB = Climb((6, 7), 6)


def conv(kernel, bias=None, **options):
    layer = keras.layers.Conv2D(kernel.shape[-1], kernel.shape[:2], padding="valid", **options)
    layer.build((None, None, None, kernel.shape[2]))
    layer.set_weights([kernel, np.zeros(kernel.shape[-1]) if bias is None else np.array(bias)])
    return layer


def network(*layers, size=(6, 7), channels=3):
    return Network(keras.Sequential([keras.Input((*size, channels)), *layers]))


def head():
    return [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(2)]


K1 = RNG.normal(size=(3, 3, 3, 4)).astype(np.float32)
B1 = RNG.normal(size=4).astype(np.float32)
K2 = RNG.normal(size=(2, 2, 4, 5)).astype(np.float32)


@pytest.fixture(scope="module")
def two_layers():
    first = conv(K1, B1, activation="relu", name="one")
    return network(first, conv(K2, name="two", activation="relu"), *head())


def correlated(x, kernel):
    rows, columns = x.shape[0] - kernel.shape[0] + 1, x.shape[1] - kernel.shape[1] + 1
    out = np.zeros((rows, columns, kernel.shape[3]))
    for r, c in product(range(rows), range(columns)):
        window = x[r : r + kernel.shape[0], c : c + kernel.shape[1]]
        out[r, c] = np.tensordot(window, kernel, 3)
    return out


def spread(gradient, kernel, shape):
    out = np.zeros(shape)
    for r, c in product(range(gradient.shape[0]), range(gradient.shape[1])):
        out[r : r + kernel.shape[0], c : c + kernel.shape[1]] += kernel @ gradient[r, c]
    return out


def value_and_gradient(x, index):
    """The mean of map ``index`` of layer two before its activation, and its gradient in x."""
    before = correlated(x, K1) + B1
    maps = correlated(np.maximum(before, 0), K2)
    upper = np.zeros(maps.shape)
    upper[..., index] = 1 / maps[..., 0].size
    lower = spread(upper, K2, before.shape) * (before > 0)
    return maps[..., index].mean(), spread(lower, K1, x.shape)


@pytest.mark.parametrize("preset", [p for p in Preset if p is not Preset.FOURIER])
def test_a_climb_is_its_twin_in_numpy(two_layers, preset):
    how, chosen = SETTINGS[preset], [3, 0]
    found = ascend(two_layers, "two", chosen, how, Climb((6, 7), 6, 5, (0,)))
    x = found.snapshots[0].astype(np.float64)
    for number in range(1, 8):
        looked = [value_and_gradient(one, index) for one, index in zip(x, chosen, strict=True)]
        values, gradient = (np.stack(part) for part in zip(*looked, strict=True))
        assert np.allclose(found.curve[number - 1], values, rtol=1e-3, atol=1e-4)
        if number <= 6:
            x = science.climbed(x, gradient, how.step)
        if number < 6:
            x = science.regularised(x, gradient, how, number)
    assert np.allclose(found.pictures, x, atol=2e-4)
    assert not found.dead.any()


SWITCHES = [
    {"decay": 0.3},
    {"sigma": 0.9},
    {"sigma": 0.9, "every": 3},
    {"norm_percentile": 35},
    {"contribution_percentile": 35},
    {"decay": 0.1, "sigma": 0.5, "norm_percentile": 20, "contribution_percentile": 20},
]


@pytest.mark.parametrize("switches", SWITCHES)
def test_each_rule_in_the_graph_is_its_specification(switches):
    how = Regularisation(**switches)
    x, gradient = RNG.normal(size=(2, 3, 9, 8, 3)).astype(np.float32)
    numbers = ascent_graph.Numbers.of(how, (9, 8))
    for number in (1, 3):
        found = ascent_graph.regularised(x, gradient, numbers, number)
        assert np.allclose(found, science.regularised(x, gradient, how, number), atol=1e-5)


def test_a_linear_filter_is_climbed_along_its_weights():
    weights = np.array([1, -2, 0.5], np.float32)
    one = network(conv(weights.reshape(1, 1, 3, 1), name="only"))
    found = ascend(one, "only", [0], Regularisation(step=0.1), Climb((6, 7), 10, 0, (0,)))
    direction = weights / np.sqrt(np.mean(weights**2))
    assert np.allclose(found.pictures - found.snapshots[0], direction, atol=1e-4)
    assert np.allclose(np.diff(found.curve[:, 0]), 0.1 * weights @ direction, atol=1e-4)


def test_positive_weights_brighten_and_the_activation_is_left_off():
    one = network(conv(np.ones((1, 1, 3, 1), np.float32), [-50.0], activation="relu", name="only"))
    found = ascend(one, "only", [0], Regularisation(), CLIMB)
    assert found.pictures.mean() > 0.3
    assert -51 < found.curve[0, 0] < -49  # a ReLU would give 0, and no gradient
    assert not found.dead.any()


def test_a_relu_of_its_own_is_left_off_too():
    kernel = np.ones((1, 1, 3, 1), np.float32)
    one = network(conv(kernel, [-50.0], name="before"), keras.layers.ReLU(name="after"))
    found = ascend(one, "after", [0], Regularisation(), CLIMB)
    assert np.allclose(found.curve, ascend(one, "before", [0], Regularisation(), CLIMB).curve)
    assert one.activations(np.zeros((1, 6, 7, 3)), ["after"])[0].max() == 0  # put back


def test_units_reach_the_network():
    weights = np.array([1, 10, 100], np.float32)
    one = network(conv(weights.reshape(1, 1, 3, 1), name="only"))
    units = Units(np.diag([2, 1, 0.5]).astype(np.float32), np.array([1, 2, 3], np.float32))
    found = ascend(one, "only", [0], Regularisation(), Climb((6, 7), 1, 0, (0,)), units)
    seen = found.snapshots[0] @ units.matrix + units.grey
    assert found.curve[0, 0] == pytest.approx(float((seen @ weights).mean()), rel=1e-4)


@pytest.mark.parametrize("name", PRESETS)
def test_contrast_units_are_the_same_picture_for_every_network(name):
    preprocessing = PRESETS[name]
    units = Units.of(preprocessing)
    picture = RNG.integers(0, 256, (4, 4, 3), dtype=np.uint8)
    x = (picture.astype(np.float32) - 117) / 58
    assert np.allclose(x @ units.matrix + units.grey, preprocessing.apply(picture), atol=1e-3)


def test_contrast_units_of_a_grey_network():
    units = Units.of(Preprocessing(Order.GREY, (0.0,), (255.0,)))
    assert units.matrix == pytest.approx(58 / 255)
    assert units.grey == pytest.approx(117 / 255)


def test_no_rule_touches_the_last_step():
    one = network(conv(np.ones((1, 1, 3, 1), np.float32), name="only"))
    how = Regularisation(step=0.1, decay=1.0)
    found = ascend(one, "only", [0], how, CLIMB)
    assert np.allclose(found.pictures, 0.1, atol=1e-5)  # all before was taken away


def test_dead_filters_are_reported_and_sleepers_woken():
    """A rectifier that only opens at 2 lets no gradient of quiet noise through, but of louder."""
    gate = conv(np.eye(3, dtype=np.float32)[None, None], [-2.0] * 3, activation="relu")
    kernel = np.stack([np.ones(3), np.zeros(3)], axis=1)[None, None].astype(np.float32)
    found = ascend(network(gate, conv(kernel, name="two")), "two", [0, 1], Regularisation(), CLIMB)
    assert found.dead.tolist() == [False, True]
    assert found.curve[-1, 0] > found.curve[0, 0]
    assert np.all(found.alive[1] == 0)
    assert np.all(found.curve[:, 1] == 0)


def test_a_filters_picture_depends_on_the_seed_and_nothing_else(two_layers):
    how = SETTINGS[Preset.COMBINED]
    first = ascend(two_layers, "two", [0, 1, 2, 3, 4] * 4, how, CLIMB)
    again = ascend(two_layers, "two", [0, 1, 2, 3, 4] * 4, how, CLIMB)
    assert np.array_equal(first.pictures, again.pictures)
    alone = ascend(two_layers, "two", [3], how, CLIMB)
    assert np.allclose(alone.pictures[0], first.pictures[3], atol=1e-5)
    assert np.allclose(alone.pictures[0], first.pictures[18], atol=1e-5)
    other = ascend(two_layers, "two", [3], how, Climb((6, 7), 6, seed=1))
    assert not np.allclose(alone.pictures, other.pictures, atol=0.01)


@pytest.mark.parametrize("how", [SETTINGS[Preset.COMBINED], Fourier()])
def test_snapshots_lie_on_the_way(two_layers, how):
    found = ascend(two_layers, "two", [1, 2], how, Climb((6, 7), 6, 0, (0, 1, 4, 6)))
    plain = ascend(two_layers, "two", [1, 2], how, CLIMB)
    assert found.snapshots.shape == (4, 2, 6, 7, 3)
    assert np.allclose(found.snapshots[-1], found.pictures, atol=1e-5)
    assert np.allclose(found.pictures, plain.pictures, atol=1e-4)
    assert found.curve.shape == plain.curve.shape == (7, 2)


def test_waves_stay_within_black_and_white_and_excite(two_layers):
    found = ascend(two_layers, "two", [1, 2], Fourier(), Climb((24, 20), 30))
    shown = 117 + 58 * found.pictures
    assert shown.min() >= -0.01
    assert shown.max() <= 255.01
    assert np.all(found.curve[-1] > found.curve[0])
    again = ascend(two_layers, "two", [1, 2], Fourier(), Climb((24, 20), 30))
    assert np.array_equal(found.pictures, again.pictures)


def test_one_channel_climbs_both_ways():
    one = network(conv(np.ones((3, 3, 1, 2), np.float32), name="only"), channels=1)
    for how in (Regularisation(norm_percentile=20), Fourier()):
        assert ascend(one, "only", [0, 1], how, CLIMB).pictures.shape == (2, 6, 7, 1)


def test_the_graph_is_compiled_once_for_all_rules(two_layers, monkeypatch):
    ascend(two_layers, "two", [0], SETTINGS[Preset.NONE], CLIMB)
    monkeypatch.setattr(tracing, "before_activation", None)
    for preset in set(Preset) - {Preset.FOURIER}:
        ascend(two_layers, "two", [1, 2, 4], SETTINGS[preset], Climb((6, 7), 3, 9, (1, 2)))


def test_pictures_may_have_another_size_than_the_input(two_layers):
    assert fitting_size(two_layers, "two", (20, 30)) == (20, 30)
    found = ascend(two_layers, "two", [0], Regularisation(), Climb((20, 30), 2))
    assert found.pictures.shape == (1, 20, 30, 3)


def test_models_inside_models_take_any_size_too():
    image = keras.Input((6, 7, 3))
    inner = keras.Model(image, conv(K1, name="one")(image), name="inner")
    outer_image = keras.Input((6, 7, 3))
    outer = keras.Model(outer_image, head()[1](head()[0](inner(outer_image))))
    found = ascend(Network(outer), "inner/one", [0], Regularisation(), Climb((9, 9), 2))
    assert found.pictures.shape == (1, 9, 9, 3)


def test_a_layer_bound_to_the_inputs_size_gets_it():
    bound = network(
        keras.layers.Flatten(),
        keras.layers.Dense(12, name="dense"),
        keras.layers.Reshape((2, 2, 3)),
        conv(np.ones((1, 1, 3, 2), np.float32), name="late"),
    )
    assert fitting_size(bound, "late", (20, 20)) == (6, 7)
    found = ascend(bound, "late", [0], Regularisation(), Climb((20, 20), 2))
    assert found.pictures.shape == (1, 6, 7, 3)


def test_what_is_not_there_is_refused(two_layers):
    with pytest.raises(ModelError, match="nearest are two"):
        ascend(two_layers, "tow", [0], Regularisation(), CLIMB)
    with pytest.raises(ModelError, match=r"from 0 to 4, got \[5\]"):
        ascend(two_layers, "two", [5], Regularisation(), CLIMB)
    with pytest.raises(ModelError, match="from 0 to 4, got none"):
        ascend(two_layers, "two", [], Regularisation(), CLIMB)
    grey = Units.of(Preprocessing(Order.GREY, (0.0,), (1.0,)))
    with pytest.raises(ModelError, match="takes 3 channels, and its preprocessing gives 1"):
        ascend(two_layers, "two", [0], Regularisation(), CLIMB, grey)


def test_the_middle_is_a_convolution_with_what_follows_it():
    layers = []
    for index in range(5):
        layers += [
            keras.layers.Conv2D(4, 1, name=f"conv{index}"),
            keras.layers.BatchNormalization(name=f"norm{index}"),
            keras.layers.ReLU(name=f"relu{index}"),
            keras.layers.DepthwiseConv2D(1, name=f"depthwise{index}"),
        ]
    assert middle_layer(network(*layers)) == "relu2"
    assert middle_layer(network(keras.layers.AveragePooling2D(2, name="pool"))) == "pool"
    with pytest.raises(ModelError, match="no layer with maps"):
        middle_layer(network(keras.layers.Flatten(), keras.layers.Dense(3)))
