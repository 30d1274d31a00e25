"""The recipes for CI that ``salon init`` writes: sound, and run step by step in a real repository."""

from __future__ import annotations

import functools
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from generator.cli import app

RECIPES = Path(__file__).parent.parent / "templates" / "scaffold"
GITHUB = yaml.safe_load((RECIPES / "gallery.yml").read_text(encoding="utf-8"))
GITLAB = yaml.safe_load((RECIPES / "gitlab-ci.yml").read_text(encoding="utf-8"))
STEPS = GITHUB["jobs"]["build"]["steps"]
SHELL = [step["run"] for job in GITHUB["jobs"].values() for step in job["steps"] if "run" in step]
LINES = [line for job in ("gallery", "pages") for line in GITLAB[job]["script"]]
GATE = "gate:\n- failures == 0\n- lost items == 0\n- changed panels <= 5 %\n"


@pytest.mark.parametrize("text", [*SHELL, "\n".join(LINES)])
def test_every_step_is_sound_shell(text):
    assert "${{" not in text  # a title of a pull request would be run as shell
    subprocess.run(["bash", "-n", "-c", text], check=True)


@pytest.mark.parametrize("text", [*SHELL, "\n".join(LINES)])
def test_every_command_of_ours_has_these_options(text):
    for line in re.findall(r"\bsalon [^;|&\n]+", text):
        _, name, *words = shlex.split(line)
        command = get_command(app).commands[name]
        command.make_context(name, list(words))  # refuses what it does not know


def test_there_are_commands_to_check():
    found = re.findall(r"\bsalon (\w+)", "\n".join((*SHELL, *LINES)))
    assert {"build", "compare", "gate", "trend"} <= set(found)


def test_a_workflow_pins_what_it_uses_and_asks_for_what_it_needs():
    assert GITHUB["permissions"] == {"contents": "read"}
    for name, job in GITHUB["jobs"].items():
        assert job.get("needs", name) in GITHUB["jobs"]
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step)
            assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/x@v1"))


# The steps, run


@pytest.fixture
def repository(house, tmp_path):
    """A project with a gate, committed, and what runs git in it."""

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
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    house.manifest(house.project.manifest.read_text(encoding="utf-8") + GATE)
    shutil.copy(RECIPES / "gitignore", house.root / ".gitignore")
    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-q", "-m", "base")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    return house, git


@pytest.fixture
def published(tmp_path):
    """A web server whose folder is what was published; returns folder and address."""
    folder = tmp_path / "published"
    folder.mkdir()

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


class Runner:
    """Runs the steps of the workflow as the service does, but those that need the service."""

    AWAY = frozenset({"Install", "Say it in the pull request"})

    def __init__(self, root: Path, event: str, target: str, pages: str = "") -> None:
        self.root, self.event, self.target, self.pages = root, event, target, pages
        self.notes, self.summary = root / ".salon" / "env", root / ".salon" / "summary"
        for path in (self.notes, self.summary):
            path.parent.mkdir(exist_ok=True)
            path.write_text("", encoding="utf-8")
        self.codes: dict[str, int] = {}
        self.said: dict[str, str] = {}

    def environment(self) -> dict[str, str]:
        noted = dict(line.split("=", 1) for line in self.notes.read_text().splitlines())
        return {
            **os.environ, **noted, "TARGET": self.target, "PAGES": self.pages,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_ENV": str(self.notes), "GITHUB_STEP_SUMMARY": str(self.summary),
            "GITHUB_SERVER_URL": "https://example.org", "GITHUB_REPOSITORY": "a/b",
            "GITHUB_RUN_ID": "7",
        }  # fmt: skip

    def asked(self, condition: str) -> bool:
        """Whether a step is run: after a failure only those that say so."""
        if any(self.codes.values()) and "!cancelled()" not in condition:
            return False
        if "refs/heads/main" in condition:
            return self.event == "push"
        return "pull_request" not in condition or self.event == "pull_request"

    def run(self) -> Runner:
        for step in STEPS:
            name = step.get("name", "")
            if "run" not in step or name in self.AWAY or not self.asked(step.get("if", "")):
                continue
            done = subprocess.run(
                ["bash", "-e", "-o", "pipefail", "-c", step["run"]], cwd=self.root,
                env=self.environment(), capture_output=True, text=True, check=False,
            )  # fmt: skip
            self.codes[name] = done.returncode
            self.said[name] = done.stdout + done.stderr
        return self


