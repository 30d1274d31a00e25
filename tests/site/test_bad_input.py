"""What an author may give, built and opened: hostile words, odd titles, odd pictures, many panels.

A real build, with a store and a manifest; the pages are looked at in Chromium.
"""

from __future__ import annotations

import csv
import io
import sys

import numpy as np
import pytest
from axe_rules import AXE, broken_rules
from check_site import check_links
from conftest import HOUSE, House, Inline, tree
from PIL import Image
from sample_pages import SCRIPT, TITLES
from test_browser import ARGUMENTS
from test_templates import Tags

from generator import catalog
from generator.build import Options, build

pytestmark = pytest.mark.browser

ASKED = ("/assets/", "preload assets")
"""What axe asks for in vain: files on a disk do not give it the stylesheet."""
QUOTED = "'" + SCRIPT.replace("'", "''") + "'"
TEXTS = (SCRIPT, *TITLES.values())
PICTURES = {"dot": (1, 1), "needle": (10_000, 1), "thread": (1, 10_000), "small": (48, 64)}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Build a gallery of everything that is odd; return where it is."""
    house = House(tmp_path_factory.mktemp("bad") / "project")
    for name, (rows, columns) in PICTURES.items():
        shade = np.arange(rows * columns).reshape(rows, columns) % 251
        Image.fromarray(np.dstack([shade] * 3).astype(np.uint8)).save(house.content / f"{name}.png")
    lines = [
        f"title: {QUOTED}", f"description: {QUOTED}", "techniques:", "  saliency:",
        f"    variants: [{{name: one, title: {QUOTED}}}, {{name: two, title: {'z' * 500}}}]",
        "  crowd:", "items:",
    ]  # fmt: skip
    listed = [(f"title-{n}", "small.png", text) for n, text in enumerate(TEXTS)]
    listed += [(name, f"{name}.png", name) for name in PICTURES]
    listed += [("gone", "gone.png", SCRIPT)]
    for identity, source, title in listed:
        quoted = "'" + title.replace("'", "''") + "'"
        lines.append(
            f"  - {{id: {identity}, source: {source}, title: {quoted}, alt: {quoted}, "
            f"credit: {quoted}, licence: {QUOTED}, description: {quoted}, tags: [{QUOTED}], "
            f"label: {QUOTED}}}"
        )
    house.manifest("\n".join(lines))
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(str(HOUSE))

    class Point:
        value = "crowd"

    patch.setattr(catalog, "entry_points", lambda group: [Point])
    sys.modules.pop("crowd", None)
    build(house.project, Options(executor=lambda _: Inline()))
    patch.undo()
    return house.project.out


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    assert AXE.is_file(), f"{AXE} is missing: run npm ci"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield opened
        opened.close()


def unasked(message) -> list[str]:
    """Return what the page itself said."""
    said = message.text + message.location["url"]
    return [] if any(part in said for part in ASKED) else [said]


@pytest.fixture(params=[320, 1280])
def page(browser, request):
    context = browser.new_context(viewport={"width": request.param, "height": 900})
    said = []
    opened = context.new_page()
    opened.width = request.param
    opened.on("console", lambda message: said.extend(unasked(message)))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("dialog", lambda dialog: said.append(f"a script ran: {dialog.message}"))
    yield opened
    context.close()
    assert said == []


def test_what_an_author_writes_is_text_in_every_file(site):
    files = tree(site)
    assert (
        len([name for name in files if name.startswith("items/")]) == len(TEXTS) + len(PICTURES) + 1
    )
    for name, data in files.items():
        if name.endswith((".html", ".js", ".xml", ".svg")):
            assert b"<script>alert" not in data, name
            for tag, attributes in Tags(data.decode()).found if name.endswith(".html") else ():
                assert not [one for one in attributes if one.startswith("on")], (name, tag)
    rows = list(
        csv.reader(io.StringIO(files["data/items/small/crowd-default-t.csv"].decode("utf-8-sig")))
    )
    assert rows[2][0] == "'=1+1"


def test_every_link_of_it_leads_somewhere(site):
    assert check_links(site) == []


NAMES = ("index", "overview", "credits", "made", "techniques/crowd", "items/gone",
         *(f"items/title-{n}" for n in range(len(TEXTS))), *(f"items/{name}" for name in PICTURES))  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_its_pages_keep_to_the_window_and_to_the_rules(page, site, name):
    page.goto((site / f"{name}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= page.width
    assert broken_rules(page) == []


def test_forty_maps_are_all_there_and_can_all_be_chosen(page, site):
    page.goto((site / "items/small.html").as_uri())
    assert page.locator("#crowd .panel").count() == 40
    assert page.locator("select[name=pane-a] option").count() >= 41
    page.get_by_label("Picture B").select_option("crowd-default-map-39")
    page.wait_for_function("() => location.hash.includes('crowd-default-map-39')")


@pytest.mark.parametrize("name", PICTURES)
def test_an_odd_picture_can_be_read_place_by_place(page, site, name):
    page.goto((site / f"items/{name}.html").as_uri())
    stage = page.locator(".stage")
    box = stage.locator(".window").first.bounding_box()
    assert box["width"] >= 40
    assert box["height"] >= 20
    stage.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelector('.view .value').textContent")
    columns = PICTURES[name][1]
    assert f"of {columns}, row" in page.locator(".spot").inner_text()


def test_without_scripts_and_storage_everything_is_read(browser, site):
    for options in ({"java_script_enabled": False}, {}):
        context = browser.new_context(**options)
        opened = context.new_page()
        if not options:
            opened.add_init_script(
                "for (const name of ['localStorage', 'sessionStorage'])"
                " Object.defineProperty(window, name, {get() { throw new Error('blocked'); }});"
            )
        failed = []
        opened.on("pageerror", lambda error: failed.append(str(error)))  # noqa: B023 - used at once
        opened.goto((site / "items/small.html").as_uri())
        assert opened.locator("#crowd .panel:visible").count() == 40
        assert opened.locator("table:visible").count() >= 1
        opened.goto((site / "index.html").as_uri())
        assert opened.locator(".card:visible").count() == len(TEXTS) + len(PICTURES) + 1
        assert failed == []
        context.close()


@pytest.mark.parametrize(
    "state", ["#panes=gone,two&mode=x&zoom=q", "#nothing", "?sort=gone.x.y&low=q"]
)
def test_a_stale_address_shows_what_is_there(page, site, state):
    for name in ("items/small.html", "index.html"):
        page.goto((site / name).as_uri() + state)
        assert page.locator("h1").is_visible()
        assert page.locator(".view:visible, .card").count() >= 1
