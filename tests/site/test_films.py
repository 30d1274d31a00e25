"""The page of a video in Chromium, with films that say in their pixels which frame is shown.

Pixels are read over HTTP alone: from the disk, a browser lets no script read a film.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
import sample_films
import sample_pages
from axe_rules import broken_in_any_theme
from limits import SHIFT
from test_browser import ARGUMENTS

from generator.serve import make_server

FILMS = tuple(path for path in sample_pages.pages() if path.startswith("items/film-"))
PLAIN = "items/film-plain.html"
START = f"{PLAIN}#frame=0"
"""Of itself a player shows the stills of its films, and loads none."""

SEEN = """() => [...document.querySelectorAll(".pane video")].map((video) => {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  brush.drawImage(video, 0, 0);
  const bar = canvas.width / 8;
  const bright = (bit) => brush.getImageData(bar * (bit + 0.5), canvas.height / 2, 1, 1).data[0] > 160;
  return [...Array(8).keys()].reduce((sum, bit) => sum + (bright(bit) << bit), 0);
})"""
STILL = """() => [...document.querySelectorAll(".pane video")].every((video) => video.error || video.paused
  && !video.seeking && video.readyState >= 2
  && Math.abs(video.currentTime * 25 - document.querySelector(".player [type=range]").value - 0.5) < 0.1)"""
SHIFTED = """() => new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => resolve(sum), 500);
})"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("films")
    sample_pages.write(out)
    return out


@pytest.fixture(scope="module")
def http(folder):
    server = make_server(folder, 0, None)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.said = []
    opened = context.new_page()
    opened.on("console", lambda message: context.said.append(message.text))
    opened.on("pageerror", lambda error: context.said.append(str(error)))
    yield opened
    context.close()


def seen(page) -> list[int]:
    """Return the frame that each pane shows, read off its pixels, once all stand still.

    A browser says that it has a frame a little before it draws it: two looks must agree.
    """
    page.wait_for_function(STILL)
    before, found = None, page.evaluate(SEEN)
    while found != before:
        page.wait_for_timeout(100)
        before, found = found, page.evaluate(SEEN)
    return found


def told(page) -> int:
    return int(page.locator(".count").inner_text().removeprefix("Frame "))


def fresh(page, url: str) -> None:
    page.goto("about:blank")
    page.goto(url)


def chosen(page) -> list[str]:
    return page.locator(".pane select").evaluate_all("all => all.map((one) => one.value)")


def running(page) -> bool:
    return page.locator(".pane video").first.evaluate("video => !video.paused")


def test_every_frame_is_the_same_in_every_pane(page, http):
    page.goto(http + START)
    scrubber = page.get_by_label("Frame", exact=True)
    order = [*range(sample_films.SHORT), 31, 2, 59, 0]
    wrong = {}
    for frame in order:
        scrubber.fill(str(frame))
        if (found := seen(page)) != [frame] * 3:
            wrong[frame] = found
    assert wrong == {}
    assert page.context.said == []


def test_steps_forward_and_back_by_button(page, http):
    page.goto(http + START)
    assert seen(page) == [0, 0, 0]
    for _ in range(3):
        page.get_by_role("button", name="Frame forward").click()
    assert (seen(page), told(page)) == ([3, 3, 3], 3)
    page.get_by_role("button", name="Frame back").click()
    assert (seen(page), told(page)) == ([2, 2, 2], 2)


