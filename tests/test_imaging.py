"""Every kind of picture that people hand in: what is made of it, or why it is refused."""

import io
import struct
import subprocess
import sys
import zlib

import numpy as np
import PIL.Image
import PIL.ImageFile
import pytest
from PIL import ImageCms

from generator import imaging
from generator.errors import SourceError
from generator.imaging import decode, decode_mask, decode_png, encode_png, size, upright

RAMP = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3) * 3
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP")


def saved(picture, form="PNG", **options):
    if isinstance(picture, np.ndarray):
        picture = PIL.Image.fromarray(picture)
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def photograph(height=48, width=64):
    y, x = np.mgrid[:height, :width]
    return np.stack([3 * x % 256, 4 * y % 256, (x + y) % 256], axis=-1).astype(np.uint8)


def png_chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def raw_png(width, height, depth, colour, rows, extra=b""):
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + extra
        + png_chunk(b"IDAT", zlib.compress(rows)) + png_chunk(b"IEND", b"")
    )  # fmt: skip


def refused(data, name="a.png"):
    with pytest.raises(SourceError) as caught:
        decode(data, name=name)
    message = str(caught.value)
    assert message.startswith(f"{name}: expected ")
    assert ", got " in message
    assert "; " in message  # what to do
    return message


# What is read


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_read(form):
    name = f"a.{form.lower()}"
    options = {"quality": 95} if form in {"JPEG", "WEBP", "AVIF"} else {}
    decoded = decode(saved(photograph(), form, **options), name=name)
    assert decoded.image.dtype == np.uint8
    assert decoded.image.shape == (48, 64, 3)
    assert decoded.image.flags.c_contiguous
    assert decoded.image.flags.writeable
    assert np.abs(decoded.image.astype(int) - photograph()).mean() < 12
    assert not [note for note in decoded.notes if "although" in note]
    assert size(saved(photograph(), form), name=name) == (48, 64)


def test_rgb_is_read_exactly_and_silently():
    assert np.array_equal(decode(saved(RAMP), name="a.png").image, RAMP)
    assert decode(saved(RAMP), name="a.png").notes == ()


def test_the_same_file_gives_the_same_picture():
    data = saved(photograph(), "AVIF")
    assert np.array_equal(decode(data, name="a.avif").image, decode(data, name="a.avif").image)


def test_one_pixel():
    decoded = decode(saved(np.full((1, 1, 3), 7, np.uint8)), name="a.png")
    assert decoded.image.tolist() == [[[7, 7, 7]]]


def test_grey_is_copied_to_three_channels():
    decoded = decode(saved(RAMP[..., 0]), name="a.png")
    assert np.array_equal(decoded.image, np.repeat(RAMP[..., :1], 3, axis=2))
    assert decoded.notes == ("grey converted to RGB",)


def test_one_bit_is_black_and_white():
    decoded = decode(saved(np.array([[True, False]])), name="a.png")
    assert decoded.image[..., 0].tolist() == [[255, 0]]


def test_transparency_is_laid_over_white():
    rgba = np.array([[[200, 100, 0, 255], [200, 100, 0, 0], [200, 100, 0, 128]]], np.uint8)
    decoded = decode(saved(rgba), name="a.png")
    expected = [200 * 128 / 255 + 127, 100 * 128 / 255 + 127, 127]
    assert decoded.image[0, :2].tolist() == [[200, 100, 0], [255, 255, 255]]
    assert np.abs(decoded.image[0, 2] - expected).max() <= 1
    assert decoded.notes == ("transparent parts laid over white",)


def test_an_opaque_alpha_channel_needs_no_note():
    rgba = np.dstack([RAMP, np.full(RAMP.shape[:2], 255, np.uint8)])
    assert decode(saved(rgba), name="a.png").notes == ()
    assert np.array_equal(decode(saved(rgba), name="a.png").image, RAMP)


def test_grey_with_transparency():
    picture = PIL.Image.merge("LA", [PIL.Image.new("L", (2, 1), 50), PIL.Image.new("L", (2, 1))])
    decoded = decode(saved(picture), name="a.png")
    assert decoded.image.min() == 255
    assert decoded.notes == ("grey converted to RGB", "transparent parts laid over white")


def test_palette():
    picture = PIL.Image.fromarray(RAMP).quantize(256)
    decoded = decode(saved(picture), name="a.png")
    assert np.array_equal(decoded.image, np.asarray(picture.convert("RGB")))
    assert decoded.notes == ("a palette of colours was replaced by the colours themselves",)


