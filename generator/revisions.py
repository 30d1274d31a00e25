"""A git revision as a build: its manifest and pictures, computed with the shared store."""

from __future__ import annotations

import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from generator.build import report_of
from generator.builds import Build, open_build
from generator.errors import ComparisonError
from generator.project import Project
from generator.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.build import Listener, Options


def build_called(
    text: str, project: Project, options: Options, listener: Listener | None = None
) -> Build:
    """Return the build that ``text`` names: a path, or a git revision of the project.

    A revision is checked out into a folder of its own and computed with the project's store, so
    that only what is new costs anything; the working tree stays as it is.

    Raises
    ------
    ComparisonError
        If it is neither, or cannot be read.

    """
    path = Path(text)
    if text and path.exists():
        return open_build(path, text, project.manifest, project.store)
    top, commit = _resolved(text, project)
    manifest = project.manifest.resolve()
    if not manifest.is_relative_to(top):
        raise ComparisonError(f"{text}: the manifest {project.manifest} is not in the repository")
    with _worktree(top, commit) as tree:
        there = tree / manifest.relative_to(top)
        if not there.is_file():
            raise ComparisonError(
                f"{text}: this revision has no {manifest.relative_to(top).as_posix()}"
            )
        report = report_of(Project(there, project.store, project.out), options, listener)
    return Build(text, report, (Shelf(project.store),))


def _resolved(text: str, project: Project) -> tuple[Path, str]:
    """Return the top of the repository, and the commit that ``text`` names in it."""
    top = _git(project.root, "rev-parse", "--show-toplevel")
    commit = top and _git(
        project.root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{text}^{{commit}}"
    )
    if not top or not commit:
        raise ComparisonError(
            f"expected a site, an archive, a store or a git revision, got {text!r}, which is no "
            "path here and no revision; in CI, fetch the branch first (fetch-depth: 0)"
        )
    return Path(top).resolve(), commit


@contextmanager
def _worktree(top: Path, commit: str) -> Iterator[Path]:
    """Give a folder with the files of ``commit``; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="salon-") as folder:
        tree = Path(folder).resolve() / top.name
        try:
            _git(top, "worktree", "add", "--detach", "--force", str(tree), commit, check=True)
            yield tree
        finally:
            _git(top, "worktree", "remove", "--force", str(tree))


def _git(folder: Path, *words: str, check: bool = False) -> str:
    """Return what git says, or "" where it fails and need not succeed."""
    try:
        done = subprocess.run(  # noqa: S603
            ["git", "-C", str(folder), *words],  # noqa: S607
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError as error:
        raise ComparisonError(f"git cannot be run: {error.strerror}; install it") from None
    if done.returncode and check:
        raise ComparisonError(f"git cannot check out {words[-1][:12]}: {done.stderr.strip()}")
    return done.stdout.strip() if not done.returncode else ""
