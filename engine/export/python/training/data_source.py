"""The functions of a file that go from raw samples to batches, and the samples beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np

from engine.data.array import Array
from engine.data.pictures.plain import FULL_WHITE
from engine.data.ragged import Ragged
from engine.data.samples import Values
from engine.data.texts.tokens import UNKNOWN
from engine.export.python.expressions import literal
from engine.export.python.layout import Code, Group, lines
from engine.export.python.training.constants import Constants, call, entry
from engine.export.python.training.encodings import (
    RawCode,
    RawField,
    columns_of,
    held,
    table_columns,
)
from engine.export.python.training.facts import TrainingFacts
from engine.export.python.training.taken_along.columns import encode_table, read_csv
from graphs.data import Normalize, lengths_of

SPLIT, OFFSETS, WORDS = ".split", "offsets", "words"
"""Under which names a file has what each sample is for, where ragged ones begin, and how tokens are
spelled."""
TRAIN, VALID, TEST, NONE = range(4)


def arrays(facts: TrainingFacts) -> dict[str, Array]:
    """The raw samples that a file reads, and what each is for."""
    found: dict[str, Array] = {}
    for name, field in facts.fields.items():
        values = whole(facts, name)
        flat = values.values if isinstance(values, Ragged) else values
        found |= RawCode.of(field.kind).kept(name, flat)
        if isinstance(values, Ragged):
            found[f"{name}.{OFFSETS}"] = values.offsets
    if name := text_of(facts):
        found[f"{name}.{WORDS}"] = np.array(facts.fields[name].words, dtype=np.str_)
    parts = np.full(len(facts.prepared.samples), NONE, np.uint8)
    indices = facts.prepared.indices
    for part, rows in ((TRAIN, indices.train), (VALID, indices.valid), (TEST, indices.test)):
        if part == TRAIN or rows is not indices.train:
            parts[rows] = part
    return {**found, SPLIT: parts}


def text_of(facts: TrainingFacts) -> str:
    """The only field that enters the network where texts can stand for it; else empty."""
    name, *others = facts.entering
    field = facts.fields[name]
    is_text = field.ragged and UNKNOWN in field.words and not others
    return name if is_text and not any(word.endswith("\0") for word in field.words) else ""


def whole(facts: TrainingFacts, name: str) -> Values:
    """All raw values of a field."""
    values = facts.prepared.samples.values[name]
    return values[np.arange(len(values))]


class DataSource:
    """Lines of code from a file of raw samples to batches."""

    def __init__(self, facts: TrainingFacts, constants: Constants) -> None:
        self._facts, self._constants = facts, constants

    @property
    def table(self) -> str:
        """The only field that enters the network where it is a table; else empty.

        Also empty where the document's own file of it would be read as something else.
        """
        name, *others = self._facts.entering
        is_table = self._facts.fields[name].kind.has_columns and not others
        return name if is_table and self._reads_alike(name) else ""

    def _reads_alike(self, name: str) -> bool:
        """Whether plain reading gives what the program has read, where that was a CSV file."""
        path = Path(str(self._facts.model.document.data.settings.get("path") or ""))
        if path.suffix.lower() != ".csv":
            return True
        field, numbers = self._facts.fields[name], self._facts.preprocessing.numbers[name]
        columns = table_columns(field, numbers)
        own = RawCode.of(field.kind).kept(name, whole(self._facts, name))
        try:
            read = read_csv(path, name, columns)
        except (OSError, KeyError, ValueError, UnicodeError):
            return False
        return all(
            np.array_equal(encode_table(own, name, [one]), encode_table(read, name, [one]))
            for one in columns
        )

    @property
    def picture(self) -> str:
        """The only field that enters the network where a picture file can stand for it; else empty.

        That is, where every file is read as bytes: not in place of deep pictures, nor of numbers
        whose black and white are not known.
        """
        name, *others = self._facts.entering
        field = self._facts.fields[name]
        is_plain = field.kind.is_picture and field.normalize is not Normalize.RANGE
        if others or not is_plain or not all(isinstance(size, int) for size in field.sizes):
            return ""
        span = self._facts.preprocessing.span(name)
        return name if span is not None and not span.is_deep else ""

    def _decoded(self, name: str) -> Code:
        """The raw values that a picture file stands for."""
        preprocessing = self._facts.preprocessing
        span, white = preprocessing.span(name), preprocessing.deep_white.get(name, FULL_WHITE)
        sizes = [str(size) for size in self._facts.fields[name].sizes]
        deep = {} if white == FULL_WHITE else {"white": str(white)}
        picture = call("read_picture", "file", *sizes, **deep)
        if getattr(whole(self._facts, name), "dtype", None) == np.uint8:
            return picture
        assert span is not None, "asked where black and white are known"
        if (span.black, span.white) == (0, 1):
            return call("unit_range", picture)
        return call("bytes_on_scale", picture, literal(span.black), literal(span.white))

    def reading(self) -> list[str]:
        """The function ``read_samples``."""
        found = [
            "def read_samples(file: Path | None = None) -> Raw:",
            '    """Raw samples by name, by default those beside this file."""',
        ]
        if name := self.table:
            field, numbers = self._facts.fields[name], self._facts.preprocessing.numbers[name]
            columns = columns_of(name, field, numbers, self._constants)
            found += [
                '    if file is not None and file.suffix.lower() == ".csv":',
                f"        return read_csv(file, {literal(name)}, {columns})",
            ]
        elif name := self.picture:
            found += [
                '    if file is not None and file.suffix.lower() != ".npz":',
                *lines(Group("{", [entry(name, self._decoded(name))], "}"), 2, before="return "),
            ]
        elif name := text_of(self._facts):
            found += self._texts(name)
        return [
            *found,
            "    return load_arrays(file or DATA_FILE)",
        ]

    def _texts(self, name: str) -> list[str]:
        """The lines that read new texts."""
        field = self._facts.fields[name]
        domain = self._facts.domain(str(field.sizes[0]))
        longest = str(domain.high // domain.multiple * domain.multiple)
        texts = call("read_texts", "file", literal(name))
        words = f"load_arrays(DATA_FILE)[{literal(f'{name}.{WORDS}')}].tolist()"
        given = [texts, literal(name), "words", literal(field.joint), longest]
        return [
            '    if file is not None and file.suffix.lower() != ".npz":',
            f"        words = {words}",
            *lines(call("tokenized", *given), 2, before="return "),
        ]

    def encoding(self) -> list[str]:
        """The functions ``inputs`` and ``targets``."""
        entering = self._facts.entering
        targets = [name for name in self._facts.fields if name not in entering]
        found = self._encoded("inputs", "What the network takes, of raw samples.", entering)
        if targets:
            told = "What the losses compare with, of raw samples."
            found += ["", "", *self._encoded("targets", told, targets)]
        return found

    def _encoded(self, function: str, told: str, names: Sequence[str]) -> list[str]:
        made: list[Code] = []
        required: list[str] = []
        for name in names:
            required += self._required(name)
            made.append(Group(f"{literal(name)}: torch.from_numpy(", [self._array(name)], ")"))
            if self._facts.fields[name].ragged:
                lengths = f"np.diff({held(f'{name}.{OFFSETS}')})"
                made.append(f"{literal(lengths_of(name))}: torch.from_numpy({lengths})")
        return [
            f"def {function}(raw: Raw) -> dict[str, Tensor]:",
            f'    """{told}"""',
            *required,
            *lines(Group("{", made, "}"), 1, before="return "),
        ]

    def _required(self, name: str) -> list[str]:
        """The lines that refuse other samples of a field; columns of tables are looked at alone."""
        field = self._facts.fields[name]
        if field.kind.has_columns:
            return []
        values = whole(self._facts, name)
        shape = cast("Array", values.values if isinstance(values, Ragged) else values).shape[1:]
        named = field.sizes[1:] if field.ragged else field.sizes
        free = {at for at, size in enumerate(named) if isinstance(size, str)}
        sizes = tuple(None if at in free else size for at, size in enumerate(shape))
        below = field.kind.values(field)
        further = {} if below is None else {"below": str(below)}
        return lines(call("require_array", "raw", literal(name), literal(sizes), **further), 1)

    def _array(self, name: str) -> Code:
        facts, field = self._facts, self._facts.fields[name]
        values = whole(facts, name)
        flat = cast("Array", values.values if isinstance(values, Ragged) else values)
        raw = RawField(name, field, facts.preprocessing.numbers[name], flat)
        code = RawCode.of(field.kind).code(raw, self._constants)
        if not field.ragged:
            return code
        size = str(field.sizes[0])
        steps: Code = call("longest_sample", "raw", *map(literal, facts.ragged[size]))
        if further := self._allowed(size):
            steps = call("allowed_steps", steps, *further)
        return call("pad_samples", code, held(f"{name}.{OFFSETS}"), steps)

    def _allowed(self, size: str) -> list[str]:
        """The least number of steps, and what all are a multiple of, where not all may be."""
        domain = self._facts.domain(size)
        if domain.low <= 1 and domain.multiple == 1:
            return []
        return [str(domain.low), *([str(domain.multiple)] if domain.multiple > 1 else [])]

    def splits(self) -> list[str]:
        """The function ``split_rows``."""
        held_out = self._facts.prepared.held_out
        shared = [name for name in ("valid", "test") if name not in held_out]
        zipped = "dict(zip(SPLITS, map(torch.from_numpy, rows), strict=True))"
        return [
            "def split_rows(raw: Raw) -> dict[str, Tensor]:",
            '    """Which rows are for training, validation and the test."""',
            f"    rows = [np.flatnonzero(raw[{literal(SPLIT)}] == part) for part in range(3)]",
            f"    {'by_split =' if shared else 'return'} {zipped}",
            *(f'    by_split["{name}"] = by_split["train"]  # none is held out' for name in shared),
            *(["    return by_split"] if shared else []),
        ]

    def batching(self) -> list[str]:
        """The functions ``batches`` and ``take``."""
        plan = self._facts.plan
        at_once = "BATCH_SIZE"
        if plan.accumulate > 1:
            at_once = f"BATCH_SIZE * {self._constants.named('accumulate', plan.accumulate)}"
        split = f"list(torch.split(order, {at_once}))"
        joined = [
            f"    chunks = {split}",
            "    if len(chunks) > 1 and len(chunks[-1]) == 1:  # no norm learns from one sample",
            "        chunks[-2:] = [torch.cat(chunks[-2:])]",
            "    return chunks",
        ]
        made: list[Code] = [
            "{name: tensor[rows] for name, tensor in samples.items()}",
            *(
                call("trim_padding", "batch", literal(tuple(names)), *self._allowed(size))
                for size, names in self._facts.ragged.items()
            ),
        ]
        return [
            "def batches(rows: Tensor, epoch: int) -> list[Tensor]:",
            '    """The training rows of each batch, shuffled anew for each epoch."""',
            '    generator = torch.Generator().manual_seed(derived(SEED, "order", epoch))',
            "    order = rows[torch.randperm(len(rows), generator=generator)]",
            *(joined if self._facts.needs_two else [f"    return {split}"]),
            "",
            "",
            "def take(samples: Batch, rows: Tensor) -> Batch:",
            '    """The batch of these rows."""',
            *(line for code in made[:-1] for line in lines(code, 1, before="batch = ")),
            *lines(made[-1], 1, before="return "),
        ]
