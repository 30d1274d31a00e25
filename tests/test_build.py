"""The promises of a build: nothing twice, nothing lost, nothing by chance."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import pytest
from conftest import Inline, disc, tree
from PIL import Image

from generator.build import Options, render_only
from generator.errors import OutputError, SalonError


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
