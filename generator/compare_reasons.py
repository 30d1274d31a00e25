"""Why results differ between two builds: the difference of their key documents, in words."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from generator.compared import State
from generator.language import mark, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.compared import Compared, Twin

_LONGEST = 120
"""Characters of a value."""
_CONTENT = {
    "picture": mark("the picture itself"),
    "truth": mark("the mask of the picture"),
    "video": mark("the video itself"),
    "clip": mark("which frames of the video are looked at"),
    "drive": mark("the drive: its frames, its angles, or which are held out"),
    "still": mark("the picture, which is drawn"),
    "examples": mark("the pictures of the data set, their labels, or which are held out"),
}
_MODEL = {
    "weights": mark("the weights of the network"),
    "labels": mark("the classes of the network"),
    "preprocessing": mark("how pictures become the network's input"),
    "fit": mark("how pictures are brought to the network's size"),
    "source": mark("which network is looked into"),
}
UNTOLD = mark(
    "the same causes, other findings: another machine, or a result that is not deterministic"
)


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
    return (say(UNTOLD),)


def _differing(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for part in sorted({*old, *new}, key=lambda part: (part != "params", part)):
        before, after = old.get(part), new.get(part)
        if before == after:
            continue
        if part not in _SAID or not isinstance(before, dict) or not isinstance(after, dict):
            called = say(_PARTS[part]) if part in _PARTS else part
            yield _moved(called, before, after) if part == "schema" else called
            continue
        for name in sorted({*before, *after}):
            if before.get(name) != after.get(name):
                yield from _SAID[part](name, before.get(name), after.get(name))


def _param(name: str, before: Any, after: Any) -> Iterator[str]:
    yield _moved(say("parameter {name}", name=name.replace("_", " ")), before, after)


def _library(name: str, before: Any, after: Any) -> Iterator[str]:
    yield _moved(name, before, after)


def _code(name: str, before: Any, after: Any) -> Iterator[str]:
    if before is None:
        yield say("new code: {name}", name=name)
    elif after is None:
        yield say("code that is gone: {name}", name=name)
    else:
        yield say("the code of {name}", name=name)


def _content(name: str, _: Any, __: Any) -> Iterator[str]:
    yield say(_CONTENT[name]) if name in _CONTENT else say("its {name}", name=name)


def _models(_: str, before: Any, after: Any) -> Iterator[str]:
    if not isinstance(before, dict) or not isinstance(after, dict):
        yield say("which networks are looked into")
        return
    for part in sorted({*before, *after}):
        if before.get(part) != after.get(part):
            yield say(_MODEL[part]) if part in _MODEL else say("{part} of the network", part=part)


def _moved(what: str, before: Any, after: Any) -> str:
    """Return from what to what the value of ``what`` went."""
    if before is None:
        return say("{what}: new, {value}", what=what, value=_value(after))
    if after is None:
        return say("{what}: gone, was {value}", what=what, value=_value(before))
    return f"{what}: {_value(before)} → {_value(after)}"


def _value(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


_SAID = {
    "params": _param, "libraries": _library, "code": _code, "content": _content,
    "models": _models,
}  # fmt: skip
_PARTS = {
    "gallery": mark("the other pictures of the gallery"),
    "schema": mark("the form of results"),
    "models": mark("which networks are looked into"),
}
