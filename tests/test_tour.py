"""The guided tour: which picture, what each method says of it, and where they disagree."""

from __future__ import annotations

import html
import itertools
import re
from types import SimpleNamespace

import cv2
import numpy as np
import pytest
from conftest import disc
from PIL import Image

from generator import assets, likenesses, tour_words
from generator.build import kept_outcomes, plan_of
from generator.errors import ManifestError
from generator.facts import facts
from generator.findings import Findings
from generator.likenesses import Located
from generator.memory import Memory
from generator.parts import Score
from generator.science.agreement import rank_correlation
from generator.store import Store
from generator.technique import Better, Legend, Metric, Role, TableLegend

LEGEND = Legend("Map", "A map.", "against", "for")


@pytest.fixture
def touring(house, guests):
    """A gallery in which every picture has three methods, and one has an outlined subject."""
    guests("brightness", "shown")
    Image.fromarray((disc()[:, :, 0] > 200).astype("uint8") * 255).save(house.content / "mask.png")
    house.edit("alt: A red disc, credit: Us, licence: CC0, tags: [a]}",
               "alt: A red disc, credit: Us, licence: CC0, tags: [a], truth: mask.png}")  # fmt: skip
    house.edit("techniques:\n", "techniques:\n  brightness:\n  shown:\n")
    house.build()
    return house


def plain(text: str) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))


def steps(house) -> list[str]:
    return re.findall(r'<section class="stop" id="step-\d+".*?</section>(?=\n  <section|\n</art)',
                      house.page("tour.html"), re.DOTALL)  # fmt: skip


def test_the_tour_has_a_step_a_method_and_one_for_where_they_disagree(touring):
    page = touring.page("tour.html")
    asked = [plain(one) for one in re.findall(r"<h2 id=\"step-\d-title\">(.*?)</h2>", page)]
    assert asked[-1] == "Where do they disagree?"
    assert len(asked) == 4
    assert "Which side is which?" in asked
    assert [f'href="#step-{n}"' in page for n in range(1, 5)] == [True] * 4
    assert "One picture, 3 methods, about 2 minutes." in page
    assert 'aria-current="page">Tour' in page


def test_what_asks_a_network_comes_after_what_asks_the_picture(touring):
    found = re.findall(r'<p class="family">Step \d of 4 · (.*?)</p>', touring.page("tour.html"))
    assert found == ["Saliency", "Saliency", "Inside a network"]


def test_every_page_leads_to_the_tour_and_the_first_one_invites(touring):
    assert 'href="tour.html"' in touring.page("index.html")
    assert "New here? Take the tour" in touring.page("index.html")
    assert 'href="../tour.html"' in touring.page("items/disc.html")
    assert "what made a network say “espresso”" in touring.page("index.html")


def test_it_is_measured_once_and_kept(touring, monkeypatch):
    def never(*_):
        raise AssertionError("it was measured again")

    monkeypatch.setattr(assets, "measured", never)
    before = touring.page("tour.html")
    (touring.project.out / "tour.html").unlink()
    summary = touring.build()
    assert (summary.built, summary.written) == (0, True)
    assert touring.page("tour.html") == before
    assert not list((touring.project.out / "assets").glob("likeness-*"))


def test_the_numbers_are_those_of_the_stored_maps(touring):
    with Store(touring.project.store) as store:
        catalog, plan = plan_of(touring.project, Memory(store.index))
        findings = Findings(plan, kept_outcomes(plan, store), catalog, "")
        one = likenesses.compared(findings)
        kept = store.assets(one.names)
        found = likenesses.likenesses(findings, kept, store)
        maps = {name: store.array(panel) for name, panel in one.maps}
        truth = store.array(one.truth)
    maps["saliency"] = cv2.resize(maps["saliency"], (64, 48), interpolation=cv2.INTER_LINEAR)
    assert set(found.pairs) == set(itertools.combinations(maps, 2))
    for (a, b), value in found.pairs.items():
        assert value == pytest.approx(rank_correlation(maps[a], maps[b], longest=64), abs=1e-4)
    assert found.subject == pytest.approx(truth.mean(), abs=1e-4)
    inside = maps["shown"][truth].sum() / maps["shown"].sum()
    assert found.located["shown"].inside == pytest.approx(inside, abs=1e-4)
    assert found.located["shown"].pointed is False


