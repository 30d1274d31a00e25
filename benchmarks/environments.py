"""Virtual environments for what the benchmarks compare with, in the user's cache folder."""

from __future__ import annotations

import os
import subprocess
import venv
from pathlib import Path


def environment(name: str, packages: list[str], alone: list[str] | None = None) -> Path:
    """Return the bin folder of an environment with ``packages``, installed now if need be.

    Those in ``alone`` are installed without what they ask for.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    home = cache / "salon-benchmarks" / name
    ready = home / "ready"
    wanted = "\n".join([*packages, *(alone or [])])
    if not ready.exists() or ready.read_text(encoding="utf-8") != wanted:
        venv.create(home, with_pip=True, clear=True)
        pip = [str(home / "bin" / "python"), "-m", "pip", "install", "-qq"]
        subprocess.run([*pip, *packages], check=True, stdout=subprocess.DEVNULL)
        if alone:
            subprocess.run([*pip, "--no-deps", *alone], check=True, stdout=subprocess.DEVNULL)
        ready.write_text(wanted, encoding="utf-8")  # last, so that a broken one is made anew
    return home / "bin"
