"""kill -9 at any moment leaves a store that the next build uses.

SALON_KILL_ROUNDS=30 pytest tests/test_kill.py    # the full run; the default is four rounds
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from conftest import tree

ROUNDS = int(os.environ.get("SALON_KILL_ROUNDS", "4"))


def command(house) -> list[str]:
    return [
        sys.executable, "-m", "generator.cli", "build", "--jobs", "2",
        "--manifest", str(house.project.manifest),
    ]  # fmt: skip


def contents(house):
    """The site and the store; the index by its rows, without seconds and stat signatures."""
    store = house.project.store
    index = sqlite3.connect(store / "index.sqlite")
    rows = {
        "records": dict(index.execute("SELECT key, json FROM records")),
        "assets": dict(index.execute("SELECT name, blob FROM assets")),
    }
    index.close()
    drafts = [path.name for path in (store / "drafts").glob("*")]
    return tree(house.project.out), tree(store / "records"), tree(store / "blobs"), rows, drafts


@pytest.mark.slow
def test_a_build_that_was_killed_at_random_moments_ends_like_one_that_was_not(house):
    start = time.perf_counter()
    subprocess.run(command(house), check=True, stdout=subprocess.DEVNULL)
    whole = time.perf_counter() - start
    undisturbed = contents(house)
    assert undisturbed[-1] == []
    rng = random.Random(0)
    killed = 0
    shutil.rmtree(house.root / ".salon")
    shutil.rmtree(house.project.out)
    for round_ in range(ROUNDS):
        if round_ % 3 == 0:  # from the start again, so that every part of a build is hit
            shutil.rmtree(house.root / ".salon", ignore_errors=True)
            shutil.rmtree(house.project.out, ignore_errors=True)
        process = subprocess.Popen(
            command(house), start_new_session=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(rng.uniform(0.1, 0.9) * whole)
        killed += process.poll() is None
        with suppress(ProcessLookupError):  # it was done already
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    assert killed > 0
    subprocess.run(command(house), check=True, stdout=subprocess.DEVNULL)
    assert contents(house) == undisturbed
    assert list(house.root.glob(".site-*")) == []
