"""Frames and notes: what lies in a frame, and what a user does to both, as steps."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

from graphs.document.document import Graph
from graphs.document.edits import (
    ChangeFrame,
    ChangeNote,
    Edit,
    Frame,
    MoveNodes,
    NodeId,
    Note,
    Position,
    Step,
)
from graphs.wording.phrases import phrase

Rectangle: TypeAlias = tuple[int, int, int, int]
"""Left, top, width and height, in pixels of the canvas."""
Sizes: TypeAlias = Mapping[NodeId, tuple[int, int]]
"""How wide and how high each node is drawn, which only the canvas knows."""

TITLE = 32
"""Height of a frame's title, at its top."""
PADDING = 24
"""Room between a frame's edges and what it is put around."""
LEAST = 48
"""Neither frames nor notes get smaller than this."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Frames and notes by id, such as those that are chosen."""

    frames: frozenset[str] = frozenset()
    notes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.frames or self.notes)

    def __or__(self, other: Marks) -> Marks:
        return Marks(self.frames | other.frames, self.notes | other.notes)

    def __xor__(self, other: Marks) -> Marks:
        return Marks(self.frames ^ other.frames, self.notes ^ other.notes)

    def within(self, graph: Graph) -> Marks:
        """Those that the graph has."""
        return Marks(self.frames & graph.frames.keys(), self.notes & graph.notes.keys())


NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class Cargo:
    """What is moved or copied together."""

    nodes: frozenset[NodeId] = frozenset()
    marks: Marks = NO_MARKS

    def __bool__(self) -> bool:
        return bool(self.nodes or self.marks)

    def __or__(self, other: Cargo) -> Cargo:
        return Cargo(self.nodes | other.nodes, self.marks | other.marks)


def _holds(outer: Rectangle, inner: Rectangle) -> bool:
    return (
        outer[0] <= inner[0]
        and outer[1] <= inner[1]
        and inner[0] + inner[2] <= outer[0] + outer[2]
        and inner[1] + inner[3] <= outer[1] + outer[3]
    )


def _around_middle(rectangle: Rectangle) -> Rectangle:
    return rectangle[0] + rectangle[2] // 2, rectangle[1] + rectangle[3] // 2, 0, 0


def inside(graph: Graph, frame: str, sizes: Sizes) -> Cargo:
    """What lies in a frame: nodes and notes whose middle does, and whole frames."""
    outer = graph.frames[frame].rectangle
    nodes = frozenset(
        node
        for node, size in sizes.items()
        if _holds(outer, _around_middle((*graph.positions[node], *size)))
    )
    frames = frozenset(
        id
        for id, other in graph.frames.items()
        if id != frame and other.rectangle != outer and _holds(outer, other.rectangle)
    )
    notes = frozenset(
        id
        for id, note in graph.notes.items()
        if _holds(outer, _around_middle((*note.position, *note.size)))
    )
    return Cargo(nodes, Marks(frames, notes))


def load(graph: Graph, nodes: Collection[NodeId], marks: Marks, sizes: Sizes) -> Cargo:
    """What is chosen, with everything that lies in the frames that are."""
    whole = Cargo(frozenset(nodes), marks)
    for frame in marks.frames:
        whole |= inside(graph, frame, sizes)
    return whole


def moved_frame(frame: Frame, by: Position) -> Frame:
    """The frame elsewhere."""
    x, y, width, height = frame.rectangle
    return replace(frame, rectangle=(x + by[0], y + by[1], width, height))


def moved_note(note: Note, by: Position) -> Note:
    """The note elsewhere."""
    return replace(note, position=(note.position[0] + by[0], note.position[1] + by[1]))


def moved(graph: Graph, what: Cargo, by: Position) -> Step:
    """Move everything together."""
    edits: list[Edit] = [MoveNodes(graph.id, what.nodes, by)] if what.nodes else []
    for id in sorted(what.marks.frames):
        frame = graph.frames[id]
        edits.append(ChangeFrame(graph.id, id, frame, moved_frame(frame, by)))
    for id in sorted(what.marks.notes):
        note = graph.notes[id]
        edits.append(ChangeNote(graph.id, id, note, moved_note(note, by)))
    return Step(phrase("Move"), tuple(edits) if by != (0, 0) else ())


