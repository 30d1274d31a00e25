"""A build to compare: its report, and where its arrays and pictures can be had."""

from __future__ import annotations

import zipfile
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.archives import Files, Folder, open_zip
from generator.errors import ComparisonError, SalonError
from generator.report import REPORT, from_json
from generator.shelf import Shelf
from generator.stamp import report_path
from generator.stills import Still, values

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from numpy.typing import NDArray

    from generator.records import PanelRecord
    from generator.report import Report, Run

_OLD_SITE = "salon.json"


@dataclass(frozen=True)
class Build:
    """What a build found. ``shelves`` may hold its arrays, and ``files`` those of its site."""

    name: str
    report: Report
    shelves: tuple[Shelf, ...] = ()
    files: Files | None = None

    def blob(self, panel: PanelRecord) -> bytes | None:
        """Return the bytes of the file that ``panel`` is kept in, or None where it is not had."""
        for shelf in self.shelves:
            if panel.blob and shelf.blob(panel.blob).is_file():
                try:
                    return shelf.read(panel.blob)
                except SalonError:  # damaged; another may have it whole
                    continue
        return None

    def array(self, panel: PanelRecord) -> NDArray[Any] | None:
        """Return the array of ``panel``, or None where it cannot be had."""
        for shelf in self.shelves:
            if not panel.blob or not shelf.blob(panel.blob).is_file():
                continue
            try:
                if isinstance(panel, Still):
                    return _frame(shelf, panel)
                if panel.suffix != "source":
                    return shelf.array(panel)
                from generator.imaging import decode

                return decode(shelf.read(panel.blob), name=panel.name).image
            except (SalonError, OSError, ValueError, KeyError, zipfile.BadZipFile):
                continue
        return None

    def film(self, still: Still) -> Generator[NDArray[Any]] | None:
        """Return what each frame of a film holds, from the first on, or None where it is not had.

        A map is (H, W) float32, a mask (H, W) bool, a picture (H, W, 3) uint8.

        Raises
        ------
        StoreError
            On the way, if the film is no film.

        """
        for shelf in self.shelves:
            with suppress(SalonError, OSError):
                return values(shelf.sound(still.blob), still)
        return None

    def picture(self, run: Run, panel: str) -> NDArray[Any] | None:
        """Return the picture that the site shows of a panel, (H, W, C) uint8, or None."""
        data = self.shown(run, panel)
        if data is None:
            return None
        from generator.imaging import decode

        try:
            return decode(data, name=panel).image
        except SalonError:
            return None

    def shown(self, run: Run, panel: str) -> bytes | None:
        """Return the file that the site shows of a panel, or None where it cannot be had."""
        look = run.looks.get(panel)
        return self.files.read(look.file) if look and self.files else None


def _frame(shelf: Shelf, still: Still) -> NDArray[Any] | None:
    with closing(values(shelf.sound(still.blob), still)) as frames:
        return next((array for number, array in enumerate(frames) if number == still.frame), None)


def open_build(path: Path, name: str, manifest: Path, store: Path) -> Build:
    """Return the build at ``path``: a site, an archive of one, a store or an accepted baseline.

    ``store`` is where arrays of a site are looked for, and ``manifest`` says which of the builds
    that a store knows is meant.

    Raises
    ------
    ComparisonError
        If there is no build at ``path``, or one that cannot be read.

    """
    shared = (Shelf(store),) if store.is_dir() else ()
    if path.is_file():
        archive = open_zip(path, REPORT)
        return Build(name, _report(archive.read(REPORT), name), shared, archive)
    site = Folder(path)
    if (path / REPORT).is_file():
        return Build(name, _report(site.read(REPORT), name), (Shelf(path), *shared), site)
    if (path / "records").is_dir() or (path / "reports").is_dir():
        text = _stored(path, name, manifest).read_bytes()
        return Build(name, _report(text, name), (Shelf(path), *shared))
    if (path / _OLD_SITE).is_file():
        raise ComparisonError(
            f"{name}: this site has no {REPORT}: it was made by an older Salon, or only a part of "
            "it was copied; build it again"
        )
    raise ComparisonError(
        f"{name}: expected a site, a zip archive of one, a store, an accepted baseline or a git "
        f"revision, found a folder without a {REPORT}"
    )


def _stored(store: Path, name: str, manifest: Path) -> Path:
    """Return the report that is meant of those that a store holds."""
    mine = report_path(manifest, store)
    if mine.is_file():
        return mine
    found = sorted((store / "reports").glob("*.json"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise ComparisonError(
            f"{name}: this store holds no report of a build; run salon build with it once"
        )
    raise ComparisonError(
        f"{name}: this store holds the reports of {len(found)} manifests, none of them that of "
        f"{manifest}; say which with --manifest"
    )


def _report(data: bytes | None, name: str) -> Report:
    try:
        text = (data or b"").decode("utf-8")
    except UnicodeDecodeError:
        raise ComparisonError(
            f"{name}: the report of this build is no text; build it again"
        ) from None
    return from_json(text, name)
