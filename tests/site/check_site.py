"""Check a built site with real tools: links, vnu and html-validate.

    python tests/site/check_site.py SITE

Exits with 1 and a list if anything is wrong. vnu and html-validate come from package.json.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).parent.parent.parent


class Page(HTMLParser):
    """The ids and the addresses of one page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.styled = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if "id" in values:
            self.ids.append(values["id"])
        self.styled = self.styled or "style" in values or tag == "style"
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag in {"link", "image"} and "href" in values and values.get("rel") != "canonical":
            self.loads.append(values["href"])
        self.loads += [values[name] for name in ("src", "poster", "data-values") if name in values]
        for part in values.get("srcset", "").split(","):
            if part.strip():
                self.loads.append(part.split()[0])


def check_links(site: Path) -> list[str]:
    """Return every address that leads nowhere, every load from outside, every repeated id."""
    pages = {path: Page(path) for path in sorted(site.rglob("*.html"))}
    wrong = []
    for path, page in pages.items():
        name = path.relative_to(site)
        wrong += [f"{name}: id {one!r} twice" for one in set(page.ids) if page.ids.count(one) > 1]
        if page.styled:
            wrong.append(f"{name}: inline style, which the content security policy refuses")
        for address in page.links + page.loads:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                if address in page.loads:
                    wrong.append(f"{name}: loads {address} from outside")
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                wrong.append(f"{name}: {address} leads nowhere")
            elif parts.fragment and target in pages and parts.fragment not in pages[target].ids:
                wrong.append(f"{name}: {address} has no such place")
    if not pages:
        wrong.append(f"{site}: no page")
    return wrong


def run(command: list[str]) -> list[str]:
    """Return what ``command`` complains of, or that it is not there."""
    needed = [part for part in command if part.endswith((".jar", "html-validate"))]
    if shutil.which(command[0]) is None or not all(Path(part).is_file() for part in needed):
        return [f"{command[0]} or {needed[0]} is missing: install Java, and run npm ci"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return []
    return (done.stdout + done.stderr).strip().splitlines() or [f"{command[0]} failed"]


def main(site: Path) -> int:
    site = site.resolve()
    vnu = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    validate = ROOT / "node_modules" / ".bin" / "html-validate"
    rules = ROOT / ".htmlvalidate.json"
    checks = {
        "links": check_links(site),
        "vnu": run(["java", "-jar", str(vnu), "--errors-only", "--skip-non-html", str(site)]),
        "html-validate": run(
            [str(validate), "--config", str(rules), "--formatter", "text", f"{site}/**/*.html"]
        ),
    }
    for name, wrong in checks.items():
        for line in wrong[:40]:
            print(f"{name}: {line}")
    count = len(list(site.rglob("*.html")))
    print(f"{count} pages: " + ", ".join(f"{name} {len(w)} errors" for name, w in checks.items()))
    return 1 if any(checks.values()) else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
