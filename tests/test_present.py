"""How findings look: colours that keep their order, files that are what they were said to be."""

import io
import os
import subprocess
import sys

import numpy as np
import PIL.Image
import pytest

from generator.colours import palette, stops
from generator.imaging import decode, decode_png
from generator.present import WIDTHS, colour, encode, encode_photo, renditions
from generator.technique import Role

MAPS = (Role.HEATMAP, Role.SIGNED_MAP)

# Machado, Oliveira, Fernandes 2009: what is seen without one of the three cones, in linear light.
BLINDNESS = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
               [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
               [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
               [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def linear(colours):
    shown = np.asarray(colours) / 255
    return np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)


def oklab(light):
    """Linear sRGB to OKLab by the forward matrices, a twin of what the module inverts."""
    cones = np.cbrt(light @ np.array([
        [0.4122214708, 0.2119034982, 0.0883024619],
        [0.5363325363, 0.6806995451, 0.2817188376],
        [0.0514459929, 0.1073969566, 0.6299787005],
    ]))  # fmt: skip
    return cones @ np.array([
        [0.2104542553, 1.9779984951, 0.0259040371],
        [0.7936177850, -2.4285922050, 0.7827717662],
        [-0.0040720468, 0.4505937099, -0.8086757660],
    ])  # fmt: skip


def photograph(height=300, width=400, seed=0):
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (12, 16, 3), dtype=np.uint8)
    smooth = PIL.Image.fromarray(coarse).resize((width, height), PIL.Image.Resampling.BICUBIC)
    return np.asarray(smooth)


def jpeg(array, **options):
    buffer = io.BytesIO()
    PIL.Image.fromarray(array).save(buffer, "JPEG", **{"quality": 95} | options)
    return buffer.getvalue()


def opened(data):
    return np.asarray(PIL.Image.open(io.BytesIO(data)))


def psnr(a, b):
    error = np.mean((a.astype(float) - b) ** 2)
    return 10 * np.log10(255**2 / max(error, 1e-9))


# Colours


def test_lightness_of_a_heatmap_rises_at_every_step():
    lightness = oklab(linear(palette(Role.HEATMAP)))[:, 0]
    assert (np.diff(lightness) > 0).all()
    assert lightness[0] < 0.2
    assert lightness[-1] > 0.95


def test_steps_of_a_heatmap_look_alike():
    steps = np.linalg.norm(np.diff(oklab(linear(palette(Role.HEATMAP))), axis=0), axis=1)
    eight = steps.reshape(-1, 5).sum(axis=1)  # rounding to 8 bits moves single steps
    assert eight.max() / eight.min() < 1.35


def test_a_signed_map_is_symmetric_and_neutral_at_zero():
    lab = oklab(linear(palette(Role.SIGNED_MAP)))
    assert len(lab) == 255
    assert np.abs(lab[:, 0] - lab[::-1, 0]).max() < 0.004
    assert (np.diff(lab[:128, 0]) > 0).all()
    assert (np.diff(lab[127:, 0]) < 0).all()
    assert len(set(palette(Role.SIGNED_MAP)[127].tolist())) == 1
    assert lab[0, 2] < -0.05  # blue
    assert lab[-1, 1] > 0.05  # red


@pytest.mark.parametrize("kind", BLINDNESS)
def test_maps_are_readable_without_one_of_the_cones(kind):
    seen = {
        role: oklab((linear(palette(role)) @ np.transpose(BLINDNESS[kind])).clip(0, 1))
        for role in MAPS
    }
    assert (np.diff(seen[Role.HEATMAP][::5, 0]) > 0).all()
    arms = np.linalg.norm(seen[Role.SIGNED_MAP] - seen[Role.SIGNED_MAP][::-1], axis=1)
    assert arms[:90].min() > 0.1  # blue and orange of the same size stay apart


def test_known_values_have_known_colours():
    shown = colour(np.array([[0, 1, 0.5, -9, 9]], np.float32), Role.HEATMAP, 0.0, 1.0)
    table = palette(Role.HEATMAP)
    assert shown.dtype == np.uint8
    assert shown.shape == (1, 5, 3)
    assert np.array_equal(shown[0], table[[0, 255, 128, 0, 255]])


def test_a_signed_map_is_scaled_by_its_larger_end():
    array = np.array([[-2, -1, 0, 1, 2]], np.float32)
    shown = colour(array, Role.SIGNED_MAP, -1.0, 2.0)[0]
    assert np.array_equal(shown, colour(array, Role.SIGNED_MAP, -2.0, 1.0)[0])
    assert np.array_equal(shown, palette(Role.SIGNED_MAP)[[0, 64, 127, 190, 254]])


def test_every_level_of_a_heatmap_is_used():
    array = np.linspace(3, 7, 256, dtype=np.float32)[None]
    assert np.array_equal(colour(array, Role.HEATMAP, 3.0, 7.0)[0], palette(Role.HEATMAP))


@pytest.mark.parametrize("role", MAPS)
@pytest.mark.parametrize("value", [0.0, 3.0, 1e-38])
def test_a_flat_map_has_one_colour(role, value):
    shown = colour(np.full((2, 3), value, np.float32), role, value, value)
    assert len(np.unique(shown.reshape(-1, 3), axis=0)) == 1


@pytest.mark.parametrize("role", MAPS)
def test_huge_and_tiny_values(role):
    array = np.array([[0, np.finfo(np.float32).max]], np.float32)
    assert np.array_equal(colour(array, role, 0.0, float(array.max()))[0, 1], palette(role)[-1])
    array = np.array([[0, 1e-40]], np.float32)
    assert np.array_equal(colour(array, role, 0.0, float(array.max()))[0, 1], palette(role)[-1])


def test_a_mask_is_white_inside():
    shown = colour(np.array([[True, False]]), Role.MASK, 0.0, 1.0)
    assert shown.tolist() == [[[255] * 3, [0] * 3]]


def test_a_picture_stays_as_it_is():
    for array in (photograph(4, 5), np.dstack([photograph(4, 5), photograph(4, 5)[..., 0]])):
        assert np.array_equal(colour(array, Role.PICTURE, 0.0, 0.0), array)


def test_what_has_no_picture():
    with pytest.raises(ValueError, match="got a curve"):
        colour(np.zeros((2, 2)), Role.CURVE, 0.0, 1.0)


def test_colouring_writes_to_nothing():
    array = np.ones((2, 2), np.float32)
    array.flags.writeable = False
    colour(array, Role.HEATMAP, 0.0, 1.0)
    with pytest.raises(ValueError, match="read-only"):
        palette(Role.HEATMAP)[0] = 0


@pytest.mark.parametrize("role", MAPS)
def test_stops_are_colours_of_the_palette(role):
    found = stops(role)
    assert len(found) == 9
    assert [found[0][0], found[-1][0]] == ["0.00%", "100.00%"]
    for offset, code in found:
        index = float(offset.rstrip("%")) / 100 * (len(palette(role)) - 1)
        assert code == "#{:02x}{:02x}{:02x}".format(*palette(role)[round(index)])
    assert len(stops(role, 5)) == 5


# Which files there are


def sizes(made):
    return [(r.width, r.height, r.format) for r in made]


def test_a_picture_comes_in_three_widths_and_two_formats():
    made = renditions(Role.PICTURE, (1200, 1600, 3))
    small, middle, large = WIDTHS
    assert sizes(made) == [
        (width, width * 3 // 4, form)
        for width in (small, middle, large)
        for form in ("avif", "jpeg")
    ]
    assert made[0].suffix == f"-{small}.avif"
    assert made[1].suffix == f"-{small}.jpg"


def test_a_picture_with_transparency_falls_back_on_webp():
    made = renditions(Role.PICTURE, (50, 60, 4), opaque=False)
    assert [(r.suffix, r.format) for r in made] == [("-60.avif", "avif"), ("-60.webp", "webp")]


@pytest.mark.parametrize("width", [1, 2, WIDTHS[0] - 1, WIDTHS[0], WIDTHS[1] + 9, 5000])
@pytest.mark.parametrize("height", [1, 77, 2000, 20_000])
def test_nothing_is_enlarged_and_names_differ(width, height):
    made = renditions(Role.PICTURE, (height, width, 3))
    assert max(r.width for r in made) <= min(width, WIDTHS[-1])
    assert max(r.height for r in made) <= min(height, 8192)
    assert min(min(r.width, r.height) for r in made) >= 1
    assert len({r.suffix for r in made}) == len(made)


def test_no_two_widths_are_nearly_the_same():
    assert [r.width for r in renditions(Role.PICTURE, (9, WIDTHS[1] + 5, 3))][::2] == [
        WIDTHS[0],
        WIDTHS[1] + 5,
    ]


def test_a_small_map_is_one_exact_file():
    (made,) = renditions(Role.HEATMAP, (7, 7))
    assert (made.suffix, made.width, made.height, made.format) == (".png", 315, 315, "png")
    (made,) = renditions(Role.SIGNED_MAP, (1, 319))
    assert (made.width, made.height) == (319, 1)


def test_a_large_map_keeps_its_colours():
    made = renditions(Role.HEATMAP, (480, 640))
    assert [r.format for r in made] == ["avif", "jpeg"] * (len(made) // 2)
    assert all(r.exact for r in made)
    assert made[-1].width == 640


def test_a_mask_is_one_bit_a_pixel():
    (made,) = renditions(Role.MASK, (3000, 4000))
    assert made.bilevel
    assert (made.width, made.height) == (WIDTHS[-1], WIDTHS[-1] * 3 // 4)


@pytest.mark.parametrize("role", [Role.BOX, Role.CURVE])
def test_what_is_drawn_on_the_page_has_no_file(role):
    assert renditions(role, (4,)) == ()


# What is in them

SHAPES = [(1, 1), (1, 2000), (2000, 1), (2, 3), (48, 64), (330, 250), (600, 900)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("role", [Role.PICTURE, Role.HEATMAP, Role.SIGNED_MAP, Role.MASK])
def test_every_file_is_what_was_said(role, shape):
    rng = np.random.default_rng(1)
    array = {
        Role.PICTURE: rng.integers(0, 256, (*shape, 3), dtype=np.uint8),
        Role.HEATMAP: rng.random(shape, dtype=np.float32),
        Role.SIGNED_MAP: rng.random(shape, dtype=np.float32) - np.float32(0.5),
        Role.MASK: rng.random(shape) < 0.5,
    }[role]
    made = renditions(role, array.shape)
    shown = colour(array, role, 0.0, 1.0)
    files = encode(shown, made)
    assert files == encode(shown.copy(), made)
    for rendition, data in zip(made, files, strict=True):
        picture = PIL.Image.open(io.BytesIO(data))
        assert picture.format == rendition.format.upper()
        assert picture.size == (rendition.width, rendition.height)
        assert picture.mode == ("1" if role is Role.MASK else "RGB")
        assert not {"exif", "icc_profile", "comment"} & picture.info.keys()


def test_transparency_is_kept():
    rgba = np.dstack([photograph(60, 80), np.zeros((60, 80), np.uint8)])
    rgba[:, :40, 3] = 255
    made = renditions(Role.PICTURE, rgba.shape, opaque=False)
    for data in encode(rgba, made):
        shown = opened(data)
        assert shown.shape == (60, 80, 4)
        assert np.abs(shown[..., 3].astype(int) - rgba[..., 3]).max() <= 8
        assert psnr(shown[:, :40, :3], rgba[:, :40, :3]) > 28


@pytest.mark.parametrize("shape", [(7, 7), (5, 300), (1, 1), (160, 90)])
def test_the_cells_of_a_small_map_are_exact(shape):
    shown = colour(np.random.default_rng(2).random(shape, np.float32), Role.HEATMAP, 0.0, 1.0)
    (made,) = renditions(Role.HEATMAP, shape)
    back = opened(encode(shown, [made])[0])
    times = back.shape[0] // shape[0]
    assert np.array_equal(back, np.kron(shown, np.ones((times, times, 1), np.uint8)))


def test_a_mask_is_exact():
    mask = np.random.default_rng(3).random((400, 500)) < 0.3
    (made,) = renditions(Role.MASK, mask.shape)
    data = encode(colour(mask, Role.MASK, 0.0, 1.0), [made])[0]
    assert np.array_equal(decode_png(data), mask)
    assert len(data) < mask.size / 8 * 1.1


def test_a_flat_grey_map_is_not_taken_for_a_mask():
    shown = colour(np.zeros((3, 3), np.float32), Role.SIGNED_MAP, 0.0, 0.0)
    (made,) = renditions(Role.SIGNED_MAP, (3, 3))
    assert np.array_equal(opened(encode(shown, [made])[0])[0, 0], palette(Role.SIGNED_MAP)[127])


@pytest.mark.parametrize("role", MAPS)
def test_colours_of_a_large_map_are_close(role):
    y, x = np.mgrid[:480, :640].astype(np.float32)
    shown = colour(np.sin(x / 40) * np.cos(y / 30), role, -1.0, 1.0)
    made = renditions(role, (480, 640))
    for rendition, data in zip(made, encode(shown, made), strict=True):
        if rendition.width == 640:
            assert psnr(opened(data), shown) > 38


def test_only_maps_pay_for_colours_at_full_resolution():
    # Stripes of one pixel and equal lightness: half the colour resolution makes them one grey.
    stripes = np.tile(np.array([[[230, 60, 60], [0, 150, 130]]], np.uint8), (400, 200, 1))
    for role, exact in ((Role.HEATMAP, True), (Role.PICTURE, False)):
        made = [r for r in renditions(role, (*stripes.shape[:2], 3)) if r.width == 400]
        for data in encode(stripes, made):
            shown = opened(data).astype(int)
            apart = shown[:, ::2, 0].mean() - shown[:, 1::2, 0].mean()
            assert bool(apart > 150) is exact


def test_pictures_are_made_smaller_without_moire():
    checks = np.indices((801, 1602)).sum(axis=0) % 2 * 255
    array = np.repeat(checks[..., None], 3, axis=2).astype(np.uint8)
    made = renditions(Role.PICTURE, array.shape)
    for data in encode(array, made):
        assert opened(data)[8:-8, 8:-8].std() < 24


def test_photographs_stay_close_to_the_original():
    array = photograph(768, 1024)
    data = jpeg(array)
    made = renditions(Role.PICTURE, array.shape)
    for rendition, encoded in zip(made, encode_photo(data, made), strict=True):
        size = (rendition.width, rendition.height)
        fair = PIL.Image.fromarray(array).resize(size, PIL.Image.Resampling.LANCZOS)
        assert psnr(opened(encoded), np.asarray(fair)) > 36


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("scale", [1, 3])
def test_a_photograph_straight_from_its_bytes_is_the_decoded_one(orientation, scale):
    # At scale 3 the JPEG is decoded at a half; it must be the same picture, the same way up.
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    data = jpeg(photograph(WIDTHS[-1] * scale * 3 // 4, WIDTHS[-1] * scale), exif=exif)
    whole = decode(data, name="a.jpg").image
    made = renditions(Role.PICTURE, whole.shape)
    for straight, slow in zip(encode_photo(data, made), encode(whole, made), strict=True):
        assert opened(straight).shape == opened(slow).shape
        assert psnr(opened(straight), opened(slow)) > 40
        if scale == 1:
            assert straight == slow


def test_colours_are_converted_straight_from_the_bytes_too():
    cmyk = PIL.Image.new("CMYK", (64, 64), (0, 255, 255, 0))
    buffer = io.BytesIO()
    cmyk.save(buffer, "JPEG", quality=95)
    made = renditions(Role.PICTURE, (64, 64, 3))
    for encoded in encode_photo(buffer.getvalue(), made):
        assert np.abs(opened(encoded)[32, 32].astype(int) - [255, 0, 0]).max() < 12


def test_nothing_of_a_photographs_file_is_published():
    exif = PIL.Image.Exif()
    exif[0x010E] = "12 Secret Street"
    data = jpeg(photograph(), exif=exif, comment=b"12 Secret Street")
    made = renditions(Role.PICTURE, (300, 400, 3))
    assert all(b"Secret" not in encoded for encoded in encode_photo(data, made))


def test_bytes_do_not_depend_on_the_machine():
    code = (
        "import hashlib, numpy as np\n"
        "from generator.present import encode, renditions\n"
        "from generator.technique import Role\n"
        "array = np.random.default_rng(5).integers(0, 256, (400, 700, 3), dtype=np.uint8)\n"
        "files = encode(array, renditions(Role.PICTURE, array.shape))\n"
        "print(hashlib.sha256(b''.join(files)).hexdigest())\n"
    )
    found = set()
    for threads in ("1", "2", "7"):
        setting = {"OMP_NUM_THREADS": threads, "PYTHONHASHSEED": threads}
        run = subprocess.run(
            [sys.executable, "-c", code],
            check=True, capture_output=True, env={**os.environ, **setting},
        )  # fmt: skip
        found.add(run.stdout)
    assert len(found) == 1


def test_the_number_of_cores_does_not_matter(monkeypatch):
    array = photograph(600, 800)
    made = renditions(Role.PICTURE, array.shape)
    found = set()
    for cores in (1, 16):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, cores=cores: set(range(cores)))
        found.add(b"".join(encode(array, made)))
    assert len(found) == 1


def test_importing_loads_no_pillow():
    code = "import sys, generator.present as p; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
