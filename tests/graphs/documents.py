"""Documents drawn at random from everything that is registered, and when two of them are equal."""

import string
from dataclasses import replace
from types import NoneType, UnionType
from typing import Any, Literal, NewType, Union, get_args, get_origin

from hypothesis import strategies as st

from graphs import names
from graphs.checking.node_kinds import ports_of
from graphs.data import Column, DataKind, DataSection, Domain, Field, Normalize, TableKind
from graphs.describe import Chosen, Described, Parameter
from graphs.document.document import Document
from graphs.document.edits import (
    MAIN,
    AddNode,
    ChangeData,
    ChangeFrame,
    ChangeNote,
    ChangePlan,
    ChangeWeights,
    Connect,
    Edit,
    Frame,
    Link,
    Node,
    NodeId,
    Note,
    Step,
)
from graphs.layers import Layer
from graphs.notation import PARTS, Notation
from graphs.plan.augmentations import Augmentation
from graphs.plan.optimizers import Optimizer
from graphs.plan.plan import Plan
from graphs.plan.schedules import Schedule
from graphs.setting_kinds import GraphRef, NodeRef
from graphs.steps.annotation_steps import LEAST

coordinates = st.integers(-(10**6), 10**6)
places = st.tuples(coordinates, coordinates)
words = st.text(max_size=12)
identifiers = st.text(string.ascii_letters + "_", min_size=1, max_size=8)
node_names = identifiers.map(lambda wish: names.free(wish, ()))
numbers = st.floats(allow_nan=False, allow_infinity=False)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | numbers | words,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple) | st.dictionaries(words, inner, max_size=3)
    ),
    max_leaves=6,
)
"""What an unknown layer may have for settings."""


def snapshot(document: Document) -> dict[str, Any]:
    """All that a document holds, in values that compare equal when the documents are."""
    graphs: dict[str, dict[str, Any]] = {
        name: {
            "definition": graph.definition,
            "nodes": dict(graph.nodes),
            "links": set(graph.links()),
            "positions": dict(graph.positions),
            "frames": dict(graph.frames),
            "notes": dict(graph.notes),
        }
        for name, graph in document.graphs.items()
    }
    beside = {"data": document.data, "plan": document.plan, "weights": document.weights}
    return {"graphs": graphs, **beside}


rates = st.sampled_from([1.0, 0.1, 3.5, 1000.0])
"""What multiplies the learning rate of a node."""


# ---- settings ----


def values(parameter: Parameter) -> st.SearchStrategy[Any]:
    """Values that a setting takes."""
    return _of_kind(parameter.kind, parameter).filter(lambda value: not parameter.fault(value))


def _of_kind(kind: Any, parameter: Parameter) -> st.SearchStrategy[Any]:
    if isinstance(kind, NewType):
        return _of_kind(kind.__supertype__, parameter)
    inner = get_args(kind)
    origin = get_origin(kind)
    if origin is Literal:
        return st.sampled_from(inner)
    if origin in {Union, UnionType}:
        return st.one_of([_of_kind(one, parameter) for one in inner])
    if origin is tuple and inner[1:] == (...,):
        return st.lists(_of_kind(inner[0], parameter), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*(_of_kind(one, parameter) for one in inner))
    return _plain_kind(kind, parameter)


def _plain_kind(kind: Any, parameter: Parameter) -> st.SearchStrategy[Any]:
    low = parameter.low if parameter.low is not None else parameter.above
    high = parameter.high if parameter.high is not None else parameter.below
    if kind is int:
        least = None if low is None else int(low)
        most = None if high is None else int(high)
        return st.integers(least, most)
    if kind is float:
        return st.floats(
            low,
            high,
            exclude_min=parameter.above is not None,
            exclude_max=parameter.below is not None,
            allow_nan=False,
            allow_infinity=False,
        )
    simple: dict[Any, st.SearchStrategy[Any]] = {
        bool: st.booleans(),
        str: words,
        NoneType: st.none(),
        NodeRef: st.builds(NodeRef, words),
        GraphRef: st.builds(GraphRef, words | st.just(str(MAIN))),
        dict[str, Any]: st.dictionaries(words, st.integers(0, 9) | words, max_size=2),
    }
    return simple[kind]


NOWHERE = Document().main
"""A graph for nodes that are in none."""


@st.composite
def settings_of(draw: st.DrawFn, kind: type[Described]) -> dict[str, Any]:
    """All settings of ``kind``, each at its default or at another value that it takes."""
    told = dict(kind.defaults())
    for parameter in kind.parameters():
        if parameter.name not in told or draw(st.booleans()):
            told[parameter.name] = draw(values(parameter))
    return told


@st.composite
def chosen(draw: st.DrawFn, family: type[Described]) -> Chosen:
    """Any member of a family with its settings."""
    kind = draw(st.sampled_from(family.members()))
    return Chosen(kind.id, draw(settings_of(kind).filter(lambda told: not kind.faults(told))))


# ---- the parts of a document ----


