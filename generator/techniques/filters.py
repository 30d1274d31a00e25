"""Filters of a network: the pictures that excite each of them most, drawn from noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from generator.content import Kind
from generator.science.presets import SETTINGS, Preset
from generator.technique import (
    Better,
    Cell,
    Explanation,
    Family,
    Legend,
    Metric,
    Panel,
    Paper,
    Params,
    Result,
    Role,
    Score,
    Table,
    TableLegend,
    Technique,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from generator.models.ascent import Ascent
    from generator.models.network import Layer
    from generator.models.patches import Patches
    from generator.models.trained import Trained
    from generator.samples import Survey


class FiltersParams(Params):
    """Which filters are drawn, how large, and for how long."""

    layer: str = Field(
        "", description="The layer whose filters are drawn; by default one in the middle."
    )
    shown: int = Field(16, ge=1, le=64, description="Filters that every set of rules is tried on.")
    big: int = Field(
        256, ge=1, le=1024, description="Filters in the big grid, if the layer has as many."
    )
    size: int = Field(96, ge=16, le=512, description="Rows and columns of each picture, in pixels.")
    steps: int = Field(
        32, ge=1, le=5000, description="Steps of each picture; the big grid takes half as many."
    )
    combination: Preset = Field(
        Preset.COMBINED,
        description="What 'all together' means: ours, or a set of Yosinski and colleagues.",
    )
    seed: int = Field(0, ge=0, description="Which noise the pictures start from.")


_COLUMNS = ("none", "decay", "blur", "clipping", "combined", "fourier")
_TOOLBOX = tuple(f"yosinski-{number}" for number in range(1, 5))
_RESTARTED = 4
"""Filters that are drawn from a second noise, and whose frames are shown."""


def run(survey: Survey, params: FiltersParams, network: Trained) -> Result:
    """Return the pictures of some filters under each set of rules, and of many under one."""
    from generator.models.ascent import Climb, Units, ascend, middle_layer
    from generator.models.patches import best_patches
    from generator.science.filters import frames

    layer = network.layer(params.layer or middle_layer(network))
    few = range(min(params.shown, layer.shape[2]))
    steps, units = params.steps, Units.of(network.preprocessing)
    climb = Climb((params.size,) * 2, steps, params.seed, frames(steps))
    small = Climb((max(16, params.size * 2 // 3),) * 2, max(1, steps // 2), params.seed)
    again = Climb(climb.size, steps, params.seed + 1)

    def draw(preset: Preset, filters: Sequence[int], climb: Climb) -> Ascent:
        return ascend(network, layer.name, filters, SETTINGS[preset], climb, units)

    columns = {name: Preset(name) for name in _COLUMNS} | {"combined": params.combination}
    drawn = {name: draw(preset, few, climb) for name, preset in columns.items()}
    others = {name: draw(Preset(name), few, climb) for name in _TOOLBOX}
    many = draw(params.combination, range(min(params.big, layer.shape[2])), small)
    second = draw(params.combination, few[:_RESTARTED], again)
    read = ((index, survey.read(index)) for index in range(len(survey.names)))
    pictures = ((index, picture) for index, picture in read if picture is not None)
    natural = best_patches(network, pictures, layer.name, few)
    return Result(
        (*_sheets(drawn | others, many, natural, layer), _curve(drawn, natural)),
        _scores(drawn, second, natural, layer),
        _notes(many, natural, drawn["combined"].pictures.shape[1:3], climb.size),
        (_table(drawn, natural, survey),),
    )


def _sheets(
    drawn: Mapping[str, Ascent], many: Ascent, natural: Patches, layer: Layer
) -> Iterator[Panel]:
    """Yield every grid; a dead filter's tile is grey."""
    from math import ceil, isqrt

    from generator.science.filters import contact_sheet, frames, shown

    label = f"{layer.name} · {layer.shape[2]} filters"
    side = ceil(len(drawn["none"].dead) ** 0.5)
    for name, ascent in drawn.items():
        yield Panel(name, Role.PICTURE, contact_sheet(shown(ascent.alive), side), label=label)
    if len(natural.tiles):
        yield Panel("natural", Role.PICTURE, contact_sheet(natural.tiles, side), label=label)
    strips = drawn["combined"].snapshots[:, :_RESTARTED].swapaxes(0, 1)
    tiles = shown(strips.reshape(-1, *strips.shape[2:]))
    marks = frames(len(drawn["combined"].curve) - 1)
    after = f"after {', '.join(map(str, marks))} steps"
    yield Panel("frames", Role.PICTURE, contact_sheet(tiles, len(marks)), label=after)
    grid = contact_sheet(shown(many.alive), 1 + isqrt(len(many.dead) - 1), 2)
    yield Panel("grid", Role.PICTURE, grid, label=f"{layer.name} · 0 to {len(many.dead) - 1}")


