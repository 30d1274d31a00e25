"""What leads through a gallery: scores to sort by, what stands out, the overview, the glossary."""

from __future__ import annotations

import re

import fake_sets
import pytest
from conftest import tree
from markupsafe import Markup

from generator import glossary, panels, parts
from generator.catalog import discover
from generator.technique import Family


@pytest.fixture
def measured(house, guests):
    """A gallery whose pictures differ in one score: their width, 64, 56 and 50; lower is better."""
    guests("measured")
    house.edit("techniques:\n", "techniques:\n  measured:\n    params: {by_width: true}\n")
    house.build()
    return house


def cards(house) -> dict[str, str]:
    found = re.findall(
        r'id="item-(\w+)"[^>]*?(?: data-scores="([^"]*)")?>', house.page("index.html")
    )
    return dict(found)


def test_every_card_has_its_scores_in_the_order_of_the_choices(measured):
    html = measured.page("index.html")
    options = re.findall(
        r'<option value="([\w.-]+)" data-column="(\d+)" data-low="([^"]+)" data-high="([^"]+)">([^<]+)<',
        html,
    )
    (mine,) = [option for option in options if option[0] == "measured.default.error"]
    assert mine[2:] == ("50", "64", "Error (px)")
    assert [column for _, column, *_ in options] == [str(n) for n in range(len(options))]
    place = int(mine[1])
    values = {name: text.split()[place] for name, text in cards(measured).items()}
    assert values == {"disc": "64", "noise": "56", "grey": "50"}


def test_a_score_that_one_picture_has_is_no_order(measured):
    lines = measured.project.manifest.read_text().splitlines(keepends=True)
    measured.manifest("".join(line for line in lines if "noise" not in line and "grey" not in line))
    measured.build()
    assert "data-column" not in measured.page("index.html")
    assert "data-scores" not in measured.page("index.html")


def test_a_picture_without_a_score_keeps_its_place_among_the_numbers(measured):
    measured.edit("title: Grey,", "title: Grey, techniques: [saliency],")
    measured.build()
    place = 0
    assert cards(measured)["grey"].split()[place] == "-"
    assert cards(measured)["disc"].split()[place] == "64"


def standouts(house) -> list[str]:
    found = re.search(r'<dl class="standouts">(.*?)</dl>', house.page("index.html"), re.DOTALL)
    return re.findall(r"<div>(.*?)</div>", found[1], re.DOTALL) if found else []


def test_the_first_page_says_where_a_technique_succeeds_and_where_not(measured):
    (remark,) = [one for one in standouts(measured) if "Measured: where" in one]
    best, worst = re.findall(r'<dd><a href="([^"]+)" dir="auto">(\w+)</a> <a[^>]+>([^<]+)<', remark)
    assert best == ("items/grey.html#measured", "Grey", "best, Error 50 px")
    assert worst == ("items/disc.html#measured", "Disc", "worst, Error 64 px")
    assert "index.html?sort=measured.default.error#gallery" in remark


def test_the_first_page_says_where_methods_disagree_and_which_is_steady(house, guests):
    guests("compared")
    house.edit("techniques:\n", "techniques:\n  compared:\n")
    house.build()
    disagree, steady = standouts(house)
    assert "Where do the methods disagree most?" in disagree
    assert '<a href="items/grey.html#compared" dir="auto">Grey</a>' in disagree
    assert "Agreement 0.50; between 0.50 and 0.64 over 3 pictures" in disagree
    assert "index.html?sort=compared.default.agreement#gallery" in disagree
    assert '<a href="techniques/compared.html" dir="auto">Calm</a>' in steady
    assert "largest change under noise: 0.06 on average" in steady


def test_where_methods_agree_as_much_everywhere_no_picture_stands_out(house, guests):
    guests("compared")
    house.edit("techniques:\n", "techniques:\n  compared: {params: {even: true}}\n")
    house.build()
    assert not [one for one in standouts(house) if "disagree" in one]


def test_the_first_page_names_the_best_classifier_of_each_set(tmp_path):
    fake_sets.write(tmp_path / "site", tmp_path / "store", (fake_sets.TEXTURES, fake_sets.FACES))
    html = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    remark = html.partition("Which classifier is best?")[2].partition("</div>")[0]
    assert re.findall(r'<a href="([^"]+)" dir="auto">', remark) == [
        "items/textures.html#comparison", "items/faces.html#comparison"
    ]  # fmt: skip
    assert re.findall(r'tabindex="-1">([^<:]+: \d+)', remark)
    assert remark.count("A head on a network: 100 %") == 2


def test_what_failed_stands_out_and_two_pictures_are_too_few_for_more(measured):
    lines = measured.project.manifest.read_text().splitlines(keepends=True)
    measured.manifest("".join(line for line in lines if "noise" not in line))
    measured.build()
    assert standouts(measured) == []
    (measured.content / "grey.png").write_bytes(b"broken")
    measured.build()
    (remark,) = standouts(measured)
    assert '<a href="made.html" dir="auto">1 failure</a>' in remark


