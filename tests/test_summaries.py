"""Means over pictures, and what is said of controls."""

import json
from statistics import fmean, stdev

import pytest
from conftest import disc
from PIL import Image

from generator.build import plan_of
from generator.findings import Findings
from generator.memory import Memory
from generator.store import Store
from generator.summaries import SHUFFLED, all_pictures, deserving, sampled
from generator.technique import Better, Metric, TableLegend

MANIFEST = """\
title: Trust
techniques:
  trust: {params: {model: planted-flat, steps: 2, samples: 1}}
models:
  - {id: planted-flat, source: "planted:flat", techniques: [anatomy]}
items:
"""
COUNT = 6


@pytest.fixture(scope="module")
def gallery(tmp_path_factory):
    from conftest import House

    house = House(tmp_path_factory.mktemp("trust"))
    lines = [MANIFEST]
    for index in range(COUNT):
        Image.fromarray(disc(40 + 4 * index, 64)).save(house.content / f"d{index}.png")
        lines.append(
            f"  - {{id: d{index}, source: d{index}.png, title: D{index}, alt: a, credit: c, licence: l}}\n"
        )
    house.manifest("".join(lines).replace("[anatomy]", "[trust]"))
    house.build()
    return house


@pytest.fixture(scope="module")
def tables(gallery):
    from generator.build import kept_outcomes

    with Store(gallery.project.store) as store:
        catalog, plan = plan_of(gallery.project, Memory(store.index))
        findings = Findings(plan, kept_outcomes(plan, store), catalog, "")
        records = [outcome.record for outcome in findings.outcomes.values() if outcome.record]
        made = all_pictures(findings, catalog["trust"], "planted-flat")
        none = all_pictures(findings, catalog["trust"], "another")
        return made, none, [r for r in records if r.technique == "trust"]


def test_means_and_half_intervals_are_those_of_the_records(tables):
    made, _, records = tables
    rows = {row[0]: row for row in made[0].rows}
    values = [
        next(row[1] for row in record.tables[0]["rows"] if row[0] == "Grad-CAM")
        for record in records
    ]
    mean, half = (float(part) for part in rows["Grad-CAM"][1].split(" ± "))
    assert len(values) == COUNT
    assert mean == pytest.approx(fmean(values), abs=6e-4)
    assert half == pytest.approx(1.96 * stdev(values) / COUNT**0.5, abs=6e-4)


def test_controls_are_called_so_and_the_rest_gets_a_verdict(tables):
    made, _, _ = tables
    verdicts = {row[0]: row[-1] for row in made[0].rows}
    assert [name for name, said in verdicts.items() if said == "control"] == [
        "Random",
        "Centre",
        "Edges",
        "Blurred picture",
    ]
    assert all(said for said in verdicts.values())


def test_pictures_are_ranked_with_the_least_agreement_first(tables):
    made, _, records = tables
    order = [float(row[1].replace("−", "-")) for row in made[-1].rows]
    assert order == sorted(order)
    assert len(made[-1].links) == len(order) == len(records)
    assert all(link.startswith("../items/d") for link in made[-1].links)


def test_another_network_has_nothing_to_say(tables):
    assert tables[1] == ()


def test_the_pages_show_them(gallery):
    page = gallery.page("techniques/trust.html")
    assert "over 6 pictures" in page
    assert "lowest first" in gallery.page("items/planted-flat.html")
    assert (
        json.loads(gallery.page("salon.json"))["items"]["d0"]["runs"]["trust/default"]["failure"]
        == ""
    )


LEGEND = TableLegend(
    "Maps", "Each is tried.",
    (
        Metric("Map", "which"), Metric("Frame", "its number"),
        Metric("Inside", "more is better", "", 2, Better.HIGHER),
        Metric("Off", "less is better", "°", 1, Better.LOWER),
        Metric(SHUFFLED, "how alike it stays", better=Better.LOWER),
    ),
    sampled=True, controls=("Noise", "Edges"),
)  # fmt: skip


