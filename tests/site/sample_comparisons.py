"""Sample values of the pages that set builds beside each other: a site of their own in ``compare/``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sample_classifiers import HOSTILE, SCRIPT, tile

from generator import charts, compare_views, parts
from generator.marks import Mark
from generator.technique import Legend, Role
from generator.viewer_parts import PaneGroup, Viewer
from generator.viewing import packed_colours

if TYPE_CHECKING:
    from generator.render import Page


def numbers(identity: str, *, folded: bool = False) -> parts.Table:
    names = ("Of what", "Number", "Base", "Head", "Difference", "95 % interval", "From", "Means")
    columns = tuple(
        parts.Column(name, "", "", "", number=2 <= place <= 6) for place, name in enumerate(names)
    )
    rows = (
        ("Fisher vectors on Leaves", "Accuracy", "91 %", "88 %", "−3", "−6.1 to +0.2", "60", "within chance"),
        (SCRIPT, HOSTILE[1], "0.91", "0.88", "−0.03", "–", "–", "cannot be told"),
    )  # fmt: skip
    links = ("items/plain.html", "")
    return parts.Table(
        identity, "Numbers that moved", "Side by side.", columns, rows, links, folded
    )


def overview(kit) -> compare_views.ComparePage:
    trio = tuple(
        (side, kit.image(name, ""))
        for side, name in (("Base", "wide.png"), ("Head", "wide.jpg"), ("Difference", "wide.png"))
    )
    duo = tuple((side, replace(tile(3), src="assets/wide.png")) for side in ("Base", "Head"))
    words = "1 of 3 results changed"
    named = f"{words}. Here: base, head, difference"
    card = compare_views.ChangeCard("items/plain.html", "A lawn", named, trio)
    return compare_views.ComparePage(
        site=replace(kit.site("", title="Sample gallery: what changed"), techniques=()),
        title=SCRIPT,
        sides=(
            compare_views.Side("Base", "main", "3 items, 8 results; Salon 0.1.0"),
            compare_views.Side("Head", "w" * 200, "3 items"),
        ),
        said=("2 of 14 items changed: 3 of 42 results.", f"{SCRIPT} fell.", "8 pictures flipped."),
        rules=(
            compare_views.RuleView("failures == 0", kept=True, said="0 failures"),
            compare_views.RuleView("changed panels <= 5 %", kept=False, said=SCRIPT),
        ),
        broken=1,
        cards=(
            card,
            replace(
                card, title=SCRIPT, words=words, href="items/hostile.html", images=(), tiles=duo
            ),
            replace(card, title=HOSTILE[1], words=words, images=()),
        ),
        numbers=numbers("numbers"),
        steady=numbers("steady", folded=True),
        reasons=replace(kit.table("reasons"), links=()),
        listings=(
            compare_views.Listing("removed", "Gone", "Not there.", tuple((n, "") for n in HOSTILE)),
            compare_views.Listing("broken", "Failed", "It worked.", ((SCRIPT, SCRIPT),)),
        ),
    )


def bare(kit) -> compare_views.ComparePage:
    """Nothing changed, and there is no gate."""
    page = overview(kit)
    return replace(
        page, said=page.said[:1], rules=(), broken=0, cards=(), numbers=None, steady=None,
        reasons=None, listings=(),
    )  # fmt: skip


def viewer(kit) -> Viewer:
    groups = []
    for name, role in (("heat", Role.HEATMAP), ("mask", Role.MASK)):
        sides = [kit.panel(f"{name}-{side}", role, side.capitalize()) for side in ("base", "head")]
        groups.append(PaneGroup(f"Saliency: {name}", tuple(one.pane for one in sides)))
    start = tuple((f"Heat · {pane.title.lower()}", pane) for pane in groups[0].panes)
    colours = packed_colours(Role.HEATMAP), packed_colours(Role.SIGNED_MAP)
    return Viewer(tuple(groups), start, colours)


def item(kit, title: str) -> compare_views.ComparedItemPage:
    cells = tuple(
        (side, replace(kit.panel(f"heat-{side.lower()}", role, f"Heat: {side.lower()}"), pane=None))
        for side, role in (
            ("Base", Role.HEATMAP), ("Head", Role.HEATMAP), ("Difference", Role.SIGNED_MAP),
        )
    )  # fmt: skip
    tall = tuple(
        (
            side,
            replace(kit.panel(f"tall-{side.lower()}", Role.PICTURE, "Tall", "tall"), pane=None),
        )
        for side in ("Base", "Head")
    )
    masks = tuple(
        (side, replace(kit.panel(f"mask-{side.lower()}", role, f"Mask: {side.lower()}"), pane=None))
        for side, role in (
            ("Base", Role.MASK), ("Head", Role.MASK), ("Difference", Role.SIGNED_MAP),
        )
    )  # fmt: skip
    boxes = tuple(
        (side, kit.panel(f"box-{side.lower()}", Role.BOX, "Box")) for side in ("Base", "Head")
    )
    curves = (("Both", kit.panel("curve-both", Role.CURVE, "Curve")),)
    step = compare_views.ChangedStep("heat", title, "How much.", "Similarity 0.7.", cells)
    tiles = (
        compare_views.Shown("Base", tile(0), wrong=False),
        compare_views.Shown("Head", tile(1), wrong=True),
    )
    flip = compare_views.FlipView(
        title, SCRIPT, mended=False, before="ash, 80 %", after=SCRIPT, tiles=tiles
    )
    section = compare_views.ChangedSection(
        id="saliency--default",
        title=title,
        state="changed",
        reasons=("parameter words: 80 → 20", SCRIPT),
        steps=(
            step,
            replace(step, id="tall", title="Tall", cells=tall),
            replace(step, id="mask", title="Mask", cells=masks),
            replace(step, id="box", title="Box", cells=boxes),
            replace(step, id="curve", title="Curve", cells=curves),
            replace(step, id="gone", title="Gone", words="Only in the base.", cells=()),
        ),
        numbers=replace(numbers("saliency--default--numbers"), links=()),
        flips=(flip, replace(flip, mended=True, tiles=()), replace(flip, tiles=tiles[:1])),
        others=("The table differs.", SCRIPT),
    )
    failure = parts.Failure("It failed in the head", SCRIPT)
    failed = compare_views.ChangedSection("other--default", "Other", "failed", (), failure=failure)
    return compare_views.ComparedItemPage(
        site=replace(kit.site("../", title="Sample gallery: what changed"), techniques=()),
        title=title,
        lead="2 of 3 results changed.",
        original=kit.panel("original", Role.PICTURE, "The picture"),
        alt=SCRIPT,
        credit=parts.Credit(SCRIPT, "CC0", ""),
        sections=(section, failed),
        viewer=viewer(kit),
        previous=parts.Link("plain.html", SCRIPT),
        following=parts.Link("hostile.html", HOSTILE[1]),
    )


def without_pictures(kit) -> compare_views.ComparedItemPage:
    """An item of which nothing can be shown."""
    page = item(kit, "Nothing to see")
    section = replace(page.sections[0], steps=(), numbers=None, flips=(), others=())
    return replace(page, original=None, viewer=None, sections=(section,), previous=None, alt="",
                   credit=parts.Credit("", "", ""))  # fmt: skip


def trend(kit) -> compare_views.TrendPage:
    legend = Legend(
        "Accuracy", "", x="commit", y="accuracy, %", series=("value", "lower end", "upper end")
    )
    chart = charts.line_chart("chart-a", [(1.0, 90.0, 80.0, 95.0), (2.0, 88.0, 79.0, 94.0)], legend)
    rows = (
        compare_views.TrendRow(parts.Link("https://example.org/commit/1", "0123456789ab"), "2026-01-02", "88 %", "79 to 94", Mark("88.0", "79.0", "94.0")),
        compare_views.TrendRow(parts.Link("", SCRIPT), "2026-01-01", "90 %", ""),
    )  # fmt: skip
    return compare_views.TrendPage(
        site=replace(kit.site("", title="Trend"), techniques=()),
        title="How the numbers went",
        lead="2 commits, 2 numbers.",
        courses=(
            compare_views.Course(
                "course-a", "Visual words: Accuracy", "88 %, down from 90 %.", chart, rows
            ),
            compare_views.Course("course-b", SCRIPT, "90 % at the only commit.", None, rows[1:]),
        ),
        problems=(f"history.jsonl:3: expected a line of a history, got {SCRIPT!r}",),
    )


def pages(kit) -> dict[str, Page]:
    """Return every sample page by its path below ``compare/``; ``kit`` makes their parts."""
    return {
        "index.html": overview(kit),
        "bare.html": bare(kit),
        "items/plain.html": item(kit, "A lawn"),
        "items/hostile.html": item(kit, SCRIPT),
        "items/unbroken.html": item(kit, "w" * 300),
        "items/nothing.html": without_pictures(kit),
        "trend.html": trend(kit),
    }
