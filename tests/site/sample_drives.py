"""Values of drives' pages, ordinary and nasty."""

from __future__ import annotations

from dataclasses import replace

from generator import parts, views
from generator.drive_views import DriveCard, DrivePage


def pages(
    site: views.Site, sections: tuple[parts.Section, ...], failure: parts.Failure, script: str
) -> dict[str, DrivePage]:
    """Return an ordinary drive, a hostile one and a broken one, by path."""
    plain = DrivePage(
        site=site, id="drive-plain", title="A synthetic road", description="Twenty roads.",
        alt="A road.", words=("2,000 frames.", "A network is 3.0° off."), failure=None,
        credit=parts.Credit("Us", "MIT", "synthetic:road"), tags=("road",), problems=(),
        sections=sections, previous=None, following=parts.Link("drive-hostile.html", script),
    )  # fmt: skip
    hostile = replace(
        plain, id="drive-hostile", title=script, description=script, alt=script, words=(script,),
        tags=(script,), problems=(script,) * 7, previous=parts.Link("drive-plain.html", "Road"),
        following=parts.Link("drive-broken.html", "Broken"),
    )  # fmt: skip
    broken = replace(
        plain, id="drive-broken", title="w" * 300, words=(), failure=failure, sections=(),
        problems=("line 3: expected degrees, got 'x' (left out)",), tags=(), following=None,
    )  # fmt: skip
    return {f"items/{page.id}.html": page for page in (plain, hostile, broken)}


def cards(image: parts.Image, script: str) -> tuple[DriveCard, ...]:
    """Return what the index says of these drives."""
    return (
        DriveCard("drive-plain", "items/drive-plain.html", "A synthetic road", image,
                  "2,000 frames.", "A network is 3.0° off.", "", "Twenty roads."),
        DriveCard("drive-hostile", "items/drive-hostile.html", script, image, script, script, "1 failed"),
        DriveCard("drive-broken", "items/drive-broken.html", "Broken", None, "", "",
                  "This drive is missing"),
    )  # fmt: skip
