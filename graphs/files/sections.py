"""The data section and the plan of a file, each checked and, where that is safe, mended.

What is wrong in the plan falls back to its default with a notice, because the graph is worth more
than the plan. The data section is all or nothing: shapes are computed from it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from typing import Any, TypeVar

import msgspec

from graphs.data import DataKind, DataSection, Domain, Field
from graphs.describe import Chosen, Described
from graphs.errors import BrokenFile
from graphs.files import limits, wording
from graphs.files.encoding import complete
from graphs.files.migrations import OTHER_COPY
from graphs.files.parsing import too_long
from graphs.notation import PARTS
from graphs.plan.augmentations import Augmentation
from graphs.plan.optimizers import Optimizer
from graphs.plan.plan import Plan
from graphs.plan.schedules import Schedule
from graphs.setting_kinds import GraphRef, NodeRef, Promoted, tag
from graphs.sizes import BATCH
from graphs.wording.phrases import phrase

Typed = TypeVar("Typed")


class SectionReading:
    """One file being read: what messages call it, and the notices so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.notices: list[str] = []

    def frozen(self, value: Any) -> Any:
        """``value`` as documents hold it, tuples for lists; raises TooLarge for a long text."""
        if isinstance(value, dict):
            return {key: self.frozen(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return tuple(self.frozen(one) for one in value)
        if isinstance(value, NodeRef | GraphRef | Promoted):
            self.frozen(tag(value))
        if isinstance(value, str) and len(value) > limits.MAX_TEXT:
            raise too_long(value, self.name)
        return value

    def broken(self, place: str, reason: str) -> BrokenFile:
        """The error that says where in the file what is wrong."""
        return BrokenFile(
            "{name} breaks at {place}: {reason}. {other_copy}",
            name=self.name,
            place=shown(place),
            reason=reason,
            other_copy=phrase(OTHER_COPY),
        )

    def typed(self, kind: type[Typed], value: Any, place: str) -> Typed:
        """``value`` as a ``kind``, strictly; raises BrokenFile."""
        try:
            made = msgspec.convert(value, kind, strict=True)
        except msgspec.ValidationError as error:
            reason, _, below = str(error).partition(" - at `$")
            raise self.broken(place + below.rstrip("`"), wording.of_value(reason)) from error
        except UnicodeEncodeError as error:  # a lone surrogate where msgspec needs UTF-8
            raise self.broken(place, phrase("it holds half of a character")) from error
        # msgspec refuses unknown keys of structs, but passes over those of dataclasses.
        if is_dataclass(made) and (extra := _extra(value, msgspec.to_builtins(made))) is not None:
            raise self.broken(place, phrase("“{extra}” is not known there", extra=shown(extra)))
        return made


def shown(text: str) -> str:
    """A text from the file, short enough for a message."""
    return text if len(text) <= 80 else text[:80] + "..."


def _extra(value: Any, kept: Any) -> str | None:
    """The first key of ``value`` that is not in ``kept``, at any depth."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key not in kept:
                return str(key)
            if (extra := _extra(one, kept[key])) is not None:
                return extra
    if isinstance(value, list | tuple):
        for one, other in zip(value, kept, strict=True):
            if (extra := _extra(one, other)) is not None:
                return extra
    return None


def current(kind: type[Described] | None, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings under the names that they have now, with the defaults of those that are missing."""
    formerly = kind.formerly if kind is not None else {}
    now = {old: new for old, new in formerly.items() if new not in settings}
    return complete(kind, {now.get(name, name): value for name, value in settings.items()})


# ---- the data section ----


def data_section(reading: SectionReading, raw: Mapping[str, Any]) -> DataSection:
    """The data section; raises BrokenFile for one from which no tensor type can be computed."""
    value = reading.frozen(raw)
    for part, kind in (("fields", Field), ("domains", Domain)):
        entries = value.get(part)
        for name, entry in entries.items() if isinstance(entries, dict) else ():
            made = reading.typed(kind, entry, f"data.{part}.{name}")  # its error names the entry
            if isinstance(made, Field) and DataKind.find(made.content) is None:
                place, fault = f"data.{part}.{name}.content", wording.unknown_word(made.content)
                raise reading.broken(place, fault)
    section = reading.typed(DataSection, value, "data")
    for place, fault in faults(section):
        raise reading.broken(f"data.{place}", fault)
    return section


def faults(section: DataSection) -> Iterator[tuple[str, str]]:
    """Why no file can hold the section: a place in it, and the end of a sentence about it."""
    for name, domain in section.domains.items():
        if (fault := _domain_fault(name, domain)) is not None:
            yield f"domains.{name}", fault
    for name, field in section.fields.items():
        if (fault := _field_fault(field, section.domains)) is not None:
            yield f"fields.{name}", fault


def _domain_fault(name: str, domain: Domain) -> str | None:
    if not name.isidentifier() or name == str(BATCH):
        return phrase("a size cannot be called that (N is the batch)")
    if domain.multiple < 1 or domain.low < 0:
        return phrase("no size is in it")
    if -(-domain.low // domain.multiple) * domain.multiple > domain.high:
        return phrase("no size is in it")
    return (
        phrase("{high} is too large", high=domain.high) if domain.high > limits.FURTHEST else None
    )


def _field_fault(field: Field, domains: Mapping[str, Domain]) -> str | None:
    for size in field.sizes:
        if isinstance(size, str) and size not in domains:
            return phrase("the size “{size}” is not among the domains", size=shown(size))
        if isinstance(size, int) and not 0 < size <= limits.FURTHEST:
            return phrase("{size} is no size", size=size)
    if field.ragged and (not field.kind.may_be_ragged or not _begins_with_a_name(field.sizes)):
        return phrase("its samples cannot differ in their number of steps")
    if (lacks := field.kind.fault(field)) is not None:
        return lacks
    if field.vocabulary is not None and not 0 < field.vocabulary <= limits.FURTHEST:
        return phrase("{vocabulary} is no size of a vocabulary", vocabulary=field.vocabulary)
    if field.counts and len(field.counts) != len(field.classes):
        return phrase(
            "it counts {count} classes, but has {other_count}",
            count=len(field.counts),
            other_count=len(field.classes),
        )
    if field.names and (len(field.sizes) < 2 or field.sizes[-1] != len(field.names)):
        return phrase("it names {count} values of a step, but has others", count=len(field.names))
    if field.words and len(field.words) != field.vocabulary:
        return phrase(
            "it has {count} words, but a vocabulary of {vocabulary}",
            count=len(field.words),
            vocabulary=field.vocabulary,
        )
    return _columns_fault(field)


def _columns_fault(field: Field) -> str | None:
    """Why its columns are none of its own: each is there once, and together they are its size."""
    if not field.columns:
        return None
    for column in field.columns:
        if any(part not in PARTS for part in column.parts) or (column.is_date and not column.parts):
            return phrase(
                "the dates of “{name}” become nothing that is known", name=shown(column.name)
            )
    if not field.kind.has_columns:
        return phrase("it has columns, but it is no table")
    names = [column.name for column in field.columns]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        return phrase("it has two columns called “{twice}”", twice=shown(twice))
    width = sum(column.width for column in field.columns)
    if field.sizes != (width,):
        told = " × ".join(map(str, field.sizes)) or "none"
        return phrase(
            "its columns make {width} numbers of a sample, but its size is {told}",
            width=width,
            told=told,
        )
    return None


def _begins_with_a_name(sizes: tuple[int | str, ...]) -> bool:
    return bool(sizes) and isinstance(sizes[0], str)


# ---- the plan ----


def plan(reading: SectionReading, raw: Mapping[str, Any]) -> Plan:
    """The plan, with the default where the file's own cannot be used."""
    usual = Plan()
    settings = reading.frozen(raw)
    optimizer = _chosen(reading, Optimizer, settings.pop("optimizer", None), usual.optimizer)
    schedule = _chosen(reading, Schedule, settings.pop("schedule", None), usual.schedule)
    # Which procedures there are the engine knows: an unknown one is kept, and is a problem there.
    procedure = settings.pop("procedure", None)
    every = reading.typed(tuple[Any, ...], settings.pop("augmentation", ()), "plan.augmentation")
    augmentation = [_chosen(reading, Augmentation, one, None) for one in every]
    return Plan(
        **_usable(reading, Plan, settings, phrase("The training plan")),
        optimizer=optimizer or usual.optimizer,
        schedule=schedule or usual.schedule,
        augmentation=tuple(one for one in augmentation if one is not None),
        procedure=usual.procedure
        if procedure is None
        else reading.typed(Chosen, procedure, "plan.procedure"),
    )


def _chosen(
    reading: SectionReading, family: type[Described], value: Any, usual: Chosen | None
) -> Chosen | None:
    """A member of ``family`` as the file chose it, or ``usual`` when this version has none such."""
    if value is None:
        return usual
    chosen = reading.typed(Chosen, value, phrase("plan ({family})", family=phrase(family.family)))
    kind = family.find(chosen.id)
    if kind is None:
        instead = (
            phrase("“{id}” stands in its place", id=usual.id)
            if usual is not None
            else phrase("it was left out")
        )
        reading.notices.append(
            phrase(
                "The training plan asks for “{id}”, which is not among the {family} of this "
                "version; {instead}.",
                id=shown(chosen.id),
                family=phrase(family.family),
                instead=instead,
            )
        )
        return usual
    return Chosen(chosen.id, _usable(reading, kind, chosen.settings, f"“{kind.title}”"))


def _usable(
    reading: SectionReading, kind: type[Described], given: Mapping[str, Any], owner: str
) -> dict[str, Any]:
    """All settings of ``kind``: where those given cannot be used, the default and a notice."""
    settings, usual = current(kind, given), kind.defaults()
    for _ in range(2):  # what does not go together shows only when each setting is right
        for name, fault in kind.faults(settings).items():
            if name in usual:
                reading.notices.append(
                    phrase(
                        "{owner}: {name} {fault}; it is {usual} now.",
                        owner=owner,
                        name=name,
                        fault=fault,
                        usual=usual[name],
                    )
                )
                settings[name] = usual[name]
            else:
                reading.notices.append(
                    phrase(
                        "{owner} has a setting “{name}” that this version does not know; it was "
                        "left out.",
                        owner=owner,
                        name=shown(name),
                    )
                )
                del settings[name]
    return settings
