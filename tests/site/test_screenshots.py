"""Screenshots of a page of every kind, for whoever wants to see what the tests saw."""

from __future__ import annotations

from pathlib import Path

import pytest
import sample_pages
from contact_sheet import SHOTS, THEMES, WIDTHS, blank, problems, stem, write
from PIL import Image
from test_browser import ARGUMENTS, SITE
from test_numbers import KINDS

from generator import patterns

COMPARED = ("compare/index.html", "compare/items/plain.html", "compare/trend.html")
PAGES = {**KINDS, **{path: path for path in COMPARED}, "patterns": "patterns/index.html"}
"""Where the page of each kind is: in the site, or among the samples."""
TALLEST = 3000
"""Pixels from which a page is cut off: the rest of it is more of the same."""
SETTLED = """async () => {
  for (const image of document.images) image.loading = "eager";
  await Promise.all([...document.images].map((image) => image.decode().catch(() => 0)));
}"""


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """Return the folder of the pages that are in no gallery: comparisons, and the patterns."""
    out = tmp_path_factory.mktemp("shown")
    sample_pages.write(out)
    patterns.write(out / "patterns", sample_pages.TEMPLATES, out / "locks")
    return out


@pytest.mark.browser
@pytest.mark.parametrize("kind", PAGES)
def test_a_page_of_each_kind_is_seen_in_four_ways(browser, samples, kind):
    root = SITE if kind in KINDS else samples
    SHOTS.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        # What is off the screen is drawn, too; a style of the test's own must be let in for that.
        context = browser.new_context(
            viewport={"width": width, "height": 900}, bypass_csp=True, reduced_motion="reduce"
        )
        page = context.new_page()
        page.goto((root / PAGES[kind]).as_uri())
        page.add_style_tag(content="* { content-visibility: visible !important; }")
        page.evaluate(SETTLED)
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            path = SHOTS / f"{stem(kind, width, theme)}.png"
            tall = page.evaluate("document.documentElement.scrollHeight")
            clip = {"x": 0, "y": 0, "width": width, "height": min(tall, TALLEST)}
            page.screenshot(path=path, full_page=True, clip=clip)
            assert not blank(path)
        context.close()


def test_a_missing_and_a_blank_picture_are_named(tmp_path):
    names = [stem("some kind", width, theme) for width in WIDTHS for theme in THEMES]
    for name in names[1:]:
        Image.effect_noise((64, 64), 80).save(tmp_path / f"{name}.png")
        picture = Image.merge("RGB", [Image.effect_noise((64, 64), 80) for _ in range(3)])
        picture.save(tmp_path / f"{name}.png")
    Image.new("RGB", (64, 64), "white").save(tmp_path / f"{names[-1]}.png")
    assert problems(["some kind"], tmp_path) == [
        f"{names[0]}.png is missing",
        f"{names[-1]}.png is blank",
    ]


def test_the_contact_sheet_shows_every_picture(tmp_path):
    html = write(["a.html", "b c"], tmp_path).read_text(encoding="utf-8")
    assert html.count("<img") == 2 * len(WIDTHS) * len(THEMES)
    assert Path("b-c--320-dark.png").name in html
