"""A source stays in its folder, and what is missing names what is near."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from generator.errors import SourceError
from generator.sources import resolve


@pytest.fixture
def folder(tmp_path):
    content = tmp_path / "content"
    (content / "inner").mkdir(parents=True)
    (content / "a.png").write_bytes(b"a")
    (content / "inner" / "b.png").write_bytes(b"b")
    (tmp_path / "secret.png").write_bytes(b"s")
    (content / "out.png").symlink_to(tmp_path / "secret.png")
    (content / "up").symlink_to(tmp_path)
    (content / "in.png").symlink_to(content / "a.png")
    (content / "loop.png").symlink_to(content / "loop.png")
    (content / "dead.png").symlink_to(content / "gone.png")
    (content / "neighbours").symlink_to(tmp_path / "content-2")
    (tmp_path / "content-2").mkdir()
    (tmp_path / "content-2" / "a.png").write_bytes(b"n")
    os.mkfifo(content / "pipe.png")
    return content


@pytest.mark.parametrize("source", ["a.png", "inner/b.png", "in.png", "./a.png"])
def test_what_is_inside_is_found(folder, source):
    assert resolve(source, folder).read_bytes() in {b"a", b"b"}


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("../secret.png", "inside content/"),
        ("inner/../../secret.png", "inside content/"),
        ("/etc/hostname", "inside content/"),
        ("..\\secret.png", "inside content/"),
        ("a\0.png", "inside content/"),
        ("out.png", "a link that leaves content/"),
        ("up/secret.png", "a link that leaves content/"),
        ("neighbours/a.png", "a link that leaves content/"),
        ("loop.png", "found nothing"),
        ("dead.png", "found nothing"),
        ("pipe.png", "found nothing"),
        (".", "found a folder"),
        ("inner", "found a folder"),
        ("a.png/b.png", "found nothing"),
        ("C:\\secret.png", "got a 'C' source"),
        ("file:///etc/hostname", "got a 'file' source"),
        ("synthetic:rings", "got a 'synthetic' source"),
        ("sample:/etc/hostname", "sample:skimage/<name>"),
        ("sample:skimage//etc/hostname", "inside data/"),
        ("c.png", "found nothing; did you mean 'a.png'"),
        ("https://example.com/a.png", "got a 'https' source"),
        ("sample:numpy/a.png", "sample:skimage/<name>"),
        ("sample:skimage", "sample:skimage/<name>"),
        ("sample:skimage/astronout.png", "did you mean 'astronaut.png'"),
        ("sample:skimage/../__init__.py", "inside data/"),
    ],
)
def test_what_is_not_is_refused_with_a_reason(folder, source, said):
    with pytest.raises(SourceError) as caught:
        resolve(source, folder)
    assert said in str(caught.value)


def test_a_sample_is_the_file_that_the_package_ships(folder):
    assert resolve("sample:skimage/astronaut.png", folder).stat().st_size > 100_000


@pytest.mark.parametrize(
    "source", ["gone.png", "../disc.png", "loop.png", "x" * 400, "sample:skimage/x"]
)
def test_what_cannot_be_had_is_a_card_and_the_rest_is_built(house, source):
    (house.content / "loop.png").symlink_to("loop.png")
    house.edit("source: disc.png", f"source: {source}")
    summary = house.build()
    assert (summary.built, summary.failed) == (4, 1)
    assert summary.problems[0].startswith("disc: manifest.yaml:7: ")
    assert 'class="failure"' in house.page("items/disc.html")
    assert "items/disc.html" in house.page("index.html")
    assert 'class="failure"' not in house.page("items/noise.html")


def test_a_truth_that_cannot_be_had_is_named_with_its_line(house):
    house.manifest(
        "title: T\nitems:\n- id: a\n  source: disc.png\n  title: A\n  alt: a\n  credit: c\n"
        "  licence: l\n  truth: gone.png\n"
    )
    assert house.build().problems[0].startswith("a: manifest.yaml:9: expected a file at 'gone.png'")


def test_a_picture_that_cannot_be_read_is_a_card(house, monkeypatch):
    true = Path.open

    def opened(path, *args, **kwargs):
        if path.name == "disc.png":
            raise PermissionError(13, "Permission denied")
        return true(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", opened)
    summary = house.build()
    assert (summary.built, summary.failed) == (4, 1)
    assert "Permission denied" in summary.problems[0]
