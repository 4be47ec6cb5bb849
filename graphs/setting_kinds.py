"""The kinds of settings: what each is called, what it takes, and how it is written on a line.

One table for all who ask: checks and messages, forms, JSON for scripts, the command line. A setting
names its kind by its annotation. A kind that may also be nothing, or one of a few words, is derived
from the kind itself.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import cache, reduce
from operator import or_
from types import NoneType, UnionType
from typing import Any, Literal, NewType, TypeAlias, Union, get_args, get_origin

from graphs.notation import Notations
from graphs.wording.phrases import phrase

Pair: TypeAlias = int | tuple[int, int]
"""One number for both sides of an image, or height and width."""
Triple: TypeAlias = int | tuple[int, int, int]
"""One number for all sides of a volume, or depth, height and width."""
FieldName = NewType("FieldName", str)
"""The name of a field of the data set."""
FilePath = NewType("FilePath", str)
"""A file or folder on the user's disk."""
BlockValues: TypeAlias = dict[str, Any] | None
"""What a block says for the promoted parameters of its graph, by their names."""


@dataclass(frozen=True, slots=True)
class NodeRef:
    """Another node of the same graph, as a setting holds it: by its id, so that it follows names.

    A type of its own and no text, so that copying, deleting and reading files know it by itself,
    also in a setting of a layer that this version does not have.
    """

    node: str


@dataclass(frozen=True, slots=True)
class GraphRef:
    """A graph of the same document, as the setting of a block holds it."""

    graph: str


@dataclass(frozen=True, slots=True)
class Promoted:
    """A value that each block says for itself, as a setting inside of its graph holds it."""

    parameter: str
    """What the block calls it."""


_EXACT = 2**53
"""Up to here floats hold all whole numbers."""


@dataclass(frozen=True, slots=True)
class PerCopy:
    """A value that grows along the copies of a repeated block, from each to the next.

    By ``add`` more, such as the rate of a stochastic depth, or ``times`` as much, such as the
    dilations 1, 2, 4 and 8. Written by hand they were one setting per copy. One of both is usual.
    """

    start: int | float
    add: int | float = 0
    times: int | float = 1

    def at(self, copy: int) -> int | float:
        """The value in a copy, counted from 0; infinite where no number is as large.

        From a whole number on it is whole where it can be: 64 × 0.5 is 64, 32 and 16.
        """
        try:
            value = (
                self.start * self.times**copy if self.times != 1 else self.start + copy * self.add
            )
        except OverflowError:
            return math.inf
        if type(self.start) is int and abs(value) < _EXACT and value == int(value):
            return int(value)
        return value


_NUMBERS = {int, float}
_WRITTEN = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?"
"""A number as people write it, for patterns."""
Reference: TypeAlias = NodeRef | GraphRef
"""What a setting refers to by an id."""
Settled: TypeAlias = Promoted | PerCopy
"""What stands for a value until it is known where a graph is computed."""


def tagged(written: object) -> Reference | Settled | None:
    """What files write as a table with one tag, such as ``{"node": id}``; None for all else."""
    match written:
        case NodeRef() | GraphRef() | Promoted() | PerCopy():
            return written
        case {"node": str(node), **rest} if not rest:
            return NodeRef(node)
        case {"graph": str(graph), **rest} if not rest:
            return GraphRef(graph)
        case {"parameter": str(parameter), **rest} if not rest:
            return Promoted(parameter)
        case {"start": start, "add": add, **rest} if not rest:
            return PerCopy(start, add) if {type(start), type(add)} <= _NUMBERS else None
        case {"start": start, "times": times, **rest} if not rest:
            return PerCopy(start, times=times) if {type(start), type(times)} <= _NUMBERS else None
        # The log of unsaved work writes all three.
        case {"add": 0, "times": times, **rest}:
            return tagged({**rest, "times": times})
        case {"add": add, "times": 1, **rest}:
            return tagged({**rest, "add": add})
        case _:
            return None


def tag(value: Reference | Settled) -> dict[str, object]:
    """The table that ``tagged`` reads."""
    if isinstance(value, PerCopy):
        grows = {"add": value.add} if value.times == 1 else {"times": value.times}
        return {"start": value.start, **grows}
    return {one.name: getattr(value, one.name) for one in fields(value)}


