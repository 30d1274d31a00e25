"""Pages in another language in Chromium: German words and numbers, and nothing in English left by scripts."""

from __future__ import annotations

import re

import pytest
import sample_pages
from axe_rules import AXE, broken_rules
from bracketed import TAG, bracketed, outside
from conftest import House, Inline
from test_browser import ARGUMENTS

from generator.build import Options, build
from generator.language import speaking
from generator.render import PARTIALS

pytestmark = pytest.mark.browser

MODES = ("beside", "divide", "fade", "blink", "difference")


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    assert AXE.is_file(), f"{AXE} is missing: run npm ci"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser):
    """A page that is silent to the end."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    said = []
    opened = context.new_page()
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert said == []


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    out = tmp_path_factory.mktemp("samples")
    with speaking("de"):
        sample_pages.write(out)
    return out


def gallery(folder, language):
    """Return a small gallery in a language, built."""
    made = House(folder)
    made.edit("description: Three pictures.", f"description: Three pictures.\nlanguage: {language}")
    made.edit(
        "    params: {long_side: 32}\n",
        "    variants:\n      - {name: one, title: First, params: {long_side: 32}}\n"
        "      - {name: two, title: Second, params: {long_side: 32, bins: 2}}\n",
    )
    made.edit("alt: Noise", "alt: Grains")
    build(made.project, Options(executor=lambda _: Inline()))
    return made.project.out


@pytest.fixture(scope="module")
def german(tmp_path_factory):
    return gallery(tmp_path_factory.mktemp("german") / "project", "de")


@pytest.fixture(scope="module")
def made_up(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch, bracketed(patch):
        return gallery(tmp_path_factory.mktemp("made-up") / "project", TAG)


def point(page) -> None:
    """Point at the middle of the first picture."""
    box = page.locator(".window").first.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_the_viewer_speaks_german(page, german):
    page.goto(
        (german / "items" / "disc.html").as_uri()
        + "#panes=picture,saliency-one-saliency&mode=beside"
    )
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.locator(".theme").inner_text() in {"Helle Farben", "Dunkle Farben"}
    point(page)
    page.wait_for_function("() => document.querySelector('.spot').textContent.startsWith('Spalte')")
    assert re.fullmatch(
        r"Spalte \d+ von 64, Zeile \d+ von 48\. A ist dieses Pixel\. .*",
        page.locator(".spot").inner_text(),
    )
    first, second = (one.inner_text() for one in page.locator(".value").all()[:2])
    assert re.fullmatch(r"Rot \d+, Grün \d+, Blau \d+ von 255", first)
    assert re.match(r"\d+,\d+ |0 |1 ", second)


def test_the_gallery_is_sorted_and_counted_in_german(page, german):
    page.goto((german / "index.html").as_uri())
    page.locator("[name=q]").fill("disc")
    assert page.locator(".count").inner_text() == "1 von 3 Bildern"
    page.locator("[name=q]").fill("")
    scores = page.locator("[name=sort] option[data-column]").evaluate_all(
        "found => found.map(one => one.value)"
    )
    page.locator("[name=sort]").select_option(scores[0])
    measured = page.locator(".measured").all_inner_texts()
    assert measured
    assert not [line for line in measured if re.search(r"\d\.\d", line)]


def test_numbers_with_a_comma_are_sorted_as_numbers(page, samples):
    page.goto((samples / "techniques" / "sample.html").as_uri())
    page.evaluate(
        "document.querySelector('table.sortable').tBodies[0].innerHTML = ['10,5', '0,9', '0,25', '1\\u202f234,5', '2,9\\u202f×\\u202f10⁻¹']"
        ".map(text => `<tr><th>${text}</th><td class=number>${text}</td><td class=number>${text}</td></tr>`).join('')"
    )
    heading = page.locator("table.sortable").first.locator("th.number").first
    column = heading.evaluate("heading => heading.cellIndex")
    heading.locator("button").click()
    cells = page.locator("table.sortable").first.locator(
        f"tbody tr > :nth-child({min(column, 2) + 1})"
    )
    assert cells.all_inner_texts() == [
        "0,25",
        "2,9\u202f×\u202f10⁻¹",
        "0,9",
        "10,5",
        "1\u202f234,5",
    ]


def one_of_each() -> dict[str, str]:
    """Return the first sample page of each type."""
    found: dict[str, str] = {}
    for path, page in sample_pages.pages().items():
        found.setdefault(PARTIALS[type(page)], path)
    return found


@pytest.mark.parametrize("width", [320, 1280])
def test_no_rule_is_broken_and_nothing_overflows(browser, samples, german, width):
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    listed = [samples / path for path in one_of_each().values()]
    for path in (*listed, *german.rglob("*.html")):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert broken_rules(page) == [], path
    context.close()


def test_scripts_say_nothing_that_is_not_translated(page, made_up):
    data = {
        "Disc",
        "A red disc",
        "Noise",
        "Grains",
        "A slope",
        "Grey",
        "First",
        "Second",
        "A tiny house",
        "Three pictures",
        "CC0",
        "CSV",
        "JSON",
        "Salon",
        "RGB",
    }
    page.goto((made_up / "items" / "disc.html").as_uri())
    said = set()
    for mode in MODES:
        page.locator(f"input[value={mode}]").check()
        point(page)
        page.wait_for_timeout(150)
        said |= set(outside(page.locator(".viewer").inner_html(), data))
    page.locator(".panel a.frame").first.click()
    said |= set(outside(page.locator("dialog").inner_html(), data))
    page.goto((made_up / "index.html").as_uri())
    page.locator("[name=q]").fill("disc")
    said |= set(outside(page.locator(".filters").inner_html(), data))
    said |= set(outside(page.locator("header.top").inner_html(), data))
    assert said == set()