def test_playing_keeps_the_panes_together_and_a_pause_puts_them_on_one_frame(page, http):
    page.goto(http + "items/film-plain.html#films=original,look-a-map,look-b-map,wheel")
    page.get_by_label("Speed").select_option("0.5")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('.player [type=range]').value > 8")
    spread = []
    for _ in range(10):
        found = page.evaluate(SEEN)
        spread.append(max(found) - min(found))
        page.wait_for_timeout(60)
    assert sorted(spread)[len(spread) // 2] <= 1
    page.get_by_role("button", name="Pause").click()
    found = seen(page)
    assert found == [told(page)] * 4
    assert 8 < found[0] < 59


def test_speed_reaches_every_pane(page, http):
    page.goto(http + START)
    page.get_by_role("button", name="Play").click()
    page.get_by_label("Speed").select_option("0.25")
    page.wait_for_timeout(100)
    rates = page.locator(".pane video").evaluate_all("all => all.map((one) => one.playbackRate)")
    assert rates == pytest.approx([0.25] * 3, rel=0.26)


def test_at_the_end_it_stops_or_begins_again(page, http):
    page.goto(http + PLAIN + "#frame=55")
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Play").wait_for()
    assert (seen(page), told(page)) == ([59, 59, 59], 59)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('.player [type=range]').value < 40")
    page.get_by_role("button", name="Pause").click()
    page.get_by_label("Frame", exact=True).fill("55")
    page.get_by_label("Loop").check()
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('.player [type=range]').value < 40")
    assert page.get_by_role("button", name="Pause").is_visible()


def test_the_address_reopens_frame_films_and_curve(page, http):
    page.goto(http + START)
    page.get_by_label("Film in pane 2").select_option("look-b-map")
    page.get_by_role("button", name="Add a film").click()
    page.get_by_label("Curve").select_option("look-a-time")
    page.get_by_label("Frame", exact=True).fill("17")
    page.wait_for_url("**frame=17&films=*")
    kept, films = page.url, chosen(page)
    assert films[:3] == ["original", "look-b-map", "wheel"]
    assert len(set(films)) == 4
    page.goto("about:blank")
    page.goto(kept)
    assert chosen(page) == films
    assert (seen(page), told(page)) == ([17] * 4, 17)
    assert page.get_by_label("Curve").input_value() == "look-a-time"
    page.evaluate("location.hash = 'frame=4&films=wheel'")
    page.wait_for_function("() => document.querySelectorAll('.pane').length === 1")
    assert seen(page) == [4]


@pytest.mark.parametrize(
    "state", ["frame=gone", "frame=-4", "frame=1e9", "frame=2.5", "films=,,", "films=gone&curve=x",
              "frame=%00&films=%", "look", "&&==", "films=look&frame="],
)  # fmt: skip
def test_nonsense_in_the_address_falls_back_quietly(page, http, state):
    page.goto(f"{http}{PLAIN}#{state}")
    assert chosen(page) == ["original", "look-a-map", "wheel"]
    first = 0 if "frame" in state else sample_films.SHORT // 2
    assert told(page) == first
    page.locator(".player").hover(position={"x": 5, "y": 5})
    assert seen(page) == [first] * 3
    assert page.context.said == []


def test_an_old_address_shows_what_is_still_there(page, http):
    page.goto(http + PLAIN + "#frame=9&films=gone,wheel,original")
    assert chosen(page) == ["wheel", "original"]
    assert seen(page) == [9, 9]


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("frame=9&films=gone,wheel", True),
        ("films=wheel&curve=gone", True),
        ("frame=9999", True),
        ("frame=9&films=wheel,original&curve=look-a-time", False),
        ("look", False),
    ],
)
@pytest.mark.parametrize("then", ["select", "Play", "step"])
def test_an_address_that_names_what_is_gone_is_told_so_until_something_is_chosen(
    page, http, state, said, then
):
    page.goto(f"{http}{PLAIN}#{state}")
    word = page.get_by_text("not here any more")
    assert word.is_visible() == said
    if then == "select":
        page.get_by_label("Film in pane 1").select_option("look-b-map")
    elif then == "Play":
        page.get_by_role("button", name="Play").click()
    else:
        page.get_by_role("button", name="Frame forward").click()
    assert not word.is_visible()


def test_it_is_played_and_stepped_by_keys_alone(page, http):
    page.goto(http + START)
    scrubber = page.get_by_label("Frame", exact=True)
    for _ in range(40):
        page.keyboard.press("Tab")
        if scrubber.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press(".")
    page.keyboard.press(",")
    page.keyboard.press(".")
    assert seen(page) == [3, 3, 3]
    for key in ("Space", "k"):
        page.keyboard.press(key)
        page.wait_for_function("() => !document.querySelector('.pane video').paused")
        page.keyboard.press(key)
        page.wait_for_function("() => document.querySelector('.pane video').paused")
    page.keyboard.press("Home")
    assert seen(page) == [0, 0, 0]
    page.keyboard.press("End")
    assert seen(page) == [59, 59, 59]
    for _ in range(12):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.player') === null")


def test_letters_elsewhere_and_in_lists_do_nothing(page, http):
    page.goto(http + START)
    page.keyboard.press("k")
    page.keyboard.press(".")
    page.get_by_label("Film in pane 2").focus()
    page.keyboard.press("k")
    page.get_by_label("Speed").focus()
    page.keyboard.press(".")
    assert not running(page)
    assert told(page) == 0