def test_the_picture_with_most_methods_is_taken_and_the_first_of_equals(touring):
    assert 'href="items/disc.html"><b dir="auto">Disc' in touring.page("tour.html")
    touring.edit("title: Disc,", "title: Disc, techniques: [saliency],")
    touring.build()
    assert 'href="items/noise.html"><b dir="auto">Noise' in touring.page("tour.html")


def test_a_manifest_may_choose_the_picture(touring):
    touring.edit("description: Three", "tour: grey\ndescription: Three")
    touring.build()
    assert 'href="items/grey.html"><b dir="auto">Grey' in touring.page("tour.html")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tour: dics\n", ("manifest.yaml:1:7", "'dics'", "did you mean 'disc'?")),
        ("tour: 7\n", ("manifest.yaml:1:7", "got 7")),
        ("tour: clip\nvideos:\n- {id: clip, source: a.mp4, title: A, alt: a, credit: c, "
         "licence: l}\n", ("'clip', which is no photograph",)),
    ],
)  # fmt: skip
def test_a_picture_that_is_none_is_a_mistake(house, text, said):
    house.manifest(text + house.project.manifest.read_text(encoding="utf-8"))
    with Store(house.project.store) as store, pytest.raises(ManifestError) as caught:
        plan_of(house.project, Memory(store.index))
    message = "\n".join(map(str, caught.value.mistakes))
    assert all(part in message for part in said), message


def test_with_one_method_there_is_no_tour_and_nothing_leads_to_one(house):
    house.build()
    assert not (house.project.out / "tour.html").exists()
    assert "tour.html" not in house.page("index.html")
    assert "tour.html" not in house.page("items/disc.html")


def test_a_chosen_picture_with_one_method_has_no_tour(touring):
    touring.edit("description: Three", "tour: disc\ndescription: Three")
    touring.edit("title: Disc,", "title: Disc, techniques: [saliency],")
    touring.build()
    assert not (touring.project.out / "tour.html").exists()


def test_a_map_that_is_the_same_everywhere_points_at_nothing(touring):
    touring.edit("  shown:\n", "  shown: {params: {how: flat}}\n")
    touring.build()
    page = touring.page("tour.html")
    assert "Its map is the same everywhere here, and so it points at nothing." in page
    assert "“Shown”: here there is no map that points anywhere." in page
    assert len(re.findall(r'<svg x="[^"]+" y="[^"]+" overflow', page)) == 2


def test_a_map_that_is_nowhere_positive_is_compared_but_has_no_mark(touring):
    touring.edit("  shown:\n", "  shown: {params: {how: against}}\n")
    touring.build()
    page = touring.page("tour.html")
    assert "“Shown”: nothing on the map speaks for it, so no mark is set." in page
    assert "“left” is strongest" in plain(page)
    step = next(one for one in steps(touring) if "Which side is which?" in one)
    assert "the subject" not in step
    assert len(re.findall(r'<svg x="[^"]+" y="[^"]+" overflow', page)) == 2
    assert page.partition('id="alike"')[2].count("Shown") >= 2


def test_two_maps_are_not_the_least_alike_of_several(touring):
    touring.edit("  saliency:\n    params: {long_side: 32}\n", "")
    touring.build()
    page = plain(touring.page("tour.html"))
    assert "Least alike" not in page
    assert re.search("“Shown” and “Brightness” have the rank correlation|"
                     "“Brightness” and “Shown” have the rank correlation", page)  # fmt: skip


