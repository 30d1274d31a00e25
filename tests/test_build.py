"""The promises of a build: nothing twice, nothing lost, nothing by chance."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace

import pytest
from conftest import Inline, disc, tree
from PIL import Image

from generator import render, replacing
from generator.build import Options, render_only
from generator.errors import OutputError, SalonError
from generator.shelf import Shelf


def test_a_second_build_computes_nothing_and_writes_nothing(house):
    first = house.build()
    assert (first.built, first.cached, first.failed, first.written) == (6, 0, 0, True)
    before = {path: path.stat().st_mtime_ns for path in house.project.out.rglob("*")}
    second = house.build()
    assert (second.built, second.cached, second.failed, second.written) == (0, 6, 0, False)
    assert {path: path.stat().st_mtime_ns for path in house.project.out.rglob("*")} == before


def test_every_item_and_technique_has_its_page(house):
    house.build()
    names = set(tree(house.project.out))
    assert {"index.html", "made.html", "credits.html", "404.html", "salon.json"} <= names
    assert {f"items/{name}.html" for name in ("disc", "noise", "grey")} <= names
    assert "techniques/saliency.html" in names


def test_force_computes_everything_again(house):
    house.build()
    assert house.build(force=True).built == 6


def test_only_limits_what_is_computed(house):
    assert house.build(only="disc").built == 2
    assert "items/grey.html" in tree(house.project.out)
    assert house.build().built == 4
    with pytest.raises(SalonError, match="did you mean 'disc'"):
        house.build(only="disk")


def test_a_changed_picture_recomputes_only_its_own_results(house):
    house.build()
    Image.fromarray(disc(50, 60)).save(house.content / "disc.png")
    assert house.build().built == 2


def test_a_touched_file_recomputes_nothing(house):
    house.build()
    os.utime(house.content / "disc.png")
    assert house.build().built == 0


def test_words_recompute_nothing_and_change_the_page(house):
    house.build()
    house.edit("title: Disc", "title: A red sun")
    house.edit("alt: A red disc", "alt: It rises")
    summary = house.build()
    assert (summary.built, summary.written) == (0, True)
    assert "A red sun" in house.page("items/disc.html")
    assert "It rises" in house.page("items/disc.html")


def test_a_changed_parameter_recomputes_that_technique(house):
    house.build()
    house.edit("{long_side: 32}", "{long_side: 24}")
    assert house.build().built == 3


def test_a_truth_mask_is_a_cause_and_brings_scores(house):
    house.build()
    mask = Image.fromarray((disc()[:, :, 0] > 200).astype("uint8") * 255)
    mask.save(house.content / "mask.png")
    house.edit("licence: CC0, tags: [a]}", "licence: CC0, tags: [a], truth: mask.png}")
    assert house.build().built == 2
    assert "Overlap (IoU)" in house.page("items/disc.html")


def test_a_new_technique_is_one_new_file(house, guests):
    house.build()
    guests("brightness")
    house.edit("techniques:\n", "techniques:\n  brightness:\n")
    assert house.build().built == 3
    assert "How light each pixel is." in house.page("techniques/brightness.html")


def test_what_left_the_manifest_leaves_the_site(house):
    house.build()
    lines = house.project.manifest.read_text().splitlines(keepends=True)
    house.manifest("".join(line for line in lines if "grey" not in line))
    house.build()
    names = tree(house.project.out)
    assert "items/grey.html" not in names
    assert "Grey" not in house.page("index.html")


def test_a_tampered_site_is_mended(house):
    house.build()
    clean = tree(house.project.out)
    (house.project.out / "index.html").write_text("gone")
    next((house.project.out / "assets").glob("*.png")).write_bytes(b"broken")
    assert house.build().written
    assert tree(house.project.out) == clean


@pytest.mark.parametrize("damage", ["flip", "truncate", "delete", "flip in secret"])
def test_a_damaged_file_of_the_store_is_computed_again(house, damage):
    house.build()
    clean = tree(house.project.out), tree(house.project.store / "blobs")
    for path in sorted((house.project.store / "blobs").glob("*/*")):
        status, data = path.stat(), path.read_bytes()
        if damage == "delete":
            path.unlink()
            continue
        path.write_bytes(data[:-1] if damage == "truncate" else data[:-1] + bytes([data[-1] ^ 1]))
        if damage == "flip in secret":
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    shutil.rmtree(house.project.out)
    summary = house.build(verify=damage == "flip in secret")
    assert summary.built > 0
    assert (tree(house.project.out), tree(house.project.store / "blobs")) == clean


def test_secret_damage_is_found_when_the_file_is_needed(house):
    house.build()
    clean = tree(house.project.out)
    for path in sorted((house.project.store / "blobs").glob("*/*")):
        status, data = path.stat(), path.read_bytes()
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    shutil.rmtree(house.project.out)
    house.build()
    assert tree(house.project.out) == clean


@pytest.mark.parametrize("data", [b"", b"not a database at all, for sure" * 99])
def test_a_damaged_index_is_made_anew_from_the_records(house, data):
    house.build()
    for path in house.project.store.glob("index.sqlite*"):
        path.unlink()
    (house.project.store / "index.sqlite").write_bytes(data)
    assert house.build().built == 0


def test_a_damaged_record_is_computed_again(house):
    house.build()
    for path in house.project.store.glob("records/*/*.json"):
        path.write_text(path.read_text().replace("share", "shard").replace("mean", "main"))
    for path in house.project.store.glob("index.sqlite*"):
        path.unlink()
    assert house.build().built == 6


def test_pages_are_made_from_the_store_where_sources_are_gone(house):
    house.build()
    clean = tree(house.project.out)
    for path in house.content.glob("*.png"):
        path.unlink()
    shutil.rmtree(house.project.out)
    render_only(house.project, Options(executor=lambda _: Inline()))
    assert tree(house.project.out) == clean


NO_HEAVY = """
import sys
class Ban:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"cv2","scipy","sklearn","skimage","numba","tensorflow","matplotlib"}:
            raise ImportError(name + " is banned here")
