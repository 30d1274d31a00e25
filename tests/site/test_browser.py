"""The built gallery in Chromium: accessible, silent, complete without scripts, usable by keyboard.

These tests look at ``site/`` as ``salon build`` wrote it from the default manifest.
"""

from __future__ import annotations

import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import sample_pages
from axe_rules import AXE, broken_in_any_theme

ROOT = Path(__file__).parent.parent.parent
SITE = ROOT / "site"
SHOWN = 17
"""Photographs, stills of a road and videos in the default gallery."""
FILMS = 2
"""Videos among them."""
PAGES = (
    "index.html",
    "items/flower.html",
    "items/camera.html",
    "items/textures.html",
    "items/faces.html",
    "items/road.html",
    "items/right-bend.html",
    "items/bends.html",
    "items/bikes.html",
    "items/pilotnet.html",
    "techniques/steering.html",
    "techniques/saliency.html",
    "techniques/mumford-shah-denoising.html",
    "overview.html",
    "tour.html",
    "techniques/cam.html",
    "glossary.html",
    "made.html",
    "credits.html",
    "404.html",
)
NASTY = (
    "index.html",
    "items/plain.html",
    "items/broken.html",
    "items/halved.html",
    "items/needle.html",
    "items/title-unbroken.html",
    "items/hostile.html",
    "items/set-plain.html",
    "items/set-hostile.html",
    "items/set-many.html",
    "items/set-broken.html",
    "classifiers/plain.html",
    "classifiers/hostile.html",
    "classifiers/many.html",
    "classifiers/bare.html",
    "vocabularies/plain.html",
    "vocabularies/hostile.html",
    "techniques/sample.html",
    "made.html",
    "compare/index.html",
    "compare/bare.html",
    "compare/items/plain.html",
    "compare/items/hostile.html",
    "compare/items/unbroken.html",
    "compare/items/nothing.html",
    "compare/trend.html",
)
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    for needed, how in ((SITE / "salon.json", "salon build"), (AXE, "npm ci")):
        assert needed.is_file(), f"{needed} is missing: run {how}"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """Return the address of the sample pages: what an author can do to a template."""
    out = tmp_path_factory.mktemp("samples")
    sample_pages.write(out)
    return out.as_uri() + "/"


@pytest.fixture(scope="module")
def http():
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(SITE.parent))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/site/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.said = []
    opened = context.new_page()
    opened.on("console", lambda message: context.said.append(message.text))
    opened.on("pageerror", lambda error: context.said.append(str(error)))
    yield opened
    context.close()


def address(name: str) -> str:
    return (SITE / name).as_uri()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_accessibility_rule_is_broken_and_nothing_overflows(browser, samples, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    opened = context.new_page()
    broken = []
    for name in [address(name) for name in PAGES] + [samples + name for name in NASTY]:
        opened.goto(name)
        broken += broken_in_any_theme(opened)
        if opened.evaluate("document.documentElement.scrollWidth") > width:
            broken.append(f"{name} is wider than {width} pixels")
    context.close()
    assert not broken, "\n".join(broken[:20])


def test_what_cannot_be_read_in_the_dark_alone_is_found(page):
    page.set_content(
        "<html lang=en><title>t</title><style>:root { color-scheme: light dark }"
        " p { color: light-dark(black, #333); background: light-dark(white, black) }</style>"
        "<main><h1>Heading</h1><p>Words</p></main></html>"
    )
    found = broken_in_any_theme(page)
    assert len(found) == 1
    assert found[0].startswith("in the dark, about:blank: color-contrast: ['p']")


def test_no_sample_page_breaks_the_script(page, samples):
    for path in sample_pages.pages():
        page.goto(samples + path)
    assert page.context.said == []


def test_every_picture_on_a_page_is_there(page):
    for name in PAGES:
        page.goto(address(name))
        broken = page.evaluate(
            """async () => {
              const images = [...document.images];
              for (const image of images) image.loading = "eager";
              await Promise.all(images.map((image) => image.decode().catch(() => 0)));
              return images.filter((image) => !image.naturalWidth).map((image) => image.src);
            }"""
        )
        assert broken == []


def test_small_pictures_have_their_place_before_they_are_there(browser):
    context = browser.new_context(viewport={"width": 320, "height": 900})
    opened = context.new_page()
    opened.route("**/assets/*.[aj]*", lambda route: route.abort())
    opened.goto(address("index.html"))
    sides = opened.locator(".strip > *").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect()).map(({width, height}) => [width, height])"
    )
    context.close()
    assert len(sides) > 50
    assert all(width == pytest.approx(height, abs=1) and width > 20 for width, height in sides)


