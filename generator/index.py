"""The index of a store in SQLite. It only makes things fast: lost or damaged, it is made anew."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_VERSION = 1
_TABLES = """
CREATE TABLE IF NOT EXISTS records (
  key TEXT PRIMARY KEY, json TEXT NOT NULL, seconds REAL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS assets (name TEXT PRIMARY KEY, blob TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stats (blob TEXT PRIMARY KEY, signature TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS memory (
  path TEXT, kind TEXT, signature TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (path, kind)
) WITHOUT ROWID;
"""
_CHUNK = 500


class Index:
    """Records, renditions, file stats and remembered hashes, in one SQLite file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError:
            self._discard()
            self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=60, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            _check_version(connection.execute("PRAGMA user_version").fetchone()[0])
            connection.executescript(_TABLES)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _discard(self) -> None:
        """Set a damaged index aside; a build that still holds it open keeps its own copy."""
        for suffix in ("", "-wal", "-shm"):
            part = self.path.with_name(self.path.name + suffix)
            if part.exists():
                part.replace(self.path.with_name(f"damaged-{self.path.name}{suffix}"))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _select(self, query: str, names: list[str]) -> Iterator[tuple[str, str]]:
        for start in range(0, len(names), _CHUNK):
            part = names[start : start + _CHUNK]
            marks = ",".join("?" * len(part))
            yield from self._connection.execute(query.format(marks), part)

    def _write(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        rows = list(rows)
        if rows:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(statement, rows)
            self._connection.execute("COMMIT")

    def records(self, keys: list[str]) -> dict[str, str]:
        """Return the JSON of each record that is known."""
        return dict(self._select("SELECT key, json FROM records WHERE key IN ({})", keys))

    def seconds(self, keys: list[str]) -> dict[str, float]:
        """Return how long each run took, where it is known."""
        query = "SELECT key, seconds FROM records WHERE seconds IS NOT NULL AND key IN ({})"
        return {key: float(value) for key, value in self._select(query, keys)}

    def all_records(self) -> dict[str, str]:
        """Return the JSON of every record."""
        return dict(self._connection.execute("SELECT key, json FROM records"))

    def add_record(self, key: str, text: str, seconds: float | None) -> None:
        """Enter a record."""
        self._write("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", [(key, text, seconds)])

    def drop_record(self, key: str) -> None:
        """Take a record out."""
        self._write("DELETE FROM records WHERE key = ?", [(key,)])

    def assets(self, names: list[str]) -> dict[str, str]:
        """Return the blob of each rendition that is known."""
        return dict(self._select("SELECT name, blob FROM assets WHERE name IN ({})", names))

    def all_assets(self) -> dict[str, str]:
        """Return the blob of every rendition."""
        return dict(self._connection.execute("SELECT name, blob FROM assets"))

    def add_assets(self, blobs: dict[str, str]) -> None:
        """Enter renditions."""
        self._write("INSERT OR REPLACE INTO assets VALUES (?, ?)", blobs.items())

    def drop_assets(self, names: Iterable[str]) -> None:
        """Take renditions out."""
        self._write("DELETE FROM assets WHERE name = ?", ((name,) for name in names))

    def stats(self, blobs: list[str]) -> dict[str, str]:
        """Return the size and time that each file had when it was last known to be whole."""
        return dict(self._select("SELECT blob, signature FROM stats WHERE blob IN ({})", blobs))

    def add_stats(self, signatures: dict[str, str]) -> None:
        """Remember the size and time of files that are whole."""
        self._write("INSERT OR REPLACE INTO stats VALUES (?, ?)", signatures.items())

    def recall(self, path: str, kind: str, signature: str) -> str | None:
        """Return what was remembered of a file, if it still has this signature."""
        row = self._connection.execute(
            "SELECT value FROM memory WHERE path = ? AND kind = ? AND signature = ?",
            (path, kind, signature),
        ).fetchone()
        return None if row is None else str(row[0])

    def remember(self, path: str, kind: str, signature: str, value: str, changed_ns: int) -> None:
        """Remember a fact of a file, unless it changed too lately for its time to tell."""
        if time.time_ns() - changed_ns > 2_000_000_000:  # noqa: PLR2004 - two seconds
            self._write(
                "INSERT OR REPLACE INTO memory VALUES (?, ?, ?, ?)",
                [(path, kind, signature, value)],
            )


def _check_version(found: int) -> None:
    if found not in (0, _VERSION):  # 0 is a file that was just made
        raise sqlite3.DatabaseError(f"expected an index of version {_VERSION}, got {found}")
