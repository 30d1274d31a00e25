"""Legacy torch files, written here by hand: what is read, and all that is refused."""

import io
import os
import pickle
import struct
from collections import OrderedDict
from typing import ClassVar

import numpy as np
import pytest

from generator.errors import ModelError
from generator.models.pth import read_pth

MAGIC = 0x1950A86A20F9469CFC6C


class Named:
    """Pickled as a global of any name, without that module being there."""

    def __init__(self, module, name):
        self.module, self.name = module, name


class Call:
    """Pickled as a call, whatever of."""

    def __init__(self, function, *arguments, state=None):
        self.function, self.arguments, self.state = function, arguments, state


class Key:
    """Pickled as a persistent id."""

    def __init__(self, *pid):
        self.pid = pid


class Writer(pickle._Pickler):
    def persistent_id(self, obj):
        return obj.pid if isinstance(obj, Key) else None

    def reducer_override(self, obj):
        if isinstance(obj, Call):
            return obj.function, obj.arguments, obj.state
        return NotImplemented

    def save_named(self, obj):
        self.write(f"c{obj.module}\n{obj.name}\n".encode())

    def save_reduce(self, func, args, state=None, *_, **__):
        self.save(func)
        self.save(args)
        self.write(pickle.REDUCE)
        if state is not None:
            self.save(state)
            self.write(pickle.BUILD)

    dispatch: ClassVar = {**pickle._Pickler.dispatch, Named: save_named}


def pickled(value):
    stream = io.BytesIO()
    Writer(stream, 2).dump(value)
    return stream.getvalue()


REBUILD = Named("torch._utils", "_rebuild_tensor_v2")


def storage(key="0", kind="FloatStorage", count=6, *rest):
    return Key("storage", Named("torch", kind), key, "cpu", count, *(rest or (None,)))


def tensor(store, offset, shape, strides):
    return Call(
        REBUILD, store, offset, shape, strides, False, Call(Named("collections", "OrderedDict"))
    )


def file(tensors, storages, *, magic=MAGIC, protocol=1001, machine=None, keys=None):
    head = [magic, protocol, machine or {"little_endian": True}, tensors]
    head.append(list(storages) if keys is None else keys)
    blobs = (struct.pack("<q", array.size) + array.tobytes() for array in storages.values())
    return b"".join(map(pickled, head)) + b"".join(blobs)


SIX = np.arange(6, dtype="<f4")
WHOLE = {"weight": tensor(storage(), 0, (2, 3), (3, 1))}
GOOD = file(WHOLE, {"0": SIX})


def test_views_of_storages_come_back_under_their_names():
    long = np.array([7, -9], "<i8")
    tensors = {
        "whole": tensor(storage(), 0, (2, 3), (3, 1)),
        "turned": tensor(storage(), 0, (3, 2), (1, 3)),
        "part": tensor(storage(), 4, (2,), (1,)),
        "one": tensor(storage("b", "LongStorage", 2), 1, (), ()),
        "none": tensor(storage(), 0, (0, 3), (3, 1)),
    }
    arrays = read_pth(file(tensors, {"0": SIX, "b": long}))
    assert list(arrays) == list(tensors)
    np.testing.assert_array_equal(arrays["whole"], SIX.reshape(2, 3))
    np.testing.assert_array_equal(arrays["turned"], SIX.reshape(2, 3).T)
    np.testing.assert_array_equal(arrays["part"], [4, 5])
    assert arrays["one"] == -9
    assert arrays["one"].dtype == np.int64
    assert arrays["none"].shape == (0, 3)
    assert not any(array.flags.writeable for array in arrays.values() if array.size)


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [("DoubleStorage", "<f8"), ("HalfStorage", "<f2"), ("IntStorage", "<i4"),
     ("ShortStorage", "<i2"), ("CharStorage", "<i1"), ("ByteStorage", "<u1")],
)  # fmt: skip
def test_every_kind_of_number(kind, dtype):
    array = np.array([1, 2, 3], dtype)
    tensors = {"a": tensor(storage("k", kind, 3), 0, (3,), (1,))}
    found = read_pth(file(tensors, {"k": array}))["a"]
    assert found.dtype == array.dtype
    np.testing.assert_array_equal(found, array)


def test_an_ordered_dict_with_its_attributes_is_a_mapping_too():
    ordered = Call(Named("collections", "OrderedDict"), [], state={"_metadata": {"": 1}})
    assert read_pth(file(ordered, {})) == {}


def test_no_file_that_is_cut_short_is_read():
    for length in range(len(GOOD)):
        with pytest.raises(ModelError):
            read_pth(GOOD[:length])
    assert len(read_pth(GOOD)) == 1


def test_damaged_bytes_give_the_error_or_other_numbers():
    rng = np.random.default_rng(3)
    for _ in range(3000):
        damaged = bytearray(GOOD)
        for place in rng.integers(len(GOOD), size=rng.integers(1, 4)):
            damaged[place] = rng.integers(256)
        try:
            arrays = read_pth(bytes(damaged))
        except ModelError:
            continue
        assert sum(array.size for array in arrays.values()) <= 6


