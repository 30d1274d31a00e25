"""Code is known by what it does; words about it are no causes."""

from __future__ import annotations

import functools
import importlib
from pathlib import Path

import pytest

from generator.catalog import discover
from generator.fingerprint import closure, fingerprint, imported

CODE = '''
"""A module."""
import numpy as np
LIMIT = 3
class P(Params):
    """Params."""
    bins: int = Field(2, ge=1, description="How many.")
def run(a, b=1):
    """Add."""
    return a + b * LIMIT  # a remark
TECHNIQUE = Technique(title="A title", run=run, params=P, legends={"a": Legend("b", "c")})
'''


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"""A module."""', '"""Another."""'),
        ('    """Add."""\n', ""),
        ("# a remark", "# another"),
        ("a + b * LIMIT", "(a + b * LIMIT)"),
        ('"A title"', '"Better words"'),
        ('"How many."', '"As many as you like."'),
        ("\nclass", "\n\n\n\nclass"),
        ('Legend("b", "c")', 'Legend("Other", "words", "low", "high")'),
        ('title="A title", ', 'title="A title", summary="More words", '),
        ("b=1", "b = 1"),
        ('"How many."', '("How " "many.")'),
    ],
)
def test_words_and_layout_change_nothing(old, new):
    assert old in CODE
    assert fingerprint(CODE.replace(old, new)) == fingerprint(CODE)


@pytest.mark.parametrize(
    ("old", "new"), [("a + b", "a - b"), ("LIMIT = 3", "LIMIT = 4"), ("b=1", "b=2"), ("ge=1", "ge=2"),
                     ("Field(2", "Field(3"), ("def run", "def ran"), ("numpy as np", "scipy as np"),
                     ("run=run", "run=lambda s, p: None"), ("params=P", "params=Params"),
                     ("return a", "yield a"), ("(a, b", "(b, a"), ("bins: int", "bins: float")]
)  # fmt: skip
def test_what_is_done_changes_it(old, new):
    assert old in CODE
    assert fingerprint(CODE.replace(old, new)) != fingerprint(CODE)


def test_imports_are_found_wherever_they_stand():
    text = (
        "import a.b\ndef f():\n    from c.d import e\n    from . import g\n    from ..h import i\n"
    )
    found = imported(text, "top.inner.module")
    assert {"a.b", "c.d", "c.d.e", "top.inner.g", "top.h", "top.h.i"} <= found


@functools.cache
def parsed(text, module):
    return fingerprint(text), imported(text, module)


def read(path, module, changed=""):
    text = path.read_text(encoding="utf-8")
    if changed and path.as_posix().endswith(changed):
        text += "\nEXTRA = 1\n"
    return parsed(text, module)


SOLVED = {
    "mumford-shah", "mumford-shah-denoising", "mumford-shah-deblurring",
    # Those that test a map: their imputation is solved by the same multigrid.
    "trust", "planted", "bag-of-words", "fisher-vectors", "cam-head",
    "steering-reasons", "steering-trust",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "reached"),
    [
        (
            "science/multigrid.py",
            SOLVED,
        ),
        (
            "science/checkerboard.py",
            SOLVED,
        ),
        ("science/segmentation.py", {"saliency"}),
        ("science/masks.py", {"saliency"}),
        ("science/deblurring.py", {"mumford-shah-deblurring"}),
        ("techniques/denoising.py", {"mumford-shah-denoising"}),
        ("generator/pages.py", set()),
        ("generator/present.py", set()),
        ("generator/reels.py", {"footage"}),
        ("generator/film_looks.py", set()),
        ("generator/store.py", set()),
    ],
)
def test_a_change_reaches_exactly_the_techniques_that_rest_on_it(changed, reached):
    modules = {name: entry.module for name, entry in discover().entries.items()}
    touched = {
        name
        for name, module in modules.items()
        if closure(module, read) != closure(module, lambda p, m: read(p, m, changed))
    }
    assert touched == reached


def test_decoding_is_a_cause_of_everything():
    for entry in discover().entries.values():
        found = closure(entry.module, read)
        assert {"generator.imaging", "generator.imaging_colour", "generator.facts"} <= set(found)


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A technique that another package brings, in several modules and a namespace of its own."""
    files = {
        "guestbook/techniques/__init__.py": "from .inner import run",
        "guestbook/techniques/inner.py": "def run(): from ..science import core; return core.f()",
        "guestbook/science/core.py": "from . import deep\nf = lambda: deep.G",
        "guestbook/science/deep.py": "G = 1",
        "guestbook/science/unused.py": "H = 1",
        "guestbook2.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path / "guestbook"


def test_the_code_of_another_package_is_followed_through_all_of_it(package):
    found = {name for name in closure("guestbook.techniques", read) if name.startswith("guest")}
    assert found == {
        "guestbook.techniques", "guestbook.techniques.inner",
        "guestbook.science.core", "guestbook.science.deep",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["techniques/__init__", "techniques/inner", "science/core", "science/deep"]
)
def test_a_change_anywhere_below_a_guest_is_a_change(package, name):
    before = closure("guestbook.techniques", read)
    path = package / f"{name}.py"
    path.write_text(path.read_text() + "\nMORE = 1\n")
    assert closure("guestbook.techniques", read) != before


def test_nothing_is_imported_to_find_code(package, monkeypatch):
    (package / "science" / "deep.py").write_text("raise SystemExit")
    assert "guestbook.science.deep" in closure("guestbook.techniques", read)


def test_a_cycle_of_imports_ends(package):
    (package / "science" / "deep.py").write_text(
        "from . import core\nfrom ..techniques import inner"
    )
    assert len([n for n in closure("guestbook.techniques", read) if n.startswith("guest")]) == 4


def test_words_of_real_techniques_are_no_causes_and_their_code_is():
    for entry in discover().entries.values():
        path = Path(importlib.import_module(entry.module).__file__)
        text = path.read_text(encoding="utf-8")
        words = f'title="{entry.technique.title}"'
        assert words in text
        assert fingerprint(text.replace(words, 'title="Other words"')) == fingerprint(text)
        assert fingerprint(text.replace("def run(", "def ran(")) != fingerprint(text)
        head = text.replace('"""', '"""Another sentence. ', 1)
        assert fingerprint(head) == fingerprint(text)
