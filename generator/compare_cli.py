"""The commands that set builds beside each other: compare, gate, accept and trend."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from generator.errors import ManifestError, Mistake

if TYPE_CHECKING:
    from generator.builds import Build
    from generator.project import Project
    from generator.rules import Rule
    from generator.two_builds import TwoBuilds

BROKEN = 4
"""Exit code of a gate that is shut."""
UNREADABLE = 5
"""Exit code of builds that cannot be compared, and of a history that cannot be read."""

_MANIFEST = Path("content/manifest.yaml")
_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

_WHAT = "a site, a zip archive of one, a store, an accepted baseline, or a git revision"
_Base = Annotated[str, typer.Argument(help=f"What to compare with: {_WHAT}.")]
_Head = Annotated[str, typer.Argument(help="What to compare: the same choices.")]
_Manifest = Annotated[
    Path, typer.Option("--manifest", "-m", help="The manifest: its gate, and what to build.")
]
_StoreAt = Annotated[
    Path | None,
    typer.Option("--store", envvar="SALON_STORE", help="Where results are kept. [.salon/store]"),
]
_Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes that work at once.")]
_Markdown = Annotated[
    Path | None, typer.Option(help="Write a comment of at most 64 KB here, as Markdown.")
]
_Link = Annotated[str, typer.Option(help="Where the pages will be, for the Markdown.")]


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    for command in (compare, gate, accept, trend):
        app.command()(command)


def compare(  # noqa: PLR0913, PLR0917 - each is an option of the command
    base: _Base = "baseline",
    head: _Head = "site",
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the pages go.")] = Path("compare"),
    manifest: _Manifest = _MANIFEST,
    store: _StoreAt = None,
    jobs: _Jobs = _CORES,
    markdown: _Markdown = None,
    link: _Link = "",
) -> None:
    """Compare two builds: pages that show what changed, whether it matters, and why."""
    from generator import compare_site
    from generator.compare_overview import overview

    project = _project(manifest, store)
    two = _two(base, head, project, jobs, _rules(project, needed=False))
    locks = project.store / "locks"
    languages = project.languages
    compare_site.write(
        out.absolute(), two, project.templates, locks, languages=languages, jobs=jobs
    )
    _write(markdown, _comment(two, link, languages) if markdown else "")
    _print([*overview(two.compared, two.deltas, two.flips), f"The comparison is at {out}"])


def gate(  # noqa: PLR0913, PLR0917 - each is an option of the command
    base: _Base = "baseline",
    head: _Head = "site",
    manifest: _Manifest = _MANIFEST,
    store: _StoreAt = None,
    jobs: _Jobs = _CORES,
    junit: Annotated[Path | None, typer.Option(help="Write JUnit XML here.")] = None,
    markdown: _Markdown = None,
    link: _Link = "",
    *,
    github: Annotated[
        bool, typer.Option("--github", help="Print annotations for GitHub's log.")
    ] = False,
) -> None:
    """Judge two builds by the rules under ``gate:`` in the manifest; exit with 4 if one breaks."""
    from generator import gate_reports

    project = _project(manifest, store)
    two = _two(base, head, project, jobs, _rules(project, needed=True))
    _write(junit, gate_reports.junit(two.verdicts))
    _write(markdown, _comment(two, link, project.languages) if markdown else "")
    for verdict in two.verdicts:
        _print([f"{'kept  ' if verdict.kept else 'BROKEN'}  {verdict.rule.text}: {verdict.said}"])
    if github:
        _print(gate_reports.pointed(two.verdicts, manifest.as_posix()))
    if two.broken:
        raise typer.Exit(BROKEN)


def accept(
    head: _Head = "site",
    baseline: Annotated[Path, typer.Option(help="Where the baseline is kept.")] = Path("baseline"),
    item: Annotated[
        list[str] | None, typer.Option(help="Accept this item only; may be given again.")
    ] = None,
    manifest: _Manifest = _MANIFEST,
    store: _StoreAt = None,
    jobs: _Jobs = _CORES,
) -> None:
    """Record a build as the new baseline, whole or item by item."""
    from generator.baseline import accept as record
    from generator.builds import open_build

    project = _project(manifest, store)
    taken = _build(head, project, jobs)
    there = bool(item) and baseline.is_dir() and any(baseline.iterdir())
    before = open_build(baseline, str(baseline), manifest, project.store) if there else None
    locks = project.store / "locks"
    _print([record(taken, before, baseline.absolute(), tuple(item or ()), locks)])


def trend(  # noqa: PLR0913, PLR0917 - each is an option of the command
    history: Annotated[Path, typer.Argument(help="The history: a line of JSON a commit.")] = Path(
        "history.jsonl"
    ),
    add: Annotated[str, typer.Option(help=f"Add this build first: {_WHAT}.")] = "",
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the page goes.")] = Path("trend"),
    commit: Annotated[str, typer.Option(help="The commit of what is added. [git's HEAD]")] = "",
    link: Annotated[str, typer.Option(help="Where that commit can be seen.")] = "",
    manifest: _Manifest = _MANIFEST,
    store: _StoreAt = None,
    jobs: _Jobs = _CORES,
) -> None:
    """Show every metric over the commits of a history; ``--add`` a build to it."""
    from generator import history as past
    from generator import trend_pages
    from generator.language import speaking

    project = _project(manifest, store)
    if add:
        entry = past.entry_of(_build(add, project, jobs).report, project.root, commit, link)
        _print([past.append(history, entry)])
    kept, problems = past.read(history)
    with speaking(_language(project), project.languages):
        trend_pages.write(
            out.absolute(), kept, problems, project.templates, project.store / "locks"
        )
    _print([f"The trend is at {out}, commits: {len(kept)}"])
    if problems:
        for problem in problems:
            typer.echo(f"salon: {problem}", err=True)
        raise typer.Exit(UNREADABLE)


def _language(project: Project) -> str:
    """Return the language of the project's pages; English where no manifest names one."""
    from generator.language import ENGLISH
    from generator.yaml_marks import read_marked

    try:
        marked = read_marked(project.manifest.read_text(encoding="utf-8-sig"), "")
    except (OSError, UnicodeDecodeError, ManifestError):
        return ENGLISH
    language = marked.value.get("language") if isinstance(marked.value, dict) else None
    return language if isinstance(language, str) else ENGLISH


