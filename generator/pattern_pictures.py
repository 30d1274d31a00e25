"""Pictures, maps and a film that are drawn as they are wanted, to show components with."""

from __future__ import annotations

import io
import tempfile
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generator.technique import Role

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROWS, COLUMNS = 320, 480
FRAMES, RATE = 48, 12.0
_LOW = {Role.SIGNED_MAP: -1.0}
_SUN = 0.36, 0.32
"""Where the sun stands, in parts of the height and of the width."""


def scene(sun: tuple[float, float] = _SUN) -> NDArray[Any]:
    """Return a picture of a sun over a hill, (H, W, 3) uint8."""
    import numpy as np

    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    height = rows / ROWS
    sky = np.stack([230 - 90 * height, 205 - 60 * height, 170 + 20 * height], axis=-1)
    hill = height > 0.68 + 0.12 * np.sin(columns / 70)
    sky[hill] = (70, 92, 66)
    sky[_near(sun, 0.17) & ~hill] = (214, 92, 42)
    return sky.astype(np.uint8)


def found(role: Role) -> NDArray[Any]:
    """Return a finding of ``role`` on the scene: what stands out is the sun."""
    import numpy as np

    heat = np.exp(-(_distance(_SUN) ** 2) / 0.05).astype(np.float32)
    if role is Role.HEATMAP:
        return heat
    if role is Role.SIGNED_MAP:
        away = np.exp(-(_distance((0.7, 0.75)) ** 2) / 0.04).astype(np.float32)
        return np.asarray(heat - away)
    return np.asarray(_near(_SUN, 0.17))


def _distance(place: tuple[float, float]) -> NDArray[Any]:
    import numpy as np

    rows, columns = np.mgrid[:ROWS, :COLUMNS]
    return np.asarray(np.hypot(rows / ROWS - place[0], (columns / COLUMNS - place[1]) * 1.5))


def _near(place: tuple[float, float], radius: float) -> NDArray[Any]:
    import numpy as np

    return np.asarray(_distance(place) < radius)


def files() -> dict[str, bytes]:
    """Return every file that the samples name, below the folder of assets."""
    from generator import present, values

    arrays = {Role.PICTURE: scene()}
    made = {"scene.jpg": _encoded(scene(), "JPEG"), "film.mp4": _film()}
    for role in (Role.HEATMAP, Role.SIGNED_MAP, Role.MASK):
        arrays[role] = found(role)
        coloured = present.colour(arrays[role], role, _LOW.get(role, 0.0), 1.0)
        made[f"{role.value}.png"] = _encoded(coloured, "PNG")
    for role, array in arrays.items():
        made[f"{role.value}.js"] = values.script(role.value, values.grid_of(array))
    return made


def _encoded(array: NDArray[Any], form: str) -> bytes:
    import PIL.Image

    held = io.BytesIO()
    PIL.Image.fromarray(array).save(held, form)
    return held.getvalue()


def _film() -> bytes:
    """Return a film in which the sun goes up and down; its middle frame is the scene."""
    import math

    from generator.imaging_film import Encoder

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        with Encoder(path, (ROWS, COLUMNS), Fraction(RATE)) as encoder:
            for frame in range(FRAMES):
                turn = math.sin(math.pi * (frame - FRAMES // 2) / FRAMES)
                encoder.add(scene((_SUN[0] + 0.2 * abs(turn), _SUN[1] + 0.2 * turn)))
        return path.read_bytes()
