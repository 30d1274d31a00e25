"""Two builds side by side: from every kind of source, the same twice, and refused with reasons."""

from __future__ import annotations

import json
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from xml.etree.ElementTree import fromstring  # what is read here, the tests have written

import pytest
from conftest import Inline, tree
from planted_builds import PICTURES, World, heat, made

sys.path.insert(0, str(Path(__file__).parent / "site"))
from check_site import check_links

from generator import archives, baseline, compare_overview, compare_site, report
from generator.build import Options
from generator.builds import Build, open_build
from generator.cli import main
from generator.compared import Sight, State, compare
from generator.errors import ComparisonError, OutputError
from generator.gate_reports import MARK, junit, markdown, pointed
from generator.project import own_templates
from generator.revisions import build_called
from generator.rules import parse
from generator.two_builds import set_beside

GATE = """\
gate:
- coverage change <= 0.5
- failures == 0
- changed panels <= 5 %
"""


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """A site and its store, then another parameter: (house, base site, head site)."""
    from conftest import House

    house = House(tmp_path_factory.mktemp("compared") / "project")
    house.build()
    shutil.copytree(house.project.out, house.root / "base")
    house.edit("{long_side: 32}", "{long_side: 24}")
    house.manifest(house.project.manifest.read_text() + GATE)
    house.build()
    return house, house.root / "base", house.project.out


@pytest.fixture
def salon(sites, monkeypatch, capsys, tmp_path):
    """Run a command in a folder of its own; return its exit code, and what it said."""
    house = sites[0]

    def run(*words, manifest=None):
        words = [*map(str, words), "--manifest", str(manifest or house.project.manifest)]
        monkeypatch.setattr("sys.argv", ["salon", *words, "--store", str(house.project.store)])
        monkeypatch.chdir(tmp_path)
        with pytest.raises(SystemExit) as left:
            main()
        said = capsys.readouterr()
        return left.value.code or 0, said.out + said.err

    return run


def beside(base, head, rules=(), jobs=1):
    return set_beside(base, head, map(parse, rules), jobs=jobs)


def page(folder: Path, name: str = "index.html") -> str:
    return (folder / name).read_text(encoding="utf-8")


def zipped(folder: Path, path: Path, prefix: str = "") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in tree(folder).items():
            archive.writestr(prefix + name, data)
    return path


def opened(path: Path, store: Path = Path("nowhere")) -> Build:
    return open_build(path, path.name, Path("content/manifest.yaml"), store)


# What a build leaves behind


def test_a_build_leaves_its_report_in_the_site_and_in_the_store(sites):
    house, _, head = sites
    text = (head / "report.json").read_text(encoding="utf-8")
    noted = list((house.project.store / "reports").iterdir())
    assert [path.read_text(encoding="utf-8") for path in noted] == [text]
    assert report.to_json(report.from_json(text, "head")) == text


def test_a_report_knows_everything_that_a_comparison_shows(sites):
    found = opened(sites[2]).report
    assert [item.id for item in found.items] == ["disc", "noise", "grey"]
    assert found.items[0].credit == "Us"
    run = next(run for run in found.runs if run.place == ("disc", "saliency", "default"))
    assert run.causes["params"]["long_side"] == 24
    assert found.methods["saliency"].metrics["coverage"].unit == "%"
    assert (sites[2] / run.looks["saliency"].file).is_file()


# The comparison


def test_a_changed_parameter_is_shown_and_explained(sites, salon, tmp_path):
    code, said = salon("compare", sites[1], sites[2])
    assert code == 0
    assert "2 of 3 items changed: 2 of 6 results." in said
    out = tmp_path / "compare"
    assert {"index.html", "items/disc.html", "salon.json"} <= set(tree(out))
    assert "parameter long side: 32 → 24" in page(out)
    assert "The gate is shut" in page(out)
    disc = page(out, "items/disc.html")
    assert "Structural similarity" in disc
    assert 'data-beside="saliency--default--' in disc
    panes = set(re.findall(r'<option value="([^"]+)"', disc))
    assert {f"saliency--default--{name}-{side}" for name in ("saliency", "mask")
            for side in ("base", "head")} <= panes  # fmt: skip
    for words in ("darker in the head", "only in the base", "less in the head"):
        assert words in disc
    assert "Us</dd>" in disc
    assert check_links(out) == []


