"""Weights in HDF5: numbers of the file itself are read, and nothing else."""

import io

import h5py
import numpy as np
import pytest

from generator.errors import ModelError
from generator.models.hdf5 import read_hdf5


def file(**datasets):
    stream = io.BytesIO()
    with h5py.File(stream, "w") as target:
        for name, value in datasets.items():
            target.create_dataset(name.replace("__", "/"), data=value)
    return stream.getvalue()


def test_arrays_come_back_by_path():
    arrays = read_hdf5(file(a__b=np.arange(6.0).reshape(2, 3), c=np.float32(7), d=np.zeros((0, 2))))
    assert list(arrays) == ["a/b", "c", "d"]
    np.testing.assert_array_equal(arrays["a/b"], np.arange(6.0).reshape(2, 3))
    assert arrays["c"] == 7
    assert arrays["d"].shape == (0, 2)


def test_no_file_that_is_cut_short_is_read():
    data = file(a=np.arange(600.0))
    for length in [0, 7, 8, 100, len(data) // 2, len(data) - 1]:
        with pytest.raises(ModelError, match="is damaged"):
            read_hdf5(data[:length])
    with pytest.raises(ModelError, match="is damaged"):
        read_hdf5(b"no such thing" * 99)


def test_words_are_no_weights():
    with pytest.raises(ModelError, match="'a' holds no numbers of its own, got object"):
        read_hdf5(file(a="text"))


def test_other_files_are_not_opened(tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"\1" * 64)
    stream = io.BytesIO()
    with h5py.File(stream, "w") as target:
        target.create_dataset("a", (8,), "f8", external=[(str(secret), 0, 64)])
    with pytest.raises(ModelError, match="no numbers of its own"):
        read_hdf5(stream.getvalue())

    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["x"] = np.arange(8.0)
    stream = io.BytesIO()
    with h5py.File(stream, "w") as target:
        layout = h5py.VirtualLayout((8,), "f8")
        layout[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "x", (8,))
        target.create_virtual_dataset("a", layout)
    with pytest.raises(ModelError, match="no numbers of its own"):
        read_hdf5(stream.getvalue())

    stream = io.BytesIO()
    with h5py.File(stream, "w") as target:
        target["a"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "x")
        target["b"] = h5py.SoftLink("/nowhere")
    assert read_hdf5(stream.getvalue()) == {}


def test_a_small_file_cannot_ask_for_much_memory():
    stream = io.BytesIO()
    with h5py.File(stream, "w") as target:
        target.create_dataset("a", (2**40,), "f4", chunks=(1024,), compression="gzip")
    with pytest.raises(ModelError, match="larger than its file: 4398046511104 bytes"):
        read_hdf5(stream.getvalue())
