"""How a thing with settings describes itself: one class gives form, validation, file and help.

Layers, optimizers, schedules, augmentations and data sources are such things. A family is a direct
subclass of ``Described``; each member of it registers itself under an id that no other may use.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field, fields
from functools import cache
from typing import (
    Any,
    ClassVar,
    Literal,
    Self,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

from graphs.notation import NOTATION_NAMES, Notation, Notations
from graphs.setting_kinds import GraphRef, NodeRef, PerCopy, Promoted, setting_kind, without_nothing
from graphs.wording.explanations import Explanation, explained
from graphs.wording.phrases import phrase
from graphs.wording.visible import visible

LIMITS = (
    "at least {limit}",
    "more than {limit}",
    "at most {limit}",
    "less than {limit}",
)
FURTHEST_INT = 2**63 - 1
"""No library computes with whole numbers beyond."""
LEAST, MOST = 1e-37, 1e38
"""What float32, in which networks compute, holds in full: beyond, a number is infinite or 0."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a form, a file and a check need to know about one setting."""

    name: str
    kind: Any
    default: Any
    help_template: str
    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None
    unit: str = ""
    comes_last: bool = False
    title_template: str = ""

    @property
    def title(self) -> str:
        """What it is called in a form: in words, or as torch calls it where torch has it."""
        return phrase(self.title_template)

    @property
    def help(self) -> str:
        """The sentence that is shown beside it."""
        return phrase(self.help_template)

    @property
    def choices(self) -> tuple[str, ...]:
        """The words to choose from as they are stored, or nothing when it is no choice."""
        return get_args(self.kind) if get_origin(self.kind) is Literal else ()

    @property
    def is_reference(self) -> bool:
        """Whether it holds another node."""
        return bool(self.kind == NodeRef | None)

    def fault(self, value: Any) -> str | None:
        """Why ``value`` cannot be used, as the end of a sentence; None when it can."""
        refers_to = without_nothing(self.kind)
        if refers_to in (NodeRef, GraphRef):  # a mapping that only looks like one is no reference
            fine = value is None or isinstance(value, refers_to)
            return (
                None
                if fine
                else phrase(
                    "must be {wanted}, not {value}", wanted=self.wanted(), value=in_words(value)
                )
            )
        given = value
        try:
            value = msgspec.convert(value, self.kind, strict=True)
        except (msgspec.ValidationError, OverflowError, RecursionError, UnicodeEncodeError):
            return self._unfit(value)
        if self.kind == Notations and (extra := _unknown(value, given)):
            return phrase("must be {wanted}, not {extra}", wanted=self.wanted(), extra=extra)
        first = value.start if isinstance(value, PerCopy) else value  # later ones are asked there
        numbers = first if isinstance(first, tuple) else (first,)
        for number in numbers:
            if isinstance(number, bool) or not isinstance(number, int | float):
                continue
            if isinstance(number, int) and abs(number) > FURTHEST_INT:
                return phrase(
                    "must lie between {least} and {most}, not {value}",
                    least=-FURTHEST_INT,
                    most=FURTHEST_INT,
                    value=in_words(number),
                )
            if isinstance(number, float) and not math.isfinite(number):
                return phrase("must be a finite number, not {number}", number=number)
            if isinstance(number, float) and number and not LEAST <= abs(number) <= MOST:
                return phrase(
                    "must be 0 or of a magnitude between {least:g} and {most:g}, not {number:g}",
                    least=LEAST,
                    most=MOST,
                    number=number,
                )
            if (
                (self.low is not None and number < self.low)
                or (self.high is not None and number > self.high)
                or (self.above is not None and number <= self.above)
                or (self.below is not None and number >= self.below)
            ):
                return phrase(
                    "must be {wanted}, not {value}", wanted=self.wanted(), value=in_words(value)
                )
        return None

    def _unfit(self, value: Any) -> str:
        """Why a value is of no kind that it takes."""
        told = _unfit_notation(value) if self.kind == Notations else None
        return told or phrase(
            "must be {wanted}, not {value}", wanted=self.wanted(), value=in_words(value)
        )

    def wanted(self) -> str:
        """The values it takes, in words: ``a whole number of at least 1``."""
        return setting_kind(self.kind).words_within(self._limited)

    def _limited(self, words: str) -> str:
        limits = [
            phrase(template, limit=_number(limit))
            for template, limit in zip(
                LIMITS, (self.low, self.above, self.high, self.below), strict=True
            )
            if limit is not None
        ]
        match limits:
            case []:
                return words
            case [limit]:
                return phrase("{words} of {limit}", words=words, limit=limit)
            case [low, high]:
                return phrase("{words} of {low} and {high}", words=words, low=low, high=high)
            case _:
                raise ValueError(f"{self.name} has two limits on one side")


