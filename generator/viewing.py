"""What can be compared on the page of an item: every finding that covers its picture."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from generator.colours import palette
from generator.panels import scale
from generator.technique import Role
from generator.viewer_parts import PaneGroup, Viewer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.findings import Findings
    from generator.parts import Panel, Section
    from generator.viewer_parts import Ends

Scales = dict[tuple[str, str], dict[str, "Ends"]]
"""The values at the ends of maps' colours: by technique and variant, and then by panel."""


def gallery_scales(findings: Findings) -> Scales:
    """Return for each map the least and the greatest of its ends over all items."""
    found: Scales = {}
    for task in findings.plan.tasks:
        outcome = findings.outcomes.get(task.key)
        legends = findings.catalog[task.technique].legends
        scales = found.setdefault((task.technique, task.variant), {})
        for panel in outcome.record.panels if outcome and outcome.record else ():
            ends = scale(panel, legends.get(panel.name))
            if ends:
                low, high = scales.get(panel.name, ends)
                scales[panel.name] = min(low, ends[0]), max(high, ends[1])
    return found


def viewer_of(originals: Iterable[Panel], sections: Iterable[Section], first: str) -> Viewer | None:
    """Return the viewer of an item, or None where there is no picture to look at.

    ``originals`` are the picture and what came with it, ``sections`` what was found on it, and
    ``first`` the id of the finding that it opens with, if there is one.
    """
    found = [(section, variant) for section in sections for variant in section.variants]
    groups = (
        _group("", originals),
        *(
            _group(f"{section.title}: {variant.title}" if variant.title else section.title,
                   variant.panels)
            for section, variant in found
        ),
    )  # fmt: skip
    if not groups[0].panes:
        return None
    named = [
        (f"{group.title} · {pane.title}" if group.title else pane.title, pane)
        for group in groups
        for pane in group.panes
    ]
    second = [one for one in named if one[1].id == first] or named[1:2]
    return Viewer(
        groups=tuple(group for group in groups if group.panes),
        start=(named[0], *second),
        colours=(packed_colours(Role.HEATMAP), packed_colours(Role.SIGNED_MAP)),
    )


def _group(title: str, panels: Iterable[Panel]) -> PaneGroup:
    return PaneGroup(title, tuple(panel.pane for panel in panels if panel.pane))


def packed_colours(role: Role) -> str:
    """Return the palette of ``role`` as the viewer wants it: RGB bytes in base 64."""
    return base64.b64encode(palette(role).tobytes()).decode("ascii")
