"""Arrays in an HDF5 file, as Keras keeps weights, read as plain numbers."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray


def read_hdf5(data: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays of an HDF5 file by path, without the layout and metadata around them.

    Parameters
    ----------
    data : the whole file; links out of it are not followed

    Returns
    -------
    Arrays of floats or integers; "/conv1/conv1_W:0" is named "conv1/conv1_W:0".

    Raises
    ------
    ModelError
        If it is no HDF5 file, is cut short, or holds anything but numbers of its own.

    """
    import h5py

    arrays: dict[str, NDArray[Any]] = {}

    def read(name: str, node: object) -> None:
        if isinstance(node, h5py.Dataset):
            arrays[name] = _numbers(name, node, len(data))

    try:
        with h5py.File(io.BytesIO(data), "r") as file:
            file.visititems(read)
    except (OSError, RuntimeError, KeyError, ValueError, TypeError, MemoryError) as error:
        raise ModelError(f"weights in HDF5 were expected, it is damaged: {error}") from error
    return arrays


def _numbers(name: str, dataset: Any, most: int) -> NDArray[Any]:
    """Return the values of a dataset that lie in the file itself, at most `most` bytes."""
    if dataset.dtype.kind not in "fiu" or dataset.external or dataset.is_virtual:
        raise ModelError(f"{name!r:.80} holds no numbers of its own, got {dataset.dtype}")
    if dataset.nbytes > most:
        raise ModelError(f"{name!r:.80} is larger than its file: {dataset.nbytes} bytes")
    return np.asarray(dataset[()])
