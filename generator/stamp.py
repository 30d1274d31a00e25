"""What a build notes for the next: the state of the site it wrote, and the keys of its plan."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from generator import __version__
from generator.language import files_of
from generator.records import canonical

if TYPE_CHECKING:
    from generator.findings import Findings
    from generator.memory import Memory
    from generator.plan import Plan
    from generator.project import Project
    from generator.store import Store


def listing(folder: Path) -> dict[str, str]:
    """Return size and time of every file below ``folder``, by its relative path."""
    found: dict[str, str] = {}
    waiting = [(folder, "")]
    while waiting:
        place, prefix = waiting.pop()
        try:
            entries = list(os.scandir(place))
        except OSError:
            continue
        for entry in entries:
            name = f"{prefix}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                waiting.append((Path(entry.path), f"{name}/"))
            else:
                status = entry.stat(follow_symlinks=False)
                found[name] = f"{status.st_size}:{status.st_mtime_ns}"
    return found


class Stamp:
    """The state and the listing of the site at ``out``, as it was last written from a store."""

    def __init__(self, store: Path, out: Path) -> None:
        name = hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:16]
        self._path = store / "sites" / f"{name}.json"
        try:
            noted = json.loads(self._path.read_text(encoding="utf-8"))
            self.state, self.listing = str(noted["state"]), dict(noted["listing"])
        except (OSError, ValueError, KeyError, TypeError):
            self.state, self.listing = "", {}

    def note(self, state: str, listing: dict[str, str], store: Store) -> None:
        """Remember that the site is now in ``state``."""
        text = canonical({"state": state, "listing": listing})
        store.drafts.write(self._path, text.encode(), durable=False)


def look_of(memory: Memory) -> str:
    """Return the fingerprint of how findings look; it is part of each picture's name."""
    deciding = (
        "present", "colours", "values", "imaging", "imaging_colour", "imaging_film", "film_looks",
    )  # fmt: skip
    here = Path(__file__)
    digests = [
        memory.code(here.with_name(f"{name}.py"), f"generator.{name}")[0] for name in deciding
    ]
    causes = "".join((*digests, version("pillow"), version("imageio-ffmpeg")))
    return hashlib.sha256(causes.encode()).hexdigest()[:16]


def state_of(
    findings: Findings, memory: Memory, commit: str, project: Project, *, timed: bool
) -> str:
    """Return the hash of everything that the pages are made from."""
    code = {*Path(__file__).parent.rglob("*.py"), *findings.catalog.files}
    words = files_of(findings.plan.gallery.language, project.languages)
    looks = [
        path for folder in project.templates for path in sorted(folder.rglob("*")) if path.is_file()
    ]
    outcomes = [
        (
            task.place,
            task.key,
            outcome.failure.message if outcome and outcome.failure else bool(outcome),
        )
        for task in findings.plan.tasks
        for outcome in (findings.outcomes.get(task.key),)
    ]
    causes = {
        "version": __version__,
        "gallery": repr(findings.plan.gallery),
        "outcomes": outcomes,
        "files": [(str(path), memory.sha256(path)) for path in (*sorted(code), *looks, *words)],
        "look": findings.look,
        "commit": commit,
        "timed": timed,
    }
    return hashlib.sha256(canonical(causes).encode()).hexdigest()


def commit_of(folder: Path) -> str:
    """Return the commit that ``folder`` is at, or "" outside a repository."""
    try:
        found = subprocess.run(  # noqa: S603
            ["git", "-C", str(folder), "rev-parse", "--short=12", "HEAD"],  # noqa: S607
            capture_output=True, text=True, check=False, timeout=10,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return found.stdout.strip() if found.returncode == 0 else ""


def _plan_path(manifest: Path, store: Store) -> Path:
    return store.root / "plans" / f"{_name_of(manifest)}.json"


def _name_of(manifest: Path) -> str:
    return hashlib.sha256(str(manifest.resolve()).encode()).hexdigest()[:16]


def report_path(manifest: Path, store: Path) -> Path:
    """Return where the store keeps the report of the last build of ``manifest``."""
    return store / "reports" / f"{_name_of(manifest)}.json"


def note_report(manifest: Path, report: bytes, store: Store) -> None:
    """Keep ``report`` in the store, so that the store alone can be compared with a build."""
    store.drafts.write(report_path(manifest, store.root), report, durable=False)


def note_plan(manifest: Path, plan: Plan, store: Store) -> None:
    """Remember the key of each task, so that pages can be made where sources are gone."""
    text = canonical({"/".join(task.place): task.key for task in plan.tasks}).encode()
    path = _plan_path(manifest, store)
    if not path.is_file() or path.read_bytes() != text:
        store.drafts.write(path, text, durable=False)


def noted_plan(manifest: Path, store: Store) -> dict[str, str]:
    """Return the keys that the last build of ``manifest`` noted; none if there was no build."""
    try:
        noted = json.loads(_plan_path(manifest, store).read_text(encoding="utf-8"))
        return {str(place): str(key) for place, key in noted.items()}
    except (OSError, ValueError, AttributeError):
        return {}
