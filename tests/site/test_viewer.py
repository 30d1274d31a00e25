"""The viewer and the lightbox in Chromium: by keyboard, by mouse, by touch, from an address.

The pages are the samples and a small project that is built here; their values are known.
"""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import numpy as np
import pytest
import sample_pages
from axe_rules import AXE, broken_in_any_theme
from conftest import House, Inline, disc
from PIL import Image
from test_browser import ARGUMENTS, SITE

from generator.build import Options, build, plan_of
from generator.language import point, speaking
from generator.memory import Memory
from generator.present import colour
from generator.store import Store
from generator.technique import Role
from generator.wording import number

pytestmark = pytest.mark.browser

SCRIPT = sample_pages.ROOT / "templates" / "assets" / "viewer.js"
FOUR = "#panes=picture,saliency-one-saliency,saliency-one-mask,saliency-two-saliency&mode=beside"


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


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A gallery of pictures that the page can hold whole, under two variants of one technique."""
    made = House(tmp_path_factory.mktemp("viewer") / "project")
    made.edit(
        "    params: {long_side: 32}\n",
        "    variants:\n      - {name: one, title: First, params: {long_side: 32}}\n"
        "      - {name: two, title: Second, params: {long_side: 32, bins: 2}}\n",
    )
    mask = Image.fromarray((disc()[:, :, 0] > 200).astype("uint8") * 255)
    mask.save(made.content / "mask.png")
    made.edit("tags: [a]}", "tags: [a], truth: mask.png}")
    build(made.project, Options(executor=lambda _: Inline()))
    return made


@pytest.fixture(scope="module")
def stored(house):
    """Return what gives the stored array of a panel of the disc."""
    with Store(house.project.store) as store:
        _, plan = plan_of(house.project, Memory(store.index))

        def array(technique, variant, name):
            key = plan.task("disc", technique, variant).key
            return store.array(store.find([key])[key].panel(name))

        yield array


@pytest.fixture
def page(browser):
    """A page that is silent to the end, however it was used."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    said = []
    opened = context.new_page()
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert said == []


def item(house, name="disc") -> str:
    return (house.project.out / "items" / f"{name}.html").as_uri()


def fresh(page, url):
    page.goto("about:blank")
    page.goto(url)


def measure(page, name) -> str:
    return page.locator(".stage").evaluate("(stage, n) => stage.style.getPropertyValue(n)", name)


def zoom_of(page) -> float:
    return float(measure(page, "--z"))


def cut(page) -> str:
    return page.locator(".viewer").evaluate("box => box.style.getPropertyValue('--at')")


def point_at(page, row, column, rows, columns):
    """Move the mouse to the middle of a pixel of picture A, at whatever zoom."""
    world = page.locator(".world").first.bounding_box()
    page.mouse.move(
        world["x"] + (column + 0.5) / columns * world["width"],
        world["y"] + (row + 0.5) / rows * world["height"],
    )


def read(page, place=0) -> str:
    value = page.locator(".view .value").nth(place)
    page.wait_for_function("value => value.textContent", arg=value.element_handle())
    return value.inner_text()


def settled(page, part):
    page.wait_for_function("part => location.hash.includes(part)", arg=part)
    return page.url


def says(page, selector, beginning):
    page.wait_for_function(
        "([which, words]) => document.querySelector(which).textContent.startsWith(words)",
        arg=[selector, beginning],
    )


def option(page, letter, value):
    page.locator(".slot select").nth("ABCD".index(letter)).select_option(value)


# Values


def test_the_values_shown_are_those_that_are_stored(page, house, stored):
    page.goto(item(house) + FOUR)
    picture = disc()
    maps = [stored("saliency", v, "saliency") for v in ("one", "two")]
    mask = stored("saliency", "one", "mask")
    assert maps[0].shape == (48, 64)
    for row, column in ((0, 0), (24, 21), (47, 63), (13, 40)):
        point_at(page, row, column, 48, 64)
        page.wait_for_function(
            "words => document.querySelector('.spot').textContent.startsWith(words)",
            arg=f"Column {column + 1} of 64, row {row + 1} of 48.",
        )
        red, green, blue = picture[row, column]
        assert read(page, 0) == f"red {red}, green {green}, blue {blue} of 255"
        assert read(page, 1) == f"{number(float(maps[0][row, column]), 3)} rank"
        assert read(page, 2) == ("inside" if mask[row, column] else "outside")
        assert read(page, 3) == f"{number(float(maps[1][row, column]), 3)} rank"
    assert "A is this pixel." in page.locator(".spot").inner_text()


