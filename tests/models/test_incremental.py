"""Scores of covered pictures without whole passes, against whole passes of the same network."""

import numpy as np
import pytest

from generator.errors import ModelError
from generator.models import grid, incremental, steps
from generator.models.network import Network
from generator.science import explainers
from generator.science.occlusion import windows

keras = pytest.importorskip("keras")
L = keras.layers
SHAPE = (23, 38, 3)  # odd, and not square


def chain(shape=SHAPE):
    return keras.Sequential(
        [
            keras.Input(shape),
            L.Conv2D(6, 5, strides=2, activation="relu"),
            L.Conv2D(8, (3, 4), strides=(1, 2), activation="elu"),
            L.Conv2D(5, 1, strides=(2, 1)),
            L.Flatten(),
            L.Dense(7, activation="relu"),
            L.Dense(3, activation="softmax"),
        ]
    )


def padded():
    return keras.Sequential(
        [
            keras.Input(SHAPE),
            L.Rescaling(2.0, offset=-1.0),
            L.Conv2D(6, 4, strides=2, padding="same", use_bias=False),
            L.BatchNormalization(),
            L.ReLU(6.0),
            L.Dropout(0.5),
            L.DepthwiseConv2D(3, strides=2, padding="same", depth_multiplier=2),
            L.Activation("tanh"),
            L.Conv2D(5, 3, padding="same", dilation_rate=2),
            L.LeakyReLU(0.1),
            L.Flatten(),
            L.Dense(1),
        ]
    )


def pooled():
    return keras.Sequential(
        [
            keras.Input((*SHAPE[:2], 1)),
            L.ZeroPadding2D(((2, 1), (0, 3))),
            L.Conv2D(5, 3),
            L.MaxPooling2D((3, 2), strides=2, padding="same"),
            L.AveragePooling2D(3, strides=(1, 2), padding="same"),
            L.MaxPooling2D(2, strides=1),
            L.AveragePooling2D((1, 2)),
            L.DepthwiseConv2D(3, activation="relu"),
            L.Flatten(),
            L.Dense(2),
        ]
    )


def branched():
    inner = keras.Input((21, 36, 4))
    backbone = keras.Model(inner, L.Add()([inner, L.Conv2D(4, 3, padding="same")(inner)]))
    inputs = keras.Input(SHAPE)
    x = backbone(L.Conv2D(4, 3)(inputs / 0.5 - 1))
    x = L.Concatenate()([L.Conv2D(3, 1)(x), L.Conv2D(2, 3, padding="same")(x), x])
    x = x * L.Conv2D(1, 5, padding="same", activation="sigmoid")(x) + 0.25
    pair = [L.Conv2D(4, 3, strides=2)(x), L.MaxPooling2D(3, 2)(L.Conv2D(4, 1)(x))]
    x = L.Average()([L.Maximum()(pair), L.Subtract()(pair)])
    return keras.Model(inputs, L.Dense(3)(L.GlobalAveragePooling2D()(x)))


FORMS = {
    "valid": chain,
    "valid, one channel": lambda: chain((31, 20, 1)),
    "same": padded,
    "pools, one channel": pooled,
    "branches and a nested model": branched,
}


def made(model):
    """Every weight at random, the means and variances of normalisations too."""
    rng = np.random.default_rng(4)
    for variable in model.variables:
        value = rng.normal(size=variable.shape)
        read = variable.shape[: 2 if "depthwise" in variable.path else -1]
        value *= np.sqrt(4 / np.prod(read)) if len(variable.shape) > 1 else 0.2
        variable.assign(np.abs(value) + 0.5 if "variance" in variable.path else value)
    return Network(model)


@pytest.fixture(scope="module", params=FORMS)
def network(request):
    return made(FORMS[request.param]())


def pictures(network):
    rng = np.random.default_rng(0)
    shape = (*network.size, network.channels)
    return rng.random(shape, dtype=np.float32), rng.random(shape, dtype=np.float32)


def local(network):
    return steps.local_part(*network.traced)


def deepest(network):
    part = local(network)
    return max(cut for cut in range(1 + len(part.steps)) if 0 not in part.frontier(cut) or not cut)


def slow_scores(network, image, filling, boxes):
    """Whole passes, ten pictures each."""
    found = []
    for start in range(0, len(boxes), 10):
        part = boxes[start : start + 10]
        covered = np.repeat(image[None], len(part), axis=0)
        for picture, (top, left, bottom, right) in zip(covered, part, strict=True):
            picture[top:bottom, left:right] = filling[top:bottom, left:right]
        found.append(network.scores(covered))
    return np.concatenate(found)


