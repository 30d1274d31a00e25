"""What explains, in Chromium: the tour, marks on pictures, and what a word of the glossary means."""

from __future__ import annotations

import pytest
import sample_pages
from axe_rules import AXE, broken_in_any_theme, broken_rules
from test_browser import ARGUMENTS

pytestmark = pytest.mark.browser

MINE = (
    "index.html",
    "tour.html",
    "tour-hostile.html",
    "tour-long.html",
    "tour-rtl.html",
    "tour-alone.html",
    "techniques/annotated-map.html",
    "techniques/annotated-box.html",
    "techniques/annotated-curve.html",
    "techniques/annotated-pictures.html",
    "techniques/annotated-tiles.html",
)
WORD, TIP = "a.term", ".sense:not([hidden])"


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    assert AXE.is_file(), f"{AXE} is missing: run npm ci"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    out = tmp_path_factory.mktemp("samples")
    sample_pages.write(out)
    return out.as_uri() + "/"


@pytest.fixture
def page(browser, samples):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.said = []
    opened.on("console", lambda message: opened.said.append(message.text))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.goto(samples + "techniques/annotated-map.html")
    yield opened
    context.close()
    assert opened.said == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", MINE)
def test_no_rule_is_broken_and_nothing_overflows(browser, samples, name, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    opened = context.new_page()
    opened.goto(samples + name)
    assert broken_in_any_theme(opened) == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_a_word_says_what_it_means_to_the_keyboard_and_escape_takes_that_away(page):
    word = page.locator(WORD).first
    assert page.locator(TIP).count() == 0
    word.focus()
    tip = page.locator(TIP)
    assert tip.inner_text().startswith("A picture in which brightness says")
    assert tip.get_attribute("role") == "tooltip"
    assert broken_rules_but_of_axe_itself(page) == []
    page.keyboard.press("Escape")
    assert page.locator(TIP).count() == 0
    assert page.evaluate("document.activeElement.className") == "term"


def broken_rules_but_of_axe_itself(page) -> list[str]:
    """Return the rules that are broken; what axe itself writes on the console is forgotten."""
    before = len(page.said)
    found = broken_rules(page)
    del page.said[before:]
    return found


def test_a_reader_is_told_the_meaning_without_seeing_it(page):
    word = page.locator(WORD).first
    described = word.get_attribute("aria-describedby")
    assert page.locator(f"#{described}").text_content().startswith("A picture in which brightness")
    assert word.get_attribute("title") is None


def test_the_meaning_stays_while_the_pointer_is_on_it(page):
    word = page.locator(WORD).first
    word.hover()
    box = page.locator(TIP).bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    page.wait_for_timeout(500)
    assert page.locator(TIP).count() == 1
    page.mouse.move(5, 5)
    page.locator(TIP).wait_for(state="detached")


def test_the_meaning_goes_with_the_focus_and_not_before(page):
    word = page.locator(WORD).first
    word.hover()
    word.focus()
    page.mouse.move(5, 5)
    page.wait_for_timeout(500)
    assert page.locator(TIP).count() == 1
    page.keyboard.press("Tab")
    assert page.locator(TIP).count() == 0


def test_it_lies_inside_the_window_beside_its_word(page):
    page.set_viewport_size({"width": 320, "height": 600})
    page.emulate_media(reduced_motion="reduce")  # or it would still be scrolling when measured
    word = page.locator(WORD).first
    word.focus()
    box, own = page.locator(TIP).bounding_box(), word.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320
    assert (
        abs(box["y"] - own["y"] - own["height"]) < 4 or abs(box["y"] + box["height"] - own["y"]) < 4
    )


def test_the_first_touch_shows_the_meaning_and_the_second_follows(browser, samples):
    context = browser.new_context(viewport={"width": 400, "height": 800}, has_touch=True)
    opened = context.new_page()
    opened.goto(samples + "techniques/annotated-map.html")
    opened.locator(WORD).first.tap()
    assert opened.locator(TIP).count() == 1
    assert opened.url.endswith("annotated-map.html")
    opened.locator("h1").tap()
    assert opened.locator(TIP).count() == 0
    opened.locator(WORD).first.tap()
    opened.locator(WORD).first.tap()
    opened.wait_for_url("**/glossary.html#heatmap")
    context.close()


def test_without_scripts_a_word_is_a_link_with_its_meaning(browser, samples):
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(samples + "techniques/annotated-map.html")
    word = opened.locator(WORD).first
    assert word.get_attribute("title").startswith("A picture in which brightness")
    word.click()
    assert opened.url.endswith("glossary.html#heatmap")
    context.close()


def test_marks_stand_on_their_places_at_every_width(page):
    for width in (320, 700, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        picture = page.locator(".annotated .layered img").first.bounding_box()
        spots = page.locator(".annotated .spot")
        pins = page.locator(".annotated .pins > svg")
        assert spots.count() == pins.count() == 6
        for number in range(6):
            spot = spots.nth(number).bounding_box()
            x, y = (float(pins.nth(number).get_attribute(a).rstrip("%")) / 100 for a in "xy")
            assert spot["x"] + spot["width"] / 2 == pytest.approx(
                picture["x"] + x * picture["width"], abs=1
            )
            assert spot["y"] + spot["height"] / 2 == pytest.approx(
                picture["y"] + y * picture["height"], abs=1
            )


def test_a_map_lies_exactly_over_its_picture(page):
    under, over = (page.locator(".annotated .layered img").nth(n).bounding_box() for n in (0, 1))
    assert under == over


def test_the_tour_is_walked_by_keyboard_without_scripts(browser, samples):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 900, "height": 700})
    opened = context.new_page()
    opened.goto(samples + "index.html")
    opened.locator("a.invitation").focus()
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/tour.html")
    opened.locator(".steps a").first.focus()
    opened.keyboard.press("Enter")
    for number in (1, 2, 3):
        opened.wait_for_url(f"**#step-{number}")
        opened.locator(f"#step-{number} .onward a").last.focus()
        opened.keyboard.press("Enter")
    opened.wait_for_url("**#step-4")
    context.close()


def test_marks_are_printed_and_what_leads_on_is_not(page, samples):
    page.goto(samples + "tour.html")
    page.emulate_media(media="print")
    assert page.locator(".pins").first.is_visible()
    assert not page.locator(".onward").first.is_visible()
    assert page.locator("#steps").is_visible()
