"""A store keeps things whole, runs no code, and says what to do when the disk will not have it."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import tree

from generator.drafts import Drafts
from generator.errors import StoreError
from generator.records import PanelRecord, from_json, to_json
from generator.store import DamageError, Shelf, Store
from generator.technique import Panel, Result, Role, Score

KEY = "a" * 64


def result() -> Result:
    rng = np.random.default_rng(0)
    return Result(
        (
            Panel("heat", Role.HEATMAP, rng.random((5, 7), dtype=np.float32)),
            Panel("mask", Role.MASK, rng.random((5, 7)) > 0.5),
            Panel("picture", Role.PICTURE, rng.integers(0, 256, (5, 7, 3), dtype=np.uint8)),
            Panel("box", Role.BOX, np.array([1, 2, 3, 4])),
            Panel("curve", Role.CURVE, np.array([[1.0, 2.0], [2.0, 1.5]])),
        ),
        (Score("iou", 0.5),),
        ("a note",),
    )


def test_what_goes_in_comes_out(tmp_path):
    kept = result()
    with Shelf(tmp_path) as shelf:
        record = shelf.keep(KEY, "t", {"a": 1}, kept)
        assert record == shelf.read_record(KEY) == from_json(to_json(record))
        for panel in kept.panels[:3]:
            assert np.array_equal(shelf.array(record.panel(panel.name)), panel.array)
    assert record.panel("box").values == (1, 2, 3, 4)
    assert record.notes == ("a note",)
    assert list((tmp_path / "drafts").glob("*")) == []


def test_equal_results_are_kept_once(tmp_path):
    with Shelf(tmp_path) as shelf:
        shelf.keep(KEY, "t", {}, result())
        before = tree(tmp_path / "blobs")
        shelf.keep("b" * 64, "t", {}, result())
    assert tree(tmp_path / "blobs") == before


def test_a_pickle_in_a_foreign_store_is_not_loaded(tmp_path):
    buffer = io.BytesIO()
    np.savez(buffer, array=np.array([{"code": "runs"}], dtype=object))
    with Shelf(tmp_path) as shelf:
        blob = shelf.write(buffer.getvalue())
        panel = PanelRecord("heat", Role.HEATMAP, (1,), {}, blob, "npz")
        with pytest.raises(ValueError, match="allow_pickle=False"):
            shelf.array(panel)


def test_a_file_without_its_hash_is_never_read(tmp_path):
    with Shelf(tmp_path) as shelf:
        blob = shelf.write(b"right")
        shelf.blob(blob).write_bytes(b"wrong")
        with pytest.raises(DamageError):
            shelf.read(blob)


def test_a_full_disk_is_said_and_leaves_no_half_file(tmp_path, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with Shelf(tmp_path) as shelf:
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match="No space left on device; free some space"):
            shelf.write(b"data")
        assert [path for path in (tmp_path / "drafts").glob("*/*")] == []
    assert not (tmp_path / "blobs").exists()


def test_a_full_disk_fails_its_results_and_builds_the_rest(house, monkeypatch):
    true = os.fsync
    count = 0

    def sometimes(handle):
        nonlocal count
        count += 1
        if count == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        true(handle)

    monkeypatch.setattr(os, "fsync", sometimes)
    summary = house.build()
    assert (summary.built, summary.failed) == (5, 1)
    assert "No space left on device" in summary.problems[0]
    monkeypatch.undo()
    assert house.build().failed == 0


def test_a_store_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreError, match="choose another place with --store"):
        Store(tmp_path / "file" / "store")


def test_a_dead_process_leaves_drafts_that_are_swept_and_a_living_one_keeps_its_own(tmp_path):
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom generator.drafts import Drafts\n"
        "drafts = Drafts(Path(sys.argv[1]))\n"
        "(drafts._mine() / 'half').write_bytes(b'x')\nos._exit(1)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "drafts")], check=False)
    living = Drafts(tmp_path / "drafts")
    living.write(tmp_path / "whole", b"y", durable=True)
    assert len(list((tmp_path / "drafts").glob("*.lock"))) == 2
    living.sweep()
    assert len(list((tmp_path / "drafts").glob("*.lock"))) == 1
    living.write(tmp_path / "more", b"z", durable=True)
    living.close()
    assert list((tmp_path / "drafts").glob("*")) == []


def test_an_index_of_another_version_is_set_aside(tmp_path):
    import sqlite3

    with Store(tmp_path) as store:
        store.adopt(store.keep(KEY, "t", {}, result()), 1.0)
    connection = sqlite3.connect(tmp_path / "index.sqlite")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with Store(tmp_path) as store:
        assert set(store.find([KEY])) == {KEY}