def _grown(frame: Rectangle, held: Collection[Rectangle]) -> Rectangle:
    """A frame that holds all of ``held``, with room around what it did not hold."""
    outside = [_padded(one) for one in held if not _holds(frame, one)]
    return _box([frame, *outside])


def _padded(one: Rectangle) -> Rectangle:
    """With what a frame around it needs."""
    x, y, width, height = one
    return x - PADDING, y - PADDING - TITLE, width + 2 * PADDING, height + 2 * PADDING + TITLE


def framed(graph: Graph, what: Cargo, sizes: Sizes, title: str) -> tuple[Step, str]:
    """A frame around all of ``what``, and its id."""
    places: list[Rectangle] = [(*graph.positions[node], *sizes[node]) for node in what.nodes]
    places += [graph.frames[id].rectangle for id in what.marks.frames]
    places += [(*graph.notes[id].position, *graph.notes[id].size) for id in what.marks.notes]
    id, frame = secrets.token_hex(5), Frame(title, _padded(_box(places)))
    return Step(phrase("Put a frame around"), (ChangeFrame(graph.id, id, None, frame),)), id


def following(
    graph: Graph,
    positions: Mapping[NodeId, Position],
    sizes: Sizes,
    instead: Mapping[NodeId, Collection[Rectangle]] | None = None,
) -> tuple[Edit, ...]:
    """The edits that keep frames around their nodes and notes beside theirs.

    ``positions`` are where nodes come to lie. A frame keeps the room that it left around its nodes;
    a note goes with the nearest node, and up where another node would cover it. What comes
    ``instead`` of nodes lies in the frames that held those.
    """
    after = {node: positions.get(node, graph.positions[node]) for node in sizes}
    instead = instead or {}
    edits: list[Edit] = []
    for id, frame in sorted(graph.frames.items()):
        held = inside(graph, id, sizes).nodes
        rectangle, staying = frame.rectangle, held - instead.keys()
        if staying & positions.keys():
            rectangle = _around_held(graph, frame, staying, after, sizes)
        arriving = [one for node in sorted(held & instead.keys()) for one in instead[node]]
        rectangle = _grown(rectangle, arriving)
        if rectangle != frame.rectangle:
            edits.append(ChangeFrame(graph.id, id, frame, replace(frame, rectangle=rectangle)))
    edits += _notes_following(graph, positions, sizes)
    return tuple(edits)


def frames_after(
    graph: Graph, after: Mapping[NodeId, Position], sizes: Sizes
) -> list[tuple[frozenset[NodeId], Rectangle]]:
    """What each frame holds, and where it lies once all nodes lie ``after``."""
    found = []
    for id, frame in sorted(graph.frames.items()):
        held = inside(graph, id, sizes).nodes
        around = _around_held(graph, frame, held, after, sizes) if held else frame.rectangle
        found.append((held, around))
    return found


def _around_held(
    graph: Graph,
    frame: Frame,
    held: Collection[NodeId],
    after: Mapping[NodeId, Position],
    sizes: Sizes,
) -> Rectangle:
    """The frame with the room that it leaves around its nodes."""
    was = _box([(*graph.positions[node], *sizes[node]) for node in held])
    now = _box([(*after[node], *sizes[node]) for node in held])
    x, y, width, height = frame.rectangle
    return (
        *(x + now[0] - was[0], y + now[1] - was[1]),
        *(width + now[2] - was[2], height + now[3] - was[3]),
    )


