"""A new folder beside the old one, then a swap: who looks sees the one or the other, whole."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING

from generator.drafts import lock
from generator.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARK = "salon.json"
"""The file that says that a folder is a site of ours, and may be replaced."""


@contextmanager
def replacing(out: Path, locks: Path) -> Iterator[Path]:
    """Give a fresh folder; on the way out it takes the place of ``out`` in one rename."""
    name = hashlib.sha256(str(out).encode()).hexdigest()[:16]
    with lock(locks / f"{name}.lock", wait=True) or open(os.devnull, "rb"):  # noqa: PTH123
        check_replaceable(out)
        for stale in out.parent.glob(f".site-{name}-*"):
            shutil.rmtree(stale, ignore_errors=True)
        fresh = out.parent / f".site-{name}-{uuid.uuid4().hex[:12]}"
        try:
            (fresh / "assets").mkdir(parents=True)
            yield fresh
            old = out.parent / f".site-{name}-old"
            if out.exists():
                out.rename(old)
            fresh.rename(out)
            shutil.rmtree(old, ignore_errors=True)
        except OSError as error:
            raise OutputError(
                f"the site cannot be written at {out}: {error.strerror or error}; "
                "choose another place with --out, or free some space"
            ) from error
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def check_replaceable(out: Path) -> None:
    """Refuse to replace anything that is not a site of ours.

    Raises
    ------
    OutputError
        If ``out`` is a file, or a folder with other things in it.

    """
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise OutputError(f"expected a folder for the site, found a file or a link at {out}")
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise OutputError(
            f"{out} holds something that is not a site Salon made (it has no {MARK}); "
            "choose another place with --out, or empty it yourself"
        )
