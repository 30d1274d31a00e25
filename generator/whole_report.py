"""A whole site as one page: every page a chapter, every link between them inside."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from generator.embedding import Shared
from generator.inlining import Attributes, Inliner

if TYPE_CHECKING:
    from collections.abc import Callable

_REFERRING = ("id", "aria-labelledby", "aria-describedby", "aria-controls", "for", "headers")
_LANDMARKS = frozenset({"section", "article"})
_LEFT_OUT = frozenset({"nav", "form", "button"})
"""What leads about a page, or does nothing without scripts."""
_FIRST = ("index.html", "tour.html", "overview.html")
_NOT_A_CHAPTER = frozenset({"404.html"})


class _Chapter(Inliner):
    """The main part of a page, with ids and links of its own among those of all the others."""

    def __init__(self, path: str, shared: Shared, chapters: frozenset[str]) -> None:
        super().__init__(path, shared)
        self._chapters = chapters
        self._inside = False

    def rewritten(self, tag: str, attributes: Attributes) -> str | Attributes | None:
        """Begin with the main element, and make every id the chapter's own."""
        if tag == "main":
            self.out.clear()
            self._inside = True
            return ""
        if not self._inside:
            return ""
        if tag in _LEFT_OUT:
            self.drop(tag)
            return ""
        found = super().rewritten(tag, attributes)
        if isinstance(found, str):
            return found
        return self._owned(tag, attributes if found is None else found)

    def handle_endtag(self, tag: str) -> None:
        """End with the main element."""
        if tag == "main":
            self._inside = False
        elif self._inside:
            super().handle_endtag(tag)

    def _text(self, text: str) -> None:
        if self._inside:
            super()._text(text)

    def _owned(self, tag: str, attributes: Attributes) -> Attributes:
        own = dict(attributes)
        for name in _REFERRING:
            if own.get(name):
                own[name] = " ".join(self._named(one) for one in (own[name] or "").split())
        for name in ("fill", "stroke"):
            match = re.fullmatch(r"url\(#(.+)\)", own.get(name) or "")
            if match:
                own[name] = f"url(#{self._named(match[1])})"
        if tag in _LANDMARKS:  # the same names in every chapter would name nothing
            own = {name: value for name, value in own.items() if not name.startswith("aria-label")}
        if tag == "aside":
            own["role"] = "note"
        return own

    def _named(self, identity: str) -> str:
        return f"{anchor(self.path)}--{identity}"

    def a(self, attributes: Attributes) -> Attributes | None:
        """Lead to a place of the chapter itself, or to wherever else."""
        href = attributes.get("href") or ""
        if href.startswith("#"):
            return attributes | {"href": self.here(href[1:])}
        return super().a(attributes)

    def here(self, fragment: str) -> str:
        """Return the address of a place in this chapter."""
        return f"#{anchor(self.path) if fragment == 'main' else self._named(fragment)}"

    def elsewhere(self, href: str, path: str, attributes: Attributes) -> Attributes:
        """Return a link to the chapter that another page has become."""
        if path not in self._chapters:
            return super().elsewhere(href, path, attributes)
        fragment = urlsplit(href).fragment
        goal = f"{anchor(path)}--{fragment}" if fragment else anchor(path)
        return attributes | {"href": f"#{goal}"}


def anchor(path: str) -> str:
    """Return the id of the chapter that the page at ``path`` becomes.

    >>> anchor("items/coffee.html")
    'items-coffee'
    """
    return path.removesuffix(".html").replace("/", "-")


class _Reader(HTMLParser):
    """The links of a page in their order, its title, and its language."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.title = ""
        self.language = "en"
        self._in_title = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self._in_title = tag == "title" and not self.links
        if tag == "a" and values.get("href"):
            self.links.append(values["href"] or "")
        if tag == "html":
            self.language = values.get("lang") or "en"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False


def chapters(read: Callable[[str], bytes], pages: frozenset[str]) -> list[str]:
    """Return the pages that the first page leads to, in the order of the links.

    What looks at the whole comes first, and what is looked up comes last.
    """
    order, waiting = ["index.html"], ["index.html"]
    while waiting:
        path = waiting.pop(0)
        inliner = Inliner(path, Shared(read, 0))
        for link in _Reader(read(path).decode()).links:
            goal = inliner.below_root(link) if not urlsplit(link).scheme else ""
            if goal in pages - _NOT_A_CHAPTER and goal not in order:
                order.append(goal)
                waiting.append(goal)
    return sorted(order, key=lambda path: (path not in _FIRST, "/" not in path))


def whole_report(read: Callable[[str], bytes], pages: frozenset[str], widest: int) -> str:
    """Return the whole site as one HTML page that needs no other file, and no script.

    ``read`` gives a file's bytes by its path below the root, ``pages`` are the paths of all pages;
    ``widest`` limits the pictures, in pixels.
    """
    shared = Shared(read, widest)
    first = _Reader(read("index.html").decode())
    head = _Head("index.html", shared)
    head.feed(read("index.html").decode())
    order = chapters(read, pages)
    titles, bodies = [], []
    for path in order:
        text = read(path).decode()
        title = _Reader(text).title.removesuffix(f" · {first.title}")
        made = _Chapter(path, shared, frozenset(order))
        made.base = head.base
        made.feed(text)
        made.close()
        titles.append((anchor(path), title))
        bodies.append(f'<div class="chapter" id="{anchor(path)}">\n{made.html}</div>\n')
    listed = "".join(
        f'<li><a href="#{name}" dir="auto">{escape(title)}</a></li>\n' for name, title in titles
    )
    contents = (
        f'<nav class="contents" id="contents" aria-label="Contents">\n<ul>\n{listed}</ul>\n</nav>\n'
    )
    skip = '<a class="skip" href="#contents">Skip to the contents</a>\n'
    body = f"{shared.cut_from}{skip}<main>\n{bodies[0]}{contents}{''.join(bodies[1:])}</main>\n"
    start = f'<!DOCTYPE html>\n<html lang="{escape(first.language)}">\n'
    return f"{start}<head>\n{head.html}</head>\n<body>\n{body}</body>\n</html>\n"


class _Head(Inliner):
    """What stands in the head of the first page, without scripts and facts of single pictures."""

    def __init__(self, path: str, shared: Shared) -> None:
        super().__init__(path, shared)
        self._inside = False

    def rewritten(self, tag: str, attributes: Attributes) -> str | Attributes | None:
        """Keep what belongs to the head."""
        if tag in {"head", "body"}:
            self._inside = tag == "head"
            return ""
        if tag == "script":
            self.drop(tag)
            return ""
        return super().rewritten(tag, attributes) if self._inside else ""

    def handle_endtag(self, tag: str) -> None:
        """End with the head."""
        self._inside = self._inside and tag != "head"
        if self._inside or self._dropping:
            super().handle_endtag(tag)

    def handle_decl(self, decl: str) -> None:
        """Leave the declaration to the page that is made."""

    def _text(self, text: str) -> None:
        if self._inside:
            super()._text(text)
