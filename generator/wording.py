"""Numbers and findings in plain words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from generator.technique import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

_ROWS = ("upper", "middle", "lower")
_COLUMNS = ("left", "centre", "right")
_LARGE, _SMALL = 1e5, 1e-3


def number(value: float, digits: int) -> str:
    """Return ``value`` with ``digits`` after the point; very large or small ones as powers of ten.

    A NaN is a dash, and a zero has no sign.
    """
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    size = abs(value)
    if size >= _LARGE or 0 < size < min(_SMALL, 10**-digits / 2):
        mantissa, exponent = f"{value:.{min(digits, 2)}e}".split("e")
        return f"{_signed(mantissa)} × 10{_raised(int(exponent))}"
    text = f"{value:.{digits}f}"
    return _signed(text.removeprefix("-") if float(text) == 0 else text)


def _signed(text: str) -> str:
    return text.replace("-", "−")


def _raised(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def size_words(count: int) -> str:
    """Return a number of bytes as a person would say it."""
    size = float(count)
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:  # noqa: PLR2004 - the next unit
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def place(row: float, column: float) -> str:
    """Return where a point lies, for fractions of height and width: "upper left", "centre"."""
    vertical = _ROWS[min(2, int(row * 3))]
    horizontal = _COLUMNS[min(2, int(column * 3))]
    if vertical == "middle":
        return "centre" if horizontal == "centre" else f"middle {horizontal}"
    return f"{vertical} {horizontal}"


def share(fraction: float) -> str:
    """Return a fraction of the picture in words."""
    percent = 100 * fraction
    if 0 < percent < 1:
        return "less than 1 %"
    if 99 < percent < 100:  # noqa: PLR2004
        return "more than 99 %"
    return f"{percent:.0f} %"


def finding(role: Role, known: Mapping[str, Any]) -> str:
    """Return the sentence that the facts of a finding make; nothing where there are none."""
    if role is Role.MASK:
        return _mask(known)
    if role is Role.HEATMAP:
        return _heatmap(known)
    if role is Role.SIGNED_MAP:
        return _signed_map(known)
    return ""


def _mask(known: Mapping[str, Any]) -> str:
    if known["share"] == 0:
        return "Nothing is inside."
    if known["share"] == 1:
        return "The whole picture is inside."
    where = place(*known["centroid"])
    return f"{share(known['share'])} of the picture is inside, around the {where}."


def _heatmap(known: Mapping[str, Any]) -> str:
    if known["minimum"] == known["maximum"]:
        return f"It is {number(known['maximum'], 3)} everywhere."
    where = place(*known["peak"])
    wide = share(known["above_half"])
    return f"Strongest in the {where}; {wide} of the picture is above half of that peak."


def _signed_map(known: Mapping[str, Any]) -> str:
    if known["minimum"] == known["maximum"]:
        return f"It is {number(known['maximum'], 3)} everywhere."
    where = place(*known["peak"])
    sign = "positive" if known["maximum"] >= -known["minimum"] else "negative"
    return f"Strongest in the {where}, where it is {sign}."
