"""PilotNet: its shape, its training on a few frames, and that nothing in it is left to chance."""

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from generator.errors import ModelError
from generator.models import pilotnet, steering_training
from generator.models.framework import load_framework
from generator.models.loading import from_bytes
from generator.models.trained import Trained
from generator.science.blocks import Split, blocks
from generator.science.lessons import Lesson
from generator.science.placement import Fit
from generator.science.steering import reasons

SHORT = Lesson(epochs=1, batch=16)
LESSON = Lesson(epochs=12, batch=16, brightness=0.1)


@pytest.fixture(scope="module", autouse=True)
def _framework():
    load_framework()


@pytest.fixture(scope="module")
def drive():
    """Frames with a bright bar whose place is the angle: learned in seconds."""
    rng = np.random.default_rng(0)
    degrees = 60 * rng.uniform(-1, 1, 120)
    pictures = rng.integers(60, 90, (120, 66, 200, 3)).astype(np.uint8)
    for picture, angle in zip(pictures, degrees, strict=True):
        middle = round(100 + 1.4 * angle)
        picture[20:, max(0, middle - 12) : middle + 12] = 240
    return pictures, degrees, blocks(120, blocks=6, gap=2)


@pytest.fixture
def few(drive):
    pictures, degrees, _ = drive
    return pictures[:40], degrees[:40], blocks(40, blocks=4, gap=2)


@pytest.fixture(scope="module")
def taught(drive):
    return steering_training.teach(*drive, LESSON)


def test_the_network_has_the_layers_and_parameters_of_the_paper():
    model = pilotnet.build()
    assert model.count_params() == pilotnet.PARAMETERS == 1_595_511
    network = Trained(model, pilotnet.PREPROCESSING, Fit.STRETCH, ())
    assert [layer.shape for layer in network.layers] == [
        (31, 98, 24), (14, 47, 36), (5, 22, 48), (3, 20, 64), (1, 18, 64)
    ]  # fmt: skip
    dense = [layer.units for layer in model.layers if type(layer).__name__ == "Dense"]
    assert dense == [1164, 100, 50, 10, 1]
    assert network.regresses
    assert network.last_maps == "conv5"


def test_the_angle_is_twice_the_arc_tangent_of_the_last_unit():
    import keras

    model = pilotnet.build(seed=3)
    model.get_layer("z").set_weights([np.full((10, 1), 0.5), np.array([0.2])])
    before = keras.Model(model.input, model.get_layer("z").output)
    batch = np.random.default_rng(0).normal(size=(4, 66, 200, 3)).astype(np.float32)
    expected = 2 * np.arctan(np.asarray(before(batch)))
    np.testing.assert_allclose(np.asarray(model(batch)), expected, rtol=1e-6)


def test_an_untrained_network_steers_almost_straight():
    pictures = np.random.default_rng(0).integers(0, 256, (8, 66, 200, 3)).astype(np.uint8)
    for seed in range(4):
        assert np.abs(pilotnet.degrees(pilotnet.build(seed=seed), pictures)).max() < 40


def test_l2_is_the_sum_of_the_squares_of_all_kernels():
    model = pilotnet.build(decay=1e-3)
    kernels = [variable.numpy() for variable in model.weights if variable.name == "kernel"]
    assert len(kernels) == 10
    expected = 1e-3 * sum(float(np.square(kernel, dtype=np.float64).sum()) for kernel in kernels)
    assert sum(float(loss) for loss in model.losses) == pytest.approx(expected, rel=1e-4)
    assert pilotnet.build(decay=0).losses == []


def test_training_learns_and_beats_the_baselines(drive, taught):
    _, degrees, split = drive
    assert len(taught.history) == LESSON.epochs
    assert taught.history[-1].train < 0.5 * taught.history[0].train
    assert taught.history[-1].held_out < 0.4 * taught.baselines.straight
    error = np.abs(taught.predictions - degrees)
    assert error[split.held_out].mean() == pytest.approx(taught.history[-1].held_out, abs=1e-4)
    assert error[split.train].mean() == pytest.approx(taught.history[-1].train, abs=1e-4)
    share = taught.history[-1].held_out / taught.baselines.straight
    assert taught.share == pytest.approx(share)


def test_the_weights_are_a_file_that_any_keras_reads(drive, taught):
    pictures, _, _ = drive
    model = from_bytes(taught.weights)
    np.testing.assert_array_equal(pilotnet.degrees(model, pictures), taught.predictions)
    again = pilotnet.degrees(model, pictures, batch=7)
    np.testing.assert_allclose(again, taught.predictions, atol=1e-3)
    with pytest.raises(ModelError):
        from_bytes(b"no archive")