def test_a_comparison_is_the_same_twice_whatever_the_number_of_threads(sites, tmp_path):
    builds = [opened(path, sites[0].project.store) for path in sites[1:]]
    for name, jobs in (("one", 1), ("two", 3)):
        two = beside(*builds, ["failures == 0"], jobs=jobs)
        compare_site.write(tmp_path / name, two, [own_templates()], tmp_path / "locks", jobs=jobs)
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_nothing_changed_is_said_and_costs_no_page(sites, salon, tmp_path):
    code, said = salon("compare", sites[2], sites[2])
    assert code == 0
    assert "Nothing changed: 6 results of 3 items are what they were." in said
    assert [name for name in tree(tmp_path / "compare") if name.endswith(".html")] == ["index.html"]


def test_site_store_archive_and_baseline_of_one_build_say_the_same(sites, salon, tmp_path):
    house, base, head = sites
    (tmp_path / "a").mkdir()
    archive = zipped(head, tmp_path / "head.zip", "artifact/site/")
    assert salon("accept", head)[0] == 0
    said = [
        salon("compare", base, one)[1].splitlines()[:-1]
        for one in (head, house.project.store, archive, tmp_path / "baseline")
    ]
    assert said[0] == said[1] == said[2] == said[3]


def test_without_arrays_the_pictures_of_the_sites_are_laid_over_each_other(sites, tmp_path):
    _, base, head = sites
    two = beside(opened(zipped(base, tmp_path / "base.zip")), opened(head))
    pairs = [pair for twin in two.compared.twins for pair in twin.pairs if pair.likeness]
    assert {pair.sight for pair in pairs} == {Sight.PICTURES}
    compare_site.write(tmp_path / "out", two, [own_templates()], tmp_path / "locks")
    assert len(two.compared.of(State.CHANGED)) == 2
    assert "Seen in the pictures of the sites" in page(tmp_path / "out", "items/disc.html")
    assert check_links(tmp_path / "out") == []


def test_pictures_in_other_colours_are_not_taken_for_findings(sites):
    base, head = opened(sites[1]), opened(sites[2])
    other = replace(base, report=replace(base.report, look="another"))
    two = beside(other, head)
    assert not [pair for twin in two.compared.twins for pair in twin.pairs if pair.likeness]
    assert len(two.compared.of(State.CHANGED)) == 3  # of the grey one nobody can say any more
    assert len(beside(base, head).compared.of(State.CHANGED)) == 2


def test_what_came_went_and_failed_is_listed(tmp_path):
    heats = dict.fromkeys(PICTURES[1:], heat()) | {"new": heat()}
    world = replace(World(), heats=heats, failing=frozenset({"picture-5"}),
                    overlaps={**World().overlaps, "new": 0.5})  # fmt: skip
    two = beside(made(tmp_path / "a", World()), made(tmp_path / "b", world))
    compare_site.write(tmp_path / "out", two, [own_templates()], tmp_path / "locks")
    html = page(tmp_path / "out")
    assert "1 result failed that did not fail before." in html
    assert "1 item gone: Picture picture-0; 1 new item: Picture new." in html
    assert "Picture picture-5 · Saliency: It broke" in html
    assert "It failed in the head" in page(tmp_path / "out", "items/picture-5.html")


def test_flipped_pictures_are_named_with_what_each_side_said(tmp_path):
    world = replace(World(), wrong=frozenset(range(1, 11)))
    two = beside(made(tmp_path / "a", World()), made(tmp_path / "b", world))
    compare_site.write(tmp_path / "out", two, [own_templates()], tmp_path / "locks")
    html = page(tmp_path / "out", "items/leaves.html")
    assert 'leaf 10</b> shows <b dir="auto">ash</b>. Wrong now, right before' in html
    assert "Base: <bdi>ash, 80 %</bdi>. Head: <bdi>beech, 80 %</bdi>" in html
    assert html.count("Right now, wrong before") == 1
    assert "4 held-out pictures flipped: 1 right now, 3 wrong now." in page(tmp_path / "out")


