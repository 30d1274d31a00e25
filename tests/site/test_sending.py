"""What leaves the site, in Chromium: single files that are closed to the outside, pages on paper."""

from __future__ import annotations

import pytest
import sample_pages
from axe_rules import broken_rules
from test_finding import browser, samples  # noqa: F401 - fixtures

from generator.export import export

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser):  # noqa: F811
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    said = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert said == []


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    """Single files of the sample pages: one of an item, one of everything."""
    site = tmp_path_factory.mktemp("sent") / "site"
    sample_pages.write(site)
    for path in (site / "items").iterdir():  # a few of each kind: axe reads every chapter
        if path.stem not in {"plain", "hostile", "halved", "set-plain"}:
            path.unlink()
    (site / "salon.json").write_text("{}", encoding="utf-8")
    for name, one in {"item.html": "items/plain.html", "set.html": "classifiers/plain.html",
                      "index.html": "index.html", "report.html": ""}.items():  # fmt: skip
        export(site, one, site.parent / name)
    return site.parent.as_uri() + "/"


@pytest.mark.parametrize("name", ["item.html", "set.html", "index.html", "report.html"])
def test_a_single_file_asks_for_nothing_and_shows_every_picture(page, sent, name):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(sent + name)
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith("data:")] == [sent + name]
    assert page.evaluate("document.querySelectorAll('img, .tile use').length") > 0
    assert page.evaluate("[...document.images].filter((image) => !image.naturalWidth).length") == 0
    assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"
    drawn = page.evaluate(
        "() => [...document.querySelectorAll('.tile use')].filter((use) => !use.getBBox().width).length"
    )
    assert drawn == 0


@pytest.mark.parametrize("width", [320, 1280])
def test_no_rule_is_broken_in_a_whole_report(page, sent, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(sent + "report.html")
    assert broken_rules(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_link_inside_a_report_leads_to_its_place_by_keyboard(page, sent):
    page.emulate_media(reduced_motion="reduce")
    page.goto(sent + "report.html")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#contents")
    page.locator("#contents").get_by_role("link", name="Glossary").press("Enter")
    assert page.url.endswith("#glossary")
    assert abs(page.locator("#glossary").bounding_box()["y"]) < 900


def test_a_single_page_still_filters_and_sorts(page, sent):
    page.goto(sent + "index.html")
    everything = page.locator(".card").count()
    page.get_by_label("Search").fill("dahlia")
    assert 0 < page.locator(".card").count() < everything


@pytest.mark.parametrize(
    "name",
    ["index.html", "items/plain.html", "classifiers/plain.html", "overview.html", "made.html"],
)
def test_paper_has_no_controls_and_everything_unfolded(page, samples, name):  # noqa: F811
    page.goto(samples + name)
    page.emulate_media(media="print")
    pressed = "form, button:not(th button), .csv, nav[aria-label=Main], .crumbs"
    assert page.locator(f":is({pressed}):visible").count() == 0
    hidden = page.evaluate(
        """() => [...document.querySelectorAll("details > :not(summary, .csv)")]
          .filter((part) => !part.closest("form, .values:has(tbody tr:nth-child(25))"))
          .filter((part) => !part.getClientRects().length).length"""
    )
    assert hidden == 0
    assert page.locator("h1").is_visible()
    assert "example.org" in page.locator(".printed").inner_text()


def test_what_was_shut_is_opened_for_paper_and_shut_again(page, samples):  # noqa: F811
    page.goto(samples + "items/plain.html")
    shut = "document.querySelectorAll('details:not([open])').length"
    before = page.evaluate(shut)
    assert before > 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(shut) == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(shut) == before


def test_pages_of_figures_stay_in_their_files(page, samples):  # noqa: F811
    page.goto(samples + "items/plain.html")
    page.emulate_media(media="print")
    values = page.locator(".values").first
    values.evaluate("part => { part.open = true; }")
    assert values.is_visible()
    values.evaluate(
        """part => {
          const row = part.querySelector("tbody tr");
          for (let i = 0; i < 25; i += 1) row.after(row.cloneNode(true));
        }"""
    )
    assert not values.is_visible()
    assert page.locator("svg.chart").first.is_visible()


@pytest.mark.parametrize("mode", ["beside", "divide"])
@pytest.mark.parametrize("name", ["plain", "tall", "needle"])
def test_paper_shows_what_the_viewer_shows(page, samples, name, mode):  # noqa: F811
    page.goto(samples + f"items/{name}.html")
    first, other = page.locator("option[data-pane]").evaluate_all("all => all.map((o) => o.value)")[
        :2
    ]
    page.goto("about:blank")
    page.goto(samples + f"items/{name}.html#panes={first},{other}&mode={mode}")
    page.set_viewport_size({"width": 700, "height": 1000})
    page.emulate_media(media="print")
    for place in (0, 1):
        window = page.locator(".window").nth(place).bounding_box()
        world = page.locator(".world").nth(place).bounding_box()
        assert world == pytest.approx(window, abs=1), "all of the picture, and nothing beside it"
        assert window["height"] < 600
        assert page.locator(".named").nth(place).is_visible()


def test_a_page_becomes_a_document_of_a4_pages(page, samples):  # noqa: F811
    page.goto(samples + "items/plain.html")
    data = page.pdf(prefer_css_page_size=True)
    assert data.startswith(b"%PDF")
    assert b"/MediaBox [0 0 594.95996 841.91998]" in data or b"/MediaBox [0 0 595 842]" in data
