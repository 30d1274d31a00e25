"""Why the wheel turns, and which map to believe, asked of a network whose reason is known."""

from __future__ import annotations

import numpy as np
import pytest
import steering_networks as nets
from passing_steps import PassingSteps

from generator.catalog import discover
from generator.errors import ModelError, SourceError
from generator.models.framework import load_framework
from generator.samples import Drive, Sample
from generator.science.blocks import Split
from generator.science.methods import CONTROLS

REASONS, TRUST = (discover()[name] for name in ("steering-reasons", "steering-trust"))
COUNT = 6
load_framework()


@pytest.fixture(scope="module")
def network():
    return nets.by_brightness()


@pytest.fixture(scope="module")
def flat():
    return nets.by_brightness(flat=True)


def asked(network, sample: Sample, **params):
    given = {"sizes": (3, 6), "stride": 1, "fill": "black"} | params
    result = REASONS.run(sample, REASONS.params(**given), network)
    assert {panel.name for panel in result.panels} <= set(REASONS.legends)
    assert {score.metric for score in result.scores} <= set(REASONS.metrics)
    return result, {panel.name: panel for panel in result.panels}


def values(result) -> dict[str, float]:
    return {score.metric: score.value for score in result.scores}


@pytest.mark.parametrize("flat_end", [False, True])
def test_the_hand_made_network_says_the_brightness_of_its_region(network, flat, flat_end):
    made = flat if flat_end else network
    for light in (0.0, 0.2, 1.0):
        seen = made.see(nets.frame(light))
        expected = nets.GAIN * round(255 * light) / 255
        assert made.scores(seen.input[None])[0, 0] == pytest.approx(expected, abs=1e-3)
    other = nets.frame(0.5)
    other[0, 0] = 255
    assert np.array_equal(*(made.scores(made.see(p).input[None]) for p in (other, nets.frame(0.5))))
    assert made.regresses


def test_maps_lie_on_the_region_and_the_angle_is_told(network):
    result, panels = asked(network, Sample(nets.frame(), nets.region(), degrees=30.0))
    found = values(result)
    assert found["predicted"] == pytest.approx(32, abs=0.01)
    assert found["error"] == pytest.approx(2, abs=0.01)
    assert found["chance"] == pytest.approx(36 / 864)
    assert found["occlusion-inside"] > 0.4
    assert found["chosen-inside"] > 0.35
    signed = panels["occlusion"].array
    assert signed.min() >= 0
    assert nets.region()[np.unravel_index(signed.argmax(), signed.shape)]
    assert panels["occlusion"].label == "32.0° to the right"
    assert panels["chosen"].label.startswith("right · gather, 8 × 12")
    assert panels["right"].array.max() > 0
    assert panels["left"].array.max() == 0
    assert panels["right"].label == "the rule picks this one"


def test_what_brings_the_wheel_back_is_what_lies_against_the_angle(network):
    result, panels = asked(network, Sample(nets.frame(0.05)), threshold=5)
    assert values(result)["predicted"] == pytest.approx(40 * 13 / 255, abs=0.01)
    assert panels["chosen"].label.startswith("centre")
    assert panels["chosen"].array.max() == 0
    assert not {"true", "error", "chance"} & values(result).keys()


def test_a_constant_picture_is_told_apart_by_nothing(network):
    picture = np.full((*nets.SIZE, 3), 255, np.uint8)
    result, panels = asked(network, Sample(picture, np.zeros(nets.SIZE, bool)), fill="mean")
    assert values(result) == {"predicted": pytest.approx(nets.GAIN, abs=1e-3)}
    assert np.abs(panels["occlusion"].array).max() < 1e-4
    assert all(np.isfinite(panel.array).all() for panel in result.panels)


def test_at_an_angle_of_exactly_zero_nothing_leads_to_the_centre(network):
    result, panels = asked(network, Sample(np.zeros((*nets.SIZE, 3), np.uint8), degrees=0.0))
    assert values(result)["predicted"] == values(result)["error"] == 0
    assert panels["occlusion"].label == "straight on"
    assert "centre" not in panels
    assert panels["chosen"].array.max() == 0
    assert any("centre" in note or "straight" in note for note in result.notes)


def test_maps_of_one_row_tell_columns_and_say_so(flat):
    result, panels = asked(flat, Sample(nets.frame(), nets.region()), layer="gather")
    assert "the maps of gather are one pixel high: they tell columns, not rows" in result.notes
    chosen = panels["chosen"].array
    np.testing.assert_allclose(chosen, np.repeat(chosen[:1], len(chosen), 0), rtol=1e-5)
    assert chosen[0, nets.REGION[1]].min() > 0
    assert panels["layer-2"].label == "gather, 1 × 36: a map of columns"
    default = asked(flat, Sample(nets.frame()))[0]
    assert not any("one pixel high" in note for note in default.notes)


