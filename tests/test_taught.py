"""A drive through the whole house: taught once, whoever asks, and used by what explains angles."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import House, Inline, tree
from test_drives import picture

from generator import imaging, synthetic, worker
from generator.build import Options, build, plan_of, render_only
from generator.catalog import discover
from generator.clean import clean
from generator.explain import checked, described, networks
from generator.memory import Memory
from generator.models import steering_training
from generator.models.schooling import school
from generator.steps import KeptSteps
from generator.store import Shelf, Store

MANIFEST = """\
title: Steering
techniques:
  steering: {params: {epochs: 1, by_heart: 30, passes: 1}}
  steering-reasons: {params: {sizes: [40], stride: 20}}
  steering-trust: {params: {frames: 2, sizes: [40], stride: 40, steps: 2}}
models:
  - {id: pilotnet, source: "trained:road", techniques: []}
drives:
  - {id: road, source: "synthetic:road", frames: 120, title: Road, credit: Us, licence: CC0, techniques: [steering, steering-trust]}
items:
  - {id: bend, source: "synthetic:road/0/250", title: Bend, alt: A road, credit: Us, licence: CC0, techniques: [steering-reasons]}
  - {id: photo, source: photo.png, title: Photo, alt: Noise, credit: Us, licence: CC0, techniques: [steering-reasons]}
"""


@pytest.fixture(autouse=True)
def _fresh():
    """No network is left from another test's store."""
    worker._taught.cache_clear()


@pytest.fixture
def lessons(monkeypatch):
    """Count the trainings."""
    taught = []
    teach = steering_training.teach

    def counted(pictures, *rest, **more):
        taught.append(len(pictures))
        return teach(pictures, *rest, **more)

    monkeypatch.setattr(steering_training, "teach", counted)
    return taught


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    house = House(tmp_path_factory.mktemp("steering"))
    house.manifest(MANIFEST)
    picture(house.content / "photo.png", 0, (90, 160))
    worker._taught.cache_clear()
    return house, house.build()


def runs(house: House) -> dict:
    items = json.loads(house.page("salon.json"))["items"]
    return {
        f"{item}/{run}": found
        for item, data in items.items()
        for run, found in data["runs"].items()
    }


def test_a_drive_is_taught_and_its_network_explains_frames_and_photographs(built):
    house, summary = built
    assert (summary.built, summary.failed) == (7, 0)
    found = runs(house)
    steering = found["road/steering/default"]["scores"]
    assert steering["share"] == pytest.approx(100 * steering["error"] / steering["straight"])
    low, high = found["road/steering/default"]["intervals"]["error"]
    assert low <= steering["error"] <= high
    reasons = found["bend/steering-reasons/default"]["scores"]
    assert reasons["true"] == synthetic.still(0, 250, (66, 200)).degrees
    assert reasons["error"] == pytest.approx(abs(reasons["predicted"] - reasons["true"]))
    assert 0 < reasons["chance"] < 0.2
    photo = found["photo/steering-reasons/default"]
    assert "true" not in photo["scores"]
    assert photo["notes"] == ["the network was given rows 34 to 76 of 90"]


def test_the_network_says_of_a_frame_what_it_said_when_it_was_taught(built):
    """Preprocessing and fit are those of the training: one frame in, one angle out."""
    house, _ = built
    with Store(house.project.store) as store:
        _, plan = plan_of(house.project, Memory(store.index))
        key = plan.task("bend", "steering-reasons", "default").key
        record = store.find([key])[key]
    model = plan.gallery.models["pilotnet"]
    network, used = worker._taught(model, house.project.store)
    with Shelf(house.project.store) as shelf:
        steps = KeptSteps(shelf, {"libraries": dict(model.training.libraries), "models": None})
        drive = worker._drive(model.training.journey, steps)
        found = school(drive, drive.split, model.training.lesson)
    assert steps.used == used == set(record.steps)  # so that cleaning up leaves the network
    frame = int(found.held_out[3])
    seen = network.see(drive.read(frame))
    assert network.regresses
    np.testing.assert_array_equal(seen.picture, drive.read(frame))
    assert network.scores(seen.input[None])[0, 0] == pytest.approx(found.said[frame], abs=1e-3)