def test_a_picture_larger_than_its_grid_says_what_its_numbers_are(page, samples):
    page.goto(samples + "items/plain.html#panes=picture,two-0-1&mode=divide")
    point_at(page, 212, 319, 427, 640)
    read(page)
    said = page.locator(".spot").inner_text()
    assert said.startswith("Column 320 of 640, row 213 of 427.")
    assert "A is the mean of 4 × 4 pixels." in said
    assert "B is this pixel, give or take 0.002." in said
    true = sample_pages.slope(640, 427, Role.HEATMAP)[212, 319]
    assert abs(float(read(page, 1).split()[0]) - true) <= 1 / 255 / 2 + 0.0005


def test_values_are_not_loaded_before_somebody_asks(page, house):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(item(house))
    page.wait_for_load_state("networkidle")
    scripts = [Path(url).name for url in asked if url.endswith(".js")]
    assert [name.split("-")[0] for name in scripts] == ["salon", "viewer"]
    page.mouse.move(300, 700)
    point_at(page, 3, 3, 48, 64)
    read(page)
    assert sum(url.endswith(".js") for url in asked) == 4


@pytest.mark.parametrize("tag", ["en", "de"])
def test_numbers_are_written_as_the_pages_write_them(page, tag):
    source = SCRIPT.read_text(encoding="utf-8")
    function = source[source.index("const RAISED") : source.index("/* Values:")]
    salon = SCRIPT.with_name("salon.js").read_text(encoding="utf-8")
    decimal = salon[salon.index("const decimal") : salon.index("window.salon =")]
    tried = [0, 1, -1, 0.5, -0.0626, 0.0004, 0.0006, 1e-9, -2.5e-7, 12.3456, 999, 1234.5, 12345,
             12345.678, 1234567, 9999999, 1e7, 2.34e12, -3e38, 64, 0.1 + 0.2]  # fmt: skip
    page.goto("about:blank")
    with speaking(tag):
        found = page.evaluate(
            f"([point, values]) => {{ {decimal} {function} return values.map((v) => number(v)); }}",
            [point(), tried],
        )
        assert found == [number(float(value), 3) for value in tried]


def colours_of(page, place):
    """The colours of the canvas in a view: (rows, columns, 3)."""
    canvas = page.locator(".world").nth(place).locator("canvas")
    canvas.wait_for()
    size, data = canvas.evaluate(
        """canvas => [[canvas.height, canvas.width],
        [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data]]"""
    )
    return np.array(data, np.uint8).reshape(*size, 4)[..., :3]


def test_one_scale_for_the_gallery_colours_a_map_by_its_values(page, samples):
    page.goto(samples + "items/plain.html#panes=two-0-1,two-0-2&mode=beside&scale=gallery")
    for place, role, ends in ((0, Role.HEATMAP, (0, 2)), (1, Role.SIGNED_MAP, (-1, 1))):
        wanted = colour(sample_pages.slope(640, 427, role), role, *ends)
        gap = np.abs(colours_of(page, place).astype(int) - wanted)
        assert gap.max() <= 12, "values are kept in 255 steps, so colours may be a few steps off"
        assert gap.mean() < 1
    assert page.locator(".ramp").nth(1).inner_text().split()[0] == "−1"
    page.locator("select[name=scale]").select_option("own")
    page.locator(".world").first.locator("img").last.wait_for()
    assert page.locator(".world canvas").count() == 0
    assert page.locator(".ramp").nth(1).inner_text().split()[0] == "−0.500"


def test_one_scale_for_what_is_shown_spans_both_maps(page, samples):
    page.goto(samples + "items/plain.html#panes=three-0-1,three-2-1,picture&mode=beside")
    shown = page.locator(".ramp:visible b:last-child")
    assert shown.all_inner_texts() == ["1", "3"]
    page.locator("select[name=scale]").select_option("shown")
    assert shown.all_inner_texts() == ["3", "3"]
    wanted = colour(sample_pages.slope(640, 427, Role.HEATMAP), Role.HEATMAP, 0, 3)
    assert np.abs(colours_of(page, 0).astype(int) - wanted).mean() < 1
    assert page.locator(".world").nth(1).locator("canvas").count() == 0