def test_causes_are_told_in_words_and_same_causes_with_other_findings_are_suspect(tmp_path):
    causes = {
        "params": {"words": 20}, "code": {"generator.science.saliency": "2", "new.module": "1"},
        "libraries": {"numpy": "2.2"}, "models": {"network": {"weights": "ab"}},
    }  # fmt: skip
    shifted = replace(World(), heats=dict.fromkeys(PICTURES, heat(9)))
    base = made(tmp_path / "a", World())
    words = beside(base, made(tmp_path / "b", replace(shifted, causes=causes)))
    compare_site.write(tmp_path / "out", words, [own_templates()], tmp_path / "locks")
    html = page(tmp_path / "out")
    for text in ("parameter words: 80 → 20", "the code of generator.science.saliency",
                 "new code: new.module", "numpy: 2.1 → 2.2"):  # fmt: skip
        assert text in html
    same = beside(base, made(tmp_path / "c", shifted))
    compare_site.write(tmp_path / "again", same, [own_templates()], tmp_path / "locks")
    assert "the same causes, other findings" in page(tmp_path / "again")


# Git revisions


@pytest.fixture
def repository(house):
    """The tiny house with two commits; returns it, and what runs git in it."""

    def git(*words):
        command = [
            "git",
            "-C",
            str(house.root),
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@b",
            *words,
        ]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    git("init", "-q", "-b", "main")
    (house.root / ".gitignore").write_text(".salon/\nsite/\n.site-*\n")
    git("add", "-A")
    git("commit", "-q", "-m", "base")
    house.edit("{long_side: 32}", "{long_side: 24}")
    git("commit", "-q", "-am", "head")
    return house, git


def test_revisions_are_built_with_the_shared_store_and_leave_nothing_behind(repository):
    house, git = repository
    options = Options(executor=lambda _: Inline())
    base, head = (build_called(name, house.project, options) for name in ("HEAD~1", "HEAD"))
    assert len(beside(base, head).compared.of(State.CHANGED)) == 2
    assert house.build().built == 0  # the head was computed for the comparison
    assert git("worktree", "list").count("\n") == 1
    assert git("status", "--porcelain") == ""
    assert not house.root.joinpath("compare").exists()


def test_a_revision_sees_what_was_committed_and_not_what_lies_about(repository):
    house, _ = repository
    house.edit("{long_side: 24}", "{long_side: 16}")
    head = build_called("HEAD", house.project, Options(executor=lambda _: Inline()))
    assert {run.causes["params"].get("long_side", 24) for run in head.report.runs} == {24}


@pytest.mark.parametrize("name", ["no-such-branch", "--all", "HEAD^{tree}", ""])
def test_what_is_no_revision_is_refused(repository, name):
    house, _ = repository
    with pytest.raises(ComparisonError, match="which is no path here and no revision"):
        build_called(name, house.project, Options())


def test_a_revision_without_the_manifest_is_refused(repository):
    house, git = repository
    git("rm", "-q", "--cached", "content/manifest.yaml")
    git("commit", "-q", "-m", "without")
    with pytest.raises(ComparisonError, match=r"has no content/manifest\.yaml"):
        build_called("HEAD", house.project, Options())


# The gate and what it writes


def test_the_gate_has_an_exit_code_of_its_own_and_says_why(sites, salon, tmp_path):
    code, said = salon("gate", sites[1], sites[2], "--github", "--junit", "out/junit.xml",
                       "--markdown", "comment.md", "--link", "https://example.org/compare/")  # fmt: skip
    assert code == 4
    assert "kept    failures == 0: 0 failures" in said
    assert "BROKEN  changed panels <= 5 %" in said
    annotation = next(line for line in said.splitlines() if line.startswith("::error "))
    assert "line=13,col=3,title=Gate%3A changed panels <= 5 %25::" in annotation
    suite = fromstring((tmp_path / "out" / "junit.xml").read_text(encoding="utf-8"))
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    assert [len(case.findall("failure")) for case in suite.iter("testcase")] == [0, 0, 1]
    comment = (tmp_path / "comment.md").read_text(encoding="utf-8")
    assert comment.startswith(MARK)
    assert "❌ The gate is shut: 1 of 3 rules are broken." in comment
    assert "(https://example.org/compare/)" in comment
    assert salon("gate", sites[2], sites[2])[0] == 0


