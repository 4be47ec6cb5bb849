"""Undo and redo, without Qt."""

from dataclasses import replace

from graphs.document.document import Document, DocumentChange
from graphs.document.edits import Step, inverse, merged, undone
from graphs.signal import Signal

_NEVER = Step("", ())
"""Stands for a state that no undo leads to."""


class History:
    """Applies steps to a document and remembers how to take them back, without limit."""

    def __init__(self, document: Document) -> None:
        self.changed: Signal[None] = Signal()
        self.document = document
        self._done: list[Step] = []
        self._undone: list[Step] = []
        self._gesture: str | None = None
        self._saved: Step | None = None

    def do(self, step: Step, *, gesture: str | None = None) -> None:
        """Apply a step. Steps that follow each other under the same ``gesture`` become one."""
        if not step.edits:
            return  # an undo that changes nothing would only puzzle
        step = replace(step)  # the same step may be made twice, and is_saved tells them apart
        change = self.document.make(step)
        same = gesture is not None and gesture == self._gesture and bool(self._done)
        if same and self._done[-1] is self._saved:
            same = False  # what was saved stays a state to return to
        together = merged(self._done[-1], step) if same else None
        if together is None:
            self._done.append(step)
        elif all(edit == inverse(edit) for edit in together.edits):
            self._done.pop()  # it has come back to where it began
            gesture = None
        else:
            self._done[-1] = together
        self._gesture = gesture
        self._undone.clear()
        self._announce(change)

    def _announce(self, change: DocumentChange) -> None:
        """Tell of a step, when what can be undone agrees with the document already."""
        self.document.announce(change)
        self.changed.emit(None)

    def end_gesture(self) -> None:
        """What follows is a new step."""
        self._gesture = None

    @property
    def undo_name(self) -> str | None:
        """The name of the step that ``undo`` would take back."""
        return self._done[-1].name if self._done else None

    @property
    def redo_name(self) -> str | None:
        """The name of the step that ``redo`` would make again."""
        return self._undone[-1].name if self._undone else None

    def undo(self) -> None:
        """Take the last step back; nothing happens when there is none."""
        if self._done:
            self._gesture = None
            change = self.document.make(undone(self._done[-1]))
            self._undone.append(self._done.pop())
            self._announce(change)

    def redo(self) -> None:
        """Make the last step that was taken back again; nothing happens when there is none."""
        if self._undone:
            self._gesture = None
            change = self.document.make(self._undone[-1])
            self._done.append(self._undone.pop())
            self._announce(change)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps that are done, in order."""
        return tuple(self._done)

    @property
    def latest(self) -> Step | None:
        """The last step that is done: the same as long as nothing has changed the document."""
        return self._done[-1] if self._done else None

    @property
    def is_saved(self) -> bool:
        """Whether the document is as it was when ``mark_saved`` was called last."""
        return self.latest is self._saved

    def mark_saved(self) -> None:
        """The document is on disk as it is now."""
        self._saved = self.latest
        self._gesture = None
        self.changed.emit(None)

    def forget_saved(self) -> None:
        """No file holds what the document was at any step: saving is the only way to be saved."""
        self._saved = _NEVER
        self.changed.emit(None)
