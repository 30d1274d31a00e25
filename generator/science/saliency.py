"""Saliency by histogram back-projection: from rare colours to a mask and a thumbnail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from generator.science import backprojection
from generator.science.framing import Box, bounding_box, grown_to_aspect
from generator.science.initialisation import Initialisation
from generator.science.scaling import shrunk
from generator.science.segmentation import grab_cut, largest_region, refined

Bytes = npt.NDArray[np.uint8]
Heatmap = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Values = TypeVar("Values", Bytes, Heatmap)

THRESHOLD = 200
"""Of 255: since saliency is a rank, about the rarest fifth of the picture lies above."""

WHOLE = 0.95
"""A box that covers more leaves GrabCut no background to learn from."""

HALF = 0.5
"""Where an enlarged mask counts as inside: its outline stays where it was."""

SMALL = 16
"""Shorter sides than this hold too few pixels for smoothing at five scales to mean anything."""


@dataclass(frozen=True, eq=False)
class Saliency:
    """What was found at each stage, all at the size of the picture (H, W)."""

    abstraction: Bytes
    """(H, W, 3) uint8, RGB: texture smoothed away."""

    back_projection: Heatmap
    """(H, W) float32 in [0, 1]: how common the hue and saturation are, 0 the rarest."""

    saliency: Heatmap
    """(H, W) float32 in [0, 1]: v says that a part of about v of the picture is more common."""

    threshold: Mask
    """(H, W) bool: saliency above 200/255."""

    box: Box
    """Around the thresholded region of largest outline; the whole picture if there is none."""

    mask: Mask
    """(H, W) bool: the object after GrabCut and tidying."""

    cutout: Bytes
    """(H, W, 3) uint8, RGB: the picture inside the mask, white outside."""

    frame: Box
    """Where the thumbnail lies: around the mask (the box if that is empty), of the aspect asked."""

    thumbnail: Bytes
    """(h, w, 3) uint8, RGB: the picture inside the frame, neither shrunk nor distorted."""

    peak: tuple[int, int]
    """(row, column) deepest inside the most salient area; the middle of a picture without one."""

    coverage: float
    """Part of the picture that lies in the mask, in [0, 1]."""

    notes: tuple[str, ...]
    """What did not go as planned: what happened, why, and what was done instead."""


def find_subject(
    image: Bytes,
    *,
    bins: int = 2,
    initialisation: Initialisation = Initialisation.MASK,
    aspect: float = 1.0,
    long_side: int = 320,
    seed: int = 0,
) -> Saliency:
    """Return what stands out by its rare colour, with every stage on the way there.

    Parameters
    ----------
    image : (H, W, 3) uint8, RGB, any size from one pixel up; not written to
    bins : cells of the histogram along hue and along saturation each, 1 to 180
    initialisation : how GrabCut starts
    aspect : width over height of the thumbnail
    long_side : pixels; a larger picture is worked on at this size, aspect ratio kept, and the
        findings are enlarged again; a smaller picture stays as it is
    seed : for GrabCut's colour models

    Returns
    -------
    Saliency; for pictures without colour (grey, flat, one pixel) the maps are 0, the mask is
    empty, the box is the whole picture, and a note says so

    Raises
    ------
    ValueError
        If the picture is not (H, W, 3) uint8 with at least one pixel, or an option is out of
        its range.

    References
    ----------
    Swain and Ballard, "Color indexing", IJCV 1991. https://doi.org/10.1007/BF00130487
    Comaniciu and Meer, "Mean shift", PAMI 2002. https://doi.org/10.1109/34.1000236
    Rother, Kolmogorov and Blake, "GrabCut", SIGGRAPH 2004. https://doi.org/10.1145/1015706.1015720

    """
    _check(image, long_side=long_side)
    shape = image.shape[:2]
    work = shrunk(image, long_side=long_side)
    abstraction = backprojection.abstraction(work)
    commonness = backprojection.back_project(abstraction, bins=bins)
    rarity = backprojection.rarity(commonness)
    threshold = rarity > THRESHOLD
    box, mask, notes = _segmented(work, threshold, initialisation=initialisation, seed=seed)
    saliency = _enlarged(_unit(rarity), shape=shape)
    full_mask = _enlarged(mask.astype(np.float32), shape=shape) >= HALF
    full_box = _scaled_box(box, small=rarity.shape, shape=shape)
    frame = grown_to_aspect(bounding_box(full_mask) or full_box, shape=shape, aspect=aspect)
    return Saliency(
        abstraction=_enlarged(abstraction, shape=shape),
        back_projection=_enlarged(_unit(commonness), shape=shape),
        saliency=saliency,
        threshold=saliency > _unit(np.array(THRESHOLD)),
        box=full_box,
        mask=full_mask,
        cutout=np.where(full_mask[:, :, None], image, np.uint8(255)),
        frame=frame,
        thumbnail=image[frame.slices].copy(),
        peak=_peak(rarity, shape=shape),
        coverage=float(full_mask.mean()),
        notes=_warnings(image, commonness=commonness, threshold=threshold) + notes,
    )


def _check(image: Bytes, *, long_side: int) -> None:
    if image.shape[2:] != (3,) or image.size == 0 or image.dtype != np.uint8:
        message = f"an (H, W, 3) uint8 picture was expected, got {image.shape} {image.dtype}"
        raise ValueError(message)
    if long_side < 1:
        message = f"long_side must be at least 1 pixel, got {long_side}"
        raise ValueError(message)


def _segmented(
    image: Bytes, threshold: Mask, *, initialisation: Initialisation, seed: int
) -> tuple[Box, Mask, tuple[str, ...]]:
    """Box of the largest thresholded region, the object's mask, and notes on fall-backs."""
    region = largest_region(threshold)
    box = bounding_box(region)
    if box is None:
        return Box(0, 0, *threshold.shape), region, ()
    guess, reasons = _guess(threshold, box, initialisation=initialisation)
    mask, more = _cut(image, guess, region=region, seed=seed)
    return box, mask, reasons + more


