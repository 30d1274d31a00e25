"""How a cut-out by GrabCut can begin."""

from enum import Enum


class Initialisation(Enum):
    """What GrabCut is told before its first cut."""

    RECTANGLE = "rectangle"
    """Only the box: all inside may be the object, all outside is not. Ignores the saliency."""

    MASK = "mask"
    """The thresholded saliency is probably the object, all else probably not."""
