"""The values of the viewer: pictures of one subject that can be laid side by side and compared."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.parts import Image

Ends = tuple[float, float]
"""The values at the two ends of a map's colours."""


@dataclass(frozen=True)
class Pane:
    """A picture that the viewer can show; all panes of a viewer show the same scene.

    ``role`` is that of a finding, and ``title`` names it within its group. ``values`` is the
    address of the script that holds its values, under the name that is the file's without ".js".
    Of a map, ``ends`` are the values at the two ends of its colours, ``shared`` those over the
    whole gallery, ``low`` and ``high`` what they are called, and ``unit`` what its values measure.
    ``rows`` and ``columns`` are those of the array behind it.
    """

    id: str
    title: str
    role: str
    image: Image
    values: str
    rows: int
    columns: int
    caption: str = ""
    finding: str = ""
    label: str = ""
    low: str = ""
    high: str = ""
    unit: str = ""
    ends: Ends | None = None
    shared: Ends | None = None

    @property
    def data(self) -> str:
        """What the script of the viewer is told of it, as JSON."""
        told = {k: v for k, v in asdict(self).items() if k not in {"id", "title", "values"} and v}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class PaneGroup:
    """Panes that belong together, such as those of one variant; one without title has no head."""

    title: str
    panes: tuple[Pane, ...]


@dataclass(frozen=True)
class Viewer:
    """Everything that can be compared: what it opens with, and the colours of maps.

    ``start`` are one or two panes, each with its full name. ``colours`` are the palettes of
    heatmaps and of signed maps, RGB bytes in base 64.
    """

    groups: tuple[PaneGroup, ...]
    start: tuple[tuple[str, Pane], ...]
    colours: tuple[str, str]

    @property
    def form(self) -> Image:
        """The picture whose proportions all panes have."""
        return self.groups[0].panes[0].image
