"""Every kind of bad picture becomes a card that says what to do, and everything else is built."""

from __future__ import annotations

import io
import json
import struct
import zlib

import numpy as np
import pytest
from conftest import disc
from PIL import Image


def encoded(picture: Image.Image, form: str = "PNG", **options) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def bomb() -> bytes:
    """Return a small PNG whose header promises 40,000 by 40,000 pixels."""
    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    chunks = b""
    for name, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"")), (b"IEND", b"")):
        crc = zlib.crc32(name + data)
        chunks += struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)
    return b"\x89PNG\r\n\x1a\n" + chunks


RGB = Image.fromarray(disc())
EXIF = Image.Exif()
EXIF[0x0112] = 6
DEEP = Image.fromarray((np.arange(48 * 64).reshape(48, 64) * 20).astype(np.uint16))

CLEAR = RGB.convert("RGBA")
CLEAR.putalpha(Image.fromarray(disc()[:, :, 0]))

GOOD = {
    "grey.png": encoded(RGB.convert("L")),
    "rgba.png": encoded(CLEAR),
    "palette.png": encoded(RGB.convert("P")),
    "deep.png": encoded(DEEP),
    "cmyk.jpg": encoded(RGB.convert("CMYK"), "JPEG"),
    "animated.gif": encoded(RGB, "GIF", save_all=True, append_images=[RGB.rotate(90), RGB]),
    "one-pixel.png": encoded(RGB.resize((1, 1))),
    "one-row.png": encoded(RGB.resize((64, 1))),
    "rotated.jpg": encoded(RGB, "JPEG", exif=EXIF),
    "really-a-png.jpg": encoded(RGB),
}
BAD = {
    "broken.png": (encoded(RGB)[:40] + b"\0" * 400, "broken"),
    "empty.png": (b"", "empty"),
    "truncated.jpg": (encoded(RGB, "JPEG")[:-200], "truncated"),
    "bomb.png": (bomb(), "megapixels"),
    "text.png": (b"I am a text.\n", "text"),
    "vector.svg": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
}
GONE = {
    "missing.png": "found nothing",
    "../outside.png": "inside content/",
    "/etc/hostname": "inside",
}


TECHNIQUES = """\
techniques:
  saliency:
  mumford-shah:
  mumford-shah-denoising:
  mumford-shah-deblurring:
  grad-cam: {params: {model: planted-flat}}
"""


@pytest.fixture
def gallery(house):
    lines = ["title: Bad pictures", TECHNIQUES, "items:"]
    files = {**GOOD, **{name: data for name, (data, _) in BAD.items()}}
    for name, data in files.items():
        (house.content / name).write_bytes(data)
    (house.root / "outside.png").write_bytes(GOOD["grey.png"])
    (house.content / "link.png").symlink_to(house.root / "outside.png")
    for index, source in enumerate([*files, *GONE, "link.png"]):
        lines.append(
            f"- {{id: item-{index}, source: {source}, title: {source}, alt: a, credit: c, licence: l}}"
        )
    house.manifest("\n".join(lines))
    house.ids = {source: f"item-{i}" for i, source in enumerate([*files, *GONE, "link.png"])}
    return house


def test_the_right_ones_fail_and_all_have_pages(gallery):
    summary = gallery.build()
    numbers = json.loads(gallery.page("salon.json"))["items"]
    failed = {
        source
        for source, name in gallery.ids.items()
        if numbers[name]["problem"] or any(run["failure"] for run in numbers[name]["runs"].values())
    }
    assert failed == {*BAD, *GONE, "link.png"}
    assert summary.failed > 0
    for name in gallery.ids.values():
        assert (gallery.project.out / "items" / f"{name}.html").is_file()


@pytest.mark.parametrize("source", [*BAD, *GONE, "link.png"])
def test_a_card_says_what_is_wrong(gallery, source):
    if not hasattr(gallery, "built"):
        gallery.build(only="original")
    page = gallery.page(f"items/{gallery.ids[source]}.html")
    expected = {**{name: said for name, (_, said) in BAD.items()}, **GONE, "link.png": "link"}
    assert 'class="failure"' in page
    assert expected[source].lower() in page.lower()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("rgba.png", "transparen"),
        ("deep.png", "16-bit"),
        ("cmyk.jpg", "CMYK"),
        ("animated.gif", "first of the 3"),
        ("rotated.jpg", "turned by 90"),
        ("really-a-png.jpg", "PNG"),
    ],
)
def test_a_note_says_what_was_done_to_an_odd_picture(gallery, source, said):
    gallery.build(only="original")
    notes = json.loads(gallery.page("salon.json"))["items"][gallery.ids[source]]["runs"]
    assert any(said.lower() in note.lower() for note in notes["original/default"]["notes"]), notes


def test_a_missing_picture_names_file_line_and_nearest_name(gallery):
    (gallery.content / "mising.png").write_bytes(GOOD["grey.png"])
    gallery.build(only="original")
    page = gallery.page(f"items/{gallery.ids['missing.png']}.html")
    assert "manifest.yaml:" in page
    assert "did you mean" in page


def test_a_second_build_computes_no_broken_picture_again(gallery):
    gallery.build()
    assert gallery.build().built == 0
