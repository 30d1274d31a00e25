"""Each number leads to the pictures behind it: in the gallery, on its item, or among the mistakes."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace

import fake_sets
import pytest
from conftest import tree
from fake_sets import TEXTURES

from generator.leads import leading
from generator.parts import Column, Link, Table

ORDER = "index.html?sort=measured.default.error#gallery"


@pytest.fixture
def measured(house, guests):
    guests("measured")
    house.edit("techniques:\n", "techniques:\n  measured: {params: {by_width: true}}\n")
    house.build()
    return house


def behind(text: str) -> list[tuple[str, str, str]]:
    """Return the address, the name and the words of each number that leads somewhere."""
    found = re.findall(r'<a class="behind" href="([^"]+)" aria-label="([^"]+)"[^>]*>([^<]+)<', text)
    return [tuple(html.unescape(part) for part in one) for one in found]


def test_the_score_of_a_picture_leads_to_all_pictures_in_its_order(measured):
    (lead,) = [one for one in behind(measured.page("items/disc.html")) if "measured" in one[0]]
    assert lead == (f"../{ORDER}", "64: all pictures in the order of Error", "64")
    assert f'value="{ORDER.partition("sort=")[2].partition("#")[0]}"' in measured.page("index.html")


def test_a_score_that_puts_nothing_in_order_leads_to_its_own_maps(measured):
    lines = measured.project.manifest.read_text().splitlines(keepends=True)
    measured.manifest("".join(line for line in lines if "noise" not in line and "grey" not in line))
    measured.build()
    page = measured.page("items/disc.html")
    assert ("#measured-default-light", "64: Light", "64") in behind(page)
    assert 'id="measured-default-light"' in page


def test_on_the_page_of_a_technique_rows_lead_to_items_and_means_to_their_order(measured):
    text = measured.page("techniques/measured.html")
    rows, _, feet = text.partition("<tfoot>")
    leads = [lead for lead in behind(rows) if "#measured" in lead[0]]
    assert [lead[0] for lead in leads] == [
        f"../items/{item}.html#measured" for item in ("disc", "noise", "grey")
    ]
    assert re.fullmatch(r"64 \(\S+ to 0\.30\): Disc", leads[0][1].replace("\u202f", ""))
    assert [lead[0] for lead in behind(feet)] == [f"../{ORDER}"]


def test_numbers_with_an_interval_are_drawn_and_the_drawing_is_not_read(measured):
    text = measured.page("techniques/measured.html")
    drawings = re.findall(r'<svg class="mark"[^>]*>(.*?)</svg>', text)
    assert len(drawings) == 3
    assert all('class="dot"' in one and 'class="reach"' in one for one in drawings)
    assert (
        text.count(
            '<svg class="mark" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"'
        )
        == 3
    )
    places = [float(re.search(r'dot" d="M([\d.]+)', one)[1]) for one in drawings]
    assert places == sorted(places, reverse=True)
    assert "95 % interval, on one scale for the column" in text


def test_what_leads_nowhere_is_led_and_what_has_a_place_keeps_it():
    columns = tuple(Column(name, "", "", "", number=bool(i)) for i, name in enumerate("abc"))
    rows = (("x", "1", "–"), ("y", "2", "3"), ("z", "4", "5"))
    own, link = Link("#own", "its own"), Link("#all", "all")
    table = Table("t", "T", "", columns, rows, links=("", "#row", ""),
                  leads=((None, None, None), (None, None, None), (None, own, None)))  # fmt: skip
    led = leading(table, link)
    assert led.leads == ((None, link, None), (None, None, None), (None, own, link))
    assert led.lead(2, 1) is own
    assert led.stops == {(0, 1), (2, 1)}, "a goal is one stop, however many numbers lead to it"
    assert replace(table, leads=()).lead(0, 1) is None


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets")
    fake_sets.write(folder / "site", folder / "store", (TEXTURES,))
    return {
        name: data.decode()
        for name, data in tree(folder / "site").items()
        if name.endswith(".html")
    }


def test_the_numbers_of_a_class_open_the_pictures_that_they_count(sets):
    name = next(name for name in sets if name.startswith("classifiers/"))
    text = sets[name]
    table = text.partition('id="classes"')[2].partition("</table>")[0]
    rows = re.findall(r"<tr>(<th scope=\"row\">.*?)</tr>", table, re.DOTALL)
    assert len(rows) > 1
    for place, row in enumerate(rows):
        label = html.unescape(re.search(r"<a [^>]*>([^<]+)</a></th>", row)[1])
        leads = behind(row)
        assert leads[0][0].endswith(f"#class-{place}")
        for address, said, _ in leads[1:]:
            group = re.search(rf'id="{address[1:]}">([^<]+)<', text)
            assert group, address
            assert label in html.unescape(group[1])
            assert label in said
        cells = [re.fullmatch(r"#cell-(\d+)-(\d+)", lead[0]).groups() for lead in leads[1:]]
        held, precision, recall, both = ([int(part) for part in cell] for cell in cells)
        assert held[0] == recall[0] == precision[1] == place
        assert both == [place, place]


def test_accuracy_leads_to_the_pictures_it_counts(sets):
    rows = re.findall(r'<td class="number accuracy">(.*?)</td>', "".join(sets.values()), re.DOTALL)
    assert rows
    for row in rows:
        ((address, said, _),) = behind(row)
        target = address.removeprefix("../").removesuffix("#cells")
        assert 'id="cells"' in sets[target]
        assert "pictures of" in said


def test_every_table_of_every_page_is_in_one_file_with_its_numbers_as_numbers(measured):
    files = tree(measured.project.out)
    tables = json.loads(files["data/tables.json"])
    listed = {f"data/{page}/{name}.csv" for page, found in tables.items() for name in found}
    assert listed == {n for n in files if n.endswith(".csv")} - {"data/results.csv"}
    numbers = tables["techniques/measured"]["numbers"]
    assert numbers["columns"][:3] == ["Item", "Variant", "Error (px)"]
    assert [row[2] for row in numbers["rows"]] == [64, 56, 50]
    params = tables["items/disc"]["measured-default-params"]["rows"]
    assert ["by width", None, "yes", "changed", "The score is the picture's width."] in params


def test_the_results_hold_what_was_found_and_of_what(measured):
    whole = json.loads(tree(measured.project.out)["data/results.json"])
    assert [item["title"] for item in whole["items"]] == ["Disc", "Noise", "Grey"]
    run = next(one for one in whole["runs"] if one["technique"] == "measured")
    (panel,) = run["panels"]
    assert (panel["title"], panel["role"]) == ("Light", "heatmap")
    assert panel["facts"]["maximum"] >= panel["facts"]["minimum"]
    assert whole["failures"] == []
