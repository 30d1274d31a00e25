"""How the layers of a network become one map."""

from enum import Enum


class Combine(Enum):
    """How the maps of several layers become one."""

    PRODUCT = "product"
    """High where every layer is; falls towards zero with many layers."""

    GEOMETRIC_MEAN = "geometric-mean"
    """The root of the product: as strict, but it keeps its scale."""

    MEAN = "mean"
    """High where any layer is."""
