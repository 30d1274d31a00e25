"""Files of translations, read and checked: what stands in them can be filled in on every page."""

from __future__ import annotations

import gettext
import re
from string import Formatter
from typing import TYPE_CHECKING

from generator.errors import LanguageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from babel.messages.catalog import Catalog, Message

_OF_TEMPLATES = re.compile(r"%\((\w*)(\)s)?")
"""The slots of texts that stand in templates, %(name)s; Python's are in braces."""


def read(path: Path) -> Catalog:
    """Return the translations in the file at ``path``.

    Raises
    ------
    LanguageError
        If they cannot be read, or one has a slot that its text has not.

    """
    try:
        found = _parsed(path, path.read_bytes().splitlines(keepends=True))
    except OSError as error:
        raise LanguageError(
            f"{path}: expected a file of translations that can be read, got {error.strerror}; "
            "make it readable, or take it away"
        ) from None
    for message in found:
        if message.id and message.string and not message.fuzzy:
            _check(message, path)
    return found


def _parsed(path: Path, lines: list[bytes]) -> Catalog:
    from babel.messages.pofile import PoFileError, read_po

    at = 0

    def counted() -> Iterator[bytes]:
        nonlocal at
        for at, line in enumerate(lines, 1):  # noqa: B007 - told where reading stops
            yield line

    try:
        found = read_po(counted(), abort_invalid=True)
        gettext.c2py(found.plural_expr)  # gettext asks it first
    except PoFileError as error:
        reason = str(error).removesuffix(f" on {error.lineno}")
        came = repr(error.line.strip()) if error.line else "something else"
        raise LanguageError(
            f"{path}:{error.lineno + 1}: expected translations in the PO format, got {came} "
            f"({reason}); mend this entry"
        ) from None
    except UnicodeDecodeError as error:
        raise LanguageError(
            f"{path}:{at}: expected text in {error.encoding}, got something else "
            f"({error.reason}); save the file as UTF-8"
        ) from None
    except (LookupError, ValueError) as error:
        raise LanguageError(
            f"{path}:1: expected a head that says the language, its plural forms and the file's "
            f"encoding in the PO format, got something else ({error}); mend the first entry"
        ) from None
    return found


def _check(message: Message, path: Path) -> None:
    """Refuse a translation that could not be filled in, or has a slot that its text has not."""
    ids, said = (
        one if isinstance(one, list | tuple) else (one,) for one in (message.id, message.string)
    )
    try:
        meant = {slot for text in ids for slot in _slots(text)}
    except ValueError:  # a formula has braces, too: no page fills that in
        return
    try:
        strange = {slot for text in said for slot in _slots(text)} - meant
    except ValueError as error:
        raise LanguageError(
            f"{path}:{message.lineno}: expected a translation with the slots of its text "
            f"({_listed(meant)}), got a brace that is no slot ({error}); write {{{{ for a brace"
        ) from None
    if strange:
        raise LanguageError(
            f"{path}:{message.lineno}: expected a translation with the slots of its text "
            f"({_listed(meant)}), got {_listed(strange)}; take the names from the text"
        )


def _slots(text: str | None) -> set[str]:
    """Return every slot of ``text`` with what it asks for beside its name; "{}" has no name."""
    found = {
        name + (f"!{how}" if how else "") + (f":{form}" if form else "") or "{}"
        for _, name, form, how in Formatter().parse(text or "")
        if name is not None
    }
    return found | {name if end else f"%({name}" for name, end in _OF_TEMPLATES.findall(text or "")}


def _listed(slots: set[str]) -> str:
    return ", ".join(sorted(slots)) or "none"
