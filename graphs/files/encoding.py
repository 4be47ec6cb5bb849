"""A document as the bytes of a file: JSON whose every line can be compared with the line before.

Keys are sorted, every setting is written, short lists stand on one line. So one changed setting
is one changed line, and the order in which things were made leaves no trace.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from graphs.data import DataSection
from graphs.describe import Chosen, Described
from graphs.document.document import Document, Graph
from graphs.document.edits import BlockDefinition, Frame, Link, Node, Note
from graphs.errors import TooLarge
from graphs.files import limits
from graphs.files.migrations import FORMAT, VERSION
from graphs.layers import Layer
from graphs.plan.optimizers import Optimizer
from graphs.plan.plan import SUPERVISED, Plan
from graphs.plan.schedules import Schedule
from graphs.setting_kinds import GraphRef, NodeRef, PerCopy, Promoted, tag

WIDTH = 88
"""A list of plain values stays on one line up to this many characters."""

_quoted = json.JSONEncoder(ensure_ascii=False).encode
_WORDS = {True: "true", False: "false", None: "null"}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def encoded(document: Document) -> bytes:
    """The bytes of the document's file.

    Raises TooLarge for a document that could not be opened again.
    """
    _check_counts(document)
    text = _written(tree(document), "") + "\n"
    # Names of files that are not UTF-8 reach Python as lone surrogates; JSON can escape them.
    text = _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    data = text.encode()
    if (fault := limits.fault(data)) is not None:
        raise TooLarge(
            "The document cannot be saved: its file {fault}. Delete a part of it.", fault=fault
        )
    return data


def tree(document: Document) -> dict[str, Any]:
    """The document as the plain values that its file holds."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "data": plain_data(document.data),
        "graphs": {name: _graph(graph) for name, graph in document.graphs.items()},
        "plan": plain_plan(document.plan),
        "view": {
            name: {"positions": {id: near(place) for id, place in graph.positions.items()}}
            for name, graph in document.graphs.items()
        },
        **({"weights": document.weights} if document.weights is not None else {}),
    }


def plain_data(section: DataSection) -> dict[str, Any]:
    """The data section; what hardly any field or column has is written only where it has it."""
    data: dict[str, Any] = msgspec.to_builtins(section)
    for name, field in section.fields.items():
        written = data["fields"][name]
        for rare in ("counts", "names"):
            if not written[rare]:
                del written[rare]
        for column, described in zip(written["columns"], field.columns, strict=True):
            del column["notation"]
            if described.notation is not None:
                column["notation"] = described.notation.plain()
    return data


