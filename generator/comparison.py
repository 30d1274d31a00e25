"""Classifiers side by side on the same held-out pictures: numbers, and who is better for sure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from generator.classifier_leads import score_leads
from generator.classifier_views import Comparison, Rival, Span
from generator.classifier_wording import percent, quoted
from generator.language import many, mark, say
from generator.marks import drawn, estimate, key_words
from generator.parts import Column, Link, Table
from generator.wording import interval_of, listed, number, with_interval
from generator.words import interval_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.classifier_runs import Run
    from generator.marks import Mark
    from generator.science.comparing import Pair
    from generator.technique import Metric

_BESIDE = ("balanced", "f1", "train", "size")
"""The scores beside the accuracy."""
_SURE = mark("better, and not by chance")
_CLOSE = mark("too close to call")
_SAME = mark("right and wrong on the same pictures")
_LOST = "lost"
"""Where the first of all is the worse one on the pictures that all were tested on."""
_SMALL = 0.001
_SEVERAL = 3
_TIME = mark("seconds of this run; what was kept from other runs is not in it")
_MEANING = mark(
    "“Not by chance” means: if all of them were equally good, so clear a difference would come up "
    "between any two in fewer than 5 of 100 such comparisons."
)


def comparison(
    runs: Sequence[Run], seconds: Mapping[str, float] | None, home: str = ""
) -> Comparison | None:
    """Return the classifiers that were run, best first, and what can be said of every two.

    ``seconds`` gives what a run took by its key; without it no time is told. ``home`` is where the
    pictures of the data set are, from the page that this is for.
    """
    tested = [run for run in runs if run.predictions]
    if not tested:
        return None
    order = sorted(tested, key=lambda run: -_accuracy(run))
    metrics = {
        name: metric for name in _BESIDE for metric in (_metric(order, name),) if metric is not None
    }
    columns = [(metric.name, metric.unit, metric.meaning) for metric in metrics.values()]
    if seconds is not None:
        columns.append((say("Time"), "s", say(_TIME)))
    shared = _shared(order)
    pairs = _pairs(order, shared) if len(order) > 1 and shared else ()
    marks = _marks(order, metrics)
    return Comparison(
        columns=tuple(columns),
        rivals=tuple(
            replace(
                _rival(run, metrics, seconds),
                best=run is order[0],
                marks=own,
                lead=Link(f"../{run.page}#cells", say("pictures of {name}", name=run.title)),
                leads=_leads(run, metrics, home),
            )
            for run, own in zip(order, marks, strict=True)
        ),
        verdict=_verdict(order, shared, pairs),
        pairs=_table(order, pairs) if pairs else None,
        key=key_words(marks),
    )


def _marks(runs: Sequence[Run], metrics: Mapping[str, Metric]) -> list[tuple[Mark | None, ...]]:
    """Return what draws those scores of each run that have an interval."""
    columns = []
    for name, metric in metrics.items():
        scores = [run.score(name) for run in runs]
        column = [estimate(*score) if score and score[1] else None for score in scores]
        columns.append(drawn(column, unit=metric.unit))
    return list(zip(*columns, strict=True)) if columns else [()] * len(runs)


def _leads(run: Run, metrics: Mapping[str, Metric], home: str) -> tuple[Link | None, ...]:
    leads = score_leads(run, home, f"../{run.page}")
    found = (leads.get(name) for name in metrics)
    return tuple(link if link and link.href else None for link in found)


def accuracy_words(run: Run) -> str:
    """Return how often ``run`` is right, and in which interval that lies.

    >>> accuracy_words(run)  # doctest: +SKIP
    '93.3 %, 95 % interval 83.9 to 98.6'
    """
    share, ends = run.score("accuracy") or (100 * _accuracy(run), None)
    said = percent(share)
    return f"{said}, {interval_words(ends, 1)}" if ends else said


def best_words(runs: Sequence[Run]) -> str:
    """Return which of ``runs`` is right most often, and how often, or "" where none was tested."""
    tested = [run for run in runs if run.predictions]
    if not tested:
        return ""
    first = max(tested, key=_accuracy)
    return f"{first.title}: {accuracy_words(first)}"


def span(run: Run) -> Span | None:
    """Return the accuracy as a bar from 0 to 100 %, or None where it was not measured."""
    accuracy, guess = run.score("accuracy"), run.score("guess")
    if accuracy is None:
        return None
    value, ends = accuracy
    low, high = ends or (value, value)
    words = accuracy_words(run)
    if guess:
        words = say("{accuracy}; guessing {guess}", accuracy=words, guess=percent(guess[0]))
    return Span(
        value=f"{value:.2f}",
        low=f"{low:.2f}",
        width=f"{max(high - low, 0.5):.2f}",
        guess=f"{guess[0]:.2f}" if guess else "",
        words=words,
    )


def _accuracy(run: Run) -> float:
    return sum(one.right for one in run.predictions) / len(run.predictions)


def _metric(runs: Sequence[Run], name: str) -> Metric | None:
    return next((run.technique.metrics[name] for run in runs if run.score(name)), None)


def _rival(run: Run, metrics: Mapping[str, Metric], seconds: Mapping[str, float] | None) -> Rival:
    accuracy = run.score("accuracy") or (100 * _accuracy(run), None)
    values = [
        with_interval(*found, metric.digits) if (found := run.score(name)) else "–"
        for name, metric in metrics.items()
    ]
    if seconds is not None:
        took = seconds.get(run.outcome.task.key) if run.outcome else None
        values.append("–" if took is None else number(took, 1))
    return Rival(
        link=Link(f"../{run.page}", run.title),
        span=span(run) or Span(f"{accuracy[0]:.2f}", "0", "0", "", percent(accuracy[0])),
        accuracy=number(accuracy[0], 1),
        interval=interval_of(accuracy[1], 1),
        values=tuple(values),
    )


def _shared(runs: Sequence[Run]) -> tuple[int, ...]:
    """Return the numbers of the examples that every one of ``runs`` was tested on."""
    sets = [{one.example for one in run.predictions} for run in runs]
    return tuple(sorted(set.intersection(*sets)))


def _pairs(runs: Sequence[Run], shared: Sequence[int]) -> tuple[Pair, ...]:
    from generator.science.comparing import compare

    found = {run.id: {one.example: one.right for one in run.predictions} for run in runs}
    return compare({name: [right[n] for n in shared] for name, right in found.items()})


def _word(pair: Pair) -> str:
    if pair.better():
        return _SURE
    return _CLOSE if pair.only_first or pair.only_second else _SAME


def _verdict(runs: Sequence[Run], shared: Sequence[int], pairs: Sequence[Pair]) -> tuple[str, ...]:
    """Return what of the best one can be said, in sentences."""
    if not pairs:
        return ()
    first, titles = runs[0], {run.id: run.title for run in runs}
    said = [say("First comes {name}.", name=quoted(first.title))]
    told: dict[str, list[str]] = {}
    for pair in pairs:
        if first.id in (pair.first, pair.second):
            other = pair.second if pair.first == first.id else pair.first
            word = _LOST if pair.better() == other else _word(pair)
            told.setdefault(word, []).append(quoted(titles[other]))
    said += [_against(word, told[word], len(runs) - 1) for word in _PHRASES if word in told]
    paragraphs = [" ".join(said), say(_MEANING)]
    if len(shared) < max(len(run.predictions) for run in runs):
        paragraphs.append(
            many(
                "Compared on the {count} picture that all were tested on.",
                "Compared on the {count} pictures that all were tested on.",
                len(shared),
                count=number(len(shared), 0),
            )
        )
    return tuple(paragraphs)


_PHRASES = {
    _SURE: (
        mark("It is better than {names}, and not by chance."),
        mark("It is better than all the others, and not by chance."),
    ),
    _LOST: (
        mark("On the pictures that all were tested on it comes after {names}, and not by chance."),
        mark(
            "On the pictures that all were tested on it comes after all the others, and not by "
            "chance."
        ),
    ),
    _CLOSE: (
        mark("Against {names} it is too close to call."),
        mark("Against all the others it is too close to call."),
    ),
    _SAME: (
        mark("It is right and wrong on the same pictures as {names}."),
        mark("It is right and wrong on the same pictures as all the others."),
    ),
}
"""What is said of the first against some others, and against all of them."""


def _against(word: str, names: Sequence[str], count: int) -> str:
    """Return the sentence about the first and ``names``; all of three or more need no names."""
    some, every = _PHRASES[word]
    if len(names) == count and count >= _SEVERAL:
        return say(every)
    return say(some, names=listed(names))


def _table(runs: Sequence[Run], pairs: Sequence[Pair]) -> Table:
    titles = {run.id: run.title for run in runs}
    return Table(
        id="pairs",
        title=say("Every two of them"),
        caption=say(
            "Only pictures on which exactly one of the two is right tell them apart (McNemar's "
            "test); p is corrected for the number of pairs (Holm)."
        ),
        columns=(
            Column(say("Pair"), "", "", "", number=False),
            Column(say("Only the first right"), "", say("pictures"), "", number=True),
            Column(say("Only the second right"), "", say("pictures"), "", number=True),
            Column(say("Corrected p"), "",
                   say("chance of so clear a difference if they were equally good"),
                   "", number=True),
            Column(say("What it means"), "", "", "", number=False),
        ),
        rows=tuple(_row(pair, titles) for pair in pairs),
        leads=tuple(_pair_leads(pair, {run.id: run for run in runs}) for pair in pairs),
        folded=True,
    )  # fmt: skip


def _pair_leads(pair: Pair, runs: Mapping[str, Run]) -> tuple[Link | None, ...]:
    """Return where the pictures are that only one has right: among the mistakes of the other."""
    first, second = (
        Link(f"../{runs[name].page}#cells", say("mistakes of {name}", name=runs[name].title))
        for name in (pair.second, pair.first)
    )
    return None, first, second, None, None


def _row(pair: Pair, titles: Mapping[str, str]) -> tuple[str, ...]:
    word = say(_word(pair))
    better = pair.better()
    first, second = quoted(titles[pair.first]), quoted(titles[pair.second])
    return (
        say("{first} against {second}", first=first, second=second),
        number(pair.only_first, 0),
        number(pair.only_second, 0),
        say("less than {number}", number=number(_SMALL, 3))
        if pair.adjusted < _SMALL
        else number(pair.adjusted, 3),
        say("{name} is {verdict}", name=quoted(titles[better]), verdict=word) if better else word,
    )