def test_the_pages_say_what_was_learned_and_that_the_road_is_drawn(built):
    house, _ = built
    page = house.page("items/road.html")
    for words in ("this drive is synthetic", "Learning to steer", "By heart", "off on frames it never saw",
                  "120 frames: 56 to learn from, 24 held out", "Which map of the steering to believe"):  # fmt: skip
        assert words in page
    assert 'href="../techniques/drive.html"' not in page
    index = house.page("index.html")
    assert 'href="items/road.html"' in index
    assert '<h2 id="drives-title">Drives</h2>' in index
    assert 'href="../items/road.html#steering"' in house.page("techniques/steering.html")
    assert "to the left" in house.page("items/bend.html") or "to the right" in house.page(
        "items/bend.html"
    )


def test_every_link_of_a_drive_leads_somewhere(built):
    sys.path.insert(0, str(Path(__file__).parent / "site"))
    from check_site import check_links

    assert check_links(built[0].project.out) == []


def test_nothing_is_computed_twice_and_pages_come_from_the_store_alone(built):
    house, _ = built
    before = tree(house.project.out)
    again = house.build()
    assert (again.built, again.written) == (0, False)
    render_only(house.project, Options(force=True))
    assert tree(house.project.out) == before
    assert clean([house.project], dry_run=True).startswith("0 results, 0 files")
    # The frames, drawn once for all; the network; and the one that learned by heart.
    assert len(list((house.project.store / "steps").glob("*/*"))) == 3


def test_a_network_is_taught_once_whoever_comes_first(house, lessons):
    house.manifest(MANIFEST)
    picture(house.content / "photo.png", 0, (90, 160))
    assert house.build(only="bend").failed == 0
    assert lessons == [80]
    worker._taught.cache_clear()
    assert house.build().failed == 0
    assert lessons == [80, 54]  # the second is the one by heart: 30 frames to learn, 24 held out
    house.edit("title: Bend", "title: Another bend")
    assert house.build().built == 0
    house.edit("by_heart: 30", "by_heart: 20")
    assert house.build().built == 1
    assert lessons == [80, 54, 44]


def test_two_fresh_builds_give_the_same_bytes(built, tmp_path):
    house, _ = built
    before = tree(house.project.out)
    other = replace(house.project, store=tmp_path / "store", out=tmp_path / "site")
    worker._taught.cache_clear()
    build(other, Options(executor=lambda _: Inline()))
    assert tree(tmp_path / "site") == before


def log(house: House, angle=lambda index: index / 60 - 0.5, count: int = 60) -> None:
    rows = [f"IMG/{index}.png,{angle(index)},0,0,3" for index in range(count)]
    for index in range(count):
        picture(house.content / "sim" / "IMG" / f"{index}.png", index)
    text = "center,steering,throttle,brake,speed\n" + "\n".join(rows)
    (house.content / "sim" / "driving_log.csv").write_text(text)
    house.manifest(
        MANIFEST.replace('"synthetic:road", frames: 120', "sim/driving_log.csv, blocks: 3, held_out: 0.3")
        .replace("by_heart: 30", "by_heart: 0")
    )  # fmt: skip
    picture(house.content / "photo.png", 0, (90, 160))


def test_all_angles_zero_leave_nothing_to_beat(house):
    log(house, lambda _: 0)
    house.edit("blocks: 3", "blocks: 3, smoothing: 2")
    assert house.build(only="road").failed == 0
    found = runs(house)
    assert "share" not in found["road/steering/default"]["scores"]
    assert any(
        "driving straight on is never wrong" in n for n in found["road/steering/default"]["notes"]
    )
    notes = found["road/drive/default"]["notes"]
    assert any("every angle is 0" in note for note in notes)
    assert "the angles are smoothed over 2 frames, by a Gaussian" in notes


def test_pictures_that_are_broken_are_counted_and_the_rest_is_learned(house):
    log(house)
    for index in (0, 1, 25):
        (house.content / "sim" / "IMG" / f"{index}.png").write_bytes(b"broken")
    assert house.build(only="steering").failed == 0
    assert runs(house)["road/steering/default"]["notes"][0] == (
        "3 of 40 pictures cannot be read and are left out"
    )