def test_arrow_keys_do_not_leave_the_page(page, http):
    page.goto(http + START)
    page.keyboard.press("ArrowRight")
    page.locator("#look-a-map video").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(200)
    assert page.url == http + START


def test_a_reader_of_the_screen_is_told_once_and_not_while_it_plays(page, http):
    page.goto(http + START)
    page.evaluate(
        """() => {
          window.tellings = [];
          const live = document.querySelector(".player [aria-live]");
          new MutationObserver(() => tellings.push(live.textContent)).observe(live, { childList: true });
        }"""
    )
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('.player [type=range]').value > 15")
    assert page.evaluate("tellings") == []
    page.get_by_role("button", name="Pause").click()
    page.wait_for_function("() => tellings.length")
    frame = told(page)
    assert page.evaluate("tellings")[0].startswith(
        f"frame {frame} of 0 to 59, {frame / 25:.2f} s, angle "
    )
    page.get_by_role("button", name="Frame forward").click(click_count=3)
    page.wait_for_timeout(500)
    assert len(page.evaluate("tellings")) == 2
    page.get_by_label("Frame", exact=True).press("ArrowRight")
    page.wait_for_timeout(500)
    assert len(page.evaluate("tellings")) == 2


def test_the_numbers_and_the_cursor_are_those_of_the_frame(page, http):
    page.goto(http + START)
    page.get_by_label("Frame", exact=True).fill("40")
    sample = sample_films.timeline("x", "x", sample_films.SHORT)
    lines = page.locator(".now .chart-key li").all_inner_texts()
    assert [line.split() for line in lines] == [
        ["angle", sample.values[0][40], "°"], ["true", sample.values[1][40], "°"]
    ]  # fmt: skip
    place = page.evaluate(
        """() => {
          const path = document.querySelector(".track path").getBoundingClientRect();
          const cursor = document.querySelector(".cursor").getBoundingClientRect();
          return (cursor.left + cursor.width / 2 - path.left) / path.width;
        }"""
    )
    assert place == pytest.approx(40 / 59, abs=0.01)
    assert "angle" in page.get_by_label("Frame", exact=True).get_attribute("aria-valuetext")
    box = page.locator(".track svg").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 30 / 59, box["y"] + 10)
    assert seen(page) == [30, 30, 30]


def test_a_curve_that_begins_late_stands_under_its_frames(page, http):
    page.goto(http + "items/film-late.html#frame=20")
    page.wait_for_function(STILL)
    starts = page.evaluate(
        """() => {
          const path = document.querySelector(".track path").getBoundingClientRect();
          const cursor = document.querySelector(".cursor").getBoundingClientRect();
          return path.left - cursor.left - cursor.width / 2;
        }"""
    )
    assert abs(starts) < 2
    assert page.locator(".now .chart-key li").first.inner_text().split()[1] != "–"
    page.get_by_role("button", name="Frame back").click()
    assert page.locator(".now .chart-key li").first.inner_text().split()[1] == "–"


def test_panes_are_added_and_removed_and_their_names_follow(page, http):
    page.goto(http + PLAIN + "#frame=5")
    page.get_by_role("button", name="Add a film").click()
    assert page.get_by_label("Film in pane 4").evaluate("one => one === document.activeElement")
    assert not page.get_by_role("button", name="Add a film").is_visible()
    page.get_by_role("button", name="Remove Original from pane 1").click()
    assert len(chosen(page)) == 3
    assert "original" not in chosen(page)
    assert page.evaluate("document.activeElement.name") == "more"
    assert seen(page) == [5, 5, 5]
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))


def test_a_film_below_is_brought_up(page, http):
    page.goto(http + START)
    page.locator("#look-b-map").get_by_role("button").click()
    assert chosen(page)[3] == "look-b-map"
    page.locator("#look-a-sign").get_by_role("button").click()
    assert chosen(page)[3] == "look-a-sign"
    page.locator("#look-a-map").get_by_role("button").click()
    assert len(chosen(page)) == 4
    assert page.get_by_label("Film in pane 2").evaluate("one => one === document.activeElement")


def test_only_what_is_shown_is_loaded(page, http):
    asked = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto(http + START)
    seen(page)
    assert {name for name in asked if name.endswith(".mp4")} == {
        "plain.mp4",
        "red.mp4",
        "green.mp4",
    }


def test_nothing_plays_by_itself(chromium, http):
    for motion in ("reduce", "no-preference"):
        context = chromium.new_context(reduced_motion=motion)
        page = context.new_page()
        page.goto(http + PLAIN + "#frame=3")
        assert seen(page) == [3, 3, 3]
        assert page.locator("video[autoplay]").count() == 0
        context.close()


