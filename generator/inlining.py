"""A page with everything that it needs inside: style, scripts, pictures and small tables."""

from __future__ import annotations

import json
import posixpath
import re
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from generator.embedding import Shared

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Attributes = dict[str, str | None]

_SMALL = 200_000
"""A file of numbers that has more bytes is not taken in: its link is left without a goal."""
_DECORATION = 512
"""Width, in pixels, that is enough for a picture that only lies under a map."""
_LENGTH = re.compile(r"([\d.]+)rem$")
_DENSE = 24
"""Pixels for each rem of a picture's width: 16, and half as many again for sharper screens."""
_REWRITTEN = frozenset(
    {
        "link", "script", "meta", "body", "source", "img", "image", "a", "video", "form", "option",
    }
)  # fmt: skip
"""Tags that change; each has the method of its name."""
_VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
_FILM = "The film is not in this file; the site itself plays it."


class Inliner(HTMLParser):
    """One page, rewritten tag by tag; what needs no change stays as it was written."""

    def __init__(self, path: str, shared: Shared) -> None:
        super().__init__(convert_charrefs=False)
        self.path = path
        self.shared = shared
        self.base = ""
        self.out: list[str | Callable[[], str]] = []
        self._source = ""
        self._values: dict[str, str] = {}
        self._dropping: list[str] = []

    @property
    def html(self) -> str:
        """The page as it was rewritten."""
        return "".join(part if isinstance(part, str) else part() for part in self.out)

    def below_root(self, address: str) -> str:
        """Return the path below the site's root that ``address`` leads to from this page."""
        path = unquote(urlsplit(address).path)
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), path))

    def drop(self, tag: str) -> None:
        """Leave out what follows, up to the end of the element that begins here."""
        self._dropping = [tag]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Rewrite a start tag, or leave it as it is."""
        self._start(tag, dict(attrs), closed=False)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Rewrite a tag that closes itself."""
        self._start(tag, dict(attrs), closed=True)

    def _start(self, tag: str, attributes: Attributes, *, closed: bool) -> None:
        if self._dropping:
            if tag == self._dropping[0] and not closed and tag not in _VOID:
                self._dropping.append(tag)
            return
        found = self.rewritten(tag, attributes)
        if found is None:
            self.out.append(self.get_starttag_text() or "")
        elif isinstance(found, str):
            self.out.append(found)
        else:
            self.out.append(written(tag, found, closed=closed))

    def handle_endtag(self, tag: str) -> None:
        """Write an end tag, unless its element is left out."""
        if not self._dropping:
            if tag == "body":
                self.out += self._values.values()
            self.out.append(f"</{tag}>")
        elif tag == self._dropping[0]:
            self._dropping.pop()

    def handle_data(self, data: str) -> None:
        """Write text as it stands."""
        self._text(data)

    def handle_entityref(self, name: str) -> None:
        """Write a named character as it stands."""
        self._text(f"&{name};")

    def handle_charref(self, name: str) -> None:
        """Write a numbered character as it stands."""
        self._text(f"&#{name};")

    def handle_decl(self, decl: str) -> None:
        """Write the declaration of the document's type."""
        self.out.append(f"<!{decl}>")

    def _text(self, text: str) -> None:
        if not self._dropping:
            self.out.append(text)

    def rewritten(self, tag: str, attributes: Attributes) -> str | Attributes | None:
        """Return what a start tag becomes: text, other attributes, or None where it stays."""
        if tag not in _REWRITTEN:
            return None
        found: str | Attributes | None = getattr(self, tag)(attributes)
        return found

    def link(self, attributes: Attributes) -> str | Attributes | None:
        """Rewrite a link of the head."""
        href, kind = attributes.get("href") or "", attributes.get("rel")
        if kind == "canonical":
            self.base = href.removesuffix("" if self.path == "index.html" else self.path)
            return None
        path = self.below_root(href)
        if kind == "icon":
            return attributes | {"href": self.shared.data(path)}
        if kind != "stylesheet":
            return ""
        text = self.shared.inline("style", self.shared.read(path).decode())
        return f"<style>{text}</style>"

    def script(self, attributes: Attributes) -> str | None:
        """Take a script in; data blocks stay."""
        if not attributes.get("src"):
            return None
        path = self.below_root(attributes["src"] or "")
        return f"<script>{self.shared.inline('script', self.shared.read(path).decode())}"

    def meta(self, attributes: Attributes) -> str | None:
        """Give the page the policy of its single file."""
        if attributes.get("http-equiv") != "Content-Security-Policy":
            return None
        self.out.append(lambda: written("meta", attributes | {"content": self.shared.policy}))
        return ""

    def body(self, attributes: Attributes) -> str:
        """Put what small pictures are cut from before everything that is seen."""
        self.out += [written("body", attributes), "\n", lambda: self.shared.cut_from]
        return ""

    def source(self, attributes: Attributes) -> str:
        """Remember the better form of the picture that follows."""
        self._source = attributes.get("srcset") or ""
        return ""

    def img(self, attributes: Attributes) -> Attributes:
        """Take a picture in, in the one form that its place asks for."""
        candidates, self._source = self._source or attributes.get("srcset") or "", ""
        sizes = attributes.get("sizes") or ""
        src = _fitting(candidates, self._wanted(sizes, attributes)) or attributes["src"] or ""
        kept = {k: v for k, v in attributes.items() if k not in {"srcset", "sizes", "loading"}}
        return kept | {"src": self.shared.data(self.below_root(src))}

    def _wanted(self, sizes: str, attributes: Attributes) -> float:
        found = _LENGTH.search(sizes)
        if found and "," not in sizes:
            return min(float(found[1]) * _DENSE, self.shared.widest)
        decorative = not attributes.get("alt")
        return min(_DECORATION, self.shared.widest) if decorative else self.shared.widest

    def image(self, attributes: Attributes) -> str:
        """Cut a small picture from the one copy of its sheet."""
        size = attributes.get("width") or "", attributes.get("height") or ""
        path = self.below_root(attributes.get("href") or "")
        return written("use", {"href": f"#{self.shared.sheet(path, size)}"}, closed=True)

    def a(self, attributes: Attributes) -> Attributes | None:
        """Give a link a goal that is here, or one on the site, or none."""
        href = attributes.get("href")
        if href is None or urlsplit(href).scheme or href.startswith("#"):
            return None
        path = self.below_root(href)
        fragment = urlsplit(href).fragment
        if "download" in attributes:
            return self._download(path, attributes)
        if path == self.path:
            return attributes | {"href": self.here(fragment or "main")}
        return self.elsewhere(href, path, attributes)

    def here(self, fragment: str) -> str:
        """Return the address of a place on this page."""
        return f"#{fragment}"

    def _download(self, path: str, attributes: Attributes) -> Attributes:
        if len(self.shared.read(path)) > _SMALL:
            return _aimless(attributes)
        name = path.removeprefix("data/").replace("/", "-")
        return attributes | {"href": self.shared.data(path), "download": name}

    def elsewhere(self, href: str, path: str, attributes: Attributes) -> Attributes:
        """Return a link to another page: to the site if its address is known, or to nowhere."""
        if not self.base:
            return _aimless(attributes)
        parts = urlsplit(href)
        rest = (f"?{parts.query}" if parts.query else "") + (
            f"#{parts.fragment}" if parts.fragment else ""
        )
        return attributes | {"href": f"{self.base}{path}{rest}"}

    def option(self, attributes: Attributes) -> Attributes | None:
        """Take in what a choice of the viewer loads: its picture, and the values behind it."""
        pane, values = attributes.get("data-pane"), attributes.get("data-values")
        if values and values.endswith(".js"):
            path = self.below_root(values)
            if path not in self._values:
                text = self.shared.inline("script", self.shared.read(path).decode())
                self._values[path] = f"<script>{text}</script>\n"
        if not pane:
            return None
        told = json.loads(pane)
        told["image"] |= self._single(told["image"])
        return attributes | {"data-pane": json.dumps(told, ensure_ascii=False)}

    def _single(self, image: dict[str, Any]) -> dict[str, Any]:
        found = _fitting(image.get("avif") or image.get("fallback") or "", self.shared.widest)
        src = self.shared.data(self.below_root(found or image["src"]))
        return {"src": src, "avif": "", "fallback": ""}

    def form(self, attributes: Attributes) -> str | None:
        """Leave the player out: its films are not here."""
        if "player" not in (attributes.get("class") or "").split():
            return None
        self.drop("form")
        return ""

    def video(self, attributes: Attributes) -> str:
        """Show the film's first picture in its place, and say that it is not here."""
        self.drop("video")
        poster = attributes.get("poster")
        named = {"alt": attributes.get("aria-label") or attributes.get("title") or "A film."}
        size = {k: v for k, v in attributes.items() if k in {"width", "height"}}
        src = {"src": self.shared.data(self.below_root(poster))} if poster else {}
        picture = written("img", {**src, **size, **named}) if poster else ""
        return f'{picture}<span class="small">{_FILM}</span>'


