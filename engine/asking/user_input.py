"""One or many new samples as a user has them, turned into what a trained model takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import torch

from engine.asking.user_pictures import on_scale, read_for
from engine.asking.user_text import positions_given, texts_given, tokens_given
from engine.data.array import Array
from engine.data.arrays.array_files import ENDINGS, headers, held_in, read_arrays
from engine.data.kinds import RawValues
from engine.data.paths import located, opened, read_file
from engine.data.preprocessing import Preprocessing
from engine.data.ragged import Ragged
from engine.data.tables.encoded_rows import far_times
from engine.data.tables.files.content import holds_rows
from engine.data.tables.files.json_rows import fault, parsed
from engine.data.tables.files.new_files import SHOWN, blank_lines, check_names, renaming
from engine.data.tables.files.reading_tables import read_sheet
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.new_rows.reading import column_of, spelled
from engine.data.tables.remarks import Remark
from engine.data.texts.text_files import decoded
from engine.errors import DataError
from graphs.data import Column, Field
from graphs.types import Kind
from graphs.wording.phrases import by_count, phrase
from graphs.wording.visible import visible

UserInput: TypeAlias = "str | int | float | Path | Array | Mapping[str, Any] | Sequence[Any]"
"""A text, a number, a path of a file, JSON as a text, an array, a row by column names, or nested
lists of numbers."""

SheetReader: TypeAlias = Callable[[Path], Sheet]
"""How a file of a table is read: as the one was that a model was trained with."""

MEMORY_PER_BYTE = 40
"""What a byte of JSON may take as numbers in lists."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """New samples as a tensor on the CPU, samples first, and what to tell the user about them."""

    tensor: torch.Tensor
    notices: tuple[str, ...] = ()
    lengths: torch.Tensor | None = None
    """How many steps of each sample are real, for a ragged field."""
    lines: tuple[int, ...] = ()
    """For the rows of a file, where each begins in it."""


def encode_input(
    preprocessing: Preprocessing, name: str, given: UserInput, read: SheetReader = read_sheet
) -> Encoded:
    """What a user gives for the field ``name``, preprocessed as in training. Raises DataError.

    A file of a table is opened with ``read``.
    """
    field = preprocessing.fields[name]
    kind = field.kind
    if kind.has_columns:
        return _encoded_table(preprocessing, name, given, read)
    if kind.tensor is Kind.TOKENS and (found := texts_given(name, given, read)) is not None:
        if field.words:
            encoded = _encoded_texts(preprocessing, name, found.texts)
            notices = (*encoded.notices, *found.notices)
            return replace(encoded, notices=notices, lines=found.lines)
        given = _json(found.texts[0], phrase("What is given for “{name}”", name=name))
    if field.ragged:
        return encode_ragged(
            preprocessing, name, _series(preprocessing, name, _loaded(name, given))
        )
    if not kind.may_be_given:
        raise DataError(
            "“{name}” is a {content}, for which new samples cannot be given.",
            name=name,
            content=field.content,
        )
    found, notices = _loaded(name, given), ()
    if isinstance(found, Path):
        array, notices = _in_file(preprocessing, name, found)
    else:
        array = _shaped(preprocessing, name, _numbers(name, found))
        if kind.is_picture:
            array, notices = on_scale(preprocessing, name, array)
    if kind.tensor in (Kind.TOKENS, Kind.INDEX):
        array = positions_given(name, field, array)
    # What is said of pictures is said of each: how bright it is taken for, and on which scale.
    about = tuple(Remark.of_each(one, len(array)) for one in notices)
    return Encoded(preprocessing.encode(name, array), about)


def _in_file(preprocessing: Preprocessing, name: str, path: Path) -> tuple[Array, tuple[str, ...]]:
    """What a file of another format than JSON and arrays holds. Raises DataError."""
    kind = preprocessing.fields[name].kind
    if kind.is_picture:
        return read_for(preprocessing, name, path)
    if (values := RawValues.of(kind).in_file(path)) is None:
        raise DataError(
            "{name} holds no numbers. Give a .npy or .json file, or a list of numbers.",
            name=path.name,
        )
    return _shaped(preprocessing, name, values), ()


def _encoded_texts(preprocessing: Preprocessing, name: str, texts: Sequence[str]) -> Encoded:
    field = preprocessing.fields[name]
    symbol = field.sizes[0] if field.sizes else None
    domain = preprocessing.domains[symbol] if isinstance(symbol, str) else None
    values, notices = tokens_given(name, field, domain, texts)
    if isinstance(values, Ragged):
        return replace(encode_ragged(preprocessing, name, values), notices=notices)
    return Encoded(preprocessing.encode(name, values), notices)


def encode_ragged(preprocessing: Preprocessing, name: str, ragged: Ragged) -> Encoded:
    """Raw samples of a ragged field, padded, with their lengths. Raises DataError."""
    tensor = preprocessing.encode(name, ragged)
    return Encoded(tensor, lengths=torch.from_numpy(ragged.lengths))


def _series(preprocessing: Preprocessing, name: str, given: Any) -> Ragged:
    """One sample or many as lists of steps, of any lengths. Raises DataError."""
    field = preprocessing.fields[name]
    if isinstance(given, Path) and (held := RawValues.of(field.kind).in_file(given)) is not None:
        given = held
    if isinstance(given, Path):
        raise DataError(
            "{name} is no series. Give a .npy or .json file, or a list.", name=given.name
        )
    many = _depth(given) > len(field.sizes)
    samples = [_numbers(name, one) for one in (given if many else [given])]
    for sample in samples:
        if sample.ndim != len(field.sizes) or sample.shape[1:] != field.sizes[1:]:
            wanted = " × ".join(map(str, field.sizes))
            got = " × ".join(map(str, sample.shape)) or "1"
            raise DataError(
                "“{name}” takes {wanted} numbers per sample, but {got} are given.",
                name=name,
                wanted=wanted,
                got=got,
            )
        if field.kind.tensor in (Kind.TOKENS, Kind.INDEX):
            positions_given(name, field, sample)
    if not samples:
        raise DataError("What is given for “{name}” is empty. Give at least one sample.", name=name)
    return Ragged.of(samples)


def _depth(given: Any) -> int:
    """How many lists lie in each other, looking at the first of each."""
    depth = 0
    while isinstance(given, list | tuple):
        depth, given = depth + 1, given[0] if given else None
    return depth + (given.ndim if isinstance(given, np.ndarray) else 0)


def _loaded(name: str, given: UserInput, *, rows: bool = False) -> Any:
    """The values given, or the path of a file that holds neither JSON nor arrays.

    With ``rows`` also that of a file of JSON with objects, which is read as a table.
    """
    if isinstance(given, str) and given.lstrip().startswith(("[", "{")):
        return _json(given, phrase("The text given"))
    if not isinstance(given, str | Path):
        return given
    path = located(given)
    if path.suffix.lower() in ENDINGS:
        return _saved(name, path)
    if path.suffix.lower() == ".json" and not (rows and holds_rows(path)):
        data = read_file(
            path, MEMORY_PER_BYTE, phrase("The values in {name}", name=visible(path.name))
        )
        return _json(decoded(data, visible(path.name)), visible(path.name))
    opened(path).close()
    return path


def _saved(name: str, path: Path) -> Array:
    """The array of a file that is called like the field, or the only one. Raises DataError."""
    known = headers(path)
    if name not in known and len(known) > 1:
        there = ", ".join(f"“{one}”" for one in list(known)[:20])
        raise DataError(
            "{name} has no array “{other_name}”, but: {there}. Name one so.",
            name=path.name,
            other_name=name,
            there=there,
        )
    chosen = name if name in known else next(iter(known))
    return read_arrays(path, {chosen: known[chosen]})[chosen]


def _json(text: str, where: str) -> Any:
    try:
        return parsed(text)
    except (ValueError, RecursionError) as error:
        raise DataError(
            "{where} is no valid JSON: {fault}.", where=where, fault=fault(error)
        ) from None


def _numbers(name: str, given: Any) -> Array:
    try:
        array = np.asarray(given)
    except ValueError:
        raise DataError(
            "The lists given for “{name}” differ in length. Make them equal.", name=name
        ) from None
    if not array.size:
        raise DataError("What is given for “{name}” is empty. Give at least one sample.", name=name)
    if array.dtype.kind not in "buif":
        raise DataError(
            "What is given for “{name}” holds something else than numbers: {held}. Give numbers.",
            name=name,
            held=held_in(array.dtype)
            if array is given or array.dtype != object
            else phrase("what is missing, has a name or is too large"),
        )
    if array.dtype == np.uint8:
        return array
    with np.errstate(over="ignore"):  # what is too large is not finite then
        floats: Array = array.astype(np.float32)
    if not np.isfinite(floats).all():
        raise DataError(
            "What is given for “{name}” holds values that are no finite numbers.", name=name
        )
    return floats


def _shaped(preprocessing: Preprocessing, name: str, array: Array) -> Array:
    """The array with samples first and all axes of the field. Raises DataError."""
    field = preprocessing.fields[name]
    for form in _forms(array, field):
        if _sizes_fit(preprocessing, name, form):
            return form
    sizes = field.sizes
    wanted = " × ".join(map(str, sizes))
    domains = ", ".join(
        phrase("{size} from {low} to {high}", size=size, low=d.low, high=d.high)
        + phrase(" in steps of {multiple}", multiple=d.multiple) * (d.multiple > 1)
        for size, d in preprocessing.domains.items()
        if size in sizes
    )
    got = " × ".join(map(str, array.shape)) or "1"
    raise DataError(
        "“{name}” takes {wanted} numbers{which}, but {got} are given.",
        name=name,
        wanted=wanted,
        which=f" ({domains})" if domains else "",
        got=got,
    )


def _forms(array: Array, field: Field) -> Iterator[Array]:
    """The ways to read an array as samples: as one or many, with or without axes of size 1.

    The channels of a picture may come last.
    """
    sizes = field.sizes
    ones = tuple(axis + 1 for axis, size in enumerate(sizes) if size == 1)
    rank = len(sizes) + 1
    if array.ndim == rank:
        yield array
    if array.ndim == rank - 1:
        yield array[None]
    if ones and array.ndim == rank - len(ones):
        yield np.expand_dims(array, ones)
    if ones and array.ndim == rank - 1 - len(ones):
        yield np.expand_dims(array[None], ones)
    if field.kind.is_picture and array.ndim in (3, 4):
        channels_first = np.moveaxis(array, -1, -3)
        yield channels_first if array.ndim == 4 else channels_first[None]


def _sizes_fit(preprocessing: Preprocessing, name: str, array: Array) -> bool:
    for size, given in zip(preprocessing.fields[name].sizes, array.shape[1:], strict=True):
        if isinstance(size, int):
            if size != given:
                return False
        else:
            domain = preprocessing.domains[size]
            if not (domain.low <= given <= domain.high) or given % domain.multiple:
                return False
    return True


def _encoded_table(
    preprocessing: Preprocessing, name: str, given: UserInput, read: SheetReader
) -> Encoded:
    import polars

    field, (sheet, is_file) = (
        preprocessing.fields[name],
        _given_sheet(preprocessing, name, given, read),
    )
    check_names(sheet, [column.name for column in field.columns])
    notices: list[str] = [*sheet.notices, *sheet.skipped, *blank_lines(sheet)]
    frame = polars.DataFrame([column_of(sheet, column, notices) for column in field.columns])
    encoded = preprocessing.encode(name, frame)
    notices += far_times(field, preprocessing.numbers[name], frame)
    return Encoded(encoded, tuple(notices), lines=tuple(sheet.lines) if is_file else ())


def rows_given(
    preprocessing: Preprocessing, name: str, given: UserInput, read: SheetReader
) -> Iterator[Mapping[str, Any]]:
    """What each row that is given holds in the columns of a field. Raises DataError."""
    sheet, _ = _given_sheet(preprocessing, name, given, read)
    names = [column.name for column in preprocessing.fields[name].columns]
    for row in zip(*(sheet.column(one).to_list() for one in names), strict=True):
        yield dict(zip(names, row, strict=True))


def _given_sheet(
    preprocessing: Preprocessing, name: str, given: UserInput, read: SheetReader
) -> tuple[Sheet, bool]:
    """The rows given, and whether they come from the table in a file."""
    found = _loaded(name, given, rows=True)
    if isinstance(found, Path):
        return read(found), True
    return _sheet(preprocessing.fields[name], found), False


def _sheet(field: Field, given: Any) -> Sheet:
    """Rows by name, or lists of values in the order of the columns, as a sheet of texts."""
    import polars

    rows = [_named(field, row) for row in _rows(given)]
    names = [column.name for column in field.columns]
    missing = [name for name in names if all(name not in row for row in rows)]
    if missing:
        lacks = ", ".join(f"“{name}”" for name in missing[:SHOWN])
        told, _ = renaming(missing, {name for row in rows for name in row} - set(names))
        raise DataError(
            "The row has no {lacks}. {told}It needs: {names}.",
            lacks=lacks,
            told=told,
            names=", ".join(names),
        )
    columns = [
        polars.Series(
            column.name, [_text(row.get(column.name), column) for row in rows], polars.String
        )
        for column in field.columns
    ]
    return Sheet(Path(), polars.DataFrame(columns), range(1, len(rows) + 1), "row")


def _rows(given: Any) -> list[Any]:
    """One row or many as a list of rows. Raises DataError."""
    if isinstance(given, np.ndarray) and (given.dtype.kind in "cSV"):
        raise DataError(
            "A table takes rows of numbers and texts, but the array given holds {held}. "
            "Give an array with a row for each sample.",
            held=held_in(given.dtype),
        )
    if isinstance(given, Mapping):
        return [given]
    if isinstance(given, np.ndarray):
        given = list(given) if given.ndim else []
    if isinstance(given, list | tuple) and given:
        many = isinstance(given[0], Mapping | list | tuple | np.ndarray)
        return list(given) if many else [given]
    raise DataError("Give a row as names with values, or as a list of values.")


def _named(field: Field, row: Any) -> Mapping[str, Any]:
    if isinstance(row, Mapping):
        return row
    names = [column.name for column in field.columns]
    count = len(row) if isinstance(row, list | tuple | np.ndarray) else 1
    if count != len(names):
        raise DataError(
            by_count(
                count,
                "A row takes {count} values ({names}), but one is given.",
                "A row takes {count} values ({names}), but {other_count} are given.",
            ),
            count=len(names),
            names=", ".join(names[:20]),
            other_count=count,
        )
    return dict(zip(names, row, strict=True))


def _text(value: Any, column: Column) -> str | None:
    """A value as a file would hold it; None for a missing one. Raises DataError."""
    if isinstance(value, Mapping | list | tuple | np.ndarray):
        raise DataError(
            "The column “{name}” takes one value in each row, but several in brackets are given.",
            name=column.name,
        )
    if isinstance(value, bool | np.bool_):
        word = str(bool(value))
        return next((c for c in column.categories if c.lower() == word.lower()), word)
    if isinstance(value, float | np.floating) and np.isfinite(value):
        return spelled(float(value), column)
    text = "" if value is None else str(value).strip()
    if not text.isascii() and text != text.encode("utf-8", "replace").decode():
        raise DataError(
            "The column “{name}” holds half of a character. Correct it.", name=column.name
        )
    return text or None
