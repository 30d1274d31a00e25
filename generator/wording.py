"""Numbers and findings in plain English."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from generator.language import point
from generator.technique import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_MINUS = "−"
_THIN = "\u202f"
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SMALL = 0.001
"""Down to here a number that would round to zero is given its first digits instead."""
_LONG = 10_000_000
"""From here on a number is written as a power of ten."""
_GROUPED = 10_000
"""From here on thousands are set apart."""
_THOUSAND = 1000

_PLACES = (
    ("upper left", "top", "upper right"),
    ("left", "centre", "right"),
    ("lower left", "bottom", "lower right"),
)
_PREPOSITIONS = {"top": "at", "bottom": "at", "left": "on", "right": "on"}

_FRACTIONS = (
    (1 / 4, "a quarter"),
    (1 / 3, "a third"),
    (1 / 2, "half"),
    (2 / 3, "two thirds"),
    (3 / 4, "three quarters"),
)
_CLOSE = 0.012
"""How far a share may be from a simple fraction that stands for it."""
_LITTLE = 0.01
"""A smaller share is not given as a number."""

_BRIGHTNESS = (
    (0.15, "Very dark"),
    (0.35, "Dark"),
    (0.65, "Of medium brightness"),
    (0.85, "Bright"),
    (math.inf, "Very bright"),
)


def number(value: float, digits: int) -> str:
    """Return ``value`` with ``digits`` decimals; a dash where there is no number.

    A whole number stays whole. What would be rounded to zero keeps two digits down to a thousandth;
    what is smaller, or ten million and more, is written as a power of ten.

    >>> number(0.12345, 2), number(-1.5, 1), number(64.0, 2), number(float("nan"), 2)
    ('0.12', '−1.5', '64', '–')
    """
    if math.isnan(value):
        return "–"
    sign, size = _MINUS if value < 0 else "", abs(value)
    if math.isinf(size):
        return f"{sign}∞"
    lost = 0 < size < 1 and float(f"{size:.{digits}f}") == 0
    if lost and size >= _SMALL:
        return sign + _set_apart(f"{size:.2g}")
    if lost or size >= _LONG:
        return sign + _power(f"{size:.1e}")
    text = f"{size:,.{0 if size == int(size) else digits}f}"
    return sign + _set_apart(text, _THIN if size >= _GROUPED else "")


def _set_apart(text: str, thousands: str = "") -> str:
    """Return a number with the signs of the page's language; its commas stood at thousands."""
    return text.replace(",", thousands).replace(".", point())


def with_interval(value: float, ends: Sequence[float] | None, digits: int) -> str:
    """Return a number, and in brackets the ends of its interval where they are known.

    >>> with_interval(0.5, (0.25, 0.75), 2)
    '0.50 (0.25 to 0.75)'
    """
    if not ends:
        return number(value, digits)
    low, high = (number(float(end), digits) for end in ends)
    return f"{number(value, digits)} ({low} to {high})"


def tick(value: float) -> str:
    """Return a round number on an axis, with up to four digits.

    >>> tick(-0.25), tick(20_000), tick(1e9), tick(2.5e-7)
    ('−0.25', '20\u202f000', '10⁹', '2.5\u202f×\u202f10⁻⁷')
    """
    sign, size = _MINUS if value < 0 else "", abs(value)
    text = f"{size:.4g}"
    if "e" not in text:
        return sign + _set_apart(text)
    if _GROUPED <= size < _LONG:
        return sign + f"{size:,.0f}".replace(",", _THIN)
    return sign + _power(text).removeprefix(f"1{_THIN}×{_THIN}")


def _power(scientific: str) -> str:
    mantissa, exponent = scientific.split("e")
    return f"{_set_apart(mantissa)}{_THIN}×{_THIN}10{str(int(exponent)).translate(_RAISED)}"


def size_words(count: int) -> str:
    """Return a number of bytes in the largest unit that keeps it at least one.

    >>> size_words(999), size_words(1_234_567)
    ('999 bytes', '1.2 MB')
    """
    if count < _THOUSAND:
        return "1 byte" if count == 1 else f"{count} bytes"
    size, unit = count / _THOUSAND, "kB"
    for larger in ("MB", "GB", "TB"):
        if round(size, 1) < _THOUSAND:
            break
        size, unit = size / _THOUSAND, larger
    return f"{_set_apart(f'{size:.1f}')} {unit}"


