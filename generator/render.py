"""The only writer of the site: a new one beside the old one, then a swap.

A page that was there is never half written. What the pages show comes from the store; neither the
pictures' sources nor the techniques' libraries are needed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from generator import language, script_texts
from generator.classifier_views import ClassifierPage, DataSetPage, VocabularyPage
from generator.compare_views import ComparedItemPage, ComparePage, TrendPage
from generator.drive_views import DrivePage
from generator.film_views import VideoPage
from generator.guide_views import GlossaryPage, OverviewPage
from generator.ledger_views import CreditsPage, MadePage
from generator.pattern_views import PatternPage
from generator.publishing import site_files
from generator.replacing import MARK, replacing
from generator.sheets import TABLES, csv_of, json_of, sheet_path, sheets
from generator.stamp import listing
from generator.tour_views import TourPage
from generator.views import (
    IndexPage,
    ItemPage,
    MissingPage,
    TechniquePage,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from generator.store import Store

Page = (
    IndexPage
    | ItemPage
    | DataSetPage
    | DrivePage
    | ClassifierPage
    | VocabularyPage
    | VideoPage
    | TechniquePage
    | OverviewPage
    | GlossaryPage
    | TourPage
    | MadePage
    | CreditsPage
    | MissingPage
    | ComparePage
    | ComparedItemPage
    | TrendPage
    | PatternPage
)

PARTIALS: dict[type[Page], str] = {
    IndexPage: "index",
    ItemPage: "item",
    DataSetPage: "dataset",
    DrivePage: "drive",
    ClassifierPage: "classifier",
    VocabularyPage: "vocabulary",
    VideoPage: "video",
    TechniquePage: "technique",
    OverviewPage: "overview",
    GlossaryPage: "glossary",
    TourPage: "tour",
    MadePage: "made",
    CreditsPage: "credits",
    MissingPage: "missing",
    ComparePage: "compare",
    ComparedItemPage: "compared",
    TrendPage: "trend",
    PatternPage: "patterns",
}
"""The template of each type of page."""


@dataclass(frozen=True)
class Assets:
    """The site's own stylesheets, scripts and icon: hashed names, and their bytes.

    ``texts`` tells the scripts their words, where the pages are not in English; otherwise it is "".
    """

    stylesheet: str
    script: str
    icon: str
    viewer_stylesheet: str
    viewer_script: str
    files: dict[str, bytes]
    texts: str = ""


def environment(folders: Sequence[Path]) -> Environment:
    """Return the templates in ``folders``; a file in an earlier folder replaces a later one."""
    templates = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        undefined=StrictUndefined,
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    templates.policies["ext.i18n.trimmed"] = True
    templates.globals["english"] = language.english
    templates.install_gettext_callables(**language.template_callables())  # type: ignore[attr-defined] # by the extension
    return templates


def own_assets(folders: Sequence[Path]) -> Assets:
    """Return stylesheets, scripts and icon, named by their content, in the language of the page."""
    files: dict[str, bytes] = {}
    names = {}
    for part in ("salon.css", "salon.js", "icon.svg", "viewer.css", "viewer.js"):
        path = next(f / "assets" / part for f in folders if (f / "assets" / part).is_file())
        data = path.read_bytes()
        names[part] = _hashed(path.name, data)
        files[names[part]] = data
    scripts = [files[names[part]].decode() for part in ("salon.js", "viewer.js")]
    texts = script_texts.table(scripts)
    return Assets(
        stylesheet=names["salon.css"],
        script=names["salon.js"],
        icon=names["icon.svg"],
        viewer_stylesheet=names["viewer.css"],
        viewer_script=names["viewer.js"],
        files=files | ({_hashed("texts.js", texts): texts} if texts else {}),
        texts=_hashed("texts.js", texts) if texts else "",
    )


def _hashed(name: str, data: bytes) -> str:
    stem, _, ending = name.partition(".")
    return f"assets/{stem}-{hashlib.sha256(data).hexdigest()[:12]}.{ending}"


@dataclass(frozen=True)
class Content:
    """Everything that a site holds.

    ``pages`` are values by their path; ``pictures`` maps names in the assets folder to files of
    the store; ``own`` are stylesheets, scripts and icon; ``numbers`` is what programs may read.
    ``url`` is the address at which the site will stand, or ""; ``files`` are written as they are.
    ``plain`` are the same pages in English where others are in another language: tables are taken
    from them, as spreadsheets are for programs, too.
    """

    pages: Iterable[tuple[str, Page]]
    pictures: Mapping[str, str]
    own: Assets
    numbers: Mapping[str, object]
    url: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    plain: Iterable[tuple[str, Page]] = ()


def write_site(
    out: Path,
    content: Content,
    folders: Sequence[Path],
    store: Store,
    reusable: Mapping[str, str],
) -> dict[str, str]:
    """Write a whole site from the templates in ``folders`` and return its listing.

    ``reusable`` is the listing of the site as it was last written: a picture that still looks so
    is linked, not written again.

    Raises
    ------
    OutputError
        If the place cannot be written, or holds something else.

    """
    templates = environment(folders)
    with replacing(out, store.root / "locks") as fresh:
        paths = _write_pages(fresh, content.pages, content.plain, templates)
        texts = site_files(content.url, paths)
        for name, data in {**content.own.files, **content.files, **texts}.items():
            _write(fresh / name, data)
        before = listing(out) if reusable else {}
        for name, blob in content.pictures.items():
            place = f"assets/{name}"
            if before.get(place, "new") == reusable.get(place):
                _link(out / place, fresh / place)
            else:
                _write(fresh / place, store.read(blob))
        _write(fresh / ".nojekyll", b"")
        text = json.dumps(content.numbers, indent=1, sort_keys=True, ensure_ascii=False)
        _write(fresh / MARK, f"{text}\n".encode())
        return listing(fresh)  # now: in a moment another build may put its own site here


@dataclass(frozen=True)
class Paper:
    """A small site that no store stands behind: a comparison, a trend.

    ``files`` are made as they are written, ``numbers`` is what programs may read, and ``plain``
    are the pages in English where they are in another language.
    """

    pages: Iterable[tuple[str, Page]]
    files: Iterable[tuple[str, bytes]]
    own: Assets
    numbers: Mapping[str, object]
    plain: Iterable[tuple[str, Page]] = ()


def write_paper(out: Path, paper: Paper, folders: Sequence[Path], locks: Path) -> None:
    """Write ``paper`` at ``out``, whole, in place of what Salon has written there before.

    Raises
    ------
    OutputError
        If the place cannot be written, or holds something else.

    """
    templates = environment(folders)
    with replacing(out, locks) as fresh:
        _write_pages(fresh, paper.pages, paper.plain, templates)
        for name, data in (*paper.own.files.items(), (".nojekyll", b"")):
            _write(fresh / name, data)
        for name, data in paper.files:
            _write(fresh / name, data)
        text = json.dumps(paper.numbers, indent=1, sort_keys=True, ensure_ascii=False)
        _write(fresh / MARK, f"{text}\n".encode())


def _write_pages(
    folder: Path,
    pages: Iterable[tuple[str, Page]],
    plain: Iterable[tuple[str, Page]],
    templates: Environment,
) -> list[str]:
    """Write ``pages`` and their tables, those of the ``plain`` ones if there are any."""
    paths, others, found = [], iter(plain), {}
    for path, page in pages:
        template = templates.get_template(f"pages/{PARTIALS[type(page)]}.html")
        _write(folder / path, template.render(page=page).encode())
        with language.speaking(language.ENGLISH):
            _, twin = next(others, (path, page))
            found[page.site.here] = sheets(twin)
        for table in found[page.site.here]:
            _write(folder / sheet_path(page.site.here, table.name), csv_of(table))
        paths.append(path)
    _write(folder / TABLES, json_of(found))
    return paths


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _link(old: Path, new: Path) -> None:
    try:
        os.link(old, new)
    except OSError:  # a file system without links
        shutil.copy2(old, new)
