"""The language of the pages: they are written in English here, and said in the reader's.

``say`` translates as a page is made. What a result keeps, such as its notes, is kept in English
with ``kept`` and translated by ``told`` when it is shown: so a change of language computes nothing.
Words that stand in a constant are marked there with ``mark`` and said where they are used.

Translations are PO files in ``languages/<tag>/`` of the package, and of the project, whose own
come first; all the files of a folder are one. Where one has no words, English stands.
"""

from __future__ import annotations

import io
import re
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.kept_texts import KEPT
from generator.translations import read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from babel.messages.catalog import Catalog, Message

ENGLISH = "en"
OURS = Path(__file__).parent / "languages"
_SLOT = re.compile(r"\{(\w+)[^{}]*\}")
KEPT_HERE = "kept"
"""What a file of translations notes of a sentence that results keep: ``#. kept``."""
_PERCENT = re.compile(r"%%|%(?!\(\w+\)s)")
"""A sign of percent in a text of a template, where it should be written twice."""
_DECIMAL = re.compile(r"[-−]?\d+\.\d+")


class Speech:
    """The words of one language; ``tag`` is its tag and ``point`` sets its decimals apart."""

    def __init__(self, tag: str, catalogs: Sequence[Catalog], point: str = ".") -> None:
        self.tag, self.point = tag, point
        self.english = not catalogs
        self.words = NullTranslations()
        for catalog in reversed(catalogs):
            held = _compiled(catalog)
            held.add_fallback(self.words)
            self.words = held
        texts = [str(message.id) for one in catalogs for message in one if _is_kept(message)]
        slotted = sorted((text for text in texts if _SLOT.search(text)), key=_weight, reverse=True)
        self._patterns = [(_pattern(text), text) for text in dict.fromkeys(slotted)]
        self._told = lru_cache(maxsize=4096)(self._tell)

    def told(self, text: str) -> str:
        """Return a sentence that was made in English in this language, if it has words for it."""
        return self._told(text)

    def _tell(self, text: str) -> str:
        found = self.words.gettext(text) if text else ""
        if found != text:
            return found
        if _DECIMAL.fullmatch(text):
            return text.replace(".", self.point)
        for pattern, made in self._patterns:
            match = pattern.fullmatch(text)
            if match:
                values = {name: self.told(value) for name, value in match.groupdict().items()}
                return _SLOT.sub(lambda slot: values[slot[1]], self.words.gettext(made))  # noqa: B023 - used at once
        return text


def _compiled(catalog: Catalog) -> GNUTranslations:
    from babel.messages.mofile import write_mo

    held = io.BytesIO()
    write_mo(held, catalog)
    held.seek(0)
    return GNUTranslations(held)


def _is_kept(message: Message) -> bool:
    """Say whether a kept sentence may be an instance of this text.

    Others are too open: "{method} on {item}" would be found in what an author wrote.
    """
    kept = message.id in KEPT or KEPT_HERE in message.auto_comments
    return bool(message.string and not message.fuzzy and not message.context and kept)


def _weight(text: str) -> int:
    """Return how much of ``text`` is not left open: the most definite sentence is tried first."""
    return len(_SLOT.sub("", text))


def _pattern(text: str) -> re.Pattern[str]:
    made, end, seen = "", 0, set()
    for slot in _SLOT.finditer(text):
        name = slot[1]
        made += re.escape(text[end : slot.start()])
        made += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
        seen.add(name)
        end = slot.end()
    return re.compile(made + re.escape(text[end:]), re.DOTALL)


_SPEECH: ContextVar[Speech] = ContextVar("speech", default=Speech(ENGLISH, ()))  # noqa: B039 - nothing of it changes


@contextmanager
def speaking(tag: str, folders: Sequence[Path] = ()) -> Iterator[Speech]:
    """Let pages be made in the language ``tag``; ``folders`` hold translations beside ours."""
    token = _SPEECH.set(speech(tag, tuple(folders)))
    try:
        yield _SPEECH.get()
    finally:
        _SPEECH.reset(token)


