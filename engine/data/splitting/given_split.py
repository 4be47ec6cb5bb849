"""The split that the data brings along: how its parts are called, and which sample is in which."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from engine.data.array import Array
from engine.errors import DataError
from graphs.wording.phrases import enumerated, phrase, with_and, with_or

if TYPE_CHECKING:
    from engine.data.tables.files.table_file import Sheet

TRAIN, VALID, TEST = 0, 1, 2
"""How ``Samples.parts`` names them."""
PARTS = ("training", "validation", "test")
"""The same in words."""
_NAMES = {
    TRAIN: ("train", "training", "trainset", "trainingset"),
    VALID: (
        "val", "valid", "validation", "validate", "dev", "development", "validationset", "valset",
    ),
    TEST: ("test", "testing", "tests", "testset", "holdout"),
}  # fmt: skip
_COLUMNS = frozenset(
    {"split", "set", "subset", "partition", "part", "dataset", "data set", "usage"}
)
"""Names of columns that say what each row is for."""
_BY_NAME = {name: part for part, names in _NAMES.items() for name in names}


def part_named(name: str) -> int | None:
    """The part that a folder, an array or a cell names, in whatever case; None for another name."""
    plain = "".join(letter for letter in name.casefold() if letter.isalnum())
    return _BY_NAME.get(plain)


def are_parts(names: Iterable[str]) -> bool:
    """Whether names can only mean a split: all are parts, training is one, and none stands twice.

    Names like ``val`` and ``valid`` beside each other are the same part, and so no split.
    """
    found = [part_named(name) for name in names]
    return None not in found and TRAIN in found and 1 < len(set(found)) == len(found)


def parts_in(values: Sequence[str | None]) -> Array | None:
    """The part of each row of a column; None when the column holds anything else.

    Training and another part have to be there.
    """
    known = {value: part_named(value or "") for value in set(values)}
    if None in known.values() or TRAIN not in known.values() or len(set(known.values())) < 2:
        return None
    return np.array([known[value] for value in values], dtype=np.int64)


def named_as_split(name: str) -> bool:
    """Whether a column is called split, which none to be predicted is."""
    return name.strip().casefold() in {"split", "subset", "partition"}


def split_column(sheet: Sheet, wanted: str, others: Collection[str] = ()) -> str:
    """The column that says what each row is for: the one wanted, or one that can be nothing else.

    Such a column is called so, holds names of parts alone, and is none of the ``others``. Raises
    DataError when the one wanted does not say it.
    """
    if wanted:
        if _parts_of(sheet, wanted) is None:
            raise DataError(
                "The column “{wanted}” of {name} does not say what each row is for: it takes "
                "words such as train, validation and test in every row. Choose another.",
                wanted=wanted,
                name=sheet.path.name,
            )
        return wanted
    for name in sheet.frame.columns:
        if (
            name not in others
            and name.casefold() in _COLUMNS
            and _parts_of(sheet, name) is not None
        ):
            return name
    return ""


def column_parts(sheet: Sheet, name: str) -> Array | None:
    """The part of each row by a column that says it; None where no column does."""
    return _parts_of(sheet, name) if name else None


def _parts_of(sheet: Sheet, name: str) -> Array | None:
    import polars

    column = sheet.column(name)
    return parts_in(column.to_list()) if column.dtype == polars.String else None


def told(parts: Array, where: str) -> str:
    """What to say of a split that the data brings along; ``where`` begins the sentence."""
    counts = np.bincount(parts, minlength=len(PARTS)).tolist()
    shown = [
        phrase("{count:,} for {part}", count=count, part=phrase(part))
        for part, count in zip(PARTS, counts, strict=True)
        if count
    ]
    return phrase(
        "{where} which samples are for what: {listed}. The plan's shares are not used "
        "for these. To draw them anew, set the split to shares.",
        where=where,
        listed=enumerated(shown),
    )


def planned(parts: Array, validation: float, test: float, folds: int | None) -> str | None:
    """What a plan does with a split that the data brings along, where that is not plain."""
    if folds is not None:
        kept = int((parts == TEST).sum())
        aside = (
            phrase(" The {kept:,} samples given for the test are in no fold.", kept=kept)
            if kept
            else ""
        )
        return phrase(
            "The folds are drawn from the samples given for training and validation.{aside}",
            aside=aside,
        )
    missing = {
        phrase(PARTS[part]): share
        for part, share in ((VALID, validation), (TEST, test))
        if share and not (parts == part).any()
    }
    taken = [
        phrase("{share:.0%} of the training samples are taken for {part}", share=share, part=part)
        for part, share in missing.items()
    ]
    if not taken:
        return None
    return phrase(
        "The data gives no samples for {parts}, so {taken}.",
        parts=with_or(missing),
        taken=with_and(taken),
    )


def check(parts: Array) -> None:
    """Raise DataError when no sample is left to train with."""
    if not (parts == TRAIN).any():
        raise DataError(
            "The data gives no samples for training, only for validation and test. Add some, or "
            "set the split to shares."
        )