def boxes_of(network, size, stride):
    return np.concatenate([np.zeros((1, 4), np.int64), windows(network.size, size, stride)])


def agree(network, found, boxes):
    wanted = slow_scores(network, *pictures(network), boxes)
    scale = np.abs(wanted).max()
    assert np.ptp(wanted, axis=0).max() > 1e-2 * scale  # there is something to find
    assert np.abs(found - wanted).max() <= 1e-5 * scale


@pytest.fixture
def as_deep_as_can_be(monkeypatch, network):
    cut = deepest(network)
    monkeypatch.setattr(grid, "best_cut", lambda *_: cut)
    monkeypatch.setattr(incremental, "_LAID_OUT", 20_000)  # so that rows come in several pieces
    return cut


@pytest.mark.parametrize(
    ("size", "stride", "every"), [(1, 1, 5), (3, 3, 1), (9, 7, 1), (60, 20, 1)]
)
def test_scores_are_those_of_whole_passes(network, as_deep_as_can_be, size, stride, every):
    boxes = boxes_of(network, size, stride)[::every]
    agree(network, network.window_scores(*pictures(network), boxes), boxes)


def test_all_layers_that_should_be_are_steps(network, as_deep_as_can_be):
    kinds = [type(step.layer).__name__ for step in local(network).steps]
    layers = [type(call.layer).__name__ for call in network.traced[0].calls]
    above = {"Flatten", "Dense", "GlobalAveragePooling2D"}
    assert kinds == [kind for kind in layers if kind not in above]
    assert as_deep_as_can_be == len(kinds)


def test_any_boxes_will_do(network, as_deep_as_can_be):
    rng = np.random.default_rng(1)
    ends = [np.sort(rng.integers(0, side + 1, (40, 2)), axis=1) for side in network.size]
    boxes = np.stack([ends[0][:, 0], ends[1][:, 0], ends[0][:, 1], ends[1][:, 1]], axis=1)
    boxes[7] = boxes[3]
    boxes[8] = (0, 0, *network.size)
    agree(network, network.window_scores(*pictures(network), boxes), boxes)


def test_pieces_however_small_change_nothing(network, as_deep_as_can_be, monkeypatch):
    monkeypatch.setattr(grid, "_ROOM", 2000)
    monkeypatch.setattr(incremental, "_MOST", 7)
    boxes = boxes_of(network, 9, 9)
    agree(network, network.window_scores(*pictures(network), boxes), boxes)


def test_every_cut_gives_the_same(monkeypatch):
    network = made(branched())
    part, boxes = local(network), boxes_of(network, 6, 5)
    cuts = [cut for cut in range(1, 1 + len(part.steps)) if 0 not in part.frontier(cut)]
    widest = max(cuts, key=lambda cut: len(part.frontier(cut)))
    assert len(part.frontier(widest)) > 1
    for cut in (1, widest):
        monkeypatch.setattr(grid, "best_cut", lambda *_, cut=cut: cut)
        agree(network, network.window_scores(*pictures(network), boxes), boxes)


def test_a_window_that_changes_nothing_has_the_score_of_the_picture(network, as_deep_as_can_be):
    image, _ = pictures(network)
    found = network.window_scores(image, image, boxes_of(network, 4, 4))
    np.testing.assert_allclose(found, np.broadcast_to(found[:1], found.shape), rtol=1e-6)


def test_weights_that_change_are_seen(network, as_deep_as_can_be):
    boxes = boxes_of(network, 8, 6)
    before = network.window_scores(*pictures(network), boxes)
    with network.randomised(network.weighted, np.random.default_rng(0)):
        found = network.window_scores(*pictures(network), boxes)
        agree(network, found, boxes)
    assert np.abs(found - before).max() > 1e-3


def shared(inputs):
    layer = L.Conv2D(3, 3, padding="same")
    return layer(layer(inputs))


def over_the_picture(inputs):
    return L.Concatenate()([L.Conv2D(3, 3, padding="same")(inputs), L.AveragePooling2D(1)(inputs)])


class Shift(keras.layers.Layer):
    """No layer of Keras itself: what its cells read, nobody knows."""

    def call(self, inputs):
        return keras.ops.roll(inputs, 5, axis=2)


class ReLU(Shift):
    """An own layer by the name of one of Keras."""


