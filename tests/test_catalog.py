"""The catalog takes in every technique there is, and refuses loudly what is none."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest
from conftest import HOUSE, tree

from generator.catalog import discover
from generator.content import Kind
from generator.errors import CatalogError
from generator.technique import Family

MODULE = """
from dataclasses import replace
import brightness
from generator.technique import Params
TECHNIQUE = replace(brightness.TECHNIQUE, {changes})
"""


@pytest.fixture
def bring(tmp_path, guests, monkeypatch):
    """Write a module and let the catalog find it."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(text: str, *others: str) -> None:
        (tmp_path / "guest.py").write_text(textwrap.dedent(text))
        guests("guest", *others)

    return write


def test_there_is_a_technique_for_every_module_of_the_folder():
    entries = discover().entries
    assert {"original", "saliency", "mumford-shah"} <= set(entries)
    assert all(entry.technique.id == name for name, entry in entries.items())
    assert discover().always == ("footage", "original", "data-set", "drive")


def test_the_order_is_that_of_families_and_titles():
    techniques = discover().techniques
    places = [(list(Family).index(t.family), t.title) for t in techniques]
    assert places == sorted(places)
    assert all(len(t.accepts & set(Kind)) == 1 for t in techniques)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected a Technique called TECHNIQUE, found none"),
        ("TECHNIQUE = None", "found none"),
        ("TECHNIQUE = 7", "expected TECHNIQUE to be a Technique, got int"),
        ("import nowhere_to_be_found", "cannot be imported: ModuleNotFoundError"),
        ("1 / 0", "cannot be imported: ZeroDivisionError"),
        ("import os; os.nothing", "cannot be imported: AttributeError"),
        ("def broken(:", "cannot be imported: SyntaxError"),
        (MODULE.format(changes="id='Bright Ness'"), "id must be lower-case words and hyphens"),
        (MODULE.format(changes="id='../up'"), "id must be lower-case words and hyphens"),
        (MODULE.format(changes="id='saliency'"), "two techniques are called 'saliency'"),
        (MODULE.format(changes="highlight='other'"), "'other' must be one of the legends"),
        (MODULE.format(changes="examples=('other',)"), "'other' must be one of the legends"),
        (
            MODULE.format(changes="params=type('P', (Params,), {'__annotations__': {'a': int}})"),
            "every parameter needs a default",
        ),
    ],
)
def test_what_is_no_technique_is_refused_by_name(bring, text, said):
    bring(text)
    with pytest.raises(CatalogError) as caught:
        discover()
    assert "guest" in str(caught.value)
    assert said in str(caught.value)


def test_a_library_that_is_not_there_is_named(house, bring):
    bring(MODULE.format(changes="id='guest', libraries=('no-such-library',)"))
    house.edit("techniques:\n", "techniques:\n  guest:\n")
    with pytest.raises(CatalogError, match="'guest' needs the package no-such-library"):
        house.build()


COMMAND = """
import sys
from generator import catalog
class Point: value = "guest:TECHNIQUE"
catalog.entry_points = lambda group: [Point]
from generator.cli import main
sys.argv = ["salon", "build", "-j", "1", "-m", sys.argv[1]]
main()
"""


def test_words_of_a_guest_change_its_page_and_compute_nothing(house, tmp_path):
    """Each build is a process of its own, as for a person who edits the file in between."""
    guest = tmp_path / "guest.py"
    words = "id='guest', summary='Old words.'"
    house.edit("techniques:\n", "techniques:\n  guest:\n")
    paths = os.pathsep.join([str(tmp_path), str(HOUSE), os.environ.get("PYTHONPATH", "")])

    def built(text: str) -> str:
        guest.write_text(text)
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, str(house.project.manifest)],
            capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()[-1]

    assert built(MODULE.format(changes=words)).startswith("9 built, 0 cached")
    said = built(MODULE.format(changes=words.replace("Old", "New")))
    assert said.startswith("0 built, 9 cached")
    assert "New words." in house.page("techniques/guest.html")
    before = tree(house.project.out)
    assert "already up to date" in built(MODULE.format(changes=words.replace("Old", "New")))
    assert tree(house.project.out) == before
    more = MODULE.format(changes=words).replace("TECHNIQUE =", "LIMIT = 3\nTECHNIQUE =", 1)
    assert built(more).startswith("3 built, 6 cached")