def test_with_a_single_map_there_is_nothing_to_disagree(touring):
    touring.edit("  shown:\n", "  shown: {params: {how: flat}}\n")
    touring.edit("  saliency:\n    params: {long_side: 32}\n", "")
    touring.build()
    assert "Where do they disagree?" not in touring.page("tour.html")


def test_a_hostile_title_stays_text(touring):
    touring.edit("title: Disc,", "title: \"<script>alert('x')</script>\",")
    touring.build()
    assert "<script>alert" not in touring.page("tour.html")
    assert "&lt;script&gt;alert" in touring.page("tour.html")


def test_what_is_measured_is_what_the_maps_say(touring):
    page = plain(touring.page("tour.html"))
    found = re.search(r"Least alike are “(.+?)” and “(.+?)” \(rank correlation (.+?)\)", page)
    assert found
    table = touring.page("tour.html").partition('id="alike"')[2]
    numbers = [
        float(text.replace("−", "-"))
        for text in re.findall(r'<td class="number">([−\d.]+)<', table)
    ]
    assert min(numbers) == float(found[3].replace("−", "-"))
    assert len(numbers) == 6


def stop(peak, family="Saliency", question="Why?", title="One"):
    panel = SimpleNamespace(facts={"peak": peak})
    technique = SimpleNamespace(
        family=SimpleNamespace(value=family), question=question, summary="It does.", title=title
    )
    return SimpleNamespace(map=panel, technique=technique)


def slope() -> np.ndarray:
    rows, columns = np.mgrid[:30, :30].astype(np.float32)
    return rows / 29 * columns / 29


def test_a_heatmap_says_where_and_how_much_and_what_that_means():
    told = facts(Role.HEATMAP, slope())
    where, much = tour_words.strongest(Role.HEATMAP, told, LEGEND, {"peak": "this was missed"})
    assert where == "In the lower right: this was missed."
    assert re.fullmatch(r"\d+ % of the picture is at least half as strong\.", much)
    (where, _) = tour_words.strongest(Role.HEATMAP, told, LEGEND, {})
    assert where == "“for” is strongest in the lower right."


def test_a_signed_map_says_both_of_its_directions_that_are_there():
    told = facts(Role.SIGNED_MAP, slope() - 0.5)
    both = tour_words.strongest(Role.SIGNED_MAP, told, LEGEND, {"trough": "it fell"})
    assert both[0] == "“for” is strongest in the lower right."
    assert both[1].endswith(": it fell.")
    told = facts(Role.SIGNED_MAP, -slope() - 1)
    assert tour_words.strongest(Role.SIGNED_MAP, told, LEGEND, {}) == (
        "“against” is strongest in the lower right.",
    )


def test_a_constant_map_says_so():
    told = facts(Role.HEATMAP, np.zeros((4, 4), np.float32))
    (said,) = tour_words.strongest(Role.HEATMAP, told, LEGEND, {})
    assert said == "Its map is the same everywhere here, and so it points at nothing."


@pytest.mark.parametrize(
    ("inside", "pointed", "said"),
    [
        (0.5, True, ("The strongest place is on the subject", "2 times what", "a quarter")),
        (0.26, False, ("is not on the subject", "no more than its size would hold by chance")),
    ],
)
def test_what_lies_on_the_subject_is_set_against_chance(inside, pointed, said):
    words = tour_words.on_subject(Located(inside, pointed), 0.25)
    assert all(part in words for part in said), words


def test_without_an_outlined_subject_nothing_is_said_of_it():
    assert tour_words.on_subject(None, 0.2) == ""
    assert tour_words.on_subject(Located(0.5, pointed=True), None) == ""
    assert tour_words.on_subject(Located(0.0, pointed=False), 0.0) == ""


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1.0, "in the same order"),
        (0.9, "in nearly the same order"),
        (0.6, "in a similar order"),
        (0.3, "Only roughly"),
        (0.0, "little in common"),
        (-0.2, "little in common"),
        (-0.3, "comes rather late for the other"),
        (-0.9, "comes late for the other"),
    ],
)
def test_a_rank_correlation_is_said_in_words(value, said):
    assert said in tour_words.alike(tour_words.LEAST, "A", "B", value)