@pytest.mark.parametrize("transparency", [0, bytes([0, 255])])
def test_palette_with_transparency(transparency):
    picture = PIL.Image.new("P", (2, 1))
    picture.putpalette([10, 20, 30, 40, 50, 60])
    picture.putpixel((1, 0), 1)
    decoded = decode(saved(picture, transparency=transparency), name="a.png")
    assert decoded.image.tolist() == [[[255, 255, 255], [40, 50, 60]]]


def test_sixteen_bit_grey_is_scaled_over_its_full_range():
    values = np.array([[0, 128, 129, 257, 32768, 65535]], np.uint16)
    decoded = decode(saved(values), name="a.png")
    assert decoded.image[0, :, 0].tolist() == [0, 0, 1, 1, 128, 255]
    assert "divided by 257" in decoded.notes[0]
    tiff = decode(saved(values, "TIFF"), name="a.tif")
    assert np.array_equal(tiff.image, decoded.image)


def test_sixteen_bit_grey_with_a_transparent_value():
    rows = b"\0" + struct.pack(">HH", 1000, 1001)
    data = raw_png(2, 1, 16, 0, rows, png_chunk(b"tRNS", struct.pack(">H", 1000)))
    decoded = decode(data, name="a.png")
    assert decoded.image[0, :, 0].tolist() == [255, 4]


def test_sixteen_bit_rgb_keeps_the_upper_byte():
    data = raw_png(1, 1, 16, 2, b"\0" + struct.pack(">HHH", 0x12FF, 0x3400, 0xFFFF))
    decoded = decode(data, name="a.png")
    assert decoded.image.tolist() == [[[0x12, 0x34, 0xFF]]]
    assert decoded.notes == (
        "16 bits a channel reduced to 8: the upper byte of each value was kept",
    )


def test_cmyk_is_converted():
    cmyk = PIL.Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    decoded = decode(saved(cmyk, "JPEG", quality=95), name="a.jpg")
    assert np.abs(decoded.image[4, 4].astype(int) - [255, 0, 0]).max() <= 6
    assert decoded.notes == ("CMYK, the colours of printing, converted to RGB",)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "AVIF", "TIFF"])
