"""A real English text for language models."""

from graphs.data.sources.language_text import LanguageText


class EnglishText(
    LanguageText,
    id="english_text",
    title="English text",
    group="Ready-made",
    search="language model",
):
    """465,000 characters of English: the documentation of a programming language, in topics.

    Windows of text, and for each character or word the one that follows. From Python's own help,
    under its licence.
    """