def _unknown(notations: Notations, given: Any) -> str | None:
    """A name in what is given that no notation has, which msgspec passes over."""
    return next(
        (
            phrase("{name} of {column}", name=in_words(name), column=in_words(column))
            for column in notations or ()
            for name in given[column]
            if name not in NOTATION_NAMES
        ),
        next(
            (
                phrase("an empty unit of {column}", column=in_words(column))
                for column, notation in (notations or {}).items()
                if not all(one.strip() for one in notation.units or ())
            ),
            None,
        ),
    )


def _unfit_notation(given: Any) -> str | None:
    """What a notation cannot be in what is given, by column; None where no single one is wrong."""
    if not isinstance(given, dict):
        return None
    for column, notation in given.items():
        if not isinstance(column, str) or not isinstance(notation, dict):
            continue
        for name, value in notation.items():
            try:
                msgspec.convert({name: value}, Notation, strict=True)
            except (msgspec.ValidationError, OverflowError, RecursionError, UnicodeEncodeError):
                return phrase(
                    "cannot have {value} as {name} of {column}",
                    value=in_words(value),
                    name=in_words(name),
                    column=in_words(column),
                )
    return None


def _number(limit: float) -> str:
    """Whole numbers whole: 1048576 and not 1.04858e+06."""
    return str(int(limit)) if abs(limit) < 2**63 and limit == int(limit) else f"{limit:g}"


def in_words(value: object) -> str:
    """A value of a setting as people write it: texts in quotation marks, lists by commas."""
    written = _written(value)
    return written if len(written) <= 40 else written[:40] + "..."


def _written(value: object) -> str:
    match value:
        case str():
            return f"“{visible(value)}”"
        case bool():
            return phrase("on") if value else phrase("off")
        case None:
            return phrase("nothing")
        case tuple() | list():
            return ", ".join(map(_written, value)) or phrase("an empty list")
        case dict():
            parts = ", ".join(f"{visible(key)}: {_written(one)}" for key, one in value.items())
            return parts or phrase("an empty table")
        case NodeRef():
            return visible(value.node)
        case GraphRef():
            return visible(value.graph)
        case Promoted():
            return visible(value.parameter)
        case PerCopy():
            return _grown(value)
        case _:
            return visible(value)


def _grown(value: PerCopy) -> str:
    if value.times == 1:
        return phrase("{start} and {add} more in each copy", start=value.start, add=value.add)
    return phrase(
        "{start} and {times} times as much in each copy", start=value.start, times=value.times
    )


def param(
    *,
    default: Any = MISSING,
    help: str,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    below: float | None = None,
    unit: str = "",
    title: str = "",
    comes_last: bool = False,
) -> Any:
    """Declare a setting: default, the sentence shown beside it, limits, unit.

    ``low`` and ``high`` are allowed themselves, ``above`` and ``below`` are not. ``title`` is what
    it is called where its name in words would not say enough. One that ``comes_last`` stands below
    those of the members, though their base declares it.
    """
    limits = {"low": low, "high": high, "above": above, "below": below}
    told = {"help": help, "unit": unit, "title": title, "comes_last": comes_last}
    return field(default=default, metadata={**told, **limits})


