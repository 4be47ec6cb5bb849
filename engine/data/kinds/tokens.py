"""Tokens: positions in a vocabulary, which may have a spelling."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from engine.data.array import Array
from engine.data.kinds.spec import RawValues, Shown
from engine.data.ragged import Ragged
from engine.data.samples import Values
from engine.data.texts.tokens import Speller
from graphs.data import Field, TokensKind


class RawTokens(RawValues, of=TokensKind):
    """Positions, one or several per sample."""

    def shown(self, field: Field, values: Values, fields: Iterable[Field]) -> Shown:
        """Texts, where the tokens have a spelling."""
        if not field.words:
            return super().shown(field, values, fields)
        if isinstance(values, Ragged):
            several: Iterable[Array] = (values.sample(row) for row in range(len(values)))
        else:
            taken = cast("Array", values)
            several = taken.reshape(len(taken), -1)
        return tuple(Speller.of(field).spelled(tokens) for tokens in several)
