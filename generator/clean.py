"""Taking out of a store what no manifest needs any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.assets import wanted
from generator.build import kept_outcomes, plan_of
from generator.findings import Findings
from generator.memory import Memory
from generator.records import readable
from generator.stamp import look_of
from generator.store import Store
from generator.wording import size_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.project import Project


def clean(projects: Sequence[Project], *, dry_run: bool) -> str:
    """Remove records, renditions and files that none of ``projects`` needs; say how much."""
    with Store(projects[0].store) as store:
        memory = Memory(store.index)
        keys: set[str] = set()
        names: set[str] = set()
        for project in projects:
            catalog, plan = plan_of(project, memory)
            keys |= {task.key for task in plan.tasks}
            findings = Findings(plan, kept_outcomes(plan, store), catalog, look_of(memory))
            names |= {name for one in wanted(findings).values() for name in one.names}
        kept = store.index.all_records()
        records = readable(kept)
        assets = store.index.all_assets()
        needed = {blob for key in keys & records.keys() for blob in records[key].blobs}
        needed |= {blob for name, blob in assets.items() if name in names}
        old_keys = kept.keys() - keys
        old_names = assets.keys() - names
        files = [path for path in (store.root / "blobs").glob("*/*") if path.name not in needed]
        steps = {step for key in keys & records.keys() for step in records[key].steps}
        files += [
            path for path in (store.root / "steps").glob("*/*")
            if not {path.parent.name, f"{path.parent.name}/{path.stem}"} & steps
        ]  # fmt: skip
        size = sum(path.stat().st_size for path in files)
        if not dry_run:
            for key in sorted(old_keys):
                store.forget(key)
            store.index.drop_assets(old_names)
            for path in files:
                path.unlink(missing_ok=True)
    verb = "would be removed" if dry_run else "removed"
    return f"{len(old_keys)} results, {len(files)} files, {size_words(size)} {verb}"