def test_it_is_said_how_many_maps_point_to_the_same_part():
    corner, middle, edge = stop((0.1, 0.1)), stop((0.5, 0.5)), stop((0.9, 0.5))
    assert tour_words.gathered([middle] * 3) == "All 3 maps are strongest in the centre."
    assert tour_words.gathered([middle] * 2) == "Both maps are strongest in the centre."
    assert tour_words.gathered([corner, middle]).startswith("The two maps are strongest in diff")
    assert "2 of the 3 maps are strongest in the centre" in tour_words.gathered(
        [corner, middle, middle]
    )
    assert tour_words.gathered([corner, middle, edge]).startswith("No two of the 3 maps")
    assert tour_words.gathered([corner]) == tour_words.gathered([]) == ""


def test_methods_of_different_families_answer_different_questions():
    one, other = stop((0, 0), "Saliency", "What?"), stop((0, 0), "Inside a network", "")
    assert "different questions. One: What? The other: It does." in tour_words.why(one, other, 0.1)
    same = tour_words.why(one, SimpleNamespace(map=None, technique=one.technique), 0.1)
    assert same  # the very same family object
    assert "they ask differently. One: What? The other: What?" in same
    assert "they cannot both be right" in same


def test_maps_that_agree_are_not_said_to_contradict_each_other():
    one, other = stop((0, 0)), stop((0, 0))
    for two in (one, other):
        assert tour_words.why(one, two, 0.9) == "So on this picture the maps hardly disagree."


def winner(*rows):
    columns = (Metric("Map", ""), Metric("Deletion", "", digits=2, better=Better.LOWER))
    legend = TableLegend("T", "", columns, averaged=True, controls=("Noise", "Edges"))
    return tour_words.best_of(rows, legend)


def test_the_best_map_of_a_test_is_set_against_the_best_control():
    won = winner(("A", 0.3), ("B", 0.1), ("Noise", 0.2), ("Edges", 0.4))
    assert "the best map is “B” with 0.10; it beats the best of the controls" in won
    assert won.endswith("with 0.20.")
    lost = winner(("A", 0.3), ("Noise", 0.2))
    assert "it does not beat the best of the controls" in lost
    assert "does not beat" in winner(("A", 0.2), ("Noise", 0.2))
    tied = winner(("A", 0.1), ("B", 0.1), ("C", 0.3), ("Noise", 0.2))
    assert "the best maps are “A” and “B” with 0.10; they beat the best of the controls" in tied
    assert winner(("A", 0.3)) == ""
    assert winner() == ""


def test_a_label_that_is_a_guess_is_said_and_others_are_not():
    assert tour_words.guessed("military uniform, 39 % · head, 7 × 7") == "military uniform"
    assert tour_words.sureness("coral fungus, 22.5 %") == 22.5
    assert tour_words.guess("5 layers") == ""
    assert tour_words.sureness("35.8° to the right") is None


def test_scores_that_tell_are_those_that_are_better_high():
    def score(better):
        return Score("S", "1", "", "what it means", better)

    low, high, neither = (score(one.value) for one in (Better.LOWER, Better.HIGHER, Better.NEITHER))
    assert tour_words.telling((low, high, high, high), located=False) == (high, high)
    assert tour_words.telling((low, high, high), located=True) == (high,)
    assert tour_words.telling((low, neither), located=True) == ()
    assert tour_words.telling((neither,), located=False) == (neither,)
    assert tour_words.scored(high) == "S: 1 (what it means; higher is better)."


def test_the_first_sentence_ends_where_it_ends():
    assert tour_words.first_sentence("One of 7 by 7.  Then\nmore. And more.") == "One of 7 by 7."
    assert tour_words.first_sentence("No end") == "No end"
    assert tour_words.first_sentence("Is it? Yes.\n\nMore.") == "Is it?"
