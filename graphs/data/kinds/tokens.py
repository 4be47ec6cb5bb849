"""Tokens, such as the words of texts, as data."""

from graphs.data.fields import DataKind, Field
from graphs.types import Kind


class TokensKind(DataKind, id="tokens"):
    """Positions in a vocabulary."""

    tensor = Kind.TOKENS
    noun = "tokens"
    learned = "class"
    in_steps = True
    may_be_ragged = True

    def values(self, field: Field) -> int | None:
        """As many as the vocabulary has."""
        return field.vocabulary