def complete(kind: type[Described] | None, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with the defaults of those that are not said; as they are for an unknown kind.

    A file says them all, because a default that changes later must not change an old model.
    """
    return {**(kind.defaults() if kind is not None else {}), **settings}


def _graph(graph: Graph) -> dict[str, Any]:
    return {
        **plain_definition(graph.definition),
        "nodes": {id: plain_node(node) for id, node in graph.nodes.items()},
        "links": [
            [link.source, link.output, link.target, link.input, link.slot]
            for link in sorted(graph.links(), key=_rank)
        ],
        "frames": {id: plain_frame(frame) for id, frame in graph.frames.items()},
        "notes": {id: plain_note(note) for id, note in graph.notes.items()},
    }


def plain_definition(definition: BlockDefinition) -> dict[str, Any]:
    """What is said of a graph as a block; of most graphs nothing."""
    return {
        **({"title": definition.title} if definition.title else {}),
        **({"parameters": definition.parameters} if definition.parameters else {}),
        **({"ports": definition.ports} if definition.ports else {}),
    }


def plain_node(node: Node) -> dict[str, Any]:
    """A node as the values that its file holds."""
    return {
        "layer": node.layer,
        "name": node.name,
        "settings": complete(Layer.find(node.layer), node.settings),
        # Most nodes learn as the plan says, now and in any later version.
        **({"frozen": True} if node.frozen else {}),
        **({"rate": node.rate} if node.rate != 1.0 else {}),
    }


def plain_frame(frame: Frame) -> dict[str, Any]:
    """A frame as the values that its file holds."""
    return {"title": frame.title, "rectangle": near(frame.rectangle)}


def plain_note(note: Note) -> dict[str, Any]:
    """A note as the values that its file holds."""
    return {"text": note.text, "position": near(note.position), "size": near(note.size)}


def near(numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Places on the canvas, no further away than a file may say."""
    return tuple(min(max(one, -limits.FURTHEST), limits.FURTHEST) for one in numbers)


def _rank(link: Link) -> tuple[str, str, int]:
    return link.target, link.input, link.slot


def plain_plan(plan: Plan) -> dict[str, Any]:
    """A plan as the values that its file holds."""
    return {
        **plan.settings,
        "optimizer": _chosen(Optimizer, plan.optimizer),
        "schedule": _chosen(Schedule, plan.schedule),
        "augmentation": [_chosen(None, one) for one in plan.augmentation],
        # Most plans train in the usual way, now and in any later version.
        **(
            {"procedure": _chosen(None, plan.procedure)}
            if plan.procedure != Chosen(SUPERVISED, {})
            else {}
        ),
    }


def _chosen(family: type[Described] | None, chosen: Chosen) -> dict[str, Any]:
    kind = family.find(chosen.id) if family is not None else None
    return {"id": chosen.id, "settings": complete(kind, chosen.settings)}


def _check_counts(document: Document) -> None:
    for noun, count, most in (
        ("nodes", sum(len(g.nodes) for g in document.graphs.values()), limits.MAX_NODES),
        ("links", sum(g.link_count() for g in document.graphs.values()), limits.MAX_LINKS),
        ("frames", sum(len(g.frames) for g in document.graphs.values()), limits.MAX_NOTES),
        ("notes", sum(len(g.notes) for g in document.graphs.values()), limits.MAX_NOTES),
    ):
        if (fault := limits.count_fault(noun, count, most)) is not None:
            raise TooLarge("The document cannot be saved: it {fault}. Delete some.", fault=fault)


# ---- plain values as text ----


def _written(value: Any, indent: str) -> str:
    if isinstance(value, Mapping):
        return _object(value, indent)
    if isinstance(value, list | tuple):
        return _list(value, indent)
    return _scalar(value)


def _object(value: Mapping[str, Any], indent: str) -> str:
    if not value:
        return "{}"
    inner = indent + "  "
    lines = [f"{inner}{_text(key)}: {_written(value[key], inner)}" for key in sorted(value)]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _list(value: list[Any] | tuple[Any, ...], indent: str) -> str:
    inner = indent + "  "
    items = [_written(item, inner) for item in value]
    line = f"[{', '.join(items)}]"
    if len(line) <= WIDTH and not any(isinstance(v, Mapping | list | tuple) for v in value):
        return line
    return "[\n" + ",\n".join(inner + item for item in items) + f"\n{indent}]"


def _scalar(value: Any) -> str:
    match value:
        case str():
            return _text(value)
        case bool() | None:
            return _WORDS[value]
        case NodeRef() | GraphRef() | Promoted() | PerCopy():
            # On one line, so that another reference is one changed line.
            parts = (f"{_text(name)}: {_scalar(one)}" for name, one in sorted(tag(value).items()))
            return f"{{{', '.join(parts)}}}"
        case int():
            return _whole(value)
        case float() if not math.isfinite(value):
            # JSON has no such number. As a text it is kept, and shown as a problem of its setting.
            return _quoted(str(value))
        case float():
            return repr(float(value))
        case _:
            raise TypeError(f"a document cannot hold {value!r}")


def _text(value: str) -> str:
    if len(value) > limits.MAX_TEXT:
        raise TooLarge(
            "The document cannot be saved: the text “{value}...” is longer than "
            "{max_text:,} characters. Shorten it.",
            value=value[:40],
            max_text=limits.MAX_TEXT,
        )
    return _quoted(value)


def _whole(value: int) -> str:
    if abs(value) >= 10**limits.MAX_DIGITS:
        raise TooLarge(
            "The document cannot be saved: a setting is a whole number of more than "
            "{max_digits} digits. Choose a smaller one.",
            max_digits=limits.MAX_DIGITS,
        )
    return str(int(value))
