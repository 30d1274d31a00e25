"""A source stays in its folder, and what is missing names what is near."""

from __future__ import annotations

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
        ("inner", "found a folder"),
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
