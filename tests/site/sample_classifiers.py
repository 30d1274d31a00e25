"""Sample values of the pages about data sets: ordinary, hostile, one class, sixty classes, bare."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from generator import classifier_views as views
from generator import parts
from generator.marks import Mark

if TYPE_CHECKING:
    from generator.views import Site

SCRIPT = "<script>alert('x')</script>\" onload='x' & <b>"
HOSTILE = (SCRIPT, "زهرة البرتقال في الحديقة", "w" * 200, "🌸👩‍🚀 émoji")


@dataclass(frozen=True)
class Kit:
    """What the sample pages of every type share: the site, and parts that all can hold."""

    site: Site
    variant: parts.Variant
    section: parts.Section
    curves: tuple[parts.Panel, ...]
    bar: parts.ColourBar
    failure: parts.Failure


def tile(place: int, alt: str = "A slope of colours.", *, covered: bool = False) -> parts.Tile:
    """Return a rectangle of the wide sample picture, perhaps with a map over it."""
    made = parts.Tile(
        "../assets/wide.png", 40 * (place % 16), 40 * (place // 16 % 10), 40, 40, 640, 427, alt
    )
    over = replace(made, src="../assets/wide.jpg", covers="signed_patches")
    return replace(made, over=over) if covered else made


def table(
    identity: str, title: str, names: tuple[str, ...], *, folded: bool = False
) -> parts.Table:
    columns = (
        parts.Column("Class", "", "what it shows", "", number=False),
        parts.Column("Held out", "", "pictures", "", number=True),
    )
    rows = tuple((name, "12") for name in names)
    return parts.Table(identity, title, "So many.", columns, rows, folded=folded)


SPAN = views.Span("93.33", "83.90", "14.70", "33.33", "93.3 %, 95 % interval 83.9 to 98.6")


def comparison(names: tuple[str, ...]) -> views.Comparison:
    columns = (("Macro-F1", "", "balance"), ("Time", "s", "seconds"))
    rivals = tuple(
        views.Rival(
            parts.Link(f"../classifiers/{where}.html", name), SPAN, *(("90", "80.6 to 95") if place else ("100", "")),
            ("0.933 (0.8 to 1)", "1.2"), best=not place, marks=(Mark("93.3", "80.0", "100.0"),),
            leads=(parts.Link("../classifiers/plain.html#cells", f"pictures of {name}"),),
            lead=parts.Link("../classifiers/plain.html#cells", f"pictures of {name}"),
        )
        for place, (where, name) in enumerate(zip(("plain", "hostile"), names, strict=False))
    )  # fmt: skip
    return views.Comparison(
        columns, rivals, ("First comes this. It is too close to call.", "Not by chance means so."),
        table("pairs", "Every two of them", names, folded=True),
    )  # fmt: skip


def dataset(kit: Kit, identity: str, title: str, classes: tuple[str, ...]) -> views.DataSetPage:
    shelves = tuple(
        views.Shelf(
            f"class-{place}", name, "12 to learn from, 6 held out",
            tuple(tile(place + n) for n in range(4)), tuple(tile(place + n) for n in range(2)),
        )
        for place, name in enumerate(classes)
    )  # fmt: skip
    cards = (
        views.ClassifierCard(
            "bag", title, "../classifiers/plain.html", "It counts words.", "It names 3 of 4 rightly.",
            tuple(tile(n, covered=True) for n in range(4)), "../vocabularies/plain.html", None,
        ),
        views.ClassifierCard("head", title, "", "It looks.", "", (), "", kit.failure),
    )  # fmt: skip
    return views.DataSetPage(
        site=kit.site, id=identity, title=title, description=f"About {title}.",
        words=("78 pictures of 3 classes.", "Groups stay together."), failure=None,
        credit=parts.Credit("Somebody", "CC0", "sample:set"), tags=("texture", SCRIPT),
        problems=(SCRIPT, "line 2: no label"), notes=("One was left out.",), shelves=shelves,
        balance=table("balance", "How many of each", classes), comparison=comparison((title, SCRIPT)),
        sections=(kit.section,), classifiers=cards, previous=None, following=None,
    )  # fmt: skip


def shot(place: int, truth: str, named: str) -> views.Shot:
    alt = f"{truth}, taken for {named}"
    return views.Shot(
        tile(place, alt, covered=True), f"{truth}, number {place}", truth, named, "93.3 %",
        truth == named,
    )  # fmt: skip


def matrix(classes: tuple[str, ...]) -> views.Matrix:
    def cell(row: int, column: int) -> views.Cell:
        there = row == column or column == row + 1
        return views.Cell(
            "3" if there else "0", 8 if row == column else 2 * there, row == column,
            f"#cell-{row}-{column}" if there else "", f"3 of {classes[row]}",
        )  # fmt: skip

    places = range(len(classes))
    rows = tuple((classes[r], tuple(cell(r, c) for c in places)) for r in places)
    return views.Matrix("confusion", "Confusion matrix", "Rows are what is shown.", classes, rows)


def classifier(
    kit: Kit, identity: str, title: str, classes: tuple[str, ...]
) -> views.ClassifierPage:
    sheets = tuple(
        views.Group(f"sheet-{n}", name, "So it is.", tuple(
            shot(k, classes[k % len(classes)], classes[(k + n) % len(classes)]) for k in range(6)
        ))
        for n, name in enumerate(("Surest, and right", "Surest, and wrong"))
    )  # fmt: skip
    cells = tuple(
        views.Group(
            f"cell-{r}-{c}", f"“{classes[r]}” taken for “{classes[c]}”", "3 pictures",
            () if r % 2 else tuple(shot(k, classes[r], classes[c]) for k in range(3)),
            "" if r else "One of them is not kept as a picture.", r == c,
        )
        for r in range(len(classes)) for c in (r, r + 1) if c < len(classes)
    )  # fmt: skip
    names = tuple(f"{name}, number 1" for name in classes)
    return views.ClassifierPage(
        site=kit.site, id=identity, title=title,
        item=parts.Link("../items/set-plain.html", f"Set of {title}"),
        technique=parts.Link("../techniques/sample.html", "Sample technique"),
        vocabulary="../vocabularies/plain.html", headline="It names 3 of 4 rightly.",
        verdict=("It is better than guessing.", f"It takes “{classes[0]}” for another."), span=SPAN,
        run=replace(kit.variant, title="", panels=(), tables=()), matrix=matrix(classes),
        sheets=sheets, cells=cells,
        decision=parts.Panel("decision", "signed_patches", "What decided", "Red is for.", "",
                             bar=kit.bar),
        curves=kit.curves, evidence=table("evidence", "Can it be believed?", ("Decision", "Random")),
        believed="It can.", tables=(table("classes", "Class by class", classes),),
        predictions=replace(table("predictions", "Every held-out picture", names, folded=True),
                            links=tuple("#cell-0-0" for _ in names)),
    )  # fmt: skip


def word(place: int, classes: tuple[str, ...]) -> views.Word:
    weights = tuple(
        views.Weight(name, "−0.5" if k % 2 else "0.5", "25" if k % 2 else "50", "25", k % 2 == 0)
        for k, name in enumerate(classes[:6])
    )
    return views.Word(
        f"word-{place}", str(place + 1), "#aa5500", tile(place, "Word: the average"),
        tuple(tile(place + n, f"Word: patch {n}") for n in range(1, 7)), "12.5 %", classes[0], weights,
    )  # fmt: skip


def vocabulary(
    kit: Kit, identity: str, title: str, classes: tuple[str, ...]
) -> views.VocabularyPage:
    words = tuple(word(place, classes) for place in range(8))
    return views.VocabularyPage(
        site=kit.site, id=identity, title=f"Vocabulary of {title}",
        item=parts.Link("../items/set-plain.html", f"Set of {title}"),
        classifier=parts.Link("../classifiers/plain.html", title),
        technique=parts.Link("../techniques/sample.html", "Sample technique"),
        lead="8 kinds of patches.", reading=(("What a word is", "A patch."), ("And so on", "Bars.")),
        voices=tuple(
            views.Voice(f"class-{k}", name, () if k == 1 else words[:3])
            for k, name in enumerate(classes)
        ),
        words=words, painted=tuple((tile(n), tile(n, covered=True)) for n in range(3)), caption=SCRIPT, table=table("words", "Words", classes, folded=True),
    )  # fmt: skip


def pages(kit: Kit) -> dict[str, object]:
    """Return every sample page about data sets by its path."""
    plain, sixty = ("brick", "grass", "gravel"), tuple(f"class {n}" for n in range(60))
    sets = {
        "plain": dataset(kit, "set-plain", "Textures", plain),
        "hostile": dataset(kit, "set-hostile", SCRIPT, HOSTILE),
        "one": dataset(kit, "set-one", "One class", ("only",)),
        "many": dataset(kit, "set-many", "Sixty classes", sixty),
    }
    many = tuple(f"line {n}: no file" for n in range(40))
    sets["many"] = replace(sets["many"], problems=many)
    sets["broken"] = replace(
        sets["plain"], id="set-broken", words=(), failure=kit.failure, shelves=(), balance=None,
        comparison=None, sections=(), classifiers=(), problems=(), description="",
    )  # fmt: skip
    bare = classifier(kit, "bare", "Bare", plain)
    found: dict[str, object] = {f"items/set-{name}.html": page for name, page in sets.items()}
    found |= {
        "classifiers/plain.html": classifier(kit, "plain", "Bag of visual words", plain),
        "classifiers/hostile.html": classifier(kit, "hostile", SCRIPT, HOSTILE),
        "classifiers/one.html": classifier(kit, "one", "One class", ("only",)),
        "classifiers/many.html": classifier(kit, "many", "Sixty classes", sixty),
        "classifiers/bare.html": replace(
            bare, vocabulary="", verdict=(), span=None, matrix=None, sheets=(), cells=(),
            decision=None, curves=(), evidence=None, believed="", tables=(),
            predictions=replace(bare.predictions, links=()),
        ),
        "vocabularies/plain.html": vocabulary(kit, "plain", "Bag of visual words", plain),
        "vocabularies/hostile.html": vocabulary(kit, "hostile", SCRIPT, HOSTILE),
        "vocabularies/many.html": vocabulary(kit, "many", "Sixty classes", sixty),
    }  # fmt: skip
    return found