def _guess(
    threshold: Mask, box: Box, *, initialisation: Initialisation
) -> tuple[Bytes, tuple[str, ...]]:
    """Labels from which GrabCut starts, and a note if it is not as asked."""
    by_threshold = np.where(threshold, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    if initialisation is Initialisation.MASK:
        return by_threshold, ()
    covered = box.height * box.width / threshold.size
    if covered > WHOLE:
        note = (
            f"The box covers {covered:.0%} of the picture and leaves no background to learn "
            "from, so GrabCut started from the thresholded saliency instead of the box."
        )
        return by_threshold, (note,)
    by_box = np.full(threshold.shape, cv2.GC_BGD, dtype=np.uint8)
    by_box[box.slices] = cv2.GC_PR_FGD
    return by_box, ()


def _cut(image: Bytes, guess: Bytes, *, region: Mask, seed: int) -> tuple[Mask, tuple[str, ...]]:
    """Tidied mask from GrabCut, or the thresholded region where it tells nothing apart."""
    mask = refined(grab_cut(image, guess, seed=seed))
    if mask.any() and not mask.all():
        return mask, ()
    found = "the whole picture to be the object" if mask.any() else "no object"
    note = (
        f"GrabCut found {found}, because object and background have colours too alike, "
        "so the mask is the largest thresholded region as it was."
    )
    return region, (note,)


def _warnings(image: Bytes, *, commonness: Bytes, threshold: Mask) -> tuple[str, ...]:
    """Say so if the picture is too small, or if nothing stands out in it."""
    notes = []
    height, width = image.shape[:2]
    if min(height, width) < SMALL:
        notes.append(
            f"The picture has only {height} by {width} pixels, too few for smoothing to mean "
            "much; it was treated like any other, so read the result with care."
        )
    if not threshold.any():
        cause = (
            "every pixel has the same coarse hue and saturation, as in grey and flat pictures"
            if commonness.min() == commonness.max()
            else "the rare colours are too scattered to survive smoothing"
        )
        notes.append(
            f"Nothing stands out, because {cause}; the mask is left empty and the box is the "
            "whole picture."
        )
    return tuple(notes)


def _enlarged(values: Values, *, shape: tuple[int, int]) -> Values:
    if values.shape[:2] == shape:
        return values
    large = cv2.resize(values, shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(large, dtype=values.dtype)


def _unit(values: npt.NDArray[np.integer]) -> Heatmap:
    return values.astype(np.float32) / np.float32(255)


def _scaled_box(box: Box, *, small: tuple[int, int], shape: tuple[int, int]) -> Box:
    """Box around the same place in the large picture, rounded outward."""
    (h, w), (height, width) = small, shape
    return Box(
        box.top * height // h,
        box.left * width // w,
        -(-box.bottom * height // h),
        -(-box.right * width // w),
    )


def _peak(rarity: Bytes, *, shape: tuple[int, int]) -> tuple[int, int]:
    """Pixel of the top level farthest from all others, the border included; first of equals."""
    height, width = shape
    if rarity.min() == rarity.max():
        return height // 2, width // 2
    top = np.pad((rarity == rarity.max()).astype(np.uint8), 1)
    depth = cv2.distanceTransform(top, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    row, column = np.unravel_index(int(np.argmax(depth)), rarity.shape)
    # The middle of the small pixel, in the large picture.
    return (
        (2 * int(row) + 1) * height // (2 * rarity.shape[0]),
        (2 * int(column) + 1) * width // (2 * rarity.shape[1]),
    )
