"""What was chosen and in view before each step that adds something, for when it is undone."""

from __future__ import annotations

from dataclasses import dataclass

from graphs.document.document import DocumentChange
from graphs.document.edits import Link, NodeId, Step
from graphs.mending.fitting import new_nodes
from graphs.steps import annotation_steps
from graphs.steps.annotation_steps import Marks
from gui.canvas.surface import Surface
from gui.canvas.view import Sight

MOST = 200
"""Steps that are remembered: no one looks for more of them."""


@dataclass(slots=True)
class StepLook:
    """One step, and how the canvas looked before and after it."""

    step: Step
    nodes: frozenset[NodeId]
    links: frozenset[Link]
    marks: Marks
    before: Sight
    after: Sight


class Looks:
    """Goes back to what was seen before a step, unless the user has looked elsewhere since."""

    def __init__(self, surface: Surface) -> None:
        self._surface = surface
        self._kept: list[StepLook] = []
        self._newest: StepLook | None = None
        """While what it adds may still be brought into view."""
        workspace = surface.workspace
        workspace.replaced.connect(self._begin)
        workspace.changed.connect(self._note)
        workspace.undone.connect(self._go_back)
        workspace.redone.connect(self._go_on)
        surface.brought.connect(self._see)

    def _begin(self) -> None:
        self._kept, self._newest = [], None

    def _note(self, change: DocumentChange) -> None:
        """A step was made; what it adds is not chosen yet."""
        workspace = self._surface.workspace
        step, self._newest = change.step, None
        is_new = step is workspace.history.latest and self._found(step) is None
        if not is_new or not _adds(step):
            return
        look = self._surface.look()
        chosen = (workspace.selection, workspace.selected_links, workspace.selected_marks)
        self._newest = StepLook(step, *chosen, look, look)
        self._kept = [*self._kept[1 - MOST :], self._newest]

    def _see(self) -> None:
        """What the newest step adds was brought into view."""
        if self._newest is not None:
            self._newest.after = self._surface.look()
            self._newest = None

    def _found(self, step: Step) -> StepLook | None:
        """Equal steps are told apart, as the same may be made twice."""
        return next((one for one in self._kept if one.step is step), None)

    def _go_back(self, step: Step) -> None:
        look = self._found(step)
        if look is None:
            return
        workspace = self._surface.workspace
        if not (workspace.selection or workspace.selected_links or workspace.selected_marks):
            workspace.select(look.nodes, look.links, look.marks)
        if self._surface.look() == look.after:
            self._surface.go_back_to(look.before)

    def _go_on(self, step: Step) -> None:
        look = self._found(step)
        if look is not None and self._surface.look() == look.before:
            self._surface.go_back_to(look.after)


def _adds(step: Step) -> bool:
    return bool(new_nodes(step) or annotation_steps.new(step))
