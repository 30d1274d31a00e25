"""Model files of users: what is read, and what is refused without running anything."""

import io
import json
import pickle
import zipfile

import numpy as np
import pytest

from generator.content import Located, Model
from generator.errors import ModelError
from generator.models.loading import load, read_keras

keras = pytest.importorskip("keras")


def small(*extra):
    return keras.Sequential(
        [
            keras.Input((10, 16, 3)),
            keras.layers.Conv2D(2, 3, activation="relu"),
            *extra,
            keras.layers.GlobalAveragePooling2D(),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )


def archive(path, config, **members):
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("config.json", json.dumps(config))
        for name, data in members.items():
            file.writestr(name, data)
    return path


def described(path, **settings):
    return Model("mine", path.name, "Mine", file=Located(path, "0" * 64), **settings)


def test_a_saved_model_is_read_with_its_labels(tmp_path):
    model = small()
    model.save(tmp_path / "small.keras")
    trained = load(described(tmp_path / "small.keras", preprocessing="unit", labels="cat\ndog"))
    image = np.random.default_rng(0).integers(0, 256, (10, 16, 3), dtype=np.uint8)
    seen = trained.see(image)
    logits = trained.scores(seen.input[None])[0]
    assert np.allclose(trained.probabilities(logits), model(image[None] / 255.0)[0], atol=1e-6)
    assert {name for name, _, _ in trained.ranking(logits, 2)} == {"cat", "dog"}
    assert trained.target(logits, "dog") == trained.target(logits, "1") == 1


def test_labels_of_another_number_are_not_used(tmp_path):
    small().save(tmp_path / "small.keras")
    trained = load(described(tmp_path / "small.keras", labels="one"))
    assert trained.label(1) == "class 1"
    with pytest.raises(ModelError, match="expected a class"):
        trained.target(np.zeros(2, np.float32), "2")


def test_a_lambda_layer_is_loaded_only_where_the_manifest_says_so(tmp_path):
    path = tmp_path / "lambda.keras"
    small(keras.layers.Lambda(lambda x: x * 2)).save(path)
    with pytest.raises(ModelError, match=r"Lambda.*trust_code"):
        read_keras(path)
    assert read_keras(path, trusted=True).output_shape == (None, 2)


def test_code_outside_keras_is_not_looked_up(tmp_path):
    config = {"module": "os", "class_name": "system", "config": {}}
    with pytest.raises(ModelError, match=r"code outside Keras, os\.system"):
        read_keras(archive(tmp_path / "evil.keras", config))


def test_what_is_no_keras_file_is_refused(tmp_path):
    plain = tmp_path / "plain.keras"
    plain.write_bytes(pickle.dumps({"weights": [1, 2, 3]}))
    with pytest.raises(ModelError, match=r"expected a \.keras file"):
        read_keras(plain)
    empty = tmp_path / "empty.keras"
    empty.write_bytes(b"")
    with pytest.raises(ModelError, match=r"empty\.keras"):
        read_keras(empty)
    with pytest.raises(ModelError, match="cannot be read as a Keras model"):
        read_keras(
            archive(
                tmp_path / "hollow.keras",
                {"module": "keras", "class_name": "Sequential", "config": {}},
            )
        )


def test_a_bomb_is_not_unfolded(tmp_path, monkeypatch):
    monkeypatch.setattr("generator.models.loading._LARGEST", 1000)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("config.json", "{}")
        file.writestr("model.weights.h5", b"\0" * 100_000)
    path = tmp_path / "bomb.keras"
    path.write_bytes(buffer.getvalue())
    with pytest.raises(ModelError, match="would unfold to"):
        read_keras(path)


def test_a_network_of_keras_that_does_not_exist_lists_those_that_do():
    with pytest.raises(ModelError, match="MobileNetV2"):
        load(Model("x", "keras:MobilNet", "x", preprocessing="keras"))


def test_own_preprocessing_is_checked(tmp_path):
    small().save(tmp_path / "small.keras")
    wrong = json.dumps({"order": "RGB", "mean": [1, 2], "scale": [1.0]})
    with pytest.raises(ModelError, match="preprocessing of mine"):
        load(described(tmp_path / "small.keras", preprocessing=wrong))
    right = json.dumps({"order": "BGR", "mean": [0.0], "scale": [255.0]})
    trained = load(described(tmp_path / "small.keras", preprocessing=right))
    red = np.zeros((10, 16, 3), np.uint8)
    red[..., 0] = 255
    assert trained.see(red).input[0, 0].tolist() == [0, 0, 1]
