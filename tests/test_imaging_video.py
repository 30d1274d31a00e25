"""Videos as they come: odd, cut off, turned, see-through, unsteady, or none at all."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from conftest import disc
from PIL import Image

from generator.content import Clip
from generator.errors import SourceError
from generator.imaging_film import Encoder, ffmpeg, film_size, frames
from generator.imaging_video import probe, read

COUNTED = "color=black:s=96x64:r=10:d=2,format=gray,geq=lum='10*N'"
"""Twenty frames; the brightness of each says which it is."""


def made(path: Path, source: str, *options: str) -> Path:
    """Make a video of a drawn ``source`` (see the filters of FFmpeg)."""
    subprocess.run(
        [ffmpeg(), "-v", "error", "-y", "-f", "lavfi", "-i", source, *options, str(path)],
        check=True,
    )
    return path


def taken(path: Path, clip: Clip | None = None) -> tuple[list[np.ndarray], list[str]]:
    reading = read(path, clip or Clip(), name=path.name)
    return [frame.copy() for frame in reading], reading.notes


def numbers(found: list[np.ndarray]) -> list[int]:
    return [round(float(frame.mean()) / 10) for frame in found]


def test_frames_come_in_order_whole_and_as_many_as_there_are(tmp_path):
    path = made(tmp_path / "a.mp4", COUNTED, "-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuvj420p")
    found, notes = taken(path)
    assert numbers(found) == list(range(20))
    assert all(frame.shape == (64, 96, 3) and frame.dtype == np.uint8 for frame in found)
    assert notes == []
    assert probe(path, name="a").rate == 10


@pytest.mark.parametrize(
    ("clip", "expected"),
    [
        (Clip(5, 0, 1), list(range(5, 20))),
        (Clip(0, 3, 1), [0, 1, 2]),
        (Clip(0, 0, 7), [0, 7, 14]),
        (Clip(3, 2, 4), [3, 7]),
        (Clip(19, 9, 9), [19]),
    ],
)
def test_a_part_of_the_frames_is_exactly_that_part(tmp_path, clip, expected):
    path = made(tmp_path / "a.mp4", COUNTED, "-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuvj420p")
    reading = read(path, clip, name="a.mp4")
    assert reading.expected == len(expected)
    assert reading.rate == Fraction(10, clip.every)
    assert numbers([frame.copy() for frame in reading]) == expected
    assert numbers([frame.copy() for frame in reading]) == expected, "a second time"


def test_a_first_frame_beyond_the_last_is_told_with_their_number(tmp_path):
    path = made(tmp_path / "a.mp4", COUNTED)
    with pytest.raises(SourceError, match=r"expected a first frame below 20.*got 20"):
        taken(path, Clip(20))


def test_odd_sides_lose_a_row_and_a_column_and_a_note_says_so(tmp_path):
    path = made(tmp_path / "a.mkv", "testsrc=s=97x65:r=5:d=1", "-c:v", "ffv1")
    found, notes = taken(path)
    assert {frame.shape for frame in found} == {(64, 96, 3)}
    assert any("odd row or column" in note for note in notes)
    whole = subprocess.run(
        [ffmpeg(), "-v", "error", "-i", path, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt",
         "rgb24", "-"], check=True, capture_output=True,
    ).stdout  # fmt: skip
    first = np.frombuffer(whole, np.uint8).reshape(65, 97, 3)
    assert np.abs(found[0].astype(int) - first[:64, :96]).max() <= 1


def test_a_huge_video_is_made_smaller_while_it_is_read(tmp_path):
    path = made(tmp_path / "a.mp4", "testsrc=s=3840x2160:r=2:d=1", "-preset", "ultrafast")
    found, notes = taken(path)
    assert {frame.shape for frame in found} == {(720, 1280, 3)}
    assert any("3840 x 2160" in note for note in notes)


def test_a_video_held_upright_is_upright(tmp_path):
    plain = made(tmp_path / "a.mp4", "testsrc=s=96x64:r=5:d=1")
    turned = tmp_path / "b.mp4"
    subprocess.run(
        [ffmpeg(), "-v", "error", "-display_rotation", "90", "-i", plain, "-c", "copy", turned],
        check=True,
    )
    (first, *_), _ = taken(plain)
    (upright, *_), notes = taken(turned)
    assert upright.shape == (96, 64, 3)
    assert np.abs(np.rot90(first).astype(int) - upright).mean() < 3
    assert any("turned by 90°" in note for note in notes)


def test_what_is_transparent_lies_over_white(tmp_path):
    source = "color=red:s=64x48:r=5:d=1,format=rgba,geq=r=255:g=0:b=0:a='255*lt(X,32)'"
    path = made(tmp_path / "a.mov", source, "-c:v", "qtrle")
    (first, *_), notes = taken(path)
    assert (first[:, :30] == (255, 0, 0)).all()
    assert (first[:, 34:] == 255).all()
    assert any("white" in note for note in notes)


def test_frames_at_a_varying_rate_are_brought_to_one(tmp_path):
    slow_then_fast = "setpts='if(lt(N,5),N*0.5,2.5+(N-5)*0.05)/TB'"
    path = made(
        tmp_path / "a.mkv", "testsrc=s=96x64:r=20:d=1", "-vf", slow_then_fast, "-fps_mode", "vfr",
        "-enc_time_base", "1/1000",
    )  # fmt: skip
    reading = read(path, Clip(), name="a.mkv")
    found = [frame.copy() for frame in reading]
    assert any("varying rate" in note for note in reading.notes)
    seconds = len(found) / float(reading.rate)
    assert 3 <= seconds <= 3.6
    assert len(found) == pytest.approx(reading.expected, abs=1)
    # The first frame stands for half a second, so it must be there more than once.
    assert np.array_equal(found[0], found[1])


def test_milliseconds_of_a_container_are_no_varying_rate(tmp_path):
    path = made(tmp_path / "a.webm", "testsrc=s=96x64:r=30000/1001:d=1", "-c:v", "libvpx")
    assert probe(path, name="a").rate == Fraction(30000, 1001)
    assert probe(path, name="a").steady


def test_a_cut_off_tail_leaves_what_could_be_read_and_a_note(tmp_path):
    path = made(
        tmp_path / "a.mp4", "testsrc2=s=320x240:r=10:d=10", "-movflags", "+faststart", "-g", "5"
    )
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    found, notes = taken(path)
    assert 30 < len(found) < 80
    assert any(f"damaged: {len(found)} of" in note for note in notes)


@pytest.mark.parametrize(
    ("name", "codec"), [("a.gif", "gif"), ("a.webp", "libwebp_anim"), ("a.png", "apng")]
)
def test_a_moving_picture_of_the_web_is_a_video(tmp_path, name, codec):
    form = ["-f", "apng"] if codec == "apng" else []
    path = made(tmp_path / name, "testsrc=s=96x64:r=10:d=1", "-c:v", codec, *form)
    found, _ = taken(path)
    assert len(found) == 10
    assert not np.array_equal(found[0], found[-1])


def test_one_frame_is_a_short_video_and_a_note_says_so(tmp_path):
    path = made(tmp_path / "a.mp4", "testsrc=s=96x64:r=10:d=0.1")
    found, notes = taken(path)
    assert len(found) == 1
    assert any("only one frame" in note for note in notes)


def broken(folder: Path, what: str) -> Path:
    path = folder / "v.mp4"
    if what == "empty":
        path.write_bytes(b"")
    elif what == "text":
        path.write_text("Not a video at all, only words.\n" * 40)
    elif what == "still":
        path = folder / "v.png"
        Image.fromarray(disc()).save(path)
    elif what == "photograph":
        path = folder / "v.jpg"
        Image.fromarray(disc()).save(path)
    elif what == "sound":
        made(path, "sine=d=1")
    elif what == "playlist":
        other = made(folder / "other.mp4", COUNTED)
        path = folder / "v.m3u8"
        path.write_text(f"#EXTM3U\n#EXTINF:2,\n{other}\n#EXT-X-ENDLIST\n")
    elif what == "list of files":
        made(folder / "other.mp4", COUNTED)
        path.write_text("ffconcat version 1.0\nfile other.mp4\n")
    elif what == "head":
        data = made(path, COUNTED).read_bytes()
        path.write_bytes(data[: len(data) // 3])
    elif what == "noise":
        path.write_bytes(np.random.default_rng(0).bytes(5000))
    return path


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("empty", "got an empty file"),
        ("text", "got a text file"),
        ("still", "got a still picture; list it under items"),
        ("photograph", "got a still picture; list it under items"),
        ("sound", "got a file without pictures"),
        ("playlist", "got a text file"),
        ("list of files", "got a text file"),
        ("head", "got a damaged or cut-off one"),
        ("noise", "got an unknown kind of file"),
    ],
)
def test_what_is_no_video_is_refused_in_plain_words(tmp_path, what, said):
    path = broken(tmp_path, what)
    with pytest.raises(SourceError) as caught:
        taken(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{path.name}: expected")
    assert str(tmp_path) not in str(caught.value)


def test_a_film_of_pictures_plays_in_browsers_and_says_nothing_of_its_making(tmp_path):
    pictures = [np.full((48, 64, 3), 12 * n, np.uint8) for n in range(10)]
    for name in ("a.mp4", "b.mp4"):
        with Encoder(tmp_path / name, (48, 64), Fraction(25, 3)) as encoder:
            for picture in pictures:
                encoder.add(picture)
    data = (tmp_path / "a.mp4").read_bytes()
    assert data == (tmp_path / "b.mp4").read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "a browser starts before it has all of it"
    assert b"Lavf" not in data
    back = list(frames(tmp_path / "a.mp4", (48, 64)))
    assert [round(float(frame.mean()) / 12) for frame in back] == list(range(10))
    said = subprocess.run(
        [ffmpeg(), "-hide_banner", "-i", tmp_path / "a.mp4"],
        capture_output=True,
        text=True,
        check=False,
    ).stderr
    assert "h264" in said
    assert "yuv420p(tv, bt709" in said
    assert "8.33 fps" in said


@pytest.mark.parametrize("size", [(48, 64), (7, 7), (1, 9), (33, 47), (198, 600), (640, 640)])
def test_an_exact_film_gives_every_level_back(tmp_path, size):
    rng = np.random.default_rng(0)
    levels = [rng.integers(0, 256, size, dtype=np.uint8) for _ in range(5)]
    with Encoder(tmp_path / "a.mkv", size, Fraction(10), exact=True) as encoder:
        for frame in levels:
            encoder.add(frame)
    back = list(frames(tmp_path / "a.mkv", size, exact=True))
    assert len(back) == 5
    assert all(np.array_equal(a, b) for a, b in zip(levels, back, strict=True))


def test_an_encoder_refuses_a_frame_of_another_size(tmp_path):
    with (
        pytest.raises(ValueError, match=r"expected a uint8 frame \(48, 64, 3\)"),
        Encoder(tmp_path / "a.mp4", (48, 64), Fraction(10)) as encoder,
    ):
        encoder.add(np.zeros((48, 62, 3), np.uint8))


@pytest.mark.parametrize(
    ("size", "shown"), [((2160, 3840), (360, 640)), ((64, 96), (64, 96)), ((1280, 720), (640, 360))]
)
def test_a_film_is_at_most_640_pixels_long_and_even(size, shown):
    assert film_size(size) == shown