def speech(tag: str, folders: tuple[Path, ...] = ()) -> Speech:
    """Return the words of the language ``tag``; pt-BR takes what is missing from pt.

    They are read again when a file of them has changed: a server builds more than once.

    Raises
    ------
    LanguageError
        If a file of translations cannot be read.

    """
    files = files_of(tag, folders)
    return _spoken(tag, tuple((path, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=8)
def _spoken(tag: str, files: tuple[tuple[Path, int], ...]) -> Speech:
    if not files:
        return Speech(tag, ())
    from babel import Locale, UnknownLocaleError
    from babel.numbers import get_decimal_symbol

    try:
        point = get_decimal_symbol(Locale.parse(tag, sep="-"))
    except (UnknownLocaleError, ValueError):
        point = "."
    return Speech(tag, [read(path) for path, _ in files], point)


def files_of(tag: str, folders: Sequence[Path] = ()) -> list[Path]:
    """Return the files of translations for ``tag``, the most particular first.

    Folders of languages have small letters, as nobody has to keep to in a tag.
    """
    tags = dict.fromkeys((tag, tag.partition("-")[0].lower()))
    places = [folder / name for name in tags for folder in (*folders, OURS)]
    return [path for place in places for path in sorted(place.glob("*.po"))]


def untranslated(tag: str, folders: Sequence[Path] = ()) -> str:
    """Return a note for whoever builds pages in a language that has no words, or "".

    >>> untranslated("en-GB"), untranslated("de")
    ('', '')
    """
    if tag.partition("-")[0].lower() == ENGLISH or files_of(tag, folders):
        return ""
    return (
        f"language {tag}: nobody has translated the pages' own words, so these stay English; "
        f"salon texts --language {tag} writes a file to fill in"
    )


def say(text: str, /, **values: object) -> str:
    """Return ``text`` in the language of the page, its {slots} filled with ``values``.

    >>> say("{count} of {all} pictures", count=3, all=4)
    '3 of 4 pictures'
    """
    said = _SPEECH.get().words.gettext(text) if text else text  # of "" PO files tell of themselves
    return said.format(**values) if values else said


def say_as(context: str, text: str, /, **values: object) -> str:
    """Return ``text`` as it is said in a ``context``, for a word that has several translations."""
    said = _SPEECH.get().words.pgettext(context, text)
    return said.format(**values) if values else said


def many(one: str, other: str, count: int, /, **values: object) -> str:
    """Return the form of a text that fits ``count``, which fills the slot {count}.

    >>> many("{count} picture", "{count} pictures", 2)
    '2 pictures'
    """
    said = _SPEECH.get().words.ngettext(one, other, count)
    return said.format(**{"count": count, **values})


def form(one: str, other: str, count: int) -> str:
    """Return the form of a text that fits ``count``, its slots still open."""
    return _SPEECH.get().words.ngettext(one, other, count)


def mark(text: str) -> str:
    """Return ``text`` as it is: a constant, to be said where it is used."""
    return text


def plural(one: str, other: str) -> tuple[str, str]:
    """Return two forms of a text as they are: a constant, for ``many`` where it is used."""
    return one, other


def kept(text: str, /, **values: object) -> str:
    """Return ``text`` in English, to be kept with a result; ``told`` translates it on a page."""
    return text.format(**values) if values else text


def told(text: str) -> str:
    """Return a sentence or a word that was kept in English in the language of the page."""
    return _SPEECH.get().told(text)


def tag() -> str:
    """Return the tag of the language of the page."""
    return _SPEECH.get().tag


def english() -> bool:
    """Say whether the page has English words, as it has where nothing is translated."""
    return _SPEECH.get().english


def point() -> str:
    """Return what sets the decimals of a number apart."""
    return _SPEECH.get().point


def template_callables() -> dict[str, Any]:
    """Return what the templates' ``trans`` and ``_`` call."""
    names = ("gettext", "ngettext", "pgettext", "npgettext")
    return {"newstyle": True, **{name: _asked(name) for name in names}}


def _asked(name: str) -> Callable[..., str]:
    """Return a function that asks the language of the page, whatever it will be by then."""
    contexts = name.count("p")  # those stand before the text

    def call(*words: Any) -> str:
        said = getattr(_SPEECH.get().words, name)(*words) if words[contexts] else ""
        return _PERCENT.sub("%%", said)  # Jinja formats it, and a translator may write "50 %"

    return call