def held(written: object) -> Any:
    """A setting of a node from JSON as documents hold it: tags read, and tuples for lists."""
    if (one := tagged(written)) is not None:
        return one
    if isinstance(written, dict):
        return {name: held(value) for name, value in written.items()}
    return tuple(map(held, written)) if isinstance(written, list | tuple) else written


def pair(value: Pair) -> tuple[int, int]:
    """Height and width from one number or two."""
    return (value, value) if isinstance(value, int) else value


@dataclass(frozen=True, slots=True)
class SettingKind:
    """What all settings of a kind have in common."""

    name: str
    """What it is called in JSON for scripts."""
    template: str
    """What it takes, in English: ``a whole number``."""
    read: Callable[[str], Any] | None = None
    """From a line of text to a value; raises ValueError. None for what is chosen, not written."""
    spell: Callable[[Any], str] = str
    """From a value to a line of text that ``read`` takes back."""
    step: Callable[[Any, int], Any] | None = None
    """The value so many further up or down, for the arrow keys."""

    is_optional: bool = False
    """Whether it may also be nothing."""
    choices: tuple[str, ...] = ()
    """Where it is one of a few words: these, as they are stored. ``template`` names them."""
    instead: tuple[str, ...] = ()
    """Words that may stand in place of what ``template`` says, written as they are stored."""

    @property
    def words(self) -> str:
        """What it takes, as messages say it."""
        return self.words_within()

    def words_within(self, limited: Callable[[str], str] = str) -> str:
        """What it takes, where ``limited`` adds limits to the part that is numbers."""
        named = {"choices": ", ".join(map(phrase, self.choices))} if self.choices else {}
        words = limited(phrase(self.template, **named))
        if self.instead:
            words = phrase("{words}, or {word}", words=words, word=", ".join(self.instead))
        if not self.is_optional:
            return words
        if " or " in self.template or self.instead:
            return phrase("nothing, or {words}", words=words)
        return phrase("nothing or {words}", words=words)

    def or_nothing(self) -> SettingKind:
        """The kind that may also be nothing, which is written as an empty line."""
        read, spell = self.read, self.spell
        return replace(
            self,
            name=self.name + " or nothing",
            is_optional=True,
            read=None if read is None else lambda text: read(text) if text.strip() else None,
            spell=lambda value: "" if value is None else spell(value),
        )

    def or_words(self, instead: tuple[str, ...]) -> SettingKind:
        """The kind that may also be one of these words, which is written on the line as it is."""
        read, spell, step = self.read, self.spell, self.step
        assert read is not None  # words stand in place of what is written
        return replace(
            self,
            name=" or ".join((self.name, *instead)),
            instead=instead,
            read=lambda text: word if (word := text.strip().lower()) in instead else read(text),
            spell=lambda value: value if value in instead else spell(value),
            step=step and (lambda value, by: value if value in instead else step(value, by)),
        )


@cache
def setting_kind(annotation: Any) -> SettingKind:
    """The kind that an annotation names. Raises KeyError for one that no setting can have."""
    if get_origin(annotation) is Literal:
        choices = get_args(annotation)
        return SettingKind("choice", "one of {choices}", str.strip, choices=choices)
    plain = without_nothing(annotation)
    if annotation in _KINDS or plain == annotation:
        numbers, instead = without_words(annotation)
        return setting_kind(numbers).or_words(instead) if instead else _KINDS[annotation]
    return setting_kind(plain).or_nothing()


def without_nothing(annotation: Any) -> Any:
    """What an annotation takes beside nothing; itself where nothing is not allowed."""
    if get_origin(annotation) not in (Union, UnionType) or NoneType not in get_args(annotation):
        return annotation
    return reduce(or_, (one for one in get_args(annotation) if one is not NoneType))


def without_words(annotation: Any) -> tuple[Any, tuple[str, ...]]:
    """What an annotation takes beside words, and the words: ``int | Literal["same"]``."""
    if get_origin(annotation) not in (Union, UnionType):
        return annotation, ()
    parts = get_args(annotation)
    words = [part for part in parts if get_origin(part) is Literal]
    if not words:
        return annotation, ()
    rest = reduce(or_, (part for part in parts if part not in words))
    return rest, tuple(word for part in words for word in get_args(part))


