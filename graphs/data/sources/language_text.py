"""What sources of texts for language models have in common: how a text is cut into windows."""

from functools import cache

from graphs.data.sources.choices import Unit
from graphs.data.sources.spec import Source
from graphs.describe import Parameter, param


class LanguageText(Source):
    """Base of the sources of windows of text, each with what follows it, token by token."""

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

    @classmethod
    @cache
    def parameters(cls) -> tuple[Parameter, ...]:
        """Its settings: where the text lies first, if it is the user's own."""
        return tuple(sorted(super().parameters(), key=lambda one: one.name != "path"))
