"""A network with what was around it in training: how it saw pictures, and what its classes mean."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from generator.errors import ModelError
from generator.models.network import Network
from generator.science.placement import ROAD, Fit, Placement, place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from generator.models.preprocessing import Preprocessing

_ALL = 0.995
"""A picture of which more is seen is seen whole."""


@dataclass(frozen=True)
class Seen:
    """A picture as a network sees it.

    ``input`` (h, w, C) float32 is in the network's units, ``picture`` (h, w, 3) uint8 the same for
    people, and ``placement`` leads maps back onto the whole picture.
    """

    input: NDArray[np.float32]
    picture: NDArray[np.uint8]
    placement: Placement

    @property
    def notes(self) -> tuple[str, ...]:
        """What of the picture the network was not given."""
        share = float(self.placement.seen.mean())
        if share > _ALL:
            return ()
        box, (height, width) = self.placement.box, self.placement.shape
        if box.width == width and box.top != (height - box.height) // 2:
            return (f"the network was given rows {box.top} to {box.bottom} of {height}",)
        return (f"the network was given the middle {100 * share:.0f} % of the picture",)


class Trained(Network):
    """A network, its preprocessing, how pictures are fitted to it, and the names of its classes."""

    def __init__(
        self,
        model: Any,
        preprocessing: Preprocessing,
        fit: Fit,
        labels: tuple[str, ...],
        road: tuple[float, float] = ROAD,
    ) -> None:
        super().__init__(model)
        self.preprocessing = preprocessing
        self.fit = fit
        self.road = road
        self.labels = labels if len(labels) == self.classes else ()

    def see(self, image: NDArray[np.uint8]) -> Seen:
        """Return ``image`` (H, W, 3) uint8 as this network is given it."""
        picture, placement = place(image, self.size, self.fit, road=self.road)
        return Seen(self.preprocessing.apply(picture), picture, placement)

    def label(self, index: int) -> str:
        """Return the name of a class, or its number where names are unknown."""
        return self.labels[index] if self.labels else f"class {index}"

    @property
    def answers(self) -> tuple[str, ...]:
        """What the network can be asked, and why not the rest, in sentences."""
        try:
            last = self.last_maps
        except ModelError as error:
            return (f"only occlusion can be asked of it: {error}",)
        if not self.classes:
            return (f"hypercolumns and filters, up to its layer {last}; it names no classes",)
        said = f"Grad-CAM and its kin ask its layer {last}; occlusion, hypercolumns and filters too"
        try:
            return said, f"class activation maps come from its layer {self.head.layer}"
        except ModelError as error:
            return said, str(error)

    @property
    def regresses(self) -> bool:
        """Whether the one output is a measured value, not a class."""
        return self.classes == 1

    def probabilities(self, logits: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the softmax of logits (..., C) float32; of a single logit, the logistic."""
        wide = logits.astype(np.float64)
        if self.classes == 1:
            return np.asarray(1 / (1 + np.exp(-wide)), np.float32)
        shares = np.exp(wide - wide.max(axis=-1, keepdims=True))
        return np.asarray(shares / shares.sum(axis=-1, keepdims=True), np.float32)

    def said(self, logits: NDArray[np.float32], index: int) -> str:
        """Return a class and how sure the network is, as a caption says it."""
        if self.regresses:
            return f"{float(logits[0]):.3g}"
        return f"{self.label(index)}, {100 * float(self.probabilities(logits)[index]):.0f} %"

    def ranking(
        self, logits: NDArray[np.float32], count: int
    ) -> tuple[tuple[str, float, float], ...]:
        """Return name, probability in percent and logit of the likeliest classes."""
        shares = self.probabilities(logits)
        return tuple(
            (self.label(i), 100 * float(shares[i]), float(logits[i]))
            for i in self.top(logits, count)
        )

    def target(self, logits: NDArray[np.float32], asked: str) -> int:
        """Return the class called ``asked``, by name or number; the likeliest for "".

        Raises
        ------
        ModelError
            If there is no such class, with the nearest names.

        """
        if not self.classes:
            raise ModelError("the network names no classes, so there is none to explain")
        if not asked:
            return self.top(logits, 1)[0]
        if asked in self.labels:
            return self.labels.index(asked)
        if asked.isdecimal() and int(asked) < self.classes:
            return int(asked)
        near = ", ".join(difflib.get_close_matches(asked, self.labels, 3, 0.4))
        hint = f"; the nearest are {near}" if near else ""
        raise ModelError(
            f"expected a class by name or by number up to {self.classes - 1}, got {asked!r}{hint}"
        )

    def top(self, logits: NDArray[np.float32], count: int) -> list[int]:
        """Return the classes of the largest logits (C,), largest first."""
        return [int(index) for index in np.argsort(-logits, kind="stable")[:count]]
