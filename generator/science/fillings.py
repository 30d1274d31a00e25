"""What is put in the place of what is hidden from a network."""

from enum import Enum


class Fill(Enum):
    """What covered pixels take."""

    BLACK = "black"
    """Black, as the network knows it."""

    MEAN = "mean"
    """The picture's mean of each channel."""

    BLUR = "blur"
    """The picture, blurred until only its large areas remain."""

    NOISE = "noise"
    """Pixels drawn from the picture: its colours without its shapes."""
