"""What the site's own scripts say: their texts, and a table of them in the language of the page.

A script says a text with ``say("…", {values})`` and one that depends on a number with
``many("…", "…", count, {values})``, as Python does. English pages need no table.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from generator.language import english, form, point, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STRING = r'"(?:[^"\\\n]|\\.)*"'
_CALL = re.compile(rf"\b(say|many)\(\s*({_STRING})(?:,\s*({_STRING}))?")
_TURN = 200
"""No language's plural depends on more of a number than its last two digits, from here on."""


def calls(script: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    r"""Yield the line and the forms of each text that ``script`` says.

    >>> list(calls('a;\nsay("Hello"); many("{count} dog", "{count} dogs", 2);'))
    [(2, ('Hello',)), (2, ('{count} dog', '{count} dogs'))]
    """
    for found in _CALL.finditer(script):
        line = script.count("\n", 0, found.start()) + 1
        forms = found.groups()[1:] if found[1] == "many" else (found[2],)
        yield line, tuple(json.loads(text) for text in forms)


def table(scripts: Iterable[str]) -> bytes:
    """Return a script that tells ``scripts`` their texts in the language of the page.

    It is empty where pages are said in English.
    """
    if english():
        return b""
    said = {forms[0]: _said(*forms) for script in scripts for _, forms in calls(script)}
    told = {"point": point(), "texts": said}
    held = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"window.salonTexts={held};\n".encode()


def _said(one: str, other: str = "") -> str | list[str]:
    """Return a text; or its forms, and last in a string of digits the form that each number has."""
    if not other:
        return say(one)
    each = [form(one, other, count) for count in range(_TURN)]
    forms = list(dict.fromkeys(each))
    return [*forms, "".join(str(forms.index(text)) for text in each)]
