"""A tiny house: three small photographs' worth of pictures and a manifest, in a folder of its own."""

from __future__ import annotations

import os
import sys
from concurrent.futures import Executor, Future
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from jinja2 import FileSystemBytecodeCache
from PIL import Image

from generator import catalog, memory, render
from generator.build import Options, Summary, build
from generator.project import Project

HOUSE = Path(__file__).parent / "house"
MOST_WORKERS, ROOM = 4, 1_500_000_000
"""Processes that test at once, and the bytes that each needs: TensorFlow and its networks."""
THREADS = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS",
    "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS",
)  # fmt: skip

MANIFEST = """\
title: A tiny house
description: Three pictures.
techniques:
  saliency:
    params: {long_side: 32}
items:
  - {id: disc, source: disc.png, title: Disc, alt: A red disc, credit: Us, licence: CC0, tags: [a]}
  - {id: noise, source: noise.png, title: Noise, alt: Noise, credit: Us, licence: CC0}
  - {id: grey, source: grey.png, title: Grey, alt: A slope, credit: Us, licence: CC0, tags: [a, b]}
"""


def pytest_xdist_auto_num_workers(config):
    """As many workers as cores and memory allow, each with its share of the cores as threads."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = (
        os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
    )
    workers = max(1, min(cores or 1, MOST_WORKERS, memory // ROOM if memory else MOST_WORKERS))
    for name in THREADS:  # workers inherit it, and so do the builds that they start
        os.environ.setdefault(name, str(max(1, (cores or 1) // workers)))
    return workers


class Inline(Executor):
    """An executor that runs at once, here."""

    def submit(self, function, /, *args, **kwargs):
        future: Future = Future()
        try:
            future.set_result(function(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


def disc(height: int = 48, width: int = 64) -> np.ndarray:
    rows, columns = np.mgrid[:height, :width]
    picture = np.full((height, width, 3), (60, 120, 70), np.uint8)
    picture[(rows - height / 2) ** 2 + (columns - width / 3) ** 2 < (height / 4) ** 2] = (
        220,
        40,
        30,
    )
    return picture


class House:
    """A project to build and to break."""

    def __init__(self, root: Path) -> None:
        self.content = root / "content"
        self.content.mkdir(parents=True)
        self.project = Project(
            self.content / "manifest.yaml", root / ".salon" / "store", root / "site"
        )
        self.root = root
        self.manifest(MANIFEST)
        Image.fromarray(disc()).save(self.content / "disc.png")
        noise = np.random.default_rng(0).integers(0, 256, (40, 56, 3), dtype=np.uint8)
        Image.fromarray(noise).save(self.content / "noise.png")
        slope = np.tile(np.arange(50, dtype=np.uint8) * 5, (30, 1))
        Image.fromarray(slope).save(self.content / "grey.png")

    def at(self, store: str) -> Project:
        """Return the same project with another store."""
        return replace(self.project, store=self.root / ".salon" / store)

    def manifest(self, text: str) -> None:
        self.project.manifest.write_text(text, encoding="utf-8")

    def edit(self, old: str, new: str) -> None:
        text = self.project.manifest.read_text(encoding="utf-8")
        assert old in text
        self.manifest(text.replace(old, new))

    def build(self, **options) -> Summary:
        options.setdefault("executor", lambda _: Inline())
        return build(self.project, Options(**options))

    def page(self, name: str) -> str:
        return (self.project.out / name).read_text(encoding="utf-8")


@pytest.fixture(scope="session", autouse=True)
def quick(tmp_path_factory):
    """Read each source and compile each template once for all tests; the results are the same."""
    patch = pytest.MonkeyPatch()
    for name in ("fingerprint", "imported"):
        patch.setattr(memory, name, lru_cache(maxsize=None)(getattr(memory, name)))
    true, cache = render.environment, FileSystemBytecodeCache(tmp_path_factory.mktemp("templates"))

    def environment(folders):
        made = true(folders)
        made.bytecode_cache = cache
        return made

    patch.setattr(render, "environment", environment)
    yield
    patch.undo()


@pytest.fixture
def house(tmp_path):
    return House(tmp_path / "project")


@pytest.fixture
def guests(monkeypatch):
    """Let the catalog take in test techniques of ``tests/house``, by module name."""
    monkeypatch.syspath_prepend(str(HOUSE))

    def invite(*modules: str) -> None:
        class Point:
            def __init__(self, value):
                self.value = value

        monkeypatch.setattr(catalog, "entry_points", lambda group: [Point(m) for m in modules])
        for module in modules:
            sys.modules.pop(module, None)

    return invite


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