class Scaled(keras.layers.Layer):
    """Its second argument comes by name, where a trace does not see it."""

    def call(self, inputs, by):
        return inputs * by


class Unseen(keras.Model):
    """A model that computes between its layers what no layer records."""

    def __init__(self):
        super().__init__()
        self.first, self.second = L.Conv2D(3, 3), L.Conv2D(4, 3)

    def call(self, inputs):
        return self.second(keras.ops.flip(self.first(inputs), axis=2))


def by_name(x):
    return Scaled()(L.Conv2D(3, 3)(x), by=L.Conv2D(1, 3)(x))


def excited(x):
    x = L.Conv2D(3, 3)(x)
    weights = L.Dense(3, activation="sigmoid")(L.GlobalAveragePooling2D(keepdims=True)(x))
    return L.Conv2D(2, 3)(L.Multiply()([x, weights]))


STRANGE = {
    "a layer used twice": shared,
    "the picture is read above too": lambda x: L.Concatenate()(
        [L.Flatten()(L.Conv2D(3, 3)(x)), L.Flatten()(Shift()(x))]
    ),
    "the picture goes round the steps": over_the_picture,
    "an own layer": lambda x: L.Conv2D(3, 3)(Shift()(L.Conv2D(3, 3)(x))),
    "an own layer by a name of Keras": lambda x: L.Conv2D(3, 3)(ReLU()(L.Conv2D(3, 3)(x))),
    "an own layer with an argument by name": by_name,
    "one cell for all": lambda x: L.Multiply()([x, L.MaxPooling2D(SHAPE[:2])(x)]),
    "an operation on a list": lambda x: keras.ops.concatenate([L.Conv2D(3, 1)(x), x], axis=-1),
    "squeeze and excite": excited,
    "softmax over columns": lambda x: L.Softmax(axis=2)(L.Conv2D(3, 3)(x)),
    "normalised over rows": lambda x: L.BatchNormalization(axis=1)(L.Conv2D(3, 3)(x)),
    "groups": lambda x: L.Conv2D(6, 3, groups=3)(x),
    "stretched up": lambda x: L.UpSampling2D(2)(L.Conv2D(3, 3)(x)),
    "a number for every place": lambda x: L.PReLU()(L.Conv2D(3, 3)(x)),
    "an own activation": lambda x: L.Conv2D(3, 3, activation=lambda y: y - y[:, ::-1])(x),
    "half precision": lambda x: L.Conv2D(3, 3, dtype="mixed_float16")(x),
}


@pytest.mark.parametrize("form", STRANGE)
def test_what_is_not_local_is_left_to_the_model(form, monkeypatch):
    inputs = keras.Input(SHAPE)
    x = L.Dense(2)(L.Flatten()(STRANGE[form](inputs)))
    network = made(keras.Model(inputs, x))
    boxes = boxes_of(network, 8, 8)
    for cut in range(1, 1 + len(local(network).steps)):
        if 0 in local(network).frontier(cut):
            continue
        monkeypatch.setattr(grid, "best_cut", lambda *_, cut=cut: cut)
        found = network.window_scores(*pictures(network), boxes)
        if found is not None:
            agree(network, found, boxes)


@pytest.mark.parametrize(
    "form",
    ["a layer used twice", "groups", "an own activation", "the picture is read above too"],
)
def test_a_network_that_begins_otherwise_is_run_as_a_whole(form):
    inputs = keras.Input(SHAPE)
    network = made(keras.Model(inputs, L.Dense(2)(L.Flatten()(STRANGE[form](inputs)))))
    assert network.window_scores(*pictures(network), boxes_of(network, 3, 3)) is None


def test_no_cut_leaves_the_picture_above_it():
    inputs = keras.Input((40, 50, 3))
    sharp = L.Conv2D(1, 1)(L.Conv2D(32, 5, padding="same")(inputs))
    blurred = L.AveragePooling2D(11, strides=1, padding="same")(inputs)
    x = L.Flatten()(L.Concatenate()([sharp, blurred]))
    network = made(keras.Model(inputs, L.Dense(2)(x)))
    boxes = boxes_of(network, 3, 3)
    agree(network, network.window_scores(*pictures(network), boxes), boxes)


def test_what_no_trace_shows_is_noticed(monkeypatch):
    inputs, unseen = keras.Input(SHAPE), Unseen()
    network = made(keras.Model(inputs, L.Dense(2)(L.Flatten()(unseen(inputs)))))
    monkeypatch.setattr(grid, "best_cut", lambda *_: 1)
    assert [step.layer for step in local(network).steps] == [unseen.first]
    assert network.window_scores(*pictures(network), boxes_of(network, 3, 3)) is None


