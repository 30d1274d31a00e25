"""The picture itself, kept with the findings so that pages need no source."""

from generator.samples import Sample
from generator.technique import (
    Explanation,
    Family,
    Legend,
    Panel,
    Params,
    Result,
    Role,
    Technique,
)


def run(sample: Sample, _: Params) -> Result:
    """Return the picture as its file has it, and the truth mask where there is one."""
    panels = [Panel("picture", Role.PICTURE, sample.image, encoded=sample.encoded)]
    if sample.truth is not None:
        panels.append(Panel("truth", Role.MASK, sample.truth))
    return Result(tuple(panels), notes=sample.notes)


TECHNIQUE = Technique(
    id="original",
    title="Original",
    family=Family.SOURCE,
    summary="The picture as it came.",
    explanation=Explanation("The picture as it came.", "", "", ""),
    papers=(),
    params=Params,
    run=run,
    legends={
        "picture": Legend("Original", "The picture as it came."),
        "truth": Legend(
            "Where the subject is",
            "A mask, drawn by hand or known from how the picture was made: white is the "
            "subject. Techniques are scored against it.",
        ),
    },
    highlight="picture",
)