def test_a_drive_whose_pictures_are_all_broken_is_a_card_and_the_rest_is_built(house):
    log(house)
    for path in (house.content / "sim" / "IMG").iterdir():
        path.write_bytes(b"broken")
    summary = house.build()
    found = runs(house)
    failed = {name for name, run in found.items() if run["failure"]}
    assert failed == set(found) - {"bend/original/default", "photo/original/default"}
    assert summary.failed == 5
    assert "none of the 60 pictures of the drive can be read" in house.page("items/road.html")
    assert "none of the 60 pictures of the drive can be read" in house.page("items/bend.html")


def test_a_log_that_cannot_be_used_is_a_card_and_what_is_wrong_with_lines_is_said(house):
    log(house)
    path = house.content / "sim" / "driving_log.csv"
    path.write_text(path.read_text().replace("IMG/7.png,", "IMG/7.png,x"))
    house.build(only="drive")
    page = house.page("items/road.html")
    assert "1 problem with its log" in page
    assert "line 9: expected steering in [-1, 1], got" in page
    path.write_text("center,steering\n")
    summary = house.build()
    assert "This drive is missing" in house.page("items/road.html")
    assert "This drive is missing" in house.page("index.html")
    assert any("manifest.yaml:9: expected frames with their angles" in p for p in summary.problems)
    assert not runs(house)["bend/original/default"]["failure"]


def test_pages_are_made_where_the_log_is_gone(house):
    log(house)
    house.edit("techniques: []", "techniques: [anatomy]")
    house.edit("  steering: {", "  anatomy:\n  steering: {")
    house.build()
    before = tree(house.project.out)
    shutil.rmtree(house.content / "sim")
    summary = render_only(house.project, Options())
    assert summary.failed == 0
    assert tree(house.project.out) == before
    assert "Learning to steer" in house.page("items/road.html")
    assert "Anatomy" in house.page("items/pilotnet.html")


def test_check_tells_what_a_drive_holds_and_list_what_must_be_asked_for(house):
    log(house)
    path = house.content / "sim" / "driving_log.csv"
    path.write_text(path.read_text().replace("IMG/7.png,", "IMG/7.png,x"))
    found = checked(house.project)
    wrong, held = list(found.problems), list(found.moving)
    assert wrong == []
    assert held == [
        "road: 59 frames of a log in 3 blocks, 30 % held out; its page tells 1 problem of the log"
    ]
    house.manifest(MANIFEST)
    assert list(checked(house.project).moving) == [
        "road: 120 frames of a synthetic road in 10 blocks, 20 % held out"
    ]
    listed = described(discover())
    place = next(n for n, line in enumerate(listed) if line.startswith("steering-reasons:"))
    assert listed[place + 2] == "  runs where an item's own list names it"
    assert listed.count("  runs where an item's own list names it") == 2
    assert "  trained on a drive when the gallery is built" in networks(house.project)


def test_a_drive_that_is_too_short_is_a_card(house):
    log(house, count=20)
    summary = house.build(only="road")
    assert "the drive is too short to be split" in house.page("items/road.html")
    assert summary.failed == 3


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "trained:road",
            "trained:raod",
            "expected a drive of this manifest (road, road/default), got",
        ),
        ("id: pilotnet", "id: another", "expected one of the networks"),
    ],
)
def test_a_network_that_is_not_there_is_said_on_the_page_that_wants_it(house, old, new, said):
    house.manifest(MANIFEST.replace(old, new))
    picture(house.content / "photo.png", 0, (90, 160))
    house.build(only="bend")
    page = house.page("items/bend.html")
    assert said in page
    assert "Why the wheel turns failed here" in page


def test_the_picture_of_a_still_has_its_truth(built):
    house, _ = built
    page = house.page("items/bend.html")
    assert "600 × 198 pixels" in page
    assert "Where the subject is" in page
    pictures = [
        imaging.decode(path.read_bytes(), name=path.name).image
        for path in (house.project.out / "assets").glob("*.png")
    ]
    truth = synthetic.still(0, 250, synthetic.SIZE).truth
    assert any(np.array_equal(picture[..., 0] > 127, truth) for picture in pictures)
