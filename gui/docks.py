"""Where the panels are: the usual layout, and the one the user has made."""

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from gui import settings
from gui.parts import named
from gui.settings import Settings

Area = Qt.DockWidgetArea
LAYOUT_VERSION = 1
"""Raised when panels come or go, so that a layout from before is not forced upon them."""
LEFT, RIGHT, BOTTOM = 196, 288, 320
"""Usual sizes in pixels."""
NARROWEST = {"palette": 168, "inspector": 248}
LOWEST = 120
SIDES = ("palette", "inspector")


class Docks:
    """The panels around the canvas. Those below share one place as tabs."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._docks: dict[str, QDockWidget] = {}
        self._titles: dict[str, str] = {}
        self._usual = QByteArray()
        options = QMainWindow.DockOption
        window.setDockOptions(
            options.AllowTabbedDocks | options.GroupedDragging | options.AllowNestedDocks
        )
        window.setTabPosition(Area.BottomDockWidgetArea, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomLeftCorner, Area.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea)

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def all(self) -> list[QDockWidget]:
        """Every panel, in the order in which they were added."""
        return list(self._docks.values())

    def add(self, name: str, title: str, view: QWidget, area: Area) -> None:
        """A panel for ``view``. Below, the tab is the title; at the sides the view has its own."""
        dock = named(QDockWidget(title, self._window), f"dock_{name}")
        self._titles[name] = title
        dock.setWidget(view)
        view.setMinimumWidth(NARROWEST.get(name, 0))
        if area is Area.BottomDockWidgetArea:
            view.setMinimumHeight(LOWEST)  # or the one that wants most room moves the canvas
            dock.setTitleBarWidget(QWidget(dock))
        self._docks[name] = dock
        self._window.addDockWidget(area, dock)

    def arrange(self) -> None:
        """The usual layout, once all panels are added."""
        below = [dock for name, dock in self._docks.items() if name not in SIDES]
        for dock in below[1:]:
            self._window.tabifyDockWidget(below[0], dock)
        self._size()
        self.show("training")
        self._usual = self._window.saveState(LAYOUT_VERSION)

    def reset(self) -> None:
        """The usual layout again."""
        self._window.restoreState(self._usual, LAYOUT_VERSION)
        self._size()

    def _size(self) -> None:
        sides = [self._docks[name] for name in SIDES]
        self._window.resizeDocks(sides, [LEFT, RIGHT], Qt.Orientation.Horizontal)
        self._window.resizeDocks([self._docks["training"]], [BOTTOM], Qt.Orientation.Vertical)

    def show(self, name: str) -> None:
        """Bring a panel to the front, also when it was closed."""
        self._docks[name].show()
        self._docks[name].raise_()

    def count(self, name: str, problems: int) -> None:
        """Say beside a panel's title how many problems wait there."""
        title = self._titles[name]
        self._docks[name].setWindowTitle(f"{title} · {problems}" if problems else title)

    def restore(self, kept: Settings) -> None:
        """The layout that was kept; the usual one where there is none or it is unusable."""
        window = self._window
        if not window.restoreGeometry(QByteArray(settings.as_bytes(kept.geometry))):
            window.resize(_usual_size())
        layout = QByteArray(settings.as_bytes(kept.layout))
        if layout.isEmpty() or not window.restoreState(layout, LAYOUT_VERSION):
            self.reset()

    def kept(self, before: Settings) -> Settings:
        """``before`` with the layout as it is now."""
        window = self._window
        return Settings(
            before.theme,
            before.recent,
            settings.as_text(bytes(window.saveGeometry().data())),
            settings.as_text(bytes(window.saveState(LAYOUT_VERSION).data())),
        )


def _usual_size() -> QSize:
    """Most of the screen, and no more than is useful."""
    return QSize(1400, 860).boundedTo(QGuiApplication.primaryScreen().availableSize())