def test_what_cannot_be_written_is_said_and_leaves_what_was_there(sites, salon, tmp_path):
    (tmp_path / "file").write_text("in the way")
    code, said = salon("gate", sites[2], sites[2], "--junit", "file/junit.xml")
    assert code == 3
    assert "junit.xml cannot be written" in said
    (tmp_path / "comment.md").mkdir()
    assert salon("compare", sites[2], sites[2], "--markdown", "comment.md")[0] == 3
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["comment.md", "compare", "file"]


def test_a_gate_without_rules_is_no_gate(salon, sites, tmp_path):
    empty = tmp_path / "manifest.yaml"
    empty.write_text("title: Nothing\n")
    code, said = salon("gate", sites[1], sites[2], manifest=empty)
    assert code == 2
    assert "manifest.yaml:1:1: gate: expected at least one rule, got none" in said


def nasty(tmp_path):
    world = replace(World(), titles="@team <img src=x> | `a` [b](http://c) #1\u0001\n")
    heats = {f"item-{n}": heat(n % 7) for n in range(700)}
    overlaps = dict.fromkeys(heats, 0.5)
    worlds = [replace(world, heats=dict.fromkeys(heats, heat(20)), overlaps=overlaps),
              replace(world, heats=heats, overlaps=overlaps)]  # fmt: skip
    builds = [made(tmp_path / str(n), one) for n, one in enumerate(worlds)]
    return beside(*builds, ["failures == 0", "changed panels <= 5 %"])


def test_a_comment_has_room_everywhere_and_calls_nobody(tmp_path):
    two = nasty(tmp_path)
    whole, cut = markdown(two, limit=10**9), markdown(two)
    assert len(whole.encode()) > len(cut.encode())
    assert len(cut.encode()) <= 64_000
    assert "more lines have no room here; the pages have them all" in cut
    assert cut.startswith(MARK)
    assert "The gate is shut" in cut
    for sign in ("@team", "<img", "[b]", "#1", "`a`"):
        assert sign not in whole.replace("\\[b\\]", "").replace("\\`a\\`", "")
    assert "&commat;team &lt;img src=x&gt; \\| " in whole
    assert "![" not in whole


def test_xml_and_annotations_hold_whatever_somebody_wrote(tmp_path):
    broken = beside(*[made(tmp_path / "a", World())] * 2, ["failures == 1"]).broken
    odd = replace(broken[0], found=(replace(broken[0].found[0], said="a\x00<b>\n%: ,"),))
    assert fromstring(junit([odd])).find(".//failure").get("message") == "a\ufffd<b>\n%: ,"
    assert pointed([odd], "a,b:c.yaml")[0].endswith("::a\x00<b>%0A%25: ,")
    assert "file=a%2Cb%3Ac.yaml," in pointed([odd], "a,b:c.yaml")[0]


def test_builds_that_have_nothing_in_common_are_not_said_to_be_unchanged():
    def builds(count: int):
        both = (SimpleNamespace(place=("disc", "saliency", "default")),) * count
        return SimpleNamespace(
            of=lambda *states: both if State.SAME in states else (), twins=(),
            items=SimpleNamespace(broken=(), removed=(), added=()),
        )  # fmt: skip

    said = [compare_overview.overview(builds(count), (), ())[0] for count in (0, 1)]
    assert said == [
        "No result can be compared: none was found on both sides.",
        "Nothing changed: 1 result of 1 item is what it was.",
    ]


# Accepting


def test_an_accepted_build_is_the_next_base_and_needs_no_store(sites, salon, tmp_path):
    assert "3 items of" in salon("accept", sites[1])[1]
    alone = opened(tmp_path / "baseline")
    two = beside(alone, opened(sites[2], sites[0].project.store))
    pairs = [pair for twin in two.compared.twins for pair in twin.pairs if pair.likeness]
    assert {pair.sight for pair in pairs} == {Sight.ARRAYS}
    code, said = salon("compare", "baseline", sites[1])
    assert code == 0
    assert "Nothing changed" in said


