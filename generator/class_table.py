"""The words for the table that every explanation of a guess has: the likeliest classes."""

from __future__ import annotations

from generator.technique import Metric, TableLegend


def class_table(*, folded: bool) -> TableLegend:
    """Return the legend of ``Trained.ranking``: class, probability and logit."""
    return TableLegend(
        "What the network says",
        "The five likeliest classes. The probabilities of all classes "
        "add up to 100 %; the logit is the score before that.",
        (
            Metric("Class", "what the picture is taken for"),
            Metric("Probability", "how sure the network is", "%", 1),
            Metric("Logit", "the score that the maps explain", "", 2),
        ),
        folded=folded,
    )
