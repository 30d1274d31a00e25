"""Means over pictures, and what is said of controls."""

import json
from dataclasses import replace
from statistics import fmean, stdev

import pytest
from conftest import disc
from PIL import Image

from generator.build import plan_of
from generator.findings import Findings
from generator.memory import Memory
from generator.store import Store
from generator.summaries import all_pictures, sampled
from generator.technique import Better, Metric, TableLegend
from generator.verdicts import SHUFFLED, deserving

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
    assert "Do they agree? Over 6 pictures" in page
    assert "mean of 6" not in page, "agreement is neither better high nor low"
    assert gallery.page("index.html").count('class="sketch"') == 1, "deletion stands for it"
    assert "lowest first" in gallery.page("items/planted-flat.html")
    assert (
        json.loads(gallery.page("salon.json"))["items"]["d0"]["runs"]["trust/default"]["failure"]
        == ""
    )


LEGEND = TableLegend(
    "Maps",
    "How they do.",
    (
        Metric("Map", "which"),
        Metric("Frame", "its number"),
        Metric("Inside", "share", digits=3, better=Better.HIGHER),
        Metric("Moved", "degrees", "°", better=Better.LOWER),
        Metric(SHUFFLED, "how alike"),
    ),
    controls=("Random", "Centre"),
    sampled=True,
)


def rows(**values):
    """Return eight frames of each map, each a little off its values."""
    return [
        [name, str(frame), inside + frame / 1000, moved - frame / 100, alike]
        for frame in range(8)
        for name, (inside, moved, alike) in values.items()
    ]


def table(**values):
    return sampled({"name": "maps", "rows": rows(**values)}, LEGEND, "maps-of-it")


def test_a_sampled_table_shows_means_over_its_samples():
    made = table(good=(0.8, 1.0, 0.1), Random=(0.2, 3.0, None), Centre=(0.4, 2.0, None))
    assert made.title == "Maps, over 8 frames"
    assert made.id == "maps-of-it"
    assert [row[0] for row in made.rows] == ["good", "Random", "Centre"]
    values = [0.8 + frame / 1000 for frame in range(8)]
    mean, half = made.rows[0][1].split(" ± ")
    assert float(mean) == pytest.approx(fmean(values), abs=6e-4)
    assert float(half) == pytest.approx(1.96 * stdev(values) / 8**0.5, abs=6e-4)
    assert made.rows[1][3] == "–", "controls have no weights to shuffle"


def test_a_map_that_beats_all_controls_everywhere_deserves_most_trust():
    made = table(good=(0.8, 1.0, 0.1), bad=(0.1, 4.0, 0.1), Random=(0.2, 3.0, None),
                 Centre=(0.4, 2.0, None))  # fmt: skip
    assert [row[-1] for row in made.rows] == ["Inside, Moved", "nothing", "control", "control"]
    assert "Worth most trust: “good”, which beats all controls in 2 tests" in made.caption
    assert "“bad” beats them in none" in made.caption


def test_a_map_that_beats_one_control_of_two_beats_nothing():
    made = table(middling=(0.3, 2.5, 0.1), Random=(0.2, 3.0, None), Centre=(0.4, 2.0, None))
    assert made.rows[0][-1] == "nothing"
    assert "none is worth trust here" in made.caption


def test_a_map_that_shuffled_weights_leave_alone_is_doubted():
    said = table(good=(0.8, 1.0, 0.9), Random=(0.2, 3.0, None), Centre=(0.4, 2.0, None)).caption
    assert "But “good” stays much the same when the weights are shuffled" in said


def test_a_test_with_a_comma_in_its_name_is_one_test():
    columns = [replace(one, name=f"{one.name}, or near") for one in LEGEND.columns[:4]]
    found = rows(good=(0.8, 1.0, None), Random=(0.2, 3.0, None), Centre=(0.4, 2.0, None))
    made = sampled({"name": "maps", "rows": [row[:4] for row in found]},
                   replace(LEGEND, columns=tuple(columns)), "maps")  # fmt: skip
    assert "“good”, which beats all controls in 2 tests." in made.caption


def test_a_column_without_a_best_control_has_no_line_for_it():
    made = table(good=(0.8, 1.0, -0.2), bad=(0.1, 4.0, 0.2), Random=(0.2, 3.0, None),
                 Centre=(0.4, 2.0, None))  # fmt: skip
    assert "the dotted line is the best control" in made.key
    inside, moved, alike = made.marks[0][1:4]
    assert inside.guide
    assert moved.guide
    assert alike.guide == "", "it is zero that lies between −0.2 and 0.2, not a control"


def test_many_that_lose_are_counted_not_named():
    verdicts = {"best": ("Inside",), **{f"m{i}": () for i in range(5)}, "Random": "control"}
    assert "; 5 others beat them in none." in deserving(verdicts, {})


def test_too_few_samples_say_nothing_of_trust():
    made = sampled({"name": "maps", "rows": rows(good=(0.8, 1.0, 0.1), Random=(0.2, 3.0, None),
                                                 Centre=(0.4, 2.0, None))[:6]}, LEGEND, "x")  # fmt: skip
    assert made.title.endswith("over 2 frames")
    assert "trust" not in made.caption