@st.composite
def nodes(draw: st.DrawFn, id: str, name: str) -> Node:
    """A node of a registered layer, sometimes with a setting it does not know, or of no layer."""
    if draw(st.integers(0, 9)) == 0:
        unknown = words.filter(lambda layer: Layer.find(layer) is None)
        told = draw(st.dictionaries(words, plain, max_size=3))
        return Node(NodeId(id), draw(unknown), name, told, draw(st.booleans()))
    kind = draw(st.sampled_from(Layer.members()))
    told = draw(settings_of(kind))
    if draw(st.integers(0, 9)) == 0:
        told = {"mystery": draw(plain), **told}
    return Node(NodeId(id), kind.id, name, told, draw(st.booleans()), draw(rates))


@st.composite
def links(draw: st.DrawFn, drawn: list[Node]) -> list[Link]:
    """Links between ports that are there; circles come about."""
    found: dict[tuple[str, str, int], Link] = {}
    for _ in range(draw(st.integers(0, 6)) if len(drawn) > 1 else 0):
        source, target = draw(st.permutations(drawn))[:2]
        leaving, entering = ports_of(NOWHERE, source), ports_of(NOWHERE, target)
        outputs = leaving.outputs if leaving is not None else ("output", "other")
        inputs = (
            tuple(port.name for port in entering.inputs) if entering is not None else ("input",)
        )
        if not outputs or not inputs:
            continue
        output, name = draw(st.sampled_from(outputs)), draw(st.sampled_from(inputs))
        port = entering.input(name) if entering is not None else None
        slot = draw(st.integers(0, 3)) if port is None or port.variadic else 0
        found[target.id, name, slot] = Link(source.id, output, target.id, name, slot)
    return list(found.values())


def _with_its_columns(field: Field) -> Field:
    """Columns only for a table, whose size they are."""
    if field.content != TableKind.id:
        return replace(field, columns=())
    width = sum(column.width for column in field.columns)
    return replace(field, sizes=(width,)) if field.columns else field


@st.composite
def data_sections(draw: st.DrawFn) -> DataSection:
    """A data section from which tensor types can be computed."""
    members = st.builds(Domain, st.integers(1, 9), st.integers(20, 99), st.integers(1, 4))
    domains = draw(st.dictionaries(st.sampled_from("HTW"), members, max_size=2))
    size = st.integers(1, 64) | (st.sampled_from(sorted(domains)) if domains else st.nothing())
    texts = st.lists(words, max_size=3).map(tuple)
    dates = st.lists(st.sampled_from(sorted(PARTS)), min_size=1, unique=True).map(tuple)
    notations = st.none() | st.builds(
        Notation,
        st.sampled_from(["number", "date", "text"]),
        missing=st.none() | texts,
        parts=dates,
        merge=st.booleans(),
    )
    columns = st.builds(Column, words, texts, notations)
    different = st.lists(columns, max_size=2, unique_by=lambda column: column.name)
    fields = st.builds(
        Field,
        st.sampled_from([kind.id for kind in DataKind.members()]),
        st.lists(size, max_size=3).map(tuple),
        st.lists(words, min_size=1, max_size=3).map(tuple),
        st.none() | st.integers(1, 50_000),
        different.map(tuple),
        st.sampled_from(Normalize),
        st.booleans(),
    ).map(_with_its_columns)
    return DataSection(
        draw(words),
        draw(st.dictionaries(words, plain, max_size=2)),
        draw(st.dictionaries(words, fields, max_size=3)),
        domains,
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Any plan."""
    return Plan(
        **draw(settings_of(Plan)),
        optimizer=draw(chosen(Optimizer)),
        schedule=draw(chosen(Schedule)),
        augmentation=tuple(draw(st.lists(chosen(Augmentation), max_size=2))),
    )


shas = st.none() | st.text("0123456789abcdef", min_size=64, max_size=64)
"""Which weights a document starts from."""
lengths = st.integers(LEAST, 10**6)
frames = st.builds(Frame, words, st.tuples(coordinates, coordinates, lengths, lengths))
notes = st.builds(Note, words, places, st.tuples(lengths, lengths))


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Any document that can be on disk, made in an order drawn as well."""
    document = Document()
    called = draw(st.lists(node_names, max_size=5, unique=True))
    ids = draw(st.lists(identifiers, min_size=len(called), max_size=len(called), unique=True))
    drawn = [draw(nodes(id, name)) for id, name in zip(ids, called, strict=True)]
    edits: list[Edit] = [AddNode(MAIN, node, draw(places)) for node in drawn]
    edits += [Connect(MAIN, link) for link in draw(links(drawn))]
    edits += [
        ChangeFrame(MAIN, id, None, frame)
        for id, frame in draw(st.dictionaries(identifiers, frames, max_size=2)).items()
    ]
    edits += [
        ChangeNote(MAIN, id, None, note)
        for id, note in draw(st.dictionaries(identifiers, notes, max_size=2)).items()
    ]
    edits.append(ChangeData(document.data, draw(data_sections())))
    edits.append(ChangePlan(document.plan, draw(plans())))
    edits.append(ChangeWeights(None, draw(shas)))
    document.apply(Step("Draw", tuple(edits)))
    return document
