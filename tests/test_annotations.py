"""One finding of each technique is explained by numbers, whatever form it takes."""

from __future__ import annotations

import html
import re

import pytest
from PIL import Image

PLACE = "in the lower right"


def annotated(house, guests, how: str, *, truth: bool = False) -> str:
    """Return the part of the technique's page that explains one finding of the form ``how``."""
    guests("shown")
    house.edit("techniques:\n", f"techniques:\n  shown: {{params: {{how: {how}}}}}\n")
    if truth:
        Image.new("L", (50, 30), 255).save(house.content / "mask.png")
        house.edit("licence: CC0, tags: [a, b]}", "licence: CC0, tags: [a, b], truth: mask.png}")
    house.build()
    page = house.page("techniques/shown.html")
    return page.partition('<section class="annotated"')[2].partition("</section>")[0]


def says(part: str) -> list[str]:
    """Return the words of each number, in their order."""
    listed = re.findall(r"<li>(.*?)</li>", part.partition('<ol class="pointers">')[2], re.DOTALL)
    plain = [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in listed]
    return [html.unescape(one) for one in plain]


def marks(part: str) -> list[tuple[str, str]]:
    return re.findall(r'<svg x="([^"]+)" y="([^"]+)" overflow', part)


def test_a_heatmap_has_its_peak_and_the_ends_of_its_colours(house, guests):
    part = annotated(house, guests, "heatmap")
    assert says(part) == [
        f"1 Strongest here, {PLACE}: here it is most right.",
        "2 This end means “left”: 0 share.",
        "3 This end means “right”: 0.964 share.",
    ]
    assert marks(part) == [("99.22%", "98.96%")]
    assert "over-heatmap" in part
    assert "The network&#39;s guess is “espresso”, and it is 94 % sure." in part


def test_a_map_of_two_directions_has_both(house, guests):
    part = annotated(house, guests, "signed")
    first, second, low, high = says(part)
    assert first == "1 Strongest “right” here, on the right: here it is most right."
    assert second == "2 Strongest “left” here, on the left: What is shown."
    assert (low[:2], high[:2]) == ("3 ", "4 ")
    assert len(marks(part)) == 2


def test_a_map_that_is_nowhere_negative_has_one(house, guests):
    part = annotated(house, guests, "positive")
    assert len(says(part)) == 3
    assert len(marks(part)) == 1


@pytest.mark.parametrize("how", ["flat", "empty"])
def test_what_points_at_no_place_is_no_example(house, guests, how):
    assert annotated(house, guests, how) == ""


def test_a_mask_has_its_middle_and_both_its_colours(house, guests):
    part = annotated(house, guests, "mask")
    assert says(part) == [
        "1 The middle of all that is white, on the right: What is shown.",
        "2 Black is outside: 52 % of the picture.",
        "3 White is inside: 48 % of the picture.",
    ]
    assert len(marks(part)) == 1


def test_a_box_has_two_corners_and_is_drawn(house, guests):
    part = annotated(house, guests, "box")
    assert says(part) == [
        "1 The box begins here: What is shown.",
        "2 And ends here: 48 pixels wide and 24 pixels high.",
    ]
    assert marks(part) == [("25%", "0%"), ("100%", "50%")]
    assert '<rect class="edge" x="25%" y="0%" width="75%" height="50%"/>' in part


def test_a_curve_has_its_beginning_its_end_and_its_lowest_point(house, guests):
    part = annotated(house, guests, "curve")
    assert says(part) == [
        "1 “first” begins here: worth: 5; step: 0.",
        "2 “first” is lowest here: worth: 2; step: 1.",
        "3 “first” ends here: worth: 4; step: 2.",
    ]
    assert len(marks(part)) == 3


def test_a_curve_that_only_rises_has_two_points(house, guests):
    assert len(says(annotated(house, guests, "rising"))) == 2


def test_small_pictures_are_numbered(house, guests):
    part = annotated(house, guests, "patches")
    assert [one[:16] for one in says(part)] == [f"{n} Number {n} of 6:" for n in range(1, 5)]
    assert part.count('class="tile"') == 4


def test_a_picture_stands_beside_the_original(house, guests):
    part = annotated(house, guests, "picture")
    assert says(part) == ["1 The original: the picture as it came.", "2 Shown: What is shown."]
    assert part.count("<img") == 2


def test_an_item_whose_truth_is_known_comes_first(house, guests):
    part = annotated(house, guests, "heatmap", truth=True)
    assert '<a href="../items/grey.html" dir="auto">Grey</a>' in part


def test_a_technique_that_found_nothing_has_no_example(house, guests):
    guests("trouble")
    house.edit("techniques:\n", "techniques:\n  trouble: {params: {how: raise}}\n")
    house.build()
    assert "annotated" not in house.page("techniques/trouble.html")


def test_of_two_with_a_truth_the_one_whose_peak_is_on_it_is_taken(house, guests):
    for name, corner in (("left", (0, 0)), ("right", (40, 36))):
        mask = Image.new("L", (64, 48))
        mask.paste(255, (*corner, corner[0] + 24, corner[1] + 12))
        mask.save(house.content / f"{name}.png")
    Image.new("RGB", (64, 48), "red").save(house.content / "noise.png")
    house.edit("alt: A red disc, credit: Us, licence: CC0, tags: [a]}",
               "alt: A red disc, credit: Us, licence: CC0, tags: [a], truth: left.png}")  # fmt: skip
    house.edit("alt: Noise, credit: Us, licence: CC0}",
               "alt: Noise, credit: Us, licence: CC0, truth: right.png}")  # fmt: skip
    part = annotated(house, guests, "heatmap")
    assert '<a href="../items/noise.html" dir="auto">Noise</a>' in part
