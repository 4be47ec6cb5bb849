"""Reads the English text that comes along."""

import json
from functools import cache

import assets
from engine.controls import Poll, go_on
from engine.data.samples import Samples
from engine.data.sources.language_text import LanguageTextReader
from engine.data.texts.windows import language_samples
from engine.errors import DataError
from graphs.data.sources.bundled.english_text import EnglishText


class EnglishTextReader(LanguageTextReader[EnglishText], of=EnglishText):
    """All topics, one after the other."""

    def read(self, poll: Poll = go_on) -> Samples:
        return language_samples(tuple(topics().values()), self.cut, poll)


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