def test_no_wheel_is_drawn_where_there_is_no_room(network):
    result, panels = asked(network, Sample(nets.frame()))
    assert "wheel" not in panels
    assert any("no wheel" in note for note in result.notes)
    large = np.kron(nets.frame(), np.ones((4, 4, 1), np.uint8))
    result, panels = asked(network, Sample(large, degrees=-3.0))
    assert panels["wheel"].array.shape == (96, 144, 3)
    assert panels["wheel"].label == "32.0° to the right; true: 3.0° to the left"


def test_the_same_picture_gives_the_same_and_is_not_written_to(network):
    picture = nets.frame()
    first, second = (asked(network, Sample(picture, nets.region()))[0] for _ in range(2))
    assert first.scores == second.scores
    for one, other in zip(first.panels, second.panels, strict=True):
        np.testing.assert_array_equal(one.array, other.array)
    np.testing.assert_array_equal(picture, nets.frame())


def test_a_classifier_has_no_angle():
    two = nets.by_brightness(classes=2)
    with pytest.raises(ModelError, match="expected a network of one angle, got 2 classes"):
        REASONS.run(Sample(nets.frame()), REASONS.params(), two)
    with pytest.raises(ModelError, match="one angle, got one with 2 classes"):
        TRUST.run(drive(), TRUST.params(), two)


def drive(read=None, truth=True) -> Drive:
    lights = np.linspace(0.3, 0.9, 2 * COUNT)
    return Drive(
        degrees=nets.GAIN * lights,
        split=Split(np.arange(COUNT), np.arange(COUNT, 2 * COUNT)),
        digests=tuple(map(str, range(2 * COUNT))),
        read=read or (lambda index: nets.frame(lights[index])),
        truth=lambda _: nets.region() if truth else None,
        steps=PassingSteps(),
    )


@pytest.fixture(scope="module")
def trusted(network):
    return TRUST.run(drive(), params(), network)


def params(**more):
    return TRUST.params(**({"frames": COUNT, "sizes": (3, 6), "stride": 3, "steps": 8} | more))


def test_every_map_is_tried_on_held_out_frames_beside_the_controls(trusted):
    assert [table.name for table in trusted.tables] == list(TRUST.tables)
    for table in trusted.tables:
        assert {row[1] for row in table.rows} == {str(n) for n in range(COUNT, 2 * COUNT)}
        assert list(dict.fromkeys(row[0] for row in table.rows))[-4:] == list(CONTROLS)
        assert all(len(row) == len(TRUST.tables[table.name].columns) for row in table.rows)
    assert {s.metric: s.value for s in trusted.scores} == {
        "frames": COUNT, "chance": pytest.approx(36 / 864),
    }  # fmt: skip


def means(result, table: str, column: int) -> dict[str, float]:
    rows = next(one.rows for one in result.tables if one.name == table)
    found: dict[str, list[float]] = {}
    for one in rows:
        found.setdefault(one[0], []).append(one[column])
    return {name: float(np.mean(listed)) for name, listed in found.items()}


def test_maps_that_know_the_region_beat_what_knows_nothing(trusted):
    for table, name in (
        ("occlusion", "windows of 3 pixels"),
        ("grad-cam", "guided backpropagation"),
    ):
        inside, taken, back = (means(trusted, table, column) for column in (2, 5, 6))
        assert inside[name] > 5 * inside["Random"]
        assert taken[name] > taken["Random"]
        assert back[name] < back["Random"]
    assert means(trusted, "grad-cam", 2)["guided backpropagation"] == pytest.approx(1, abs=1e-6)


def test_curves_begin_and_end_where_they_must(trusted):
    taken, brought = (panel.array for panel in trusted.panels)
    assert taken.shape == brought.shape == (9, 8)
    np.testing.assert_allclose(taken[0, 1:], 0, atol=1e-4)
    np.testing.assert_allclose(brought[-1, 1:], 0, atol=1e-4)
    np.testing.assert_allclose(taken[-1, 1:], brought[0, 1:], atol=1e-4)


def test_without_a_truth_only_the_network_is_asked(network):
    result = TRUST.run(drive(truth=False), params(frames=2), network)
    assert [score.metric for score in result.scores] == ["frames"]
    assert all(row[2:5] == (None, None, None) for table in result.tables for row in table.rows)


def test_frames_that_cannot_be_read_are_left_out(network):
    lost = drive(read=lambda index: None if index == COUNT else nets.frame(0.5))
    result = TRUST.run(lost, params(), network)
    assert result.scores[0].value == COUNT - 1
    with pytest.raises(SourceError, match="none of the 6 held-out frames can be read"):
        TRUST.run(drive(read=lambda _: None), params(), network)


def test_constant_frames_are_survived_and_so_is_a_last_row(network, flat):
    for made in (network, flat):
        still = drive(read=lambda _: np.full((*nets.SIZE, 3), 200, np.uint8))
        result = TRUST.run(still, params(frames=2), made)
        assert all(np.isfinite(panel.array).all() for panel in result.panels)
        black = drive(read=lambda _: np.zeros((*nets.SIZE, 3), np.uint8))
        assert TRUST.run(black, params(frames=2), made).scores[0].value == 2
