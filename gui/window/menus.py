"""The menu bar: which action is where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDateTime, QLocale, QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from graphs.keeping.backups import Backup
from graphs.templates import Template, templates
from graphs.wording.visible import visible
from gui.canvas.commands import Commands
from gui.widgets.building_blocks import tip
from gui.window.actions import Actions
from gui.window.docks import Docks


@dataclass(frozen=True, slots=True)
class Files:
    """Which files there are to open, and what opens them."""

    recent: Callable[[], Sequence[str]]
    """Paths, the newest first."""
    earlier: Callable[[], Sequence[Backup]]
    """What saving has replaced, the newest first."""
    open: Callable[[Path], object]
    open_earlier: Callable[[Path], object]
    new_from: Callable[[Template], object]


class Menus(QObject):
    """File, Edit, View, Run and Help, filled from the window's actions and the canvas's."""

    def __init__(
        self,
        window: QWidget,
        bar: QMenuBar,
        commands: Actions,
        canvas: Commands,
        docks: Docks,
        files: Files,
    ) -> None:
        super().__init__(window)
        self._window, self._bar, self._files = window, bar, files
        self._commands, self._canvas, self._docks = commands, canvas, docks
        self.templates = [self._template(one) for one in templates()]
        self.recent = QMenu(self.tr("Open recent"), window)
        self.recent.aboutToShow.connect(self._fill_recent)
        self.earlier = QMenu(self.tr("Open an earlier version"), window)
        self.earlier.setObjectName("earlier_versions")
        self.earlier.aboutToShow.connect(self._fill_earlier)
        self._file()
        self._edit()
        self._view()
        self._run()
        self._help()

    def all_actions(self) -> list[QAction]:
        """Every action that does something, the canvas's and the templates' too."""
        canvas = self._canvas
        return [
            *self._commands.all(),
            *(action for action in (*canvas.edit, *canvas.view) if action is not None),
            *self.templates,
        ]

    def _template(self, template: Template) -> QAction:
        """In no menu, but found by whoever searches for it."""
        action = QAction(template.title, self._window)
        action.setObjectName(f"template_{template.id}")
        action.setToolTip(f"{template.task}. {template.summary}")
        action.triggered.connect(partial(self._files.new_from, template))
        return action

    def _fill_recent(self) -> None:
        self.recent.clear()
        for name in self._files.recent():
            path = Path(name)
            action = self.recent.addAction(visible(path.name).replace("&", "&&"))
            action.setToolTip(tip(name))
            action.triggered.connect(partial(self._files.open, path))
        if self.recent.isEmpty():
            self.recent.addAction(self.tr("No recent files")).setEnabled(False)

    def _fill_earlier(self) -> None:
        """What saving has replaced, the newest first."""
        self.earlier.clear()
        for backup in self._files.earlier():
            when = QDateTime.fromSecsSinceEpoch(int(backup.when))
            action = QAction(QLocale().toString(when, "d MMM yyyy, HH:mm:ss"), self.earlier)
            self.earlier.addAction(action)
            action.triggered.connect(partial(self._files.open_earlier, backup.path))
        if self.earlier.isEmpty():
            self.earlier.addAction(self.tr("No earlier versions")).setEnabled(False)

    def _file(self) -> None:
        menu, commands = self._menu(self.tr("&File")), self._commands
        menu.addAction(commands["new"])
        menu.addAction(commands["templates"])
        menu.addAction(commands["open"])
        menu.addMenu(self.recent)
        menu.addMenu(self.earlier)
        self._add(
            menu, "recover", None, "save", "save_as", None, "export", "export_weights", None, "quit"
        )

    def _edit(self) -> None:
        menu = self._menu(self.tr("&Edit"))
        self._add(menu, "undo", "redo", None)
        self._add_actions(menu, self._canvas.edit)
        self._add(menu, None, "propose", None, "search")

    def _view(self) -> None:
        menu = self._menu(self.tr("&View"))
        self._add_actions(menu, self._canvas.view)
        self._add(menu, None, "theme_system", "theme_dark", "theme_light", None)
        for dock in self._docks.all():
            menu.addAction(dock.toggleViewAction())
        self._add(menu, "reset_layout")
        going = menu.addMenu(self.tr("Go to"))
        names = [f"go_{name}" for name in self._commands.panels()]
        self._add(going, "next_panel", "previous_panel", None, *names)

    def _run(self) -> None:
        menu = self._menu(self.tr("&Run"))
        self._add(menu, "train", "pause", "proceed", "stop", "resume")

    def _help(self) -> None:
        menu = self._menu(self.tr("&Help"))
        self._add(menu, "shortcuts", "copy_diagnostics", None, "about")

    def _menu(self, title: str) -> QMenu:
        menu = self._bar.addMenu(title)
        menu.setObjectName(f"menu_{title.replace('&', '').lower()}")
        return menu

    def _add(self, menu: QMenu, *names: str | None) -> None:
        commands = self._commands
        self._add_actions(menu, [commands[name] if name else None for name in names])

    def _add_actions(self, menu: QMenu, actions: object) -> None:
        for action in actions:  # type: ignore[attr-defined]
            if action is None:
                menu.addSeparator()
            else:
                menu.addAction(action)
