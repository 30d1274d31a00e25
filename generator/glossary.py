"""The field's words that pages use, each in two sentences that a stranger understands."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from markupsafe import Markup, escape

from generator.language import english, say, say_as

TERM, FORMS = "term", "forms of a term"
"""In which context a term's name is said, and the forms of it that texts use."""


@dataclass(frozen=True)
class Term:
    """A word and what it means; ``others`` are further forms in which texts use it.

    In another language than English, ``english`` is its name there.
    """

    name: str
    meaning: str
    others: tuple[str, ...] = ()
    english: str = ""

    @property
    def id(self) -> str:
        """Its place on the page of the glossary, whatever the language."""
        return "-".join(re.findall(r"[a-z0-9]+", (self.english or self.name).lower()))

    @property
    def forms(self) -> tuple[str, ...]:
        """Every form in which texts use it."""
        return (self.name, *self.others)

    @property
    def brief(self) -> str:
        """The first of its two sentences."""
        return f"{self.meaning.partition('. ')[0]}."


TERMS = (
    Term("accuracy", "The share of pictures that a classifier names rightly. It says little "
         "without its interval, and without knowing how often mere guessing would be right."),
    Term("agreement", "How alike the maps of different methods are on the same picture, by their "
         "rank correlation. Where methods disagree, they cannot all be right."),
    Term("back-projection", "Painting each pixel by how common its colour is in the whole picture. "
         "Rare colours light up, and they often belong to the subject."),
    Term("balanced accuracy", "The accuracy of each class by itself, averaged over the classes. "
         "A large class cannot hide a small one in it."),
    Term("bootstrap", "Drawing the same pictures again and again by lot, to see how much a number "
         "depends on which pictures happened to be there. It is one way to come by an interval."),
    Term("calibration", "Whether a classifier that says “90 % sure” is right nine times of ten. "
         "Many are surer than they should be."),
    Term("class", "A kind of thing that a network or a classifier can name, such as “daisy”. What "
         "belongs to none of its classes it still calls by one of them.", ("classes",)),
    Term("class activation map", "A signed map of how much each place of a picture spoke for one "
         "class. Its average is the score of the class, so nothing is left out.",
         ("class activation maps",)),
    Term("classifier", "A program that names the class of a picture. It learns from pictures whose "
         "class is known, and is tested on others.", ("classifiers",)),
    Term("confusion matrix", "A table with a row for each true class and a column for each class "
         "that was named. Off its diagonal stand the mistakes: what was taken for what."),
    Term("control", "A map or a result made without knowing what is being tested, such as noise. "
         "A method that does no better than its controls has shown nothing.", ("controls",)),
    Term("deletion", "A test of a heatmap: the places that it calls hottest are blurred first. If "
         "the map is right, the network's guess is lost at once."),
    Term("edge", "A line across which brightness or colour changes quickly. Edges often are the "
         "borders of things, but texture and shadows have them, too.", ("edges",)),
    Term("energy", "One number for how badly a result breaks what was asked of it. A method that "
         "makes it small step by step has finished when it falls no further."),
    Term("feature", "Something that a network or a method looks for in a picture, from a slanted "
         "edge to a wheel. Where it is found, its map is bright.", ("features",)),
    Term("filter", "A small pattern of numbers that slides over a picture and answers where the "
         "picture resembles it. A network learns thousands of them.", ("filters",)),
    Term("Fisher vector", "A description of a picture by how its patches differ from what is usual "
         "among all pictures. It keeps more than counting visual words does.", ("Fisher vectors",)),
    Term("Gaussian", "A cloud of values, dense in the middle and thinner outwards in the shape of "
         "a bell. Noise is often taken to have this form.", ("Gaussians",)),
    Term("Grad-CAM", "A map of where a network looked for one class, made from how its last maps "
         "would have to change for a higher score. It is coarse, and works for most networks."),
    Term("gradient", "How much a result changes when something is changed a little, for every "
         "pixel or weight at once. It points in the direction of the steepest rise.",
         ("gradients",)),
    Term("heatmap", "A picture in which brightness says how much of something there is in each "
         "place. Dark is nothing, bright is the most.", ("heatmaps", "heat")),
    Term("held-out", "Kept away while a classifier learns, so that it meets these pictures for the "
         "first time in the test. Only there can it show that it has not learned by heart.",
         ("held out",)),
    Term("hypercolumn", "The answers of all layers of a network in one place of the picture, on "
         "top of each other. Together they say on how many levels the place interests it.",
         ("hypercolumns",)),
    Term("insertion", "A test of a heatmap: a blurred picture gets back its hottest places first. "
         "If the map is right, the network's guess returns at once."),
    Term("interval", "The range in which a number would lie among many more pictures of the same "
         "kind, nearly always (95 %). Two numbers whose intervals overlap may well be equal.",
         ("intervals",)),
    Term("layer", "One stage of a network; each works on the maps of the one before. The first see "
         "edges and colours, the last whole things.", ("layers",)),
    Term("learning by heart", "Doing well on the pictures that were learned from and badly on new "
         "ones. It shows in the gap between the two accuracies.",
         ("learn by heart", "learns by heart", "learned by heart")),
    Term("logit", "A class's score as a network first computes it, before all of them are turned "
         "into probabilities. It may be any number, and only differences between logits count.",
         ("logits",)),
    Term("mask", "A picture in black and white: white is inside, black outside. Drawn by hand it "
         "is the truth that methods are scored against.", ("masks",)),
    Term("network", "A program of many layers of simple sums, whose numbers were not written but "
         "learned from examples. Nobody can read off it why it decides as it does.",
         ("networks", "neural network")),
    Term("noise", "Random changes of a picture's values, such as the grain of a photograph "
         "taken in the dark. It hides what is fine and faint first."),
    Term("occlusion", "Covering a part of the picture to see whether an answer changes. What "
         "changes it much when covered must have mattered."),
    Term("overlap", "The area that two masks share, divided by the area of both together (IoU). "
         "1 is the same mask, 0 is nothing in common."),
    Term("patch", "A small square cut from a picture, often a few pixels wide. Some methods know a "
         "picture only as a heap of its patches.", ("patches",)),
    Term("probability", "How sure a network says it is, between 0 and 1. Over all its classes they "
         "add up to 1, even if the picture shows none of them.", ("probabilities",)),
    Term("PSNR", "How near a picture is to its original, in decibels, by the error of every pixel. "
         "Three more mean half the error's power."),
    Term("random weights", "A network whose learned numbers were shuffled, so that it knows "
         "nothing. A map that looks the same for it does not show what the network knows."),
    Term("rank correlation", "How alike two orders are: 1 is the same order, 0 is chance, −1 the "
         "reverse. It asks which places come first, not by how much."),
    Term("residual", "What is still wrong with the solution of equations, as a number. A small one "
         "means that the calculation was finished.", ("residuals",)),
    Term("ROAD", "A test of a heatmap that removes places without leaving a border to be seen. It "
         "compares removing the hottest with removing the coldest places; above zero is good."),
    Term("saliency", "How much a place stands out from its surroundings. What stands out need not "
         "be what the picture is about.", ("saliency map",)),
    Term("score", "A number for how good a result is, or how much speaks for a class. Pages say of "
         "each whether high or low is better.", ("scores",)),
    Term("seed", "The number from which every random choice of a run follows. The same seed gives "
         "the same result."),
    Term("signed map", "A map with two directions: orange or red speaks for something, blue "
         "against it. Where it is neutral, nothing speaks either way."),
    Term("SSIM", "How alike two pictures are in their local structure, as an eye would judge. 1 is "
         "the same picture."),
    Term("stability", "How much a map changes when the picture is changed less than anybody can "
         "see. A map that jumps then cannot be relied on."),
    Term("texture", "Fine, repeated detail such as gravel, fur or grass. Methods that look for "
         "edges or grain easily mistake it for either."),
    Term("threshold", "The value from which on something counts. A threshold turns a heatmap into "
         "a mask."),
    Term("training pictures", "The pictures that a network or a classifier has learned from. How "
         "well it does on them says little."),
    Term("visual word", "A heap of patches that look alike, treated as one word. A picture can "
         "then be told by how often it uses each.", ("visual words",)),
    Term("VLAD", "A shorter relative of Fisher vectors, which keeps only how far patches lie from "
         "what is usual. It is faster, and often nearly as good."),
    Term("vocabulary", "All the visual words that a classifier knows. They are found in the "
         "training pictures, not given by anybody."),
    Term("weights", "The numbers that a network has learned; they decide what it answers. A large "
         "network has millions of them."),
)  # fmt: skip
"""Every word, in the order of the alphabet."""


