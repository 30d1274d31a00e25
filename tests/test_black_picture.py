"""An all-black first picture, on which a map of brightness is zero everywhere."""

from __future__ import annotations

import html
import re

import pytest
from PIL import Image

BLACK = "{id: black, source: black.png, title: Night, alt: Nothing, credit: Us, licence: CC0}"


@pytest.fixture
def dark(house, guests):
    """A gallery whose first picture is all black; two methods are asked of every picture."""
    guests("brightness", "shown")
    Image.new("RGB", (64, 48)).save(house.content / "black.png")
    house.edit("items:\n", f"items:\n  - {BLACK}\n")
    house.edit("techniques:\n", "techniques:\n  brightness:\n  shown:\n")
    return house


def plain(text: str) -> str:
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", text).split()))


def test_a_map_of_nothing_is_not_the_example_of_its_technique(dark):
    dark.build()
    part = dark.page("techniques/brightness.html").partition('<section class="annotated"')[2]
    part = part.partition("</section>")[0]
    assert "items/black.html" not in part
    assert "Strongest here" in part


def test_where_there_are_only_maps_of_nothing_there_is_no_example(dark):
    head = dark.project.manifest.read_text("utf-8").partition(BLACK)[0]
    dark.manifest(f"{head}{BLACK}\n")
    dark.build()
    assert 'class="annotated"' not in dark.page("techniques/brightness.html")
    assert 'class="annotated"' in dark.page("techniques/shown.html")


@pytest.mark.parametrize(
    ("tongue", "said"),
    [
        ("en", "Its map is the same everywhere here, and so it points at nothing."),
        ("de", "Seine Karte ist hier überall gleich und zeigt deshalb auf nichts."),
    ],
)
def test_the_tour_of_a_black_picture_says_so(dark, tongue, said):
    dark.edit("description: Three", f"tour: black\nlanguage: {tongue}\ndescription: Three")
    dark.build()
    page = plain(dark.page("tour.html"))
    assert said in page
    assert dark.page("items/black.html")