def _number(text: str) -> float:
    """A number with a point or a comma: ``0.001``, ``1e-3``, ``0,001``."""
    return float(text.strip().replace(",", "."))


def _whole_numbers(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in re.split(r"[\s,;x×*]+", text.strip()) if word)


def _sides(count: int, name: str, template: str) -> SettingKind:
    """One number for so many sides, or one for each."""

    def read(text: str) -> Any:
        numbers = _whole_numbers(text)
        if len(numbers) not in (1, count):
            raise ValueError(text)
        return numbers[0] if len(set(numbers)) == 1 else numbers

    def spell(value: Any) -> str:
        numbers = value if isinstance(value, tuple) else (value,) * count
        return " × ".join(map(str, numbers))

    def step(value: Any, by: int) -> Any:
        return tuple(side + by for side in value) if isinstance(value, tuple) else value + by

    return SettingKind(name, template, read, spell, step)


def _numbers(text: str) -> tuple[float, ...]:
    """Numbers with a space, a semicolon or, where they have no decimal commas, a comma between."""
    words = re.split(r",\s+|[\s;]+", text.strip())
    if len(words) == 1:  # 0.9,0.999
        words = words[0].split(",")
    return tuple(_number(word) for word in words if word)


def _names(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _joined(values: Any) -> str:
    return ", ".join(f"{one:.12g}" if isinstance(one, float) else str(one) for one in values)


def _set_by_blocks(value: Promoted) -> str:
    return phrase("{parameter}, set by each block", parameter=value.parameter)


def _growing(text: str) -> PerCopy:
    """``16 + 4`` or ``1 × 2``: what the first copy has, and what makes the next of each."""
    pattern = rf"({_WRITTEN})\s*([-+*x×·])\s*({_WRITTEN})"
    found = re.fullmatch(pattern, text.strip(), re.IGNORECASE)
    if found is None:
        raise ValueError(text)
    start, sign, by = found.groups()
    if sign not in "+-":
        return PerCopy(_int_or_float(start), times=_int_or_float(by))
    return PerCopy(_int_or_float(start), _int_or_float(by) * (1 if sign == "+" else -1))


def _int_or_float(text: str) -> int | float:
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else _number(text)


def _grown(value: PerCopy) -> str:
    if value.times != 1:
        return f"{_joined([value.start])} × {_joined([value.times])}"
    sign = "-" if value.add < 0 else "+"
    return f"{_joined([value.start])} {sign} {_joined([abs(value.add)])}"


def _parameters(values: BlockValues) -> str:
    return ", ".join(f"{name} = {value}" for name, value in (values or {}).items())


def _columns(notations: Notations) -> str:
    return ", ".join(notations or ())


_KINDS: dict[Any, SettingKind] = {
    int: SettingKind("int", "a whole number", int, str, lambda value, by: value + by),
    float: SettingKind("float", "a number", _number, lambda value: f"{value:.12g}"),
    bool: SettingKind("bool", "on or off"),
    str: SettingKind("text", "a text", str.strip),
    Pair: _sides(2, "pair", "one or two whole numbers"),
    Triple: _sides(3, "triple", "one or three whole numbers"),
    tuple[float, float]: SettingKind("two floats", "two numbers", _numbers, _joined),
    tuple[int, ...]: SettingKind("list of int", "a list of whole numbers", _whole_numbers, _joined),
    tuple[float, ...]: SettingKind("list of float", "a list of numbers", _numbers, _joined),
    tuple[str, ...]: SettingKind("list of names", "a list of names", _names, _joined),
    FieldName: SettingKind("field", "the name of a field"),
    FilePath: SettingKind("path", "a path", str.strip),
    NodeRef: SettingKind("node", "another node", spell=lambda value: value.node),
    GraphRef: SettingKind("graph", "a graph of the document", spell=lambda value: value.graph),
    Promoted: SettingKind("parameter", "a parameter of the block", spell=_set_by_blocks),
    PerCopy: SettingKind(
        "per copy", "a number growing from copy to copy (16 + 4, or 1 × 2)", _growing, _grown
    ),
    BlockValues: SettingKind(
        "values", "nothing, or values of parameters by their names", spell=_parameters
    ),
    Notations: SettingKind(
        "notations", "nothing, or how cells are written by column", spell=_columns
    ),
}
