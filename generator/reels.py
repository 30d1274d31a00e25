"""Films in the making: frames as they come, and at the end one file with its facts."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Self

import cv2
import numpy as np

from generator.films import FILMED, Film
from generator.imaging_film import LONGEST, Encoder, film_size
from generator.science import stability
from generator.technique import Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from generator.samples import Footage
    from generator.technique import Panel

    Floats = NDArray[np.float32]

_GREY = 230
"""What shows through where a picture is transparent."""
_DEEP = 65535
_HEAD = struct.Struct("<dd")
_NEARLY_ALL = 0.995


class Motion:
    """What moved from the frame before to the one that was seen last."""

    def __init__(self) -> None:
        self._previous: Floats | None = None
        self._current: Floats | None = None
        self._flow: Floats | None = None
        self.size = (0, 0)

    def see(self, image: NDArray[np.uint8]) -> None:
        """Go on to the next frame, (H, W, 3) uint8."""
        self.size = image.shape[:2]
        self._previous = self._current
        self._current = stability.small(image, self.size)
        self._flow = None

    @property
    def flow(self) -> Floats | None:
        """Where each pixel was, as `stability.motion` gives it; None at the first frame."""
        if self._flow is None and self._previous is not None and self._current is not None:
            self._flow = stability.motion(self._previous, self._current)
        return self._flow


class Reel:
    """One film in the making.

    A picture goes into its film at once. A map waits on disk, sixteen bits a value, until the range
    of all frames is known; then each becomes one of 256 levels. Use it in a ``with``, so that
    nothing goes on where a frame ends it all.
    """

    def __init__(self, name: str, footage: Footage) -> None:
        self._name, self._footage = name, footage
        self._role: Role | None = None
        self._labels: list[str] = []
        self._track = _Track()
        self._writer: _Pictures | _Maps | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._writer:
            self._writer.leave()

    def add(self, panel: Panel | None, motion: Motion) -> None:
        """Add what was found in the next frame; None is blank.

        Raises
        ------
        ValueError
            If the panel is of a role that has no film.

        """
        if panel and panel.role not in FILMED:
            raise ValueError(
                f"{self._name!r} cannot be a film: expected a picture, a map or a mask"
            )
        if panel and self._writer is None:
            self._role = panel.role
            made = _Pictures if panel.role is Role.PICTURE else _Maps
            self._writer = made(self._name, self._footage, panel.array.shape)
            for _ in self._labels:
                self._writer.add(None)
        self._labels.append(panel.label if panel else "")
        if self._writer:
            self._writer.add(panel.array if panel else None)
        if self._role is not Role.PICTURE:
            self._track.add(panel.array if panel else None, motion)

    def close(self) -> Film | None:
        """Return the film, or None where no frame had anything to show."""
        if self._writer is None or self._role is None:
            return None
        ends, facts = self._writer.close(self._role)
        spread = facts["maximum"] - facts["minimum"]
        facts = {name: _short(value) for name, value in (facts | self._track.facts(spread)).items()}
        shape = (len(self._labels), *self._writer.size)
        labels = tuple(self._labels) if any(self._labels) else ()
        rate, path = self._footage.rate, self._writer.path
        return Film(self._name, self._role, shape, rate, path, ends, facts, labels)


class _Track:
    """How steady a map is, frame by frame."""

    def __init__(self) -> None:
        self._before: Floats | None = None
        self._alike: list[float] = []
        self._changes: list[float] = []

    def add(self, array: NDArray[Any] | None, motion: Motion) -> None:
        now = None if array is None else stability.small(array.astype(np.float32), motion.size)
        if now is not None and self._before is not None and motion.flow is not None:
            alike, change = stability.steadiness(self._before, now, motion.flow)
            self._alike.append(alike)
            self._changes.append(change)
        self._before = now

    def facts(self, spread: float) -> dict[str, float]:
        if not self._alike:
            return {}
        change = float(np.mean(self._changes))
        flicker = change / spread if spread > 0 else 0.0
        return {"steadiness": float(np.mean(self._alike)), "flicker": flicker}


class _Pictures:
    """Pictures, straight into the film that is shown."""

    def __init__(self, name: str, footage: Footage, shape: tuple[int, ...]) -> None:
        self.size = film_size((shape[0], shape[1]))
        self.path = footage.space / f"{name}.mp4"
        self._encoder = Encoder(self.path, self.size, footage.rate)

    def add(self, array: NDArray[np.uint8] | None) -> None:
        if array is None:
            array = np.full((*self.size, 3), _GREY, np.uint8)
        self._encoder.add(fitted(_opaque(array), self.size))

    def leave(self) -> None:
        self._encoder.leave()

    def close(self, _: Role) -> tuple[tuple[float, float], dict[str, float]]:
        self._encoder.close()
        return (0.0, 1.0), {"minimum": 0.0, "maximum": 1.0}


class _Maps:
    """Maps and masks: kept on disk with sixteen bits until the range of all is known."""

    def __init__(self, name: str, footage: Footage, shape: tuple[int, ...]) -> None:
        scale = min(1.0, LONGEST / max(shape))
        self.size = max(1, round(shape[0] * scale)), max(1, round(shape[1] * scale))
        self.path = footage.space / f"{name}.mkv"
        self._rate = footage.rate
        self._waiting = footage.space / f"{name}.waiting"
        self._file = self._waiting.open("wb")
        self._low, self._high = np.inf, -np.inf

    def add(self, array: NDArray[Any] | None) -> None:
        values = np.zeros(self.size, np.float32) if array is None else array.astype(np.float32)
        values = fitted(values, self.size)
        low, high = float(values.min()), float(values.max())
        self._low, self._high = min(self._low, low), max(self._high, high)
        levels = (values.astype(np.float64) - low) * (_DEEP / (high - low) if high > low else 0.0)
        self._file.write(_HEAD.pack(low, high))
        self._file.write(np.rint(levels).astype("<u2").tobytes())

    def leave(self) -> None:
        self._file.close()

    def close(self, role: Role) -> tuple[tuple[float, float], dict[str, float]]:
        self._file.close()
        ends = self._ends(role)
        counts = np.zeros(256, np.int64)
        span = ends[1] - ends[0]
        with Encoder(self.path, self.size, self._rate, exact=True) as encoder:
            for waited in self._values():
                values = np.rint(waited) if role is Role.MASK else waited  # a pixel is in or out
                grey = np.rint((values - ends[0]) * (255 / span if span > 0 else 0.0))
                grey = np.clip(grey, 0, 255).astype(np.uint8)
                counts += np.bincount(grey.ravel(), minlength=256)
                encoder.add(grey)
        self._waiting.unlink()
        sizes = np.abs(ends[0] + np.arange(256) * (span / 255))
        mean = float((counts * (ends[0] + np.arange(256) * (span / 255))).sum() / counts.sum())
        return ends, {
            "minimum": self._low, "maximum": self._high, "mean": mean,
            "reach": _quantile(sizes, counts),
        }  # fmt: skip

    def _ends(self, role: Role) -> tuple[float, float]:
        """Return the values of the levels 0 and 255; of a signed map, 127 is zero."""
        if role is Role.MASK:
            return 0.0, 1.0
        if role is Role.HEATMAP:
            return 0.0, self._high
        reach = max(abs(self._low), abs(self._high))
        return -reach, reach * 128 / 127

    def _values(self) -> Iterator[NDArray[np.float64]]:
        """Yield the maps again, in order."""
        count = self.size[0] * self.size[1]
        with self._waiting.open("rb") as file:
            while head := file.read(_HEAD.size):
                low, high = _HEAD.unpack(head)
                levels = np.frombuffer(file.read(2 * count), "<u2").reshape(self.size)
                yield low + levels * ((high - low) / _DEEP)


def fitted(array: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    """Return pictures or maps at the size (H, W) of their film, by means of areas if smaller."""
    if array.shape[:2] == size:
        return array
    smaller = array.shape[0] >= size[0] and array.shape[1] >= size[1]
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.ascontiguousarray(array), size[::-1], interpolation=way))


def _opaque(array: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return (H, W, 3): what is transparent lies over light grey."""
    if array.shape[2] == 3:  # noqa: PLR2004 - RGB
        return array
    alpha = array[..., 3:].astype(np.uint16)
    blended = array[..., :3] * alpha + _GREY * (255 - alpha)
    return np.asarray((blended + 127) // 255, np.uint8)


def _quantile(sizes: NDArray[np.float64], counts: NDArray[np.int64]) -> float:
    """Return the size that all but the largest half percent of values stay below."""
    order = np.argsort(sizes, kind="stable")
    place = np.searchsorted(np.cumsum(counts[order]), _NEARLY_ALL * counts.sum())
    return float(sizes[order][min(int(place), len(sizes) - 1)])


def _short(value: float) -> float:
    return float(f"{value:.6g}")
