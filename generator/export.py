"""A built site, or one page of it, as a single file to send to somebody."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.errors import OutputError, SalonError
from generator.inlining import inlined
from generator.manifest import nearest
from generator.replacing import MARK
from generator.whole_report import whole_report
from generator.wording import size_words

if TYPE_CHECKING:
    from pathlib import Path

LARGE, TOO_LARGE = 25_000_000, 200_000_000
"""Bytes from which a file is called large, and from which it is only written if that is meant."""
_WIDEST = {"page": 1024, "report": 512}
"""Pixels to which pictures are limited: a report holds a hundred times as many."""


@dataclass(frozen=True)
class Exported:
    """What was written: how many pages, and how many bytes."""

    pages: int
    size: int

    @property
    def words(self) -> str:
        """The size, and a warning where it is one that mail and browsers will not like."""
        pages = "1 page" if self.pages == 1 else f"{self.pages} pages"
        said = f"{pages}, {size_words(self.size)}"
        warning = (
            " (large: many mail servers refuse it, and it opens slowly; --page takes one page)"
        )
        return said + (warning if self.size > LARGE else "")


def export(site: Path, page: str, target: Path, *, force: bool = False) -> Exported:
    """Write ``page`` of the site, or for "" the whole of it, as the one file ``target``.

    Raises
    ------
    SalonError
        If there is no site or no such page, or the file would be too large to be of use.
    OutputError
        If the file cannot be written.

    """
    if not (site / MARK).is_file():
        raise SalonError(f"expected a built site, found none at {site}; run salon build first")
    pages = frozenset(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    if page and page not in pages:
        raise SalonError(
            f"expected a page of the site, got {page!r} {nearest(page, pages)}".strip()
        )

    def read(path: str) -> bytes:
        return (site / path).read_bytes()

    try:
        text = (
            inlined(page, read, _WIDEST["page"])
            if page
            else whole_report(read, pages, _WIDEST["report"])
        )
    except FileNotFoundError as error:
        raise SalonError(
            f"the site lacks the file {error.filename}; build it again with salon build --force"
        ) from None
    data = text.encode()
    if len(data) > TOO_LARGE and not force:
        raise SalonError(
            f"expected at most {size_words(TOO_LARGE)}, got {size_words(len(data))}: few programs "
            "open such a file; export one page with --page, or write it all the same with --force"
        )
    _write(target, data)
    return Exported(1 if page else len(pages) - ("404.html" in pages), len(data))


def _write(target: Path, data: bytes) -> None:
    """Write the file whole or not at all."""
    draft = target.with_name(f".{target.name}-{uuid.uuid4().hex[:12]}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
        os.replace(draft, target)  # noqa: PTH105 - what it does is in its name
    except OSError as error:
        raise OutputError(f"{target} cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
