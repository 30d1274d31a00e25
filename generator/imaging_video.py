"""Videos → arrays: frames one after another, upright, in even sizes, at one constant rate.

FFmpeg reads, as its own process, so that memory does not depend on a video's length. Only the
formats listed here are opened: a playlist could name other files. What had to be done to the frames
is told in plain notes, which the video's page repeats.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from generator import imaging
from generator.errors import SourceError
from generator.imaging_film import cut, ffmpeg, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from generator.content import Clip

WIDEST = 1280
"""Pixels of a frame's longer side; what is larger is made smaller while it is read."""

_FORMATS = (
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,gif,webp_anim,apng,mpegts,mpeg,mpegvideo,ogg,flv,asf,"
    "ivf,m4v,h264,hevc,yuv4mpegpipe,mxf,nut,dv"
)
_ALLOWED = "a video (MP4, MOV, WebM, MKV, AVI, MPEG, or a moving GIF, WebP or PNG)"
_ALPHA = re.compile(
    r"Video: [^\n]*?\b(yuva\w*|rgba\w*|bgra\w*|argb\w*|abgr\w*|gbrap\w*|ya\d+\w*|pal8)"
)
_TURNED = re.compile(r"rotation of (-?\d+)")
_FPS = re.compile(r"([\d.]+) fps")
_PACKET = re.compile(r"^0,\s*(-?\d+),\s*(-?\d+),", re.MULTILINE)
_NO_TIME = -(2**62)
"""Below this a packet has no time."""
_JITTER = 0.002
"""Seconds by which a frame may be off the beat: some formats count whole milliseconds."""
_SMALLEST = 2
_FASTEST = 60
_OPEN = 3e-4
"""Share of a rate that two decimals leave open."""
_NTSC = Fraction(1000, 1001)


@dataclass(frozen=True)
class Probed:
    """What a video's packets say: how many frames, how many a second, and their size.

    ``size`` is (rows, columns) of the upright frame with square pixels, as read. ``steady`` is
    whether the frames come at one rate.
    """

    frames: int
    rate: Fraction
    size: tuple[int, int]
    steady: bool
    alpha: bool
    notes: tuple[str, ...]


