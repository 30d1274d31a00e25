"""What keeps pictures drawn by gradient ascent natural, as numbers; ``filters`` is what they do.

Yosinski, Clune, Nguyen, Fuchs, Lipson, "Understanding neural networks through deep visualization",
2015, arXiv:1506.06579, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Regularisation:
    """How far each step goes, and what is done to the picture after it; 0 switches off.

    ``step`` is the RMS of a step in contrast units. ``decay`` is the share that each pixel loses,
    ``sigma`` the blur in pixels on every ``every``-th step. Of the pixels, the share
    ``norm_percentile`` of lowest norm and the share ``contribution_percentile`` of least
    contribution become grey.

    Raises
    ------
    ValueError
        If a number lies outside its range.

    """

    step: float = 0.3
    decay: float = 0.0
    sigma: float = 0.0
    every: int = 1
    norm_percentile: float = 0.0
    contribution_percentile: float = 0.0

    def __post_init__(self) -> None:
        shares = (self.norm_percentile, self.contribution_percentile)
        fits = self.step > 0 and 0 <= self.decay <= 1 and self.sigma >= 0 and self.every >= 1
        if not (fits and all(0 <= share <= 100 for share in shares)):  # noqa: PLR2004 - percent
            raise ValueError(
                "expected a step above 0, a decay in [0, 1], a sigma of 0 or more, every 1 or more "
                f"and percentiles in [0, 100], got {self}"
            )


@dataclass(frozen=True)
class Fourier:
    """The picture as waves of decorrelated colour, shaken before every look (Olah et al. 2017).

    ``step`` is Adam's. Before each step the picture is moved by up to ``jitter`` of its size,
    resized by up to ``scaling`` and turned by up to ``angle`` degrees, either way.
    """

    step: float = 0.05
    jitter: float = 0.06
    scaling: float = 0.08
    angle: float = 8.0


class Preset(Enum):
    """Sets of regularisers that are shown side by side."""

    NONE = "none"
    """Bare gradient ascent."""
    DECAY = "decay"
    """Every pixel fades a little at each step."""
    BLUR = "blur"
    """Each step is followed by a slight blur."""
    CLIPPING = "clipping"
    """What is faint or does little becomes grey."""
    COMBINED = "combined"
    """All of these, each more gently."""
    FOURIER = "fourier"
    """Waves of decorrelated colour, shaken (Olah et al. 2017)."""
    YOSINSKI_1 = "yosinski-1"
    """Blur, and half of the pixels clipped by norm (Yosinski et al. 2015)."""
    YOSINSKI_2 = "yosinski-2"
    """Strong decay, and a fifth of the pixels clipped by norm."""
    YOSINSKI_3 = "yosinski-3"
    """Blur, and very little decay."""
    YOSINSKI_4 = "yosinski-4"
    """Blur, and nine tenths of the pixels clipped by contribution."""


SETTINGS: dict[Preset, Regularisation | Fourier] = {
    Preset.NONE: Regularisation(),
    Preset.DECAY: Regularisation(decay=0.2),
    Preset.BLUR: Regularisation(sigma=0.8),
    Preset.CLIPPING: Regularisation(norm_percentile=60, contribution_percentile=20),
    Preset.COMBINED: Regularisation(0.2, 0.02, 0.6, norm_percentile=10, contribution_percentile=5),
    Preset.FOURIER: Fourier(),
    Preset.YOSINSKI_1: Regularisation(sigma=0.5, every=4, norm_percentile=50),
    Preset.YOSINSKI_2: Regularisation(decay=0.3, norm_percentile=20),
    Preset.YOSINSKI_3: Regularisation(decay=0.0001, sigma=1.0, every=4),
    Preset.YOSINSKI_4: Regularisation(sigma=0.5, every=4, contribution_percentile=90),
}  # fmt: skip
"""What each preset does; yosinski-1 to -4 are those of their toolbox, with our step.

A step must stay small beside the picture that decay and blur allow: the last one is not smoothed.
"""
