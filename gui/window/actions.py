"""What the user can ask the window for, one action each: for menus, shortcuts and search."""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence

from gui.look.theme import Scheme

Keys = QKeySequence.StandardKey
Shortcut = str | Keys | tuple[str, ...]


class Actions(QObject):
    """The actions, each under its name. The window connects them and says when they can be used."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._made: dict[str, QAction] = {}
        self._file()
        self._edit()
        self._view()
        self._run()
        self._help()

    def __getitem__(self, name: str) -> QAction:
        return self._made[name]

    def all(self) -> list[QAction]:
        """Every action, in the order of the menus."""
        return list(self._made.values())

    def _file(self) -> None:
        self._add("new", self.tr("New"), Keys.New)
        self._add("templates", self.tr("New from template…"), "Ctrl+Shift+N")
        self._add("open", self.tr("Open…"), Keys.Open)
        self._add("save", self.tr("Save"), Keys.Save)
        self._add("save_as", self.tr("Save as…"), "Ctrl+Shift+S")
        self._add("recover", self.tr("Recover unsaved changes…"))
        self._add("export", self.tr("Export ONNX…"), "Ctrl+E")
        self._add("export_weights", self.tr("Export weights…"))
        quit_ = self._add("quit", self.tr("Quit"), "Ctrl+Q")
        quit_.setMenuRole(QAction.MenuRole.QuitRole)

    def _edit(self) -> None:
        self._add("undo", self.tr("Undo"), Keys.Undo)
        self._add("redo", self.tr("Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"))
        self._add("propose", self.tr("Propose a network for the data"))

    def _view(self) -> None:
        self._add("search", self.tr("Search everything"), "Ctrl+K")
        group = QActionGroup(self)
        for scheme, text in (
            (Scheme.SYSTEM, self.tr("Theme: as the system")),
            (Scheme.DARK, self.tr("Theme: dark")),
            (Scheme.LIGHT, self.tr("Theme: light")),
        ):
            action = self._add(f"theme_{scheme}", text)
            action.setCheckable(True)
            group.addAction(action)
        self._add("reset_layout", self.tr("Reset the panels"))
        self._add("next_panel", self.tr("Next panel"), "F6")
        self._add("previous_panel", self.tr("Previous panel"), "Shift+F6")
        for number, (name, text) in enumerate(self.panels().items(), 1):
            self._add(f"go_{name}", text, f"Ctrl+{number}")

    def panels(self) -> dict[str, str]:
        """What going to each panel is called, by its name."""
        return {
            "canvas": self.tr("Go to the canvas"),
            "palette": self.tr("Go to the layers"),
            "inspector": self.tr("Go to the inspector"),
            "data": self.tr("Go to the data"),
            "plan": self.tr("Go to the plan"),
            "training": self.tr("Go to the training"),
            "results": self.tr("Go to the results"),
            "runs": self.tr("Go to the runs"),
            "problems": self.tr("Go to the problems"),
        }

    def _run(self) -> None:
        self._add("train", self.tr("Train"), ("Ctrl+Return", "F5"))
        self._add("pause", self.tr("Pause"), "F8")
        self._add("proceed", self.tr("Go on"), "F9")
        self._add("stop", self.tr("Stop"), "Shift+F5")
        self._add("resume", self.tr("Resume the stopped run"))

    def _help(self) -> None:
        self._add("shortcuts", self.tr("Keyboard shortcuts"), "F1")
        self._add("copy_diagnostics", self.tr("Copy diagnostics"))
        about = self._add("about", self.tr("About Layerloom"))
        about.setMenuRole(QAction.MenuRole.AboutRole)

    def _add(self, name: str, text: str, shortcut: Shortcut = ()) -> QAction:
        action = QAction(text, self)
        action.setObjectName(name)
        action.setIconText(text)  # stays, where the text says what would be undone as well
        if isinstance(shortcut, Keys):
            action.setShortcuts(shortcut)
        else:
            keys = (shortcut,) if isinstance(shortcut, str) else shortcut
            action.setShortcuts([QKeySequence(one) for one in keys])
        self._made[name] = action
        return action
