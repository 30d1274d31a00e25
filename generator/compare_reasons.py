"""Why results differ between two builds: the difference of their key documents, in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.compared import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.compared import Compared, Twin

_LONGEST = 120
"""Characters of a value."""
_CONTENT = {
    "picture": "the picture itself",
    "truth": "the mask of the picture",
    "video": "the video itself",
    "clip": "which frames of the video are looked at",
    "drive": "the drive: its frames, its angles, or which are held out",
    "still": "the picture, which is drawn",
    "examples": "the pictures of the data set, their labels, or which are held out",
}
_MODEL = {
    "weights": "the weights of the network",
    "labels": "the classes of the network",
    "preprocessing": "how pictures become the network's input",
    "fit": "how pictures are brought to the network's size",
    "source": "which network is looked into",
}
UNTOLD = "the same causes, other findings: another machine, or a result that is not deterministic"


@dataclass(frozen=True)
class Reason:
    """A cause that differs, the techniques it touches, and how many results differ with it.

    ``kept`` are results that have this cause, and are what they were all the same.
    """

    text: str
    techniques: tuple[str, ...]
    changed: int
    kept: int


def reasons(compared: Compared) -> tuple[Reason, ...]:
    """Return every cause that differs, first those with which most results differ."""
    techniques: dict[str, dict[str, None]] = {}
    changed: dict[str, int] = {}
    kept: dict[str, int] = {}
    for twin in compared.twins:
        counts = kept if twin.settled is State.SAME else changed
        for text in why(twin):
            techniques.setdefault(text, {})[twin.place[1]] = None
            counts[text] = counts.get(text, 0) + 1
    found = [
        Reason(text, tuple(names), changed.get(text, 0), kept.get(text, 0))
        for text, names in techniques.items()
    ]
    return tuple(sorted(found, key=lambda reason: (-reason.changed, reason.text)))


def why(twin: Twin) -> tuple[str, ...]:
    """Return the causes of a result that differ between the two sides, in words."""
    if twin.base is None or twin.head is None or twin.state is State.FAILING:
        return ()
    found = tuple(dict.fromkeys(_differing(twin.base.causes, twin.head.causes)))
    if found or twin.settled is State.SAME:
        return found
    return (UNTOLD,)


def _differing(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for part in sorted({*old, *new}, key=lambda part: (part != "params", part)):
        before, after = old.get(part), new.get(part)
        if before == after:
            continue
        if part not in _SAID or not isinstance(before, dict) or not isinstance(after, dict):
            yield f"{_PARTS.get(part, part)}{_moved(before, after) if part == 'schema' else ''}"
            continue
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                yield from _SAID[part](name, before.get(name), after.get(name))


def _param(name: str, before: Any, after: Any) -> Iterator[str]:
    yield f"parameter {name.replace('_', ' ')}{_moved(before, after)}"


def _library(name: str, before: Any, after: Any) -> Iterator[str]:
    yield f"{name}{_moved(before, after)}"


def _code(name: str, before: Any, after: Any) -> Iterator[str]:
    verb = "new code" if before is None else "code that is gone" if after is None else "the code of"
    yield f"{verb} {name}" if verb == "the code of" else f"{verb}: {name}"


def _content(name: str, _: Any, __: Any) -> Iterator[str]:
    yield _CONTENT.get(name, f"its {name}")


def _models(_: str, before: Any, after: Any) -> Iterator[str]:
    if not isinstance(before, dict) or not isinstance(after, dict):
        yield "which networks are looked into"
        return
    for part in sorted({*before, *after}):
        if before.get(part) != after.get(part):
            yield _MODEL.get(part, f"{part} of the network")


def _moved(before: Any, after: Any) -> str:
    """Return from what to what a value went."""
    if before is None:
        return f": new, {_value(after)}"
    if after is None:
        return f": gone, was {_value(before)}"
    return f": {_value(before)} → {_value(after)}"


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


_SAID = {
    "params": _param, "libraries": _library, "code": _code, "content": _content,
    "models": _models,
}  # fmt: skip
_PARTS = {"gallery": "the other pictures of the gallery", "schema": "the form of results"}
