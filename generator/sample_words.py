"""What means are over, in words: how many samples there are, and what a test over them says."""

from __future__ import annotations

from dataclasses import dataclass

from generator.language import many, mark, plural, say
from generator.verdicts import NOTHING, TOO_FEW, Verdict


@dataclass(frozen=True)
class Nouns:
    """How samples are counted, what a bootstrap over them is called, and that they are too few."""

    counted: tuple[str, str]
    over: str
    few: str


PICTURES = Nouns(
    plural("{count} picture", "{count} pictures"),
    mark("by a paired bootstrap over the pictures, 95 %"),
    mark("too few pictures"),
)
_FRAMES = Nouns(
    plural("{count} frame", "{count} frames"),
    mark("by a paired bootstrap over the frames, 95 %"),
    mark("too few frames"),
)


def nouns_of(name: str) -> Nouns:
    """Return what the samples are called that a column called ``name`` tells apart."""
    if name == say("Frame"):
        return _FRAMES
    noun = name.lower()
    return Nouns(
        (f"{{count}} {noun}", f"{{count}} {noun}s"),
        f"by a paired bootstrap over the {noun}s, 95 %",
        f"too few {noun}s",
    )


@dataclass(frozen=True)
class Samples:
    """What means are over: from which column on, how many there are, and what they are."""

    first: int
    count: int
    nouns: Nouns

    @property
    def counted(self) -> str:
        """How many there are, in words."""
        return many(*self.nouns.counted, self.count)

    def verdict(self, found: Verdict) -> str:
        """Return in words what a map wins."""
        if isinstance(found, tuple):
            return ", ".join(found) or say(NOTHING)
        return say(self.nouns.few) if found == TOO_FEW else say(found)
