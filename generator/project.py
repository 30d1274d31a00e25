"""Where a project's parts are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


def own_templates() -> Path:
    """Return the folder of Salon's templates: inside the package, or beside it in a checkout."""
    inside = Path(__file__).parent / "templates"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "templates"


@dataclass(frozen=True)
class Project:
    """Where things are: the manifest, the store, the site, and the project's own templates."""

    manifest: Path
    store: Path
    out: Path

    @property
    def root(self) -> Path:
        """The project's folder: the one that holds ``content/``, or the manifest itself."""
        folder = self.manifest.resolve().parent
        return folder.parent if folder.name == "content" else folder

    @property
    def templates(self) -> list[Path]:
        """Folders of templates; a file of the project's replaces Salon's of the same name."""
        own, ours = self.root / "templates", own_templates()
        return [own, ours] if own.is_dir() and own.resolve() != ours.resolve() else [ours]

    @property
    def languages(self) -> tuple[Path, ...]:
        """The folder of the project's own translations, if it has one."""
        own = self.root / "languages"
        return (own,) if own.is_dir() else ()
