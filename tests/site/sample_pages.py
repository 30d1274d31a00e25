"""Complete values of every page type, ordinary and nasty, with small pictures.

``write(out)`` makes a whole site of them, without an engine and without a store.
"""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import sample_classifiers
import sample_comparisons
import sample_drives
import sample_films
import sample_tours
from markupsafe import Markup
from PIL import Image as Pictures

from generator import (
    charts,
    colours,
    glossary,
    guide_views,
    language,
    ledger_views,
    panels,
    parts,
    publishing,
    render,
    sheets,
    values,
    viewing,
    views,
)
from generator.marks import Mark
from generator.technique import STACKS, Legend, Role
from generator.viewer_parts import Pane

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = [ROOT / "templates"]
SCRIPT = "<script>alert('x')</script>\" onload='x' & <b>"
TITLES = {
    "long": ("An exceedingly long title that goes on " * 13)[:500],
    "script": SCRIPT,
    "rtl": "زهرة البرتقال في الحديقة",
    "emoji": "🌸👩‍🚀 émoji 👨‍👩‍👧‍👦",
    "unbroken": "w" * 300,
}


@cache
def own(tag: str) -> render.Assets:
    """Return stylesheets and scripts, with the scripts' words in the language that is spoken."""
    assert tag == language.tag()
    return render.own_assets(TEMPLATES)


def slope(width: int, height: int, role: Role) -> np.ndarray:
    """Values that rise from the upper left to the lower right, in the form of ``role``."""
    rows, columns = np.mgrid[0:height, 0:width]
    rising = ((rows + columns) / max(1, height + width - 2)).astype(np.float32)
    if role is Role.PICTURE:
        return np.repeat((255 * rising).astype(np.uint8)[..., None], 3, axis=2)
    return {Role.HEATMAP: rising, Role.SIGNED_MAP: rising - np.float32(0.5)}.get(role, rising > 0.5)


