"""Which commands of the window can be used now, and why the others do nothing."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from engine.runs.events.record import State
from gui.live_run import LiveRun
from gui.widgets.building_blocks import allow
from gui.window.actions import Actions
from gui.window.run_commands import RunCommands
from gui.workspace import Workspace


class Enabling(QObject):
    """Follows the document and the run in view."""

    def __init__(
        self, commands: Actions, workspace: Workspace, training: LiveRun, running: RunCommands
    ) -> None:
        super().__init__(commands)
        self._commands, self._workspace = commands, workspace
        self._training, self._running = training, running
        workspace.history_changed.connect(self._follow_history)
        workspace.replaced.connect(self._follow_history)
        workspace.problems_changed.connect(self._follow_run)
        training.state_changed.connect(self._follow_run)
        self._follow_history()
        self._follow_run()

    def _follow_history(self) -> None:
        history = self._workspace.history
        for name, words, step, none in (
            ("undo", self.tr("Undo"), history.undo_name, self.tr("There is nothing to undo.")),
            ("redo", self.tr("Redo"), history.redo_name, self.tr("There is nothing to redo.")),
        ):
            self._commands[name].setText(f"{words} {step}" if step else words)
            allow(self._commands[name], step is not None, none)

    def _follow_run(self) -> None:
        commands, training = self._commands, self._training
        state, live = training.record.state, training.is_live
        under_way = self.tr("A run is under way. Stop it first, or wait for its end.")
        none = self.tr("No run is under way.")
        is_paused = state in {State.PAUSED, State.PAUSING}
        allow(commands["train"], not live, under_way)
        why = self.tr("The run pauses already.") if is_paused else none
        allow(commands["pause"], state is State.RUNNING, why)
        allow(commands["proceed"], is_paused, self.tr("No run is paused."))
        stopping = state is State.STOPPING
        why = self.tr("The run is being stopped already.") if stopping else none
        allow(commands["stop"], live and not stopping, why)
        over = not live and training.folder is not None
        why = under_way if live else self.tr("No run that was stopped is in view.")
        allow(commands["resume"], over and training.record.can_go_on, why)
        why = under_way if live else self.tr("Mend the errors first, or show a run.")
        for name in ("export", "export_weights"):
            allow(commands[name], self._running.can_export, why)


def reason(actions: Iterable[QAction], event: QKeyEvent) -> str:
    """Why keys do nothing that belong to a command which cannot be used; empty for other keys."""
    keypad = Qt.KeyboardModifier.KeypadModifier
    pressed = QKeySequence(event.modifiers().value & ~keypad.value | event.key())
    for action in actions:
        if not action.isEnabled() and pressed in action.shortcuts() and _is_heard(action):
            return str(action.property("otherwise") or "")
    return ""


def _is_heard(action: QAction) -> bool:
    """Whether the keys of an action are its own where the focus is now."""
    of = action.parent()
    everywhere = action.shortcutContext() is not Qt.ShortcutContext.WidgetShortcut
    return everywhere or (isinstance(of, QWidget) and of.hasFocus())
