"""The error that asks: a column can be read in several ways, and only the user knows which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.errors import DataError

if TYPE_CHECKING:  # whoever catches it need not wait for what judges columns
    from engine.data.tables.open_columns import Judgement


class Undecided(DataError):  # noqa: N818  # nothing is wrong yet
    """A column can be read in several ways; ``judgements`` says of every column how it was read.

    ``target`` is the column that would be predicted.
    """

    def __init__(
        self, question: str, judgements: Mapping[str, Judgement], target: str = ""
    ) -> None:
        super().__init__(question)
        self.judgements, self.target = dict(judgements), target
