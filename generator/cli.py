"""The command ``salon``: parse, call, print, exit code.

Exit codes: 0 done; 1 something failed and --strict was given, or check found a problem;
2 the command or the manifest is wrong; 3 the store or the site cannot be written;
4 a rule of the gate is broken; 5 builds cannot be compared, or a history cannot be read.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from generator import compare_cli
from generator.errors import ComparisonError, ManifestError, OutputError, SalonError, StoreError

if TYPE_CHECKING:
    from generator.project import Project

FAILED, WRONG, UNWRITABLE = 1, 2, 3

app = typer.Typer(
    help="A static gallery of what computer vision techniques see in your photographs.",
    epilog="Exit codes: 0 done; 1 something failed (build --strict, check); 2 the command or the "
    "manifest is wrong; 3 the store or the site cannot be written; 4 a rule of the gate is broken; "
    "5 builds cannot be compared, or a history cannot be read.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Manifest = Annotated[Path, typer.Option("--manifest", "-m", help="The manifest to build from.")]
StoreAt = Annotated[
    Path | None,
    typer.Option("--store", envvar="SALON_STORE", help="Where results are kept. [.salon/store]"),
]
Out = Annotated[Path | None, typer.Option("--out", "-o", help="Where the site goes. [site]")]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes that work at once.")]

MANIFEST = Path("content/manifest.yaml")
CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _project(manifest: Path, store: Path | None, out: Path | None) -> Project:
    from generator.project import Project

    folder = manifest.resolve().parent
    root = folder.parent if folder.name == "content" else folder
    return Project(manifest, store or root / ".salon" / "store", (out or root / "site").absolute())


@app.command()
def build(  # noqa: PLR0913 - each is an option of the command
    manifest: Manifest = MANIFEST,
    store: StoreAt = None,
    out: Out = None,
    jobs: Jobs = CORES,
    only: Annotated[str, typer.Option(help="Compute one item or one technique only.")] = "",
    *,
    force: Annotated[bool, typer.Option("--force", help="Compute even what is kept.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 if anything failed.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be computed, and why; do nothing.")
    ] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read and hash every file; trust no time stamp.")
    ] = False,
    timings: Annotated[
        bool, typer.Option("--timings", help="Show seconds on the page about the site's making.")
    ] = False,
) -> None:
    """Build the site: compute what is not kept, then write the pages."""
    from generator.build import Options
    from generator.build import build as run
    from generator.explain import preview
    from generator.progress import closing, telling

    project = _project(manifest, store, out)
    options = Options(jobs, only, force=force, verify=verify, timings=timings)
    if dry_run:
        _print(preview(project, options))
        return
    with telling() as listener:
        summary = run(project, options, listener)
    _print(closing(summary))
    if strict and summary.failed:
        raise typer.Exit(FAILED)


@app.command()
def render(
    manifest: Manifest = MANIFEST, store: StoreAt = None, out: Out = None, jobs: Jobs = CORES
) -> None:
    """Write the pages from the store alone; nothing is computed and no picture is read."""
    from generator.build import Options, render_only
    from generator.progress import closing

    _print(closing(render_only(_project(manifest, store, out), Options(jobs))))


@app.command()
def check(manifest: Manifest = MANIFEST, store: StoreAt = None) -> None:
    """Check the manifest and that every picture is there; build nothing."""
    from generator.explain import checked

    found = checked(_project(manifest, store, None))
    count = len(found.problems)
    _print([*found.moving, *([found.note] if found.note else []), *found.problems])
    print(f"{found.items} items, {found.tasks} results to show, {count} problems")  # noqa: T201
    if count:
        raise typer.Exit(FAILED)


@app.command()
def explain(
    item: Annotated[str, typer.Argument(help="The item's id.")],
    technique: Annotated[str, typer.Argument(help="A technique; all of them by default.")] = "",
    manifest: Manifest = MANIFEST,
    store: StoreAt = None,
) -> None:
    """Say why a result will be computed again or not: what changed among its causes."""
    from generator.explain import reasons

    _print(reasons(_project(manifest, store, None), item, technique))


@app.command("list")
def list_techniques(
    manifest: Manifest = MANIFEST,
    store: StoreAt = None,
    *,
    models: Annotated[
        bool, typer.Option("--models", help="List the networks, and what each can be asked.")
    ] = False,
) -> None:
    """List the techniques and their parameters, or the networks."""
    from generator.catalog import discover
    from generator.explain import described, networks

    _print(networks(_project(manifest, store, None)) if models else described(discover()))


@app.command()
def schema() -> None:
    """Print the JSON Schema of the manifest, for editors."""
    from generator.catalog import discover
    from generator.schema import json_schema

    catalog = discover()
    params = {name: catalog.params[name] for name in catalog.params if name not in catalog.always}
    print(json.dumps(json_schema(params), indent=2))  # noqa: T201


@app.command()
def gc(
    manifest: Annotated[
        list[Path], typer.Option("--manifest", "-m", help="Keep what these manifests need.")
    ] = [MANIFEST],  # noqa: B006 - typer copies it
    store: StoreAt = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Remove from the store what no manifest given here needs."""
    from generator.clean import clean

    projects = [_project(one, store, None) for one in manifest]
    print(clean(projects, dry_run=dry_run))  # noqa: T201


