"""Settings of a source of data as they are written on the command line."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, get_type_hints

import msgspec

from engine.errors import DataError
from graphs.data.sources import Source
from graphs.describe import Parameter
from graphs.notation import Notation
from graphs.setting_kinds import FieldName, FilePath, without_nothing
from graphs.wording.phrases import counted, phrase, with_or
from graphs.wording.visible import visible

AIMS = ("target", "targets", "predicted")
"""The settings that name what is to be predicted, of which a source has at most one."""
FURTHER = "also"
"""The setting of a source for what is predicted beside its one target."""
NOTATIONS = "notations"
"""The setting that says how the cells of columns are written."""
COLUMN = f"{NOTATIONS}."
"""Before the name of a column, a point, and one of the things that a notation says."""
NOTHING = frozenset({"none", "null", "nothing"})
_TEXTS: tuple[Any, ...] = (str, FilePath, FieldName)


def settings_of(
    kind: type[Source], path: str, targets: Sequence[str], written: Sequence[str]
) -> dict[str, Any]:
    """All settings of a source. Raises DataError for what it does not know, or cannot use."""
    settings = {**kind.defaults(), "path": path}
    for one in written:
        name, sign, text = one.partition("=")
        if not _is_text(one):
            raise DataError(
                "“{one}” is no text that can be stored. Write it anew.", one=visible(one)
            )
        if not sign:
            raise DataError(
                "“{one}” sets nothing. Write it as NAME=VALUE, such as {example}.",
                one=visible(one),
                example=_example(kind),
            )
        if name.startswith(COLUMN):
            settings[NOTATIONS] = _notations(kind, settings.get(NOTATIONS), name, text)
        else:
            settings[name] = _value(kind, name, text)
    settings |= _aims(kind, targets)
    for name, fault in kind.faults(settings).items():
        raise DataError(
            "{title}: the setting “{name}” {fault}. Choose another value.",
            title=kind.title,
            name=name,
            fault=fault,
        )
    return settings


def _notations(kind: type[Source], known: Any, name: str, text: str) -> dict[str, Any]:
    """The notations with one thing more: ``notations.price.decimal=,``."""
    if NOTATIONS not in kind.defaults():
        raise DataError(_unknown(kind, NOTATIONS))
    column, _, part = name.removeprefix(COLUMN).rpartition(".")
    kinds = get_type_hints(Notation)
    if not column or part not in kinds:
        raise DataError(
            "“{name}” sets nothing. Write it as {column}COLUMN.NAME=VALUE, where NAME is "
            "one of: {kinds}.",
            name=visible(name),
            column=COLUMN,
            kinds=", ".join(kinds),
        )
    value = _read(Parameter(part, kinds[part], None, ""), text)
    before = dict(known or {})
    return {**before, column: {**before.get(column, {}), part: value}}


def _aims(kind: type[Source], targets: Sequence[str]) -> dict[str, Any]:
    """The settings that make a source predict ``targets``."""
    known = {parameter.name for parameter in kind.parameters()}
    name = next((one for one in AIMS if one in known), None)
    if not targets:
        return {}
    if name is None:
        raise DataError(
            "What is predicted cannot be chosen for “{title}”: the data itself says it. "
            "Leave --target out.",
            title=kind.title,
        )
    if name != "target":
        return {name: tuple(targets)}
    if len(targets) > 1 and FURTHER not in known:
        raise DataError("“{title}” predicts one thing only. Name one --target.", title=kind.title)
    return {name: targets[0], **({FURTHER: tuple(targets[1:])} if targets[1:] else {})}


def _value(kind: type[Source], name: str, text: str) -> Any:
    parameter = next((one for one in kind.parameters() if one.name == name), None)
    if parameter is None or name == "path":
        raise DataError(_unknown(kind, name))
    value = _read(parameter, text)
    if (fault := parameter.fault(value)) is not None:
        raise DataError(
            "{title}: the setting “{name}” {fault}. Choose another value.",
            title=kind.title,
            name=name,
            fault=fault,
        )
    return value


def _unknown(kind: type[Source], name: str) -> str:
    if name == "path":
        return phrase("The path is the first word after “data”. Leave it out of the settings.")
    others = [
        one.id
        for one in Source.members()
        if one.id != kind.id and name in one.defaults() and "path" in one.defaults()
    ]
    names = [one.name for one in kind.parameters() if one.name != "path"]
    way_out = phrase(" It is one of --source {others}.", others=with_or(others)) if others else ""
    return counted(
        len(names),
        "“{title}” has no setting “{name}”.{way_out} There is: {known}.",
        "“{title}” has no setting “{name}”.{way_out} There are: {known}.",
        title=kind.title,
        name=visible(name),
        way_out=way_out,
        known=", ".join(names),
    )


def _read(parameter: Parameter, text: str) -> Any:
    """The value that ``text`` means: as it is for texts, else JSON, a list, or a plain word.

    What cannot be read comes out as the text, which the check of the setting then refuses.
    """
    if parameter.choices or parameter.kind in _TEXTS:
        return text
    optional = without_nothing(parameter.kind) != parameter.kind
    if optional and text.strip().lower() in NOTHING:
        return None
    for value in _meant(text):
        try:
            made = msgspec.convert(value, parameter.kind, strict=False)
            return value if isinstance(value, dict) else made  # what has parts is held plain
        except (msgspec.ValidationError, RecursionError, OverflowError):
            continue
    return text


def _is_text(written: str) -> bool:
    """Whether it is whole letters, written out or as JSON writes them."""
    escaped = re.search(r"\\u[dD][89a-fA-F]", written) is not None
    try:
        written.encode()
    except UnicodeError:
        return False
    if not escaped:
        return True
    try:
        json.dumps(json.loads(written.partition("=")[2]), ensure_ascii=False).encode()
    except UnicodeError:
        return False
    except (ValueError, RecursionError):
        return True  # no JSON, so the letters stand for themselves
    return True


def _meant(text: str) -> list[Any]:
    """What ``text`` can stand for, the likeliest first."""
    found: list[Any] = []
    with suppress(ValueError, RecursionError):
        found.append(json.loads(text))
    words = {"yes": True, "on": True, "no": False, "off": False}
    if text.strip().lower() in words:
        found.append(words[text.strip().lower()])
    listed = next(csv.reader([text], skipinitialspace=True), [])
    parts = [part.strip() for part in listed]
    return [*found, [_number(part) for part in parts], parts, text]


def _number(part: str) -> int | str:
    return int(part) if part.isdecimal() and len(part) < 20 else part


def _example(kind: type[Source]) -> str:
    settings: Mapping[str, Any] = kind.defaults()
    name = next((name for name in settings if name != "path"), "name")
    return f"{name}={settings.get(name) or 'VALUE'}"