def test_two_maps_of_one_unit_are_subtracted_value_by_value(page, house, stored):
    page.goto(item(house) + "#panes=saliency-one-saliency,saliency-two-saliency&mode=difference")
    gap = stored("saliency", "one", "saliency").astype(float) - stored(
        "saliency", "two", "saliency"
    )
    reach = np.abs(gap).max()
    assert reach > 0.01
    wanted = colour(gap.astype(np.float32), Role.SIGNED_MAP, -reach, reach)
    found = colours_of(page, 1)
    assert np.abs(found.astype(int) - wanted).max() <= 4
    row, column = np.unravel_index(np.abs(gap).argmax(), gap.shape)
    point_at(page, row, column, 48, 64)
    read(page)
    assert f"A minus B: {number(gap[row, column], 3)} rank." in page.locator(".spot").inner_text()
    ends = page.locator(".gap b").all_inner_texts()
    assert ends == [number(-reach, 3), number(reach, 3)]


def test_what_has_no_common_unit_is_compared_by_its_colours(page, samples):
    page.goto(samples + "items/plain.html#panes=picture,two-0-1&mode=difference")
    assert "black is no difference" in page.locator(".tip").inner_text()
    blend = page.locator(".window").nth(1).evaluate("w => getComputedStyle(w).mixBlendMode")
    assert blend == "difference"
    assert page.locator(".world canvas").count() == 0


# By keyboard


def test_everything_is_reached_and_done_by_keyboard_alone(page, samples):
    page.goto(samples + "items/plain.html")
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("(e => e.name || e.dataset.zoom || e.className)(document.activeElement)")
        )
        if reached[-1] == "stage":
            break
    # At the start "out" and "whole" have nothing to do: they are disabled.
    assert [name for name in reached if name in {"mode", "in", "pane-a", "pane-b", "at", "stage"}] == [
        "mode", "in", "pane-a", "pane-b", "at", "stage",
    ]  # fmt: skip
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert read(page).startswith(("grey", "red"))
    before = page.locator(".spot").inner_text()
    page.keyboard.press("ArrowDown")
    page.wait_for_function(
        "before => document.querySelector('.spot').textContent !== before", arg=before
    )
    page.wait_for_function(
        "() => document.querySelector('.aloud').textContent.includes('B, heatmap:')"
    )
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert zoom_of(page) == pytest.approx(2.25)
    left = measure(page, "--x")
    page.keyboard.press("Shift+ArrowRight")
    assert measure(page, "--x") != left
    page.keyboard.press("-")
    assert zoom_of(page) == pytest.approx(1.5)
    page.keyboard.press("0")
    assert zoom_of(page) == 1
    assert page.url.startswith(samples + "items/plain.html"), "arrows must not leave the page"


def test_modes_change_by_arrow_keys(page, samples):
    page.goto(samples + "items/plain.html")
    page.get_by_label("Slider").focus()
    seen = []
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        seen.append(page.locator(".viewer").get_attribute("data-mode"))
    assert seen == ["fade", "blink", "difference", "beside"]


def test_the_dividing_line_and_the_opacity_move_by_keyboard(page, samples):
    page.goto(samples + "items/plain.html")
    slider = page.get_by_label("Position of the dividing line")
    slider.focus()
    before = cut(page)
    page.keyboard.press("ArrowRight")
    assert (before, cut(page)) == ("50%", "51%")
    page.keyboard.press("Home")
    assert cut(page) == "0%"
    assert slider.get_attribute("aria-valuetext") == "0 percent from the left"
    page.get_by_label("Opacity", exact=True).focus()
    page.keyboard.press("Space")
    page.get_by_label("Opacity of B").focus()
    shown = "window => getComputedStyle(window).opacity"
    page.keyboard.press("End")
    assert page.locator(".window").nth(1).evaluate(shown) == "1"
    page.keyboard.press("Home")
    assert page.locator(".window").nth(1).evaluate(shown) == "0"


def test_pictures_are_added_and_removed_and_the_focus_stays_near(page, samples):
    page.goto(samples + "items/plain.html#panes=picture,two-0-1&mode=beside")
    page.get_by_role("button", name="Add a picture").press("Enter")
    page.get_by_role("button", name="Add a picture").press("Enter")
    assert page.locator(".view:visible").count() == 4
    assert page.get_by_role("button", name="Add a picture").count() == 0
    option(page, "D", "three-1-2")
    assert page.locator(".named").nth(3).inner_text().endswith("Variant 1 · signed_map")
    page.get_by_role("button", name="Remove picture C").press("Enter")
    assert page.locator(".view:visible").count() == 3
    assert page.locator(".named").nth(2).inner_text().endswith("Variant 1 · signed_map")
    assert page.evaluate("document.activeElement.className") == "add"


