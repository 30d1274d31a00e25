"""Every component with sample values on one page: for designers, and for tests.

The templates and the stylesheet are those of a gallery, a project's own first; the pictures are
drawn as the page is written. The page is in English, and part of no gallery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import __version__, pattern_pictures, render, theme
from generator import pattern_samples as samples
from generator.pattern_views import Heading, PatternPage
from generator.replacing import check_replaceable
from generator.technique import Role
from generator.views import Choice, Site

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SECTIONS = {
    "theme": "Theme", "page": "Page", "words": "Words", "pictures": "Pictures",
    "findings": "Findings", "technique": "Techniques", "table": "Tables", "charts": "Charts",
    "classes": "Classes", "viewer-pattern": "Viewer", "films": "Films", "cards": "Cards",
}  # fmt: skip


def write(out: Path, folders: Sequence[Path], locks: Path) -> None:
    """Write the page at ``out``, with everything that it needs.

    Raises
    ------
    OutputError
        If the place cannot be written, or holds something that Salon did not write.

    """
    check_replaceable(out)
    own = render.own_assets(folders)
    files = ((f"assets/{name}", data) for name, data in pattern_pictures.files().items())
    pages = ((samples.HERE, page(own, folders)),)
    render.write_paper(out, render.Paper(pages, files, own, {"patterns": True}), folders, locks)


def page(own: render.Assets, folders: Sequence[Path]) -> PatternPage:
    """Return the page, in the theme of the stylesheet in ``folders``."""
    site = _site(own)
    return PatternPage(
        site=site, title="Patterns",
        description="Every component of the pages with sample values, in the colours and sizes "
        "of this theme. Change a variable or a template, and look here first.",
        sections=tuple(Heading(*one) for one in SECTIONS.items()),
        variables=theme.variables(folders), item=samples.item(site), video=samples.video(site),
        panels=tuple(samples.panel(f"role-{role.value}", role) for role in Role),
        technique=samples.abreast("abreast"), single=samples.single("single"),
        tables=samples.tables(), chart=samples.chart("lines"), failure=samples.FAILURE,
        image=samples.picture(), map=samples.map_of(Role.HEATMAP),
        bar=samples.bar("bar", Role.HEATMAP), tiles=samples.tiles(),
        marked=samples.marked(), shots=samples.shots(), span=samples.SPAN, matrix=samples.matrix(),
        word=samples.word(), example=samples.example(), cards=samples.cards(),
        choices=(Choice("sun", "sun", 2), Choice("hill", "hill", 1)),
    )  # fmt: skip


def _site(own: render.Assets) -> Site:
    return Site(
        title="Patterns", description="Every component with sample values.", language="en",
        root="", stylesheet=own.stylesheet, script=own.script, icon=own.icon,
        viewer_stylesheet=own.viewer_stylesheet, viewer_script=own.viewer_script, techniques=(),
        generator=f"Salon {__version__}", here="index",
    )  # fmt: skip