@app.command()
def serve(
    manifest: Manifest = MANIFEST,
    store: StoreAt = None,
    out: Out = None,
    jobs: Jobs = CORES,
    port: Annotated[int, typer.Option(help="Port on this machine; 0 takes a free one.")] = 8000,
    *,
    watch: Annotated[
        bool, typer.Option("--watch", help="Build again when a file changes, and reload.")
    ] = False,
) -> None:
    """Show the site at http://127.0.0.1, to this machine only."""
    from generator.build import Options
    from generator.serve import run

    run(_project(manifest, store, out), Options(jobs), port, watch=watch)


@app.command()
def export(
    single_file: Annotated[Path, typer.Option("--single-file", help="The file to write.")],
    page: Annotated[
        str, typer.Option(help="One page, such as items/coffee.html. [the whole report]")
    ] = "",
    manifest: Manifest = MANIFEST,
    store: StoreAt = None,
    out: Out = None,
    *,
    force: Annotated[bool, typer.Option("--force", help="Write it however large it is.")] = False,
) -> None:
    """Write the built site, or one page of it, as one HTML file to send to somebody."""
    from generator.export import export as write

    done = write(_project(manifest, store, out).out, page, single_file, force=force)
    print(f"{single_file}: {done.words}")  # noqa: T201


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="A new or empty folder.")]) -> None:
    """Start a project: a manifest that builds at once, and a workflow that publishes it."""
    from generator.scaffold import scaffold

    _print([f"  {path}" for path in scaffold(folder)])
    print(f"Next: cd {folder} && salon build")  # noqa: T201


@app.command()
def texts(
    language: Annotated[str, typer.Option(help="The language, such as fr or pt-BR.")],
    manifest: Manifest = MANIFEST,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The file. [languages/<language>/salon.po]")
    ] = None,
) -> None:
    """Write a file of all words of the pages, to be translated; what is translated is kept."""
    from generator.texts import write_texts

    print(write_texts(_project(manifest, None, None), language, out).words)  # noqa: T201


@app.command()
def patterns(manifest: Manifest = MANIFEST, store: StoreAt = None, out: Out = None) -> None:
    """Show every component with sample values, in the project's own theme."""
    from generator.patterns import write

    project = _project(manifest, store, out or Path("patterns"))
    write(project.out, project.templates, project.store / "locks")
    print(project.out / "index.html")  # noqa: T201


compare_cli.register(app)


def _print(lines: list[str]) -> None:
    for line in lines:
        print(line)  # noqa: T201


def _fail(error: SalonError) -> NoReturn:
    if isinstance(error, ManifestError):
        count = len(error.mistakes)
        print(f"{error}\n{count} mistake{'s' * (count != 1)} in the manifest", file=sys.stderr)  # noqa: T201
    else:
        print(f"salon: {error}", file=sys.stderr)  # noqa: T201
    if isinstance(error, ComparisonError):
        raise SystemExit(compare_cli.UNREADABLE)
    unwritable = isinstance(error, StoreError | OutputError)
    raise SystemExit(UNWRITABLE if unwritable else WRONG)


def main() -> None:
    """Run the command, and turn what a user can mend into a message and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name may be in any script
    try:
        app()
    except SalonError as error:
        _fail(error)
    except BrokenPipeError:
        sys.stderr.close()
        raise SystemExit(0) from None


if __name__ == "__main__":
    main()