def rows(values: dict, count: int = 8) -> dict:
    """Return a table with a row for each map and frame; numbers differ a little by frame."""
    listed = []
    for frame in range(count):
        shift = frame % 4 / 100
        for name, (inside, off, kept) in values.items():
            listed.append([name, str(frame), inside and inside + shift, off + shift, kept])
    return {"name": "maps", "rows": listed}


WORTH = {
    "good": (0.8, 1.0, 0.1), "fair": (0.8, 5.0, 0.1), "poor": (0.1, 6.0, 0.0),
    "Noise": (0.3, 4.0, None), "Edges": (0.5, 3.0, None),
}  # fmt: skip


def test_samples_become_means_with_half_intervals_and_verdicts():
    made = sampled(rows(WORTH), LEGEND, "maps")
    assert made.title == "Maps, over 8 frames"
    assert [column.name for column in made.columns] == [
        "Map", "Inside", "Off", SHUFFLED, "Beats all controls in",
    ]  # fmt: skip
    found = {row[0]: row[1:] for row in made.rows}
    values = [0.8 + frame % 4 / 100 for frame in range(8)]
    half = 1.96 * stdev(values) / 8**0.5
    mean, spread = (float(part) for part in found["good"][0].split(" ± "))
    assert (mean, spread) == pytest.approx((fmean(values), half), abs=6e-3)
    assert found["good"][-1] == "Inside, Off"
    assert found["fair"][-1] == "Inside"
    assert found["poor"][-1] == "nothing"
    assert found["Noise"][-1] == found["Edges"][-1] == "control"
    assert found["Noise"][2] == "–"
    assert made.caption.endswith(
        "Worth most trust: “good”, which beats all controls in 2 tests; “poor” beats them in none."
    )


def test_from_few_samples_nothing_is_concluded():
    made = sampled(rows(WORTH, 4), LEGEND, "maps")
    assert {row[-1] for row in made.rows} == {"too few frames", "control"}
    assert made.caption == "Each is tried. Means, with half of the 95 % interval."


def test_a_column_that_nobody_measured_is_left_out():
    unknown = {name: (None, off, kept) for name, (_, off, kept) in WORTH.items()}
    made = sampled(rows(unknown), LEGEND, "maps")
    assert [column.name for column in made.columns][1:] == [
        "Off",
        SHUFFLED,
        "Beats all controls in",
    ]
    assert {row[0]: row[-1] for row in made.rows}["good"] == "Off"


def test_a_map_that_does_not_mind_shuffled_weights_is_doubted():
    made = sampled(rows(WORTH | {"good": (0.8, 1.0, 0.9)}), LEGEND, "maps")
    assert "But “good” stays much the same when the weights are shuffled" in made.caption


@pytest.mark.parametrize(
    ("verdicts", "kept", "said"),
    [
        ({}, {}, ""),
        ({"a": "control", "b": "too few frames"}, {}, ""),
        ({"a": "nothing", "b": "control"}, {}, "None of them beats all controls in any test, so none is worth trust here."),
        ({"a": "X", "b": "control"}, {"a": 0.49}, "Worth most trust: “a”, which beats all controls in 1 test."),
        ({"a": "X, Y", "b": "X, Z", "c": "X"}, {},
         "Worth most trust: “a” and “b”, which beat all controls in 2 tests."),
        ({"a": "X", "b": "nothing", "c": "nothing"}, {},
         "Worth most trust: “a”, which beats all controls in 1 test; “b” and “c” beat them in none."),
        ({"a": "X", **dict.fromkeys("bcd", "nothing")}, {},
         "Worth most trust: “a”, which beats all controls in 1 test; 3 others beat them in none."),
        ({"a": "X", "b": "X"}, {"a": 0.5, "b": 0.9},
         "Worth most trust: “a” and “b”, which beat all controls in 1 test. But “a” and “b” stay much "
         "the same when the weights are shuffled, and so show the picture as well as the network."),
    ],
)  # fmt: skip
def test_which_maps_deserve_trust_is_said_in_a_sentence(verdicts, kept, said):
    assert deserving(verdicts, kept) == said