@dataclass
class Reading:
    """The frames of a video, to be read once, and what is known of them.

    ``rate`` is frames a second of those that are used, ``expected`` how many there should be.
    ``notes`` grow while frames are read.
    """

    path: Path
    name: str
    clip: Clip
    probed: Probed
    notes: list[str] = field(default_factory=list)

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of each frame, both even."""
        return self.probed.size

    @property
    def rate(self) -> Fraction:
        """Frames a second of those that are used."""
        return self.probed.rate / self.clip.every

    @property
    def expected(self) -> int:
        """How many frames there should be."""
        left = -(-(self.probed.frames - self.clip.first) // self.clip.every)
        return max(0, min(left, self.clip.frames or left))

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        """Yield each frame (H, W, 3) uint8 sRGB; SourceError if there is none."""
        self.notes[:] = self.probed.notes
        count, complaint, clear = 0, "", False
        channels = 4 if self.probed.alpha else 3
        with running(self._command(channels)) as (process, errors):
            for frame in cut(process, (*self.size, channels)):
                count += 1
                if channels == 4:  # noqa: PLR2004 - RGBA
                    clear = clear or bool((frame[..., 3] < 255).any())  # noqa: PLR2004 - opaque
                    yield _over_white(frame)
                else:
                    yield frame
            process.wait()
            errors.seek(0)
            complaint = errors.read().decode("utf-8", "replace").strip()
        self._judge(count, damaged=bool(complaint or process.returncode))
        if clear:
            self.notes.append("transparent parts are shown over white")

    def _judge(self, count: int, *, damaged: bool) -> None:
        if count == 0:
            raise self._nothing(damaged=damaged)
        if count == 1:
            self.notes.append("has only one frame, so nothing moves")
        if damaged:
            self.notes.append(
                f"the file is damaged: {count} of {max(count, self.expected)} frames could be read"
            )

    def _nothing(self, *, damaged: bool) -> SourceError:
        if not damaged and self.clip.first >= self.probed.frames:
            return SourceError(
                f"{self.name}: expected a first frame below {self.probed.frames}, which is how "
                f"many there are, got {self.clip.first}"
            )
        return SourceError(
            f"{self.name}: expected frames, found none that can be read; the file is damaged, copy "
            "or export it again"
        )

    def _command(self, channels: int) -> list[str]:
        (rows, columns), clip = self.size, self.clip
        steps = [] if self.probed.steady else [f"fps={self.probed.rate}"]
        chosen = f"gte(n\\,{clip.first})*not(mod(n-{clip.first}\\,{clip.every}))"
        steps += [f"select={chosen}"] if clip.first or clip.every > 1 else []
        steps.append("crop=trunc(iw/2)*2:trunc(ih/2)*2:0:0")
        steps.append(f"scale={columns}:{rows}:flags=area+accurate_rnd+full_chroma_int+bitexact")
        limit = ["-frames:v", str(clip.frames)] if clip.frames else []
        return [
            *_opened(self.path), "-map", "0:V:0", "-an", "-sn", "-vf", ",".join(steps), *limit,
            "-fps_mode", "passthrough", "-f", "rawvideo",
            "-pix_fmt", "rgba" if channels == 4 else "rgb24", "-",  # noqa: PLR2004 - RGBA
        ]  # fmt: skip


def read(path: Path, clip: Clip, *, name: str) -> Reading:
    """Return the frames ``clip`` of the video at ``path``, to be iterated over.

    Raises
    ------
    SourceError
        If the file is empty, a still picture, no video of a known format, or has no frames; while
        iterating if none of the frames can be read.

    """
    return Reading(path, name, clip, probe(path, name=name))


def probe(path: Path, *, name: str) -> Probed:
    """Return what the packets of the video at ``path`` say; nothing is decoded.

    Raises
    ------
    SourceError
        As `read`.

    """
    if path.stat().st_size == 0:
        raise SourceError(f"{name}: expected {_ALLOWED}, got an empty file; copy it again")
    done = subprocess.run(  # noqa: S603
        [*_opened(path, "info"), "-map", "0:V:0", "-c", "copy", "-f", "framecrc", "-"],
        capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    said, packets = done.stderr, done.stdout
    times = [int(pts) for _, pts in _PACKET.findall(packets)]
    if not times:
        raise _no_video(path, name, said)
    notes: list[str] = []
    rate, steady = _beat(times, packets, said, notes)
    size = _size(packets, said, notes)
    frames = len(times)
    if not steady:
        frames = max(1, round(Fraction(max(times) - min(times)) * _tick(packets) * rate) + 1)
    return Probed(frames, rate, size, steady, bool(_ALPHA.search(said)), tuple(notes))


def _opened(path: Path, level: str = "error") -> list[str]:
    """Return the command that opens the file, and no other."""
    return [
        ffmpeg(), "-hide_banner", "-nostdin", "-v", level,
        "-threads", "1", "-filter_threads", "1", "-protocol_whitelist", "file",
        "-format_whitelist", _FORMATS, "-i", f"file:{path}",
    ]  # fmt: skip


def _over_white(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    alpha = frame[..., 3:].astype(np.uint16)
    blended = frame[..., :3] * alpha + 255 * (255 - alpha)
    return np.asarray((blended + 127) // 255, np.uint8)


def _tick(packets: str) -> Fraction:
    found = re.search(r"#tb 0: (\d+)/(\d+)", packets)
    return Fraction(int(found[1]), int(found[2])) if found else Fraction(1)


def _beat(times: list[int], packets: str, said: str, notes: list[str]) -> tuple[Fraction, bool]:
    """Return the frames a second, and whether they come at that rate."""
    named = _FPS.search(said)
    stated = _snapped(float(named[1])) if named and float(named[1]) > 0 else Fraction(1)
    tick, ordered = _tick(packets), np.sort(np.array(times, np.int64))
    span = int(ordered[-1] - ordered[0])
    if len(times) == 1 or ordered[0] < _NO_TIME or span == 0:
        return stated, True
    step = span / (len(times) - 1)
    off = np.abs(ordered - ordered[0] - step * np.arange(len(times))).max() * float(tick)
    mean = 1 / (step * float(tick))
    if off <= max(1.5 * float(tick), _JITTER):
        return _snapped(mean, 1.5 / span), True
    rate = min(Fraction(_FASTEST), Fraction(round(mean * 100), 100) or Fraction(1, 100))
    notes.append(f"frames came at a varying rate; they are shown at {float(rate):g} a second")
    return rate, False


def _snapped(rate: float, doubt: float = 0.0) -> Fraction:
    """Return the rate that is meant: a whole one, or a whole one of television.

    ``doubt`` is by which share the rate may be wrong, as times are rounded.
    """
    whole = Fraction(max(1, round(rate)))
    meant = min((whole, whole * _NTSC), key=lambda known: abs(rate - float(known)))
    if abs(rate / float(meant) - 1) < max(_OPEN, doubt):
        return meant
    return Fraction(rate).limit_denominator(1000) or Fraction(1, 1000)


def _size(packets: str, said: str, notes: list[str]) -> tuple[int, int]:
    """Return rows and columns of the upright frame as it is read."""
    found = re.search(r"#dimensions 0: (\d+)x(\d+)", packets)
    width, height = (int(found[1]), int(found[2])) if found else (0, 0)
    if min(width, height) < _SMALLEST:
        raise SourceError(f"expected frames of at least 2 x 2 pixels, got {width} x {height}")
    wide = re.search(r"#sar 0: (\d+)/(\d+)", packets)
    stretch = Fraction(int(wide[1]), int(wide[2])) if wide and int(wide[1]) and int(wide[2]) else 1
    if stretch != 1:
        notes.append(f"pixels of {stretch} times their height in width are shown square")
    turned = _TURNED.search(said)
    angle = int(turned[1]) % 360 if turned else 0
    if angle:
        notes.append(f"turned by {min(angle, 360 - angle)}°, as the camera recorded")
    columns, rows = float(width * stretch), float(height)
    if angle % 180 == 90:  # noqa: PLR2004 - lying on its side
        columns, rows = rows, columns
    return _fitted(rows, columns, notes)


def _fitted(rows: float, columns: float, notes: list[str]) -> tuple[int, int]:
    longest = max(rows, columns)
    if longest > WIDEST:
        notes.append(f"{columns:.0f} x {rows:.0f} pixels are worked on and shown at {WIDEST}")
        return _even((rows * WIDEST / longest, columns * WIDEST / longest))
    if rows % 2 == 1 or columns % 2 == 1:  # not a fraction, which stretching makes
        notes.append("an odd row or column at the edge is cut off, as films have even sides")
    return _even((rows, columns))


def _even(size: tuple[float, float]) -> tuple[int, int]:
    rows, columns = (max(2, int(round(side, 6) // 2) * 2) for side in size)
    return rows, columns


def _no_video(path: Path, name: str, said: str) -> SourceError:
    with path.open("rb") as file:
        head = file.read(2**16)
    try:
        imaging.size(head, name=name)
    except SourceError:
        pass
    else:
        return SourceError(f"{name}: expected {_ALLOWED}, got a still picture; list it under items")
    if "Stream #" in said and "Video:" not in said:
        return SourceError(f"{name}: expected {_ALLOWED}, got a file without pictures")
    if re.search(r"Invalid data|whitelist|moov atom", said) is None and "Video:" in said:
        return SourceError(f"{name}: expected frames, got a video without any; export it again")
    came = imaging.guess(head)
    came = {"a video": "a damaged or cut-off one"}.get(came, came)
    return SourceError(f"{name}: expected {_ALLOWED}, got {came}; copy or export it again")
