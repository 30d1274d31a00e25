"""The index makes things fast: whatever happens to it, nothing is lost and nothing wrong is told."""

from __future__ import annotations

import random
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import tree

from generator import index as module
from generator.errors import StoreError
from generator.index import Index
from generator.store import Store


def change(house, statement: str) -> None:
    connection = sqlite3.connect(house.project.store / "index.sqlite")
    with connection:
        assert connection.execute(statement).rowcount != 0
    connection.close()


@pytest.fixture
def built(house):
    house.build()
    house.before = tree(house.project.out)
    return house


def assert_nothing_was_lost(house):
    summary = house.build()
    assert (summary.built, summary.failed) == (0, 0)
    assert tree(house.project.out) == house.before
    again = house.build()
    assert (again.built, again.written) == (0, False)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records SET json = '{'",
        "UPDATE records SET json = 'null'",
        "UPDATE records SET json = replace(json, '0.', '1.')",
        "UPDATE records SET seal = ''",
        "UPDATE records SET key = key || 'x'",
        "UPDATE assets SET blob = 'gone'",
        "UPDATE assets SET name = name || 'x'",
        "UPDATE stats SET signature = '1:1'",
        "UPDATE stats SET signature = 'junk'",
        "UPDATE memory SET value = 'junk'",
        "UPDATE memory SET value = replace(value, 'a', 'b')",
        "DELETE FROM records",
        "DELETE FROM assets",
        "DELETE FROM stats",
        "DELETE FROM memory",
        "DROP TABLE records",
        "DROP TABLE memory",
        "ALTER TABLE records RENAME COLUMN json TO text",
        "PRAGMA user_version = 99",
        "PRAGMA user_version = 1",
    ],
)
def test_a_changed_index_changes_nothing(built, statement):
    change(built, statement)
    (built.project.out / "index.html").unlink()
    assert_nothing_was_lost(built)


def test_an_index_damaged_anywhere_is_made_anew(built):
    rng = random.Random(0)
    path = built.project.store / "index.sqlite"
    whole = path.read_bytes()
    for page in range(len(whole) // 4096):
        damaged = bytearray(whole)
        start = page * 4096 + (100 if page == 0 else 0)
        damaged[start : start + 300] = rng.randbytes(300)
        path.write_bytes(damaged)
        summary = built.build()
        assert (summary.built, summary.failed) == (0, 0), page
        assert tree(built.project.out) == built.before


@pytest.mark.parametrize("data", [b"", b"x", b"SQLite format 3\0", b"not a database" * 999])
def test_what_is_no_index_is_set_aside(built, data):
    for path in built.project.store.glob("index.sqlite*"):
        path.unlink()
    (built.project.store / "index.sqlite").write_bytes(data)
    assert_nothing_was_lost(built)


@pytest.mark.parametrize("table", ["records", "stats"])
def test_a_foreign_database_is_set_aside(built, table):
    for path in built.project.store.glob("index.sqlite*"):
        path.unlink()
    connection = sqlite3.connect(built.project.store / "index.sqlite")
    with connection:
        connection.execute(f"CREATE TABLE {table} (other INTEGER)")
    connection.close()
    assert_nothing_was_lost(built)


def test_a_truncated_index_is_made_anew(built):
    path = built.project.store / "index.sqlite"
    path.write_bytes(path.read_bytes()[:5000])
    assert_nothing_was_lost(built)


def test_a_folder_in_its_place_is_set_aside(built):
    for path in built.project.store.glob("index.sqlite*"):
        path.unlink()
    (built.project.store / "index.sqlite").mkdir()
    assert_nothing_was_lost(built)


def test_rows_of_another_version_of_salon_are_left_alone(built):
    with Store(built.project.store) as store:
        store.index.add_record("k" * 64, '{"form": "of tomorrow"}', None)
    assert_nothing_was_lost(built)


def test_a_machine_that_fails_does_not_cost_the_index(tmp_path, monkeypatch):
    index = Index(tmp_path / "index.sqlite")
    index.add_assets({"name": "blob"})

    def full(_):
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    with pytest.raises(StoreError, match="disk is full; free some space"):
        index._safely(full)
    assert index.assets(["name"]) == {"name": "blob"}
    index.close()
    assert list(tmp_path.glob("damaged*")) == []


def test_a_writer_waits_for_another_and_says_so_if_that_takes_too_long(tmp_path, monkeypatch):
    index = Index(tmp_path / "index.sqlite")
    index._connection.execute("PRAGMA busy_timeout = 100")
    other = sqlite3.connect(tmp_path / "index.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        index.add_assets({"name": "blob"})
    other.execute("ROLLBACK")
    other.close()
    index.add_assets({"name": "blob"})
    assert index.all_assets() == {"name": "blob"}
    index.close()


def test_many_can_open_a_new_index_at_once(tmp_path):
    def use(number: int) -> None:
        index = Index(tmp_path / "index.sqlite")
        index.add_assets({str(number): "blob"})
        index.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, range(40)))
    index = Index(tmp_path / "index.sqlite")
    assert len(index.all_assets()) == 40
    index.close()
    assert list(tmp_path.glob("damaged*")) == []


def test_a_file_that_changed_a_moment_ago_is_not_remembered(tmp_path):
    index = Index(tmp_path / "index.sqlite")
    now = time.time_ns()
    index.remember("new", "sha256", "1:1", "v", now)
    index.remember("old", "sha256", "1:1", "v", now - 3_000_000_000)
    index.remember("later", "sha256", "1:1", "v", now + 3_000_000_000_000)
    assert index.recall("new", "sha256", "1:1") is None
    assert index.recall("old", "sha256", "1:1") == "v"
    assert index.recall("old", "sha256", "1:2") is None
    assert index.recall("old", "code", "1:1") is None
    assert index.recall("later", "sha256", "1:1") is None
    index.close()


def test_questions_about_many_names_are_asked_in_parts(tmp_path):
    index = Index(tmp_path / "index.sqlite")
    names = {f"name-{i}": f"blob-{i}" for i in range(module._CHUNK * 2 + 1)}
    index.add_assets(names)
    assert index.assets(list(names)) == names
    assert index.assets([]) == {}
    index.drop_assets(["name-0", "name-1"])
    assert len(index.all_assets()) == len(names) - 2
    index.close()