# By mouse and touch


def test_the_page_scrolls_under_the_wheel_until_zoom_is_asked_for(page, samples):
    page.goto(samples + "items/plain.html")
    point_at(page, 100, 160, 427, 640)
    read(page)
    page.mouse.wheel(0, 40)
    page.wait_for_function("() => scrollY > 0")
    page.mouse.wheel(0, -40)
    page.wait_for_function("() => scrollY === 0")
    assert zoom_of(page) == 1
    page.evaluate("scrollTo(0, 0)")
    point_at(page, 100, 160, 427, 640)
    whole = page.locator(".world").first.bounding_box()
    page.keyboard.down("Control")
    page.mouse.wheel(0, -200)
    page.keyboard.up("Control")
    page.wait_for_function(
        "() => document.querySelector('.stage').style.getPropertyValue('--z') > 1.5"
    )
    assert page.evaluate("scrollY") == 0
    zoomed = page.locator(".world").first.bounding_box()
    column, row = 160.5 / 640, 100.5 / 427  # the place under the mouse stayed under it
    for at, size, share in (("x", "width", column), ("y", "height", row)):
        place = whole[at] + share * whole[size]
        assert zoomed[at] + share * zoomed[size] == pytest.approx(place, abs=1)


def test_a_clicked_picture_zooms_by_the_wheel_and_lets_go_where_nothing_is_left(page, samples):
    page.goto(samples + "items/plain.html#panes=picture,two-0-1&mode=beside")
    page.locator(".window").first.click()
    page.mouse.wheel(0, -100)
    page.wait_for_function(
        "() => document.querySelector('.stage').style.getPropertyValue('--z') > 1"
    )
    page.mouse.wheel(0, 500)
    page.wait_for_function(
        "() => document.querySelector('.stage').style.getPropertyValue('--z') == 1"
    )
    before = page.evaluate("scrollY")
    page.mouse.wheel(0, 100)
    page.wait_for_function("before => scrollY > before", arg=before)


def test_a_drag_moves_all_pictures_alike(page, samples):
    page.goto(
        samples + "items/plain.html#panes=picture,two-0-1,two-0-2&mode=beside&zoom=4&x=0.5&y=0.5"
    )
    worlds = "() => [...document.querySelectorAll('.view:not([hidden]) .world')].map(w => getComputedStyle(w).transform)"
    before = page.evaluate(worlds)
    box = page.locator(".window").nth(1).bounding_box()
    page.mouse.move(box["x"] + 100, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 40, steps=3)
    page.mouse.up()
    after = page.evaluate(worlds)
    assert len(before) == 3
    assert len(set(before)) == len(set(after)) == 1
    moved = [float(part) for part in re.findall(r"-?[\d.]+", after[0])[-2:]]
    stood = [float(part) for part in re.findall(r"-?[\d.]+", before[0])[-2:]]
    assert np.subtract(moved, stood) == pytest.approx([-40, -20], abs=0.5)
    assert "&x=0.5" in settled(page, "zoom=4")


def test_far_in_pixels_are_squares(page, samples):
    page.goto(samples + "items/plain.html#panes=picture,two-0-1&mode=divide&zoom=40")
    drawn = "image => getComputedStyle(image).imageRendering"
    assert page.locator(".world img").first.evaluate(drawn) == "pixelated"
    page.get_by_role("button", name="Whole picture").click()
    assert page.locator(".world img").first.evaluate(drawn) == "auto"


@pytest.mark.parametrize("touch", [False, True])
def test_a_drag_moves_the_dividing_line(browser, samples, touch):
    context = browser.new_context(viewport={"width": 900, "height": 900}, has_touch=touch)
    page = context.new_page()
    page.goto(samples + "items/plain.html")
    box = page.locator(".window").first.bounding_box()
    x, y = box["x"] + box["width"] / 4, box["y"] + box["height"] / 3
    if touch:
        page.touchscreen.tap(x, y)
        assert read(page).startswith(("grey", "red"))
    else:
        page.mouse.move(box["x"] + box["width"] / 2, y)
        page.mouse.down()
        page.mouse.move(x, y, steps=4)
        page.mouse.up()
    assert cut(page) == "25%"
    context.close()