def _project(manifest: Path, store: Path | None) -> Project:
    from generator.project import Project

    folder = manifest.resolve().parent
    root = folder.parent if folder.name == "content" else folder
    return Project(manifest, store or root / ".salon" / "store", root / "site")


def _build(text: str, project: Project, jobs: int) -> Build:
    from generator.build import Options
    from generator.progress import telling
    from generator.revisions import build_called

    with telling() as listener:
        return build_called(text, project, Options(jobs), listener)


def _two(base: str, head: str, project: Project, jobs: int, rules: tuple[Rule, ...]) -> TwoBuilds:
    from generator.two_builds import set_beside

    before, after = (_build(text, project, jobs) for text in (base, head))
    return set_beside(before, after, rules, jobs=jobs)


def _rules(project: Project, *, needed: bool) -> tuple[Rule, ...]:
    """Return the rules of the project's manifest; a gate without any is a mistake."""
    from generator.catalog import discover
    from generator.manifest import nearest
    from generator.rule_entries import gate_of

    file = project.manifest
    if not file.is_file() and not needed:
        return ()
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "bytes that are not UTF-8"
        raise ManifestError([Mistake(str(file), 1, 1, "", "a manifest in YAML", said)]) from None
    rules = gate_of(text, file.name, discover().metrics, nearest)
    if needed and not rules:
        hint = "such as accuracy drop <= 0.02 unless within chance"
        raise ManifestError([Mistake(file.name, 1, 1, "gate", "at least one rule", "none", hint)])
    return rules


def _comment(two: TwoBuilds, link: str, languages: tuple[Path, ...]) -> str:
    """Return the comparison as Markdown, in the language of the head."""
    from generator.gate_reports import markdown
    from generator.language import speaking

    with speaking(two.head.report.language, languages):
        return markdown(two, link)


def _write(path: Path | None, text: str) -> None:
    from generator.drafts import replace_file

    if path is not None:
        replace_file(path.absolute(), text)


def _print(lines: list[str]) -> None:
    for line in lines:
        typer.echo(line)