def test_single_items_are_accepted_and_the_others_stay(sites, salon, tmp_path):
    salon("accept", sites[1])
    assert salon("accept", sites[2], "--item", "disc", "--item", "grey")[0] == 0
    two = beside(opened(tmp_path / "baseline"), opened(sites[2]))
    assert {twin.place[0] for twin in two.compared.of(State.CHANGED)} == {"noise"}
    salon("accept", sites[2])
    assert not beside(opened(tmp_path / "baseline"), opened(sites[2])).touched


def test_what_is_gone_can_be_accepted_too(tmp_path):
    before = made(tmp_path / "a", World())
    heats = dict.fromkeys(PICTURES[1:], heat())
    head = made(tmp_path / "b", replace(World(), heats=heats))
    merged = baseline.merged(before.report, head.report, ("picture-0",))
    assert merged.item("picture-0") is None
    assert not compare(merged, head.report).items.removed
    places = [run.place for run in report.from_json(report.to_json(merged), "merged").runs]
    assert len(places) == len(set(places)) == 12


def test_a_baseline_is_whole_or_as_it_was(sites, salon, tmp_path, monkeypatch):
    salon("accept", sites[1])
    clean = tree(tmp_path / "baseline")
    code, said = salon("accept", sites[2], "--item", "disk")
    assert code == 5
    assert "expected an item of one of the builds, got 'disk'" in said

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert salon("accept", sites[2])[0] == 3
    monkeypatch.undo()
    assert tree(tmp_path / "baseline") == clean
    assert [path.name for path in tmp_path.iterdir()] == ["baseline"]


def test_single_items_need_a_baseline(sites, tmp_path):
    with pytest.raises(ComparisonError, match="accept a whole build first"):
        baseline.accept(opened(sites[1]), None, tmp_path / "b", ("disc",), tmp_path / "locks")


# Bad input


def spoiled(site: Path, out: Path, change) -> Path:
    """A copy of ``site`` whose report is changed by ``change``, which takes and gives text."""
    shutil.copytree(site, out)
    path = out / "report.json"
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return out


def edited(**changes):
    return lambda text: json.dumps({**json.loads(text), **changes})


def hostile(text):
    plain = json.loads(text)
    plain["runs"][1]["record"]["panels"][0]["blob"] = "../../../etc/passwd"
    return json.dumps(plain)


def outside(text):
    plain = json.loads(text)
    next(iter(plain["runs"][0]["looks"].values()))["file"] = "assets/../../secret.png"
    return json.dumps(plain)


