"""From the bytes of a picture to the numbers that a network was trained on, and back."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LUMA = (0.299, 0.587, 0.114)
"""Shares of red, green and blue in grey (ITU-R BT.601, as OpenCV and Pillow use it)."""


class Order(StrEnum):
    """The channels of a network's input."""

    RGB = "RGB"
    """Red, green, blue."""
    BGR = "BGR"
    """Blue, green, red, as networks that were trained in Caffe expect it."""
    GREY = "GREY"
    """One channel."""


@dataclass(frozen=True)
class Preprocessing:
    """Channels in `order`, of which each becomes (byte - mean) / scale.

    Parameters
    ----------
    order : channels of the input
    mean, scale : one number per channel, in that order and in the units of bytes (0 to 255)

    Raises
    ------
    ValueError
        If there is not one mean and one scale per channel, or a scale is 0.

    """

    order: Order
    mean: tuple[float, ...]
    scale: tuple[float, ...]

    def __post_init__(self) -> None:
        if not len(self.mean) == len(self.scale) == self.channels or 0 in self.scale:
            raise ValueError(
                f"{self.channels} means and as many scales other than 0 were expected for "
                f"{self.order}, got {self.mean} and {self.scale}"
            )

    @property
    def channels(self) -> int:
        """Channels of the input."""
        return 1 if self.order == Order.GREY else 3

    @property
    def black(self) -> NDArray[np.float32]:
        """What a black pixel is to the network, (C,) float32."""
        import numpy as np

        black: NDArray[np.float32] = self.apply(np.zeros((1, 1, 3), np.uint8)).reshape(-1)
        return black

    @property
    def contrast(self) -> float:
        """How far white is from black in network units, the mean over channels."""
        return sum(255 / abs(scale) for scale in self.scale) / len(self.scale)

    def apply(self, image: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return a picture as the network expects it.

        Parameters
        ----------
        image : (H, W, 3) uint8 RGB

        Returns
        -------
        (H, W, C) float32 of its own memory.

        Raises
        ------
        ValueError
            If the picture is not (H, W, 3) uint8.

        """
        import numpy as np

        if image.dtype != np.uint8 or image.shape[2:] != (3,):
            raise ValueError(f"(H, W, 3) uint8 was expected, got {image.shape} {image.dtype}")
        channels = np.asarray(image, np.float32)
        if self.order == Order.GREY:
            channels = channels @ np.array(_LUMA, np.float32)[:, None]
        elif self.order == Order.BGR:
            channels = channels[..., ::-1]
        return np.ascontiguousarray(
            (channels - np.array(self.mean, np.float32)) / np.array(self.scale, np.float32)
        )

    def undo(self, units: NDArray[Any]) -> NDArray[np.uint8]:
        """Return network input as a picture.

        Parameters
        ----------
        units : (..., H, W, C) of floats; beyond black and white it is clipped

        Returns
        -------
        (..., H, W, 3) uint8 RGB, rounded; the inverse of `apply` but for GREY, which stays grey.

        Raises
        ------
        ValueError
            If there are not C channels.

        """
        import numpy as np

        if units.ndim < len("HWC") or units.shape[-1] != self.channels:
            raise ValueError(f"(..., H, W, {self.channels}) was expected, got {units.shape}")
        channels = units * np.array(self.scale, np.float32) + np.array(self.mean, np.float32)
        if self.order == Order.GREY:
            channels = np.repeat(channels, 3, axis=-1)
        elif self.order == Order.BGR:
            channels = channels[..., ::-1]
        return np.ascontiguousarray(np.clip(np.rint(channels), 0, 255).astype(np.uint8))


PRESETS = {
    "none": Preprocessing(Order.RGB, (0.0,) * 3, (1.0,) * 3),
    "unit": Preprocessing(Order.RGB, (0.0,) * 3, (255.0,) * 3),
    "tf": Preprocessing(Order.RGB, (127.5,) * 3, (127.5,) * 3),
    "caffe": Preprocessing(Order.BGR, (103.939, 116.779, 123.68), (1.0,) * 3),
    "torch": Preprocessing(Order.RGB, (123.675, 116.28, 103.53), (58.395, 57.12, 57.375)),
}
"""What networks are commonly trained on, under the names that `keras.applications` gives.

"unit" is 0 to 1, "tf" is -1 to 1, "caffe" is less the mean of ImageNet, and "torch" is less the
mean and over the deviation of ImageNet (0.485, 0.456, 0.406; 0.229, 0.224, 0.225; times 255).
"""