def terms() -> tuple[Term, ...]:
    """Return every word in the language of the page, in the order of its alphabet."""
    if english():
        return TERMS
    return tuple(sorted(map(_said, TERMS), key=lambda term: _plain(term.name)))


def _said(term: Term) -> Term:
    """Return ``term`` in the language of the page, whose words may have more forms or fewer."""
    return replace(
        term,
        name=say_as(TERM, term.name),
        meaning=say(term.meaning),
        others=tuple(say_as(FORMS, ", ".join(term.forms)).split(", ")),
        english=term.name,
    )


def _plain(word: str) -> str:
    """Return ``word`` without capitals and accents, by which dictionaries order."""
    parts = unicodedata.normalize("NFD", word.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


@lru_cache(maxsize=8)
def _pattern(terms: tuple[Term, ...]) -> tuple[re.Pattern[str], dict[str, Term]]:
    """Return what finds any form of any term, the longest first, and whose form each is."""
    forms = {form.lower(): term for term in terms for form in term.forms}
    longest = sorted((f for term in terms for f in term.forms), key=lambda f: (-len(f), f.lower()))
    words = "|".join(map(_as_written, longest))
    return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE), forms


def _as_written(form: str) -> str:
    """Return a pattern for ``form``; an abbreviation has its capitals: a road is not ROAD."""
    return f"(?-i:{re.escape(form)})" if form.isupper() else re.escape(form)


def used(text: str) -> frozenset[str]:
    """Return the ids of the terms that ``text`` uses."""
    pattern, forms = _pattern(terms())
    return frozenset(forms[match[0].lower()].id for match in pattern.finditer(text))


def linked(texts: tuple[str, ...], root: str) -> tuple[Markup, ...]:
    """Return ``texts`` as safe HTML in which the first use of each term leads to the glossary.

    >>> str(linked(("No mask < a mask.",), "")[0]).count("<a ")
    1
    """
    pattern, forms = _pattern(terms())
    seen: set[str] = set()

    def marked(text: str) -> Markup:
        parts, end = [], 0
        for match in pattern.finditer(text):
            term = forms[match[0].lower()]
            if term.id not in seen:
                seen.add(term.id)
                parts += [escape(text[end : match.start()]), _link(term, match[0], root)]
                end = match.end()
        return Markup("").join([*parts, escape(text[end:])])

    return tuple(marked(text) for text in texts)


def _link(term: Term, word: str, root: str) -> Markup:
    place = Markup('<a class="term" href="{}glossary.html#{}" title="{}">{}</a>')
    return place.format(root, term.id, term.brief, word)
