"""Networks of every form, against what the formulae say of them."""

import numpy as np
import pytest

from generator.errors import ModelError
from generator.models import tracing
from generator.models.network import Network

keras = pytest.importorskip("keras")
L = keras.layers
RNG = np.random.default_rng(5)
SHAPE = (20, 33, 3)  # not square: what is transposed on the way shows only so


def backbone(shape=SHAPE, name="backbone"):
    inner = keras.Input(shape)
    x = L.Conv2D(4, 3, activation="relu", name="first")(inner)
    y = L.Conv2D(4, 3, padding="same", name="second")(L.ReLU(6.0)(x))
    return keras.Model(inner, L.Add()([x, y]), name=name)


def nested(activation="softmax"):
    inputs = keras.Input(SHAPE)
    tail = keras.Sequential(
        [keras.Input((18, 31, 4)), L.Conv2D(5, 3, activation="relu", name="first")], name="tail"
    )
    x = L.Dropout(0.5)(L.GlobalAveragePooling2D()(tail(backbone()(inputs))))
    return keras.Model(inputs, L.Dense(3, activation=activation)(x))


def functional(activation=None):
    inputs = keras.Input(SHAPE)
    x = L.GlobalAveragePooling2D()(L.Conv2D(6, 5, strides=2, activation="relu")(inputs))
    x = L.Dense(4)(x)
    return keras.Model(inputs, L.Softmax()(x) if activation == "softmax" else x)


def sequential(activation=None):
    return keras.Sequential(
        [
            keras.Input((9, 14, 1)),
            L.Conv2D(3, 3, activation="relu"),
            L.Conv2D(2, 3),
            L.GlobalAveragePooling2D(),
            L.Activation(activation or "linear"),
        ]
    )


def spoilt():
    model = functional()
    kernel = model.layers[1].kernel
    kernel.assign(np.full(kernel.shape, np.nan, np.float32))
    return model


FORMS = {
    "nested, softmax": lambda: nested(),
    "nested, logits": lambda: nested(None),
    "functional, logits": functional,
    "functional, softmax layer": lambda: functional("softmax"),
    "sequential, one channel": sequential,
    "sequential, softmax activation": lambda: sequential("softmax"),
}


@pytest.fixture(scope="module", params=FORMS)
def pair(request):
    keras.utils.set_random_seed(3)
    model = FORMS[request.param]()
    network = Network(model)
    batch = RNG.random((3, *network.size, network.channels), dtype=np.float32)
    return model, network, batch


def softmax(logits):
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)


def test_scores_are_the_logits_whatever_stands_at_the_end(pair):
    model, network, batch = pair
    wanted = np.asarray(model(batch, training=False))
    got = network.scores(batch)
    if np.allclose(wanted.sum(axis=1), 1, atol=1e-5):
        assert np.allclose(softmax(got), wanted, atol=1e-6)
        assert not np.allclose(got, wanted, atol=1e-3)
    else:
        assert np.allclose(got, wanted, atol=1e-6)


def test_the_model_is_left_as_it_was(pair):
    model, network, batch = pair
    before = np.asarray(model(batch, training=False))
    network.scores(batch)
    network.guided_gradients(batch, [0, 1, 0])
    assert np.array_equal(np.asarray(model(batch, training=False)), before)
    for _, layer in tracing.leaves(model):
        assert "call" not in vars(layer)


def test_mean_of_the_last_maps_and_the_head_give_the_logits(pair):
    _, network, batch = pair
    head = network.head
    maps = network.activations(batch, [head.layer])[0]
    assert np.allclose(
        maps.mean(axis=(1, 2)) @ head.weights + head.bias, network.scores(batch), atol=1e-5
    )


def test_gradients_of_the_averaged_maps_are_the_weights_over_their_number(pair):
    _, network, batch = pair
    head = network.head
    classes = [1, 0, 1]
    logits, maps, gradients = network.gradients(batch, head.layer, classes)
    assert np.allclose(logits, network.scores(batch), atol=1e-6)
    positions = maps.shape[1] * maps.shape[2]
    for found, index in zip(gradients, classes, strict=True):
        assert np.allclose(found * positions, head.weights[:, index], atol=1e-5)


def test_input_gradients_agree_with_finite_differences(pair):
    _, network, batch = pair
    gradient = network.input_gradients(batch[:1], [1])[0]
    spots = [tuple(RNG.integers(0, size) for size in gradient.shape) for _ in range(6)]
    for spot in spots:
        step = np.zeros_like(gradient)
        step[spot] = 1e-2
        rise = network.scores(np.stack([batch[0] + step, batch[0] - step]))[:, 1]
        assert (rise[0] - rise[1]) / 2e-2 == pytest.approx(gradient[spot], abs=2e-3)


