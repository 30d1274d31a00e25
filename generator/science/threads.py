"""Threads that change nothing but the time: sums in one order, on every machine."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

import cv2
import scipy.linalg  # noqa: F401  (what is not loaded before cannot be limited)
from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Item = TypeVar("Item")
Found = TypeVar("Found")

_lock = Lock()
_undo: list[Callable[[], None]] = []
_inside = 0


@contextmanager
def one_thread() -> Iterator[None]:
    """Let BLAS and OpenCV work with one thread each, in a block or in a decorated function.

    BLAS splits products of matrices among its threads, and rounds otherwise with two than with
    one. Where threads overlap, the first in sets the limit and the last out lifts it.
    """
    global _inside  # noqa: PLW0603  (the libraries' own settings are as global)
    with _lock:
        if _inside == 0:
            _undo.append(_limited())
        _inside += 1
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            if _inside == 0:
                _undo.pop()()


def ordered(
    work: Callable[[Item], Found], items: Sequence[Item], *, threads: int | None = None
) -> Iterator[Found]:
    """Yield what work finds for each item, in order, with several items in work at a time.

    BLAS and OpenCV keep to one thread each meanwhile. At most two items a thread are ahead.

    Parameters
    ----------
    work : called from several threads; what it raises comes when its item's turn comes
    items : as many as there are
    threads : at least 1; as many as there are cores, unless told

    """
    threads = min(threads or os.cpu_count() or 1, max(len(items), 1))
    with one_thread(), ThreadPoolExecutor(threads) as pool:
        waiting = deque(pool.submit(work, item) for item in items[: 2 * threads])
        try:
            for item in items[2 * threads :]:
                yield waiting.popleft().result()
                waiting.append(pool.submit(work, item))
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _limited() -> Callable[[], None]:
    """Set the limit; calling what comes back lifts it."""
    blas = _libraries().limit(limits=1, user_api="blas")
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)

    def lift() -> None:
        blas.restore_original_limits()
        cv2.setNumThreads(before)

    return lift


@cache
def _libraries() -> Any:
    return ThreadpoolController()