def test_two_fingers_zoom_about_the_place_between_them(browser, samples):
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(samples + "items/plain.html#panes=picture,two-0-1&mode=beside")
    box = page.locator(".window").first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = context.new_cdp_session(page)

    def fingers(kind, *places):
        points = [{"x": at, "y": y, "id": n} for n, at in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", x - 30)
    fingers("touchStart", x - 30, x + 30)
    for step in range(1, 7):
        fingers("touchMove", x - 30 - 10 * step, x + 30 + 10 * step)
    fingers("touchEnd")
    page.wait_for_function(
        "() => document.querySelector('.stage').style.getPropertyValue('--z') > 2.5"
    )
    assert zoom_of(page) == pytest.approx(3, abs=0.2)
    state = settled(page, "zoom=")
    assert float(
        re.search(r"x=([\d.]+)", state.partition("#")[2].split("zoom")[1])[1]
    ) == pytest.approx(0.5, abs=0.05)
    context.close()


# The address


@pytest.mark.parametrize(
    "state",
    [
        "panes=picture,two-0-1&mode=divide&at=30",
        "panes=two-1-1,truth&mode=fade&at=80&zoom=2.5&x=0.41&y=0.55&scale=gallery",
        "panes=picture,two-0-1,three-2-2,truth&mode=beside&zoom=3&x=0.4&y=0.6&scale=shown&laid=0",
        "panes=two-0-1,two-1-1&mode=difference&zoom=6&x=0.25&y=0.3",
        "panes=truth,truth&mode=blink",
        "panes=picture,two-0-1&mode=divide&at=50&zoom=2&x=0.5&y=0.5&spot=0.25,0.75",
    ],
)
def test_an_address_reopens_exactly_this_view(page, samples, state):
    page.goto(samples + "items/plain.html#" + state)
    page.wait_for_load_state("networkidle")
    seen = picture_of(page)
    page.evaluate("history.replaceState(null, '', location.pathname)")
    zoom = page.get_by_role("button", name="Zoom in")
    zoom.click()
    page.get_by_role("button", name="Zoom out").click()
    again = settled(page, "mode=")
    kept, given = (dict(parse_qsl(text)) for text in (again.partition("#")[2], state))
    for name in ("zoom", "x", "y"):
        assert float(kept.pop(name, 1)) == pytest.approx(float(given.pop(name, 1)), abs=0.002)
    assert kept == given
    fresh(page, samples + "items/plain.html#" + state)
    page.wait_for_load_state("networkidle")
    assert picture_of(page) == seen
    assert (
        page.locator(".viewer").get_attribute("data-mode") == re.search("mode=([a-z]+)", state)[1]
    )


def picture_of(page):
    """Everything that decides what is seen."""
    return page.evaluate(
        """() => [
          document.querySelector(".stage").getAttribute("style"),
          document.querySelector(".viewer").className,
          [...document.querySelectorAll("select, input")].map((e) => e.checked + e.value),
          [...document.querySelectorAll(".view")].map((e) => [e.hidden, e.dataset.drawn]),
        ]"""
    )


def test_what_was_done_by_hand_is_in_the_address(page, samples):
    page.goto(samples + "items/plain.html")
    option(page, "A", "truth")
    option(page, "B", "two-1-1")
    page.get_by_label("Opacity", exact=True).check()
    page.get_by_label("Opacity of B").fill("30")
    page.locator("select[name=scale]").select_option("gallery")
    kept = settled(page, "at=30&scale=gallery")
    assert kept.endswith("#panes=truth,two-1-1&mode=fade&at=30&scale=gallery")
    fresh(page, kept)
    assert page.get_by_label("Picture B").input_value() == "two-1-1"
    assert page.get_by_label("Opacity", exact=True).is_checked()
    assert cut(page) == "30%"


@pytest.mark.parametrize(
    "state",
    [
        "panes=gone,lost&mode=odd&at=999&zoom=-4&x=9&y=q&scale=none&laid=7",
        "panes=&mode=&zoom=",
        "panes=picture,gone&mode=constructor&zoom=1e99&x=Infinity",
        "panes=%E0%A4%A,<script>&mode=<b>",
        "panes=a,b,c,d,e,f,g,h&mode=beside",
        "one",
        "nothing-here",
    ],
)
def test_a_stale_address_falls_back_quietly(page, samples, state):
    page.goto(samples + "items/plain.html")
    usual = picture_of(page)
    fresh(page, samples + "items/plain.html#" + state)
    page.wait_for_load_state("networkidle")
    found = picture_of(page)
    assert [value.replace("true", "") for value in found[2][5:7]] == usual[2][5:7]
    assert zoom_of(page) == 1
    assert (
        page.locator(".view:visible, .viewer:not([data-mode=beside]) figcaption:visible").count()
        >= 2
    )


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("panes=picture,gone", True),
        ("panes=gone", True),
        ("panes=picture,truth", False),
        ("", False),
    ],
)
def test_an_address_that_names_what_is_gone_is_told_so_until_something_is_chosen(
    page, samples, state, said
):
    fresh(page, samples + "items/plain.html#" + state)
    word = page.get_by_text("not here any more")
    assert word.is_visible() == said
    option(page, "B", "two-1-1")
    assert not word.is_visible()


