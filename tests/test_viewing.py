"""What the viewer of an item can compare, and the scale that its maps share with the gallery."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest
from conftest import tree

from generator.assets import Wanted, wanted
from generator.build import kept_outcomes, plan_of
from generator.findings import Findings
from generator.memory import Memory
from generator.panels import scale
from generator.stamp import look_of
from generator.store import Store
from generator.viewing import gallery_scales, viewer_of


@pytest.fixture
def findings(house, guests):
    """A gallery whose brightness maps end at different values."""
    guests("brightness")
    house.edit("items:\n", "  brightness:\nitems:\n")
    house.build()
    with Store(house.project.store) as store:
        memory = Memory(store.index)
        catalog, plan = plan_of(house.project, memory)
        yield Findings(plan, kept_outcomes(plan, store), catalog, look_of(memory))


def records(findings, technique):
    for wish in findings.wishes:
        yield findings.outcome(wish.item, technique, "default").record


def test_a_map_shares_the_widest_of_its_scales_over_the_gallery(findings):
    legend = findings.catalog["brightness"].legends["brightness"]
    ends = [scale(r.panel("brightness"), legend) for r in records(findings, "brightness")]
    assert len({high for _, high in ends}) == 3
    shared = gallery_scales(findings)["brightness", "default"]["brightness"]
    assert shared == (min(low for low, _ in ends), max(high for _, high in ends))


def panes(page: str) -> dict[str, dict]:
    told = re.findall(r'<option value="([^"]+)"[^>]* data-pane="([^"]+)"', page)
    return {name: json.loads(unescape(text)) for name, text in told}


def test_a_page_tells_its_viewer_both_scales_and_where_the_values_are(house, findings):
    highest = gallery_scales(findings)["brightness", "default"]["brightness"][1]
    files = tree(house.project.out)
    for name in ("disc", "noise", "grey"):
        page = house.page(f"items/{name}.html")
        told = panes(page)["brightness-default-brightness"]
        assert told["shared"] == [0, highest]
        assert told["ends"][1] <= highest
        addresses = re.findall(r'data-values="\.\./([^"]+)"', page)
        assert len(addresses) == len(panes(page))
        assert all(files[address].startswith(b"(window.salonValues") for address in addresses)


def test_values_are_made_only_of_what_can_be_compared(findings):
    made = {one.stem: one for one in wanted(findings).values() if isinstance(one, Wanted)}
    compared = {one.panel.name for one in made.values() if one.compared}
    others = {one.panel.name for one in made.values() if not one.compared}
    assert {"picture", "saliency", "mask", "brightness"} <= compared
    assert "thumbnail" in others, "it is cut to the subject, so it covers nothing"
    for one in made.values():
        assert any(name.endswith(".js") for name in one.names) == one.compared


def test_without_a_picture_there_is_no_viewer():
    assert viewer_of((), (), "") is None