def test_it_is_used_where_it_pays_and_only_there(monkeypatch):
    network = made(chain((66, 200, 3)))
    assert network.window_scores(*pictures(network), boxes_of(network, 15, 10)) is not None
    assert network.window_scores(*pictures(network), boxes_of(network, 15, 10)[:2]) is None
    with monkeypatch.context() as patch:
        patch.setattr(grid, "_PAYS", 0.99)
        assert network.window_scores(*pictures(network), boxes_of(network, 15, 10)) is None
    wide = keras.Sequential([keras.Input(SHAPE), L.Conv2D(40, SHAPE[:2]), L.Flatten()])
    network = made(wide)
    assert network.window_scores(*pictures(network), boxes_of(network, 5, 5)) is None


def test_windows_are_taken_in_pieces_that_fit():
    network = made(chain((66, 200, 3)))
    part = local(network)
    for stride in (1, 3):
        boxes = windows(network.size, 9, stride)
        ends = [np.unique(boxes[:, axis::2], axis=0) for axis in (0, 1)]
        seen = np.zeros([len(one) for one in ends], int)
        limit = 100_000
        pieces = list(blocks_within(limit, part, network.size, ends))
        for piece, axes in pieces:
            seen[piece] += 1
            room = [
                len(axes[0].views[n]) * len(axes[1].views[n]) * step.shape[2]
                for n, step in enumerate(part.steps, 1)
            ]
            assert max(room) <= limit
        assert (seen == 1).all()
        assert len(pieces) > 1


def blocks_within(limit, part, size, ends):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grid, "_ROOM", limit)
        yield from grid.blocks(part, len(part.steps), size, ends)


def explain(network, target=0):
    image, filling = pictures(network)
    return explainers.occlusion(
        network, image, target, sizes=(4, 9), stride=3, filling=filling
    )  # fmt: skip


def test_the_map_is_that_of_whole_passes(monkeypatch):
    network = made(padded())
    asked = []
    whole = network.window_scores
    monkeypatch.setattr(network, "window_scores", lambda *a: asked.append(whole(*a)) or asked[-1])
    found = explain(network)
    assert [one is not None for one in asked] == [True, True]
    monkeypatch.setattr(network, "window_scores", lambda *_: None)
    wanted = explain(network)
    scale = np.abs(wanted.signed).max()
    assert scale > 0
    for one, other in (
        (found.signed, wanted.signed),
        (found.magnitude, wanted.magnitude),
        (found.per_size[4], wanted.per_size[4]),
    ):
        np.testing.assert_allclose(one, other, atol=1e-4 * scale)
    assert found.baseline == pytest.approx(wanted.baseline, rel=1e-5)
    assert found.forwards == wanted.forwards


def test_one_size_by_each_way_gives_the_same_map(monkeypatch):
    network = made(padded())
    wanted, whole = explain(network), network.window_scores
    sizes = iter([True, False])
    monkeypatch.setattr(network, "window_scores", lambda *a: whole(*a) if next(sizes) else None)
    found = explain(network)
    np.testing.assert_allclose(found.signed, wanted.signed, atol=1e-4 * np.abs(wanted.signed).max())


def test_a_constant_network_gives_a_map_of_zeros(network, as_deep_as_can_be):
    with network.randomised(0, np.random.default_rng(0)):
        last = [v for v in network.model.trainable_variables if v.path.endswith("kernel")][-1]
        before = last.numpy()
        last.assign(np.zeros_like(before))
        found = explain(network)
        last.assign(before)
    assert not found.signed.any()
    assert not found.magnitude.any()


def test_a_network_without_classes_is_refused_as_ever():
    maps = keras.Sequential([keras.Input(SHAPE), L.Conv2D(8, 3), L.Conv2D(8, 3)])
    with pytest.raises(ModelError, match="no classes"):
        explain(made(maps))


def test_wrong_pictures_and_boxes_are_refused_in_words():
    network = made(chain())
    image, filling = pictures(network)
    boxes = boxes_of(network, 4, 4)
    with pytest.raises(ValueError, match=r"\(23, 38, 3\) were expected, got \(38, 23, 3\)"):
        network.window_scores(image.swapaxes(0, 1), filling, boxes)
    with pytest.raises(ValueError, match="within 0 to 23"):
        network.window_scores(image, filling, boxes + 1000)