def test_an_animation_shows_its_first_frame(form):
    frames = [PIL.Image.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue")]
    data = saved(frames[0], form, save_all=True, append_images=frames[1:])
    decoded = decode(data, name=f"a.{form.lower()}")
    assert np.abs(decoded.image[8, 8].astype(int) - [255, 0, 0]).max() <= 3
    assert decoded.notes[0] == "shows the first of the 3 pictures in the file"


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_exif_orientation(orientation, form):
    # An upright picture of four quarters; stored as a camera held that way stores it.
    quarters = np.array([[[250, 0, 0], [0, 250, 0]], [[0, 0, 250], [250, 250, 250]]], np.uint8)
    up = np.kron(quarters, np.ones((16, 24, 1), np.uint8))
    stored = {
        1: up,
        2: up[:, ::-1],
        3: up[::-1, ::-1],
        4: up[::-1],
        5: up.transpose(1, 0, 2),
        6: np.rot90(up),
        7: up[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(up, -1),
    }[orientation]
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 95} if form in {"JPEG", "WEBP", "AVIF"} else {}
    data = saved(np.ascontiguousarray(stored), form, exif=exif, **options)
    name = f"a.{form.lower()}"
    decoded = decode(data, name=name)
    assert decoded.image.shape == up.shape
    assert size(data, name=name) == up.shape[:2]
    assert np.abs(decoded.image[8::16, 12::24].astype(int) - quarters).max() < 40
    told = [note for note in decoded.notes if note.endswith("as the camera recorded")]
    assert len(told) == (orientation != 1)


@pytest.mark.parametrize("value", [0, 9, 77])
def test_an_impossible_orientation_is_left_aside(value):
    exif = PIL.Image.Exif()
    exif[0x0112] = value
    assert np.array_equal(decode(saved(RAMP, exif=exif), name="a.png").image, RAMP)


def test_exif_behind_the_pixels_of_a_png_is_found():
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    data = saved(RAMP, exif=exif)
    at = data.index(b"eXIf") - 4
    length = struct.unpack(">I", data[at : at + 4])[0] + 12
    late = data[:at] + data[at + length : -12] + data[at : at + length] + data[-12:]
    assert np.array_equal(decode(late, name="a.png").image, np.rot90(RAMP, -1))
    assert size(late, name="a.png") == (6, 4)


@pytest.mark.parametrize("form", FORMATS)
def test_the_size_is_read_without_the_pixels(form, monkeypatch):
    loaded = []
    load = PIL.ImageFile.ImageFile.load
    monkeypatch.setattr(
        PIL.ImageFile.ImageFile, "load", lambda self: loaded.append(self) or load(self)
    )
    assert size(saved(photograph(), form), name="a") == (48, 64)
    assert not loaded


def test_broken_exif_does_no_harm():
    data = saved(photograph(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f nonsense")
    assert decode(data, name="a.jpg").image.shape == (48, 64, 3)


def test_a_wrong_ending_is_told():
    assert decode(saved(RAMP), name="a.jpg").notes == (
        "the file is PNG, although its name ends in .jpg",
    )
    assert len(decode(saved(RAMP), name="A.JPG").notes) == 1
    assert decode(saved(RAMP), name="no-ending").notes == ()
    assert decode(saved(RAMP), name="A.PNG").notes == ()


# Colour profiles


def wide_profile():
    """A profile like sRGB but with red and blue changed places, so that it must be seen."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack(">I", data[128:132])[0]
    tags = {}
    for index in range(count):
        at = 132 + 12 * index
        tags[bytes(data[at : at + 4])] = at
    red, blue = tags[b"rXYZ"], tags[b"bXYZ"]
    data[red + 4 : red + 12], data[blue + 4 : blue + 12] = (
        data[blue + 4 : blue + 12],
        data[red + 4 : red + 12],
    )
    return bytes(data)


def test_a_colour_profile_is_converted():
    red = np.full((4, 4, 3), [255, 0, 0], np.uint8)
    decoded = decode(saved(red, icc_profile=wide_profile()), name="a.png")
    assert np.abs(decoded.image[0, 0].astype(int) - [0, 0, 255]).max() <= 3
    assert decoded.notes == ("colours converted from the file's colour profile to sRGB",)


def test_a_profile_that_is_srgb_changes_nothing():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    decoded = decode(saved(RAMP, icc_profile=profile), name="a.png")
    assert np.array_equal(decoded.image, RAMP)
    assert decoded.notes == ()


def test_a_grey_picture_may_have_a_profile_of_colours():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    decoded = decode(saved(RAMP[..., 0], icc_profile=profile), name="a.png")
    assert np.array_equal(decoded.image, np.repeat(RAMP[..., :1], 3, axis=2))
    assert decoded.notes == ("grey converted to RGB",)


@pytest.mark.parametrize("cut", [slice(0, 40), slice(0, 300), slice(200, None)])
def test_a_broken_profile_is_left_aside(cut):
    decoded = decode(saved(RAMP, icc_profile=wide_profile()[cut]), name="a.png")
    assert np.array_equal(decoded.image, RAMP)
    assert decoded.notes == ("its colour profile cannot be used and was left aside",)


def test_a_lab_profile_does_not_fit_rgb():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert decode(saved(RAMP, icc_profile=profile), name="a.png").notes == (
        "its colour profile cannot be used and was left aside",
    )


# What is refused


def test_an_empty_file():
    assert "an empty file" in refused(b"")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"Dear all,\nplease find the picture attached.\n", "a text file"),
        (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
        (b"<svg/>", "an SVG drawing"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\nshowpage\n", "a PostScript (EPS)"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"<!DOCTYPE html><title>404</title>", "a web page"),
        (b"PK\x03\x04abcd", "a ZIP archive"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC picture"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "a video"),
        (b"\x89PNG\r\n\x1a\n", "a broken PNG"),
        (b"\xff\xd8\xff\xe0", "a broken JPEG"),
        (b"\x00\x01\x02\x03", "an unknown kind of file"),
    ],
)
def test_what_is_no_picture(data, what):
    assert what in refused(data)


def test_formats_that_are_not_allowed_are_not_opened():
    for form in ("PPM", "ICO", "TGA", "SGI"):
        assert "expected a JPEG, PNG," in refused(saved(RAMP, form), "a.png")


@pytest.mark.parametrize("form", FORMATS)
def test_a_cut_off_file(form):
    rng = np.random.default_rng(0)
    data = saved(rng.integers(0, 256, (60, 60, 3), dtype=np.uint8), form)
    for share in (0.3, 0.6, 0.9):
        refused(data[: int(len(data) * share)])


@pytest.mark.parametrize("form", FORMATS)
def test_a_damaged_file_is_read_or_refused_but_nothing_else_happens(form):
    data = saved(photograph(), form)
    for seed in range(150):
        rng = np.random.default_rng(seed)
        damaged = bytearray(data)
        for at in rng.integers(0, min(len(data), 400), 6):
            damaged[at] = rng.integers(256)
        try:
            decoded = decode(bytes(damaged), name="a.png")
        except SourceError:
            continue
        assert decoded.image.ndim == 3


def test_a_decompression_bomb_is_judged_by_its_header():
    for width, height in ((10_001, 10_000), (50_000, 50_000), (2**31 - 1, 2**31 - 1)):
        bomb = raw_png(width, height, 8, 2, b"")
        assert len(bomb) < 100
        assert "at most 100 megapixels" in refused(bomb)
        with pytest.raises(SourceError, match="megapixels"):
            size(bomb, name="a.png")


def test_the_largest_picture_has_no_warning():
    # Pillow warns from 89 megapixels on; warnings are errors here.
    assert size(raw_png(10_000, 10_000, 8, 2, b""), name="a.png") == (10_000, 10_000)


def test_a_picture_without_pixels():
    refused(raw_png(0, 5, 8, 2, b""))


@pytest.mark.parametrize("mode", ["F", "I"])
def test_numbers_without_a_white_are_refused(mode):
    message = refused(saved(PIL.Image.new(mode, (2, 2)), "TIFF"), "a.tif")
    assert "8 or 16 bits" in message


# Masks


def test_a_mask_is_white_inside():
    grey = np.array([[0, 127, 128, 255]], np.uint8)
    mask = decode_mask(saved(grey), name="m.png", shape=(1, 4))
    assert mask.dtype == np.bool_
    assert mask.tolist() == [[False, False, True, True]]


def test_a_mask_may_be_coloured_or_one_bit():
    truth = np.array([[True, False]])
    assert decode_mask(saved(truth), name="m.png", shape=(1, 2)).tolist() == [[True, False]]
    rgb = np.array([[[255, 255, 0], [0, 0, 255]]], np.uint8)
    assert decode_mask(saved(rgb), name="m.png", shape=(1, 2)).tolist() == [[True, False]]


def test_a_mask_of_another_size_is_refused():
    with pytest.raises(SourceError, match=r"6 x 4 .*got 4 x 6"):
        decode_mask(saved(np.zeros((6, 4), np.uint8)), name="m.png", shape=(4, 6))


# PNG there and back


@pytest.mark.parametrize(
    "array",
    [
        RAMP,
        RAMP[..., 0],
        np.dstack([RAMP, RAMP[..., 1]]),
        RAMP[..., 0] % 2 == 0,
        np.ones((1, 1), bool),
        np.zeros((3, 9), bool),
        RAMP[::-1, ::2],
    ],
)
def test_png_there_and_back(array):
    back = decode_png(encode_png(array))
    assert back.dtype == array.dtype
    assert np.array_equal(back, array)
    assert encode_png(array) == encode_png(array.copy())


def test_a_mask_takes_one_bit_a_pixel():
    noise = np.random.default_rng(0).random((256, 256)) < 0.5
    assert len(encode_png(noise)) < 256 * 256 / 8 * 1.05


def test_png_is_compressed():
    assert len(encode_png(np.zeros((100, 100, 3), np.uint8))) < 1000


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((2, 2), np.float32),
        np.zeros((2, 2, 2), np.uint8),
        np.zeros((2, 2, 3), bool),
        np.zeros((0, 2), np.uint8),
        np.zeros(4, np.uint8),
    ],
)
def test_other_arrays_are_no_png(array):
    with pytest.raises(ValueError, match="expected a uint8 or bool picture"):
        encode_png(array)


def test_other_files_are_no_stored_png():
    palette = saved(PIL.Image.fromarray(RAMP).quantize(4))
    for data in (b"", saved(RAMP, "BMP"), palette, encode_png(RAMP)[:-30]):
        with pytest.raises(SourceError):
            decode_png(data)


# At what cost


def test_a_large_jpeg_may_be_decoded_smaller():
    data = saved(photograph(400, 640), "JPEG")
    assert decode(data, name="a.jpg", at_least=(100, 160)).image.shape == (100, 160, 3)
    assert decode(data, name="a.jpg", at_least=(101, 160)).image.shape == (200, 320, 3)
    assert decode(data, name="a.jpg", at_least=(300, 400)).image.shape == (400, 640, 3)


def test_a_picture_carries_nothing_of_its_file():
    exif = PIL.Image.Exif()
    exif[0x010E] = "at home, 12 Secret Street"
    data = saved(RAMP, "JPEG", exif=exif, comment=b"secret", icc_profile=wide_profile())
    assert upright(data, name="a.jpg")[0].info == {}


def test_importing_loads_no_pillow():
    code = "import sys, generator.imaging; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_limit_stands_where_the_message_says():
    assert imaging.MAX_PIXELS == 100_000_000