sys.meta_path.insert(0, Ban())
from generator.cli import main
sys.argv = ["salon", *sys.argv[1:]]
main()
"""


def salon(house, *words, code=None, **environment):
    command = [sys.executable, "-c", code] if code else [sys.executable, "-m", "generator.cli"]
    return subprocess.run(
        [*command, *words, "-m", str(house.project.manifest)],
        capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip


def test_pages_need_none_of_the_heavy_libraries(house):
    house.build()
    clean = tree(house.project.out)
    shutil.rmtree(house.project.out)
    shutil.rmtree(house.project.store / "sites")
    done = salon(house, "render", code=NO_HEAVY)
    assert done.returncode == 0, done.stderr
    assert tree(house.project.out) == clean


def test_a_build_with_nothing_to_do_loads_nothing_heavy(house):
    house.build()
    code = (
        "import sys\nfrom generator.cli import main\nsys.argv=['salon',*sys.argv[1:]]\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print('HEAVY', [m for m in ('tensorflow','cv2','scipy','sklearn','matplotlib','numba',"
        "'skimage','numpy','PIL','jinja2') if m in sys.modules])"
    )
    done = salon(house, "build", code=code)
    assert "0 built, 6 cached, 0 failed" in done.stdout
    assert done.stdout.splitlines()[-1] == "HEAVY []"


def test_fresh_builds_under_other_seeds_and_workers_are_equal_byte_for_byte(house):
    sites, stores = [], []
    for seed, jobs in (("1", "1"), ("2", "2")):
        shutil.rmtree(house.root / ".salon", ignore_errors=True)
        shutil.rmtree(house.project.out, ignore_errors=True)
        done = salon(house, "build", "--jobs", jobs, PYTHONHASHSEED=seed)
        assert done.returncode == 0, done.stderr
        sites.append(tree(house.project.out))
        stores.append(tree(house.project.store / "records") | tree(house.project.store / "blobs"))
    assert sites[0] == sites[1]
    assert stores[0] == stores[1]


def test_two_builds_at_once_do_no_harm(house):
    house.build()
    clean = tree(house.project.out)
    shutil.rmtree(house.root / ".salon")
    shutil.rmtree(house.project.out)
    command = [
        sys.executable, "-m", "generator.cli", "build", "-j", "1", "-m", str(house.project.manifest)
    ]  # fmt: skip
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait(timeout=120) for process in both] == [0, 0]
    assert tree(house.project.out) == clean
    assert list(house.root.glob(".site-*")) == []


def test_a_folder_with_other_things_is_never_replaced(house):
    house.project.out.mkdir()
    (house.project.out / "thesis.txt").write_text("years of work")
    with pytest.raises(OutputError, match="not a site Salon made"):
        house.build()
    assert tree(house.project.out) == {"thesis.txt": b"years of work"}


def test_a_file_in_the_place_of_the_site_is_refused(house):
    house.project.out.write_text("a file")
    with pytest.raises(OutputError, match="found a file"):
        house.build()


def test_strict_makes_a_failure_an_exit_code(house):
    (house.content / "disc.png").write_bytes(b"not a picture")
    assert salon(house, "build", "-j", "1").returncode == 0
    again = salon(house, "build", "--strict", "-j", "1")
    assert again.returncode == 1
    assert "0 built, 4 cached, 2 failed" in again.stdout


def test_a_project_can_replace_a_template(house):
    (house.root / "templates" / "pages").mkdir(parents=True)
    (house.root / "templates" / "pages" / "credits.html").write_text("Mine: {{ page.site.title }}")
    house.build()
    assert house.page("credits.html") == "Mine: A tiny house"
    assert "<h1>" in house.page("index.html")


def test_html_in_a_title_is_text(house):
    house.edit("title: Disc", "title: '<script>alert(1)</script>'")
    house.build()
    for name in ("index.html", "items/disc.html", "made.html", "credits.html"):
        assert "<script>alert" not in house.page(name)
        assert "&lt;script&gt;alert" in house.page(name)


def test_seconds_are_on_the_page_only_when_asked_for(house):
    house.build()
    assert ">Seconds<" not in house.page("made.html")
    house.build(timings=True)
    assert ">Seconds<" in house.page("made.html")


def test_the_summary_names_what_took_longest(house):
    start = time.perf_counter()
    summary = house.build()
    assert summary.slowest
    assert sum(seconds for _, seconds in summary.slowest) <= time.perf_counter() - start


def test_a_site_that_another_build_replaced_at_once_is_not_taken_for_ones_own(house, monkeypatch):
    """Two builds of different manifests into one place: the last one to look must see it."""
    index = house.project.out / "index.html"

    class Lock:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            index.write_text("another build's page")

    monkeypatch.setattr(replacing, "lock", lambda *_, **__: Lock())
    house.build()
    monkeypatch.undo()
    assert house.build().written
    assert "A tiny house" in index.read_text()


@pytest.mark.parametrize("change", ["add", "remove", "mark", "link"])
def test_any_change_to_the_site_is_mended(house, change):
    house.build()
    clean = tree(house.project.out)
    asset = next((house.project.out / "assets").glob("*.avif"))
    if change == "add":
        (house.project.out / "items" / "stranger.html").write_text("hello")
    if change == "remove":
        asset.unlink()
    if change == "mark":
        (house.project.out / "salon.json").write_text("{}")
    if change == "link":
        asset.unlink()
        asset.symlink_to("/etc/hostname")
    assert house.build().written
    assert tree(house.project.out) == clean
    assert not any(path.is_symlink() for path in house.project.out.rglob("*"))


@pytest.mark.parametrize("place", ["content", ".", ".salon"])
def test_a_folder_of_the_project_is_no_place_for_the_site(house, place):
    house.build()
    out = (house.root / place).resolve()
    before = tree(house.root)
    house.project = replace(house.project, out=out)
    with pytest.raises(OutputError, match="not a site Salon made"):
        house.build()
    assert {n: d for n, d in tree(house.root).items() if "index.sqlite" not in n} == {
        n: d for n, d in before.items() if "index.sqlite" not in n
    }


def test_a_link_in_the_place_of_the_site_is_refused(house, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    house.project.out.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="a file or a link"):
        house.build()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_site_that_cannot_be_written_leaves_the_old_one_as_it_was(house, monkeypatch):
    house.build()
    before = tree(house.project.out)
    house.edit("title: Disc", "title: Other")
    true, count = render._write, 0

    def full(path, data):
        nonlocal count
        count += 1
        if count == 4:
            raise OSError(28, "No space left on device")
        true(path, data)

    monkeypatch.setattr(render, "_write", full)
    with pytest.raises(
        OutputError, match="No space left on device; choose another place with --out"
    ):
        house.build()
    assert tree(house.project.out) == before
    assert list(house.root.glob(".site-*")) == []
    monkeypatch.undo()
    assert house.build().written


def test_nothing_kept_means_nothing_rendered(house):
    house.build()
    before = tree(house.project.out)
    shutil.rmtree(house.project.store)
    with pytest.raises(SalonError, match="salon build"):
        render_only(house.project, Options(executor=lambda _: Inline()))
    assert tree(house.project.out) == before


@pytest.mark.parametrize("text", ["", "[]", "7", "{", '{"disc/original/default": 7}'])
def test_damaged_notes_of_the_last_build_are_no_notes(house, text):
    house.build()
    for path in [*house.project.store.glob("plans/*"), *house.project.store.glob("sites/*")]:
        path.write_text(text)
    with suppress(SalonError):
        render_only(house.project, Options(executor=lambda _: Inline()))
    clean = house.build()
    assert (clean.built, clean.cached) == (0, 6)
    assert 'class="failure"' not in house.page("items/disc.html")


def test_pages_do_not_depend_on_where_the_project_is(house, tmp_path, guests):
    guests("trouble")
    house.edit("techniques:\n", "techniques:\n  trouble:\n    params: {how: raise, on: 64}\n")
    for number, source in enumerate(
        ("gone.png", "loop.png", "x" * 300, "out.png", "../a.png", "broken.png")
    ):
        house.edit(
            "items:\n",
            f"items:\n  - {{id: bad-{number}, source: {source}, title: B, alt: b, credit: c, licence: l}}\n",
        )
    (house.content / "loop.png").symlink_to("loop.png")
    (house.content / "out.png").symlink_to("/etc/hostname")
    (house.content / "broken.png").write_bytes(b"broken")
    assert house.build().failed == 9
    moved = tmp_path / "another place, fürther"
    shutil.copytree(house.root, moved / "p", symlinks=True)
    shutil.rmtree(moved / "p" / ".salon")
    shutil.rmtree(moved / "p" / "site")
    first = tree(house.project.out)
    house.project = replace(
        house.project,
        manifest=moved / "p/content/manifest.yaml",
        store=moved / "s",
        out=moved / "o",
    )
    house.build()
    assert tree(house.project.out) == first
    assert not [name for name, data in first.items() if str(tmp_path).encode() in data]


def test_a_gallery_of_nothing_is_a_site(house):
    house.manifest("title: Empty\nitems: []\n")
    assert house.build().written
    assert "Empty" in house.page("index.html")


def test_a_name_in_any_script_is_said_on_any_terminal(house):
    house.edit("source: grey.png", 'source: "نص 🎨.png"')
    done = salon(house, "build", "-j", "1", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "4 built, 0 cached, 1 failed" in done.stdout


def test_a_mask_of_another_size_is_named(house):
    Image.fromarray(disc(20, 20)).save(house.content / "mask.png")
    house.edit("licence: CC0, tags: [a]}", "licence: CC0, tags: [a], truth: mask.png}")
    summary = house.build()
    assert summary.failed == 2
    assert "mask.png: expected a mask of the picture's size, 64 x 48" in summary.problems[0]


def test_the_mask_alone_changed(house):
    mask = Image.fromarray((disc()[:, :, 0] > 200).astype("uint8") * 255)
    mask.save(house.content / "mask.png")
    house.edit("licence: CC0, tags: [a]}", "licence: CC0, tags: [a], truth: mask.png}")
    house.build()
    mask.rotate(180).save(house.content / "mask.png")
    assert house.build().built == 2


def test_a_picture_that_changes_while_the_gallery_is_built_fails_and_is_mended(house):
    def changing(_):
        Image.fromarray(disc(30, 30)).save(house.content / "grey.png")
        return Inline()

    summary = house.build(executor=changing)
    assert summary.failed == 2
    assert "grey.png changed while the gallery was being built" in summary.problems[0]
    again = house.build()
    assert (again.built, again.failed) == (2, 0)


def test_damage_found_while_pages_are_written_is_computed_again(house, monkeypatch):
    house.build()
    clean = tree(house.project.out)
    shutil.rmtree(house.project.out)
    true, hit = Shelf.read, []

    def read(shelf, sha256):
        if not hit and render.__name__ in {f.f_globals["__name__"] for f in _frames()}:
            hit.append(sha256)
            shelf.blob(sha256).write_bytes(b"damaged this very moment")
        return true(shelf, sha256)

    monkeypatch.setattr(Shelf, "read", read)
    assert house.build().failed == 0
    assert hit
    assert tree(house.project.out) == clean


def _frames():
    frame = sys._getframe()
    while frame:
        yield frame
        frame = frame.f_back


def test_html_and_markup_are_text_in_every_field_of_an_item(house):
    bad = "'<script>alert(1)</script>\"&{{ 7*7 }}{% raw %}'"
    house.manifest(
        f"title: {bad}\ndescription: {bad}\ntechniques:\n  saliency:\n  mumford-shah:\n"
        "  grad-cam: {params: {model: planted-flat}}\n"
        f"items:\n- {{id: a, source: disc.png, title: {bad}, alt: {bad}, "
        f"credit: {bad}, licence: {bad}, description: {bad}, tags: [{bad}], label: {bad}}}\n"
    )
    assert house.build().failed == 0
    for name, data in tree(house.project.out).items():
        if name.endswith(".html"):
            assert b"<script>alert" not in data, name
            assert b"{{ 7*7 }}" in data, name


@pytest.mark.xfail(strict=True, reason="notes and failures name the file, and the key does not")
def test_a_renamed_picture_ends_like_one_that_always_had_its_name(house):
    house.build()
    (house.content / "disc.png").rename(house.content / "disc.jpg")
    house.edit("source: disc.png", "source: disc.jpg")
    house.build()
    grown = tree(house.project.out)
    shutil.rmtree(house.project.store)
    house.build()
    assert tree(house.project.out) == grown
