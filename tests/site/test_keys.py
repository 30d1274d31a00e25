"""Everything that can be done is done by keys alone, from the top of the page, and always seen.

Each test presses Tab until it is where it wants to be, and each stop on the way shows that it has
the focus. With forced colours, what says something by its colour still says it.
"""

from __future__ import annotations

import re

import pytest
import sample_pages
from axe_rules import AXE, broken_rules
from test_browser import ARGUMENTS

pytestmark = pytest.mark.browser

SEEN = """() => {
  const drawn = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const one = document.activeElement;
  const box = one.getBoundingClientRect();
  const shown = [one, one.nextElementSibling].filter(Boolean).map((part) => getComputedStyle(part));
  return box.width > 0 && (shown.some(drawn) || drawn(getComputedStyle(one, "::after")));
}"""
"""Whether the focus is seen: at the element, at what is drawn for it, or all over its card."""


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
    said = []
    opened = context.new_page()
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert said == []


def tab_to(page, wanted: str, most: int = 150):
    """Press Tab until the focus is on ``wanted``, a selector; every stop must be seen."""
    for _ in range(most):
        page.keyboard.press("Tab")
        where = page.evaluate("document.activeElement.outerHTML.slice(0, 90)")
        assert page.evaluate(SEEN), f"the focus is not seen on {where}"
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return page.locator(":focus")
    raise AssertionError(f"{most} times Tab, and never on {wanted}")


def test_a_table_is_sorted_and_says_how(page, samples):
    page.goto(samples + "techniques/sample.html")
    button = tab_to(page, "th.number button")
    heading = page.locator("th", has=button).first
    assert heading.get_attribute("aria-sort") is None
    column = heading.evaluate("heading => heading.cellIndex")
    cells = page.locator(f"table.sortable tbody td:nth-child({column + 1})")
    before, found = cells.all_text_contents(), []
    for key, order in (("Enter", "ascending"), ("Space", "descending")):
        page.keyboard.press(key)
        assert heading.get_attribute("aria-sort") == order
        assert page.evaluate(SEEN)
        found.append(cells.all_text_contents())
    lowest, highest = found
    assert sorted(lowest) == sorted(before)
    assert (lowest[0], highest[-2]) == ("−0.5", "−0.5")
    assert (lowest[-1], highest[-1]) == ("", ""), "what has no number stays at the end"


def test_a_number_leads_to_the_pictures_behind_it_and_says_where(page, samples):
    page.goto(samples + "techniques/sample.html")
    link = tab_to(page, "tfoot a.behind")
    assert link.get_attribute("aria-label") == f"0.1: {sample_pages.SCRIPT}"
    assert "underline" in link.evaluate("link => getComputedStyle(link).textDecorationLine")
    page.keyboard.press("Enter")
    page.wait_for_url("**/index.html?sort=sample.default.long#gallery")
    assert page.locator(".card .measured").first.text_content().startswith("Length (m): ")


def test_rows_are_no_row_of_stops_for_the_keyboard(page, samples):
    page.goto(samples + "techniques/sample.html")
    inside = "table.sortable tbody a.behind"
    assert page.locator(inside).count() > 3
    assert page.locator(f"{inside}:not([tabindex='-1'])").count() == 0
    hrefs = page.locator("table.sortable tbody tr").evaluate_all(
        "rows => rows.map(row => new Set([...row.querySelectorAll('a')].map(a => a.href)).size)"
    )
    assert set(hrefs) == {1}, "what the keyboard need not visit leads where the row leads"


def test_the_slider_and_the_panes(page, samples):
    page.goto(samples + "items/plain.html")
    tab_to(page, "select[name=pane-b]")
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_label("Picture B").input_value()
    assert chosen != "two-0-1"
    tab_to(page, "input[name=at]")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    cut = page.locator(".viewer").evaluate("box => box.style.getPropertyValue('--at')")
    assert cut == "47%"
    stage = tab_to(page, ".stage")
    page.keyboard.press("+")
    assert float(stage.evaluate("one => one.style.getPropertyValue('--z')")) == 1.5
    page.wait_for_function("(chosen) => location.hash.includes(chosen)", arg=chosen)


def test_a_pane_is_added_and_removed(page, samples):
    page.goto(samples + "items/plain.html")
    tab_to(page, "input[name=mode]")
    page.keyboard.press("ArrowLeft")
    assert page.locator(".viewer").get_attribute("data-mode") == "beside"
    tab_to(page, "button.add")
    page.keyboard.press("Enter")
    assert page.locator(".view:visible").count() == 3
    assert page.evaluate("document.activeElement.name") == "pane-c"
    tab_to(page, "button.remove", most=2)
    page.keyboard.press("Space")
    assert page.locator(".view:visible").count() == 2
    assert page.evaluate(SEEN)


def test_the_lightbox_keeps_the_keyboard_until_it_is_left(page, samples):
    page.goto(samples + "items/plain.html")
    tab_to(page, ".panel a.frame", most=60)
    opener = page.evaluate("document.activeElement.closest('.panel').id")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    stops = set()
    for _ in range(8):
        page.keyboard.press("Tab")
        stops.add(
            page.evaluate(
                "document.activeElement.closest('dialog') && document.activeElement.className"
            )
        )
    assert {"close", "back", "on"} <= stops
    assert stops <= {"close", "back", "on", "", None}, "outside there is only the browser itself"
    page.keyboard.press("Escape")
    assert dialog.count() == 0
    assert page.evaluate("document.activeElement.closest('.panel').id") == opener
    assert page.evaluate(SEEN)