@pytest.mark.parametrize("width", [320, 1280])
def test_the_ends_of_a_key_to_colours_stand_below_its_ends(browser, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    opened = context.new_page()
    opened.goto(address("items/flower.html"))
    apart = opened.locator(".bar p:visible").evaluate_all(
        """all => all.map((line) => line.getBoundingClientRect().right
                 - line.lastElementChild.getBoundingClientRect().right)"""
    )
    context.close()
    assert len(apart) > 20
    assert max(apart) < 1


def test_without_scripts_everything_can_be_read(browser):
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(address("index.html"))
    assert opened.locator(".card:visible").count() == SHOWN
    assert opened.locator("form:visible").count() == 0
    opened.goto(address("items/flower.html"))
    assert opened.locator(".panel:visible").count() > 20
    assert opened.locator("form:visible, button:visible").count() == 0
    context.close()


def test_search_and_filters_narrow_the_gallery_and_live_in_the_address(page):
    page.goto(address("index.html"))
    page.get_by_label("Search").fill("espresso")
    assert page.locator(".card:visible").count() == 1
    assert (
        page.locator(".count").inner_text() == f"1 of {SHOWN - FILMS} pictures, 0 of {FILMS} videos"
    )
    page.get_by_label("Search").fill("")
    page.get_by_label("Tag").select_option("grey")
    assert page.locator(".card:visible").count() == 3
    assert page.url.endswith("?tag=grey")
    page.reload()
    assert page.locator(".card:visible").count() == 3
    page.get_by_label("Search").fill("no such thing")
    assert page.get_by_text("Nothing fits.").is_visible()
    page.locator(".nothing button").click()
    assert page.locator(".card:visible").count() == SHOWN
    page.goto(address("index.html") + "?tag=nonsense")
    assert page.locator(".card:visible").count() == SHOWN


def test_tables_sort_by_number_and_say_so(page):
    page.goto(address("techniques/saliency.html"))
    page.get_by_role("button", name="Overlap (IoU)").press("Enter")
    heading = page.locator("th", has=page.get_by_role("button", name="Overlap (IoU)"))
    assert heading.get_attribute("aria-sort") == "ascending"
    page.get_by_role("button", name="Overlap (IoU)").press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    column = heading.evaluate("heading => heading.cellIndex")
    texts = page.locator(f"table.sortable tbody tr td:nth-child({column + 1})").all_inner_texts()
    values = [float(text) for text in texts if text and "10" not in text]
    assert len(values) > 10
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("Overlap", ["−0.5", "0.29", "2.9 × 10⁻¹", ""]),
        ("Kept", ["999 bytes", "30 kB", "1.2 MB", ""]),
    ],
)
def test_powers_units_and_signs_sort_by_their_value(page, samples, column, expected):
    page.goto(samples + "techniques/sample.html")
    page.get_by_role("button", name=column).click()
    place = page.locator("th", has=page.get_by_role("button", name=column)).evaluate(
        "heading => heading.cellIndex"
    )
    texts = page.locator(f"table.sortable tbody tr td:nth-child({place + 1})").all_text_contents()
    assert [" ".join(text.split()) for text in texts] == expected


def test_the_theme_is_remembered_and_blocked_storage_does_no_harm(page):
    page.goto(address("index.html"))
    page.get_by_role("button", name="Dark theme").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.goto(address("made.html"))
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw 1; }})")
    page.goto(address("index.html"))
    page.get_by_role("button", name="Dark theme").click()
    assert page.context.said == []


def test_a_number_of_the_matrix_opens_its_pictures(page, samples):
    page.emulate_media(reduced_motion="reduce")
    page.goto(samples + "classifiers/plain.html")
    page.get_by_role("link", name="3 of brick").first.click()
    assert page.url.endswith("#cell-0-0")
    heading = page.locator("#cell-0-0")
    assert 0 <= heading.bounding_box()["y"] < 900
    cells = page.locator("section", has=heading).locator("figure")
    assert cells.last.locator("svg").count() == 2


def test_pictures_can_be_seen_without_what_decided(browser, samples):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(samples + "classifiers/plain.html")
    covered = page.locator(".tile.layered").first
    assert covered.locator("svg").last.is_visible()
    page.get_by_label("What decided").uncheck()
    assert not covered.locator("svg").last.is_visible()
    assert covered.locator("svg").first.is_visible()
    grey = covered.locator("svg").first.evaluate("svg => getComputedStyle(svg).filter")
    assert grey == "none"
    context.close()


def test_a_small_picture_shows_its_rectangle_and_no_other(page, samples):
    page.goto(samples + "vocabularies/plain.html")
    drawn = page.evaluate(
        """() => [...document.querySelectorAll(".tile > svg:first-child")].map((svg) => {
          const box = svg.getBoundingClientRect();
          const [,, width, height] = svg.getAttribute("viewBox").split(" ").map(Number);
          return Math.abs(box.width / box.height - width / height);
        })"""
    )
    assert len(drawn) > 60
    assert max(drawn) < 0.05


def test_classifiers_sort_by_accuracy_whatever_stands_beside_it(page, samples):
    page.goto(samples + "items/set-plain.html")
    page.locator(".rivals").get_by_role("button", name="Accuracy").click()
    texts = page.locator(".rivals td.accuracy b").all_inner_texts()
    assert texts == ["90", "100"]


def test_arrow_keys_go_to_the_neighbours(page):
    page.goto(address("items/astronaut.html"))
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/coffee.html")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/astronaut.html")


def test_base_and_head_are_laid_over_each_other_panel_by_panel(page, samples):
    page.goto(f"{samples}compare/items/plain.html")

    def chosen():
        return [page.locator(f"select[name=pane-{slot}]").input_value() for slot in "ab"]

    assert chosen() == ["heat-base", "heat-head"]
    page.locator("#mask .compare").click()
    assert chosen() == ["mask-base", "mask-head"]
    page.get_by_label("Difference").check()
    page.wait_for_timeout(500)  # the address is written a moment later
    assert "mode=difference" in page.url
    assert page.context.said == []
