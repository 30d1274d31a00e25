"""Code is known by what it does; words about it are no causes."""

from __future__ import annotations

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
TECHNIQUE = Technique(title="A title")
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
    ],
)
def test_words_and_layout_change_nothing(old, new):
    assert old in CODE
    assert fingerprint(CODE.replace(old, new)) == fingerprint(CODE)


@pytest.mark.parametrize(
    ("old", "new"), [("a + b", "a - b"), ("LIMIT = 3", "LIMIT = 4"), ("b=1", "b=2"), ("ge=1", "ge=2"),
                     ("Field(2", "Field(3"), ("def run", "def ran"), ("numpy as np", "scipy as np")]
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


def read(path, module, changed=""):
    text = path.read_text(encoding="utf-8")
    if changed and path.as_posix().endswith(changed):
        text += "\nEXTRA = 1\n"
    return fingerprint(text), imported(text, module)


@pytest.mark.parametrize(
    ("changed", "reached"),
    [
        (
            "science/multigrid.py",
            {"mumford-shah", "mumford-shah-denoising", "mumford-shah-deblurring"},
        ),
        ("science/segmentation.py", {"saliency"}),
        ("science/masks.py", {"saliency"}),
        ("science/deblurring.py", {"mumford-shah-deblurring"}),
        ("techniques/denoising.py", {"mumford-shah-denoising"}),
        ("generator/pages.py", set()),
        ("generator/present.py", set()),
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
