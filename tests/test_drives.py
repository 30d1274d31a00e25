"""Drives: what is read from a road, a log and its pictures, and what is said about the rest."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from passing_steps import PassingSteps
from PIL import Image

from generator import drives, imaging_drives, manifest, sources, synthetic
from generator.catalog import discover
from generator.content import Kind, Located
from generator.errors import ManifestError, SourceError
from generator.fingerprint import fingerprint, imported
from generator.journeys import Still
from generator.plan import make_plan
from generator.schema import DriveEntry
from generator.science.lessons import Lesson
from generator.science.road import drive as road

CATALOG = discover()
HEADER = "center,left,right,steering,throttle,brake,speed\n"


def locate(source: str, folder: Path) -> Located:
    path = sources.resolve(source, folder)
    return Located(path, hashlib.sha256(path.read_bytes()).hexdigest())


def read(folder: Path, source: str, **more):
    words = {"id": "drive", "title": "A drive", "credit": "Us", "licence": "CC0"}
    entry = DriveEntry(source=source, **words, **more)
    return drives.declared(entry, folder, locate, "manifest.yaml:3")


def picture(path: Path, seed: int, size: tuple[int, int] = (40, 80)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)


@pytest.fixture
def folder(tmp_path):
    """Sixty pictures, for a ``data.txt`` and for a ``driving_log.csv``."""
    for index in range(60):
        picture(tmp_path / "car" / f"{index}.png", index)
        for camera in ("center", "left", "right"):
            picture(tmp_path / "sim" / "IMG" / f"{camera}_{index}.png", 100 + index)
    return tmp_path


def angles(folder: Path, lines: list[str]) -> None:
    (folder / "car" / "data.txt").write_text("\n".join(lines))


def simulator(folder: Path, rows: list[str], header: str = HEADER) -> None:
    (folder / "sim" / "driving_log.csv").write_text(header + "\n".join(rows))


def row(index: int, steering: str, root: str = "IMG/") -> str:
    cameras = ",".join(f"{root}{camera}_{index}.png" for camera in ("center", "left", "right"))
    return f"{cameras},{steering},0,0,3"


def driven(item, steps=None):
    """The drive of an item, as a worker makes it."""
    journey = item.journey
    if journey.seed is None:
        return imaging_drives.of_log(
            journey, lambda path, *_: Path(path).read_bytes(), steps or PassingSteps()
        )
    drawn = synthetic.drawn(journey.seed, journey.frames)
    return imaging_drives.of_road(journey, drawn, steps or PassingSteps())


def test_a_synthetic_road_is_cut_by_its_roads():
    item = read(Path(), "synthetic:road/3", frames=620)
    assert (item.kind, item.problem) == (Kind.DRIVE, "")
    assert (item.journey.seed, item.journey.frames, item.journey.blocks) == (3, 620, 7)
    assert read(Path(), "synthetic:road").journey.frames == 2000
    assert read(Path(), "synthetic:road", frames=60).journey.blocks == 10


def test_the_frames_of_a_road_are_those_that_science_draws():
    drawn = synthetic.drawn(1, 200)
    for number, frame in enumerate(road(200, 1, tracks=2)):
        if number % 37 == 0:
            np.testing.assert_array_equal(drawn["pictures"][number], frame.picture)
            np.testing.assert_array_equal(synthetic.mask(drawn["truth"][number]), frame.truth)
        assert drawn["degrees"][number] == frame.degrees


def test_a_still_is_a_frame_of_the_drive_only_larger():
    drawn = synthetic.drawn(0, 131)
    small = synthetic.still(0, 130, (66, 200))
    np.testing.assert_array_equal(small.picture, drawn["pictures"][130])
    large = synthetic.still(0, 130, synthetic.SIZE)
    assert large.picture.shape == (198, 600, 3)
    assert large.degrees == small.degrees == drawn["degrees"][130]
    assert large.truth.shape == (198, 600)
    assert 0 < large.truth.mean() < 0.2


@pytest.mark.parametrize("source", ["synthetic:road/0", "synthetic:road/0/100000", "synthetic:sea/0/1",
                                    "synthetic:road/-1/2", "synthetic:road/0/x", "synthetic:"])  # fmt: skip
def test_what_names_no_frame_says_how_to(source):
    with pytest.raises(SourceError, match="expected synthetic:road/<seed>/<frame>"):
        drives.still(source)
    assert drives.still("synthetic:road/7/99999") == Still(7, 99999)


def test_a_still_brings_its_own_truth():
    with pytest.raises(SourceError, match="brings its own"):
        drives.still("synthetic:road/0/1", truth="mask.png")


@pytest.mark.parametrize(
    ("source", "more", "said"),
    [
        ("synthetic:sea", {}, "expected synthetic:road or synthetic:road/<seed>"),
        ("synthetic:road/-1", {}, "expected synthetic:road or synthetic:road/<seed>"),
        ("synthetic:road", {"frames": 8}, "a frame for each of 10 blocks of time, got 8"),
        ("synthetic:road", {"frames": 30, "blocks": 31}, "each of 31 blocks of time, got 30"),
        ("synthetic:road", {"smoothing": 2}, "expected no 'smoothing'"),
        ("synthetic:road", {"side": 2}, "expected no 'side'"),
        ("car/data.txt", {"frames": 20}, "expected no 'frames'"),
        ("car/data.txt", {"side": 5}, "expected no 'side'"),
        ("car/0.png", {}, "or the path of a data.txt or a driving_log.csv"),
        ("gone/data.txt", {}, "expected a folder at 'gone', found nothing"),
        ("car/log.txt", {}, "expected a file at 'car/log.txt', found nothing"),
        ("../data.txt", {}, "expected a path inside"),
    ],
)
def test_what_is_no_drive_is_a_problem_with_its_line(folder, source, more, said):
    angles(folder, [f"{index}.png 1" for index in range(60)])
    item = read(folder, source, **more)
    assert item.problem.startswith("manifest.yaml:3: ")
    assert said in item.problem
    assert item.journey is None


def test_a_log_of_angles_is_read_in_the_order_of_time(folder):
    angles(folder, [f"{index}.png {index - 30}" for index in reversed(range(60))])
    item = read(folder, "car/data.txt")
    assert [moment.name for moment in item.journey.moments[:2]] == ["0.png", "1.png"]
    assert item.journey.road == (0.4, 1.0)
    drive = driven(item)
    np.testing.assert_array_equal(drive.degrees, np.arange(60) - 30.0)
    assert drive.read(3).shape == (66, 200, 3)
    assert drive.truth(3) is None
    assert not drive.synthetic


@pytest.mark.parametrize(
    ("lines", "kept", "said"),
    [
        (["0.png nan"], 59, "line 1: expected degrees"),
        (["0.png left"], 59, "line 1: expected degrees"),
        (["0.png"], 59, "line 1: expected a picture and its angle"),
        (["gone.png 3"], 59, "line 1: expected a picture that is there, got 'gone.png'"),
        (["0.png;3"], 60, "expected ';' after the name, got 'space'"),
        (["0.png 400"], 59, "0.png: expected less than 360°, got 400°"),
        (["C:\\car\\0.png 3"], 60, ""),
        (["0.png 1e999"], 59, "line 1: expected degrees"),
    ],
)
def test_a_bad_line_costs_no_other(folder, lines, kept, said):
    angles(folder, [*lines, *(f"{index}.png {index}" for index in range(1, 60))])
    item = read(folder, "car/data.txt")
    assert item.problem == ""
    assert item.journey.frames == len(item.journey.moments) == kept
    assert any(said in problem for problem in item.journey.problems) == bool(said)


@pytest.mark.parametrize("text", ["", "\n\n", "no angle here\n"])
def test_an_empty_log_is_a_problem_of_the_drive(folder, text):
    (folder / "car" / "data.txt").write_text(text)
    assert (
        "expected frames with their angles in 'car/data.txt'"
        in read(folder, "car/data.txt").problem
    )


def test_a_log_that_is_no_text_and_one_without_steering_say_so(folder):
    (folder / "car" / "data.txt").write_bytes(b"0.png \xff\xfe")
    assert "expected UTF-8" in read(folder, "car/data.txt").problem
    simulator(folder, [row(0, "0")], header="center,throttle\n")
    assert "'center' and 'steering'" in read(folder, "sim/driving_log.csv").problem


def test_fewer_frames_than_blocks_is_a_problem(folder):
    angles(folder, [f"{index}.png 1" for index in range(9)])
    assert "each of 10 blocks of time, got 9" in read(folder, "car/data.txt").problem
    item = read(folder, "car/data.txt", blocks=2)
    assert item.problem == ""
    with pytest.raises(SourceError, match="too short to be split"):
        driven(item)


@pytest.mark.parametrize("root", ["IMG/", "/home/me/IMG/", "C:\\me\\IMG\\", ""])
def test_a_simulator_log_is_read_whatever_its_paths_are(folder, root):
    simulator(folder, [row(index, f"{index / 60}", root) for index in range(60)])
    item = read(folder, "sim/driving_log.csv")
    assert item.problem == ""
    assert item.journey.frames == 60
    np.testing.assert_allclose(driven(item).degrees, 25 * np.arange(60) / 60)


def test_side_cameras_stand_with_their_frame_on_one_side(folder):
    simulator(folder, [row(index, f"{index / 60}") for index in range(60)])
    item = read(folder, "sim/driving_log.csv", side=6, blocks=4, held_out=0.25)
    drive = driven(item)
    assert len(drive) == 180
    np.testing.assert_allclose(drive.degrees[:3], [0, 6, -6])
    for side in (drive.split.train, drive.split.held_out):
        assert len(set(side // 3)) * 3 == len(side)
    assert not set(drive.split.train // 3) & set(drive.split.held_out // 3)
    assert len(drive.split.held_out) == 3 * 15


def test_smoothing_leaves_what_a_camera_at_the_side_adds(folder):
    simulator(folder, [row(index, "1" if index % 2 else "0") for index in range(60)])
    more = {"side": 6, "blocks": 2, "held_out": 0.5}
    drive = driven(read(folder, "sim/driving_log.csv", smoothing=4, **more))
    np.testing.assert_allclose(drive.degrees[30:33], [12.5, 18.5, 6.5], atol=0.1)
    rough = driven(read(folder, "sim/driving_log.csv", **more))
    assert set(np.round(rough.degrees[::3], 6)) == {0.0, 25.0}


def test_smoothing_widens_the_gap_between_the_sides(folder):
    angles(folder, [f"{index}.png 1" for index in range(60)])
    counts = [
        len(driven(read(folder, "car/data.txt", blocks=2, smoothing=s)).split.train) for s in (0, 5)
    ]
    assert counts == [20, 10]


def test_a_picture_that_is_broken_is_none_and_the_others_stay(folder):
    angles(folder, [f"{index}.png 1" for index in range(60)])
    (folder / "car" / "7.png").write_bytes(b"no picture")
    drive = driven(read(folder, "car/data.txt"))
    assert drive.read(7) is None
    assert drive.read(8) is not None


TEXT = """\
title: Keys
techniques:
  steering: {params: {epochs: 2}}
  steering-reasons:
  steering-trust:
