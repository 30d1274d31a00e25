"""Every table beside itself as a file, every number of the report in two: plain, whole, harmless."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from conftest import disc, tree
from PIL import Image

from generator import parts, sheets
from generator.wording import number


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "value", [0.0, 1.0, -1.5, 24441.0, 0.0041, -0.00004, 3.2e9, float("inf"), float("-inf")]
)
def test_a_number_is_read_back_as_it_was_shown(value):
    assert float(sheets.plain(number(value, 2))) == pytest.approx(value, rel=0.05)


@pytest.mark.parametrize("text", ["1.2 MB", "a − b", "7 of 9", "", "−", "1.2.3", "−–"])
def test_what_is_no_number_stays_as_it_is(text):
    assert sheets.plain(text) == text


def table(*rows: tuple[str, ...], numbers: bool = True) -> parts.Table:
    columns = (
        parts.Column("Map", "", "", "", number=False),
        parts.Column("Share", "%", "", "", number=numbers),
    )
    return parts.Table("t", "Title", "Caption", columns, rows)


def test_means_and_intervals_get_columns_of_their_own():
    (made,) = sheets.sheets(table(("a", "0.5 ± 0.12"), ("b", "–")))
    assert made.heads == ("Map", "Share (%)", "Share (%) ±")
    assert made.rows == (("a", "0.5", "0.12"), ("b", "", ""))
    (made,) = sheets.sheets(table(("a", "−84 (−88 to 80.1)"), ("b", "90")))
    assert made.heads == ("Map", "Share (%)", "Share (%), from", "Share (%), to")
    assert made.rows == (("a", "-84", "-88", "80.1"), ("b", "90", "", ""))


def test_a_table_without_rows_keeps_its_heads():
    assert read(sheets.csv_of(*sheets.sheets(table()))) == [["Map", "Share (%)"]]


NASTY = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    'a"b,c',
    "two\nlines",
    "زهرة 🌸",
    "-5",
]


def test_text_that_a_spreadsheet_would_run_is_set_off_and_all_else_comes_back():
    rows = read(sheets.csv_of(*sheets.sheets(table(*((text, "1") for text in NASTY)))))
    assert [row[0] for row in rows[1:]] == [
        "'=1+1", "'+cmd|' /C calc'!A0", "'-2+3", "'@SUM(A1)", "'\t=1", 'a"b,c', "two\nlines",
        "زهرة 🌸", "-5",
    ]  # fmt: skip


def test_the_first_bytes_tell_a_spreadsheet_the_encoding():
    (made,) = sheets.sheets(table())
    assert sheets.csv_of(made).startswith(b"\xef\xbb\xbfMap,")
    assert sheets.csv_of(made, marked=False).startswith(b"Map,")


@pytest.fixture
def site(house):
    mask = Image.fromarray((disc()[:, :, 0] > 200).astype("uint8") * 255)
    mask.save(house.content / "mask.png")
    house.edit("licence: CC0, tags: [a]}", "licence: CC0, tags: [a], truth: mask.png}")
    house.build()
    return house


def test_every_file_is_linked_once_and_every_link_has_its_file(site):
    files = tree(site.project.out)
    linked = []
    for name, data in files.items():
        if name.endswith(".html"):
            root = "../" * name.count("/")
            found = re.findall(r'<a href="([^"]+\.csv)" download>', data.decode())
            linked += [link.removeprefix(root) for link in found if "results.csv" not in link]
    assert len(linked) == len(set(linked))
    assert set(linked) == {n for n in files if n.endswith(".csv")} - {"data/results.csv"}
    assert "data/items/disc/saliency-default-scores.csv" in linked


def test_results_hold_every_score_in_full_and_json_says_the_same(site):
    files = tree(site.project.out)
    rows = [dict(zip(*pair, strict=True)) for pair in rows_of(files["data/results.csv"])]
    told = json.loads(files["salon.json"])["items"]
    expected = {
        (item, *run.split("/"), metric): value
        for item, about in told.items()
        for run, found in about["runs"].items()
        for metric, value in found["scores"].items()
    }
    names = ("item", "technique", "variant", "metric")
    assert {tuple(row[n] for n in names): float(row["value"]) for row in rows} == expected
    assert any(key[3] == "iou" for key in expected)
    assert {(row["low"], row["high"]) for row in rows} == {("", "")}
    whole = json.loads(files["data/results.json"])
    assert {tuple(row[n] for n in names): row["value"] for row in whole["results"]} == expected
    runs = {(run["item"], run["technique"]): run for run in whole["runs"]}
    assert runs["disc", "saliency"]["params"]["long_side"] == 32


def rows_of(data: bytes) -> list[tuple[list[str], list[str]]]:
    heads, *rows = read(data)
    assert heads == ["item", "technique", "variant", "metric", "value", "low", "high", "unit"]
    return [(heads, row) for row in rows]


def test_an_interval_has_both_ends_in_the_results(house, guests):
    guests("measured")
    house.edit("techniques:\n", "techniques:\n  measured:\n")
    house.build()
    rows = [
        dict(zip(*pair, strict=True))
        for pair in rows_of(tree(house.project.out)["data/results.csv"])
    ]
    mine = [row for row in rows if row["technique"] == "measured"]
    assert {(row["value"], row["low"], row["high"], row["unit"]) for row in mine} == {
        ("0.1", "-1e-07", "0.30000000000000004", "px")
    }


def test_variants_that_stand_side_by_side_share_a_file():
    score = parts.Score(
        "Overlap", "0.8", "", "", "", "95 % interval 0.7 to 0.9", ends=("0.7", "0.9")
    )
    runs = tuple(
        parts.Variant(f"s-{name}", name, (), (score,), (), (), "") for name in ("one", "two")
    )
    section = parts.Section("s", "S", "", "", "", runs)
    made, _ = sheets.sheets(section)
    assert made.name == "s-one-scores"
    assert [row[1] for row in made.rows] == ["one", "two"]
    assert made.rows[0] == ("Overlap", "one", "0.8", "0.7", "0.9", "")