def test_the_player_of_films(page, samples):
    page.goto(samples + "items/film-plain.html")
    tab_to(page, ".player .pane select")
    count = page.locator(".player .count")
    before = int(count.inner_text().split()[1])
    tab_to(page, "button[name=on]")
    page.keyboard.press("Enter")
    assert count.inner_text() == f"Frame {before + 1}"
    tab_to(page, "select[name=speed]")
    page.keyboard.press("ArrowUp")
    tab_to(page, "input[name=frame]")
    page.keyboard.press("ArrowRight")
    assert count.inner_text() == f"Frame {before + 2}"
    page.keyboard.press("Home")
    assert count.inner_text() == "Frame 0"


def test_the_gallery_is_narrowed_and_a_card_opened(page, samples):
    page.goto(samples + "index.html")
    tab_to(page, "input[type=search]")
    page.keyboard.type("dahlia")
    tab_to(page, "select[name=sort]")
    page.keyboard.press("ArrowDown")
    assert "sort=title" in page.url
    tab_to(page, ".card h3 a")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/*.html")


# Forced colours


CONTRAST = """([selector, property]) => {
  const parts = (text) => text.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
  const line = (part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const light = (text) => parts(text).map(line).reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0.05);
  const ground = light(getComputedStyle(document.body).backgroundColor);
  const [name, pseudo] = selector.split("::");
  return [...document.querySelectorAll(name)].map((one) => {
    const style = getComputedStyle(one, pseudo && `::${pseudo}`);
    const own = light(style[property]);
    return own > ground ? own / ground : ground / own;
  });
}"""

DRAWN = (
    ("items/plain.html", ".chart .line", "stroke"),
    ("items/plain.html", ".chart .axis", "stroke"),
    ("items/plain.html", ".chart text", "fill"),
    ("items/plain.html", ".mark .dot", "stroke"),
    ("items/plain.html", ".mark .reach", "stroke"),
    ("items/plain.html", ".mark .guide", "stroke"),
    ("items/plain.html", ".divider::before", "backgroundColor"),
    ("techniques/sample.html", ".mark .length", "stroke"),
    ("items/set-plain.html", ".span .value", "stroke"),
    ("items/set-plain.html", ".span .guess", "stroke"),
    ("items/set-plain.html", ".span .interval", "fill"),
    ("vocabularies/plain.html", ".weights rect", "fill"),
    ("vocabularies/plain.html", ".weights line", "stroke"),
    ("items/film-plain.html", ".cursor", "backgroundColor"),
)


@pytest.fixture(params=["light", "dark"])
def forced(browser, request):
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, forced_colors="active", color_scheme=request.param
    )
    yield context.new_page()
    context.close()


def test_with_forced_colours_what_is_drawn_stands_out_from_the_page(forced, samples):
    faint = []
    for name in dict.fromkeys(name for name, _, _ in DRAWN):
        forced.goto(samples + name)
        for other, selector, attribute in DRAWN:
            if other == name:
                found = forced.evaluate(CONTRAST, [selector, attribute])
                assert found, f"{name} has no {selector}"
                faint += [(name, selector, min(found))] if min(found) < 3 else []
    assert faint == []


def test_with_forced_colours_the_focus_and_what_is_chosen_are_seen(forced, samples):
    forced.goto(samples + "items/plain.html")
    tab_to(forced, "input[name=at]")
    tab_to(forced, ".stage")
    ground = "one => getComputedStyle(one).backgroundColor"
    chosen = forced.locator(".modes input:checked + span").evaluate(ground)
    others = forced.locator(".modes input:not(:checked) + span").evaluate_all(
        "all => all.map((one) => getComputedStyle(one).backgroundColor)"
    )
    assert chosen not in others
    assert len(set(others)) == 1
    forced.keyboard.press("ArrowRight")
    cross = forced.locator(".cross").first
    cross.wait_for()
    lines = cross.evaluate(
        "one => [getComputedStyle(one).borderTopStyle, getComputedStyle(one).outlineStyle]"
    )
    assert lines != ["none", "none"]


def test_with_forced_colours_no_rule_is_broken(forced, samples):
    for name in ("items/plain.html", "techniques/sample.html", "classifiers/plain.html"):
        forced.goto(samples + name)
        assert [rule for rule in broken_rules(forced) if "color-contrast" not in rule] == []


def test_with_forced_colours_right_and_wrong_in_the_matrix_are_told_apart(forced, samples):
    forced.goto(samples + "classifiers/plain.html")
    style = "one => getComputedStyle(one).outlineStyle"
    right = forced.locator(".confusion td.right").first.evaluate(style)
    wrong = forced.locator(".confusion td:not(.right)").first.evaluate(style)
    assert (right, wrong) == ("solid", "none")
    assert re.search(r"\d", forced.locator(".confusion td.right").first.inner_text())
