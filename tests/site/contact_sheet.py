"""Put the screenshots of the browser tests on one page, and say which is missing or blank.

    python tests/site/contact_sheet.py

The pictures are in ``test-output/screenshots/``: a page of each kind, at two widths, light and dark.
"""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path

from PIL import Image

SHOTS = Path(__file__).parent.parent.parent / "test-output" / "screenshots"
WIDTHS, THEMES = (320, 1280), ("light", "dark")
FEWEST = 16
"""A picture of fewer colours shows nothing."""
STYLE = (
    "body{font:1rem system-ui;margin:1rem;color-scheme:light dark}"
    "section{display:flex;gap:1rem;overflow:auto;align-items:start}"
    "img{height:40rem;border:1px solid gray;object-fit:cover;object-position:top}"
)


def stem(kind: str, width: int, theme: str) -> str:
    """Return the name of a screenshot, without its ending."""
    name = kind.removesuffix(".html").replace("/", "-").replace(" ", "-")
    return f"{name}--{width}-{theme}"


def blank(path: Path) -> bool:
    """Whether a picture shows next to nothing."""
    with Image.open(path) as opened:
        small = opened.convert("RGB").resize((256, 256))
    return len(small.getcolors(256 * 256)) < FEWEST


def problems(kinds: list[str], folder: Path) -> list[str]:
    """Return a line for each screenshot that should be there, and is not, or is blank."""
    wrong = []
    for kind in kinds:
        for width in WIDTHS:
            for theme in THEMES:
                path = folder / f"{stem(kind, width, theme)}.png"
                if not path.is_file():
                    wrong.append(f"{path.name} is missing")
                elif blank(path):
                    wrong.append(f"{path.name} is blank")
    return wrong


def write(kinds: list[str], folder: Path) -> Path:
    """Write the page that shows every screenshot, a row for each kind."""
    rows = []
    for kind in kinds:
        shots = (f"{stem(kind, w, t)}.png" for w in WIDTHS for t in THEMES)
        images = "".join(
            f'<a href="{s}"><img src="{s}" alt="{s}" loading="lazy"></a>' for s in shots
        )
        rows.append(f"<h2>{escape(kind)}</h2><section>{images}</section>")
    page = folder / "index.html"
    page.write_text(
        f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Screenshots</title>'
        f"<style>{STYLE}</style><h1>Screenshots</h1>{''.join(rows)}</html>\n",
        encoding="utf-8",
    )
    return page


def main() -> int:
    from test_screenshots import PAGES

    wrong = problems(list(PAGES), SHOTS)
    for line in wrong:
        print(line)
    if SHOTS.is_dir():
        print(f"{len(PAGES)} kinds of pages: {write(list(PAGES), SHOTS)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    sys.exit(main())
