"""The base of what reads texts for language models."""

from __future__ import annotations

from typing import TypeVar

from engine.data.sources.spec import SourceReader
from engine.data.texts.windows import Cut
from graphs.data.sources.language_text import LanguageText

AnyText = TypeVar("AnyText", bound=LanguageText)


class LanguageTextReader(SourceReader[AnyText]):
    """Base of the readers of texts for language models."""

    @property
    def cut(self) -> Cut:
        """How the text is cut into windows."""
        return Cut(self.source.unit, self.source.length, self.source.stride, self.source.most_words)
