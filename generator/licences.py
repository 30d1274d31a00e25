"""Where the text of a licence stands, for the licences that are known; none is ever guessed."""

from __future__ import annotations

import re

_COMMONS = re.compile(r"cc (by(?: nc)?(?: sa| nd)?) (2\.0|2\.5|3\.0|4\.0)")
_OTHERS = {
    "cc0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "cc0 1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "public domain mark 1.0": "https://creativecommons.org/publicdomain/mark/1.0/",
    "apache 2.0": "https://www.apache.org/licenses/LICENSE-2.0",
    "mit": "https://opensource.org/license/mit",
}


def address(licence: str) -> str:
    """Return where the text of ``licence`` stands, or "" if it is not one that is known.

    A national edition, or a licence with a condition added, is another text.

    >>> address("CC BY-SA 4.0"), address("CC BY 3.0 US"), address("Ask me")
    ('https://creativecommons.org/licenses/by-sa/4.0/', '', '')
    """
    name = " ".join(re.split(r"[\s-]+", licence.strip().casefold()))
    found = _COMMONS.fullmatch(name)
    if found:
        return f"https://creativecommons.org/licenses/{found[1].replace(' ', '-')}/{found[2]}/"
    return _OTHERS.get(name, "")
