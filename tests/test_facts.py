"""The facts of findings: small arrays with known answers."""

import json

import numpy as np
import pytest

from generator.facts import facts
from generator.technique import Role


def test_heatmap():
    array = np.zeros((4, 8), np.float32)
    array[0, 7], array[1, 7], array[2, 7] = 8, 5, 4
    assert facts(Role.HEATMAP, array) == {
        "minimum": 0.0, "maximum": 8.0, "mean": 17 / 32, "peak": [0.125, 0.9375],
        "above_half": 2 / 32,
    }  # fmt: skip


def test_the_peak_of_a_plateau_is_its_middle():
    array = np.zeros((9, 9), np.float32)
    array[2:7, 2:7] = 1
    assert facts(Role.HEATMAP, array)["peak"] == [0.5, 0.5]
    assert facts(Role.HEATMAP, np.zeros((3, 3), np.float32))["peak"] == [0.5, 0.5]


def test_signed_map():
    array = np.array([[3, 0, 0, -4]], np.float32)
    found = facts(Role.SIGNED_MAP, array)
    assert (found["peak"], found["trough"]) == ([0.5, 0.125], [0.5, 0.875])
    assert (found["positive"], found["negative"]) == (0.25, 0.25)
    assert (found["minimum"], found["maximum"], found["mean"]) == (-4.0, 3.0, -0.25)


def test_mask():
    array = np.zeros((4, 4), bool)
    array[2:, 2:] = True
    found = facts(Role.MASK, array)
    assert (found["share"], found["centroid"]) == (0.25, [0.75, 0.75])
    assert facts(Role.MASK, np.zeros((4, 4), bool))["centroid"] is None
    assert facts(Role.MASK, np.ones((4, 4), bool))["share"] == 1.0


def test_picture():
    array = np.zeros((1, 2, 3), np.uint8)
    array[0, 1] = 255
    found = facts(Role.PICTURE, array)
    assert found == {
        "minimum": 0.0, "maximum": 1.0, "mean": 0.5, "flat": False, "grey": True,
        "transparent": 0.0,
    }  # fmt: skip
    array[0, 0, 2] = 9
    assert not facts(Role.PICTURE, array)["grey"]
    rgba = np.zeros((2, 2, 4), np.uint8)
    assert facts(Role.PICTURE, rgba)["flat"]
    rgba[0, 0, 3] = 255
    assert facts(Role.PICTURE, rgba)["transparent"] == 0.75


def test_box():
    box = np.array([10, 20, 30, 60])
    assert facts(Role.BOX, box) == {"height": 20, "width": 40}


def test_curve():
    curve = np.array([[0, 5, 1], [1, 2, 1], [2, 3, 9]], np.float64)
    assert facts(Role.CURVE, curve) == {
        "points": 3, "first": [5.0, 1.0], "last": [3.0, 9.0], "minimum": [2.0, 1.0],
        "maximum": [5.0, 9.0],
    }  # fmt: skip


def test_the_last_bits_of_a_sum_are_not_kept():
    assert facts(Role.HEATMAP, np.array([[1 / 3]], np.float32))["mean"] == 0.333333


@pytest.mark.parametrize(
    ("role", "array"),
    [
        (Role.PICTURE, np.zeros((1, 1, 3), np.uint8)),
        (Role.HEATMAP, np.zeros((1, 1), np.float32)),
        (Role.SIGNED_MAP, np.zeros((1, 2000), np.float32)),
        (Role.MASK, np.zeros((1, 1), bool)),
        (Role.BOX, np.array([0, 0, 1, 1])),
        (Role.CURVE, np.zeros((1, 2))),
    ],
)
def test_facts_are_plain_json(role, array):
    array.flags.writeable = False
    found = facts(role, array)
    assert json.loads(json.dumps(found)) == found