@pytest.mark.slow
def test_a_pull_request_is_compared_with_its_target_and_stopped_by_the_gate(repository):
    house, git = repository
    git("switch", "-q", "-c", "change")
    house.edit("{long_side: 32}", "{long_side: 24}")
    git("commit", "-q", "-am", "head")
    run = Runner(house.root, "pull_request", "main").run()
    assert run.codes == {
        "Build": 0, "Choose what to compare with": 0, "Compare": 0, "Gate": 4,
        "Say it in the job's summary": 0,
    }, run.said  # fmt: skip
    assert "::error file=content/manifest.yaml,line=13" in run.said["Gate"]
    assert "The gate is shut" in run.summary.read_text(encoding="utf-8")
    assert "(https://example.org/a/b/actions/runs/7)" in run.summary.read_text(encoding="utf-8")
    assert (house.root / "compare" / "items" / "disc.html").is_file()
    assert "<failure" in (house.root / "gate.xml").read_text(encoding="utf-8")
    assert git("status", "--porcelain") == ""


@pytest.mark.slow
def test_a_pull_request_that_changes_words_passes(repository):
    house, git = repository
    git("switch", "-q", "-c", "change")
    house.edit("title: Disc", "title: A red sun")
    git("commit", "-q", "-am", "head")
    run = Runner(house.root, "pull_request", "main").run()
    assert not any(run.codes.values()), run.said
    assert "Nothing changed" in run.summary.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="the recipe uses curl")
def test_the_main_branch_is_published_with_a_trend_that_grows(repository, published):
    house, git = repository
    folder, address = published
    first = Runner(house.root, "push", "", address).run()
    assert not any(first.codes.values()), first.said
    assert {"index.html", "compare/index.html", "trend/index.html"} <= {
        str(path.relative_to(house.root / "public")) for path in (house.root / "public").rglob("*")
    }
    shutil.copytree(house.root / "public", folder, dirs_exist_ok=True)
    shutil.rmtree(house.root / "public")
    house.edit("{long_side: 32}", "{long_side: 24}")
    git("commit", "-q", "-am", "head")
    second = Runner(house.root, "push", "", address).run()
    assert not any(second.codes.values()), second.said
    assert "2 of 3 items changed" in second.said["Compare"]
    lines = (house.root / "public" / "trend" / "history.jsonl").read_text().splitlines()
    assert len(lines) == 2
    shown = (house.root / "public" / "trend" / "index.html").read_text(encoding="utf-8")
    assert git("rev-parse", "HEAD")[:12] in shown
    assert f"https://example.org/a/b/commit/{git('rev-parse', 'HEAD')}" in shown


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="the recipe uses curl")
def test_a_history_that_cannot_be_fetched_is_not_begun_anew(repository):
    house, _ = repository
    run = Runner(house.root, "push", "", "http://127.0.0.1:1").run()
    assert run.codes["Trend"] != 0
    assert not (house.root / "public").exists()


@pytest.mark.slow
def test_the_lines_for_gitlab_run_in_the_same_repository(repository):
    house, git = repository
    base = git("rev-parse", "HEAD")
    git("switch", "-q", "-c", "change")
    house.edit("{long_side: 32}", "{long_side: 24}")
    git("commit", "-q", "-am", "head")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {
        **os.environ, "PATH": path, "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_MERGE_REQUEST_IID": "3",
    }  # fmt: skip
    text = "\n".join(GITLAB["gallery"]["script"])
    done = subprocess.run(
        ["bash", "-e", "-c", text], cwd=house.root, env=environment, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 4, done.stdout + done.stderr
    assert (house.root / "gate.xml").is_file()
    assert "2 of 3 items changed" in (house.root / "comment.md").read_text(encoding="utf-8")