def test_a_place_chosen_by_keys_is_in_the_address_and_read_again(page, samples):
    page.goto(samples + "items/plain.html")
    page.locator(".stage").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    kept = settled(page, "spot=0.55,0.53")  # all three keys: the address follows a little later
    says(page, ".spot", "Column 353 of 640, row 230 of 427.")
    value, where = read(page), page.locator(".spot").inner_text()
    point_at(page, 10, 10, 427, 640)  # the mouse passes by, and leaves it as it was
    says(page, ".spot", "Column 11 of 640")
    page.mouse.move(2, 2)
    says(page, ".spot", where)
    fresh(page, kept)
    says(page, ".spot", where)
    assert read(page) == value


def test_a_link_to_the_view_is_copied(page, samples):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(samples + "items/plain.html#panes=picture,two-0-1&mode=fade&at=12")
    button = page.get_by_role("button", name="Copy a link to this view")
    button.press("Enter")
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert page.url.endswith("#panes=picture,two-0-1&mode=fade&at=12")


def test_a_link_copied_twice_in_a_row_leaves_the_button_as_it_was(page, samples):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.clock.install()
    page.goto(samples + "items/plain.html")
    button = page.locator("button.link")
    usual = button.inner_text()
    for _ in range(2):
        button.press("Enter")
        page.get_by_role("button", name="Copied").wait_for()
        page.clock.run_for(1000)
    page.clock.run_for(5000)
    assert button.inner_text() == usual


def test_a_zoom_button_that_has_done_its_work_leaves_the_focus_at_its_neighbour(page, samples):
    page.goto(samples + "items/plain.html")
    nearer = page.get_by_role("button", name="Zoom in")
    for name in ("Whole picture", "Zoom out"):
        nearer.press("Enter")
        page.get_by_role("button", name=name).press("Enter")
        assert zoom_of(page) == 1
        assert nearer.evaluate("button => button === document.activeElement")


def test_values_that_arrive_late_are_not_those_of_another_picture(page, samples):
    held = []
    page.route("**/heatmap-wide.js", lambda route: held.append(route))
    page.goto(samples + "items/plain.html#panes=picture,two-0-1&mode=beside")
    with page.expect_request("**/heatmap-wide.js"):
        point_at(page, 10, 10, 427, 640)
    option(page, "B", "two-0-2")
    expected = read(page, 1), page.locator(".spot").inner_text()
    held[0].continue_()
    page.wait_for_function("() => window.salonValues['heatmap-wide']")
    page.wait_for_timeout(100)
    assert (read(page, 1), page.locator(".spot").inner_text()) == expected


def test_compare_buttons_load_their_panel(page, samples):
    page.goto(samples + "items/plain.html")
    panel = page.locator("#three-1-3")
    panel.get_by_role("button", name="Compare").click()
    assert page.get_by_label("Picture B").input_value() == "three-1-3"
    assert page.evaluate("document.activeElement.className") == "stage"
    shown = page.locator(".world").nth(1).locator("img")
    assert shown.get_attribute("src") == panel.locator("img").get_attribute("src")
    page.locator("#truth").get_by_role("button", name="Compare").click()
    assert "Where the subject is" in page.locator(".named").nth(1).inner_text()


# Blinking


def turns(page, seconds) -> int:
    return page.evaluate(
        """(seconds) => new Promise((resolve) => {
          let count = 0;
          const box = document.querySelector(".viewer");
          new MutationObserver(() => { count += 1; }).observe(box, { attributeFilter: ["class"] });
          setTimeout(() => resolve(count), 1000 * seconds);
        })""",
        seconds,
    )