SPOILED = {
    "cut off": (lambda text: text[: len(text) // 2], "cut off or broken"),
    "empty": (lambda text: "", "cut off or broken"),
    "another schema": (edited(schema=99), "expected a report of schema 1, got 99"),
    "no schema": (lambda text: "[]", "expected a report of schema 1, got None"),
    "deep": (lambda text: "[" * 100_000, "cut off or broken"),
    "parts that are none": (edited(runs=[{"item": 3}]), "whose parts do not fit"),
    "a blob that leads out": (hostile, "a name that cannot be one"),
    "a picture that leads out": (outside, "a name that cannot be one"),
    "unknown items": (edited(items=[]), "which are not listed"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_site_is_refused_and_nothing_is_overwritten(name, sites, salon, tmp_path):
    change, message = SPOILED[name]
    out = tmp_path / "compare"
    salon("compare", sites[1], sites[2], "-o", out)
    clean = tree(out)
    bad = spoiled(sites[2], tmp_path / "bad", change)
    code, said = salon("compare", sites[1], bad, "-o", out)
    assert code == 5
    assert message in said
    assert str(bad) in said
    assert tree(out) == clean


def test_builds_of_other_content_are_refused(sites, salon, tmp_path):
    def other(text):
        plain = json.loads(text)
        for one in plain["items"]:
            one["id"] = f"other-{one['id']}"
        for run in plain["runs"]:
            run["item"] = f"other-{run['item']}"
        return json.dumps(plain)

    code, said = salon("compare", sites[1], spoiled(sites[2], tmp_path / "bad", other))
    assert code == 5
    assert "have no item in common" in said
    assert not (tmp_path / "compare").exists()


def _archive(path: Path, names: dict, mode: int = 0) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in names.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = mode << 16
            archive.writestr(info, data)
    return path


def test_archives_that_want_to_break_out_are_refused(sites, salon, tmp_path):
    good = (sites[2] / "report.json").read_bytes()
    bad = {
        "up": ({"report.json": good, "../../evil.html": b"x"}, 0, "leads out of its folder"),
        "root": ({"report.json": good, "/etc/evil": b"x"}, 0, "leads out of its folder"),
        "back": ({"report.json": good, "a\\..\\..\\evil": b"x"}, 0, "leads out of its folder"),
        "drive": ({"report.json": good, "C:/evil": b"x"}, 0, "leads out of its folder"),
        "link": ({"report.json": b"/etc/passwd"}, stat.S_IFLNK, "is a link"),
        "bomb": ({"report.json": bytes(64_000_000)}, 0, "would unfold to 64000000 bytes"),
        "other": ({"notes.txt": b"x"}, 0, "it holds no report.json"),
    }
    for name, (names, mode, message) in bad.items():
        path = _archive(tmp_path / f"{name}.zip", names, mode)
        code, said = salon("compare", sites[1], path)
        assert (name, code) == (name, 5)
        assert message in said
    assert not (tmp_path / "compare").exists()
    assert not (tmp_path.parent / "evil.html").exists()


def test_archives_that_are_cut_or_damaged_are_refused(sites, salon, tmp_path):
    whole = zipped(sites[2], tmp_path / "whole.zip").read_bytes()
    place = whole.index((sites[2] / "report.json").read_bytes()[:200])
    spoilt = {
        "cut": whole[: len(whole) // 2],
        "flipped": whole[: place + 50] + bytes([whole[place + 50] ^ 1]) + whole[place + 51 :],
        "none": b"PK",
        "empty": b"",
    }
    for name, data in spoilt.items():
        path = tmp_path / f"{name}.zip"
        path.write_bytes(data)
        code, said = salon("compare", sites[1], path)
        assert (name, code) == (name, 5)
        assert "expected a zip archive of a site" in said


def test_an_archive_that_lies_about_its_sizes_is_not_believed(sites, tmp_path, monkeypatch):
    path = _archive(tmp_path / "a.zip", {"report.json": b"x" * 5000})
    monkeypatch.setattr(archives, "MAX_FILE", 1000)
    with pytest.raises(ComparisonError, match="would unfold to 5000 bytes"):
        archives.open_zip(path, "report.json")
    with pytest.raises(ComparisonError, match="larger than it says"):
        archives.Zip(path).read("report.json")


def test_a_link_in_a_site_leads_nowhere(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "secret").write_text("x")
    (tmp_path / "site" / "out").symlink_to(tmp_path / "secret")
    folder = archives.Folder(tmp_path / "site")
    assert folder.read("out") is None
    assert folder.read("../secret") is None
    assert folder.read("nothing") is None


def test_folders_that_are_no_build_are_refused_with_a_reason(sites, tmp_path):
    (tmp_path / "plain").mkdir()
    with pytest.raises(ComparisonError, match=r"expected a site, a zip archive of one, a store"):
        opened(tmp_path / "plain")
    (tmp_path / "plain" / "salon.json").write_text("{}")
    with pytest.raises(ComparisonError, match="was made by an older Salon"):
        opened(tmp_path / "plain")
    (tmp_path / "store" / "records").mkdir(parents=True)
    with pytest.raises(ComparisonError, match="holds no report of a build"):
        opened(tmp_path / "store")
    (tmp_path / "store" / "reports").mkdir()
    for name in "ab":
        shutil.copy(sites[2] / "report.json", tmp_path / "store" / "reports" / f"{name}.json")
    with pytest.raises(ComparisonError, match="the reports of 2 manifests"):
        opened(tmp_path / "store")


def test_other_peoples_folders_are_left_alone(sites, salon, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    for command in (("compare", sites[1], sites[2], "-o"), ("accept", sites[1], "--baseline")):
        code, said = salon(*command, tmp_path / "mine")
        assert code == 3
        assert "not a site Salon made" in said
    assert tree(tmp_path / "mine") == {"letter.txt": b"dear"}
    two = beside(opened(sites[1]), opened(sites[2]))
    with pytest.raises(OutputError):
        compare_site.write(tmp_path / "mine", two, [own_templates()], tmp_path / "locks")