def _said(setting: Field[Any], title: str) -> dict[str, Any]:
    """What was declared of a setting, as ``Parameter`` takes it."""
    told = dict(setting.metadata)
    del told["title"]
    return {"help_template": told.pop("help"), "title_template": title, **told}


class _Words:
    """A class attribute whose text is looked up each time it is read."""

    def __init__(self, template: str) -> None:
        self.template = template

    def __get__(self, thing: object, kind: type) -> str:
        return phrase(self.template)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(param,))
class Described:
    """Base of everything that the user chooses by name and then sets."""

    id: ClassVar[str]
    title: ClassVar[str]
    group: ClassVar[str]
    search: ClassVar[str]
    """Further words under which it is found, such as its name in Keras."""
    family: ClassVar[str]
    named_as_in_torch: ClassVar[bool] = False
    """Whether users know its settings by their names in torch, and see these."""
    formerly: ClassVar[Mapping[str, str]]
    """Earlier names of settings and what they are called now."""
    _members: ClassVar[dict[str, type[Any]]]

    def __init_subclass__(
        cls,
        *,
        family: str = "",
        id: str = "",
        title: str = "",
        group: str = "",
        search: str = "",
        formerly: Mapping[str, str] | None = None,
    ) -> None:
        # What all have alike is below: made for each of hundreds, it would delay every start.
        dataclass(init=False, kw_only=True, eq=False, repr=False)(cls)
        if family:
            cls.family, cls._members = family, {}
        if not id:
            return
        cls.id, cls.group = id, group
        cls.title = _Words(title or cls.__name__)  # type: ignore[assignment]  # reads as a str
        cls.search, cls.formerly = search, formerly or {}
        if id in cls._members:
            other = cls._members[id].__name__
            raise TypeError(f"two of {cls.family} are called {id!r}: {other} and {cls.__name__}")
        cls._members[id] = cls

    def __init__(self, **settings: Any) -> None:
        usual, made = self.__usual()
        fresh = {name: make() for name, make in made.items() if name not in settings}
        values, names = {**usual, **fresh, **settings}, self.__names()
        if len(values) != len(names) or not values.keys() <= set(names):
            wrong = ", ".join(sorted(values.keys() ^ set(names)))
            raise TypeError(f"{type(self).__name__} has other settings: {wrong}")
        vars(self).update(values)

    def __setattr__(self, name: str, value: object) -> None:
        raise FrozenInstanceError(name)

    def __delattr__(self, name: str) -> None:
        raise FrozenInstanceError(name)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Described) or type(other) is not type(self):
            return NotImplemented
        return self.__values() == other.__values()

    def __hash__(self) -> int:
        return hash(self.__values())

    def __repr__(self) -> str:
        named = zip(self.__names(), self.__values(), strict=True)
        return f"{type(self).__qualname__}({', '.join(f'{k}={v!r}' for k, v in named)})"

    def __values(self) -> tuple[Any, ...]:  # so called, no member can take its place
        return tuple([getattr(self, name) for name in self.__names()])

    @classmethod
    @cache
    def __names(cls) -> tuple[str, ...]:
        return tuple(one.name for one in fields(cls))  # type: ignore[arg-type]  # as below

    @classmethod
    @cache
    def __usual(cls) -> tuple[dict[str, Any], dict[str, Callable[[], Any]]]:
        """What settings are when nothing is said of them; those apart that are made anew."""
        held = fields(cls)  # type: ignore[arg-type]  # as below
        usual = {one.name: one.default for one in held if one.default is not MISSING}
        made = {one.name: one.default_factory for one in held}
        return usual, {name: make for name, make in made.items() if make is not MISSING}

    @classmethod
    def registered(cls) -> tuple[type[Self], ...]:
        """Every member of the family that files may hold, by group and title."""
        return tuple(sorted(cls._members.values(), key=lambda m: (m.group, m.title)))

    @classmethod
    def members(cls) -> tuple[type[Self], ...]:
        """Every member of the family that users are offered, by group and title."""
        return cls.registered()

    @classmethod
    def find(cls, id: str) -> type[Self] | None:
        """The member called ``id``, or None: ids come from files and may be unknown."""
        return cls._members.get(id)

    @classmethod
    def get(cls, id: str) -> type[Self]:
        """The member called ``id``; raises KeyError when there is none."""
        return cls._members[id]

    @classmethod
    @cache
    def parameters(cls) -> tuple[Parameter, ...]:
        """Its settings, in the order of the form: references come last of all."""
        kinds = get_type_hints(cls)
        found = (
            Parameter(f.name, kinds[f.name], f.default, **_said(f, cls._titled(f)))
            for f in fields(cls)  # type: ignore[arg-type]  # the base is no dataclass to mypy
            if f.metadata
        )
        return tuple(sorted(found, key=lambda one: (one.is_reference, one.comes_last)))

    @classmethod
    def _titled(cls, setting: Field[Any]) -> str:
        title: str = setting.metadata["title"]
        if title or cls.named_as_in_torch:
            return title or setting.name
        words = setting.name.replace("_", " ")
        return words[0].upper() + words[1:]

    @classmethod
    def defaults(cls) -> dict[str, Any]:
        """Every setting at its default; those without one are left out."""
        return {p.name: p.default for p in cls.parameters() if p.default is not MISSING}

    @classmethod
    def faults(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        """What is wrong with ``settings``, by name: unknown, missing, out of range, in conflict."""
        known = {p.name: p for p in cls.parameters()}
        faults = {name: phrase("is not known here") for name in settings if name not in known}
        for name, parameter in known.items():
            if name not in settings:
                if parameter.default is MISSING:
                    faults[name] = phrase("is missing")
            elif (fault := parameter.fault(settings[name])) is not None:
                faults[name] = fault
        return faults or cls.conflicts({**cls.defaults(), **settings})

    @classmethod
    def fitting(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Every setting: as another thing had it where that is fine here, else at its default."""
        fine = {
            p.name: settings[p.name]
            for p in cls.parameters()
            if p.name in settings and p.fault(settings[p.name]) is None
        }
        return {**cls.defaults(), **fine}

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        """What does not go together in all settings, fine one by one; members say it.

        By the name of the setting that is to be changed, as ends of sentences.
        """
        return {}

    @classmethod
    def made(cls, settings: Mapping[str, Any]) -> Self:
        """The thing itself, from settings that ``faults`` has nothing against."""
        kinds = {p.name: p.kind for p in cls.parameters()}
        return cls(**{n: msgspec.convert(v, kinds[n], strict=True) for n, v in settings.items()})

    @property
    def settings(self) -> dict[str, Any]:
        """All settings with their values, as documents hold them."""
        named = {p.name: getattr(self, p.name) for p in self.parameters()}
        for one in self.parameters():
            if one.kind == Notations and named[one.name] is not None:
                notations = named[one.name].items()
                named[one.name] = {column: notation.plain() for column, notation in notations}
        return named

    @classmethod
    def help(cls) -> str:
        """What it does: the docstring."""
        return phrase(inspect.cleandoc(cls.__doc__ or ""))

    @classmethod
    def explanation(cls) -> Explanation:
        """What the help says below its first sentence, and the pages that it rests on."""
        told = explained(inspect.cleandoc(cls.__doc__ or ""))
        return told._replace(body=phrase(told.body)) if told.body else told

    @classmethod
    def summary(cls) -> str:
        """The first sentence of the help."""
        return phrase(inspect.cleandoc(cls.__doc__).splitlines()[0]) if cls.__doc__ else ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A member of a family by id, with all its settings, as a document holds it."""

    id: str
    settings: Mapping[str, Any]

    @classmethod
    def of(cls, thing: Described) -> Self:
        """What the document writes down for ``thing``."""
        return cls(thing.id, thing.settings)
