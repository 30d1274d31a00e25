"""A file is there whole or not at all, and what the dead left is swept while the living write on."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading

import pytest

from generator import drafts
from generator.drafts import Drafts, lock
from generator.errors import StoreError

HALF = """
import os, sys, time
from pathlib import Path
from generator.drafts import Drafts
drafts = Drafts(Path(sys.argv[1]))
(drafts._mine() / "half").write_bytes(b"x")
print("ready", flush=True)
time.sleep(60)
"""


@pytest.fixture
def other(tmp_path):
    """Another process that is in the middle of writing."""
    command = [sys.executable, "-c", HALF, str(tmp_path / "drafts")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


@pytest.fixture
def mine(tmp_path):
    made = Drafts(tmp_path / "drafts")
    yield made
    made.close()


def left(folder) -> list[str]:
    return sorted(path.name for path in folder.glob("*"))


def test_the_living_are_spared_and_the_dead_are_swept(tmp_path, other, mine):
    mine.sweep()
    assert len(left(tmp_path / "drafts")) == 2
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    mine.sweep()
    assert left(tmp_path / "drafts") == []


def test_a_sweep_spares_its_own_process(tmp_path, mine):
    mine.write(tmp_path / "one", b"1", durable=True)
    mine.sweep()
    mine.write(tmp_path / "two", b"2", durable=False)
    mine.close()
    assert left(tmp_path / "drafts") == []
    assert left(tmp_path) == ["drafts", "one", "two"]


def test_after_closing_one_can_write_again(tmp_path, mine):
    for text in (b"1", b"2"):
        mine.write(tmp_path / "target", text, durable=True)
        mine.close()
        mine.close()
    assert (tmp_path / "target").read_bytes() == b"2"


def test_a_forked_child_writes_in_a_folder_of_its_own_and_leaves_the_parents(tmp_path, mine):
    own = mine._mine()
    child = os.fork()
    if child == 0:
        apart = mine._mine() != own
        mine.close()
        os._exit(0 if apart and own.is_dir() else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert own.is_dir()
    mine.write(tmp_path / "target", b"1", durable=True)


@pytest.mark.parametrize("when", ["before the lock", "during the lock"])
def test_a_sweep_between_a_file_and_its_lock_takes_nothing_from_the_living(
    tmp_path, mine, monkeypatch, when
):
    sweeper = Drafts(tmp_path / "drafts")
    true, swept = drafts.lock, []

    def slow(path, *, wait):
        if swept or not path.name.startswith(f"{os.getpid()}-"):
            return true(path, wait=wait)
        swept.append(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        if when == "during the lock":  # a sweep holds it just now, and then takes it away
            with true(path, wait=False):
                return true(path, wait=False)
        handle = path.open("ab")
        sweeper.sweep()  # the file is there, and nobody holds it yet
        assert not path.exists()
        drafts.fcntl.flock(handle, drafts.fcntl.LOCK_EX | drafts.fcntl.LOCK_NB)
        return handle

    monkeypatch.setattr(drafts, "lock", slow)
    mine.write(tmp_path / "target", b"1", durable=True)
    assert swept
    assert mine._own.with_name(f"{mine._own.name}.lock").is_file()
    monkeypatch.undo()
    sweeper.sweep()
    mine.write(tmp_path / "target", b"2", durable=True)


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
def test_what_cannot_be_written_is_said_and_what_was_there_stays(
    tmp_path, monkeypatch, call, code, mine
):
    (tmp_path / "target").write_bytes(b"old")
    mine._mine()

    def fails(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os if call == "fsync" else type(tmp_path), call, fails)
    with pytest.raises(StoreError, match=os.strerror(code)):
        mine.write(tmp_path / "target", b"new", durable=True)
    monkeypatch.undo()
    assert (tmp_path / "target").read_bytes() == b"old"
    assert left(mine._mine()) == []


def test_readers_see_the_old_text_or_the_new_one_and_nothing_between(tmp_path, mine):
    texts = {bytes([letter]) * 200_000 for letter in b"ab"}
    target = tmp_path / "target"
    mine.write(target, next(iter(texts)), durable=False)
    done = threading.Event()

    def write() -> None:
        for _ in range(100):
            for text in texts:
                mine.write(target, text, durable=False)
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    seen = set()
    while not done.is_set():
        seen.add(target.read_bytes())
    thread.join()
    assert seen <= texts


def test_a_lock_is_held_by_one(tmp_path):
    held = lock(tmp_path / "x.lock", wait=False)
    assert lock(tmp_path / "x.lock", wait=False) is None
    held.close()
    again = lock(tmp_path / "x.lock", wait=True)
    again.close()
