"""The index of a store in SQLite. It only makes things fast: lost or damaged, it is made anew.

SQLite does not notice a changed bit inside a value, so what results rest on is sealed by a hash.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from generator.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

_VERSION = 2
_TABLES = """
CREATE TABLE IF NOT EXISTS records (
  key TEXT PRIMARY KEY, json TEXT NOT NULL, seal TEXT NOT NULL, seconds REAL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS assets (name TEXT PRIMARY KEY, blob TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS stats (blob TEXT PRIMARY KEY, signature TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS memory (
  path TEXT, kind TEXT, signature TEXT NOT NULL, value TEXT NOT NULL, seal TEXT NOT NULL,
  PRIMARY KEY (path, kind)
) WITHOUT ROWID;
"""
_CHUNK = 500
_MACHINE = {
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM,
}  # fmt: skip
"""Errors that are no fault of the file; after every other one it is made anew."""

_Done = TypeVar("_Done")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to write-ahead logging; who finds another at it is refused at once, so try again."""
    for wait in (0.01, 0.05, 0.2, 1.0, 5.0):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise
            time.sleep(wait)
        else:
            return
    connection.execute("PRAGMA journal_mode = WAL")


class Index:
    """Records, renditions, file stats and remembered hashes, in one SQLite file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError as error:
            self._connection = self._anew(error)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=60, isolation_level=None)
        try:
            _write_ahead(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            _check_version(connection.execute("PRAGMA user_version").fetchone()[0])
            connection.executescript(_TABLES)
            connection.execute(f"PRAGMA user_version = {_VERSION}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _anew(self, error: sqlite3.Error) -> sqlite3.Connection:
        """Set a damaged index aside and begin another; who still holds it open keeps its own.

        Raises
        ------
        StoreError
            If the index cannot be used for a reason outside of it, such as a full disk.

        """
        try:
            if _of_the_machine(error):
                raise error
            for suffix in ("", "-wal", "-shm"):
                part = self.path.with_name(self.path.name + suffix)
                with suppress(OSError):
                    part.replace(self.path.with_name(f"damaged-{part.name}"))
            return self._open()
        except sqlite3.DatabaseError as final:
            raise StoreError(
                f"the index {self.path} cannot be used: {final}; "
                "free some space, or choose another place with --store"
            ) from final

    def _safely(self, work: Callable[[sqlite3.Connection], _Done]) -> _Done:
        """Return what ``work`` does with the index, or with a new one if it is damaged."""
        try:
            return work(self._connection)
        except sqlite3.DatabaseError as error:
            if not _of_the_machine(error):
                self._connection.close()
            self._connection = self._anew(error)
            return work(self._connection)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _rows(self, query: str, arguments: list[str] | None = None) -> list[Any]:
        return self._safely(lambda index: index.execute(query, arguments or []).fetchall())

    def _select(self, query: str, names: list[str]) -> list[Any]:
        parts = [names[start : start + _CHUNK] for start in range(0, len(names), _CHUNK)]
        asked = [(query.format(",".join("?" * len(part))), part) for part in parts]
        return [row for text, part in asked for row in self._rows(text, part)]

    def _write(self, statement: str, rows: Iterable[tuple[object, ...]]) -> None:
        listed = list(rows)

        def write(index: sqlite3.Connection) -> None:
            with index:
                index.execute("BEGIN IMMEDIATE")
                index.executemany(statement, listed)

        if listed:
            self._safely(write)

    def records(self, keys: list[str]) -> dict[str, str]:
        """Return the JSON of each record that is known."""
        return self._sound(
            self._select("SELECT key, json, seal FROM records WHERE key IN ({})", keys)
        )

    def _sound(self, rows: list[Any]) -> dict[str, str]:
        """Return key and JSON of the records whose seal holds; the others are taken out."""
        broken = {key for key, text, seal in rows if seal != _seal(key, text)}
        self._write("DELETE FROM records WHERE key = ?", ((key,) for key in broken))
        return {key: text for key, text, _ in rows if key not in broken}

    def seconds(self, keys: list[str]) -> dict[str, float]:
        """Return how long each run took, where it is known."""
        query = "SELECT key, seconds FROM records WHERE seconds IS NOT NULL AND key IN ({})"
        return {key: float(value) for key, value in self._select(query, keys)}

    def all_records(self) -> dict[str, str]:
        """Return the JSON of every record."""
        return self._sound(self._rows("SELECT key, json, seal FROM records"))

    def add_record(self, key: str, text: str, seconds: float | None) -> None:
        """Enter a record."""
        row = key, text, _seal(key, text), seconds
        self._write("INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?)", [row])

    def drop_record(self, key: str) -> None:
        """Take a record out."""
        self._write("DELETE FROM records WHERE key = ?", [(key,)])

    def assets(self, names: list[str]) -> dict[str, str]:
        """Return the blob of each rendition that is known."""
        query = "SELECT name, blob FROM assets WHERE name IN ({})"
        return dict(self._select(query, names))

    def all_assets(self) -> dict[str, str]:
        """Return the blob of every rendition."""
        return dict(self._rows("SELECT name, blob FROM assets"))

    def add_assets(self, blobs: dict[str, str]) -> None:
        """Enter renditions."""
        self._write("INSERT OR REPLACE INTO assets VALUES (?, ?)", blobs.items())

    def drop_assets(self, names: Iterable[str]) -> None:
        """Take renditions out."""
        self._write("DELETE FROM assets WHERE name = ?", ((name,) for name in names))

    def stats(self, blobs: list[str]) -> dict[str, str]:
        """Return the size and time that each file had when it was last known to be whole."""
        query = "SELECT blob, signature FROM stats WHERE blob IN ({})"
        return dict(self._select(query, blobs))

    def add_stats(self, signatures: dict[str, str]) -> None:
        """Remember the size and time of files that are whole."""
        self._write("INSERT OR REPLACE INTO stats VALUES (?, ?)", signatures.items())

    def recall(self, path: str, kind: str, signature: str) -> str | None:
        """Return what was remembered of a file, if it still has this signature."""
        query = "SELECT value, seal FROM memory WHERE path = ? AND kind = ? AND signature = ?"
        rows = self._rows(query, [path, kind, signature])
        sound = [value for value, seal in rows if seal == _seal(path, kind, signature, value)]
        return sound[0] if sound else None

    def remember(self, path: str, kind: str, signature: str, value: str, changed_ns: int) -> None:
        """Remember a fact of a file, unless it changed too lately for its time to tell."""
        if time.time_ns() - changed_ns > 2_000_000_000:  # noqa: PLR2004 - two seconds
            self._write(
                "INSERT OR REPLACE INTO memory VALUES (?, ?, ?, ?, ?)",
                [(path, kind, signature, value, _seal(path, kind, signature, value))],
            )


def _of_the_machine(error: sqlite3.Error) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _MACHINE  # the low byte: no details


def _seal(*parts: str) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]


def _check_version(found: int) -> None:
    if found not in (0, _VERSION):  # 0 is a file that was just made
        raise sqlite3.DatabaseError(f"expected an index of version {_VERSION}, got {found}")
