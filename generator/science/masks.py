"""How well a saliency map or a mask agrees with a mask of the truth.

Every measure takes the map first, (H, W) with values in [0, 1] (float or bool: a mask is a map of
zeros and ones), then the truth, (H, W) bool, and returns a float. Maps are taken as they are,
never stretched, so that a map that says nothing is not turned into one that shouts.

Where a measure needs a mask it takes `map >= t / 255` for t = 1 .. 255. The threshold 0, which
some published code includes, keeps every pixel of any map and would give a wrong mask the score
of the whole picture. A mask is the same at all 255, so for a mask the mean and the maximum over
the thresholds are simply its own score.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Map = npt.NDArray[np.floating] | npt.NDArray[np.bool_]
Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

LEVELS = 255


def mean_absolute_error(heatmap: Map, truth: Mask) -> float:
    """Return the mean of |map - truth|: 0 is perfect, 1 the exact opposite.

    Parameters
    ----------
    heatmap : (H, W) float or bool in [0, 1]
    truth : (H, W) bool

    Raises
    ------
    ValueError
        If the shapes differ or are empty, or the map leaves [0, 1].

    References
    ----------
    Perazzi et al., "Saliency filters", CVPR 2012. https://doi.org/10.1109/CVPR.2012.6247743

    """
    values = _checked(heatmap, truth)
    return float(np.abs(values - truth).mean())


def intersection_over_union(mask: Mask, truth: Mask) -> float:
    """Return the shared area over the joint area: 1 is perfect, 0 is disjoint.

    Parameters
    ----------
    mask, truth : (H, W) bool

    Returns
    -------
    float in [0, 1]; two empty masks agree, so they give 1

    Raises
    ------
    ValueError
        If the shapes differ or are empty, or the mask is not bool.

    """
    if mask.dtype != np.bool_:
        message = f"a mask of bool was expected, got {mask.dtype}; threshold the map first"
        raise ValueError(message)
    _checked(mask, truth)
    union = np.count_nonzero(mask | truth)
    return float(np.count_nonzero(mask & truth) / union) if union else 1.0


def max_f_measure(heatmap: Map, truth: Mask, *, beta_squared: float = 0.3) -> float:
    """Return the best F-measure over the thresholds 1/255 to 255/255.

    F = (1 + b) P R / (b P + R) with precision P, recall R and b = `beta_squared`; 0.3 makes
    precision count more, as is usual for saliency.

    Parameters
    ----------
    heatmap : (H, W) float or bool in [0, 1]
    truth : (H, W) bool
    beta_squared : positive

    Returns
    -------
    float in [0, 1], 1 is perfect; a map below 1/255 everywhere gives 0; with an empty truth that
    same map is right and gives 1, every other 0

    Raises
    ------
    ValueError
        If the shapes differ or are empty, or the map leaves [0, 1].

    References
    ----------
    Achanta et al., "Frequency-tuned salient region detection", CVPR 2009.
    https://doi.org/10.1109/CVPR.2009.5206596

    """
    hits, false_alarms = _counts_by_threshold(heatmap, truth)
    positives = np.count_nonzero(truth)
    if positives == 0:
        return float(false_alarms.max() == 0)
    # (1 + b) P R / (b P + R) with P = hits / found and R = hits / positives, fractions cleared.
    found = hits + false_alarms
    return float(((1 + beta_squared) * hits / (beta_squared * positives + found)).max())


def structure_measure(heatmap: Map, truth: Mask) -> float:
    """Return the S-measure: half object-aware, half region-aware likeness of structure.

    Parameters
    ----------
    heatmap : (H, W) float or bool in [0, 1]
    truth : (H, W) bool

    Returns
    -------
    float in [0, 1], 1 is perfect; where the truth is empty 1 - mean(map), where it is the whole
    picture mean(map), as in the paper

    Raises
    ------
    ValueError
        If the shapes differ or are empty, or the map leaves [0, 1].

    References
    ----------
    Fan et al., "Structure-measure", ICCV 2017, alpha = lambda = 0.5.
    https://doi.org/10.1109/ICCV.2017.487

    """
    values = _checked(heatmap, truth)
    if not truth.any():
        return float(1 - values.mean())
    if truth.all():
        return float(values.mean())
    share = truth.mean()
    s_o = share * _object_score(values[truth]) + (1 - share) * _object_score(1 - values[~truth])
    return float(max(0.0, 0.5 * s_o + 0.5 * _region_score(values, truth)))


def alignment_measure(heatmap: Map, truth: Mask) -> float:
    """Return the mean E-measure: the mean over the thresholds 1/255 to 255/255.

    Parameters
    ----------
    heatmap : (H, W) float or bool in [0, 1]
    truth : (H, W) bool

    Returns
    -------
    float in [0, 1], 1 is perfect; where the truth is empty the share of pixels left out, where it
    is the whole picture the share kept (mean over the thresholds)

    Raises
    ------
    ValueError
        If the shapes differ or are empty, or the map leaves [0, 1].

    Notes
    -----
    The sum over pixels is divided by H W as in the paper; its authors' code divides by H W - 1,
    which gives a perfect mask more than 1.

    References
    ----------
    Fan et al., "Enhanced-alignment measure for binary foreground map evaluation", IJCAI 2018.
    https://doi.org/10.24963/ijcai.2018/97

    """
    hits, false_alarms = _counts_by_threshold(heatmap, truth)
    found, size, positives = hits + false_alarms, truth.size, np.count_nonzero(truth)
    if positives == 0:
        return float(1 - found.mean() / size)
    if positives == size:
        return float(found.mean() / size)
    p, g = found / size, positives / size  # means of the mask and of the truth
    # Pixels come in four kinds, each with one deviation from either mean.
    kinds = (
        (hits, 1 - p, 1 - g),
        (false_alarms, 1 - p, -g),
        (positives - hits, -p, 1 - g),
        (size - positives - false_alarms, -p, -g),
    )
    total = sum(count * _enhanced_alignment(a, b) for count, a, b in kinds)
    return float(np.mean(total) / size)


def _checked(heatmap: Map, truth: Mask) -> Floats:
    """Map as float64, after the checks that every measure needs."""
    if heatmap.ndim != len("HW") or heatmap.shape != truth.shape or heatmap.size == 0:
        message = f"map and truth must have one shape (H, W), got {heatmap.shape} and {truth.shape}"
        raise ValueError(message)
    if truth.dtype != np.bool_:
        message = f"the truth must be bool, got {truth.dtype}"
        raise ValueError(message)
    values = heatmap.astype(np.float64)
    low, high = values.min(), values.max()
    if not (low >= 0 and high <= 1):
        message = f"the map must stay in [0, 1], got {low:g} to {high:g}"
        raise ValueError(message)
    return values


def _counts_by_threshold(heatmap: Map, truth: Mask) -> tuple[Floats, Floats]:
    """Hits and false alarms of `heatmap >= t / 255` for t = 1 .. 255."""
    # k / 255 rounds up in float32 and is exact enough in float64: the floor finds k again.
    levels = np.floor(LEVELS * _checked(heatmap, truth)).astype(np.int64)
    inside = np.bincount(levels[truth], minlength=LEVELS + 1)
    outside = np.bincount(levels[~truth], minlength=LEVELS + 1)
    at_least = [np.cumsum(counts[::-1])[::-1][1:] for counts in (inside, outside)]
    return at_least[0].astype(np.float64), at_least[1].astype(np.float64)


def _object_score(values: Floats) -> float:
    """Eq. 5 and 6: 2 x / (x² + 1 + 2 lambda sigma), lambda = 0.5; sigma of one pixel is 0."""
    mean = values.mean()
    sigma = values.std(ddof=1) if values.size > 1 else 0.0
    return float(2 * mean / (mean**2 + 1 + sigma))


def _region_score(values: Floats, truth: Mask) -> float:
    """SSIM of the four rectangles that meet in the truth's centre, weighted by area."""
    rows, columns = np.nonzero(truth)
    row, column = int(np.rint(rows.mean())) + 1, int(np.rint(columns.mean())) + 1
    total = 0.0
    for down in (slice(0, row), slice(row, None)):
        for across in (slice(0, column), slice(column, None)):
            part = values[down, across]
            if part.size:
                total += part.size * _similarity(part, truth[down, across].astype(np.float64))
    return total / truth.size


def _similarity(x: Floats, y: Floats) -> float:
    """SSIM of one rectangle, without the usual small constants (eq. 2 to 4)."""
    mean_x, mean_y = x.mean(), y.mean()
    # Divided by n, not n - 1: the quotient below is the same.
    variances = x.var() + y.var()
    covariance = ((x - mean_x) * (y - mean_y)).mean()
    above = 4 * mean_x * mean_y * covariance
    below = (mean_x**2 + mean_y**2) * variances
    if above == 0:
        # Nothing varies, or both are dark: alike. Else one of the two has structure alone.
        return float(below == 0)
    return float(above / below)


def _enhanced_alignment(a: Floats, b: float) -> Floats:
    """Eq. 3 and 4: (1 + xi)² / 4 with xi = 2 a b / (a² + b²); b is not 0."""
    xi = 2 * a * b / (a**2 + b**2)
    return np.asarray(np.square(1 + xi) / 4, dtype=np.float64)
