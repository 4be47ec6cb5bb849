"""Edits from the canvas, each as one step of the history."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QGuiApplication

from graphs.document.edits import Link, NodeId, Position, Step
from graphs.errors import StepError
from graphs.layers import Layer
from graphs.mending.fitting import (
    LinkEnd,
    added,
    can_be_inserted,
    fits,
    fitting,
    inserted,
    new_nodes,
    replaced_by,
)
from graphs.mending.new_blocks import (
    AddBlock,
    block_of,
    goes_into_links,
    put_into,
    wired_behind,
)
from graphs.steps import annotation_steps, clips, healing, operations, placing
from graphs.steps.annotation_steps import NO_MARKS, Cargo, Marks, Sizes, moved_frame, moved_note
from gui.canvas.scene import places
from gui.workspace import Workspace


class Editing:
    """Proposes steps for the workspace's selection."""

    def __init__(self, workspace: Workspace, sizes: Callable[[], Sizes]) -> None:
        self._workspace, self._sizes = workspace, sizes

    def _do_and_select(self, step: Step) -> None:
        self._workspace.history.do(step)
        self._workspace.select(new_nodes(step), (), annotation_steps.new(step))

    def load(self) -> Cargo:
        """What is chosen, with what lies in the frames that are."""
        workspace = self._workspace
        graph = workspace.graph
        return annotation_steps.load(
            graph, workspace.selection, workspace.selected_marks, self._sizes()
        )

    def delete(self) -> None:
        """Remove what is chosen; what lies in a frame stays."""
        workspace = self._workspace
        self._delete(Cargo(workspace.selection, workspace.selected_marks), workspace.selected_links)

    def delete_and_reconnect(self) -> None:
        """Remove what is chosen, and wire what it fed to what fed it, where that fits."""
        workspace = self._workspace
        what = Cargo(workspace.selection, workspace.selected_marks)
        step = healing.delete_and_reconnect(
            workspace.graph, what.nodes, tuple(workspace.selected_links)
        )
        gone = annotation_steps.removed(workspace.graph, what.marks)
        workspace.history.do(Step(step.name, (*step.edits, *gone)))

    def _delete(self, what: Cargo, links: Collection[Link] = ()) -> None:
        graph = self._workspace.graph
        step = operations.delete(graph, what.nodes, links)
        gone = annotation_steps.removed(graph, what.marks)
        self._workspace.history.do(Step(step.name, (*step.edits, *gone)))

    def copy(self) -> None:
        """Put what is chosen on the clipboard, as text that other windows understand."""
        if what := self.load():
            clip = clips.copied(self._workspace.graph, what.nodes, what.marks)
            QGuiApplication.clipboard().setText(clip.text())

    def cut(self) -> None:
        """Copy, then remove."""
        if what := self.load():
            self.copy()
            self._delete(what)

    def paste(self, at: QPointF | None = None) -> bool:
        """Add what is on the clipboard; False when it holds no nodes.

        Its middle comes to ``at``, or as far below as it takes to lie on nothing that is there.
        """
        clip = clips.Clip.of_text(QGuiApplication.clipboard().text())
        if clip is None or not (clip.nodes or clip.frames or clip.notes):
            return False
        by: Position = (24, 24)
        if at is not None:
            middle = _area(clip).center()
            by = places.snapped(at.x() - middle.x(), at.y() - middle.y())
        by = self._free_shift(clip, by)
        try:
            self._do_and_select(clips.pasted(self._workspace.graph, clip, by))
        except StepError:  # text that was tampered with: nothing was done
            return False
        return True

    def duplicate(self) -> None:
        """Add a copy of what is chosen below it."""
        if what := self.load():
            graph = self._workspace.graph
            clip = clips.copied(graph, what.nodes, what.marks)
            by = self._free_shift(clip, (0, 0))
            self._do_and_select(clips.duplicate(graph, what.nodes, what.marks, by))

    def _free_shift(self, clip: clips.Clip, by: Position) -> Position:
        """``by``, or further down where it lies on no node or note, and no frame on another."""
        moved = [(x + by[0], y + by[1]) for x, y in clip.positions]
        notes = [moved_note(note, by) for note in clip.notes]
        frames = [moved_frame(frame, by).rectangle for frame in clip.frames]
        boxes = placing.boxes(moved, notes)
        shift = placing.free_shift(self._workspace.graph, boxes, frames=frames)
        return by[0] + shift[0], by[1] + shift[1]

    def nudge(self, by: Position) -> None:
        """Move what is chosen a little; one step after the other becomes one."""
        if what := self.load():
            step = annotation_steps.moved(self._workspace.graph, what, by)
            self._workspace.history.do(step, gesture=f"nudge {sorted(what.nodes)} {what.marks}")

    def put_frame(self, title: str) -> Marks:
        """Put a frame around what is chosen, and choose it; no frame around nothing."""
        workspace = self._workspace
        what = Cargo(workspace.selection, workspace.selected_marks)
        if not what:
            return NO_MARKS
        step, frame = annotation_steps.framed(workspace.graph, what, self._sizes(), title)
        framed = Marks(frozenset({frame}))
        workspace.history.do(step, gesture=f"words {framed}")
        workspace.select((), (), framed)
        return framed

    def write(self, what: Marks, text: str) -> None:
        """Give a frame its title or a note its words."""
        workspace = self._workspace
        graph = workspace.graph
        for frame in what.within(graph).frames:
            step = annotation_steps.retitled(graph, frame, " ".join(text.split()))
            workspace.history.do(step, gesture=f"words {what}")
        for note in what.within(graph).notes:
            workspace.history.do(annotation_steps.reworded(graph, note, text))

    def add_note(self, text: str, position: Position) -> Marks:
        """Add a note, and choose it; one without words is none."""
        if not text.strip():
            return NO_MARKS
        step, note = annotation_steps.noted(self._workspace.graph, text, position)
        self._workspace.history.do(step)
        added = Marks(notes=frozenset({note}))
        self._workspace.select((), (), added)
        return added

    def rename(self, node: NodeId, name: str) -> None:
        """Give a node a name that nothing speaks against."""
        self._workspace.history.do(operations.rename(self._workspace.graph, node, name))

    def add(self, layer: str, position: Position, end: LinkEnd | None = None) -> NodeId:
        """Add a layer, wired to ``end`` when there is one."""
        step, node = added(self._workspace.graph, layer, position, end)
        self._do_and_select(step)
        return node

    def insert(self, layer: str, link: Link, position: Position | None = None) -> NodeId:
        """Put a layer on a link."""
        step, node = inserted(self._workspace.graph, layer, link, position)
        self._do_and_select(step)
        return node

    def add_free(self, layer: str, near: Position, end: LinkEnd | None = None) -> NodeId:
        """Add a layer at a free place near ``near``, wired to ``end``; one that is wired to nothing
        in the row of what lies there.
        """
        find = placing.free_in_row if end is None else placing.free_place
        return self.add(layer, find(self._workspace.graph, places.snapped(*near)), end)

    def add_beside(self, layer: str, wish: Position) -> NodeId:
        """Add a layer where it is wished for, or right beside what lies there."""
        place = placing.free_beside(self._workspace.graph, places.snapped(*wish))
        return self.add(layer, place)

    def add_block(self, add: AddBlock, otherwise: Position) -> NodeId:
        """Add a block into the chosen link or right of the chosen node, wired when it fits.

        Else it comes near ``otherwise``.
        """
        workspace, graph = self._workspace, self._workspace.graph
        if (link := self._chosen_link()) is not None and goes_into_links(graph, add):
            return self.insert_block(add, link)
        if len(workspace.selection) != 1:
            place = placing.free_in_row(graph, places.snapped(*otherwise))
            return self._choose_block(add(graph, place))
        (behind,) = workspace.selection
        x, y = graph.positions[behind]
        place = placing.free_place(graph, (x + placing.BESIDE, y))
        for output, tensor in workspace.evaluation[behind].outputs.items():
            end = LinkEnd(behind, output)
            return self._choose_block(wired_behind(graph, add, place, end, tensor)[0])
        return self._choose_block(add(graph, place))

    def insert_block(self, add: AddBlock, link: Link, position: Position | None = None) -> NodeId:
        """Put a block that has a way in and a way out on a link."""
        return self._choose_block(put_into(self._workspace.graph, add, link, position)[0])

    def add_block_beside(self, add: AddBlock, wish: Position) -> NodeId:
        """Add a block where it is wished for, or right beside what lies there."""
        graph = self._workspace.graph
        return self._choose_block(add(graph, placing.free_beside(graph, places.snapped(*wish))))

    def _choose_block(self, step: Step) -> NodeId:
        """Do a step that adds a block to the graph that is shown, and choose it."""
        node = block_of(step, self._workspace.graph.id)
        self._workspace.history.do(step)
        self._workspace.select([node])
        return node

    def add_found(self, layer: str, otherwise: Position) -> NodeId:
        """Add a layer into the chosen link or behind the chosen node, else near ``otherwise``."""
        if (link := self.link_for(layer)) is not None:
            return self.insert(layer, link)
        end = self._end_for(layer)
        if end is None:
            return self.add_free(layer, otherwise)
        return self.add_after_selection(layer, otherwise)

    def add_after_selection(self, layer: str, otherwise: Position) -> NodeId:
        """Add a layer into the chosen link or right of the chosen node, wired when it fits.

        Else it comes near ``otherwise``.
        """
        if (link := self.link_for(layer)) is not None:
            return self.insert(layer, link)
        selection = self._workspace.selection
        if len(selection) != 1:
            return self.add_free(layer, otherwise)
        (node,) = selection
        x, y = self._workspace.graph.positions[node]
        return self.add_free(layer, (x + placing.BESIDE, y), self._end_for(layer))

    def replace(self, node: NodeId, layer: str) -> None:
        """Make a node another layer where it stands, with its links; it is chosen."""
        workspace = self._workspace
        workspace.history.do(replaced_by(workspace.graph, node, layer))
        workspace.select([node])

    def link_for(self, layer: str) -> Link | None:
        """The one chosen link, if the layer can stand between its ends."""
        return self._chosen_link() if can_be_inserted(layer) else None

    def _chosen_link(self) -> Link | None:
        workspace = self._workspace
        if workspace.selection or len(workspace.selected_links) != 1:
            return None
        (link,) = workspace.selected_links
        return link

    def suiting(self) -> frozenset[str]:
        """The layers that take what comes out where a new one would go, by id."""
        workspace = self._workspace
        ends = [LinkEnd(link.source, link.output) for link in workspace.selected_links]
        ends += [
            LinkEnd(node, output)
            for node in workspace.selection
            for output in list(workspace.evaluation[node].outputs)[:1]
        ]
        if len(ends) != 1 or ends[0].port not in workspace.evaluation[ends[0].node].outputs:
            return frozenset()
        return frozenset(kind.id for kind in fitting(workspace.evaluation, ends[0]))

    def _end_for(self, layer: str) -> LinkEnd | None:
        """The first output of the one chosen node, if the layer takes what comes out there."""
        workspace = self._workspace
        if len(workspace.selection) != 1:
            return None
        (node,) = workspace.selection
        for output, tensor in workspace.evaluation[node].outputs.items():
            takes = fits(workspace.graph, Layer.get(layer), tensor)
            return LinkEnd(node, output) if takes else None
        return None


def _area(clip: clips.Clip) -> QRectF:
    """Where what is on the clipboard lay."""
    nodes = [QRectF(x, y, places.WIDTH, places.HEIGHT) for x, y in clip.positions]
    frames = [QRectF(*frame.rectangle) for frame in clip.frames]
    notes = [QRectF(*note.position, *note.size) for note in clip.notes]
    return places.united([*nodes, *frames, *notes])