def _curve(drawn: Mapping[str, Ascent], natural: Patches) -> Panel:
    """Return the median over the filters of what each step had reached."""
    import numpy as np

    from generator.science.filters import relative

    lines = [np.median(relative(drawn[name].curve, natural.values), axis=1) for name in _COLUMNS]
    steps = np.arange(len(lines[0]))
    return Panel("curve", Role.CURVE, np.stack([steps, *lines], axis=1).astype(np.float64))


def _scores(
    drawn: Mapping[str, Ascent], second: Ascent, natural: Patches, layer: Layer
) -> tuple[Score, ...]:
    import numpy as np

    from generator.science.filters import diversity, relative

    first = drawn["combined"]
    pairs = [np.stack(pair) for pair in zip(first.pictures, second.pictures, strict=False)]
    scores = [
        Score("filters", layer.shape[2]),
        Score("dead", int(first.dead.sum())),
        Score("diversity", float(np.mean([diversity(pair) for pair in pairs]))),
    ]
    if (natural.values > 0).any():
        ends = {name: drawn[name].curve[-1] for name in ("combined", "fourier")}
        scores += [
            Score(f"reached-{name}", float(np.median(relative(end, natural.values))))
            for name, end in ends.items()
        ]
    return tuple(scores)


def _notes(
    many: Ascent, natural: Patches, size: tuple[int, ...], asked: tuple[int, int]
) -> tuple[str, ...]:
    notes = []
    if many.dead.any():
        dead = ", ".join(str(index) for index in many.dead.nonzero()[0])
        notes.append(f"dead, as no noise moved them, and left grey: {dead}")
    if not (natural.values > 0).any():
        notes.append("no picture excites these filters, so the curve shows plain answers")
    if size != asked:
        notes.append(
            f"the layers before need an input of {size[0]} × {size[1]} pixels, so that was used"
        )
    return tuple(notes)


def _table(drawn: Mapping[str, Ascent], natural: Patches, survey: Survey) -> Table:
    reached = [drawn[name].curve[-1].tolist() for name in ("combined", "fourier")]
    rows: list[tuple[Cell, ...]] = []
    for index, values in enumerate(zip(*reached, strict=True)):
        found: tuple[Cell, Cell] = (None, None)
        if len(natural.values):
            found = (float(natural.values[index]), survey.names[natural.pictures[index]])
        rows.append((float(index), *values, *found))
    return Table("filters", tuple(rows))


