"""Where the panels are: the usual layout, and the one the user has made."""

from PySide6.QtCore import QByteArray, QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QMainWindow,
    QScrollArea,
    QTabWidget,
    QWidget,
)

from gui import settings
from gui.settings import Settings
from gui.widgets.building_blocks import bring_into_view, in_tab_order, named
from gui.widgets.on_screen import keep_on_screen

Area = Qt.DockWidgetArea
LAYOUT_VERSION = 1
"""Raised when panels come or go, so that a layout from before is not forced upon them."""
LEFT, RIGHT, BOTTOM = 196, 288, 320
"""Usual sizes in pixels."""
NARROW = 1200
"""In a window narrower than this, what lies below would have too little room between the sides."""
NARROWEST = {"palette": 168, "inspector": 248}
NARROWEST_BELOW = 320
LOWEST = 120
SIDES = ("palette", "inspector")


class Docks:
    """The panels around the canvas. Those below share one place as tabs."""

    def __init__(self, window: QMainWindow) -> None:
        self._window = window
        self._docks: dict[str, QDockWidget] = {}
        self._titles: dict[str, str] = {}
        self._usual = QByteArray()
        self._leaving = _Escape(window)
        self.left = self._leaving.pressed
        options = QMainWindow.DockOption
        window.setDockOptions(
            options.AllowTabbedDocks | options.GroupedDragging | options.AllowNestedDocks
        )
        window.setTabPosition(Area.BottomDockWidgetArea, QTabWidget.TabPosition.North)
        window.setCorner(Qt.Corner.BottomLeftCorner, Area.LeftDockWidgetArea)
        window.setCorner(Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea)
        window.tabifiedDockWidgetActivated.connect(self._follow_click)

    def _follow_click(self, dock: QDockWidget) -> None:
        """Who clicks a tab looks at its panel, so the next key is not the canvas's."""
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            reason = Qt.FocusReason.MouseFocusReason
            QTimer.singleShot(0, dock, lambda: dock.setFocus(reason))  # once it can be seen

    def fit(self, width: int) -> None:
        """Let the panels below reach under those at the sides where the window is narrow."""
        narrow = width < NARROW
        left, right = Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner
        below = Area.BottomDockWidgetArea
        if (self._window.corner(left) is below) != narrow:
            self._window.setCorner(left, below if narrow else Area.LeftDockWidgetArea)
            self._window.setCorner(right, below if narrow else Area.RightDockWidgetArea)

    def __getitem__(self, name: str) -> QDockWidget:
        return self._docks[name]

    def all(self) -> list[QDockWidget]:
        """Every panel, in the order in which they were added."""
        return list(self._docks.values())

    @property
    def titles(self) -> dict[str, str]:
        """What each panel is called, by its name."""
        return dict(self._titles)

    def shown(self) -> list[str]:
        """The panels that can be seen, in order."""
        return [n for n, dock in self._docks.items() if not dock.visibleRegion().isEmpty()]

    def with_focus(self) -> str | None:
        """The panel in which the keys are."""
        focus = QApplication.focusWidget()
        for name, dock in self._docks.items():
            if focus is not None and (focus is dock or dock.isAncestorOf(focus)):
                return name
        return None

    def focus(self, name: str) -> None:
        """Bring a panel to the front, and the keys to the first thing in it that takes them."""
        self.show(name)
        view = self._docks[name].widget()
        assert view is not None
        first = next((one for one in in_tab_order(view) if one.isVisibleTo(view)), None)
        if first is None:  # it is read with the arrow keys at least
            view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        (first or view).setFocus(Qt.FocusReason.ShortcutFocusReason)
        bring_into_view(first or view)

    def add(self, name: str, title: str, view: QWidget, area: Area) -> None:
        """A panel for ``view``. Below, the tab is the title; at the sides the view has its own."""
        dock = named(QDockWidget(title, self._window), f"dock_{name}")
        self._titles[name] = title
        dock.setWidget(view if name in SIDES else _with_scrolling(view))
        dock.installEventFilter(self._leaving)
        dock.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # beside what takes the keys in it, too
        view.setMinimumWidth(NARROWEST.get(name, 0))
        if area is Area.BottomDockWidgetArea:
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
        self.fit(self._window.width())  # the corners are a part of what was restored
        self._size()

    def _size(self) -> None:
        sides = [self._docks[name] for name in SIDES]
        self._window.resizeDocks(sides, [LEFT, RIGHT], Qt.Orientation.Horizontal)
        self._window.resizeDocks([self._docks["training"]], [BOTTOM], Qt.Orientation.Vertical)

    def show(self, name: str) -> None:
        """Bring a panel to the front, also when it was closed. Keys of one behind it come along."""
        before, dock = self.with_focus(), self._docks[name]
        dock.show()
        dock.raise_()
        if before is not None and self._docks[before] in self._window.tabifiedDockWidgets(dock):
            QTimer.singleShot(0, dock, lambda: self._take_keys(dock, before))

    def _take_keys(self, dock: QDockWidget, before: str) -> None:
        """Qt leaves them in what a panel in front of it hides."""
        if self.with_focus() == before:
            dock.setFocus(Qt.FocusReason.OtherFocusReason)

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
        if not window.isMaximized() and not window.isFullScreen():
            keep_on_screen(window)
        elif not layout.isEmpty():
            window.installEventFilter(_WhenLarge(window, layout))

    def kept(self, before: Settings) -> Settings:
        """``before`` with the layout as it is now."""
        window = self._window
        return Settings(
            before.theme,
            before.recent,
            settings.as_text(bytes(window.saveGeometry().data())),
            settings.as_text(bytes(window.saveState(LAYOUT_VERSION).data())),
        )


class _WhenLarge(QObject):
    """Gives panels their kept sizes again once a window fills the screen, as it did with them.

    Until it is shown Qt has the smaller one in its place, into which they were squeezed.
    """

    def __init__(self, window: QMainWindow, layout: QByteArray) -> None:
        super().__init__(window)
        self._window, self._layout = window, layout

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        window = self._window
        is_shown = event.type() in {QEvent.Type.Resize, QEvent.Type.Show}
        if is_shown and window.isVisible() and window.size() != window.normalGeometry().size():
            window.removeEventFilter(self)
            QTimer.singleShot(0, self, self._restore)
        return False

    def _restore(self) -> None:
        self._window.restoreState(self._layout, LAYOUT_VERSION)
        self.deleteLater()


def _with_scrolling(view: QWidget) -> QScrollArea:
    """A panel that scrolls where it is too narrow or too low for what is in it.

    So what lies below neither widens the window nor moves the canvas, and nothing in it is pressed
    to less than its least height, where it would be painted over what comes next.
    """
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setMinimumSize(NARROWEST_BELOW, LOWEST)
    area.setWidget(view)
    return area


class _Escape(QObject):
    """Hears of Escape when nothing in a panel has a use for it, also in one that floats."""

    pressed = Signal()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() != Qt.Key.Key_Escape:
            return False
        self.pressed.emit()
        return True


def _usual_size() -> QSize:
    """Most of the screen, and no more than is useful."""
    return QSize(1400, 860).boundedTo(QGuiApplication.primaryScreen().availableSize())
