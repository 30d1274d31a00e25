"""The video itself, kept with the findings so that pages need no source."""

from generator.content import Kind
from generator.films import Filmed, Series
from generator.samples import Footage
from generator.technique import (
    Explanation,
    Family,
    Legend,
    Metric,
    Panel,
    Params,
    Role,
    Technique,
)


def run(footage: Footage, _: Params) -> Filmed:
    """Return the film, the frame in its middle, and what is known of each frame."""
    from generator.reels import Motion, Reel

    motion, poster = Motion(), None
    degrees: list[float | None] = []
    with Reel("film", footage) as film, Reel("truth", footage) as truth:
        for index, sample in enumerate(footage.read()):
            motion.see(sample.image)
            film.add(Panel("film", Role.PICTURE, sample.image), motion)
            mask = None if sample.truth is None else Panel("truth", Role.MASK, sample.truth)
            truth.add(mask, motion)
            degrees.append(sample.degrees)
            if index <= footage.expected // 2:
                poster = sample.image
        films = tuple(made for reel in (film, truth) if (made := reel.close()))
    panels = () if poster is None else (Panel("picture", Role.PICTURE, poster),)
    known = any(angle is not None for angle in degrees)
    series = (Series("degrees", tuple(degrees)),) if known else ()
    return Filmed(panels, notes=footage.notes(), films=films, series=series)


TECHNIQUE = Technique(
    id="footage",
    title="Footage",
    family=Family.SOURCE,
    summary="The video as it came.",
    explanation=Explanation("The video as it came.", "", "", ""),
    papers=(),
    params=Params,
    run=run,
    legends={
        "picture": Legend("Original", "The frame in the middle of the video."),
        "film": Legend("Original", "The video as it came, in a form that browsers play."),
        "truth": Legend(
            "What decides", "White is what should decide: it is known, as the video is drawn."
        ),
    },
    highlight="picture",
    metrics={
        "degrees": Metric("True angle", "of the steering wheel, positive to the right", "°", 1),
    },
    libraries=("numpy", "opencv-python-headless", "imageio-ffmpeg"),
    accepts=frozenset({Kind.VIDEO}),
)
