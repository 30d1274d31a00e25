"""The command: what it says, what it returns, what it leaves alone."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from conftest import tree
from PIL import Image

from generator import cli, fingerprint, memory
from generator.catalog import discover
from generator.cli import app
from generator.serve import Pulse, follow, make_server
from generator.technique import Family

ROOT = Path(__file__).parent.parent


def salon(house, *words):
    command = [sys.executable, "-m", "generator.cli", *words]
    if house and words[0] not in {"init", "list", "schema"}:
        command += ["-m", str(house.project.manifest)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_help_names_every_command_and_the_exit_codes():
    done = salon(None, "--help")
    assert done.returncode == 0
    for name in [
        "build", "check", "explain", "list", "schema", "render", "serve", "export", "gc", "init", "compare",
        "gate", "accept", "trend",
    ]:  # fmt: skip
        assert name in done.stdout
    assert "Exit codes" in done.stdout
    assert len(app.registered_commands) == 16


def test_check_finds_missing_pictures_and_exits_with_1(house):
    assert salon(house, "check").returncode == 0
    (house.content / "disc.png").unlink()
    done = salon(house, "check")
    assert done.returncode == 1
    assert "manifest.yaml:7: expected a file at 'disc.png'" in done.stdout


def test_a_wrong_manifest_exits_with_2_and_builds_nothing(house):
    house.edit("title: A tiny house", "titel: A tiny house")
    done = salon(house, "build")
    assert done.returncode == 2
    assert "did you mean 'title'?" in done.stderr
    assert "2 mistakes in the manifest" in done.stderr
    assert not house.project.out.exists()


def test_an_unwritable_site_exits_with_3(house):
    house.project.out.write_text("in the way")
    assert salon(house, "build", "-j", "1").returncode == 3


def test_explain_names_the_cause_that_changed(house):
    assert "never computed before" in salon(house, "explain", "disc").stdout
    house.build()
    assert "it will not run again" in salon(house, "explain", "disc").stdout
    house.edit("{long_side: 32}", "{long_side: 24}")
    said = salon(house, "explain", "disc", "saliency").stdout
    assert "saliency · default: will run" in said
    assert "params.long_side: 32 -> 24" in said
    wrong = salon(house, "explain", "dics")
    assert wrong.returncode == 2
    assert "did you mean 'disc'?" in wrong.stderr


def test_a_dry_run_says_what_and_why_and_does_nothing(house):
    house.build()
    before = tree(house.project.out)
    house.edit("{long_side: 32}", "{long_side: 24}")
    said = salon(house, "build", "--dry-run").stdout
    assert said.count("params.long_side: 32 -> 24") == 3
    assert said.endswith("3 to compute, 3 kept\n")
    assert tree(house.project.out) == before


def test_list_names_techniques_and_parameters():
    said = salon(None, "list").stdout
    for technique in discover().techniques:
        assert (technique.id in said) == (technique.family is not Family.SOURCE)
    assert "initialisation" in said


def test_the_schema_knows_every_parameter_of_the_default_manifest():
    schema = json.loads(salon(None, "schema").stdout)
    manifest = yaml.safe_load((ROOT / "content" / "manifest.yaml").read_text(encoding="utf-8"))
    techniques = schema["properties"]["techniques"]["properties"]
    for name, entry in manifest["techniques"].items():
        allowed = techniques[name]["anyOf"][0]["properties"]["params"]["properties"]
        for variant in (entry or {}).get("variants", []):
            assert set(variant.get("params", {})) <= set(allowed)
    assert set(manifest) <= set(schema["properties"])


def test_gc_removes_only_what_is_not_needed(house):
    house.build()
    needed = tree(house.project.store / "blobs")
    house.edit("{long_side: 32}", "{long_side: 24}")
    house.build()
    both = tree(house.project.store / "blobs")
    assert "3 results" in salon(house, "gc", "--dry-run").stdout
    assert tree(house.project.store / "blobs") == both
    assert "3 results" in salon(house, "gc").stdout
    after = tree(house.project.store / "blobs")
    assert len(after) < len(both)
    assert after != needed
    assert house.build().built == 0
    assert house.build(verify=True).built == 0


def test_init_makes_a_project_that_builds_at_once(tmp_path):
    folder = tmp_path / "new"
    assert salon(None, "init", str(folder)).returncode == 0
    yaml.safe_load((folder / ".github/workflows/gallery.yml").read_text(encoding="utf-8"))
    done = subprocess.run(
        [sys.executable, "-m", "generator.cli", "build", "--strict", "--only", "saliency"],
        cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (folder / "site" / "index.html").is_file()
    assert salon(None, "init", str(folder)).returncode == 3


@pytest.fixture
def server(house):
    house.build()
    pulse = Pulse()
    made = make_server(house.project.out, 0, pulse)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    made.address = f"http://127.0.0.1:{made.server_address[1]}"
    made.pulse = pulse
    yield made
    made.shutdown()
    made.server_close()


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def test_the_server_is_for_this_machine_and_stays_in_the_site(server):
    assert server.server_address[0] == "127.0.0.1"
    assert "A tiny house" in fetch(server.address + "/")
    for path in ("/gone.html", "/../content/manifest.yaml", "/%2e%2e/content/manifest.yaml"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            fetch(server.address + path)
        assert caught.value.code == 404
        caught.value.close()


def test_pages_reload_when_the_site_was_built_again(server):
    assert "/_salon/reload.js" in fetch(server.address + "/items/disc.html")
    assert "EventSource" in fetch(server.address + "/_salon/reload.js")
    with urllib.request.urlopen(server.address + "/_salon/events", timeout=10) as events:
        threading.Timer(0.3, server.pulse.beat).start()
        assert events.readline() == b"data: built\n"


def test_a_changed_file_builds_again(house):
    seen = []

    def rebuild() -> bool:
        seen.append(house.project.manifest.read_text())
        return True

    threading.Timer(0.2, lambda: house.edit("A tiny house", "A changed house")).start()
    follow(house.project, rebuild, lambda: None, stop=lambda: bool(seen))
    assert "A changed house" in seen[0]


@pytest.fixture
def said(house, capsys, monkeypatch):
    """Call the command in this process: its exit code and what it printed."""

    def call(*words: str, project: bool = True) -> tuple[int, str]:
        place = ["-m", str(house.project.manifest)] if project else []
        monkeypatch.setattr(sys, "argv", ["salon", *words, *place])
        code = 0
        try:
            cli.main()
        except SystemExit as error:
            code = error.code or 0
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return call


@pytest.mark.parametrize(
    "name",
    [
        "build", "check", "explain", "list", "schema", "render", "serve", "export", "gc", "init", "compare",
        "gate", "accept", "trend",
    ],
)  # fmt: skip
def test_every_command_explains_itself_and_its_options(said, name):
    code, text = said(name, "--help", project=False)
    assert code == 0
    command = {c.name or c.callback.__name__: c for c in app.registered_commands}[name]
    assert command.callback.__doc__.split(".")[0] in " ".join(text.split())


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["build", "--only", "dics"], 2, "did you mean 'disc'?"),
        (["build", "--jobs", "0"], 2, ""),
        (["build", "--jobs", "many"], 2, ""),
        (["build", "--no-such-option"], 2, ""),
        (["no-such-command"], 2, ""),
        (["render"], 2, "run salon build first"),
        (["export", "--single-file", "x.html"], 2, "run salon build first"),
        (["export"], 2, "--single-file"),
        (["explain", "dics"], 2, "did you mean 'disc'?"),
        (["explain", "disc", "salency"], 2, "did you mean 'saliency'?"),
        (
            ["explain", "disc", "mumford-shah"],
            2,
            "expected a technique of 'disc' (original, saliency)",
        ),
        (["explain", "disc", "saliency"], 0, "never computed before"),
        (["check"], 0, "3 items, 6 results to show, 0 problems"),
        (["gc"], 0, "0 results, 0 files"),
        (["build", "--dry-run"], 0, "6 to compute, 0 kept"),
    ],
)
def test_exit_codes_and_hints(said, words, code, text):
    found, printed = said(*words)
    assert found == code
    assert text in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("words", [["build"], ["check"], ["explain", "disc"], ["render"], ["gc"]])
def test_a_wrong_manifest_is_said_by_every_command(house, said, words):
    house.edit("title: A tiny house", "titel: A tiny house")
    code, printed = said(*words)
    assert code == 2
    assert "manifest.yaml:1:1: titel: expected one of title" in printed
    assert not house.project.out.exists()


@pytest.mark.parametrize("words", [["build"], ["check"], ["explain", "disc"], ["render"], ["gc"]])
def test_a_store_that_cannot_be_made_is_said_by_every_command(house, said, words):
    (house.root / "file").write_text("in the way")
    code, printed = said(*words, "--store", str(house.root / "file" / "store"))
    assert code == 3
    assert "choose another place with --store" in printed


def test_a_missing_manifest_says_how_to_make_one(house, said):
    house.project.manifest.unlink()
    code, printed = said("build")
    assert code == 2
    assert "salon init makes one" in printed


def test_explain_names_each_kind_of_cause(house, said, monkeypatch):
    house.build()
    Image.new("RGB", (20, 20)).save(house.content / "disc.png")
    assert "content.picture: " in said("explain", "disc", "saliency")[1]
    true = fingerprint.fingerprint
    monkeypatch.setattr(memory, "fingerprint", lambda text: true(text + "\nEXTRA = 1"))
    house.project.store.joinpath("index.sqlite").touch()
    with sqlite3.connect(house.project.store / "index.sqlite") as index:
        index.execute("DELETE FROM memory WHERE kind = 'code'")
    index.close()
    assert "code.generator.science.saliency: " in said("explain", "grey", "saliency")[1]
    (house.content / "grey.png").unlink()
    code, printed = said("explain", "grey")
    assert code == 0
    assert "grey cannot be computed: manifest.yaml:9: expected a file at 'grey.png'" in printed


def test_gc_keeps_what_any_of_the_manifests_needs(house, said):
    house.build()
    other = house.content / "other.yaml"
    other.write_text(
        house.project.manifest.read_text().replace("{long_side: 32}", "{long_side: 24}")
    )
    house.project = replace(house.project, manifest=other)
    house.build()
    both = tree(house.project.store / "blobs")
    assert said("gc", "-m", str(house.content / "manifest.yaml"))[1].startswith(
        "0 results, 0 files"
    )
    assert tree(house.project.store / "blobs") == both
    assert said("gc")[1].startswith("3 results")
    assert house.build().built == 0


def test_gc_after_the_index_was_lost_removes_no_result_that_is_needed(house, said):
    house.build()
    for path in house.project.store.glob("index.sqlite*"):
        path.unlink()
    said("gc")
    summary = house.build(verify=True)
    assert (summary.built, summary.failed) == (0, 0)


@pytest.mark.parametrize("what", ["file", "folder with a file", "folder with a hidden file"])
def test_init_writes_over_nothing(tmp_path, said, what):
    place = tmp_path / "place"
    if what == "file":
        place.write_text("mine")
    else:
        place.mkdir()
        (place / (".mine" if "hidden" in what else "mine")).write_text("mine")
    before = tree(tmp_path)
    assert said("init", str(place), project=False)[0] == 3
    assert tree(tmp_path) == before


def test_a_reader_that_closes_early_is_no_error():
    command = [sys.executable, "-m", "generator.cli", "schema"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as done:
        assert done.stdout.read(1) == b"{"
        done.stdout.close()
        assert done.stderr.read() == b""