def _encoded(width: int, height: int, kind: str) -> bytes:
    rows, columns = np.mgrid[0:height, 0:width]
    shade = (255 * (rows + columns) / max(1, height + width - 2)).astype(np.uint8)
    red = shade if kind == "jpeg" else 255 - shade
    held = io.BytesIO()
    Pictures.fromarray(np.dstack([red, shade, 255 - shade // 2])).save(held, kind)
    return held.getvalue()


SIZES = {
    "wide": (640, 427), "tall": (300, 480), "dot": (1, 1), "needle": (1, 10_000),
    "film": (sample_films.WIDTH, sample_films.HEIGHT),
}  # fmt: skip
PICTURES = {
    f"{name}.{suffix}": _encoded(*size, kind)
    for name, size in SIZES.items()
    for suffix, kind in (("jpg", "jpeg"), ("png", "png"))
}
COMPARED = (Role.PICTURE, Role.HEATMAP, Role.SIGNED_MAP, Role.MASK)
VALUES = {
    f"{role.value}-{name}.js": values.script(
        f"{role.value}-{name}", values.grid_of(slope(*size, role))
    )
    for name, size in SIZES.items()
    for role in COMPARED
}


def image(name: str, root: str, alt: str = "A slope of colours.") -> parts.Image:
    with Pictures.open(io.BytesIO(PICTURES[name])) as opened:
        width, height = opened.size
    return parts.Image(f"{root}assets/{name}", width, height, alt)


def site(root: str, title: str = "Sample gallery") -> views.Site:
    tag = language.tag()
    made = own(tag)
    return views.Site(
        title=title, description="Pages for trying the templates.", language=tag, root=root,
        stylesheet=made.stylesheet, script=made.script, icon=made.icon, texts=made.texts,
        viewer_stylesheet=made.viewer_stylesheet, viewer_script=made.viewer_script,
        techniques=(parts.Link(f"{root}techniques/sample.html", "Sample technique"),),
        generator="Salon sample", tour=f"{root}tour.html",
    )  # fmt: skip


def panel(identity: str, role: Role, title: str, shape: str = "wide") -> parts.Panel:
    made = parts.Panel(
        id=identity, role=role.value, title=title, caption=f"What {title} shows.",
        finding="Strongest in the upper left; 12 % of the picture is above half of the peak.",
    )  # fmt: skip
    if role is Role.BOX:
        return replace(made, box=parts.Box(40, 30, 200, 150, 640, 427))
    if role is Role.CURVE:
        legend = Legend(title, "", x="step", y="energy", series=("first", "second", "third"))
        rows = [(float(i), 10 / (1 + i), 5.0 + i, 3 + (i % 3)) for i in range(8)]
        return replace(made, chart=charts.line_chart(identity, rows, legend))
    if role in STACKS:
        covered = role is not Role.PATCHES
        tiles = tuple(sample_classifiers.tile(n, title, covered=covered) for n in range(5))
        return replace(made, tiles=tiles, size="5 of 40 × 40 pixels")
    made = replace(made, image=image(f"{shape}.png", "../"), size="640 × 427 pixels")
    if role in {Role.HEATMAP, Role.SIGNED_MAP}:
        ends = ("−0.5", "0.5") if role is Role.SIGNED_MAP else ("0", "0.731")
        bar = parts.ColourBar(
            f"{identity}-bar", colours.stops(role), "little", "much", *ends, "rank"
        )
        picture = replace(made.image, covers=role.value) if shape == "wide" else made.image
        made = replace(made, bar=bar, label="espresso, 94 % · head, 7 × 7", image=picture)
    return replace(made, pane=pane(made, role, shape))


def pane(shown: parts.Panel, role: Role, shape: str) -> Pane:
    columns, rows = SIZES[shape]
    ends = {Role.HEATMAP: (0.0, 1.0), Role.SIGNED_MAP: (-0.5, 0.5)}.get(role)
    return Pane(
        id=shown.id, title=shown.title, role=role.value, image=shown.image,
        values=f"../assets/{role.value}-{shape}.js", rows=rows, columns=columns,
        caption=shown.caption, finding=shown.finding, label=shown.label, low="little",
        high="much", unit="rank" if ends else "", ends=ends,
        shared=(2 * ends[0], 2 * ends[1]) if ends else None,
    )  # fmt: skip


def stretched(shown: parts.Panel, number: int) -> parts.Panel:
    """Return ``shown`` with a heatmap's colours up to a value that grows with the variant."""
    if shown.role != Role.HEATMAP.value or shown.pane is None:
        return shown
    return replace(shown, pane=replace(shown.pane, ends=(0.0, 1.0 + number)))


def variant(identity: str, title: str, panels: tuple[parts.Panel, ...]) -> parts.Variant:
    return parts.Variant(
        id=identity, title=title, panels=panels,
        scores=(
            parts.Score(
                "Overlap (IoU)", "0.81", "", "shared area", "higher is better",
                lead=parts.Link(
                    "../index.html?sort=sample.default.long#gallery",
                    f"all pictures in the order of {SCRIPT}",
                ),
            ),
            parts.Score(
                "Share", "22", "%", "how much is inside", "", "95 % interval 20 to 25",
                Mark("22.0", "20.0", "25.0", "50.0"), ends=("20", "25"),
            ),
        ),
        params=(
            parts.Param("levels", "16", "How many colours.", changed=True),
            parts.Param("radius", "2", "In pixels.", changed=False),
        ),
        notes=("The picture was turned upright.",), key="0123456789abcdef" * 4,
        tables=(table(f"{identity}-open"), replace(table(f"{identity}-shut"), folded=True)),
    )  # fmt: skip


def table(identity: str) -> parts.Table:
    columns = (
        parts.Column("Class", "", "what it is taken for", "", number=False),
        parts.Column("Probability", "%", "how sure", "higher is better", number=True),
    )
    rows = (("espresso", "94.2"), (SCRIPT, "–"))
    lead = parts.Link("#main", f"the pictures of {SCRIPT}")
    return parts.Table(
        identity, "What the network says", "Two classes.", columns, rows, ("", "plain.html"),
        marks=((None, Mark("94.2", "90.1", "97.5", "50.0")), (None, None)),
        leads=((None, lead), (None, None)), key="The dotted line is chance.",
    )  # fmt: skip


def section(
    identity: str, count: int, roles: tuple[Role, ...] = tuple(Role), shape: str = "wide"
) -> parts.Section:
    made = []
    for number in range(count):
        name = f"{identity}-{number}"
        panels = tuple(
            stretched(panel(f"{name}-{i}", role, role.value, shape), number)
            for i, role in enumerate(roles)
        )
        made.append(variant(name, f"Variant {number}" if count > 1 else "", panels))
    return parts.Section(
        identity, f"Technique {identity}", "Saliency", "Finds what stands out.",
        "../techniques/sample.html", tuple(made),
    )  # fmt: skip


def item(identity: str, title: str = "Dahlia", shape: str = "wide") -> views.ItemPage:
    original = replace(
        panel("picture", Role.PICTURE, "Original", shape), image=image(f"{shape}.jpg", "../")
    )
    page = views.ItemPage(
        site=site("../"), id=identity, title=title, description="One strong colour.",
        alt="An orange dahlia.", original=original,
        truth=panel("truth", Role.MASK, "Where the subject is", shape), failure=None,
        credit=parts.Credit("A photographer", "CC BY 2.0", "sample:flower"),
        tags=("plant", "out & about | <i>"), notes=(),
        sections=tuple(section(n, i, shape=shape) for i, n in enumerate(("one", "two", "three"), 1)),
        viewer=None, previous=None, following=None, label="daisy",
    )  # fmt: skip
    return compared(page)


def compared(page: views.ItemPage) -> views.ItemPage:
    """Return ``page`` with the viewer of what it shows."""
    originals = [one for one in (page.original, page.truth) if one]
    return replace(page, viewer=viewing.viewer_of(originals, page.sections, "two-0-1"))


FAILURE = parts.Failure("It failed here", f"Something broke: {SCRIPT}", "Traceback\n  line 1")


def items() -> list[views.ItemPage]:
    """Return an ordinary item and every nasty one, each linked to its neighbours."""
    plain = item("plain")
    broken = replace(plain, id="broken", original=None, truth=None, failure=FAILURE, sections=())
    crowded = replace(plain, id="crowded", sections=(section("many", 1, tuple(Role) * 7),))
    lonely = replace(plain, id="lonely", tags=(), sections=(), truth=None, description="")
    two = section("two", 2)
    half = replace(two.variants[1], panels=(), scores=(), failure=FAILURE)
    halved = replace(plain, id="halved", sections=(replace(two, variants=(two.variants[0], half)),))
    scattered = replace(plain, id="scattered", sections=(section("five", 5, (Role.MASK,)),))
    listed = [
        plain, broken, crowded, lonely, halved, scattered,
        item("tall", shape="tall"), item("dot", shape="dot"), item("needle", shape="needle"),
        *(item(f"title-{name}", title) for name, title in TITLES.items()),
        replace(
            item("hostile", SCRIPT), description=SCRIPT, alt=SCRIPT, tags=(SCRIPT,), notes=(SCRIPT,)
        ),
    ]  # fmt: skip
    links = [None, *(parts.Link(f"{page.id}.html", page.title) for page in listed), None]
    return [
        compared(replace(page, previous=links[i], following=links[i + 2]))
        for i, page in enumerate(listed)
    ]


def card(page: views.ItemPage) -> views.Card:
    picture = page.original.image if page.original else None
    here = picture and replace(picture, src=picture.src.removeprefix("../"))
    return views.Card(
        id=page.id, href=f"items/{page.id}.html", title=page.title, alt=page.alt, image=here,
        findings=(image("wide.png", ""),) if here else (), tags=page.tags, techniques=("sample",),
        problem=page.failure.title if page.failure else "",
        search=f"{page.title} {page.alt}".casefold(), label=page.label,
        scores=f"{len(page.title) / 100:g} {'-' if page.failure else -len(page.id)}",
        film=page.id == "tall",
    )  # fmt: skip


def _tiles() -> tuple[parts.Tile, ...]:
    """Return tiles for a page at the site's root."""
    listed = (sample_classifiers.tile(n) for n in range(4))
    return tuple(replace(one, src=one.src.removeprefix("../")) for one in listed)


def index(cards: tuple[views.Card, ...]) -> views.IndexPage:
    tags = sorted({tag for one in cards for tag in one.tags})
    return views.IndexPage(
        site=site(""), cards=cards,
        networks=tuple(replace(one, id=f"network-{one.id}") for one in cards[:2]),
        tags=tuple(views.Choice(t, t, sum(t in c.tags for c in cards)) for t in tags),
        techniques=(views.Choice("sample", "Sample technique", len(cards)),),
        teasers=(
            views.Teaser(
                "Sample technique", "techniques/sample.html", "It finds what stands out.",
                image("wide.jpg", ""), image("wide.png", ""), family="Saliency",
            ),
            views.Teaser(SCRIPT, "techniques/sample.html", SCRIPT, None, None),
            views.Teaser("Small", "techniques/sample.html", "Tiles.", None, None, _tiles()[:2]),
            views.Teaser(
                "A curve", "techniques/sample.html", "It falls.", None, None,
                chart=panel("teaser", Role.CURVE, "Curve").chart,
            ),
        ),
        datasets=tuple(
            views.SetCard(
                f"set-{name}", f"items/set-{name}.html", title, tiles, "78 pictures, 3 classes",
                f"{title}: 93.3 %", problem, title,
            )
            for name, title, tiles, problem in (
                ("plain", "Textures", _tiles(), ""), ("hostile", SCRIPT, _tiles()[:3], ""),
                ("broken", TITLES["rtl"], (), "This data set is missing"),
            )
        ),
        problems=sum(bool(c.problem) for c in cards),
        drives=sample_drives.cards(image("wide.png", ""), SCRIPT),
        labels=tuple(
            views.Choice(label, label, sum(label == one.label for one in cards))
            for label in sorted({one.label for one in cards if one.label})
        ),
        scores=(
            guide_views.ScoreGroup("Sample technique", (
                guide_views.ScoreChoice("sample.default.long", "Length (m)", 0, "0.01", "5"),
                guide_views.ScoreChoice("sample.default.short", SCRIPT, 1, "-15", "-3"),
            )),
        ),
        remarks=(
            guide_views.Remark(
                "Where do the methods disagree most?",
                ((parts.Link("items/plain.html#one", "Dahlia"), "agreement 0.12"),),
                parts.Link("index.html?sort=sample.default.long#gallery", "All in this order"),
                SCRIPT,
            ),
            guide_views.Remark(SCRIPT, tuple(
                (parts.Link("items/plain.html", title), SCRIPT) for title in TITLES.values()
            )),
        ),
        holds="16 pictures, looked at by 1 technique.",
        tour=sample_tours.invitation(sys.modules[__name__]),
        tally=f"{sum(not c.film for c in cards)} pictures and 1 video",
    )  # fmt: skip


def overview(cards: tuple[views.Card, ...]) -> guide_views.OverviewPage:
    columns = tuple(
        parts.Link("techniques/sample.html", title) for title in ("Sample", SCRIPT, *"abcdefghij")
    )
    rows = []
    for one in cards:
        found = one.image and panels.smallest(replace(one.image, covers="heatmap"))
        cells = [guide_views.OverviewCell(one.href, found, "" if found else "failed")]
        cells += [guide_views.OverviewCell("", None, "not asked for")]
        cells += [replace(cells[0], href=one.href)] * (len(columns) - len(cells))
        rows.append(
            guide_views.OverviewRow(parts.Link(one.href, one.title), one.image, tuple(cells))
        )
    small = replace(_tiles()[0], alt="")
    chart = panel("sketch", Role.CURVE, "Curve").chart
    others = (
        guide_views.OverviewCell("items/set-plain.html", None, "", small),
        guide_views.OverviewCell("items/set-plain.html", None, "", None, chart),
        guide_views.OverviewCell("items/set-plain.html", None, "numbers"),
    )
    sets = guide_views.OverviewRow(parts.Link("items/set-plain.html", SCRIPT), None, others, small)
    return guide_views.OverviewPage(
        site(""),
        (
            guide_views.OverviewSheet("pictures", "Pictures", "Picture", columns, tuple(rows)),
            guide_views.OverviewSheet("sets", SCRIPT, "Data set", columns[:3], (sets,)),
        ),
    )


def glossary_page() -> guide_views.GlossaryPage:
    used = (parts.Link("techniques/sample.html", SCRIPT),)
    listed = (
        guide_views.Entry(term.id, term.name, term.meaning, used) for term in glossary.terms()
    )
    return guide_views.GlossaryPage(site(""), tuple(listed))


def technique() -> views.TechniquePage:
    scores = (("Variant", variant("x", "", ()).scores),)
    link = parts.Link("../items/plain.html", "Dahlia")
    values = (
        ("0.29", "999 bytes"),
        ("2.9\u202f×\u202f10⁻¹", "1.2 MB"),
        ("−0.5", "30 kB"),
        ("", ""),
    )
    column = views.ScoreColumn("Overlap", "", "shared area", "higher is better")
    return views.TechniquePage(
        site=site("../"), id="sample", title="Sample technique", family="Saliency",
        summary="Finds what stands out.", what=glossary.linked(("You see this heatmap.",), "../"), reading=("Read it so.", "And so."),
        limits=("It cannot tell that.",),
        mathematics=(Markup("<math><mi>x</mi></math> is a number."), SCRIPT),
        papers=(views.Reference("A. Author (2001). Title.", "https://doi.org/10.1000/1"),),
        params=variant("x", "", ()).params,
        variants=(("Plain", variant("x", "", ()).params), (SCRIPT, ())),
        examples=(
            views.Example("Dahlia", link.href, image("wide.jpg", "../"),
                          (("Variant", image("wide.png", "../"), SCRIPT),), scores),
            views.Example(SCRIPT, link.href, None, (), (), SCRIPT),
            views.Example(
                SCRIPT, "../items/set-plain.html", None, (), (),
                tiles=tuple(sample_classifiers.tile(n, covered=True) for n in range(6)),
                runs=((parts.Link("../classifiers/plain.html", SCRIPT), "93.3 %"),),
            ),
        ),
        scores=views.ScoreTable(
            (column, replace(column, name="Kept")),
            tuple(
                views.ScoreRow(link, f"v{i}", row, (Mark("", "40.0", "80.0", "40.0"), None))
                for i, row in enumerate(values)
            ),
            (
                views.ScoreRow(
                    parts.Link("", "mean of 4"), "all", ("0.1", ""),
                    leads=(parts.Link("../index.html?sort=sample.default.long#gallery", SCRIPT), None),
                ),
            ),
            intervals=True,
            key="The bars of a column have one scale, from zero.",
        ),
    )  # fmt: skip


def made() -> ledger_views.MadePage:
    link = parts.Link("items/plain.html", SCRIPT)
    cost = ledger_views.Cost("Sample", "techniques/sample.html", 12, 1, 30, "1.2 MB", "5.4", "3.1")
    return ledger_views.MadePage(
        site=site(""), versions=(("Python", "3.12"), ("numpy", "2.3")), commit="0123456",
        costs=(cost, replace(cost, title="Original", href="", kept="999 bytes")),
        traces=(ledger_views.Trace(link, "Sample", "plain", "ab" * 32, "kept"),
                ledger_views.Trace(link, "Sample", "bad", "", "failed")),
        timed=True,
    )  # fmt: skip


def kit() -> sample_classifiers.Kit:
    """Return what the sample pages about data sets share."""
    curves = tuple(panel(f"curve-{n}", Role.CURVE, f"Curve {n}") for n in range(2))
    bar = panel("decided", Role.SIGNED_MAP, "Decided").bar
    return sample_classifiers.Kit(
        site("../"),
        variant("run", "", ()),
        section("curves", 1, (Role.CURVE,)),
        curves,
        bar,
        FAILURE,
    )


def films() -> sample_films.Kit:
    """Return what the sample pages about videos share."""
    bars = tuple(panel("bar", role, "Map").bar for role in (Role.HEATMAP, Role.SIGNED_MAP))
    return sample_films.Kit(
        site("../"), variant("run", "", ()), image("film.jpg", "../"), bars, FAILURE
    )


def drive_sections() -> tuple[parts.Section, ...]:
    """Return what is found on a drive: a section without a page of its own, and one with dots."""
    frames = replace(section("drive", 1, (Role.PICTURE, Role.PATCHES, Role.CURVE)), href="")
    steering = section("steering", 1, (Role.PICTURE, Role.CURVE))
    legend = Legend("Dots", "", x="true", y="said", series=("network", "truth"), dots=True)
    rows = [(float(x), x + 3.0 * (-1) ** x, float(x)) for x in range(-9, 9)]
    dots = replace(panel("dots", Role.CURVE, "Dots"), chart=charts.line_chart("dots", rows, legend))
    one = steering.variants[0]
    return frames, replace(steering, variants=(replace(one, panels=(*one.panels, dots)),))


def pages() -> dict[str, render.Page]:
    """Return every sample page by its path."""
    listed = items()
    rows = tuple(
        ledger_views.CreditRow(parts.Link(f"items/{page.id}.html", page.title), page.credit)
        for page in listed
    )
    cards = tuple(card(page) for page in listed)
    made_of = {
        "index.html": index(cards),
        "overview.html": overview(cards),
        "glossary.html": glossary_page(),
        **{f"items/{page.id}.html": page for page in listed},
        "techniques/sample.html": technique(),
        **sample_classifiers.pages(kit()),
        **sample_films.pages(films()),
        **sample_tours.pages(sys.modules[__name__]),
        **sample_drives.pages(site("../"), drive_sections(), FAILURE, SCRIPT),
        "made.html": made(),
        "credits.html": ledger_views.CreditsPage(site(""), rows),
        "404.html": views.MissingPage(site("")),
    }
    shown = publishing.Card("assets/wide.jpg", 640, 427, "A slope of colours.")
    return dict(publishing.published(made_of.items(), "https://example.org/sample/", shown))


def html_of(name: str, page: render.Page) -> str:
    """Return ``page`` as HTML, by the template ``name``."""
    return render.environment(TEMPLATES).get_template(f"pages/{name}.html").render(page=page)


def rendered() -> dict[str, str]:
    """Return every sample page as HTML."""
    listed = pages() | {f"compare/{path}": page for path, page in comparisons().items()}
    return {path: html_of(render.PARTIALS[type(page)], page) for path, page in listed.items()}


def comparisons() -> dict[str, render.Page]:
    """Return the sample pages of a comparison, which is a site of its own, by their path."""
    listed = sample_comparisons.pages(sys.modules[__name__])
    return {
        path: replace(page, site=replace(page.site, here=path.removesuffix(".html")))
        for path, page in listed.items()
    }


def write(out: Path) -> None:
    """Write the sample pages as a site."""
    files = {f"assets/{name}": data for name, data in (PICTURES | VALUES).items()}
    files |= own(language.tag()).files
    files |= {f"compare/{path}": data for path, data in files.items()}
    files |= {f"assets/{name}": data for name, data in sample_films.files().items()}
    files |= {path: text.encode() for path, text in rendered().items()}
    for folder, listed in (("", pages()), ("compare/", comparisons())):
        for page in listed.values():
            for table in sheets.sheets(page):
                path = folder + sheets.sheet_path(page.site.here, table.name)
                files[path] = sheets.csv_of(table)
        files[folder + sheets.TABLES] = sheets.json_of(
            {page.site.here: sheets.sheets(page) for page in listed.values()}
        )
    files |= {"data/results.csv": b"item\r\n", "data/results.json": b"{}\n"}
    for path, data in files.items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_bytes(data)