models:
  - {id: pilotnet, source: "trained:road", techniques: []}
drives:
  - {id: road, source: "synthetic:road", frames: 120, title: Road, credit: Us, licence: CC0, techniques: [steering, steering-trust]}
items:
  - {id: bend, source: "synthetic:road/0/3", title: Bend, alt: A road, credit: Us, licence: CC0, techniques: [steering-reasons]}
  - {id: other, source: "synthetic:road/0/4", title: Other, alt: A road, credit: Us, licence: CC0}
"""


def gallery(folder: Path, text: str = TEXT):
    path = folder / "manifest.yaml"
    path.write_text(text)
    return manifest.load(path, CATALOG.params, locate, always=CATALOG.always, asked=CATALOG.asked)


@cache
def fingerprinted(path: Path, module: str):
    source = path.read_text(encoding="utf-8")
    return fingerprint(source), imported(source, module)


def keys(folder: Path, text: str = TEXT, changed: str = "") -> dict[str, str]:
    def code(path: Path, module: str):
        found, names = fingerprinted(path, module)
        return (
            f"{found}, changed" if changed and path.as_posix().endswith(changed) else found
        ), names

    plan = make_plan(gallery(folder, text), CATALOG, code)
    return {f"{task.item.id}/{task.technique}": task.key for task in plan.tasks}


def test_what_must_be_asked_for_runs_only_where_it_is_named(tmp_path):
    assert set(keys(tmp_path)) == {
        "road/drive", "road/steering", "road/steering-trust", "bend/original",
        "bend/steering-reasons", "other/original",
    }  # fmt: skip


LEARNED = {"road/steering", "road/steering-trust", "bend/steering-reasons"}
DRAWN = {"road/drive", "bend/original", "other/original"} | LEARNED


@pytest.mark.parametrize(
    ("old", "new", "touched"),
    [
        ("title: Road", "title: Another road", set()),
        ("title: Bend", "title: Another", set()),
        ("id: pilotnet, source", "id: pilotnet, title: Net, source", set()),
        ("epochs: 2", "epochs: 3", LEARNED),
        ("epochs: 2", "by_heart: 0, epochs: 2", {"road/steering"}),
        ("frames: 120", "frames: 140", LEARNED | {"road/drive"}),
        ("frames: 120", "frames: 120, held_out: 0.4", LEARNED | {"road/drive"}),
        ("frames: 120", "frames: 120, blocks: 5", LEARNED | {"road/drive"}),
        ('source: "synthetic:road",', 'source: "synthetic:road/1",', LEARNED | {"road/drive"}),
        ("road/0/3", "road/0/5", {"bend/original", "bend/steering-reasons"}),
    ],
)  # fmt: skip
def test_a_key_changes_with_its_causes_and_with_nothing_else(tmp_path, old, new, touched):
    assert old in TEXT
    before, after = keys(tmp_path), keys(tmp_path, TEXT.replace(old, new))
    assert {name for name in before if before[name] != after[name]} == touched


@pytest.mark.parametrize(
    ("changed", "touched"),
    [
        ("science/road_drawing.py", DRAWN),
        ("science/road_track.py", DRAWN),
        ("models/steering_training.py", LEARNED),
        ("models/pilotnet.py", LEARNED),
        ("science/blocks.py", LEARNED | {"road/drive"}),
        ("science/steering_pictures.py", {"road/drive", "road/steering"}),
        ("generator/drive_pages.py", set()),
    ],
)
def test_the_code_that_draws_and_teaches_is_a_cause(tmp_path, changed, touched):
    before, after = keys(tmp_path), keys(tmp_path, changed=changed)
    assert {name for name in before if before[name] != after[name]} == touched


def test_a_log_is_known_by_its_pictures_and_angles_not_by_its_words(folder):
    text = TEXT.replace('"synthetic:road", frames: 120', "car/data.txt")
    lines = [f"{index}.png {index}" for index in range(60)]
    angles(folder, lines)
    before = keys(folder, text)
    angles(folder, ["", *(f"car/{line}" for line in lines)])
    assert keys(folder, text) == before
    angles(folder, [*lines[:-1], "59.png 3"])
    changed = keys(folder, text)
    assert {name for name in before if before[name] != changed[name]} == LEARNED | {"road/drive"}
    angles(folder, lines)
    picture(folder / "car" / "5.png", 999)
    assert keys(folder, text)["road/drive"] != before["road/drive"]
    assert (
        keys(folder, text, changed="science/road_drawing.py")["road/drive"]
        == keys(folder, text)["road/drive"]
    )


def test_a_network_is_that_of_the_drive_or_of_one_variant(tmp_path):
    text = TEXT.replace(
        "steering: {params: {epochs: 2}}",
        "steering: {variants: [{name: long, params: {epochs: 9}}, {name: short, params: {epochs: 1}}]}",
    )
    for source, epochs in (("road", 9), ("road/long", 9), ("road/short", 1)):
        made = gallery(tmp_path, text.replace("trained:road", f"trained:{source}"))
        assert made.models["pilotnet"].training.lesson == replace(Lesson(), epochs=epochs)
    only = text.replace("[steering, steering-trust]", "[steering/short]")
    assert gallery(tmp_path, only).models["pilotnet"].training.lesson.epochs == 1


def test_a_network_of_no_drive_or_of_a_broken_one_says_so(tmp_path):
    made = gallery(tmp_path, TEXT.replace("trained:road", "trained:raod"))
    assert (
        "manifest.yaml:7: expected a drive of this manifest (road, road/default), got 'raod'"
        in made.models["pilotnet"].problem
    )
    assert "did you mean 'road'?" in made.models["pilotnet"].problem
    broken = gallery(tmp_path, TEXT.replace('"synthetic:road", frames: 120', "gone/data.txt"))
    assert "expected a folder at 'gone'" in broken.models["pilotnet"].problem
    assert "expected a folder at 'gone'" in broken.wishes[0].item.problem


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("frames: 120", "frames: 1", "drives[0].frames: expected greater than or equal to 2, got 1"),
        ("frames: 120", "frame: 120", "drives[0].frame: expected one of id, source, title"),
        ("frames: 120", "held_out: 1", "drives[0].held_out: expected less than 1"),
        ("frames: 120", "road: [0.9, 0.1]", "drives[0].road: expected two shares with 0 <= first"),
        ("frames: 120", "smoothing: .nan", "drives[0].smoothing: expected"),
        ("id: bend", "id: road", "items[0].id: expected ids that differ, got 'road' again"),
        ("[steering,", "[steer,", "drives[0].techniques[0]: expected a technique of this manifest"),
    ],
)  # fmt: skip
def test_mistakes_in_a_drive_have_their_place(tmp_path, old, new, said):
    assert old in TEXT
    with pytest.raises(ManifestError) as caught:
        gallery(tmp_path, TEXT.replace(old, new))
    assert said in str(caught.value)
