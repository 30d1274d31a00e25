"""What can go wrong, and whose turn it is to mend it.

::

    SalonError
    ├── ManifestError    the manifest's author: every mistake in it, each with file, line and column
    ├── SourceError      the picture's owner: it is missing, broken, too large or out of bounds
    ├── ModelError       the network's owner: it is missing, another one, or of an unknown form
    ├── CatalogError     the technique's author: a technique that cannot be taken in
    ├── ComparisonError  the builds' owner: one of two builds cannot be read, or they do not match
    ├── LanguageError    the translator: a file of translations cannot be read or does not fit
    ├── StoreError       the machine: the store cannot be read or written (disk full, no right)
    └── OutputError      the machine: the site cannot be written
"""

from __future__ import annotations

from dataclasses import dataclass


class SalonError(Exception):
    """Something that a user can mend; its text says how."""


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake in a manifest: where it stands, what was expected and what came."""

    file: str
    line: int
    column: int
    where: str
    expected: str
    got: str
    hint: str = ""

    def __str__(self) -> str:
        """Return the one-line form that editors make clickable."""
        hint = f" ({self.hint})" if self.hint else ""
        place = f"{self.where}: " if self.where else ""
        return (
            f"{self.file}:{self.line}:{self.column}: {place}"
            f"expected {self.expected}, got {self.got}{hint}"
        )


class ManifestError(SalonError):
    """The manifest holds mistakes; all of them are in ``mistakes``."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(set(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))

    def __reduce__(self) -> tuple[type[ManifestError], tuple[list[Mistake]]]:
        """Travel between processes whole."""
        return type(self), (self.mistakes,)


class SourceError(SalonError):
    """A picture cannot be used."""


class ModelError(SalonError):
    """A network that cannot be had or read, or that cannot be asked this."""


class CatalogError(SalonError):
    """A technique does not keep the contract."""


class ComparisonError(SalonError):
    """A build or a history cannot be read, or two builds cannot be compared."""


class LanguageError(SalonError):
    """A file of translations cannot be read, or a translation leaves out what it should say."""


class StoreError(SalonError):
    """The store cannot be read or written."""


class OutputError(SalonError):
    """The site cannot be written."""
