"""The history of a gallery's numbers: appended, merged, corrupt, missing, and shown."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import tree
from planted_builds import World, made

sys.path.insert(0, str(Path(__file__).parent / "site"))
from check_site import check_links

from generator import history, trend_pages
from generator.cli import main
from generator.errors import ComparisonError
from generator.project import own_templates


@pytest.fixture
def commits(tmp_path):
    """A repository with three commits, a minute apart; returns its folder and their names."""
    folder = tmp_path / "repository"
    folder.mkdir()
    names = []
    for minute in range(3):
        words = ["git", "-C", str(folder), "-c", "user.name=A", "-c", "user.email=a@b"]
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
        when = f"2026-01-01T00:0{minute}:00Z"
        subprocess.run(
            [*words, "commit", "-q", "--allow-empty", "-m", "x"], check=True,
            env={"GIT_COMMITTER_DATE": when, "GIT_AUTHOR_DATE": when, "PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        found = subprocess.run(
            [*words, "rev-parse", "HEAD"], check=True, capture_output=True, text=True
        )
        names.append(found.stdout.strip())
    return folder, names


def entry(commits, place: int, tmp_path, world: World | None = None) -> history.Entry:
    folder, names = commits
    build = made(tmp_path / f"store{place}", world or World())
    return history.entry_of(build.report, folder, names[place], f"https://example.org/{place}")


def test_a_line_says_what_was_measured_where_and_when(commits, tmp_path):
    found = entry(commits, 0, tmp_path)
    assert (found.commit, found.time) == (commits[1][0], 1767225600)
    by_name = {(one.technique, one.metric): one for one in found.metrics}
    accuracy, overlap = by_name["words", "accuracy"], by_name["saliency", "iou"]
    assert (accuracy.value, accuracy.interval) == (92.0, (80.0, 99.0))
    assert accuracy.title == "Visual words on Leaves"
    assert overlap.value == pytest.approx(0.765)
    assert overlap.interval[0] < 0.765 < overlap.interval[1]
    assert by_name["words", "size"].interval is None


def test_a_history_grows_by_lines_and_is_read_in_the_order_of_time(commits, tmp_path):
    path = tmp_path / "history.jsonl"
    for place in (2, 0, 1):
        assert "added to history.jsonl" in history.append(path, entry(commits, place, tmp_path))
    before = path.read_bytes()
    assert before.count(b"\n") == 3
    kept, problems = history.read(path)
    assert [one.commit for one in kept] == commits[1]
    assert problems == ()
    assert "is in history.jsonl already" in history.append(path, entry(commits, 1, tmp_path))
    assert path.read_bytes() == before


def test_two_branches_merge_line_by_line_and_the_last_word_counts(commits, tmp_path):
    path = tmp_path / "history.jsonl"
    history.append(path, entry(commits, 0, tmp_path))
    history.append(path, entry(commits, 0, tmp_path, replace(World(), wrong=frozenset())))
    kept, _ = history.read(path)
    assert len(kept) == 1
    assert {one.value for one in kept[0].metrics if one.metric == "accuracy"} == {100.0}


CORRUPT = {
    "cut off": b'{"schema":1,"commit":"ab',
    "a conflict": b"<<<<<<< HEAD",
    "no object": b"[1, 2]",
    "another schema": b'{"schema":2}',
    "parts missing": b'{"schema":1,"commit":"ab"}',
    "no number": b'{"commit":"a","failures":0,"link":"","metrics":[{"digits":1,"interval":null,'
    b'"item":"","metric":"m","name":"n","technique":"t","title":"x","unit":"","value":NaN,'
    b'"variant":"v"}],"schema":1,"time":1}',
    "words for numbers": b'{"commit":"a","failures":0,"link":"","metrics":[{"digits":"1",'
    b'"interval":null,"item":"","metric":"m","name":"n","technique":"t","title":"x","unit":"",'
    b'"value":1,"variant":"v"}],"schema":1,"time":1}',
    "bytes": b"\xff\xfe\x00",
    "deep": b"[" * 100_000,
}


@pytest.mark.parametrize("name", CORRUPT)
def test_a_corrupt_line_is_reported_and_left_out_and_the_file_stays(name, commits, tmp_path):
    path = tmp_path / "history.jsonl"
    history.append(path, entry(commits, 0, tmp_path))
    path.write_bytes(path.read_bytes() + CORRUPT[name])  # without an end, as when a disk is full
    history.append(path, entry(commits, 1, tmp_path))
    before = path.read_bytes()
    kept, problems = history.read(path)
    assert [one.commit for one in kept] == commits[1][:2]
    assert len(problems) == 1
    assert problems[0].startswith("history.jsonl:2: expected a line of a history, got ")
    assert path.read_bytes() == before


def test_a_missing_history_says_how_to_begin_one(tmp_path):
    with pytest.raises(ComparisonError, match="salon trend --add SITE begins one"):
        history.read(tmp_path / "none.jsonl")


def test_a_trend_is_over_commits(tmp_path):
    build = made(tmp_path / "store", World())
    with pytest.raises(ComparisonError, match="a trend is over commits"):
        history.entry_of(build.report, tmp_path, "", "")


def test_links_come_from_ci_and_lead_to_the_web_only(commits, tmp_path):
    link = history._link
    github = {"GITHUB_SERVER_URL": "https://example.org", "GITHUB_REPOSITORY": "a/b"}
    assert link("12", github) == "https://example.org/a/b/commit/12"
    assert (
        link("12", {"CI_PROJECT_URL": "https://example.org/c"})
        == "https://example.org/c/-/commit/12"
    )
    assert link("12", {}) == ""
    path = tmp_path / "history.jsonl"
    history.append(path, replace(entry(commits, 0, tmp_path), link="javascript:alert(1)"))
    assert history.read(path)[0][0].link == ""


def test_the_page_shows_every_metric_with_interval_and_link(commits, tmp_path):
    path = tmp_path / "history.jsonl"
    for place, wrong in enumerate((8, 10, 12)):
        world = replace(World(), wrong=frozenset(range(wrong)))
        history.append(path, entry(commits, place, tmp_path, world))
    kept, problems = history.read(path)
    for name in ("one", "two"):
        trend_pages.write(tmp_path / name, kept, problems, [own_templates()], tmp_path / "locks")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    html = (tmp_path / "one" / "index.html").read_text(encoding="utf-8")
    assert "3 commits, 5 numbers." in html
    assert "88 %, down from 92 % over 3 commits." in html
    assert 'href="https://example.org/2"' in html
    assert "80 to 99" in html
    assert html.count('<svg class="chart"') == 5
    assert check_links(tmp_path / "one") == []


def test_the_command_exits_with_5_after_a_corrupt_line_and_shows_the_rest(
    commits, tmp_path, monkeypatch, capsys
):
    path = tmp_path / "history.jsonl"
    history.append(path, entry(commits, 0, tmp_path))
    path.write_bytes(path.read_bytes() + b"{\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["salon", "trend"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 5
    assert "history.jsonl:2: expected a line of a history, got '{'" in capsys.readouterr().err
    assert "history.jsonl:2" in (tmp_path / "trend" / "index.html").read_text(encoding="utf-8")
    path.unlink()
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 5
    assert (tmp_path / "trend" / "index.html").is_file()  # the page that was there stays


def test_lines_are_plain_json_for_whoever_reads_them(commits, tmp_path):
    path = tmp_path / "history.jsonl"
    history.append(path, entry(commits, 0, tmp_path))
    plain = json.loads(path.read_text(encoding="utf-8"))
    assert set(plain) == {"schema", "commit", "time", "link", "failures", "metrics"}