def written(tag: str, attributes: Mapping[str, str | None], *, closed: bool = False) -> str:
    """Return a start tag."""
    parts = (
        f" {name}" if value is None else f' {name}="{escape(value)}"'
        for name, value in attributes.items()
    )
    return f"<{tag}{''.join(parts)}{'/' if closed else ''}>"


def _aimless(attributes: Attributes) -> Attributes:
    """Return a link's attributes without those that only make sense with a goal."""
    goal = {"href", "download", "rel", "aria-label"}
    return {name: value for name, value in attributes.items() if name not in goal}


def _fitting(candidates: str, wanted: float) -> str:
    """Return the narrowest of a srcset's files that is wide enough, or the widest there is."""
    listed = [part.rpartition(" ") for part in candidates.split(", ") if part]
    sized = sorted((int(width.removesuffix("w")), name) for name, _, width in listed)
    enough = [name for width, name in sized if width >= wanted]
    return enough[0] if enough else sized[-1][1] if sized else ""


def inlined(path: str, read: Callable[[str], bytes], widest: int) -> str:
    """Return the page at ``path`` of a site as one file that needs no other.

    ``read`` gives a file's bytes by its path below the root; ``widest`` limits its pictures.
    """
    page = Inliner(path, Shared(read, widest))
    page.feed(read(path).decode())
    page.close()
    return page.html
