"""A made-up language in which every text stands in brackets, and what of a page stands outside of them.

What a page says outside is data, such as a title, or a text that nobody can translate.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from html.parser import HTMLParser

from generator import language

TAG = "qps"
_SPOKEN = {
    "alt",
    "aria-label",
    "aria-valuetext",
    "title",
    "placeholder",
    "label",
    "content",
    "data-name",
}
_SILENT = {"script", "style", "code", "pre", "math", "kbd"}
_INNER = re.compile(r"⟦[^⟦⟧]*⟧")
_BEGUN = re.compile(r"⟦[^⟦⟧\n]*")
"""A text of which only the first sentence is shown."""
_EDGE = " \n·,:;.()"
_WORD = re.compile(r"[^\W\d_]{2,}")


class _Words:
    """Answers as translations do."""

    def gettext(self, text):
        return f"⟦{text}⟧" if text else text

    def ngettext(self, one, other, count):
        return self.gettext(one if count == 1 else other)

    def pgettext(self, _context, text):
        return self.gettext(text)

    def npgettext(self, _context, one, other, count):
        return self.ngettext(one, other, count)


class Bracketed(language.Speech):
    """The made-up language."""

    def __init__(self) -> None:
        super().__init__(TAG, ())
        self.english, self.words, self.point = False, _Words(), ","

    def told(self, text):
        return text if not text or "⟦" in text else f"⟦{text}⟧"


@contextmanager
def bracketed(monkeypatch):
    """Let pages be made in the made-up language, by a build whose manifest names it, too."""
    real, made = language.speech, Bracketed()
    with monkeypatch.context() as patch:
        patch.setattr(
            language, "speech", lambda tag, folders=(): made if tag == TAG else real(tag, folders)
        )
        with language.speaking(TAG):
            yield


class _Outside(HTMLParser):
    """What somebody reads of a page, in one piece, and what else is read out, piece by piece."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.read, self.heard = "", []
        self._silent: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in _SILENT or (given.get("lang") == "en" and tag != "html"):
            self._silent.append(tag)
        self.read += "\n"
        if tag == "meta" and not re.search(
            r"description|title|alt", given.get("name") or given.get("property") or ""
        ):
            return
        self.heard += [value for name, value in attrs if name in _SPOKEN and value]
        if given.get("data-pane"):
            told = json.loads(given["data-pane"])
            self.heard += [
                told[name]
                for name in ("caption", "finding", "label", "low", "high", "unit")
                if name in told
            ]
            self.heard.append(told["image"]["alt"])

    def handle_endtag(self, tag):
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()
        self.read += "\n"

    def handle_data(self, data):
        if not self._silent:
            self.read += data


def outside(html: str, data=()) -> list[str]:
    """Return what a page says outside of brackets, piece by piece; ``data`` may stand there."""
    known = sorted(
        {text.strip(_EDGE) for text in data if _WORD.search(text)}, key=len, reverse=True
    )
    page = _Outside(html)
    pieces = []
    for text in (page.read, *page.heard):
        before, rest = "", text
        while before != rest:
            before, rest = rest, _INNER.sub("|", rest)
        rest = _BEGUN.sub("|", rest)
        pieces += [part.strip(_EDGE) for part in re.split(r"[|\n]", rest) if _WORD.search(part)]
    return [piece for piece in dict.fromkeys(pieces) if _WORD.search(_without(piece, known))]


def _without(piece, known):
    for text in known:
        if piece.lower() in text.lower():
            return ""
        if text in piece:
            piece = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", "|", piece)
    return piece


def held(value) -> set[str]:
    """Return every text in a page's value: data of the page, as far as its template knows."""
    if isinstance(value, str):
        return {value}
    if isinstance(value, dict):
        return set().union(*map(held, value), *map(held, value.values()))
    if isinstance(value, tuple | list):
        return set().union(*map(held, value))
    if is_dataclass(value):
        own = {name for name, part in vars(type(value)).items() if isinstance(part, property)}
        return set().union(
            *(held(getattr(value, f.name)) for f in fields(value)),
            *(held(getattr(value, name)) for name in own),
        )
    return set()
