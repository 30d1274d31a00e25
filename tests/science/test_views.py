"""Views of windows: against networks whose cells simply list what they see."""

import numpy as np
import pytest

from generator.science.views import of_pixels, slid, united

WINDOWS = np.array([(0, 0), (0, 2), (0, 5), (3, 8), (4, 4), (7, 11), (10, 11), (0, 11)])
LENGTH = 11


def pixels(windows=WINDOWS):
    """What each pixel shows of each window: itself, or nothing."""
    return [[frozenset({p} if a <= p < b else ()) for a, b in windows] for p in range(LENGTH)]


def slow_slid(sight, kernel, stride, dilation, before, cells):
    """What a cell sees is what all the cells see that it reads."""
    found = []
    for cell in range(cells):
        read = [cell * stride - before + i * dilation for i in range(kernel)]
        inside = [sight[at] for at in read if 0 <= at < len(sight)]
        found.append([frozenset().union(*(one[w] for one in inside)) for w in range(len(WINDOWS))])
    return found


SLIDES = [
    (3, 1, 1, 0, 9),
    (3, 2, 1, 1, 6),
    (5, 2, 1, 0, 4),
    (2, 2, 1, 0, 5),
    (1, 1, 1, 3, 17),
    (11, 1, 1, 0, 1),
    (1, 3, 1, 0, 4),
    (3, 1, 2, 2, 11),
]
GAPS = SLIDES[-2:]
"""Their cells do not see all between the first and the last pixel that they see."""


@pytest.mark.parametrize("second", [(1, 1, 1, 0), (3, 1, 1, 1), (2, 2, 1, 0)])
@pytest.mark.parametrize("first", SLIDES)
def test_two_cells_share_a_view_where_they_are_one_and_see_the_same(first, second):
    views, sight = of_pixels(LENGTH, WINDOWS), pixels()
    for kernel, stride, dilation, before, *cells in (first, second):
        length = cells[0] if cells else max((len(sight) + 2 * before - kernel) // stride + 1, 1)
        options = {"kernel": kernel, "stride": stride, "dilation": dilation, "before": before}
        views, _ = slid(views, cells=length, **options)
        sight = slow_slid(sight, cells=length, **options)
    assert views.number.shape == (len(sight), len(WINDOWS))
    for cell, seen in enumerate(sight):
        for window, number in enumerate(views.number[cell]):
            assert views.cells[number] == cell
            assert views.number[cell, views.examples[number]] == number
            between = set(range(*views.parts[number]))
            assert seen[window] <= between if first in GAPS else seen[window] == between
    if first not in GAPS:
        assert len(views) == sum(len(set(seen)) for seen in sight)


@pytest.mark.parametrize("slide", SLIDES)
def test_what_a_view_reads_is_what_its_cell_reads_under_its_window(slide):
    kernel, stride, dilation, before, cells = slide
    below = of_pixels(LENGTH, WINDOWS)
    views, read = slid(
        below, kernel=kernel, stride=stride, dilation=dilation, before=before, cells=cells
    )
    assert read.shape == (len(views), kernel)
    assert read.dtype == np.int32
    for cell in range(cells):
        for window, number in enumerate(views.number[cell]):
            for place in range(kernel):
                at = cell * stride - before + place * dilation
                wanted = below.number[at, window] if 0 <= at < LENGTH else len(below)
                assert read[number, place] == wanted


def test_united_views_tell_apart_what_any_part_does():
    pixel = of_pixels(LENGTH, WINDOWS)
    narrow, _ = slid(pixel, kernel=1, stride=1, dilation=1, before=0, cells=LENGTH)
    wide, _ = slid(pixel, kernel=5, stride=1, dilation=1, before=2, cells=LENGTH)
    views, reads = united([narrow, wide])
    assert len(views) == len(wide) > len(narrow)
    for part, read in zip((narrow, wide), reads, strict=True):
        np.testing.assert_array_equal(read[views.number], part.number)


def test_an_untouched_cell_has_one_view_however_many_windows_there_are():
    views = of_pixels(5, np.array([(0, 1), (1, 2), (2, 2), (0, 0)]))
    assert views.number[4].tolist() == [views.number[4, 0]] * 4
    assert len(views) == 2 + 2 + 1 + 1 + 1


@pytest.mark.parametrize(
    ("windows", "words"),
    [
        (np.zeros((0, 2), int), r"\(0, 2\)"),
        (np.zeros(2, int), r"\(2,\)"),
        (np.array([(-1, 2)]), "within 0 to 5"),
        (np.array([(3, 6)]), "within 0 to 5"),
        (np.array([(3, 2)]), "within 0 to 5"),
    ],
)
def test_windows_that_are_none_are_refused(windows, words):
    with pytest.raises(ValueError, match=words):
        of_pixels(5, windows)