def test_blinking_is_slow_and_can_be_stopped(page, samples):
    page.goto(samples + "items/plain.html#panes=picture,two-0-1&mode=blink")
    assert 2 <= turns(page, 2.5) <= 5, "three a second would be seven"
    page.get_by_role("button", name="Pause").click()
    assert turns(page, 1.5) == 0
    before = page.locator(".viewer").get_attribute("class")
    page.get_by_role("button", name="Switch").click()
    assert page.locator(".viewer").get_attribute("class") != before
    page.get_by_role("button", name="Go on").click()
    assert turns(page, 1.6) >= 1


def test_nothing_blinks_for_whoever_asked_for_less_motion(page, samples):
    page.emulate_media(reduced_motion="reduce")
    page.goto(samples + "items/plain.html#panes=picture,two-0-1&mode=blink")
    assert turns(page, 1.6) == 0
    assert page.get_by_role("button", name="Pause").count() == 0
    page.get_by_role("button", name="Switch").click()
    assert "second" in page.locator(".viewer").get_attribute("class")


# The lightbox


def test_a_panel_opens_large_by_keyboard_and_the_focus_comes_back(page, samples):
    page.goto(samples + "items/plain.html")
    frame = page.locator("#two-0-1 a.frame")
    frame.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    assert dialog.get_by_role("heading").inner_text() == "Technique two · Variant 0 · heatmap"
    assert "Strongest in the upper left" in dialog.inner_text()
    assert dialog.locator(".bar").count() == 1
    count = dialog.locator(".count").inner_text()
    here, total = (int(part) for part in count.split(" of "))
    page.keyboard.press("ArrowRight")
    assert dialog.locator(".count").inner_text() == f"{here + 1} of {total}"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert dialog.locator(".count").inner_text() == f"{here - 1} of {total}"
    dialog.get_by_role("button", name="Next").press("Enter")
    assert dialog.locator(".count").inner_text() == count
    page.keyboard.press("Escape")
    assert dialog.count() == 0
    assert page.evaluate("document.activeElement.closest('.panel').id") == "two-0-1"
    assert page.url == samples + "items/plain.html"


def test_the_lightbox_goes_round_and_leads_to_the_viewer(page, samples):
    page.goto(samples + "items/plain.html")
    page.locator("#truth a.frame").click()
    dialog = page.get_by_role("dialog")
    total = dialog.locator(".count").inner_text().split(" of ")[1]
    dialog.get_by_role("button", name="Previous").click()
    assert dialog.locator(".count").inner_text() == f"{total} of {total}"
    dialog.get_by_role("button", name="Next").click()
    dialog.get_by_role("button", name="Compare").click()
    assert dialog.count() == 0
    assert page.get_by_label("Picture B").input_value() == "truth"


