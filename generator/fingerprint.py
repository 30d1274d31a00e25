"""The fingerprint of code: what it does, whatever its comments and docstrings say.

A technique rests on its own module and on every pure module it reaches through imports. Each of
these modules is hashed as its syntax tree, without docstrings, comments, annotations' layout or
the words of its TECHNIQUE; so a sentence can change and nothing is computed again.
"""

from __future__ import annotations

import ast
import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PURE = (
    "generator.science",
    "generator.techniques",
    "generator.imaging",
    "generator.facts",
    "generator.models",
    "generator.assessed",
    "generator.averaged_maps",
    "generator.evidence",
    "generator.filming",
    "generator.footage",
    "generator.reels",
    "generator.painted_words",
    "generator.steered",
    "generator.synthetic",
    "generator.visual_words",
    "generator.word_classifier",
)
"""Parts of Salon that decide results; the rest only carries, keeps and shows them."""

_WORDS = {"title", "description"}
_DEEDS = {"run", "params", None}
"""Keywords of a Technique that decide its results; None is what ``**`` brings."""


def fingerprint(source: str) -> str:
    """Return the hash of what the Python text ``source`` does."""
    tree = _Wordless().visit(ast.parse(source))
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:16]


class _Wordless(ast.NodeTransformer):
    """Takes out of a tree what is said and keeps what is done."""

    def _without_docstring(self, node: ast.AST) -> ast.AST:
        self.generic_visit(node)
        body = node.body  # type: ignore[attr-defined]
        node.body = [  # type: ignore[attr-defined]
            statement for statement in body
            if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant))
        ]  # fmt: skip
        return node

    visit_Module = visit_FunctionDef = visit_AsyncFunctionDef = _without_docstring  # noqa: N815
    visit_ClassDef = _without_docstring  # noqa: N815

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Keep of ``TECHNIQUE = Technique(...)`` what runs; drop titles, captions, explanations."""
        target, made = node.targets[0], node.value
        if isinstance(target, ast.Name) and target.id == "TECHNIQUE" and isinstance(made, ast.Call):
            made.keywords = [keyword for keyword in made.keywords if keyword.arg in _DEEDS]
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Drop the description of a parameter."""
        if isinstance(node.func, ast.Name) and node.func.id == "Field":
            node.keywords = [keyword for keyword in node.keywords if keyword.arg not in _WORDS]
        return self.generic_visit(node)


def imported(source: str, module: str) -> set[str]:
    """Return the names of the modules that ``source``, the text of ``module``, may import."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".")[: -node.level]
                base = ".".join([*package, base] if base else package)
            names.add(base)
            names.update(f"{base}.{alias.name}" for alias in node.names)
    return names


def closure(
    module: str,
    read: Callable[[Path, str], tuple[str, set[str]]],
    beside: tuple[str, ...] = (),
) -> dict[str, str]:
    """Return the fingerprint of ``module`` and of each pure module below it, by name.

    ``read`` gives a file's fingerprint and its imports; a store may remember them. ``beside``
    names modules that work for it without being imported.
    """
    home = module.partition(".")[0]
    roots = PURE if home == "generator" else (*PURE, home)
    found: dict[str, str] = {}
    waiting = [module, "generator.imaging", "generator.facts", *beside]
    while waiting:
        name = waiting.pop()
        if name in found or not name.startswith(roots):
            continue
        path = _file(name)
        if path is None:  # a name inside a module, not a module
            continue
        inside = f"{name}.__init__" if path.name == "__init__.py" else name
        found[name], below = read(path, inside)
        waiting.extend(sorted(below))
    return dict(sorted(found.items()))


def _file(module: str) -> Path | None:
    """Return the file of ``module``, found without importing anything, or None."""
    top, *inner = module.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return None
    if spec is None:
        return None
    if not inner:
        return Path(spec.origin) if spec.has_location and spec.origin else None
    places = [Path(folder, *inner) for folder in spec.submodule_search_locations or ()]
    candidates = [p for at in places for p in (at.with_name(f"{at.name}.py"), at / "__init__.py")]
    return next((path for path in candidates if path.is_file()), None)