def test_a_film_that_does_not_load_says_so_and_the_others_go_on(page, http, folder):
    html = (folder / PLAIN).read_text(encoding="utf-8").replace("plain.mp4", "gone.mp4")
    (folder / "items" / "gone.html").write_text(html, encoding="utf-8")
    page.goto(http + "items/gone.html#frame=0")
    page.locator(".pane").first.get_by_text("This film does not play here").wait_for()
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => document.querySelector('.player [type=range]').value > 5")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_function(STILL)
    others = page.evaluate(SEEN.replace(".pane video", ".pane:not(:first-child) video"))
    assert others == [told(page)] * 2


def test_a_server_that_cannot_jump_is_named(page, folder):
    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

        def copyfile(self, source, outputfile):
            with contextlib.suppress(ConnectionError):
                super().copyfile(source, outputfile)

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=folder))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page.goto(f"http://127.0.0.1:{server.server_address[1]}/{START}")
    page.wait_for_function(STILL.replace("< 0.1", "< 1"))
    assert not page.locator(".stuck").is_visible()
    page.get_by_label("Frame", exact=True).fill("30")
    page.locator(".stuck").wait_for()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_accessibility_rule_is_broken_and_nothing_overflows(chromium, folder, width):
    context = chromium.new_context(viewport={"width": width, "height": 900})
    opened = context.new_page()
    broken = []
    for name in FILMS:
        opened.goto((folder / name).as_uri())
        broken += broken_in_any_theme(opened)
        if opened.evaluate("document.documentElement.scrollWidth") > width:
            broken.append(f"{name} is wider than {width} pixels")
    context.close()
    assert not broken, "\n".join(broken[:20])


def test_from_disk_and_from_a_server_nothing_is_said(page, http, folder):
    for name in FILMS:
        for root in (folder.as_uri() + "/", http):
            page.goto(root + name + "#frame=1")
            page.wait_for_load_state("networkidle")
            if page.locator(".player").count():
                page.wait_for_function(STILL)
                page.get_by_role("button", name="Play").click()
                page.get_by_role("button", name="Frame back").click()
    assert page.context.said == []


def test_without_scripts_every_film_plays_by_itself(chromium, folder):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / PLAIN).as_uri())
    films = page.locator("figure.film:visible")
    assert films.count() == 5
    for film in films.all():
        video = film.locator("video[controls][preload=none][poster][width][height]")
        assert video.is_visible()
        assert film.locator("figcaption .caption").is_visible()
    assert page.locator("form:visible, button:visible").count() == 0
    assert page.locator(".timeline:visible").count() == 3
    context.close()


def test_no_film_is_loaded_before_somebody_wants_it(page, http):
    """Until then each pane shows its still, which is the middle frame, and says so."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(http + PLAIN)
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if url.endswith(".mp4")]
    assert told(page) == sample_films.SHORT // 2
    page.locator(".player [name=frame]").focus()
    assert seen(page) == [sample_films.SHORT // 2] * 3


def test_a_film_plays_from_its_beginning_unless_a_frame_was_chosen(page, http):
    for place, first in ((PLAIN, range(30)), (f"{PLAIN}#frame=40", range(40, 60))):
        fresh(page, http + place)
        page.get_by_label("Speed").select_option("0.25")
        page.get_by_role("button", name="Play").press("Enter")
        page.wait_for_function("() => !document.querySelector('.pane video').paused")
        page.get_by_role("button", name="Pause").press("Enter")
        assert told(page) in first


def test_the_layout_does_not_shift(page, http):
    page.goto(http + PLAIN + "#frame=30")
    assert seen(page) == [30, 30, 30]
    assert page.evaluate(SHIFTED) <= SHIFT


def test_a_film_has_its_place_before_it_is_there(page, http):
    for name in ("mp4", "jpg"):
        page.route(f"**/*.{name}", lambda route: route.abort())
    page.goto(http + START)
    for video in page.locator("video:visible").all():
        box = video.bounding_box()
        assert box["width"] / box["height"] == pytest.approx(
            sample_films.WIDTH / sample_films.HEIGHT, rel=0.02
        )


def test_on_paper_there_are_films_in_place_of_the_player(page, http):
    page.goto(http + START)
    assert not page.locator("#original").is_visible()
    page.emulate_media(media="print")
    assert page.locator("#original").is_visible()
    assert not page.locator(".player").is_visible()
