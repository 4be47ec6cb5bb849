"""What metrics are called where a user reads them, and how their figures are written."""

import re

from PySide6.QtCore import QCoreApplication

from graphs.wording import figures
from graphs.wording.visible import visible

FINEST, COARSEST = 0.001, 10
"""Within these, figures are written with four digits behind the point."""
LONGEST = 1e4
"""From here on none has digits behind the point, also in a column."""
_TOP = re.compile(r"top_(\d+)_accuracy")


def figure(value: float) -> str:
    """A figure as it stands beside others: usual ones with as many digits behind the point."""
    usual = value == 0 or FINEST <= abs(value) < COARSEST
    return f"{value:.4f}" if usual else figures.figure(value)


def in_column(value: float, digits: int = 4) -> str:
    """A figure below others: with as many digits behind the point, where these tell it."""
    is_told = value == 0 or FINEST <= abs(value) < LONGEST
    return f"{value:.{digits}f}" if is_told else figure(value)


def metric_words(name: str, of: str = "") -> str:
    """A metric in words, behind its output where there are several: ``digit · Accuracy``.

    ``of`` is the class that it tells of, where it is one of two; of several targets each has its
    own, such as ``r2[height]``. A metric that has no words of its
    own here is spelled out of its name.
    """
    name, _, target = name.partition("[")
    output, _, metric = name.rpartition("/")
    words, of = _words(metric), target.removesuffix("]") or of
    if of:
        words = QCoreApplication.translate("metrics", "{metric} of “{name}”").format(
            metric=words, name=visible(of)
        )
    return f"{output} · {words}" if output else words


def _words(metric: str) -> str:
    def say(words: str) -> str:
        return QCoreApplication.translate("metrics", words)

    if top := _TOP.fullmatch(metric):
        return say("Top-{k} accuracy").format(k=top[1])
    known = {
        "loss": say("Loss"),
        "accuracy": say("Accuracy"),
        "mae": say("Mean absolute error"),
        "mse": say("Mean squared error"),
        "rmse": say("Root mean squared error"),
        "r2": say("R²"),
        "f1": say("F1"),
        "roc_auc": say("ROC AUC"),
        "precision": say("Precision"),
        "recall": say("Recall"),
        "mean_iou": say("Mean intersection over union"),
        "perplexity": say("Perplexity"),
        "bits_per_character": say("Bits per character"),
    }
    spelled = metric.replace("_", " ")
    return known.get(metric) or spelled[:1].upper() + spelled[1:]