def test_a_finger_goes_on_and_back_and_two_only_zoom(browser, samples):
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    page = context.new_page()
    page.goto(samples + "items/plain.html")
    page.locator("#two-0-1 a.frame").tap()
    dialog = page.get_by_role("dialog")
    count = dialog.locator(".count")
    here, total = (int(part) for part in count.inner_text().split(" of "))
    box = dialog.locator(".large").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = context.new_cdp_session(page)

    def touch(kind, *places):
        points = [{"x": at, "y": down, "id": n} for n, (at, down) in enumerate(places)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def swipe(right, down=0):
        touch("touchStart", (x, y))
        for part in range(1, 5):
            touch("touchMove", (x + right * part / 4, y + down * part / 4))
        touch("touchEnd")

    swipe(-120)
    assert count.inner_text() == f"{here + 1} of {total}"
    swipe(120)
    swipe(120)
    assert count.inner_text() == f"{here - 1} of {total}"
    for right, down in ((30, 0), (80, 90), (0, -150)):
        swipe(right, down)
    assert count.inner_text() == f"{here - 1} of {total}", "short or steep is no swipe"
    touch("touchStart", (x - 20, y))
    touch("touchStart", (x - 20, y), (x + 20, y))
    for part in range(1, 6):
        touch("touchMove", (x - 20 - 20 * part, y), (x + 20 + 20 * part, y))
    touch("touchEnd")
    page.wait_for_function("() => visualViewport.scale > 1.5")
    swipe(-60)
    assert count.inner_text() == f"{here - 1} of {total}", "what is zoomed is moved about"
    context.close()


def test_a_panel_opened_with_the_control_key_is_a_link_as_ever(page, samples):
    page.goto(samples + "items/plain.html")
    with page.context.expect_page() as opened:
        page.locator("#truth a.frame").click(modifiers=["Control"])
    opened.value.wait_for_load_state()
    assert opened.value.url.endswith("assets/wide.png")
    assert page.get_by_role("dialog").count() == 0


# Who, and with what


@pytest.mark.parametrize("width", [320, 1280])
def test_no_state_breaks_an_accessibility_rule_or_the_width(browser, samples, width):
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    broken = []
    states = [
        "#panes=picture,two-0-1&mode=divide&at=30",
        "#panes=picture,two-0-1,two-0-2,truth&mode=beside&zoom=3&scale=gallery",
        "#panes=two-0-1,two-1-1&mode=difference",
        "#panes=picture,truth&mode=blink",
        "lightbox",
    ]
    for state in states:
        fresh(page, samples + "items/hostile.html" + state.replace("lightbox", ""))
        if state == "lightbox":
            page.locator("#two-0-1 a.frame").click()
        else:
            page.locator(".stage").focus()
            page.keyboard.press("ArrowRight")
            read(page)
        broken += [f"{state}: {rule}" for rule in broken_in_any_theme(page)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            broken.append(f"{state} is wider than {width} pixels")
    context.close()
    assert not broken, "\n".join(broken[:20])


def test_without_scripts_there_is_the_picture(browser, samples):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(samples + "items/plain.html")
    assert page.locator(".viewer img:visible").count() == 1
    assert page.locator(".viewer :is(form, button, figcaption, .divider):visible").count() == 0
    context.close()


def test_blocked_storage_and_missing_values_do_no_harm(browser, samples, tmp_path):
    sample_pages.write(tmp_path)
    for path in (tmp_path / "assets").glob("heatmap-*.js"):
        path.unlink()
    context = browser.new_context()
    page = context.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw 1; }})")
    page.goto((tmp_path / "items" / "plain.html").as_uri() + "#panes=picture,two-0-1&mode=divide")
    point_at(page, 5, 5, 427, 640)
    assert read(page, 1) == "values are not here"
    page.get_by_label("Difference").check()
    page.locator("select[name=scale]").select_option("gallery")
    assert errors == []
    context.close()


@pytest.mark.parametrize(
    "name", ["crowded", "lonely", "tall", "dot", "needle", "hostile", "title-long", "title-rtl",
             "title-emoji", "title-unbroken", "halved", "scattered"]
)  # fmt: skip
def test_odd_items_have_a_viewer_that_works(page, samples, name):
    page.goto(samples + f"items/{name}.html")
    window = page.locator(".window").first.bounding_box()
    assert 100 <= window["width"] <= 1280
    assert 20 <= window["height"] <= 0.76 * 900
    world = page.locator(".world").first.bounding_box()
    assert world["width"] >= 40, "too narrow to be pointed at"
    page.locator(".stage").focus()
    page.keyboard.press("ArrowRight")
    assert read(page)
    for _ in range(30):
        page.keyboard.press("+")
    assert zoom_of(page) >= 8
    page.keyboard.press("0")
    if name != "lonely":
        for mode in ("Side by side", "Opacity", "Blink", "Difference", "Slider"):
            page.get_by_label(mode, exact=True).check()
        page.locator("a.frame").first.click()
        assert page.get_by_role("dialog").locator("img").count() >= 1
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_the_line_keeps_to_the_picture_whatever_its_form(page, samples):
    page.goto(samples + "items/tall.html")
    box = page.locator(".window").first.bounding_box()
    assert box["width"] / box["height"] == pytest.approx(300 / 480, rel=0.02)
    page.goto(samples + "items/needle.html")
    assert "so narrow" in page.locator(".tip").inner_text()


def test_the_first_view_of_the_heaviest_item_is_below_a_megabyte(page):
    assert (SITE / "salon.json").is_file(), "run salon build first"
    heaviest = max((SITE / "items").glob("*.html"), key=lambda path: path.stat().st_size)
    asked = {heaviest}
    page.on("request", lambda request: asked.add(Path(unquote(urlsplit(request.url).path))))
    page.goto(heaviest.as_uri())
    page.wait_for_load_state("networkidle")
    assert len(asked) > 6
    assert sum(path.stat().st_size for path in asked) <= 1_000_000


def test_the_layout_does_not_shift_when_the_viewer_starts(page, samples):
    page.goto(samples + "items/plain.html")
    page.wait_for_load_state("networkidle")
    shift = page.evaluate(
        """() => new Promise((resolve) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => resolve(sum), 500);
        })"""
    )
    assert shift <= 0.05