def test_the_same_lesson_gives_the_same_bytes_and_another_seed_does_not(few):
    first, again = (steering_training.teach(*few, SHORT) for _ in range(2))
    assert first.weights == again.weights
    assert first.history == again.history
    assert steering_training.teach(*few, replace(SHORT, seed=1)).weights != first.weights


def test_a_file_tells_no_time_and_no_address():
    content = pilotnet.to_bytes(pilotnet.build())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        said = archive.read("config.json") + archive.read("metadata.json")
    assert b"shared_object_id" not in said
    assert b"date" not in said


def test_held_out_frames_do_not_touch_the_weights(few):
    pictures, degrees, split = few
    changed = pictures.copy()
    changed[split.held_out] = 0
    weights = [steering_training.teach(p, degrees, split, SHORT).weights
               for p in (pictures, changed)]  # fmt: skip
    assert weights[0] == weights[1]


def test_a_flipped_frame_has_the_negative_angle_and_light_changes_but_a_little(drive):
    pictures, degrees, _ = drive
    radians = np.radians(degrees).astype(np.float32)
    plain = pilotnet.as_input(pictures)
    lesson = Lesson(brightness=0)
    seen, angles = steering_training.varied(pictures, radians, lesson, np.random.default_rng(1))
    flipped = angles == -radians
    assert 30 < flipped.sum() < 90
    np.testing.assert_array_equal(seen[flipped], plain[flipped][:, :, ::-1])
    np.testing.assert_array_equal(seen[~flipped], plain[~flipped])
    lesson = Lesson(flips=False, brightness=0.2)
    seen, angles = steering_training.varied(pictures, radians, lesson, np.random.default_rng(1))
    np.testing.assert_array_equal(angles, radians)
    ratio = (seen + 1).mean(axis=(1, 2, 3)) / (plain + 1).mean(axis=(1, 2, 3))
    assert ratio.min() > 0.79
    assert ratio.max() < 1.21
    assert ratio.std() > 0.05


def test_the_baselines_are_constants_learned_from_the_training_frames():
    split = Split(np.array([0, 1, 2]), np.array([3, 4]))
    found = steering_training.baselines(np.array([1.0, 2.0, 6.0, 4.0, -2.0]), split)
    assert (found.straight, found.mean, found.median) == (3.0, 3.0, 2.0 + 1.0)
    lopsided = steering_training.baselines(np.array([5.0, 5.0, 5.0, 5.0, 4.0]), split)
    assert (lopsided.straight, lopsided.mean, lopsided.median) == (4.5, 0.5, 0.5)


def test_the_network_is_explained_where_it_looks(drive, taught):
    pictures, degrees, split = drive
    model = from_bytes(taught.weights)
    network = Trained(model, pilotnet.PREPROCESSING, Fit.STRETCH, ())
    near = []
    for frame in split.held_out:
        if abs(degrees[frame]) < 15:
            continue
        batch = pilotnet.as_input(pictures[frame][None])
        values, activations, gradients = network.gradients(batch, "conv5", [0])
        angle = float(np.degrees(values[0, 0]))
        found = reasons(activations[0], gradients[0], angle, elementwise=True)
        # Columns of conv5 are 8 pixels apart, from 32 on.
        away = np.abs(32 + 8 * np.arange(18) - 100 - 1.4 * degrees[frame])
        near.append(found.heat[0, away < 24].mean() / found.heat[0, away >= 24].mean())
    assert np.median(near) > 1.5


def test_what_cannot_be_taught_is_refused(drive):
    pictures, degrees, split = drive
    teach = steering_training.teach
    with pytest.raises(ValueError, match="pictures of"):
        teach(pictures[:, :60], degrees, split, LESSON)
    with pytest.raises(ValueError, match="120 angles were expected, got \\(119,\\)"):
        teach(pictures, degrees[:-1], split, LESSON)
    for bad in (np.nan, 400.0):
        with pytest.raises(ValueError, match="in \\(-360, 360\\) degrees"):
            teach(pictures, np.where(np.arange(120) == 3, bad, degrees), split, LESSON)
    for wrong in (Split(split.train, np.zeros(0, int)), Split(split.train, np.array([120]))):
        with pytest.raises(ValueError, match="frames from 0 to 119"):
            teach(pictures, degrees, wrong, LESSON)
