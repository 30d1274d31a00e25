"""What a technique is given to look at: a picture, a gallery, or a data set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from fractions import Fraction
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from generator.science.blocks import Split

    Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Sample:
    """An item, decoded: ``image`` (H, W, 3) uint8 sRGB, ``truth`` (H, W) bool or None.

    ``encoded`` holds the bytes of the picture's file, ``notes`` what decoding had to do to it.
    ``degrees`` is the true angle of the steering wheel, positive to the right, where it is known.
    Words such as the title are not here: they are no cause of a result.
    """

    image: NDArray[np.uint8]
    truth: NDArray[np.bool_] | None = None
    encoded: bytes = b""
    notes: tuple[str, ...] = ()
    degrees: float | None = None


@dataclass(frozen=True)
class Footage:
    """A video, to be looked at frame by frame.

    ``read`` yields a Sample of each frame, in the order of time, anew each time; all have ``size``
    (H, W), both even. ``rate`` is how many there are a second, ``expected`` how many there should
    be. ``notes`` says what had to be done to the frames, once they were read. Films are written
    into the folder ``space``.
    """

    size: tuple[int, int]
    rate: Fraction
    expected: int
    read: Callable[[], Iterator[Sample]]
    notes: Callable[[], tuple[str, ...]]
    space: Path


@dataclass(frozen=True)
class Survey:
    """What a technique that looks at a network itself is given: the gallery's pictures.

    ``names`` are the items' ids in order; ``read`` gives the picture (H, W, 3) uint8 of one, or
    None where it cannot be decoded.
    """

    names: tuple[str, ...]
    read: Callable[[int], NDArray[np.uint8] | None]


class Steps(Protocol):
    """Work on the way to a result that is kept, so that it need not be done again.

    A step is a function of the module it stands in; what is kept under it is thrown away when its
    code, the code below it, a library, or a value of ``causes`` changes. ``beside`` holds what the
    function needs besides and the causes stand for, such as a network.
    """

    def each(
        self,
        compute: Callable[..., Arrays],
        album: Album,
        causes: Mapping[str, Any],
        beside: Mapping[str, Any] | None = None,
    ) -> Iterator[Arrays | None]:
        """Yield ``compute(picture, **causes, **beside)`` of each example, None if unreadable."""

    def once(
        self,
        compute: Callable[..., Arrays],
        causes: Mapping[str, Any],
        beside: Mapping[str, Any] | None = None,
    ) -> Arrays:
        """Return ``compute(**causes, **beside)``."""


@dataclass(frozen=True)
class Album:
    """A data set: pictures with labels, some of them held out for testing.

    ``classes`` are the names of the classes in order, and ``labels`` the place of each example's
    own among them. Examples of one of the ``groups`` stand on one side. ``digests`` say what the
    examples are made of; ``read`` gives one's picture (H, W, 3) uint8, or None where it cannot be
    decoded.
    """

    classes: tuple[str, ...]
    labels: tuple[int, ...]
    groups: tuple[str, ...]
    held_out: tuple[bool, ...]
    digests: tuple[str, ...]
    read: Callable[[int], NDArray[np.uint8] | None]
    steps: Steps

    def __len__(self) -> int:
        return len(self.labels)

    def only(self, chosen: Sequence[int]) -> Album:
        """Return the examples ``chosen``, in that order, as a data set of the same classes."""
        return replace(
            self,
            labels=tuple(self.labels[i] for i in chosen),
            groups=tuple(self.groups[i] for i in chosen),
            held_out=tuple(self.held_out[i] for i in chosen),
            digests=tuple(self.digests[i] for i in chosen),
            read=lambda index: self.read(chosen[index]),
        )


@dataclass(frozen=True)
class Drive:
    """A drive: frames in the order of time, the angle of the wheel, and which frames are held out.

    ``degrees`` (n,) float64 are the true angles, positive to the right; ``digests`` say what the
    frames are made of. ``read`` gives one's picture (H, W, 3) uint8, or None where it cannot be
    decoded; ``truth`` what should decide in it, (H, W) bool, or None where nobody knows. A
    ``synthetic`` drive was drawn, not recorded; of a recorded one the angles may have been
    smoothed, by a Gaussian of ``smoothing`` frames.
    """

    degrees: NDArray[np.float64]
    split: Split
    digests: tuple[str, ...]
    read: Callable[[int], NDArray[np.uint8] | None]
    truth: Callable[[int], NDArray[np.bool_] | None]
    steps: Steps
    synthetic: bool = False
    smoothing: float = 0.0

    def __len__(self) -> int:
        return len(self.digests)
