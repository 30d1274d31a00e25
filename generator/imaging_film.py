"""Arrays ↔ films: frames into an H.264 file as they come, and back. The same frames, same bytes."""

from __future__ import annotations

import subprocess
import tempfile
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING, Self

import numpy as np

from generator.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction
    from pathlib import Path

    from numpy.typing import NDArray

LONGEST = 640
"""Pixels of the longer side of a film on a page."""

_SEEK = 12
"""Frames from one that can be jumped to, to the next."""

_PLAIN = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1")
"""No dates, versions or words of the source in the file."""


def film_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return the even rows and columns of the film that shows frames of ``size``.

    >>> film_size((1080, 1920)), film_size((272, 640)), film_size((7, 7))
    ((360, 640), (272, 640), (8, 8))
    """
    scale = min(1.0, LONGEST / max(size))
    rows, columns = (max(2, round(side * scale / 2) * 2) for side in size)
    return rows, columns


class Encoder:
    """Writes frames to the film at ``path`` as they come; ``close`` or a ``with`` ends it.

    Parameters
    ----------
    path : where the file is written
    size : (H, W) of the frames; even, unless they are ``exact``
    rate : frames a second
    exact : whether frames are (H, W) uint8 and kept as they are; otherwise they are (H, W, 3) uint8
        sRGB, in a form that every browser plays

    """

    def __init__(
        self, path: Path, size: tuple[int, int], rate: Fraction, *, exact: bool = False
    ) -> None:
        rows, columns = size
        self._form = (rows, columns) if exact else (rows, columns, 3)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        self._process = subprocess.Popen(  # noqa: S603
            [
                ffmpeg(), "-hide_banner", "-nostdin", "-v", "error", "-y", "-f", "rawvideo",
                "-pix_fmt", "gray" if exact else "rgb24", "-s", f"{columns}x{rows}",
                "-r", str(rate), "-i", "-", "-an", *(_EXACT if exact else _SHOWN),
                "-threads", "1", *_PLAIN, f"file:{path}",
            ],
            stdin=subprocess.PIPE, stderr=self._errors,
        )  # fmt: skip

    def add(self, frame: NDArray[np.uint8]) -> None:
        """Write the next frame.

        Raises
        ------
        ValueError
            If it has another form than the film's.
        StoreError
            If the file cannot be written.

        """
        if frame.shape != self._form or frame.dtype != np.uint8:
            raise ValueError(
                f"expected a uint8 frame {self._form}, got {frame.dtype} {frame.shape}"
            )
        try:
            self._pipe.write(np.ascontiguousarray(frame).data)
        except BrokenPipeError:
            raise self._failed() from None

    @property
    def _pipe(self) -> IO[bytes]:
        if self._process.stdin is None:
            raise StoreError("the film's encoder was started without a way in")
        return self._process.stdin

    def close(self) -> None:
        """Finish the file; StoreError if it cannot be written."""
        with suppress(BrokenPipeError):
            self._pipe.close()
        with self._errors:
            if self._process.wait():
                raise self._failed()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()
        self.leave()

    def leave(self) -> None:
        """Stop, finished or not."""
        self._process.kill()
        with suppress(BrokenPipeError):
            self._pipe.close()
        self._process.wait()
        self._errors.close()

    def _failed(self) -> StoreError:
        self._process.wait()
        self._errors.seek(0)
        said = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return StoreError(
            f"a film cannot be written: {said[-1] if said else 'no reason was given'}"
        )


_SHOWN = (
    "-vf", "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+bitexact,format=yuv420p",
    "-c:v", "libx264", "-preset", "medium", "-crf", "23", "-g", str(_SEEK),
    "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
    "-color_range", "tv", "-movflags", "+faststart", "-f", "mp4",
)  # fmt: skip
_EXACT = ("-c:v", "ffv1", "-level", "3", "-g", "1", "-f", "matroska")


def frames(
    path: Path, size: tuple[int, int], *, exact: bool = False
) -> Iterator[NDArray[np.uint8]]:
    """Yield the frames of a film that an `Encoder` wrote with this ``size`` and ``exact``.

    Raises
    ------
    StoreError
        If it cannot be read to its end.

    """
    shape = size if exact else (*size, 3)
    command = [
        ffmpeg(), "-hide_banner", "-nostdin", "-v", "error", "-threads", "1", "-i", f"file:{path}",
        "-fps_mode", "passthrough",
        "-vf", "null" if exact else "scale=in_color_matrix=bt709:flags=accurate_rnd+bitexact",
        "-f", "rawvideo", "-pix_fmt", "gray" if exact else "rgb24", "-",
    ]  # fmt: skip
    with running(command) as (process, errors):
        yield from cut(process, shape)
        if process.wait():
            errors.seek(0)
            said = errors.read().decode("utf-8", "replace").strip()
            raise StoreError(f"a stored film cannot be read: {said}")


@contextmanager
def running(command: list[str]) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """Give a process that writes to a pipe, and its complaints; it ends with the block."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)  # noqa: S603
        try:
            yield process, errors
        finally:
            if process.stdout:
                process.stdout.close()
            process.kill()
            process.wait()


def cut(process: subprocess.Popen[bytes], shape: tuple[int, ...]) -> Iterator[NDArray[np.uint8]]:
    """Yield the frames of ``shape`` that a process writes; half a frame at the end is left out."""
    length = int(np.prod(shape))
    while process.stdout and len(data := process.stdout.read(length)) == length:
        yield np.frombuffer(data, np.uint8).reshape(shape)


def ffmpeg() -> str:
    """Return where FFmpeg is; the package imageio-ffmpeg brings it."""
    import imageio_ffmpeg

    return str(imageio_ffmpeg.get_ffmpeg_exe())