def test_the_first_page_counts_what_it_holds(measured):
    assert "3 pictures, looked at by 2 techniques." in measured.page("index.html")


def test_the_overview_has_a_row_a_picture_and_a_column_a_technique(measured):
    measured.edit("title: Grey,", "title: Grey, techniques: [saliency],")
    (measured.content / "noise.png").write_bytes(b"broken")
    measured.build()
    html = measured.page("overview.html")
    rows = re.findall(r"<tr>(.*?)</tr>", html.partition("<tbody>")[2], re.DOTALL)
    assert len(rows) == 3
    assert html.count('<th scope="col">') == 3
    assert "items/disc.html#measured" in rows[0]
    assert "items/disc.html#saliency" in rows[0]
    assert rows[1].count("no picture") == 2
    assert rows[2].count("not asked for") == 1


def test_a_gallery_of_no_picture_says_so(house):
    text = house.project.manifest.read_text(encoding="utf-8").partition("items:")[0]
    house.manifest(text)
    house.build()
    assert "There is no picture" in house.page("overview.html")
    assert "standouts" not in house.page("index.html")


@pytest.mark.parametrize(
    ("avif", "fallback", "expected"),
    [
        (
            "a-256.avif 256w, a-800.avif 800w",
            "a-256.jpg 256w, a-800.jpg 800w",
            ("a-256.jpg", 256, 128),
        ),
        ("a-200.avif 200w", "", ("a-800.jpg", 800, 400)),
        ("", "", ("a-800.jpg", 800, 400)),
    ],
)
def test_the_smallest_picture_is_one_file_with_its_own_size(avif, fallback, expected):
    made = panels.smallest(parts.Image("a-800.jpg", 800, 400, "", avif, fallback))
    assert (made.src, made.width, made.height) == expected
    assert (made.avif, made.fallback) == (avif.split(", ")[0], "")


def test_terms_are_in_the_order_of_the_alphabet_and_each_in_two_sentences():
    names = [term.name.casefold() for term in glossary.TERMS]
    assert names == sorted(names)
    assert len({term.id for term in glossary.TERMS}) == len(names)
    for term in glossary.TERMS:
        sentences = re.split(r"(?<=\.) (?=[A-Z0-9“])", term.meaning)
        assert len(sentences) == 2, term.name
        assert len(term.meaning) < 220, term.name


def test_every_term_is_used_in_words_that_pages_show():
    said = []
    for technique in discover().techniques:
        told = technique.explanation
        said += [
            told.what,
            told.reading,
            told.limits,
            told.mathematics,
            technique.summary,
            technique.title,
        ]
        said += [text for m in technique.metrics.values() for text in (m.name, m.meaning)]
        said += [text for t in technique.tables.values() for text in (t.title, t.caption)]
        said += [c.name for t in technique.tables.values() for c in t.columns]
        said += [field.description or "" for field in technique.params.model_fields.values()]
        said += [text for one in technique.legends.values() for text in (one.title, one.caption)]
    said += [term.meaning for term in glossary.TERMS]
    used = set().union(*(glossary.used(text) for text in said))
    assert {term.id for term in glossary.TERMS} - used == set()


def test_the_first_use_of_a_term_is_a_link_and_the_next_is_not():
    first, second = glossary.linked(("A mask, a Mask & <b>.", "Masks and heatmaps."), "../")
    assert first.count("<a ") == 1
    assert '<a class="term" href="../glossary.html#mask" title="A picture in black' in first
    assert "a Mask &amp; &lt;b&gt;." in first
    assert second.startswith("Masks and <a ")
    assert isinstance(first, Markup)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A class activation map of a class.", ["class-activation-map", "class"]),
        ("held-out and held out", ["held-out"]),
        ("unmasked masking, edgewise, re-score, score-based", []),
        ("Fisher vectors and VLAD", ["fisher-vector", "vlad"]),
        ("", []),
    ],
)
def test_the_longest_term_is_meant_and_only_whole_words(text, expected):
    found = re.findall(r"#([\w-]+)", glossary.linked((text,), "")[0])
    assert found == expected


def test_the_words_of_an_explanation_are_unchanged_by_their_links():
    for technique in discover().techniques:
        if technique.family is not Family.SOURCE:
            told = technique.explanation
            for text in (told.what, told.reading, told.limits):
                (marked,) = glossary.linked((text,), "")
                assert marked.striptags() == Markup.escape(" ".join(text.split())).unescape()


def test_a_page_of_a_technique_leads_to_the_glossary_and_back(measured):
    assert 'href="../glossary.html#mask"' in measured.page("techniques/measured.html")
    entry = measured.page("glossary.html").partition('<div id="mask">')[2].partition("</div>")[0]
    assert '<a href="techniques/measured.html">Measured</a>' in entry
    assert set(tree(measured.project.out)) >= {"glossary.html", "overview.html"}
