"""Passages of a real English text, each to be told which topic it comes from."""

from graphs.data.sources.spec import Source
from graphs.describe import param


class Topics(
    Source, id="topics", title="Topics", group="Ready-made", search="text classification words"
):
    """Passages from the documentation of a programming language, to be told by their topic.

    What stands in several topics counts for the smallest alone. Passages in a row stay together in
    the split. From Python's own help, under its licence.
    """

    classes: int = param(
        default=12, low=2, high=40, help="How many topics, those with most passages first."
    )
    length: int = param(
        title="Text length",
        default=60,
        low=8,
        high=1000,
        unit="words",
        help="Words of a passage at most.",
    )
    most_words: int = param(
        title="Vocabulary size",
        default=2000,
        low=10,
        high=100_000,
        help="How many words are told apart, the commonest first; the rest are unknown.",
    )
