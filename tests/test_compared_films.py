"""Films of two builds: the frame that differs most is found, rounding is none, nothing crashes."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from generator import compare_site, report
from generator.baseline import accept
from generator.builds import Build, open_build
from generator.compare_pictures import Sides, panel_drawing
from generator.compared import Sight, State
from generator.errors import ComparisonError
from generator.films import Film, Filmed, Series
from generator.imaging_film import Encoder
from generator.plan import key_of
from generator.project import own_templates
from generator.report import Look, Method, Report, Run, Shown
from generator.rules import parse
from generator.shelf import Shelf
from generator.stills import middle
from generator.technique import Legend, Metric, Role
from generator.two_builds import set_beside

METHOD = Method(
    "saliency",
    "Saliency",
    {"heat": Legend("Heat", "How much.", "little", "much"), "mask": Legend("Mask", "White.")},
    {"degrees": Metric("Angle", "of the wheel", "°", 1)},
    {},
)
FRAMES, SHAPE = 6, (24, 40)
RULE = parse("changed panels == 0")


def levels(count: int = FRAMES) -> np.ndarray:
    """A film (N, H, W) uint8 in which a hill walks to the right."""
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    hills = [np.exp(-((rows - 12) ** 2 + (columns - 5 - 5 * n) ** 2) / 40) for n in range(count)]
    return np.rint(250 * np.stack(hills)).astype(np.uint8)


def filmed(folder: Path, frames: np.ndarray, *, role=Role.HEATMAP, ends=(0.0, 1.0), labels=()):
    path = folder / f"heat-{role.value}.film"
    exact = role is not Role.PICTURE
    with Encoder(path, frames.shape[1:3], Fraction(10), exact=exact) as encoder:
        for frame in frames:
            encoder.add(frame)
    facts = {"minimum": ends[0], "maximum": ends[1], "mean": 0.1, "reach": ends[1]}
    return Film("heat", role, frames.shape[:3], Fraction(10), path, ends, facts, labels)


def made(folder: Path, film: Film, series=(0.0, 1.0, None), *, name="a build") -> Build:
    causes = {"technique": "saliency", "params": {"place": name}}
    with Shelf(folder) as shelf:
        result = Filmed((), films=(film,), series=(Series("degrees", series),))
        record = shelf.keep(key_of(causes), "saliency", causes, result)
    run = Run("road", "saliency", "default", "", record.key, causes, record)
    items = (Shown("road", "video", "A road", "A road.", "Us", "CC0"),)
    found = Report("Films", "en", "0", "", "look", items, {"saliency": METHOD}, (run,))
    return Build(name, report.from_json(report.to_json(found), name), (Shelf(folder),))


@pytest.fixture
def beside(tmp_path):
    """Give what compares the film ``before`` with the film ``after``; options are of each side."""

    def compare(before, after, olds=None, news=None, **more):
        builds = []
        for name, frames, options in (("base", before, olds), ("head", after, news)):
            folder = tmp_path / name
            folder.mkdir()
            builds.append(
                made(folder, filmed(folder, frames, **(options or {})), name=name, **more)
            )
        return set_beside(*builds, [RULE])

    return compare


def written(two, tmp_path) -> str:
    compare_site.write(tmp_path / "out", two, (own_templates(),), tmp_path / "locks")
    return (tmp_path / "out" / "items" / "road.html").read_text(encoding="utf-8")


def test_equal_films_are_equal_without_a_look_at_them(beside, monkeypatch):
    monkeypatch.setattr(Build, "film", lambda *_: pytest.fail("it was read"))
    two = beside(levels(), levels())
    assert two.compared.twins[0].settled is State.SAME
    assert not two.broken
    assert two.compared.twins[0].panels == 1


def test_the_frame_that_differs_most_is_found_shown_and_counted(beside, tmp_path):
    after = levels()
    after[2] = np.maximum(after[2], 20)
    after[4] = after[4][:, ::-1]
    two = beside(levels(), after)
    [pair] = two.compared.twins[0].pairs
    assert (pair.base.frame, pair.head.frame, pair.sight) == (4, 4, Sight.ARRAYS)
    assert pair.likeness.similarity < 0.9
    apart = np.abs(after[4].astype(int) - levels()[4]).max()
    assert pair.likeness.largest == pytest.approx(apart / 255, abs=1e-6)
    assert two.verdicts[0].said == "1 of 1 panels changed"
    page = written(two, tmp_path)
    assert "Frame 4 differs most. Structural similarity" in page
    assert "Heat, frame 4: base" in page
    shown = two.head.array(pair.head)
    assert np.array_equal(np.rint(shown * 255), after[4])


def test_another_last_bit_is_no_change(beside):
    after = levels()
    after[3, 2, 2] += 1
    two = beside(levels(), after)
    assert two.compared.twins[0].settled is State.SAME
    assert two.compared.twins[0].rounded == 1


def test_one_pixel_of_a_mask_is_a_change(beside):
    before = np.where(levels() > 99, np.uint8(255), np.uint8(0))
    after = before.copy()
    after[1, 0, 0] = 255
    two = beside(before, after, {"role": Role.MASK}, {"role": Role.MASK})
    assert [pair.head.frame for pair in two.compared.twins[0].pairs] == [1]


def test_pictures_are_compared_as_they_are_shown(beside, tmp_path):
    before = np.repeat(levels()[..., None], 3, axis=3)
    after = before.copy()
    after[5] = 255 - after[5]
    two = beside(before, after, {"role": Role.PICTURE}, {"role": Role.PICTURE})
    assert [pair.head.frame for pair in two.compared.twins[0].pairs] == [5]
    assert "darker in the head" in written(two, tmp_path)


def test_equal_levels_of_other_values_are_a_change(beside):
    two = beside(levels(), levels(), {}, {"ends": (0.0, 2.0)})
    [pair] = two.compared.twins[0].pairs
    assert pair.base.blob == pair.head.blob
    assert pair.likeness.apart == pytest.approx(250 / 255, abs=0.01)


def test_other_labels_are_a_change_even_where_no_value_differs(beside):
    olds, news = ({"labels": tuple(text)} for text in ("aaaaaa", "aabaaa"))
    two = beside(levels(), levels(), olds, news)
    assert len(two.compared.twins[0].pairs) == 1


def test_films_of_unequal_length_or_size_say_so(beside, tmp_path):
    two = beside(levels(), levels(4))
    assert not two.compared.twins[0].pairs[0].rounding
    assert "Of another length: 6 frames before, 4 now." in written(two, tmp_path)


def test_films_of_unequal_size_are_shown_without_a_difference(beside, tmp_path):
    two = beside(levels(), levels()[:, ::2])
    [pair] = two.compared.twins[0].pairs
    assert (pair.likeness, pair.sight) == (None, Sight.ARRAYS)
    assert "Of another size: 40 × 24 pixels before, 40 × 12 now." in written(two, tmp_path)


def test_a_film_that_is_none_cannot_be_shown_and_nothing_crashes(beside, tmp_path):
    two = beside(levels(), levels()[:, :, ::-1])
    builds = []
    for build in (two.base, two.head):
        shelf = build.shelves[0]
        [run] = build.report.runs
        with shelf:
            blob = shelf.write(f"no film, {build.name}".encode())
        record = replace(run.record, films=(replace(run.record.films[0], blob=blob),))
        found = replace(build.report, runs=(replace(run, record=record),))
        builds.append(replace(build, report=found))
    broken = set_beside(*builds, [RULE])
    assert broken.compared.twins[0].pairs[0].sight is Sight.NOTHING
    assert "cannot be had on both sides" in written(broken, tmp_path)
    assert broken.broken


def test_without_films_at_hand_the_stills_of_both_sites_are_seen_and_prove_nothing(
    beside, tmp_path, monkeypatch
):
    after = levels()
    after[0] = 0
    two = beside(levels(), after)
    still = np.full((*SHAPE, 3), 9, np.uint8)
    monkeypatch.setattr(Build, "picture", lambda *_: still)
    monkeypatch.setattr(Build, "shown", lambda *_: b"a picture")
    looks = {"heat": Look("assets/still.png", SHAPE[1], SHAPE[0])}
    builds = [
        replace(
            build, shelves=(),
            report=replace(build.report, runs=(replace(build.report.runs[0], looks=looks),)),
        )
        for build in (two.base, two.head)
    ]  # fmt: skip
    bare = set_beside(*builds, [RULE])
    assert bare.compared.twins[0].pairs[0].sight is Sight.PICTURES
    assert bare.broken
    assert "Only the frame in the middle was looked at." in written(bare, tmp_path)


def test_numbers_over_time_have_a_chart_of_both_sides(tmp_path):
    builds = []
    for name, series in (("base", (0.0, 1.0, None, 2.0)), ("head", (0.0, 1.5, 3.0, 2.0))):
        (tmp_path / name).mkdir()
        builds.append(made(tmp_path / name, filmed(tmp_path / name, levels()), series, name=name))
    two = set_beside(*builds, [RULE])
    assert two.compared.twins[0].series == ("degrees",)
    assert two.compared.twins[0].settled is State.CHANGED
    assert not two.broken, "a number is no panel"
    page = written(two, tmp_path)
    assert "Angle, frame by frame" in page
    sheet = tmp_path / "out/data/items/road/saliency--default--degrees-time-values.csv"
    rows = sheet.read_text(encoding="utf-8-sig").splitlines()
    assert rows == ["frame,Base,Head", "0,0,0", "1,1,1.500", "3,2,2"]


@pytest.mark.parametrize(
    ("part", "value"),
    [("blob", "../../etc/passwd"), ("shape", [6, 24, 10**9]), ("shape", [6, 24, -1]),
     ("shape", [6, "a", 2]), ("ends", [0.0, "x"]), ("role", "nothing"), ("shape", [6, 24])],
)  # fmt: skip
def test_a_report_whose_films_cannot_be_is_refused(tmp_path, part, value):
    build = made(tmp_path, filmed(tmp_path, levels()))
    plain = json.loads(report.to_json(build.report))
    plain["runs"][0]["record"]["films"][0][part] = value
    with pytest.raises(ComparisonError, match="whose parts do not fit"):
        report.from_json(json.dumps(plain), "a build")


def test_a_baseline_keeps_the_films(beside, tmp_path):
    two = beside(levels(), levels())
    folder = tmp_path / "baseline"
    accept(two.head, None, folder, (), tmp_path / "locks")
    kept = open_build(folder, "baseline", tmp_path / "manifest.yaml", tmp_path / "nowhere")
    [film] = kept.report.runs[0].record.films
    frames = list(kept.film(middle(film)))
    assert np.array_equal(np.rint(np.stack(frames) * 255), levels())


def test_two_frames_of_one_film_are_two_pictures(beside):
    after = levels()
    after[1] = 0
    two = beside(levels(), after)
    legend = METHOD.legends["heat"]
    sides = Sides(two.base, two.head, legend)
    [pair] = two.compared.twins[0].pairs
    stills = [pair.base.at(frame) for frame in (1, 2)]
    names = [panel_drawing("Base", two.base, still, (0.0, 1.0), sides).names for still in stills]
    assert not {*names[0]} & {*names[1]}
