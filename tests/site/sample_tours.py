"""Sample tours and annotated findings, ordinary and nasty; see ``sample_pages``."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

from markupsafe import Markup

from generator import glossary, parts, tour_pages, tour_views
from generator.pointers import pointers
from generator.technique import Role

PLACES = ((0.02, 0.02), (0.5, 0.5), (0.51, 0.5), (0.5, 0.51), (0.98, 0.99), (0.2, 0.8))


def marked(samples: ModuleType, root: str, words: str = "") -> tour_views.Marked:
    """Return a picture under a map with marks that crowd, and the ends of its colours."""
    says = tuple((f"Strongest here, number {n}:", words or "this spot.") for n in range(1, 7))
    bar = samples.panel("annotated", Role.HEATMAP, "Map").bar
    ends = (("This end means “little”:", "0."), ("This end means “much”:", "1."))
    image = replace(samples.image("wide.png", root), covers="heatmap")
    pins = pointers(PLACES, image.height / image.width)
    under = samples.image("wide.jpg", root)
    return tour_views.Marked((*says, *ends), pins, image, under, bar=bar, label=words)


def every_kind(samples: ModuleType) -> dict[str, tour_views.Marked]:
    """Return a marked finding of every form: over a picture, a box, a chart, pictures, tiles."""
    script = samples.SCRIPT
    chart = samples.panel("annotated", Role.CURVE, "Curve").chart
    lines = ((script, script), ("It ends here:", "3."))
    wide = samples.image("wide.jpg", "../")
    ratio = wide.height / wide.width
    tiles = samples.panel("tiles", Role.PATCHES, "Small").tiles[:2]
    on_chart = pointers(((0.3, 0.2), (0.7, 0.9)), chart.height / chart.width)
    return {
        "map": marked(samples, "../", script),
        "box": tour_views.Marked(
            lines,
            pointers(((0.1, 0.1), (0.6, 0.5)), ratio),
            wide,
            frame=("10%", "10%", "40%", "50%"),
        ),
        "curve": tour_views.Marked(lines, on_chart, chart=chart, label=script),
        "pictures": tour_views.Marked(lines, pictures=(wide, samples.image("wide.png", "../"))),
        "tiles": tour_views.Marked(lines, tiles=tiles),
    }


def stop(
    samples: ModuleType, name: str, words: str, roles: tuple[Role, ...]
) -> tour_views.TourStop:
    panels = tuple(
        replace(samples.panel(f"{name}-{n}", role, words), pane=None, finding="", size="")
        for n, role in enumerate(roles)
    )
    for panel in panels:
        if panel.image:
            src = panel.image.src.removeprefix("../")
            panels = tuple(
                replace(one, image=replace(one.image, src=src)) if one is panel else one
                for one in panels
            )
    (look,) = glossary.linked(("Look at the heatmap.",), "")
    return tour_views.TourStop(
        id=name, title=words, variant=words, family="Saliency", asks=f"What is {name}? {words}",
        said=(Markup.escape(words), "Strongest in the centre."), look=look, panels=panels,
        page=parts.Link("techniques/sample.html", "How to read it"),
        all=parts.Link("items/plain.html#one", "Everything that it found here"),
    )  # fmt: skip


def tour(
    samples: ModuleType, title: str = "Dahlia", words: str = "A method"
) -> tour_views.TourPage:
    """Return a tour with every form of a stop; its ids are its own."""
    rows = tuple((words, "–" if n else "0.12", "0.5" if n else "–") for n in range(2))
    columns = tuple(
        parts.Column(head, "", "", "", number=bool(n)) for n, head in enumerate(("Map", words, "B"))
    )
    table = parts.Table("alike", "How alike", words, columns, rows, folded=True)
    shown = replace(marked(samples, "", words), bar=None)
    shown = replace(shown, says=shown.says[:-2], image=samples.image("wide.jpg", ""), under=None)
    return tour_views.TourPage(
        site=samples.site(""), title=title, alt=words, description=words,
        lead="One picture, 3 methods, about 2 minutes.",
        item=parts.Link("items/plain.html", title), image=samples.image("wide.jpg", ""),
        credit=parts.Credit(words, "CC BY 2.0", "sample:flower"),
        stops=(
            stop(samples, "over", words, (Role.HEATMAP,)),
            stop(samples, "pair", words, (Role.PICTURE, Role.SIGNED_MAP)),
            stop(samples, "line", words, (Role.CURVE,)),
        ),
        disagreement=tour_views.Disagreement(shown, (words,), (words,), table),
    )  # fmt: skip


def pages(samples: ModuleType) -> dict[str, object]:
    """Return the sample tours and the technique pages with every form of annotation."""
    plain, script = tour(samples), samples.SCRIPT
    made = {
        tour_pages.PATH: plain,
        "tour-hostile.html": tour(samples, script, script),
        "tour-long.html": tour(samples, samples.TITLES["long"], samples.TITLES["unbroken"]),
        "tour-rtl.html": tour(samples, samples.TITLES["rtl"], samples.TITLES["emoji"]),
        "tour-alone.html": replace(plain, disagreement=None, stops=plain.stops[:2]),
    }
    technique = samples.technique()
    for name, one in every_kind(samples).items():
        link = parts.Link("../items/plain.html", samples.TITLES["rtl"])
        made[f"techniques/annotated-{name}.html"] = replace(
            technique, annotated=tour_views.Annotated(link, one)
        )
    return made


def invitation(samples: ModuleType) -> tour_views.Invitation:
    words = "One picture, 3 methods, about 2 minutes."
    before = samples.image("wide.jpg", "")
    after = replace(samples.image("wide.png", ""), covers="heatmap")
    return tour_views.Invitation(
        tour_pages.PATH, "New here? Take the tour", words, before, after, samples.SCRIPT
    )
