"""The values that travel with a page: the means of whole pixels, and the same after the journey."""

import base64
import io
import json
import re
import zlib

import numpy as np
import PIL.Image
import pytest

from generator.values import (
    LONGEST,
    LONGEST_OF_PICTURES,
    Grid,
    grid_of,
    grid_of_photo,
    grid_shape,
    script,
)


def noise(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def values(grid: Grid) -> np.ndarray:
    return grid.low + grid.steps / np.iinfo(grid.steps.dtype).max * (grid.high - grid.low)


def slow_means(array, rows, columns):
    """The definition: each cell holds the pixels whose place, in cells, begins within it."""
    height, width = array.shape
    found = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            found[row, column] = array[
                row * height // rows : (row + 1) * height // rows,
                column * width // columns : (column + 1) * width // columns,
            ].mean()
    return found


def unpacked(text: bytes) -> tuple[str, np.ndarray, dict]:
    """A second reader of the script, as slow and plain as it can be."""
    found = re.fullmatch(r'\(window\.salonValues\?\?=\{\}\)\["(.*)"\]=(\{.*\});\n', text.decode())
    about = json.loads(found[2])
    data = zlib.decompress(base64.b64decode(about["data"]))
    channels, rows, columns = about["channels"], about["rows"], about["columns"]
    count = channels * rows * columns
    changes = [
        data[i] if about["bits"] == 8 else 256 * data[i] + data[count + i] for i in range(count)
    ]
    steps = np.array(changes).reshape(channels, rows, columns)
    steps = steps.cumsum(axis=1).cumsum(axis=2) % 2 ** about["bits"]
    return found[1], steps, about


@pytest.mark.parametrize("shape", [(1, 1), (1, 7), (48, 64), (160, 160)])
def test_a_small_map_is_kept_pixel_by_pixel(shape):
    array = noise(*shape)
    grid = grid_of(array)
    assert grid.steps.dtype == np.uint16
    assert grid.steps.shape == (1, *shape)
    span = array.max() - array.min()
    assert np.abs(values(grid)[0] - array).max() <= span / 65535 / 2 + 1e-6


def test_a_map_of_a_photographs_size_is_kept_pixel_by_pixel_too_in_fewer_steps():
    array = noise(400, LONGEST)
    grid = grid_of(array)
    assert grid.steps.dtype == np.uint8
    assert grid.steps.shape == (1, 400, LONGEST)
    assert np.abs(values(grid)[0] - array).max() <= np.ptp(array) / 255 / 2 + 1e-6


def test_a_large_map_becomes_means_of_whole_pixels():
    array = noise(700, 1500)
    shape = grid_shape(700, 1500)
    assert shape == (299, 640)
    slow = slow_means(array, *shape)
    assert np.abs(values(grid_of(array))[0] - slow).max() <= np.ptp(slow) / 255 / 2 + 1e-6


@pytest.mark.parametrize(("rows", "columns"), [(10_000, 1), (1, 10_000), (641, 3), (1411, 1411)])
def test_no_form_is_too_long_and_none_is_lost(rows, columns):
    found = grid_shape(rows, columns)
    assert max(found) == LONGEST
    assert min(found) >= 1
    array = np.broadcast_to(np.linspace(0, 1, rows, dtype=np.float32)[:, None], (rows, columns))
    assert grid_of(array).steps.shape == (1, *found)


@pytest.mark.parametrize("value", [0.0, 0.25, -3e38, 3e38, 1e-45])
def test_a_flat_map_keeps_its_value(value):
    grid = grid_of(np.full((5, 4), value, np.float32))
    assert (values(grid) == np.float32(value)).all()


def test_the_widest_map_does_not_overflow():
    grid = grid_of(np.array([[-3e38, 3e38]], np.float32))
    assert np.allclose(values(grid)[0], [[-3e38, 3e38]])


def test_a_mask_is_exact_where_it_is_small_and_a_share_where_it_is_large():
    mask = noise(30, 40) > 0
    assert np.array_equal(grid_of(mask).steps[0], mask * 255)
    halves = np.zeros((2, 2 * LONGEST), bool)
    halves[:, ::2] = True
    assert (values(grid_of(halves)).round(2) == 0.5).all()


def test_a_picture_keeps_its_colours_or_their_means():
    rng = np.random.default_rng(0)
    small = rng.integers(0, 256, (20, 30, 4), dtype=np.uint8)
    grid = grid_of(small)
    assert np.array_equal(np.moveaxis(grid.steps, 0, 2), small)
    assert (grid.low, grid.high) == (0, 255)
    large = rng.integers(0, 256, (200, 2 * LONGEST_OF_PICTURES, 3), dtype=np.uint8)
    steps = grid_of(large).steps
    assert steps.shape == (3, 100, LONGEST_OF_PICTURES)
    assert np.array_equal(steps[1], np.rint(slow_means(large[..., 1].astype(float), 100, 160)))


@pytest.mark.parametrize("size", [(30, 20), (640, 427), (3000, 2000)])
def test_a_photograph_has_the_values_of_its_pixels(size):
    coarse = np.random.default_rng(0).integers(0, 256, (8, 12, 3), dtype=np.uint8)
    photo = PIL.Image.fromarray(coarse).resize(size, PIL.Image.Resampling.BICUBIC)
    held = io.BytesIO()
    photo.save(held, "JPEG", quality=95, subsampling=0)
    decoded = np.asarray(PIL.Image.open(io.BytesIO(held.getvalue())))
    found, wanted = grid_of_photo(held.getvalue()).steps, grid_of(decoded).steps
    assert found.shape == wanted.shape
    assert np.abs(found.astype(int) - wanted).max() <= (0 if max(size) <= 640 else 2)


@pytest.mark.parametrize(
    "array",
    [
        noise(30, 41),
        noise(300, 200),
        noise(9, 700) > 0,
        np.random.default_rng(1).integers(0, 256, (33, 20, 3), dtype=np.uint8),
        np.array([[0.5]], np.float32),
    ],
)
def test_the_script_says_what_the_grid_holds(array):
    grid = grid_of(array)
    name, steps, about = unpacked(script("0a1b", grid))
    assert name == "0a1b"
    assert np.array_equal(steps, grid.steps)
    assert (about["low"], about["high"]) == (grid.low, grid.high)
    assert script("0a1b", grid_of(array.copy())) == script("0a1b", grid)


def test_a_name_cannot_leave_its_quotes():
    text = script('"];alert(1)//', grid_of(noise(2, 2))).decode()
    assert text.startswith(r'(window.salonValues??={})["\"];alert(1)//"]={')


def test_a_grid_is_made_without_writing_to_the_array():
    array = noise(700, 900)
    array.flags.writeable = False
    grid_of(array)
