"""A real English text for language models."""

import json
from functools import cache

import assets
from engine.controls import Poll, go_on
from engine.data.samples import Samples
from engine.data.sources.spec import Source
from engine.data.texts.tokens import Unit
from engine.data.texts.windows import Cut, language_samples
from engine.errors import DataError
from graphs.describe import param


class EnglishText(
    Source, id="english_text", title="English text", group="Ready-made", search="language model"
):
    """465,000 characters of English: the documentation of a programming language, in topics.

    Windows of text, and for each character or word the one that follows. From Python's own help,
    under its licence.
    """

    unit: Unit = param(
        title="Token", default="characters", help="What a token is: a character or a word."
    )
    length: int = param(
        title="Text length", default=64, low=2, high=8192, unit="tokens", help="Tokens in a window."
    )
    stride: int = param(
        default=64,
        low=1,
        high=8192,
        unit="tokens",
        help="How far apart windows begin; below the length they overlap.",
    )
    most_words: int = param(
        title="Vocabulary size",
        default=5000,
        low=10,
        high=100_000,
        help="How many words are told apart, the commonest first; the rest are unknown.",
    )

    def read(self, poll: Poll = go_on) -> Samples:
        cut = Cut(self.unit, self.length, self.stride, self.most_words)
        return language_samples(tuple(topics().values()), cut, poll)


@cache
def topics() -> dict[str, str]:
    """The texts by the name of their topic, in name order. Raises DataError."""
    try:
        read = json.loads(assets.path("text/topics.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise DataError(
            "The text that comes with Layerloom cannot be read. Install Layerloom again."
        ) from None
    return {str(name): str(text) for name, text in read.items()}