def _notes_following(
    graph: Graph, positions: Mapping[NodeId, Position], sizes: Sizes
) -> Iterator[Edit]:
    """Notes go with what is nearest, and up off nodes that come to lie on them and off titles."""
    after = {node: positions.get(node, graph.positions[node]) for node in sizes}
    frames, before = frames_after(graph, after, sizes), frames_after(graph, graph.positions, sizes)
    titles = [(*area[:3], TITLE) for _, area in frames]
    cards = [(*after[node], *sizes[node]) for node in sizes]
    arrived = [(*to, *sizes[node]) for node, to in positions.items() if node in sizes]
    arrived += [(*one[1][:3], TITLE) for one in frames if one not in before]
    for id, note in sorted(graph.notes.items()):
        beside = min(sizes, key=partial(_apart, graph, note), default=None)
        new, taken = note, arrived
        if beside is not None and beside in positions:
            (x, y), (x2, y2) = graph.positions[beside], positions[beside]
            new, taken = moved_note(note, (x2 - x, y2 - y)), [*cards, *titles]
        while any(overlap((*new.position, *new.size), other) for other in taken):
            new, taken = moved_note(new, (0, -PADDING)), [*cards, *titles]
        if new != note:
            yield ChangeNote(graph.id, id, note, new)


def _box(places: Collection[Rectangle]) -> Rectangle:
    """The least rectangle around some."""
    left, top = min(x for x, _, _, _ in places), min(y for _, y, _, _ in places)
    right = max(x + width for x, _, width, _ in places)
    bottom = max(y + height for _, y, _, height in places)
    return left, top, right - left, bottom - top


def _apart(graph: Graph, note: Note, node: NodeId) -> tuple[int, NodeId]:
    """How far a node lies from a note, as one that sorts; of equal ones the first id."""
    (x, y), (left, top) = graph.positions[node], note.position
    return (x - left) ** 2 + (y - top) ** 2, node


def overlap(one: Rectangle, other: Rectangle) -> bool:
    """Whether two rectangles have room in common."""
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def noted(graph: Graph, text: str, position: Position) -> tuple[Step, str]:
    """A new note, and its id."""
    id = secrets.token_hex(5)
    return Step(phrase("Add note"), (ChangeNote(graph.id, id, None, Note(text, position)),)), id


def retitled(graph: Graph, frame: str, title: str) -> Step:
    """Another title for a frame."""
    old = graph.frames[frame]
    edits = (ChangeFrame(graph.id, frame, old, replace(old, title=title)),)
    return Step(phrase("Title the frame"), edits if old.title != title else ())


def reworded(graph: Graph, note: str, text: str) -> Step:
    """Other words on a note; a note without words is removed."""
    old = graph.notes[note]
    new = replace(old, text=text) if text.strip() else None
    return Step(phrase("Edit note"), (ChangeNote(graph.id, note, old, new),) if new != old else ())


def resized(rectangle: Rectangle, sides: Position, by: Position) -> Rectangle:
    """A rectangle whose ``sides`` were pulled: -1 is left or top, 1 right or bottom, 0 neither."""
    left, top, width, height = rectangle
    width, height = max(LEAST, width + sides[0] * by[0]), max(LEAST, height + sides[1] * by[1])
    if sides[0] < 0:
        left = rectangle[0] + rectangle[2] - width
    if sides[1] < 0:
        top = rectangle[1] + rectangle[3] - height
    return left, top, width, height


def with_rectangle(graph: Graph, marks: Marks, rectangle: Rectangle) -> Step:
    """Another size and place for the one frame or note of ``marks``."""
    edits: list[Edit] = []
    for id in marks.frames:
        frame = graph.frames[id]
        edits.append(ChangeFrame(graph.id, id, frame, replace(frame, rectangle=rectangle)))
    for id in marks.notes:
        note = graph.notes[id]
        new = replace(note, position=rectangle[:2], size=rectangle[2:])
        edits.append(ChangeNote(graph.id, id, note, new))
    return Step(phrase("Resize"), tuple(edits))


def removed(graph: Graph, marks: Marks) -> tuple[Edit, ...]:
    """The edits that take frames and notes away; what lies in a frame stays."""
    frames = (ChangeFrame(graph.id, id, graph.frames[id], None) for id in sorted(marks.frames))
    notes = (ChangeNote(graph.id, id, graph.notes[id], None) for id in sorted(marks.notes))
    return (*frames, *notes)


def new(step: Step) -> Marks:
    """The frames and notes that a step adds."""
    frames = (e.id for e in step.edits if isinstance(e, ChangeFrame) and e.old is None)
    notes = (e.id for e in step.edits if isinstance(e, ChangeNote) and e.old is None)
    return Marks(frozenset(frames), frozenset(notes))
