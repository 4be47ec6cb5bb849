"""Decides which gesture a press begins and what a double-click opens, by what lies there."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF

from graphs.document.edits import NodeId
from graphs.steps.annotation_steps import Cargo, Marks
from gui.canvas.adding import Adding
from gui.canvas.floating.writing import InPlaceWriting
from gui.canvas.hand.gestures import Gesture, Move, Resize, Rubber
from gui.canvas.hand.link_gesture import Wire
from gui.canvas.scene.annotations import MarkHit
from gui.canvas.scene.scene import LinkHit, NodeHit, PortHit
from gui.canvas.surface import Surface

NAME_HEIGHT = 34
"""How far down a card a double-click edits its name."""


class Presses:
    """Chooses what is pressed, and says which gesture the press is the beginning of."""

    def __init__(
        self,
        surface: Surface,
        writing: InPlaceWriting,
        adding: Adding,
        edit_name: Callable[[NodeId], None],
    ) -> None:
        self._surface, self._writing, self._adding = surface, writing, adding
        self._edit_name = edit_name
        self._click: Cargo | None = None

    def begun(self, at: QPoint, *, adding: bool) -> Gesture | None:
        """The gesture that a press at a point of the view begins, if it is not done at once."""
        self._click = None
        surface, workspace = self._surface, self._surface.workspace
        match surface.hit(at):
            case PortHit() as port:
                return Wire(surface, at, port, self._adding.search_at)
            case NodeHit(node):
                return self._pressed(at, Cargo(frozenset({node})), adding=adding)
            case MarkHit(marks, sides) if sides != (0, 0):
                workspace.select((), (), marks)
                return Resize(surface, at, marks, sides)
            case MarkHit(marks):
                return self._pressed(at, Cargo(marks=marks), adding=adding)
            case LinkHit(link):
                chosen = workspace.selected_links
                links = chosen ^ {link} if adding else frozenset({link})
                kept = self._chosen() if adding else Cargo()
                workspace.select(kept.nodes, links, kept.marks)
                return None
            case _:
                return Rubber(surface, at, self._chosen() if adding else Cargo())

    def _chosen(self) -> Cargo:
        return Cargo(self._surface.workspace.selection, self._surface.workspace.selected_marks)

    def _pressed(self, at: QPoint, what: Cargo, *, adding: bool) -> Gesture | None:
        workspace = self._surface.workspace
        nodes, marks = workspace.selection, workspace.selected_marks
        is_chosen = what.nodes <= nodes and (what.marks | marks) == marks
        if adding:
            workspace.select(nodes ^ what.nodes, workspace.selected_links, marks ^ what.marks)
            if is_chosen:
                return None
        elif not is_chosen:
            workspace.select(what.nodes, (), what.marks)
        else:
            self._click = what  # a click chooses it alone, a drag moves all that are chosen
        return Move(self._surface, at, self._corner(what), self._surface.editing.load())

    def _corner(self, what: Cargo) -> tuple[int, int]:
        """The place of what was grabbed, which stays on the grid."""
        for node in what.nodes:
            return self._surface.workspace.graph.positions[node]
        return self._surface.sheet.annotations.rectangle(what.marks)[:2]

    def released(self, gesture: Gesture) -> None:
        """A gesture has ended; without a move it was a click."""
        if isinstance(gesture, Move) and not gesture.started and self._click is not None:
            self._surface.workspace.select(self._click.nodes, (), self._click.marks)

    def opened(self, at: QPoint) -> None:
        """A double-click: edit words, or search for a layer to add."""
        surface = self._surface
        match surface.hit(at):
            case NodeHit(node) if self._is_on_name(node, at):
                self._edit_name(node)
            case MarkHit(Marks() as marks, on_title=True):
                self._writing.edit(marks)
            case None:
                self._adding.search_at(at)
            case _:
                pass

    def _is_on_name(self, node: NodeId, at: QPoint) -> bool:
        card = self._surface.sheet.nodes[node].card()
        return self._surface.scene_point(QPointF(at)).y() - card.top() <= NAME_HEIGHT
