"""Pages of data sets, classifiers and vocabularies, made from findings that are known by hand."""

from __future__ import annotations

import itertools
import json
import posixpath
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import fake_sets
import numpy as np
import pytest
from conftest import tree
from fake_sets import ALL, FACES, HOSTILE, TEXTURES
from test_pages import Seen

from generator import comparison, panels, present
from generator.classifier_pages import a_few, classifier_page, shots
from generator.classifier_runs import Run, runs_on
from generator.classifier_wording import believed, headline, percent, verdict
from generator.colours import stops, word_colour
from generator.content import DataSet, Variant
from generator.dataset_pages import dataset_page
from generator.execute import Outcome
from generator.plan import Task
from generator.store import Store
from generator.technique import Role, Score, Table
from generator.tiles import Sheet, tiles
from generator.vocabulary_pages import vocabulary_page

if TYPE_CHECKING:
    from generator.findings import Findings

BAG = "bag-of-words--default"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Every state of a data set as a site: pages by path, and the findings they were made from."""
    folder = tmp_path_factory.mktemp("sets")
    found = fake_sets.write(folder / "site", folder / "store", ALL)
    return {name: data for name, data in tree(folder / "site").items()}, found


@pytest.fixture(scope="module")
def pages(site):
    return {name: data.decode() for name, data in site[0].items() if name.endswith(".html")}


# What holds of every page


def test_every_link_leads_to_something_and_no_id_stands_twice(site, pages):
    seen = {name: Seen(text) for name, text in pages.items()}
    for name, page in seen.items():
        assert [i for i, count in page.ids.items() if count > 1] == [], name
        assert set(page.refers) <= set(page.ids), name
        for link in page.links:
            address, _, mark = link.partition("?")[0].partition("#")
            if address.startswith("https://creativecommons.org/"):
                continue
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), address))
            target = target if address else name
            assert target in site[0], (name, link)
            if mark:
                assert seen[target].ids[mark] == 1, (name, link)


def test_every_file_of_the_assets_is_on_some_page(site, pages):
    text = "".join(pages.values())
    for name in site[0]:
        # A gallery of data sets alone has nothing for the viewer to show.
        if name.startswith("assets/") and not name.startswith("assets/viewer-"):
            assert name.removeprefix("assets/") in text, name


def test_headings_never_skip_a_level(pages):
    for name, text in pages.items():
        levels = [int(level) for level in re.findall(r"<h([1-6])\b", text)]
        assert levels.count(1) == 1, name
        assert all(b <= a + 1 for a, b in itertools.pairwise(levels)), (name, levels)


def test_names_that_people_gave_stay_text_and_nothing_is_inline(pages):
    for name, text in pages.items():
        assert "<script>alert" not in text, name
        assert not re.search(r"<[^>]*\sstyle=", text), name
        assert "<style" not in text, name


def outermost_svgs(text):
    depth = 0
    for tag in re.findall(r"<svg\b[^>]*>|</svg>", text):
        if tag != "</svg>" and not depth:
            yield tag
        depth += -1 if tag == "</svg>" else 1


def test_every_svg_has_a_name_or_is_hidden(pages):
    for name, text in pages.items():
        for tag in outermost_svgs(text):
            named = 'role="img"' in tag and re.search(r'aria-label(ledby)?="[^"]+"', tag)
            assert named or 'aria-hidden="true"' in tag, (name, tag)


def test_no_page_speaks_of_python_or_of_nothing(pages):
    for name, text in pages.items():
        words = re.sub(r"<(script|style|math|pre)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)
        assert not re.search(r"\b(None|nan|NaN|inf|Undefined|True|False)\b", words), name


def test_two_sites_of_the_same_findings_are_the_same(site, tmp_path):
    fake_sets.write(tmp_path / "site", tmp_path / "store", ALL)
    assert tree(tmp_path / "site") == site[0]


# Small pictures on sheets


@pytest.mark.parametrize("shape", [(1, 5, 7), (7, 5, 9), (60, 4, 4), (33, 2, 300)])
def test_a_tile_is_the_rectangle_that_holds_its_picture(shape):
    stack = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    sheet = present.colour(stack, Role.PATCHES, 0, 1)
    made = tiles(Sheet("x.webp", stack.shape), [str(n) for n in range(shape[0])])
    for place, tile in enumerate(made):
        cut = sheet[tile.y : tile.y + tile.height, tile.x : tile.x + tile.width]
        assert np.array_equal(cut, stack[place])
        assert (tile.sheet_height, tile.sheet_width) == sheet.shape[:2]
        assert tile.alt == str(place)


def test_a_map_lies_over_its_own_picture_and_a_missing_one_over_nothing():
    under, over = Sheet("a.webp", (3, 4, 4, 3)), Sheet("b.webp", (5, 4, 4), "signed_patches")
    made = tiles(over, ["x"] * 5, under)
    assert [tile.src for tile in made] == ["a.webp"] * 3 + ["b.webp"] * 2
    assert [tile.over.src if tile.over else "" for tile in made] == ["b.webp"] * 3 + [""] * 2
    for place in range(3):
        assert made[place].over == over.tile(place, "x")
        assert (made[place].x, made[place].y) == (under.tile(place, "").x, under.tile(place, "").y)
    with pytest.raises(ValueError, match="one of 3 small pictures, got number 3"):
        under.tile(3, "")


def test_any_technique_may_show_small_pictures_as_a_panel(site):
    run = run_of(site[1], "textures")
    frame = panels.Frame(run.item, (0, 0), "look", "bag-")
    views = {view.id: view for view in panels.views_of(run.record, run.technique, frame)}
    view = views["bag-decision"]
    assert (len(view.tiles), view.size) == (60, "60 of 24 × 24 pixels")
    assert (view.image, view.pane) == (None, None)
    assert view.bar.stops == stops(Role.SIGNED_MAP)
    assert {tile.over.covers for tile in view.tiles} == {"signed_patches"}
    assert view.tiles[0].src == views["bag-tests"].tiles[0].src


# The page of a classifier


def run_of(found: Findings, item: str, name: str = BAG) -> Run:
    wish = next(wish for wish in found.wishes if wish.item.id == item)
    return next(r for r in runs_on(found, wish.item) if r.id == f"{item}--{name}")


@pytest.mark.parametrize("made", [TEXTURES, FACES, HOSTILE], ids=lambda made: made.id)
def test_every_number_of_the_matrix_opens_as_many_pictures(pages, site, made):
    text = pages[f"classifiers/{made.id}--{BAG}.html"]
    sections = dict(re.findall(r'<h3 id="(cell-\d+-\d+)">.*?</h3>(.*?)</section>', text, re.DOTALL))
    numbers = re.findall(r'<a href="#(cell-(\d+)-(\d+))" aria-label="[^"]*">(\d+)</a>', text)
    truth = [p for p in run_of(site[1], made.id).predictions]
    assert sum(int(count) for *_, count in numbers) == len(truth) == made.tests * len(made.classes)
    for anchor, row, column, count in numbers:
        expected = sum(
            p.truth == made.classes[int(row)] and p.named == made.classes[int(column)]
            for p in truth
        )
        assert int(count) == expected
        assert sections[anchor].count("<figure>") == expected


def test_the_pictures_of_a_cell_are_those_of_its_predictions(site):
    found = site[1]
    run = run_of(found, "textures")
    shown = shots(found, run)
    panel = run.record.panel("tests")
    for one in run.predictions:
        tile = shown[one.example].tile
        expected = Sheet("", panel.shape).tile(one.tile, "")
        assert (tile.x, tile.y) == (expected.x, expected.y)
        assert (tile.over.x, tile.over.y) == (expected.x, expected.y)
        assert tile.over.covers == "signed_patches"
        assert shown[one.example].name == run.item.data.examples[one.example].name


def test_pictures_that_were_not_kept_are_told_and_still_have_their_place(pages):
    text = pages[f"classifiers/many--{BAG}.html"]
    assert "Without pictures here" in text
    assert '<li id="cell-0-0">' in text
    assert "<figure>" not in text.partition('id="cells"')[2]


def test_best_and_worst_are_in_order(site):
    found = site[1]
    page = classifier_page(found, run_of(found, "textures"), None)
    right, wrong, unsure = (
        [float(shot.probability.split()[0]) for shot in group.shots] for group in page.sheets
    )
    assert right == sorted(right, reverse=True)
    assert wrong == sorted(wrong, reverse=True)
    assert unsure == sorted(unsure)
    assert all(shot.right for shot in page.sheets[0].shots)
    assert not any(shot.right for shot in page.sheets[1].shots)


def test_a_few_pictures_are_of_as_many_classes_as_there_are(site):
    found = site[1]
    run = run_of(found, "textures")
    chosen = a_few(run, shots(found, run), 3)
    assert len({shot.truth for shot in chosen}) == 3
    seven = a_few(run, shots(found, run), 7)
    assert len({shot.name for shot in seven}) == 7
    assert len(a_few(run, shots(found, run), 999)) == 60
    assert a_few(run, {}, 3) == ()


def test_examples_of_a_set_that_changed_since_are_not_called_by_name(site, tmp_path):
    found = site[1]
    run = run_of(found, "textures")
    data = replace(run.item.data, examples=run.item.data.examples[::-1])
    changed = replace(run, item=replace(run.item, data=data))
    assert changed.examples == ()
    assert {shot.name for shot in shots(found, changed).values()} == {
        f"number {one.example}" for one in run.predictions
    }


def test_a_two_class_classifier_has_its_curves_and_the_table_its_names(pages):
    text = pages[f"classifiers/faces--{BAG}.html"]
    for words in ("ROC curve", "Precision and recall", "Are its probabilities true?", "Choosing C"):
        assert words in text
    assert "not a face, number 7" in text
    assert "ROC curve" not in pages[f"classifiers/textures--{BAG}.html"]


# What the numbers say


def told(hits: str, *scores: Score, tables: tuple[Table, ...] = (), name: str = "bag") -> Run:
    """Return a run whose predictions are right where ``hits`` has a 1."""
    rows = tuple((str(n), "a", "a" if hit == "1" else "b", 90.0, 1.0, None)
                 for n, hit in enumerate(hits))  # fmt: skip
    record = _record(scores, (Table("predictions", rows), *tables))
    item = fake_sets.item(TEXTURES)
    task = Task(item, "bag-of-words", name, "", fake_sets.FakeParams(), {}, name)
    return Run(item, fake_sets.BAG, Variant(name, name), Outcome(task, record, None, cached=False))


def _record(scores, tables):
    from generator.records import Record

    return Record(
        "key", "bag-of-words", {},
        scores=tuple({"metric": s.metric, "value": s.value, "interval": s.interval} for s in scores),
        tables=tuple({"name": t.name, "rows": t.rows, "heads": t.heads} for t in tables),
    )  # fmt: skip


def test_the_headline_counts_and_says_what_guessing_gives():
    run = told("1" * 57 + "0" * 3, Score("guess", 100 / 3))
    assert headline(run) == (
        "It names 57 of 60 held-out pictures rightly, 95 %; guessing would give 33.3 %."
    )
    assert headline(told("1")) == "It names 1 of 1 held-out picture rightly, 100 %."


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ({"accuracy": (80.0, (65.0, 90.0)), "guess": 50.0}, "better than guessing, and not by"),
        ({"accuracy": (60.0, (45.0, 74.0)), "guess": 50.0}, "may be no better than guessing"),
        ({"accuracy": (80.0, (65.0, 90.0)), "train": 100.0}, "20 points more: part of what it"),
        ({"accuracy": (97.0, (88.0, 99.0)), "train": 98.0}, "no sign that it has learned them"),
        ({"accuracy": (80.0, None), "train": 84.0}, "no sign that it has learned them"),
        ({"accuracy": (90.0, None), "balanced": 60.0}, "large classes than on the small ones"),
        ({"calibration": 0.02}, "it can be believed: on average 2 points off"),
        ({"calibration": 0.1}, "take that roughly: on average 10 points off"),
        ({"calibration": 0.3}, "do not believe it: on average 30 points off"),
    ],
)
def test_the_verdict_follows_from_the_scores(scores, said):
    given = [
        Score(name, *(value if isinstance(value, tuple) else (value, None)))
        for name, value in scores.items()
    ]
    assert said in " ".join(verdict(told("1" * 32 + "0" * 8, *given)))


def test_the_commonest_mistake_is_named():
    rows = [("0", "a", "b"), ("1", "c", "b"), ("2", "c", "b"), ("3", "c", "a"), ("4", "c", "c")]
    several = (Table("predictions", tuple((*row, 90.0, 1.0, None) for row in rows)),)
    run = told("1")
    changed = replace(run, outcome=replace(run.outcome, record=_record((), several)))
    assert "take “\u2068c\u2069” for “\u2068b\u2069”: 2 of 4 pictures" in verdict(changed)[-1]
    assert (
        "take “\u2068a\u2069” for “\u2068b\u2069”: 3 of 10 pictures"
        in verdict(told("1111111000"))[-1]
    )
    assert verdict(told("111"))[-1] == "It makes no mistake on these pictures."


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("deletion, ROAD", "measured by deletion, ROAD"),
        ("nothing", "Do not believe"),
        (None, "Do not"),
    ],
)
def test_whether_the_painted_decision_is_believed(found, said):
    rows = (("Decision", 0.5, 0.5, 0.1, found), ("Random", 0.5, 0.5, 0.1, "control"))
    assert said in believed(told("1", tables=(Table("evidence", rows),)))
    assert believed(told("1")) == ""


# Classifiers side by side


def test_who_is_better_and_what_is_too_close_to_call():
    best = told("1" * 40, name="best")
    near = told("1" * 38 + "0" * 2, name="near")
    same = told("1" * 40, name="same")
    poor = told("0" * 20 + "1" * 20, name="poor")
    made = comparison.comparison((poor, best, near, same), None)
    assert [rival.link.title.split(": ")[1] for rival in made.rivals] == [
        "best", "same", "near", "poor"
    ]  # fmt: skip
    first = made.verdict[0].replace("\u2068", "").replace("\u2069", "")
    assert "better than “Bag of visual words: poor”, and not by chance" in first
    assert "Against “Bag of visual words: near” it is too close to call" in first
    assert "on the same pictures as “Bag of visual words: same”" in first
    rows = {row[0].replace("\u2068", "").replace("\u2069", ""): row[1:] for row in made.pairs.rows}
    assert len(rows) == 6
    row = rows["“Bag of visual words: best” against “Bag of visual words: poor”"]
    assert row[:3] == ("20", "0", "less than 0.001")
    assert "best\u2069” is better, and not by chance" in row[3]
    assert [columns for columns, _, _ in made.columns] == []


def test_only_pictures_that_all_were_tested_on_are_compared():
    short, whole = told("1" * 10, name="short"), told("1" * 12, name="whole")
    made = comparison.comparison((whole, short), None)
    assert made.verdict[-1] == "Compared on the 10 pictures that all were tested on."


def test_the_first_is_not_called_better_where_it_is_worse_on_the_same_pictures():
    many, few = told("0" * 12 + "1" * 400, name="many"), told("1" * 18 + "00", name="few")
    first = comparison.comparison((many, few), None).verdict[0]
    first = first.replace("\u2068", "").replace("\u2069", "")
    assert first.startswith("First comes “Bag of visual words: many”.")
    assert "it comes after “Bag of visual words: few”, and not by chance" in first
    assert "better" not in first


def test_one_classifier_is_compared_with_none_and_none_make_no_comparison():
    made = comparison.comparison((told("10"),), None)
    assert (made.verdict, made.pairs) == ((), None)
    assert comparison.comparison((), None) is None


def test_the_bar_has_its_interval_where_it_belongs():
    run = told("1", Score("accuracy", 80.0, (70.0, 87.5)), Score("guess", 50.0))
    span = comparison.span(run)
    assert (span.low, span.width, span.value, span.guess) == ("70.00", "17.50", "80.00", "50.00")
    assert span.words == "80 %, 95 % interval 70 to 87.5; guessing 50 %"
    assert comparison.span(told("1")) is None


def test_seconds_are_told_only_where_they_were_asked_for(pages, tmp_path):
    assert ">Time " not in pages["items/textures.html"]
    fake_sets.write(tmp_path / "site", tmp_path / "store", (TEXTURES,), timed=True)
    text = (tmp_path / "site" / "items" / "textures.html").read_text()
    assert re.search(r">Time <span class=\"unit\">s</span>", text)
    assert re.search(r'<td class="number">1\.2</td></tr>', text)


# Vocabularies


def test_words_have_their_own_patches_and_speak_in_order(site):
    found = site[1]
    run = run_of(found, "textures")
    page = vocabulary_page(found, run, None)
    sheet = Sheet("", run.record.panel("words").shape)
    rows = run.table("words")["rows"]
    assert len(page.words) == len(rows)
    for place, (word, row) in enumerate(zip(page.words, rows, strict=True)):
        assert (word.mean.x, word.mean.y) == (
            sheet.tile(place * 7, "").x,
            sheet.tile(place * 7, "").y,
        )
        last = sheet.tile(place * 7 + 6, "")
        assert (word.nearest[-1].x, word.nearest[-1].y) == (last.x, last.y)
        largest = max(range(3), key=lambda k: row[2 + k])
        assert word.colour == word_colour(place)
        assert word.speaks == (TEXTURES.classes[largest] if row[2 + largest] > 0 else "")
    for place, voice in enumerate(page.voices):
        expected = sorted((row for row in rows if row[2 + place] > 0), key=lambda r: -r[2 + place])
        assert [word.number for word in voice.words] == [row[0] for row in expected[:6]]


def test_painted_words_lie_over_their_own_pictures(site):
    page = vocabulary_page(site[1], run_of(site[1], "textures"), None)
    assert len(page.painted) == len(TEXTURES.classes)
    for before, after in page.painted:
        assert (before.src, before.x, before.y) == (after.src, after.x, after.y)
        assert after.over.covers == "word_patches"
        assert after.over.src != after.src


def test_bars_reach_from_the_middle_to_their_weight(site):
    run = run_of(site[1], "textures")
    rows = run.table("words")["rows"]
    reaches = [max(abs(row[2 + k]) for row in rows) for k in range(3)]
    words = vocabulary_page(site[1], run, None).words
    texts = [bar.text for word in words for bar in word.weights]
    assert {"100", "−100"} & set(texts)
    for word, row in zip(words, rows, strict=True):
        for bar, weight, reach in zip(word.weights, row[2:], reaches, strict=True):
            start, end = float(bar.x), float(bar.x) + float(bar.width)
            far, near = (start, end) if weight < 0 else (end, start)
            assert far == pytest.approx(50 + 50 * weight / reach, abs=0.02)
            assert near == pytest.approx(50, abs=0.02)
            assert float(bar.text.replace("−", "-")) == round(100 * weight / reach)


def test_all_the_others_need_not_be_named():
    runs = [told("1" * 9, name=name) for name in ("a", "b", "c", "d")]
    assert "on the same pictures as all the others" in comparison.comparison(runs, None).verdict[0]
    assert "all the others" not in comparison.comparison(runs[:3], None).verdict[0]


def test_of_many_classes_only_the_largest_weights_have_bars(site):
    page = vocabulary_page(site[1], run_of(site[1], "many"), None)
    assert all(len(word.weights) == 6 for word in page.words)
    assert len(page.voices) == 60


# Failures are cards


def test_what_failed_says_why_where_it_would_stand(pages):
    assert "expected at least two classes, got 1: only" in pages["items/lonely.html"]
    assert "expected at least two classes, got 1: only" in pages["techniques/bag-of-words.html"]
    assert not [name for name in pages if name.startswith("classifiers/lonely")]
    assert "This data set is missing" in pages["items/gone.html"]
    assert "cannot be read: no folder" in pages["items/gone.html"]
    assert "one.png: expected a picture" in pages["items/lonely.html"]


def test_many_problems_are_folded_and_few_are_open(pages):
    assert re.search(r'<details class="problems">\s*<summary>20 problems', pages["items/many.html"])
    assert re.search(r'<details class="problems" open>', pages["items/lonely.html"])


def test_a_data_set_whose_own_pictures_failed_still_shows_its_classifiers(tmp_path):
    runs = fake_sets.every((TEXTURES,))
    runs["textures", "data-set", "default"] = fake_sets.Failure("none of the pictures can be read")
    fake_sets.write(tmp_path / "site", tmp_path / "store", (TEXTURES,), runs)
    text = (tmp_path / "site" / "items" / "textures.html").read_text()
    assert "Its pictures cannot be shown" in text
    assert "Which classifier is best?" in text


def said_of(tmp_path, data) -> str:
    with Store(tmp_path) as store:
        found = fake_sets.findings(store, (TEXTURES,), {})
    wish = replace(found.wishes[0], item=fake_sets.item(TEXTURES, data=data))
    gallery = replace(found.plan.gallery, wishes=(wish,))
    found = replace(found, plan=replace(found.plan, gallery=gallery))
    return " ".join(dataset_page(found, 0, None, None).words)


def test_what_a_data_set_holds_is_said_in_words(tmp_path):
    listed = fake_sets.examples(TEXTURES)
    whole = said_of(tmp_path, DataSet(tuple(replace(e, group="") for e in listed)))
    assert whole == (
        "78 pictures of 3 classes. The classifiers learn from 18 and are tested on the other 60, "
        "which they never see before. The source itself says which pictures are held out."
    )
    drawn = said_of(tmp_path, DataSet(tuple(replace(e, group="") for e in listed), (), (0.25, 3)))
    assert "drawn by lot, 25 % of each class (seed 3)" in drawn
    apart = tuple(replace(e, group=f"{e.label}{e.held_out}") for e in listed)
    assert "In 6 groups are pictures" in said_of(tmp_path, DataSet(apart))
    assert "each group is on one side as a whole" in said_of(tmp_path, DataSet(apart))
    torn = tuple(replace(e, group=e.label if e.label == "grass" else "") for e in listed)
    assert "1 of them is on both sides" in said_of(tmp_path, DataSet(torn))
    uneven = tuple(e for n, e in enumerate(listed) if e.label != "brick" or n < 5)
    assert "the smallest 5: look at the balanced" in said_of(tmp_path, DataSet(uneven))
    one = tuple(e for e in listed if e.label == "brick")
    assert "26 pictures of 1 class." in said_of(tmp_path, DataSet(one))
    assert "nothing to tell apart" in said_of(tmp_path, DataSet(one))


def test_without_any_run_a_data_set_still_has_its_page(tmp_path):
    fake_sets.write(tmp_path / "site", tmp_path / "store", (TEXTURES,), {})
    text = (tmp_path / "site" / "items" / "textures.html").read_text()
    assert "78 pictures of 3 classes" in text


# Around them


def test_the_index_shows_sets_in_a_section_of_their_own(pages, site):
    text = pages["index.html"]
    part = text.partition('id="datasets"')[2].partition("</section>")[0]
    assert part.count("<li") == len(ALL) + 1
    assert "78 pictures, 3 classes" in part
    best = max(
        100 * sum(one.right for one in run.predictions) / len(run.predictions)
        for run in runs_on(site[1], next(w.item for w in site[1].wishes if w.item.id == "textures"))
    )
    assert f"Best: A head on a network: {percent(best)}, 95 % interval" in part
    gallery = text.partition('id="gallery"')[2]
    assert "0 pictures" in gallery
    assert "(0)" not in gallery


def test_a_technique_leads_to_its_classifiers_and_their_numbers(pages):
    text = pages["techniques/bag-of-words.html"]
    assert f'<a href="../classifiers/textures--{BAG}.html">Bag of visual words' in text
    assert re.search(r"\d+(\.\d)? %, 95 % interval", text)
    row = re.search(r'<th scope="row"><a href="([^"]*)">Textures</a>', text)
    assert row[1] == f"../classifiers/textures--{BAG}.html"
    assert "In brackets: the 95 % interval" in text
    curves = pages["techniques/learning-curves.html"]
    assert '<a href="../items/textures.html#learning-curves">' in curves


def test_the_numbers_are_there_for_programs(site, pages):
    numbers = json.loads(site[0]["salon.json"])["items"]["textures"]["runs"]
    record = run_of(site[1], "textures").record
    entry = numbers["bag-of-words/default"]
    assert entry["scores"]["accuracy"] == record.scores[0]["value"]
    assert entry["intervals"]["accuracy"] == record.scores[0]["interval"]
    assert "items/textures.html" in pages["made.html"]
    assert "items/textures.html" in pages["credits.html"]


def test_a_classifier_without_predictions_has_no_page(site):
    found = site[1]
    run = replace(run_of(found, "lonely"), outcome=None)
    assert (run.page, run.vocabulary) == ("", "")
    with pytest.raises(ValueError, match="expected a classifier with predictions"):
        classifier_page(found, run, None)
    with pytest.raises(ValueError, match="expected a classifier with a vocabulary"):
        vocabulary_page(found, run_of(found, "textures", "cam-head--default"), None)


# From the store alone


def test_pages_made_from_the_store_are_the_same_and_outlive_the_pictures(house):
    import shutil

    from conftest import Inline
    from PIL import Image

    from generator.build import Options, render_only

    rng = np.random.default_rng(0)
    for label in ("a", "b"):
        for n in range(4):
            path = house.content / "set" / label / f"{n}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(rng.integers(0, 256, (8, 8, 3), dtype=np.uint8)).save(path)
    entry = "  - {id: set, source: set, title: Set, credit: c, licence: l, techniques: []}\n"
    house.edit("items:\n", f"datasets:\n{entry}items:\n")
    house.build()
    before = tree(house.project.out)
    assert b"a/0.png" in before["items/set.html"]
    options = Options(executor=lambda _: Inline())
    render_only(house.project, options)
    assert tree(house.project.out) == before
    shutil.rmtree(house.content / "set")
    render_only(house.project, options)
    text = house.page("items/set.html")
    assert "8 pictures of 2 classes" in text
    assert 'aria-label="a, train: number' in text
    assert "a/0.png" not in text
