"""The measures of the house, read off the code itself."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from generator.catalog import discover
from generator.technique import Family, Role

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "generator").rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_is_short_and_so_are_its_functions(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 300
    assert path.stem not in {"utils", "helpers", "common", "base", "manager"}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = node.end_lineno - body[0].lineno + 1 if body else 0
            assert length <= 40, f"{node.name} has {length} lines"
            assert nesting(node) <= 4, f"{node.name} is nested {nesting(node)} deep"


def nesting(node: ast.AST) -> int:
    """How deep blocks stand in each other; an elif stands beside its if."""
    blocks = (ast.If, ast.For, ast.While, ast.With, ast.Try)
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            continue
        beside = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        deepest = max(deepest, nesting(child) + (isinstance(child, blocks) and not beside))
    return deepest


def test_nesting_is_counted():
    text = "def f():\n for a in b:\n  if c:\n   pass\n  elif d:\n   while e:\n    pass"
    assert nesting(ast.parse(text).body[0]) == 3


def test_every_role_has_its_partial():
    for role in Role:
        assert (ROOT / "templates" / "panels" / f"{role.value}.html").is_file()


def test_the_readme_names_every_technique():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.partition("<!-- techniques")[2].partition("<!-- /techniques")[0]
    for technique in discover().techniques:
        if technique.family is not Family.SOURCE:
            assert f"| `{technique.id}` | {technique.title} | {technique.summary} |" in table


def test_the_lock_has_hashes_and_no_address():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "http" not in text
    assert text.count("==") <= text.count("--hash=sha256:")


@pytest.mark.parametrize("words", [["--help"], ["list"]])
def test_help_and_list_load_nothing_heavy(words):
    code = (
        f"import sys\nfrom generator.cli import main\nsys.argv=['salon',*{words!r}]\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in ('numpy','cv2','scipy','numba','skimage','jinja2') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "[]"
