"""The command: what it says, what it returns, what it leaves alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml
from conftest import tree

from generator.catalog import discover
from generator.cli import app
from generator.serve import Pulse, follow, make_server

ROOT = Path(__file__).parent.parent


def salon(house, *words):
    command = [sys.executable, "-m", "generator.cli", *words]
    if house and words[0] not in {"init", "list", "schema"}:
        command += ["-m", str(house.project.manifest)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def test_help_names_every_command_and_the_exit_codes():
    done = salon(None, "--help")
    assert done.returncode == 0
    for name in ["build", "check", "explain", "list", "schema", "render", "serve", "gc", "init"]:
        assert name in done.stdout
    assert "Exit codes" in done.stdout
    assert len(app.registered_commands) == 9


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
        assert (technique.id in said) == (technique.id != "original")
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
