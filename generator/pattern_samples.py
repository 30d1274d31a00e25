"""Parts with made-up values: what the page of patterns shows components with."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from generator import charts, colours
from generator.classifier_views import Cell, Matrix, Shot, Span, Weight, Word
from generator.film_parts import Film, FilmRun, FilmSection, Timeline
from generator.film_views import VideoPage
from generator.marks import Mark
from generator.parts import (
    Box,
    Chart,
    ColourBar,
    Column,
    Credit,
    Failure,
    Image,
    Link,
    Panel,
    Param,
    Score,
    Section,
    Table,
    Tile,
    Variant,
)
from generator.pattern_pictures import COLUMNS, FRAMES, RATE, ROWS
from generator.pointers import pointers
from generator.technique import STACKS, Legend, Role
from generator.tour_views import Marked
from generator.viewer_parts import Pane
from generator.viewing import viewer_of
from generator.views import Card, Example, ItemPage

if TYPE_CHECKING:
    from generator.views import Site

NAMES = {
    Role.PICTURE: "Picture", Role.HEATMAP: "Heatmap", Role.SIGNED_MAP: "Signed map",
    Role.MASK: "Mask", Role.BOX: "Box", Role.CURVE: "Curve", Role.PATCHES: "Patches",
    Role.SIGNED_PATCHES: "Patches with maps", Role.WORD_PATCHES: "Patches in the colours of words",
}  # fmt: skip
_ENDS = {Role.HEATMAP: (0.0, 1.0), Role.SIGNED_MAP: (-1.0, 1.0)}
_SIZE = f"{COLUMNS} × {ROWS} pixels"
_SIDE = 80
"""Pixels of the side of a small picture."""
HERE = "index.html"

FAILURE = Failure(
    "It failed here", "The picture is 1 pixel wide, and at least 8 are needed; take a larger one.",
    "ValueError: expected at least 8 pixels, got 1",
)  # fmt: skip
CREDIT = Credit("Drawn by Salon", "CC0", "")
SPAN = Span("86", "74", "18", "50", "86 %, 95 % interval 74 to 92; guessing gives 50 %")


def picture() -> Image:
    """Return the scene."""
    return Image("assets/scene.jpg", COLUMNS, ROWS, "A red sun over a green hill.")


def map_of(role: Role) -> Image:
    """Return a map or a mask of the scene; a map lies over it."""
    covers = role.value if role in _ENDS else ""
    return Image(
        f"assets/{role.value}.png", COLUMNS, ROWS, f"{NAMES[role]}: the sun.", covers=covers
    )


def tile(place: int, alt: str, over: str = "") -> Tile:
    """Return a small picture cut from the scene, under its own part of a map where one is named."""
    x, y = _SIDE * (place % 6), _SIDE * (place // 6 % 4)
    made = Tile("assets/scene.jpg", x, y, _SIDE, _SIDE, COLUMNS, ROWS, alt)
    above = replace(made, src="assets/signed_map.png", covers=over)
    return replace(made, over=above) if over else made


def tiles(over: str = "") -> tuple[Tile, ...]:
    """Return six small pictures."""
    return tuple(tile(6 + n, f"Part {n + 1} of the scene", over) for n in range(6))


def panel(identity: str, role: Role) -> Panel:
    """Return a finding of ``role`` on the scene."""
    made = Panel(
        identity, role.value, NAMES[role], f"What a {NAMES[role].lower()} shows.",
        "Strongest upper left; 12 % of the picture is above half of the peak.",
    )  # fmt: skip
    if role is Role.BOX:
        return replace(made, box=Box(90, 50, 130, 130, COLUMNS, ROWS))
    if role is Role.CURVE:
        return replace(made, chart=chart(f"{identity}-chart"))
    if role in STACKS:
        over = "" if role is Role.PATCHES else role.value
        return replace(made, tiles=tiles(over), size=f"6 of {_SIDE} × {_SIDE} pixels")
    image = picture() if role is Role.PICTURE else map_of(role)
    made = replace(made, image=image, size=_SIZE)
    if role in _ENDS:
        made = replace(made, bar=bar(f"{identity}-bar", role), label="sun, 94 %")
    return replace(made, pane=_pane(made, role))


def bar(identity: str, role: Role) -> ColourBar:
    """Return the key to a map."""
    low = "0" if role is Role.HEATMAP else "−1"
    words = ("little", "much") if role is Role.HEATMAP else ("against", "for")
    return ColourBar(identity, colours.stops(role), *words, low, "1", "share")


def _pane(shown: Panel, role: Role) -> Pane:
    ends = _ENDS.get(role)
    return Pane(
        shown.id, shown.title, role.value, shown.image or picture(), f"assets/{role.value}.js",
        ROWS, COLUMNS, shown.caption, shown.finding, shown.label, "little", "much",
        "share" if ends else "", ends, ends,
    )  # fmt: skip


def chart(identity: str) -> Chart:
    """Return a chart of three lines."""
    legend = Legend("Curve", "", x="step", y="energy", series=("first", "second", "third"))
    rows = [(float(i), 10 / (1 + i), 5.0 + i / 2, 3.0 + (i % 3)) for i in range(9)]
    return charts.line_chart(identity, rows, legend)


def variant(identity: str, title: str, panels: tuple[Panel, ...]) -> Variant:
    """Return a run with scores, parameters and a note."""
    scores = (
        Score("Overlap (IoU)", "0.81", "", "shared area", "higher is better"),
        Score("Share", "22", "%", "how much is inside", "", "20 to 25",
              Mark("22", "20", "25"), Link(f"#{identity}", "its findings")),
    )  # fmt: skip
    params = (
        Param("levels", "16", "How many colours.", changed=True),
        Param("radius", "2", "In pixels.", changed=False),
    )
    return Variant(identity, title, panels, scores, params, (), "0123456789abcdef" * 4)


def abreast(identity: str) -> Section:
    """Return a technique of three variants; one of them failed."""
    made = [
        variant(f"{identity}-{n}", f"Variant {n + 1}", tuple(
            panel(f"{identity}-{n}-{role.value}", role) for role in roles
        ))
        for n, roles in enumerate(((Role.HEATMAP, Role.MASK), (Role.HEATMAP,), ()))
    ]  # fmt: skip
    made[1] = replace(made[1], notes=("The picture was turned upright.",))
    made[2] = replace(made[2], failure=FAILURE, scores=())
    return Section(identity, "Variants side by side", "Saliency",
                   "A row for each step.", "#technique", tuple(made))  # fmt: skip


def single(identity: str) -> Section:
    """Return a technique of one variant: its steps one after another."""
    listed = (Role.PICTURE, Role.SIGNED_MAP, Role.CURVE)
    shown = tuple(panel(f"{identity}-{role.value}", role) for role in listed)
    return Section(identity, "One variant", "Saliency", "Its steps in a row, numbered.",
                   "#technique", (variant(f"{identity}-run", "", shown),))  # fmt: skip


def tables() -> tuple[Table, ...]:
    """Return a table that can be sorted, one with drawn intervals, and one that is folded."""
    columns = (
        Column("Class", "", "what it shows", "", number=False),
        Column("Probability", "%", "how sure", "higher is better", number=True),
    )
    rows = (("sun", "94.2"), ("orange", "3.1"), ("lamp", "–"))
    plain = Table("sorted", "Sorted by its headings", "A heading is a button.", columns, rows,
                  ("#table", "", ""))  # fmt: skip
    drawn = replace(
        plain, id="interval", title="With drawn intervals", links=(),
        marks=((None, Mark("94", "89", "97")), (None, Mark("3", "1", "8")), (None, None)),
        leads=((None, Link("#table", "its pictures")), (None, None), (None, None)),
        key="The line is the 95 % interval, the dot the number.",
    )  # fmt: skip
    return plain, drawn, replace(plain, id="folded", title="Folded", links=(), folded=True)


def item(site: Site) -> ItemPage:
    """Return an item of which every finding can be compared."""
    original = panel("original", Role.PICTURE)
    maps = tuple(
        panel(f"compared-{r.value}", r) for r in (Role.HEATMAP, Role.SIGNED_MAP, Role.MASK)
    )
    section = Section("compared", "Found", "", "", "", (variant("compared-run", "", maps),))
    return ItemPage(
        site=site, id="scene", title="A scene", description="", alt=picture().alt,
        original=original, truth=None, failure=None, credit=CREDIT, tags=("drawn", "sun"),
        notes=(), sections=(), viewer=viewer_of([original], [section], "compared-heatmap"),
        previous=Link("#page", "The picture before"), following=Link("#page", "The picture after"),
        label="sun",
    )  # fmt: skip


def _film(identity: str, title: str, role: Role = Role.PICTURE) -> Film:
    return Film(
        identity, role.value, title, f"What {title.lower()} shows.", "The sun goes up and down.",
        "assets/film.mp4", picture(), COLUMNS, ROWS, FRAMES, RATE,
        steadiness="From frame to frame 86 % of it stays.",
    )  # fmt: skip


def video(site: Site) -> VideoPage:
    """Return a video of two films with a number of each frame."""
    heights = [(float(n), 50 + 40 * math.sin(math.pi * n / FRAMES)) for n in range(FRAMES)]
    legend = Legend("Height", "", x="frame", y="height (%)", series=("sun",))
    line = Timeline("Height of the sun", charts.line_chart("height", heights, legend),
                    (tuple(f"{y:.0f}" for _, y in heights),), "%")  # fmt: skip
    films = (_film("film-second", "Another film"),)
    run = FilmRun("films-run", "", films, (line,), (), (), (), "0123456789abcdef" * 4)
    section = FilmSection("films-section", "A technique on a video", "Video",
                          "Its films, and its numbers over time.", "#films", (run,))  # fmt: skip
    return VideoPage(
        site=site, id="video", title="A film", description="", alt="The sun goes up and down.",
        original=_film("film-first", "A film"), failure=None, credit=CREDIT, tags=(), notes=(),
        sections=(section,), shown=("film-first", "film-second"), timeline=line, previous=None,
        following=None,
    )  # fmt: skip


def marked() -> tuple[Marked, ...]:
    """Return a map, a chart and small pictures, each with numbers on what there is to see."""
    says = (("The sun", "stands out most."), ("The hill", "does not."))
    pins = pointers(((0.36, 0.32), (0.85, 0.7)), ROWS / COLUMNS)
    ends = (("Dark", "is little."), ("Bright", "is much."))
    drawn = chart("marked-chart")
    return (
        Marked((*says, *ends), pins, map_of(Role.HEATMAP), picture(),
               bar=bar("marked-bar", Role.HEATMAP)),
        Marked(says, pins, chart=drawn),
        Marked(says, tiles=tiles()[:2]),
        Marked(says, pictures=(picture(), map_of(Role.MASK))),
    )  # fmt: skip


def shots() -> tuple[Shot, ...]:
    """Return a held-out picture that was named rightly, and one that was not."""
    return (
        Shot(tile(7, "sun, taken for sun", "signed_patches"), "sun, number 7", "sun", "sun", "94 %",
             right=True),
        Shot(tile(14, "sun, taken for hill", "signed_patches"), "sun, number 14", "sun", "hill",
             "61 %", right=False),
    )  # fmt: skip


def matrix() -> Matrix:
    """Return a confusion matrix of three classes."""
    names, counts = ("sun", "hill", "sky"), ((12, 1, 0), (2, 9, 1), (0, 0, 12))
    rows = tuple(
        (name, tuple(
            Cell(str(count), round(count * 8 / 12), r == c, "#classes" if count else "",
                 f"{count} of {name} taken for {names[c]}")
            for c, count in enumerate(counts[r])
        ))
        for r, name in enumerate(names)
    )  # fmt: skip
    return Matrix("matrix-sample", "Confusion matrix", "Rows are what is shown.", names, rows)


def word() -> Word:
    """Return a visual word that speaks for one class and against another."""
    weights = (
        Weight("sun", "100", "50", "50", positive=True),
        Weight("hill", "−60", "20", "30", positive=False),
    )
    mean = tile(7, "The mean of the word")
    return Word("word-1", "1", "#aa5500", mean, tiles()[:4], "12.5 %", "sun", weights)


def example() -> Example:
    """Return an item on a technique's page."""
    scores = (("Variant", variant("x", "", ()).scores),)
    results = (("Variant", map_of(Role.HEATMAP), "sun, 94 %"),)
    return Example("A scene", "#findings", picture(), results, scores, lead="#cards")


def cards() -> tuple[Card, ...]:
    """Return an item with findings, and one with a problem and no picture."""
    whole = Card(
        "whole", "#cards", "A scene", picture().alt, picture(),
        (map_of(Role.HEATMAP), map_of(Role.MASK)), ("drawn", "sun"), (), "", "a scene",
    )  # fmt: skip
    return whole, replace(
        whole, id="broken", title="A picture that is missing", image=None, findings=(),
        problem="found no file of this name", tags=(),
    )  # fmt: skip
