"""TensorFlow, loaded once and without a word."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def load_framework() -> None:
    """Import TensorFlow and Keras, if that has not been done.

    Their native parts write to the error stream which processor features and drivers they did not
    find, before any switch for it is read; in a build's output that is noise for every worker.
    """
    if "tensorflow" in sys.modules:
        return
    with _silenced():
        import keras  # noqa: F401
        import tensorflow as tf

        tf.constant(0)  # the first tensor starts what else would speak later


@contextlib.contextmanager
def _silenced() -> Iterator[None]:
    """Send what native code writes to the error stream nowhere; Python's own errors are kept."""
    sys.stderr.flush()
    before = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)
        os.close(nowhere)
