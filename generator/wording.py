"""Numbers and findings in plain words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from generator.language import many, mark, point, say, say_as
from generator.technique import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

BETWEEN = mark("{low} to {high}")
"""The ends of an interval."""
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

_AT = (
    (mark("in the upper left"), mark("at the top"), mark("in the upper right")),
    (mark("on the left"), mark("in the centre"), mark("on the right")),
    (mark("in the lower left"), mark("at the bottom"), mark("in the lower right")),
)

_FRACTIONS = (
    (1 / 4, mark("a quarter")),
    (1 / 3, mark("a third")),
    (1 / 2, mark("half")),
    (2 / 3, mark("two thirds")),
    (3 / 4, mark("three quarters")),
)
_CLOSE = 0.012
"""How far a share may be from a simple fraction that stands for it."""
_LITTLE = 0.01
"""A smaller share is not given as a number."""

_BRIGHTNESS = (
    (0.15, mark("Very dark: on average {share} % of white.")),
    (0.35, mark("Dark: on average {share} % of white.")),
    (0.65, mark("Of medium brightness: on average {share} % of white.")),
    (0.85, mark("Bright: on average {share} % of white.")),
    (math.inf, mark("Very bright: on average {share} % of white.")),
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
    return number(value, digits) + (f" ({interval_of(ends, digits)})" if ends else "")


def interval_of(ends: Sequence[float] | None, digits: int) -> str:
    """Return the ends of an interval, or "" where they are not known.

    >>> interval_of((0.25, 0.75), 2)
    '0.25 to 0.75'
    """
    if not ends:
        return ""
    low, high = (number(float(end), digits) for end in ends)
    return say(BETWEEN, low=low, high=high)


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
        return many("{count} byte", "{count} bytes", count)
    size, unit = count / _THOUSAND, "kB"
    for larger in ("MB", "GB", "TB"):
        if round(size, 1) < _THOUSAND:
            break
        size, unit = size / _THOUSAND, larger
    return f"{_set_apart(f'{size:.1f}')} {unit}"


def at(row: float, column: float) -> str:
    """Return in which ninth of the picture a place is; fractions of 0 to 1 from the upper left.

    >>> at(0.1, 0.9), at(0.5, 0.5), at(0.9, 0.5)
    ('in the upper right', 'in the centre', 'at the bottom')
    """
    down, across = (min(max(int(fraction * 3), 0), 2) for fraction in (row, column))
    return say(_AT[down][across])


def listed(words: Sequence[str]) -> str:
    """Return words as a list in a sentence.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    *most, last = words
    return say("{most} and {last}", most=", ".join(most), last=last) if most else last


def share(fraction: float) -> str:
    """Return a share: a simple fraction where it is close to one, or percent.

    >>> share(0.25), share(0.42), share(0.004)
    ('a quarter', '42 %', 'less than 1 %')
    """
    if fraction <= 0 or fraction >= 1:
        return (
            say_as("share of a picture", "none")
            if fraction <= 0
            else say_as("share of a picture", "all")
        )
    if fraction < _LITTLE:
        return say("less than 1 %")
    if fraction > 1 - _LITTLE:
        return say("more than 99 %")
    near = [say(words) for simple, words in _FRACTIONS if abs(fraction - simple) <= _CLOSE]
    return near[0] if near else f"{100 * fraction:.0f} %"


def finding(role: Role, facts: Mapping[str, Any]) -> str:
    """Return in a sentence or two what the `facts` of a finding say."""
    return _FINDINGS[role](facts)


def _picture(facts: Mapping[str, Any]) -> str:
    if facts["flat"]:
        return say("One colour everywhere.")
    bright = facts["mean"]
    words = next(words for limit, words in _BRIGHTNESS if bright < limit)
    said = [say(words, share=f"{100 * bright:.0f}")]
    if facts["grey"]:
        said.append(say("It holds shades of grey only."))
    if facts["transparent"]:
        hidden = capital(share(facts["transparent"]))
        said.append(say("{share} of the picture is transparent.", share=hidden))
    return " ".join(said)


def _heatmap(facts: Mapping[str, Any]) -> str:
    if facts["maximum"] == facts["minimum"]:
        return _flat(facts["maximum"])
    return say(
        "Strongest {at}; {share} of the picture is above half of the peak.",
        at=at(*facts["peak"]),
        share=share(facts["above_half"]),
    )


def _signed_map(facts: Mapping[str, Any]) -> str:
    low, high = facts["minimum"], facts["maximum"]
    if low == high:
        return _flat(high)
    if low >= 0:
        return say("Nowhere negative; most positive {at}.", at=at(*facts["peak"]))
    if high <= 0:
        return say("Nowhere positive; most negative {at}.", at=at(*facts["trough"]))
    return say(
        "Most positive {peak}, most negative {trough}; {positive} of the picture is positive, "
        "{negative} negative.",
        peak=at(*facts["peak"]),
        trough=at(*facts["trough"]),
        positive=share(facts["positive"]),
        negative=share(facts["negative"]),
    )


def _mask(facts: Mapping[str, Any]) -> str:
    if facts["share"] == 0:
        return say("Nothing is inside.")
    if facts["share"] == 1:
        return say("The whole picture is inside.")
    inside = capital(share(facts["share"]))
    return say(
        "{share} of the picture is inside, centred {at}.", share=inside, at=at(*facts["centroid"])
    )


def _box(facts: Mapping[str, Any]) -> str:
    size = {"width": facts["width"], "height": facts["height"]}
    return say("A box {width} pixels wide and {height} pixels high.", **size)


def _patches(facts: Mapping[str, Any]) -> str:
    return many("One small picture.", "{count} small pictures.", facts["count"])


def _curve(facts: Mapping[str, Any]) -> str:
    if facts["points"] == 1:
        return say("A single point.")
    ends = list(zip(facts["first"], facts["last"], strict=True))
    if len(ends) == 1:
        return _course(*ends[0])
    return f"{capital('; '.join(_line(i, *both) for i, both in enumerate(ends, 1)))}."


def _course(first: float, last: float) -> str:
    ends = {"first": number(first, 3), "last": number(last, 3)}
    if first == last:
        return say("The line ends where it begins, at {last}.", **ends)
    if last < first:
        return say("The line falls from {first} to {last}.", **ends)
    return say("The line rises from {first} to {last}.", **ends)


def _line(place: int, first: float, last: float) -> str:
    """Return the course of one line among several, to stand among theirs."""
    told = {"place": place, "first": number(first, 3), "last": number(last, 3)}
    if first == last:
        return say("line {place} ends where it begins, at {last}", **told)
    if last < first:
        return say("line {place} falls from {first} to {last}", **told)
    return say("line {place} rises from {first} to {last}", **told)


def _flat(value: float) -> str:
    if not value:
        return say("Zero everywhere.")
    return say("The same everywhere: {value}.", value=number(value, 3))


def capital(words: str) -> str:
    """Return ``words`` as they begin a sentence."""
    return f"{words[:1].upper()}{words[1:]}"


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
