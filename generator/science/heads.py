"""What kind of linear classifier is put on top of features."""

from enum import Enum


class Head(Enum):
    """What a linear classifier minimises beside the length of its weights."""

    SVM = "svm"
    """A support vector machine: the hinge loss, which only looks at examples near the border."""

    LOGISTIC = "logistic"
    """Logistic regression: the logistic loss, which looks at all of them."""
