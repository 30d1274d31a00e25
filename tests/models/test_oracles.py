"""The law of class activation maps, on networks and a photograph as they are used."""

import numpy as np
import pytest
from PIL import Image

from generator.errors import ModelError
from generator.models.trained import Trained
from generator.models.zoo import ZOO, load
from generator.science import explainers
from generator.science.occlusion import windows
from generator.science.placement import Fit
from generator.sources import resolve

pytest.importorskip("keras")


@pytest.fixture(scope="module", params=["efficientnet-lite0", "squeezenet"])
def seen(request, tmp_path_factory):
    entry = ZOO[request.param]
    try:
        network = Trained(load(entry.name), entry.preprocessing, Fit.CROP, ())
    except ModelError as error:
        pytest.skip(str(error))
    path = resolve("sample:skimage/chelsea.png", tmp_path_factory.mktemp("nowhere"))
    picture = np.asarray(Image.open(path).convert("RGB"))
    return network, network.see(picture).input


def test_the_mean_of_a_class_activation_map_is_the_score_less_its_bias(seen):
    network, image = seen
    scores, head = network.scores(image[None])[0], network.head
    likeliest = network.top(scores, 5)
    for target in [*likeliest, *range(0, network.classes, 97)]:
        heat = explainers.cam(network, image, target)
        mean = heat.mean(dtype=np.float64)
        assert abs(mean - (scores[target] - head.bias[target])) < 1e-4


def test_grad_cam_of_the_averaged_layer_is_the_class_activation_map_by_places(seen):
    network, image = seen
    target = network.top(network.scores(image[None])[0], 1)[0]
    heat = explainers.cam(network, image, target)
    found = explainers.grad_cam(network, image, target, network.head.layer)
    np.testing.assert_allclose(found * heat.size, heat, rtol=1e-4, atol=1e-4 * np.abs(heat).max())


def test_windows_covered_all_at_once_have_the_scores_of_whole_passes(seen):
    network, image = seen
    boxes = windows(network.size, 64, 44)
    filling = np.zeros_like(image)
    found = network.window_scores(image, filling, boxes)
    some = boxes[:: len(boxes) // 6]
    covered = np.repeat(image[None], len(some), axis=0)
    for picture, (top, left, bottom, right) in zip(covered, some, strict=True):
        picture[top:bottom, left:right] = 0
    wanted = network.scores(covered)
    np.testing.assert_allclose(
        found[:: len(boxes) // 6], wanted, rtol=0, atol=1e-5 * np.abs(wanted).max()
    )
