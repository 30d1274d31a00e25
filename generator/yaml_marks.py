"""YAML read with the place of every value, so that a mistake can be pointed at.

The text is composed, not executed: no tag can build an object, a key that stands twice is a
mistake, and anchors that would unfold into a flood are refused before they do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from generator.errors import ManifestError, Mistake

MAX_BYTES = 16 * 1024 * 1024
MAX_VALUES = 1_000_000
MAX_DEPTH = 50
_LONGEST_NUMBER = 40
_SHALLOW = 400
"""Levels that both the C reader and Python's stack stand on any thread."""

Path = tuple[str | int, ...]
Place = tuple[int, int]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null")}


@dataclass
class Marked:
    """A YAML document as plain values, and where each value and each key stands (from 1)."""

    file: str
    value: Any = None
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Return the line and column of the value at ``path``, or of its nearest parent."""
        if key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))

    def mistake(
        self, path: Path, expected: str, got: str, hint: str = "", *, key: bool = False
    ) -> Mistake:
        """Return the mistake that stands at ``path``."""
        line, column = self.place(path, key=key)
        return Mistake(self.file, line, column, dotted(path), expected, got, hint)


def dotted(path: Path) -> str:
    """Return ``items[2].title`` for ``("items", 2, "title")``."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")


def read_marked(text: str, file: str) -> Marked:
    """Return the document in ``text`` with its places.

    Raises
    ------
    ManifestError
        If it is not YAML, is empty, or unfolds into more than a million values.

    """

    def fail(line: int, column: int, expected: str, got: str) -> ManifestError:
        return ManifestError([Mistake(file, line, column, "", expected, got)])

    if len(text) > MAX_BYTES:
        raise fail(1, 1, f"at most {MAX_BYTES} characters", f"{len(text)}")
    try:
        deep = _too_deep(text)
        if deep:
            raise fail(*deep, f"at most {MAX_DEPTH} levels of nesting", "more")
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise fail(line, column, "YAML", error.problem or "something else") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise fail(1, 1, "YAML text", str(error).splitlines()[0]) from None
    if node is None:
        raise fail(1, 1, "a manifest with a title and items", "an empty file")
    _unfolded(node, {}, fail)
    marked = Marked(file)
    marked.value = _plain(node, (), marked)
    return marked


def _too_deep(text: str) -> Place | None:
    """Return where nesting becomes too deep, or None.

    Composing recurses once for each level, in C, where too much of it ends the process. A level
    takes a bracket or begins further to the right, so most texts need not be scanned.
    """
    longest = max(map(len, text.splitlines()), default=0)
    if text.count("[") + text.count("{") + 2 * longest < _SHALLOW:
        return None
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                mark = event.start_mark
                return (mark.line + 1, mark.column + 1) if mark else (1, 1)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
    return None


def _unfolded(node: Any, known: dict[int, tuple[int, int]], fail: Any) -> tuple[int, int]:
    """Return how many values and levels ``node`` holds once its aliases are written out."""
    if isinstance(node, yaml.ScalarNode):
        return 1, 0
    if id(node) not in known:
        known[id(node)] = 0, 0  # what an alias finds inside of its own anchor
        children = node.value
        if isinstance(node, yaml.MappingNode):
            children = [child for pair in node.value for child in pair]
        inner = [_unfolded(child, known, fail) for child in children]
        levels = 1 + max((level for _, level in inner), default=0)
        known[id(node)] = 1 + sum(count for count, _ in inner), levels
    count, levels = known[id(node)]
    place = node.start_mark.line + 1, node.start_mark.column + 1
    if count == 0 or levels > MAX_DEPTH:
        came = "more" if count else "an anchor that holds itself"
        raise fail(*place, f"at most {MAX_DEPTH} levels of nesting", came)
    if count > MAX_VALUES:
        raise fail(*place, f"at most {MAX_VALUES} values", f"{count}")
    return count, levels


def _plain(node: Any, path: Path, marked: Marked) -> Any:
    """Return ``node`` as dicts, lists and scalars, and note where each part stands."""
    marked.values[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, marked)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*path, i), marked) for i, child in enumerate(node.value)]
    if node.tag not in _PLAIN:  # a date, a binary, a python object: its text is what was written
        return node.value
    return _scalar(node)


def _mapping(node: Any, path: Path, marked: Marked) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
        if not isinstance(key_node, yaml.ScalarNode):
            marked.mistakes.append(
                Mistake(marked.file, line, column, dotted(path), "a name", "a list or a mapping")
            )
            continue
        key = key_node.value
        if key in values:
            first = marked.keys[(*path, key)][0]
            marked.mistakes.append(
                Mistake(
                    marked.file, line, column, dotted((*path, key)), "each name once",
                    f"{key!r} again", f"first on line {first}",
                )
            )  # fmt: skip
            continue
        marked.keys[(*path, key)] = (line, column)
        values[key] = _plain(value_node, (*path, key), marked)
    return values


def _scalar(node: Any) -> Any:
    tag, text = node.tag.rsplit(":", 1)[1], node.value
    if tag == "str":
        return text
    if tag == "null":
        return None
    if len(text) > _LONGEST_NUMBER:  # nobody means it, and some take hours to read
        return text
    try:
        return yaml.SafeLoader("").construct_object(yaml.ScalarNode(node.tag, text))
    except ValueError:
        return text
