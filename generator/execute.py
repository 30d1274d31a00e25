"""Tasks to outcomes, through any ``concurrent.futures.Executor``; a failure is data."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, ProcessPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from generator.records import Record, from_json
from generator.worker import Failure, Finished, one_thread, run_task

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from concurrent.futures import Future

    from generator.plan import Task
    from generator.store import Store

MakeExecutor = Callable[[int], Executor]
"""Makes an executor for a number of workers."""

_Work = TypeVar("_Work")
_Done = TypeVar("_Done")

_AHEAD = 2
"""Tasks handed out for each worker: enough that none waits, few enough to bound memory."""


@dataclass(frozen=True)
class Outcome:
    """What became of a task: its record or its failure, whether it was there, and its cost."""

    task: Task
    record: Record | None
    failure: Failure | None
    cached: bool
    seconds: float = 0.0


def processes(workers: int) -> Executor:
    """Return a pool of ``workers`` fresh processes; they take this one's environment."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context)


def execute(
    tasks: Sequence[Task],
    store: Store,
    *,
    jobs: int,
    force: bool = False,
    executor: MakeExecutor = processes,
    done: Callable[[Outcome], None] = lambda _: None,
) -> dict[str, Outcome]:
    """Return the outcome of each key: from the store, or run now by ``jobs`` workers.

    ``executor`` makes the executor for a number of workers; one whose workers see the store's
    folder can be handed in. ``done`` is told each outcome as it comes.
    """
    wanted = {task.key: task for task in reversed(tasks)}
    kept = {} if force else store.find(wanted)
    outcomes: dict[str, Outcome] = {}

    def finish(outcome: Outcome) -> None:
        outcomes[outcome.task.key] = outcome
        done(outcome)

    missing = []
    for key in dict.fromkeys(task.key for task in tasks):
        if key in kept:
            finish(kept_outcome(wanted[key], kept[key]))
        else:
            missing.append(wanted[key])
    root = str(store.root.resolve())
    for task, finished in run_all(missing, run_task, (root,), jobs=jobs, executor=executor):
        if isinstance(finished, Failure):
            finish(Outcome(task, None, finished, cached=False))
            continue
        finish(_adopted(task, finished, store))
    return outcomes


def _adopted(task: Task, finished: Finished, store: Store) -> Outcome:
    if finished.record is None:
        return Outcome(task, None, finished.failure, cached=False, seconds=finished.seconds)
    record = from_json(finished.record)
    store.adopt(record, finished.seconds)
    return Outcome(task, record, _kept_failure(record), cached=False, seconds=finished.seconds)


def kept_outcome(task: Task, record: Record) -> Outcome:
    """Return the outcome of a task whose record was there."""
    return Outcome(task, record, _kept_failure(record), cached=True)


def _kept_failure(record: Record) -> Failure | None:
    return Failure(record.failure) if record.failure else None


def run_all(
    work: Sequence[_Work],
    function: Callable[..., _Done],
    arguments: tuple[Any, ...],
    *,
    jobs: int,
    executor: MakeExecutor = processes,
) -> Iterator[tuple[_Work, _Done | Failure]]:
    """Yield each piece of ``work`` with ``function(piece, *arguments)`` as it comes.

    If a worker process dies, what it and its fellows held is run again, one piece at a time in a
    process of its own; the piece that kills again becomes a Failure.
    """
    if not work:
        return
    suspects: list[_Work] = []
    waiting = list(reversed(work))
    while waiting:
        workers = max(1, min(jobs, len(waiting)))
        with _environment(one_thread()), executor(workers) as pool:
            yield from _drain(pool, waiting, suspects, function, arguments, workers)
        while suspects:
            piece = suspects.pop()
            with _environment(one_thread()), executor(1) as pool:
                yield piece, _alone(pool, piece, function, arguments)


def _drain(
    pool: Executor,
    waiting: list[_Work],
    suspects: list[_Work],
    function: Callable[..., _Done],
    arguments: tuple[Any, ...],
    workers: int,
) -> Iterator[tuple[_Work, _Done]]:
    """Hand out ``waiting`` until it is empty or the pool breaks; ``suspects`` get what was lost."""
    running: dict[Future[_Done], _Work] = {}
    broken = False
    while running or (waiting and not broken):
        while waiting and not broken and len(running) < workers * _AHEAD:
            piece = waiting.pop()
            try:
                running[pool.submit(function, piece, *arguments)] = piece
            except BrokenExecutor:
                waiting.append(piece)
                broken = True
        finished = wait(running, return_when=FIRST_COMPLETED).done if running else set()
        for future in finished:
            piece = running.pop(future)
            if isinstance(future.exception(), BrokenExecutor):
                suspects.append(piece)
                broken = True
            else:
                yield piece, future.result()


def _alone(
    pool: Executor, piece: _Work, function: Callable[..., _Done], arguments: tuple[Any, ...]
) -> _Done | Failure:
    try:
        return pool.submit(function, piece, *arguments).result()
    except BrokenExecutor:
        return Failure(
            "the process that worked on this died twice (it was killed, or a library crashed); "
            "most often there was not enough memory: try a smaller picture, or --jobs 1"
        )


@contextlib.contextmanager
def _environment(extra: dict[str, str]) -> Iterator[None]:
    """Let processes started inside see ``extra``; native libraries read it as they load."""
    before = {name: os.environ.get(name) for name in extra}
    os.environ.update(extra)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def tally(outcomes: Iterable[Outcome]) -> tuple[int, int, int]:
    """Return how many outcomes were computed, came from the store, and failed."""
    listed = list(outcomes)
    failed = sum(outcome.failure is not None for outcome in listed)
    cached = sum(outcome.cached and outcome.failure is None for outcome in listed)
    return len(listed) - failed - cached, cached, failed