TECHNIQUE = Technique(
    id="filters",
    title="What filters look for",
    family=Family.NETWORKS,
    summary="Draws, from noise, the picture that excites each filter of a layer most.",
    question="What picture would each part of the network like best?",
    explanation=Explanation(
        what="""
        A network for pictures is a stack of layers, and each layer holds many filters. A filter
        slides over the picture and answers strongly where it finds what it has learnt to look
        for: an edge, a colour, a mesh, later on an eye or a wheel. Nobody told it what, and its
        numbers do not say.

        So it is asked. The computer begins with noise, changes every pixel a little in the
        direction that makes the filter answer more strongly, and does so again and again. What
        appears is no photograph; it is the filter's favourite picture.
        """,
        reading="""
        Each tile belongs to one filter, and every grid shows the same filters in the same order.
        With no rules at all the pictures excite a filter most, but they are mostly glare and
        grain. Each rule then holds back something that photographs do not have: extreme colours
        (decay), grain (blur), faint or useless pixels (clipping). The last grid of the row draws
        with waves in the colours of photographs and keeps shaking the picture, so that only what
        survives shaking is left.

        Beside them are the places in this gallery's photographs that excite the same filters most.
        Where drawing and photograph share a pattern, one may believe that the filter looks for it.
        The curve compares the two: at 3, the drawn picture excites a filter three times as much as
        the best photograph does. A grey tile is a dead filter, which no noise could move. All
        tiles have the same contrast: which filter is excited more, only the table tells.
        """,
        limits="""
        A favourite picture is not the only one. The same filter often answers to several things,
        and from other noise it may draw another; the diversity says how often. Pretty pictures can
        also mislead: the rules decide much of how they look, and photographs of this gallery may
        hold nothing of what a filter was trained on. Deep layers need larger pictures and more
        steps than are spent here.

        The drawn picture is measured over its whole surface and the photograph at its best place
        alone, and a drawing may be more glaring than any photograph. So the comparison shows
        orders of size, not grades.
        """,
        mathematics=r"""
        Let $A_k(x)$ be the map of filter $k$ before its activation, for a picture $x$ in units of
        contrast (0 is mid-grey, 1 the deviation of photographs). Maximised is its mean
        $f_k(x) = \frac{1}{|P|} \sum_{p \in P} A_k(x)_p$ by steps
        $$x \leftarrow x + \eta \, \frac{g}{\mathrm{RMS}(g)}, \quad g = \nabla f_k(x)$$
        from Gaussian noise. After every step but the last come, in this order, each if it is
        switched on: decay, $x \leftarrow (1 - \theta) x$; a Gaussian blur of deviation $\sigma$;
        clipping of the pixels of smallest norm $\|x_p\|$; and clipping of those of smallest
        contribution $|x_p \cdot g_p|$, where clipped is set to 0.

        For the waves, $x$ is a sigmoid of $C \, F^{-1}(s \cdot z)$: the inverse Fourier transform
        $F^{-1}$ of coefficients $z$, scaled by $s = 1 / \max(f, 1/n)$ at frequency $f$ for $n$
        pixels, with colours mixed by a matrix $C$ of the colour statistics of photographs. Adam
        climbs in $z$, and before every look the picture is moved, resized and turned at random.

        Maximising what a unit computes goes back to Erhan, Bengio, Courville and Vincent
        (Visualizing higher-layer features of a deep network, 2009).
        Diversity is one minus the correlation of the amplitude spectra of two pictures of one
        filter that began from different noise.
        """,
    ),
    papers=(
        Paper("Simonyan, K., Vedaldi, A. and Zisserman, A.", "Deep inside convolutional networks: "
              "visualising image classification models and saliency maps", 2013, "arXiv:1312.6034",
              "10.48550/arXiv.1312.6034"),
        Paper("Yosinski, J., Clune, J., Nguyen, A., Fuchs, T. and Lipson, H.", "Understanding "
              "neural networks through deep visualization", 2015, "arXiv:1506.06579",
              "10.48550/arXiv.1506.06579"),
        Paper("Olah, C., Mordvintsev, A. and Schubert, L.", "Feature visualization", 2017,
              "Distill", "10.23915/distill.00007"),
    ),
    params=FiltersParams,
    run=run,
    legends={
        "none": Legend("No rules", "Bare ascent: most excitement, much glare and grain."),
        "decay": Legend("Decay", "Every pixel fades a little at each step."),
        "blur": Legend("Blur", "Each step is followed by a slight blur."),
        "clipping": Legend("Clipping", "What does little becomes grey."),
        "combined": Legend("All together", "All three rules, each more gently."),
        "fourier": Legend("Waves, shaken", "Drawn with waves in photographs' colours, and shaken."),
        **{name: Legend(f"Toolbox {name[-1]}", "Rules of Yosinski et al.") for name in _TOOLBOX},
        "natural": Legend("In photographs", "The places in this gallery that excite them most."),
        "frames": Legend("As it is computed", "A filter to a row, from noise to the last step."),
        "grid": Legend("Many filters", "All rules together, smaller and with half as many steps."),
        "curve": Legend(
            "How far each gets", "Median over the filters of what they answer; at 1, as much as "
            "to the best place in a photograph.",
            x="step", y="answer over the best photograph's",
            series=("no rules", "decay", "blur", "clipping", "all together", "waves"),
        ),
    },
    highlight="fourier",
    examples=("combined", "fourier", "natural"),
    metrics={
        "reached-combined": Metric("Reached", "median answer to a picture drawn by all rules "
                                   "together, over that to the best place in a photograph"),
        "reached-fourier": Metric("Reached by waves", "the same for pictures drawn with waves"),
        "diversity": Metric("Diversity", "how unlike two pictures of one filter are that began "
                            "from different noise; 0 is the same texture"),
        "dead": Metric("Dead filters", "of those shown, filters that no noise could move", digits=0,
                       better=Better.LOWER),
        "filters": Metric("Filters", "how many the layer has", digits=0),
    },
    tables={
        "filters": TableLegend(
            "Filter by filter", "What each of the filters shown answers, before its activation.",
            (
                Metric("Filter", "its number in the layer", digits=0),
                Metric("All together", "answer to its drawn picture, the mean of its map"),
                Metric("Waves", "answer to the picture drawn with waves, the mean of its map"),
                Metric("In photographs", "answer at the best place in a photograph"),
                Metric("Photograph", "the picture that this place is in"),
            ),
        ),
    },
    accepts=frozenset({Kind.MODEL}),
)  # fmt: skip
