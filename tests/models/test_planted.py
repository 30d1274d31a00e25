"""Every method on networks whose reason is known: heat on the cue, none on what misleads."""

from pathlib import Path

import numpy as np
import pytest

from generator.content import Located
from generator.models.loading import load
from generator.networks import known
from generator.samples import Survey
from generator.science import planted, trust
from generator.science.controls import controls
from generator.science.localisation import energy_inside, pointing_hit
from generator.techniques.planted import TECHNIQUE

FORMS = ("flat", "nested", "sequential", "grey")
MODELS = known(lambda source, folder: Located(folder / source, ""), Path())
NOBODY = Survey((), lambda _: None)


@pytest.fixture(scope="module", params=FORMS)
def network(request):
    return load(MODELS[f"planted-{request.param}"])


def scenes(network, count=6):
    return planted.scenes(count, np.random.default_rng(1), grey=network.channels == 1)


def test_the_network_names_the_cue_and_is_blind_to_the_rest(network):
    for scene in scenes(network):
        seen = network.see(scene.picture)
        assert network.top(network.scores(seen.input[None])[0], 1) == [scene.target]
        bare = scene.picture.copy()
        bare[scene.truth] = 80
        without = network.scores(network.see(bare).input[None])[0, scene.target]
        assert without < 0.02 * network.scores(seen.input[None])[0, scene.target]


def test_every_method_finds_the_cue(network):
    for scene in scenes(network):
        seen = network.see(scene.picture)
        for name, heat in trust.maps(network, seen.input, scene.target).items():
            assert heat.shape == scene.truth.shape
            assert energy_inside(heat, scene.truth) > 0.4, name
            assert pointing_hit(heat, scene.truth, 2), name


def test_no_control_finds_it(network):
    found = scenes(network, 20)
    rng = np.random.default_rng(2)
    blank = [controls(scene.picture, rng) for scene in found]
    for name in blank[0]:
        inside = [energy_inside(maps[name], s.truth) for maps, s in zip(blank, found, strict=True)]
        assert np.mean(inside) < 0.3, name  # a bright cue has edges of its own


def test_forms_of_the_same_network_give_the_same_maps():
    flat, nested = (load(MODELS[f"planted-{form}"]) for form in ("flat", "nested"))
    scene = scenes(flat, 1)[0]
    image = flat.see(scene.picture).input
    for name, heat in trust.maps(flat, image, scene.target).items():
        other = trust.maps(nested, image, scene.target)[name]
        assert np.allclose(heat, other, atol=1e-5 * heat.max()), name


def test_shuffled_weights_are_noticed_by_every_method_but_not_by_a_control(network):
    scene = scenes(network, 1)[0]
    image = network.see(scene.picture).input
    maps = trust.maps(network, image, scene.target)
    found = trust.randomisation(
        lambda depth: network.randomised(depth, np.random.default_rng(5)),
        [network.weighted],
        network,
        image,
        scene.target,
        maps,
    )
    assert all(values[0] == 1 for values in found.values())
    assert all(values[-1] < 0.9 for name, values in found.items() if name != "Occlusion")


def test_the_page_says_that_each_method_beats_the_controls(network):
    result = TECHNIQUE.run(NOBODY, TECHNIQUE.params(scenes=12), network)
    verdicts = {row[0]: row[-1] for row in result.tables[0].rows}
    assert {name for name, verdict in verdicts.items() if verdict == "control"} == {
        "Random",
        "Centre",
        "Edges",
        "Blurred picture",
    }
    assert all(verdict == "yes" for verdict in verdicts.values() if verdict != "control")
    assert result.scores[0].value == 100
