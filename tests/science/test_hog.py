"""Histograms of gradients: pixel by pixel from the definition, scikit-image, laws, odd patches."""

import math

import cv2
import numpy as np
import pytest
from skimage.feature import hog as skimage_hog

from generator.science.hog import LENGTH, hog

MIDDLE = np.array([[39, 47, 64]], np.float32)


def noise(seed=0, shape=(80, 96)):
    """Grey levels of coarse grain and fine."""
    rng = np.random.default_rng(seed)
    coarse = np.kron(rng.integers(0, 160, (shape[0] // 8, shape[1] // 8)), np.ones((8, 8), int))
    return (coarse + rng.integers(0, 96, shape)).astype(np.uint8)


def cells_of(descriptor):
    return descriptor.reshape(8, 8, 31)


def reflected(number, size):
    while not 0 <= number < size:
        number = -1 - number if number < 0 else 2 * size - 1 - number
    return number


def slow_hog(grey, row, column):
    """The definition for a patch of 64 pixels, without resizing; the patch starts 32 before."""
    height, width = grey.shape

    def level(r, c):
        return float(grey[reflected(r, height), reflected(c, width)])

    cells = np.zeros((8, 8, 18))
    top, left = row - 32, column - 32
    for r in range(top - 4, top + 68):
        for c in range(left - 4, left + 68):
            down, across = level(r + 1, c) - level(r - 1, c), level(r, c + 1) - level(r, c - 1)
            sign = -1 if (down, across) < (0, 0) else 1
            direction = round(math.atan2(sign * down, sign * across) / math.radians(20))
            direction = (direction + (9 if sign < 0 else 0)) % 18
            for i in range(8):
                for j in range(8):
                    y, x = abs(r + 0.5 - top - 8 * i - 4) / 8, abs(c + 0.5 - left - 8 * j - 4) / 8
                    if y < 1 and x < 1:
                        cells[i, j, direction] += (1 - y) * (1 - x) * math.hypot(down, across)
    return weighed(cells)


def weighed(cells):
    unsigned = cells[:, :, :9] + cells[:, :, 9:]
    energy = (unsigned**2).sum(axis=2)
    found = np.zeros((8, 8, 31))
    for i, j in np.ndindex(8, 8):
        for quarter, (down, across) in enumerate([(-1, -1), (-1, 1), (1, -1), (1, 1)]):
            block = sum(
                energy[min(max(r, 0), 7), min(max(c, 0), 7)]
                for r in (i, i + down)
                for c in (j, j + across)
            )
            norm = math.sqrt(block + 1e-4)
            signed = np.minimum(cells[i, j] / norm, 0.2)
            found[i, j, :18] += 0.5 * signed
            found[i, j, 18:27] += 0.5 * np.minimum(unsigned[i, j] / norm, 0.2)
            found[i, j, 27 + quarter] = signed.sum() / math.sqrt(18)
    return found


@pytest.mark.parametrize(("row", "column"), [(39, 47), (0, 0), (79, 95), (10, 90)])
def test_hog_meets_its_slow_twin(row, column):
    grey = noise(row)
    found = hog(grey, np.array([[row, column, 64]]))
    assert found.shape == (1, LENGTH)
    assert found.dtype == np.float32
    np.testing.assert_allclose(cells_of(found), slow_hog(grey, row, column), atol=2e-4)


def test_unsigned_directions_agree_with_scikit_image():
    # Its cells share no votes and its directions start at 0, not around it, so that gradients in
    # the middle of its ranges are told apart: each stripe of cells here has one such direction.
    rows, columns = np.indices((80, 96)).astype(float)
    for degrees in (20, 60, 100, 140):
        turn = math.radians(degrees)
        wave = np.sin((columns * math.cos(turn) + rows * math.sin(turn)) / 3)
        grey = np.rint(127 + 120 * wave).astype(np.uint8)
        ours = cells_of(hog(grey, MIDDLE))[1:7, 1:7, 18:27]
        theirs = skimage_hog(
            grey[7:71, 15:79].astype(float), orientations=18, pixels_per_cell=(8, 8),
            cells_per_block=(1, 1), feature_vector=False,
        )[1:7, 1:7, 0, 0]  # fmt: skip
        # 18 ranges of 10 degrees: one of ours is the second half of one and the first of the next.
        halves = np.roll(theirs, 1, axis=-1)
        pairs = (halves[..., ::2] ** 2 + halves[..., 1::2] ** 2) ** 0.5
        assert (ours.argmax(axis=-1) == degrees // 20).all()
        assert (pairs.argmax(axis=-1) == degrees // 20).all()


def test_a_half_turn_moves_cells_and_bins():
    grey = noise()
    turned = np.ascontiguousarray(grey[::-1, ::-1])
    # The centre of an even patch lies half a pixel up and left of its own pixel.
    one = cells_of(hog(grey, np.array([[40, 48, 64]])))
    other = cells_of(hog(turned, np.array([[40, 48, 64]])))[::-1, ::-1]
    np.testing.assert_allclose(other[..., :18], np.roll(one[..., :18], 9, axis=-1), atol=1e-5)
    np.testing.assert_allclose(other[..., 18:27], one[..., 18:27], atol=1e-5)
    np.testing.assert_allclose(other[..., 27:], one[..., :26:-1], atol=1e-5)


def test_a_negative_points_the_other_way():
    grey = noise()
    one, other = (cells_of(hog(g, MIDDLE)) for g in (grey, 255 - grey))
    np.testing.assert_allclose(other[..., :18], np.roll(one[..., :18], 9, axis=-1), atol=1e-5)
    np.testing.assert_allclose(other[..., 18:], one[..., 18:], atol=1e-5)


def test_light_and_contrast_are_irrelevant():
    grey = noise() // 2
    expected = hog(grey, MIDDLE)
    np.testing.assert_allclose(hog(grey + 100, MIDDLE), expected, atol=1e-6)
    np.testing.assert_allclose(hog(grey * 2, MIDDLE), expected, atol=1e-4)


def test_patches_do_not_depend_on_each_other():
    grey = noise()
    places = np.array([[20, 30, 64], [40, 40, 24], [41, 70, 64], [60, 10, 24]], np.float32)
    alone = np.concatenate([hog(grey, place[None]) for place in places])
    np.testing.assert_array_equal(hog(grey, places), alone)


def test_a_resized_patch_looks_like_its_enlargement():
    small = cv2.GaussianBlur(noise(3, (40, 48)), (0, 0), 1)
    large = cv2.resize(small, (96, 80), interpolation=cv2.INTER_CUBIC)
    one = hog(large, np.array([[40, 48, 64]]))[0]
    other = hog(small, np.array([[20, 24, 32]]))[0]
    assert np.corrcoef(one, other)[0, 1] > 0.9
    elsewhere = hog(small, np.array([[12, 20, 32]]))[0]
    assert np.corrcoef(one, elsewhere)[0, 1] < 0.7


@pytest.mark.parametrize(("row", "column"), [(119, 143), (121.2, 136.2)])
def test_a_shrunk_patch_is_the_mean_of_its_pixels(row, column):
    large = noise(4, (240, 288))
    small = large.reshape(80, 3, 96, 3).mean(axis=(1, 3))
    one = hog(large, np.array([[row, column, 192]]))
    # The same place in the small picture: pixel edges are divided, not centres.
    other = hog(small, np.array([[(row + 0.5) / 3 - 0.5, (column + 0.5) / 3 - 0.5, 64]]))
    np.testing.assert_allclose(one, other, atol=1e-5)


def test_flat_and_tiny_pictures():
    assert not hog(np.full((80, 96), 7, np.uint8), MIDDLE).any()
    one = hog(np.array([[9]], np.uint8), np.array([[0, 0, 64]]))
    assert not one.any()
    assert hog(noise(), np.zeros((0, 3))).shape == (0, LENGTH)
    line = hog(np.arange(40, dtype=np.uint8)[None] * 6, np.array([[0, 20, 8]]))
    assert np.isfinite(line).all()
