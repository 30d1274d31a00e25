"""Finding things in a gallery in Chromium, by keyboard: facets, orders, ranges, overview, glossary."""

from __future__ import annotations

import pytest
import sample_pages
from axe_rules import AXE, broken_in_any_theme
from test_browser import ARGUMENTS

pytestmark = pytest.mark.browser

MINE = ("index.html", "overview.html", "glossary.html", "techniques/sample.html")


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
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    opened.said = []
    opened.on("console", lambda message: opened.said.append(message.text))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    yield opened
    context.close()
    assert opened.said == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("name", MINE)
def test_no_rule_is_broken_and_nothing_overflows(browser, samples, name, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    opened = context.new_page()
    query = "?sort=sample.default.long&order=down&low=0.01" if name == "index.html" else ""
    opened.goto(samples + name + query)
    assert broken_in_any_theme(opened) == []
    assert opened.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def titles(page) -> list[str]:
    return page.locator(".card h3").all_inner_texts()


def test_the_order_is_chosen_by_keyboard_and_lives_in_the_address(page, samples):
    page.goto(samples + "index.html")
    page.get_by_label("Order").focus()
    page.keyboard.type("by")
    assert page.url.endswith("?sort=title")
    assert titles(page) == sorted(titles(page), key=page_order(page))
    page.wait_for_timeout(1200)  # what is typed sooner belongs to the same word
    page.keyboard.type("Len")
    assert "sort=sample.default.long" in page.url
    page.keyboard.press("Tab")
    page.keyboard.type("the high")
    assert page.url.endswith("?sort=sample.default.long&order=down")
    numbers = [float(card.split()[0]) for card in scores(page)]
    assert numbers == sorted(numbers, reverse=True)
    before = titles(page)
    page.reload()
    assert titles(page) == before
    assert page.locator(".card .measured").first.inner_text() == "Length (m): 5"


def page_order(page):
    ranks = page.evaluate(
        """() => [...document.querySelectorAll(".card h3")].map((h) => h.innerText)
          .sort(new Intl.Collator("en").compare)"""
    )
    return ranks.index


def scores(page) -> list[str]:
    return page.locator(".card").evaluate_all("cards => cards.map((card) => card.dataset.scores)")


def test_what_has_no_score_stands_last_whichever_way(page, samples):
    for order in ("", "down"):
        page.goto(f"{samples}index.html?sort=sample.default.short&order={order}")
        assert scores(page)[-1].endswith(" -")
        assert not any(text.endswith(" -") for text in scores(page)[:-1])
        assert page.locator(".card .measured").last.text_content().endswith(": none")


def test_a_range_narrows_and_another_score_forgets_it(page, samples):
    page.goto(samples + "index.html?sort=sample.default.long")
    low = page.get_by_label("Lowest score that is shown")
    assert low.get_attribute("placeholder") == "0.01"
    low.focus()
    page.keyboard.type("1")
    page.keyboard.press("Tab")
    page.keyboard.type("4")
    kept = [float(text.split()[0]) for text in scores(page)]
    assert kept
    assert all(1 <= value <= 4 for value in kept)
    assert page.url.endswith("?sort=sample.default.long&low=1&high=4")
    page.reload()
    assert len(scores(page)) == len(kept)
    page.get_by_label("Order").select_option("sample.default.short")
    assert page.url.endswith("?sort=sample.default.short")
    page.get_by_role("button", name="Show all").first.press("Enter")
    assert page.url.endswith("index.html")
    assert not low.is_visible()
    assert page.locator(".measured:visible").count() == 0


def test_facets_narrow_together(page, samples):
    page.goto(samples + "index.html")
    everything = len(titles(page))
    page.get_by_label("Shows").select_option("daisy")
    page.get_by_label("Tag").select_option(sample_pages.SCRIPT)
    assert len(titles(page)) == 1 < everything
    assert page.locator(".count").inner_text() == f"1 of {everything - 1} pictures, 0 of 1 video"
    page.reload()
    assert len(titles(page)) == 1


@pytest.mark.parametrize(
    "query",
    ["?sort=gone.default.x&order=odd&low=abc", "?label=gone&technique=gone", "?sort=title&low=9"],
)
def test_a_stale_address_shows_everything(page, samples, query):
    page.goto(samples + "index.html")
    everything = len(titles(page))
    page.goto(samples + "index.html" + query)
    assert len(titles(page)) == everything
    assert page.locator(".filters select").evaluate_all(
        "fields => fields.every((field) => field.selectedIndex >= 0)"
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?label=gone", True),
        ("?sort=gone.default.x&order=down&low=1", True),
        ("?sort=sample.default.long&low=abc", True),
        ("?sort=sample.default.long&order=down&low=0.01&label=daisy", False),
        ("?q=+dah%0Alia+&other=gone", False),
        ("#gallery", False),
    ],
)
def test_an_address_that_asks_for_what_is_gone_is_told_so_until_something_is_chosen(
    page, samples, query, said
):
    page.goto(samples + "index.html" + query)
    word = page.get_by_text("not here any more")
    assert word.is_visible() == said
    if "gone.default" in query:
        assert page.get_by_role("button", name="Show all").count() == 0, "nothing is left chosen"
    page.get_by_label("Tag").press("ArrowDown")
    assert not word.is_visible()


def test_the_overview_scrolls_by_keyboard_and_keeps_its_headings(page, samples):
    page.goto(samples + "overview.html")
    sheet = page.get_by_role("region", name="Pictures")
    sheet.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowDown")
    page.wait_for_timeout(500)
    assert sheet.evaluate("sheet => sheet.scrollLeft") > 100
    assert sheet.evaluate("sheet => sheet.scrollTop") > 100
    box = sheet.bounding_box()
    head = page.locator(".contact thead th").nth(5).bounding_box()
    first = page.locator(".contact tbody th").nth(3).bounding_box()
    assert head["y"] == pytest.approx(box["y"], abs=2)
    assert first["x"] == pytest.approx(box["x"], abs=2)


def test_every_small_picture_leads_to_its_place_and_says_so(page, samples):
    page.goto(samples + "overview.html")
    link = page.get_by_role("link", name="Sample: Dahlia", exact=True).first
    assert link.get_attribute("href").startswith("items/")
    image = link.locator("img").last
    assert image.evaluate("image => image.complete || image.loading === 'lazy'")


def test_a_term_leads_to_the_glossary_by_keyboard(page, samples):
    page.emulate_media(reduced_motion="reduce")
    page.goto(samples + "techniques/sample.html")
    term = page.get_by_role("link", name="heatmap")
    meaning = page.locator(f"#{term.get_attribute('aria-describedby')}")
    assert meaning.text_content().startswith("A picture in which brightness")
    term.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary.html#heatmap")
    assert page.locator("#heatmap").bounding_box()["y"] < 900
