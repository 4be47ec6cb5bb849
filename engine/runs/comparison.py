"""Runs side by side: in which settings they differ, and what each of them came to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import msgspec

from engine.errors import RunError
from engine.runs import Run
from engine.runs.run_index import Summary
from graphs import files

ComparedPart: TypeAlias = Literal["graph", "data", "plan", "run"]
ComparedSettings: TypeAlias = Mapping[tuple[ComparedPart, str], str]
"""Every setting of a run as a text, by the part it belongs to and its name."""

THERE, ABSENT = "yes", ""
LONGEST = 80
"""Letters of a value that are told."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting in which runs differ."""

    part: ComparedPart
    name: str
    values: tuple[str, ...]
    """One for each run; empty where a run has no such setting."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two or more runs, in the order in which they were given."""

    runs: tuple[Summary, ...]
    differences: tuple[Difference, ...]
    test: Mapping[str, tuple[float | None, ...]]
    """The test metrics by name, one for each run; None where a run has none of it yet."""


class _Tested(msgspec.Struct, frozen=True):
    """``metrics.json``, as far as it is compared."""

    test: dict[str, float] = {}


def compare(folders: Sequence[Path | str]) -> Comparison:
    """Compare the runs in these folders. Raises RunError when one holds none."""
    if len(folders) < 2:
        raise RunError("A comparison takes two runs or more. Name another one.")
    runs = [Run.open(folder) for folder in folders]
    every = [settings_of(run) for run in runs]
    keys = sorted({key for settings in every for key in settings}, key=_rank)
    differences = []
    for part, name in keys:
        values = tuple(settings.get((part, name), ABSENT) for settings in every)
        if len(set(values)) > 1:
            differences.append(Difference(part, name, values))
    return Comparison(
        tuple(run.summary() for run in runs),
        tuple(_without_parts_of_missing(differences)),
        _beside(list(map(tested, runs))),
    )


def tested(run: Run) -> dict[str, float]:
    """The metrics on the test split, as they were written when the run finished."""
    return run.metrics(_Tested()).test


def settings_of(run: Run) -> ComparedSettings:
    """Everything that decides the run, as names that a user knows.

    Raises RunError when the document in it is broken.
    """
    tree = json.loads(files.encoded(run.document))
    found: dict[tuple[ComparedPart, str], str] = {}
    for graph in tree["graphs"].values():
        found |= {("graph", name): value for name, value in _of_graph(graph)}
    data = {key: value for key, value in tree["data"].items() if key != "fields"}
    fields = {name: _of_field(field) for name, field in tree["data"]["fields"].items()}
    found |= {("data", name): value for name, value in _flat({**data, "fields": fields})}
    found |= {("plan", name): value for name, value in _flat(tree["plan"])}
    about = {"threads": run.about.threads, **run.about.environment}
    return found | {("run", name): value for name, value in _flat(about)}


def _of_graph(graph: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Layers by the names of their nodes, their settings, and what is linked with what."""
    names = {id: node["name"] for id, node in graph["nodes"].items()}
    for node in graph["nodes"].values():
        yield node["name"], node["layer"]
        extras = {k: v for k, v in node.items() if k not in {"name", "layer", "settings"}}
        for name, value in _flat({**node["settings"], **extras}, names):
            yield f"{node['name']}.{name}", value
    for source, output, target, port, slot in graph["links"]:
        place = f"{port} {slot + 1}" if slot else port
        yield f"{names[source]}.{output} → {names[target]}.{place}", THERE


def _of_field(field: Mapping[str, Any]) -> dict[str, Any]:
    """A field in short: its classes and columns are counted."""
    counted = {"classes", "columns", "words"}
    short = {name: value for name, value in field.items() if name not in counted}
    return short | {name: len(field[name]) for name in sorted(counted & set(field))}


def _flat(
    tree: Mapping[str, Any], nodes: Mapping[str, str] = MappingProxyType({}), prefix: str = ""
) -> Iterator[tuple[str, str]]:
    """Nested settings as names with dots; one of a family is its id, and then its settings.

    ``nodes`` are the names of nodes by their ids, for settings that refer to one.
    """
    for name, value in sorted(tree.items()):
        match value:
            case {"id": id, "settings": dict(settings)}:
                yield f"{prefix}{name}", str(id)
                yield from _flat(settings, nodes, f"{prefix}{name}.")
            case {"node": str(node), **rest} if not rest:
                yield f"{prefix}{name}", nodes.get(node, node)
            case dict():
                yield from _flat(value, nodes, f"{prefix}{name}.")
            case _:
                yield f"{prefix}{name}", _text(value)


def _text(value: Any) -> str:
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case [*several]:
            text = ", ".join(map(_text, several)) or "none"
        case {"id": id, "settings": dict(settings)}:
            inside = ", ".join(f"{name} {_text(one)}" for name, one in sorted(settings.items()))
            text = f"{id} ({inside})" if inside else str(id)
        case _:
            text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


_PARTS: tuple[ComparedPart, ...] = ("graph", "data", "plan", "run")


def _rank(key: tuple[ComparedPart, str]) -> tuple[int, bool, str]:
    """Parts in their order, links behind layers."""
    part, name = key
    return _PARTS.index(part), "→" in name, name


def _without_parts_of_missing(differences: Sequence[Difference]) -> Iterator[Difference]:
    """Leave out the settings of layers and the like that some run does not have at all."""
    missing = [one.name for one in differences if ABSENT in one.values]
    for one in differences:
        whole = one.name.rpartition(".")[0]
        if not (one.part == "graph" and "→" not in one.name and whole in missing):
            yield one


def _beside(every: Sequence[Mapping[str, float]]) -> dict[str, tuple[float | None, ...]]:
    names = dict.fromkeys(name for metrics in every for name in metrics)
    return {name: tuple(metrics.get(name) for metrics in every) for name in names}
