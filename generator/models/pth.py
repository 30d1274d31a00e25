"""Arrays in a legacy torch file, read without torch and without running anything that it holds.

Such a file is five pickles (magic number, protocol, facts about the machine, the object, the keys
of its storages) and then, for each key, an int64 count and that many raw elements. The object is
a mapping of names to tensors, and a tensor is a call that names a storage, an offset, a shape and
strides. (torch/serialization.py, `_legacy_save`; files written by torch before 1.6.)
"""

from __future__ import annotations

import io
import math
import pickle
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAGIC = 0x1950A86A20F9469CFC6C
_PROTOCOL = 1001

_DTYPES = {
    "DoubleStorage": "<f8",
    "FloatStorage": "<f4",
    "HalfStorage": "<f2",
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "<i1",
    "ByteStorage": "<u1",
}
"""What a storage of each class holds; files of big-endian machines are refused."""

_DAMAGE = (
    pickle.UnpicklingError, EOFError, LookupError, TypeError, AttributeError, ValueError,
    MemoryError, OverflowError, RecursionError, NotImplementedError,
)  # fmt: skip
"""What the unpickler raises on damaged bytes (found by feeding it such bytes)."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A storage class: its name stands for it, and nothing can be made of it or put into it."""

    name: str


@dataclass(frozen=True, slots=True)
class _Storage:
    """A storage as a tensor refers to it; its elements stand further down in the file."""

    key: str
    dtype: str
    count: int


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A tensor as the object describes it."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _Rebuild:
    """What a file calls to describe a tensor.

    An instance without attributes and no function or class: whatever a file would set on it,
    and so leave behind in this process, is refused by Python.
    """

    __slots__ = ()

    def __call__(self, storage: object, offset: int, shape: object, strides: object,
                 *_: object) -> _Tensor:  # fmt: skip
        """Return the description; what follows the strides (gradients, hooks) is left out."""
        if not isinstance(storage, _Storage):
            raise ModelError(f"a tensor must name its storage, got {type(storage).__name__}")
        return _Tensor(storage, _whole(offset), _wholes(shape), _wholes(strides))


class _Unpickler(pickle.Unpickler):
    """An unpickler for which the world has three kinds of names, and no more."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what stands for a global; none of a file's own choosing is ever imported."""
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Rebuild()
        if module == "torch" and name in _DTYPES:
            return _Kind(name)
        raise ModelError(
            f"a file of weights may name tensors and nothing else, got {module}.{name}: "
            "it may be made to run code, do not use it"
        )

    def persistent_load(self, pid: Any) -> _Storage:
        """Return the storage that a persistent id names."""
        match pid:
            case ("storage", _Kind(name), str(key), str(_), int(count), None) if count >= 0:
                return _Storage(key, _DTYPES[name], count)
        raise ModelError(f"a storage was expected as ('storage', class, key, …), got {pid!r:.80}")


def read_pth(data: bytes) -> dict[str, NDArray[Any]]:
    """Return the arrays of a legacy torch file by name, in the order of the file.

    Parameters
    ----------
    data : the whole file; nothing in it is run

    Returns
    -------
    Read-only views of `data`, of any shape, float16 to float64 or int8 to int64, uint8.

    Raises
    ------
    ModelError
        If the file is cut short, damaged, of another format, or names anything but tensors.

    """
    if data[:2] == b"PK":
        raise ModelError(
            "a legacy torch file was expected, got a zip: save it in torch with "
            "_use_new_zipfile_serialization=False"
        )
    stream = io.BytesIO(data)
    if _unpickled(stream, "the magic number") != _MAGIC:
        raise ModelError("a legacy torch file was expected, got another magic number")
    if (protocol := _unpickled(stream, "the protocol")) != _PROTOCOL:
        raise ModelError(f"torch protocol {_PROTOCOL} was expected, got {protocol!r:.80}")
    machine = _unpickled(stream, "the facts about the machine")
    if not isinstance(machine, dict) or machine.get("little_endian") is not True:
        raise ModelError(f"a file of a little-endian machine was expected, got {machine!r:.80}")
    tensors = _named_tensors(_unpickled(stream, "the tensors"))
    keys = _unpickled(stream, "the keys")
    storages = _storages(memoryview(data)[stream.tell() :], keys, tensors)
    return {name: _array(name, tensor, storages) for name, tensor in tensors.items()}


def _unpickled(stream: io.BytesIO, what: str) -> Any:
    """Return the next pickle; the stream stands behind it then."""
    try:
        return _Unpickler(stream, encoding="utf-8").load()
    except _DAMAGE as error:
        raise ModelError(
            f"{what} of a legacy torch file cannot be read, it is cut short or damaged: {error}"
        ) from error


def _whole(value: object) -> int:
    """Return a count or distance as it was, if it is one."""
    if not isinstance(value, int) or value < 0:
        raise ModelError(f"a tensor is laid out by whole numbers from 0, got {value!r:.80}")
    return value


def _wholes(values: object) -> tuple[int, ...]:
    if not isinstance(values, tuple):
        raise ModelError(f"a tensor's shape and strides are tuples, got {values!r:.80}")
    return tuple(_whole(value) for value in values)


def _named_tensors(found: object) -> dict[str, _Tensor]:
    """Return the object of the file, which must be a flat mapping of names to tensors."""
    if not isinstance(found, dict):
        raise ModelError(f"a mapping of names to tensors was expected, got {type(found).__name__}")
    for name, tensor in found.items():
        if not isinstance(name, str) or not isinstance(tensor, _Tensor):
            raise ModelError(f"a named tensor was expected, got {name!r:.80}: {tensor!r:.80}")
    return dict(found)


def _storages(
    data: memoryview, keys: object, tensors: dict[str, _Tensor]
) -> dict[str, NDArray[Any]]:
    """Return the elements of each storage from what follows the keys; the order is theirs."""
    declared = {tensor.storage.key: tensor.storage for tensor in tensors.values()}
    if not isinstance(keys, list) or set(map(repr, keys)) != set(map(repr, declared)):
        raise ModelError("the keys of a legacy torch file are not those of its tensors")
    storages, position = {}, 0
    for key in keys:
        count, dtype = int.from_bytes(data[position : position + 8], "little"), declared[key].dtype
        position += 8
        end = position + count * np.dtype(dtype).itemsize
        if count != declared[key].count or end > len(data):
            raise ModelError(
                f"storage {key!r:.80} should hold {declared[key].count} elements, the file says "
                f"{count} and has {max(len(data) - position, 0)} bytes left: is it cut short?"
            )
        storages[key] = np.frombuffer(data[position:end], dtype)
        position = end
    return storages


def _array(name: str, tensor: _Tensor, storages: dict[str, NDArray[Any]]) -> NDArray[Any]:
    """Return the view of its storage that a tensor describes."""
    storage = storages[tensor.storage.key]
    steps = [
        (size - 1) * stride for size, stride in zip(tensor.shape, tensor.strides, strict=False)
    ]
    # A stride of 0 can make terabytes of one element: a tensor has no more than its storage.
    size = math.prod(tensor.shape)
    reach = tensor.offset + sum(steps) + 1 if size else 0
    if len(tensor.shape) != len(tensor.strides) or max(size, reach) > storage.size:
        raise ModelError(
            f"tensor {name!r:.80} of shape {tensor.shape} reaches beyond its storage of "
            f"{storage.size} elements"
        )
    if not size:
        return np.empty(tensor.shape, storage.dtype)
    return np.lib.stride_tricks.as_strided(
        storage[tensor.offset :],
        tensor.shape,
        tuple(stride * storage.itemsize for stride in tensor.strides),
        writeable=False,
    )
