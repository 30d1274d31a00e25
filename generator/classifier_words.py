"""The words for what every classifier reports: its numbers, its mistakes and its decisions."""

from __future__ import annotations

from generator.technique import Better, Legend, Metric, TableLegend

METRICS = {
    "accuracy": Metric("Accuracy", "share of the held-out pictures that are named rightly", "%", 1,
                       Better.HIGHER),
    "balanced": Metric("Balanced accuracy", "mean over the classes of the share named rightly, so "
                       "that a large class does not hide a small one", "%", 1, Better.HIGHER),
    "f1": Metric("Macro-F1", "mean over the classes of the balance of precision and recall", "", 3,
                 Better.HIGHER),
    "train": Metric("Training accuracy", "share of the pictures it learned from that it names "
                    "rightly; far above the held-out accuracy, it has learned by heart", "%", 1),
    "guess": Metric("Guessing", "accuracy of always naming the most common class", "%", 1),
    "calibration": Metric("Calibration error", "how far its probabilities are from how often it is "
                          "right, on average", "", 3, Better.LOWER),
    "auc": Metric("ROC area", "chance that a picture of the second class gets the higher score of "
                  "two; 0.5 is guessing", "", 3, Better.HIGHER),
    "precision": Metric("Average precision", "area under the precision-recall curve", "", 3,
                        Better.HIGHER),
    "tested": Metric("Held-out pictures", "pictures that it never saw while it learned", "", 0),
    "size": Metric("Numbers a picture", "how many numbers describe one picture to the classifier",
                   "", 0),
    "cost": Metric("C", "how dear a mistake in training is, chosen by cross-validation inside the "
                   "training pictures", "", 3),
}  # fmt: skip
"""What is measured of every classifier; the ROC and the precision only where there are two."""

LEGENDS = {
    "tests": Legend("Held-out pictures", "Pictures the classifier never saw while it learned."),
    "decision": Legend(
        "What decided", "Red speaks for the class that was named, blue against it.",
        "against", "for", "margin", covers=True, robust=True, over="tests",
    ),
    "calibration": Legend(
        "Are its probabilities true?", "Of the pictures for which it claims 80 %, 80 % should be "
        "right: then the line lies on the diagonal.",
        x="claimed probability, %", y="right, %", series=("classifier", "perfect"),
    ),
    "costs": Legend(
        "Choosing C", "Accuracy on left-out parts of the training pictures. The held-out pictures "
        "have no part in the choice.",
        x="C", y="accuracy, %", series=("left-out parts",), logarithmic_x=True,
    ),
    "roc": Legend(
        "ROC curve", "As the bar for the second class is lowered, how many of its pictures are "
        "found, against how many others are taken for it.",
        x="false alarms, %", y="found, %", series=("classifier", "guessing"),
    ),
    "precision-recall": Legend(
        "Precision and recall", "Of those taken for the second class, how many are, against how "
        "many of them are found.",
        x="found, %", y="right among those named, %", series=("classifier",),
    ),
}  # fmt: skip
"""The panels of every classifier."""

WORD_LEGENDS = {
    "words": Legend(
        "Vocabulary", "One row a word: the average of the patches it stands for, then the patches "
        "nearest to it.",
    ),
    "fired-on": Legend("Pictures", "Held-out pictures on which the words are painted."),
    "fires": Legend(
        "Where words fire", "Each colour is a word; where two patches overlap, the smaller is on "
        "top.", over="fired-on",
    ),
}  # fmt: skip
"""The panels of a classifier with a vocabulary."""

TABLES = {
    "confusion": TableLegend(
        "Confusion matrix", "Rows are what the pictures show, columns what they were taken for. "
        "Each number opens its pictures.",
        (Metric("Shows", "what the picture shows"),),
        each=Metric("Taken for", "pictures taken for this class", "", 0),
    ),
    "classes": TableLegend(
        "Class by class", "Precision: of those named so, how many are. Recall: of those that are, "
        "how many were named so.",
        (
            Metric("Class", "what the pictures show"),
            Metric("Trained on", "pictures it learned from", "", 0),
            Metric("Held out", "pictures it is tested on", "", 0),
            Metric("Precision", "of those named so, the share that are", "%", 1, Better.HIGHER),
            Metric("Recall", "of those that are, the share named so", "%", 1, Better.HIGHER),
            Metric("F1", "balance of precision and recall", "", 3, Better.HIGHER),
        ),
    ),
    "predictions": TableLegend(
        "Every held-out picture", "What each was taken for, and how sure the classifier was.",
        (
            Metric("Picture", "number of the example in the data set"),
            Metric("Shows", "its label"),
            Metric("Taken for", "the class that was named"),
            Metric("Probability", "how sure the classifier was", "%", 1),
            Metric("Margin", "how far on the side of the named class", "", 2),
            Metric("Shown", "its place among the pictures shown, from 0", "", 0),
        ),
        folded=True,
    ),
}  # fmt: skip
"""The tables of every classifier."""

WORD_TABLES = {
    "words": TableLegend(
        "Words", "How often each is seen, and how much it adds to the score of each class in a "
        "picture that is full of it.",
        (
            Metric("Word", "number of the word"),
            Metric("Share", "of all patches of the training pictures", "%", 1),
        ),
        each=Metric("Weight", "what it adds to the score of this class", "", 2),
        folded=True,
    ),
    "evidence": TableLegend(
        "Can the painted decision be believed?", "The decision map, and four controls that never "
        "saw the classifier, on held-out pictures.",
        (
            Metric("Map", "the decision, or the control"),
            Metric("Deletion", "mean probability while the hottest places go first", "", 3,
                   Better.LOWER),
            Metric("Insertion", "mean probability while the hottest places come back first", "", 3,
                   Better.HIGHER),
            Metric("ROAD", "how much more the hottest places matter than the coldest", "", 3,
                   Better.HIGHER),
            Metric("Beats all controls in", "by a paired bootstrap over the pictures, 95 %"),
        ),
    ),
}  # fmt: skip
"""The tables of a classifier that paints its decision."""