def test_every_layer_with_maps_is_listed_once(pair):
    model, network, _ = pair
    names = [layer.name for layer in network.layers]
    assert len(set(names)) == len(names)
    assert sum("conv" in name or "first" in name or "second" in name for name in names) == sum(
        isinstance(layer, L.Conv2D) for _, layer in tracing.leaves(model)
    )


def test_shuffled_weights_are_seen_by_what_was_compiled_before_and_come_back(pair):
    _, network, batch = pair
    before = network.scores(batch)
    gradients = network.gradients(batch, "", [0, 0, 0])[2]
    with network.randomised(network.weighted, np.random.default_rng(0)):
        assert not np.allclose(network.scores(batch), before, atol=1e-4)
        shuffled = network.gradients(batch, "", [0, 0, 0])[2]
    assert np.array_equal(network.scores(batch), before)
    assert np.array_equal(network.gradients(batch, "", [0, 0, 0])[2], gradients)
    assert shuffled.shape == gradients.shape


def test_inner_layers_are_reached_by_their_path():
    network = Network(nested())
    names = [layer.name for layer in network.layers]
    assert {"backbone/first", "backbone/second", "tail/first"} <= set(names)
    assert network.last_maps == "tail/first"
    assert network.layer("backbone/first").shape == (18, 31, 4)


def test_a_layer_used_twice_has_two_names():
    inputs = keras.Input((12, 16, 3))
    shared = L.Conv2D(3, 3, padding="same", name="shared")
    x = L.GlobalAveragePooling2D()(shared(shared(inputs)))
    names = [layer.name for layer in Network(keras.Model(inputs, L.Dense(2)(x))).layers]
    assert names[:2] == ["shared", "shared#2"]


def test_guided_gradients_pass_only_what_is_positive_both_ways():
    inputs = keras.Input((1, 3, 1))
    first = L.Conv2D(1, 1, activation="relu", name="first")
    model = keras.Model(inputs, L.Dense(1)(L.Flatten()(L.ReLU(2.0)(first(inputs)))))
    first.set_weights([np.full((1, 1, 1, 1), 1.0), np.zeros(1)])
    model.layers[-1].set_weights([np.array([[1.0], [-1.0], [1.0]]), np.zeros(1)])
    network = Network(model)
    image = np.array([0.5, 0.5, 3.0], np.float32).reshape(1, 1, 3, 1)
    assert network.input_gradients(image, [0]).ravel().tolist() == [1, -1, 0]
    assert network.guided_gradients(image, [0]).ravel().tolist() == [1, 0, 0]
    dark = -image
    assert not network.guided_gradients(dark, [0]).any()


def test_an_unknown_layer_has_near_names():
    network = Network(functional())
    with pytest.raises(ModelError, match=r"the nearest are .*conv2d"):
        network.layer("conv3d")


def test_what_cannot_be_explained_says_why():
    flat = keras.Sequential([keras.Input((8, 9, 3)), L.Flatten(), L.Dense(3)])
    with pytest.raises(ModelError, match="no layer with maps"):
        _ = Network(flat).last_maps
    dense = keras.Sequential([keras.Input((8, 9, 3)), L.Conv2D(2, 3), L.Flatten(), L.Dense(3)])
    with pytest.raises(ModelError, match="Grad-CAM"):
        _ = Network(dense).head
    with pytest.raises(ModelError, match="1 or 3 channels"):
        Network(keras.Sequential([keras.Input((8, 9, 4)), L.Flatten(), L.Dense(3)]))
    with pytest.raises(ModelError, match="one input"):
        Network(keras.Sequential([keras.Input((8,)), L.Dense(3)]))
    with pytest.raises(ModelError, match="NaN"):
        Network(spoilt())


def test_a_map_of_one_pixel_is_not_taken_for_maps():
    model = keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            L.Conv2D(2, 3, name="wide"),
            L.Conv2D(2, 6, name="single"),
            L.Flatten(),
            L.Dense(2),
        ]
    )
    assert Network(model).last_maps == "wide"
    single = keras.Sequential([keras.Input((6, 6, 3)), L.Conv2D(2, 6), L.Flatten(), L.Dense(2)])
    with pytest.raises(ModelError, match="more than one pixel"):
        _ = Network(single).last_maps


def test_batches_fit_memory():
    wide = keras.Sequential(
        [keras.Input((256, 256, 3)), L.Conv2D(256, 3), L.GlobalAveragePooling2D()]
    )
    assert Network(wide).batch < Network(functional()).batch <= 64
