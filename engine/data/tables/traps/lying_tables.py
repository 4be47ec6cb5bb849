"""Tables that lie on their side: a line for each feature, and a column for each sample."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from engine.data.tables.files.table_file import Sheet
from engine.data.tables.telling.words import listed
from graphs.wording.phrases import phrase

if TYPE_CHECKING:
    import polars

WIDER: Final = 2
"""So many times as many columns as lines it has."""
LEAST: Final = 10
"""So many columns at least."""
_FEATURES: Final = re.compile(r"(?i)^(features?|variables?|attributes?|fields?)([ _-]?names?)?$")
"""How the column of the names of features is called."""
_ANSWERS: Final = re.compile(r"(?i)^(target|label|class|y)$")
"""How the line is called that is to be predicted."""


def remarks(sheet: Sheet) -> list[str]:
    """A sentence about a table whose lines are called as columns are, beside very many columns."""
    import polars

    frame = sheet.frame
    if frame.width < max(LEAST, WIDER * frame.height):
        return []
    first: polars.Series = frame.to_series(0)
    if first.dtype != polars.String or first.null_count() or first.n_unique() < len(first):
        return []
    names = first.to_list()
    if not _FEATURES.match(first.name) and not any(map(_ANSWERS.match, names)):
        return []
    return [
        phrase(
            "The lines are called {names}, so the table seems to lie on its side, with a column "
            "for each sample; turn it, so that each sample is a line.",
            names=listed(names),
        )
    ]