@pytest.mark.parametrize(
    ("module", "name"),
    [("os", "system"), ("builtins", "eval"), ("builtins", "getattr"), ("posix", "system"),
     ("torch", "load"), ("torch._utils", "_rebuild_parameter"), ("collections", "Counter"),
     ("collections", "OrderedDict.fromkeys"), ("generator.models.pth", "read_pth"),
     ("torch.nn", "FloatStorage"), ("copyreg", "_reconstructor")],
)  # fmt: skip
def test_a_file_can_name_nothing_else(module, name):
    with pytest.raises(ModelError, match=f"nothing else, got {module}.{name}"):
        read_pth(file({"weight": Call(Named(module, name), "touch")}, {}))


class Evil:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.system, (f"touch {self.path}",)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_no_code_of_a_file_runs(tmp_path, protocol):
    evil = pickle.dumps(Evil(tmp_path / "ran"), protocol)
    before = b"".join(map(pickled, [MAGIC, 1001, {"little_endian": True}]))
    for data in (evil, pickled(MAGIC) + evil, before + evil, before + pickled({}) + evil):
        with pytest.raises(ModelError, match="nothing else, got"):
            read_pth(data)
    assert not (tmp_path / "ran").exists()
    pickle.loads(evil)  # noqa: S301 -- what an ordinary unpickler does
    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize("state", [{"dtype": 1}, {"__call__": 1}, (None, {"__class__": 1})])
def test_a_file_leaves_nothing_behind_in_this_process(state):
    for target in (REBUILD, Named("torch", "FloatStorage"), Named("collections", "OrderedDict")):
        stream = io.BytesIO()
        writer = Writer(stream, 2)
        writer.write(b"\x80\x02")
        writer.save(target)
        writer.save(state)
        writer.write(b"b.")
        with pytest.raises(ModelError):
            read_pth(stream.getvalue())
    assert not hasattr(OrderedDict, "dtype")
    assert len(read_pth(GOOD)) == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "cut short or damaged"),
        (b"not a pickle", "cut short or damaged"),
        (b"PK\x03\x04", "got a zip"),
        (file(WHOLE, {"0": SIX}, magic=7), "another magic number"),
        (file(WHOLE, {"0": SIX}, protocol=1002), "protocol 1001 was expected, got 1002"),
        (file(WHOLE, {"0": SIX}, machine={"little_endian": False}), "little-endian"),
        (file([1], {}), "mapping of names to tensors was expected, got list"),
        (file({"epoch": 3}, {}), "named tensor was expected, got 'epoch': 3"),
        (file({3: tensor(storage(), 0, (6,), (1,))}, {"0": SIX}), "named tensor"),
        (file(WHOLE, {"1": SIX}), "keys of a legacy torch file are not"),
        (file(WHOLE, {"0": SIX}, keys=7), "keys of a legacy torch file are not"),
        (file(WHOLE, {"0": SIX}, keys=["0", "0"]), "should hold 6|cut short"),
        (file(WHOLE, {"0": SIX[:5]}), "should hold 6 elements, the file says 5"),
        (file({"a": tensor(3, 0, (6,), (1,))}, {}), "must name its storage, got int"),
        (file({"a": tensor(storage(), -1, (6,), (1,))}, {"0": SIX}), "whole numbers from 0, got -1"),
        (file({"a": tensor(storage(), 0, (2, -3), (3, 1))}, {"0": SIX}), "got -3"),
        (file({"a": tensor(storage(), 0, 6, (1,))}, {"0": SIX}), "are tuples, got 6"),
        (file({"a": tensor(storage(), 1, (6,), (1,))}, {"0": SIX}), "reaches beyond its storage"),
        (file({"a": tensor(storage(), 0, (2, 3), (4, 1))}, {"0": SIX}), "reaches beyond"),
        (file({"a": tensor(storage(), 0, (2**40,), (0,))}, {"0": SIX}), "reaches beyond"),
        (file({"a": tensor(storage(), 0, (6,), ())}, {"0": SIX}), "reaches beyond"),
        (file({"a": tensor(storage("0", "FloatStorage", -6), 0, (6,), (1,))}, {"0": SIX}), "a storage"),
        (file({"a": tensor(storage("0", "FloatStorage", 6, ("v", 0, 6)), 0, (6,), (1,))}, {}), "a storage"),
        (file({"a": Key("module", "x")}, {}), "a storage was expected"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(data, words):
    with pytest.raises(ModelError, match=words):
        read_pth(data)


def test_a_huge_count_takes_no_memory():
    count = 2**60
    data = file({"a": tensor(storage(count=count), 0, (count,), (1,))}, {"0": SIX})
    start = data.rindex(struct.pack("<q", 6))
    data = data[:start] + struct.pack("<q", count) + data[start + 8 :]
    with pytest.raises(ModelError, match=f"file says {count} and has 24 bytes left"):
        read_pth(data)
    with pytest.raises(ModelError, match="cut short or damaged"):
        read_pth(b"\x80\x04B" + b"\xff\xff\xff\x7f" + b"short")
    with pytest.raises(ModelError, match="cut short or damaged"):
        read_pth(b"\x80\x04\x8e" + b"\xff" * 7 + b"\x7f" + b"short")