def place(row: float, column: float) -> str:
    """Return in which ninth of the picture a place is; fractions of 0 to 1 from the upper left.

    >>> place(0.1, 0.9), place(0.5, 0.5), place(0.9, 0.5)
    ('upper right', 'centre', 'bottom')
    """
    down, across = (min(max(int(fraction * 3), 0), 2) for fraction in (row, column))
    return _PLACES[down][across]


def share(fraction: float) -> str:
    """Return a share: a simple fraction where it is close to one, or percent.

    >>> share(0.25), share(0.42), share(0.004)
    ('a quarter', '42 %', 'less than 1 %')
    """
    if fraction <= 0 or fraction >= 1:
        return "none" if fraction <= 0 else "all"
    if fraction < _LITTLE:
        return "less than 1 %"
    if fraction > 1 - _LITTLE:
        return "more than 99 %"
    near = [words for simple, words in _FRACTIONS if abs(fraction - simple) <= _CLOSE]
    return near[0] if near else f"{100 * fraction:.0f} %"


def finding(role: Role, facts: Mapping[str, Any]) -> str:
    """Return in a sentence or two what the `facts` of a finding say."""
    return _FINDINGS[role](facts)


def _picture(facts: Mapping[str, Any]) -> str:
    if facts["flat"]:
        return "One colour everywhere."
    bright = facts["mean"]
    words = next(words for limit, words in _BRIGHTNESS if bright < limit)
    said = f"{words}: on average {100 * bright:.0f} % of white."
    if facts["grey"]:
        said += " It holds shades of grey only."
    if facts["transparent"]:
        said += f" {_of_picture(facts['transparent'])} is transparent."
    return said


def _heatmap(facts: Mapping[str, Any]) -> str:
    if facts["maximum"] == facts["minimum"]:
        return _flat(facts["maximum"])
    above = share(facts["above_half"])
    return f"Strongest {_at(facts['peak'])}; {above} of the picture is above half of the peak."


def _signed_map(facts: Mapping[str, Any]) -> str:
    low, high = facts["minimum"], facts["maximum"]
    if low == high:
        return _flat(high)
    if low >= 0:
        return f"Nowhere negative; most positive {_at(facts['peak'])}."
    if high <= 0:
        return f"Nowhere positive; most negative {_at(facts['trough'])}."
    ends = f"Most positive {_at(facts['peak'])}, most negative {_at(facts['trough'])}"
    positive, negative = share(facts["positive"]), share(facts["negative"])
    return f"{ends}; {positive} of the picture is positive, {negative} negative."


def _mask(facts: Mapping[str, Any]) -> str:
    if facts["share"] == 0:
        return "Nothing is inside."
    if facts["share"] == 1:
        return "The whole picture is inside."
    return f"{_of_picture(facts['share'])} is inside, centred {_at(facts['centroid'])}."


def _box(facts: Mapping[str, Any]) -> str:
    return f"A box {facts['width']} pixels wide and {facts['height']} pixels high."


def _patches(facts: Mapping[str, Any]) -> str:
    return "One small picture." if facts["count"] == 1 else f"{facts['count']} small pictures."


def _curve(facts: Mapping[str, Any]) -> str:
    if facts["points"] == 1:
        return "A single point."
    ends = list(zip(facts["first"], facts["last"], strict=True))
    if len(ends) == 1:
        return f"The line {_course(*ends[0])}."
    said = (f"ine {i} {_course(*both)}" for i, both in enumerate(ends, 1))
    return f"L{'; l'.join(said)}."


def _course(first: float, last: float) -> str:
    if first == last:
        return f"ends where it begins, at {number(last, 3)}"
    verb = "falls" if last < first else "rises"
    return f"{verb} from {number(first, 3)} to {number(last, 3)}"


def _flat(value: float) -> str:
    return f"The same everywhere: {number(value, 3)}." if value else "Zero everywhere."


def _of_picture(fraction: float) -> str:
    words = share(fraction)
    return f"{words[0].upper()}{words[1:]} of the picture"


def _at(spot: tuple[float, float]) -> str:
    words = place(*spot)
    return f"{_PREPOSITIONS.get(words, 'in')} the {words}"


_FINDINGS: dict[Role, Callable[[Mapping[str, Any]], str]] = {
    Role.PICTURE: _picture,
    Role.HEATMAP: _heatmap,
    Role.SIGNED_MAP: _signed_map,
    Role.MASK: _mask,
    Role.BOX: _box,
    Role.CURVE: _curve,
    Role.PATCHES: _patches,
    Role.SIGNED_PATCHES: _patches,
    Role.WORD_PATCHES: _patches,
}
