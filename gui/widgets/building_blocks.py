"""Small pieces that views are made of, each with its name and its role."""

from collections.abc import Callable, Iterable
from html import escape
from typing import TypeVar

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHeaderView,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)

from graphs.wording.visible import visible, visible_lines
from gui.look import theme

DOT = "●"
UNBROKEN = 32
"""Signs of a name up to which a legend keeps it on one line."""

Kind = TypeVar("Kind", bound=QWidget)
Table = TypeVar("Table", bound=QTableWidget)


def named(widget: Kind, name: str, role: str = "") -> Kind:
    """The widget, with a name for tests and accessibility and a role for the stylesheet."""
    widget.setObjectName(name)
    if role:
        widget.setProperty("role", role)
    return widget


def label(text: str = "", role: str = "", name: str = "") -> QLabel:
    """Words on the window; never read as HTML, which a name could hold."""
    made = named(QLabel(visible_lines(text)), name, role)
    made.setTextFormat(Qt.TextFormat.PlainText)
    return made


class Coloured(QLabel):
    """Words whose HTML names colours of the theme; they are written anew when it is another."""

    _write: Callable[[], str] = str

    def __init__(self, write: Callable[[], str], role: str = "") -> None:
        super().__init__()
        named(self, "", role)
        self.setTextFormat(Qt.TextFormat.RichText)
        self._write = write
        self.setText(write())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.setText(self._write())


def link(words: str, page: str) -> Coloured:
    """Words that open a page of the web; Qt keeps the first colour of a link that names none."""

    def write() -> str:
        color = theme.color("accent").name()
        return f'<a href="{escape(page)}" style="color:{color}">{escape(words)}</a>'

    made = Coloured(write, "muted")
    made.setOpenExternalLinks(True)
    return made


def legend(role: str = "muted", name: str = "") -> QLabel:
    """A label for ``dots`` or ``signs``, which are HTML."""
    made = label("", role, name)
    made.setTextFormat(Qt.TextFormat.RichText)
    return made


def dots(entries: Iterable[tuple[str, str]]) -> str:
    """A dot for each color and the word for what has it, which a user may have written."""
    return signs((color, DOT, word) for color, word in entries)


def signs(entries: Iterable[tuple[str, str, str]]) -> str:
    """A sign in each color and the word for what has it. Lines break between two, not amid one."""
    return "&nbsp;&nbsp; ".join(
        f'<span style="color:{color}">{sign}</span>&nbsp;{_unbroken(word)}'
        for color, sign, word in entries
    )


def _unbroken(word: str) -> str:
    told = escape(visible(word))
    return told.replace(" ", "&nbsp;") if len(word) <= UNBROKEN else told


def tip(text: str) -> str:
    """Words from elsewhere for a tooltip, which Qt would read as HTML where they look like it."""
    plain = visible_lines(text)
    return f"<qt>{escape(plain)}</qt>" if "<" in plain else plain


def wrapped(text: str = "", role: str = "", name: str = "") -> QLabel:
    """Words from elsewhere, over several lines where they need it; they can be copied."""
    made = label(text, role, name)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


def button(
    text: str, name: str, clicked: Callable[[], object] | None = None, role: str = ""
) -> QPushButton:
    """A button and what it does."""
    made = named(QPushButton(text), name, role)
    made.setAutoDefault(False)
    if clicked is not None:
        made.clicked.connect(lambda: clicked())
    return made


def allow(action: QAction, can: bool, otherwise: str) -> None:
    """Let a command be used or not; ``otherwise`` tells whoever presses its keys why not."""
    is_other = action.property("otherwise") != otherwise
    action.setProperty("otherwise", otherwise)  # first, for who hears of the command asks why
    if action.isEnabled() != can:
        action.setEnabled(can)
    elif is_other:
        action.changed.emit()


def swap(gone: QWidget, shown: QWidget) -> None:
    """Show one button in the place of another; the keys stay there, also behind a dialog."""
    shown.show()
    _hand_keys(gone, shown)
    gone.hide()


def take_turns(gone: QWidget, used: QWidget) -> None:
    """Let one button be used instead of another beside it; the keys go there with it."""
    used.setEnabled(True)
    _hand_keys(gone, used)
    gone.setEnabled(False)


def _hand_keys(gone: QWidget, to: QWidget) -> None:
    """Else Qt gives them to whatever comes next in the window, such as a whole panel."""
    if gone.window().focusWidget() is gone:
        to.setFocus(Qt.FocusReason.OtherFocusReason)


def column(spacing: int = 6) -> QVBoxLayout:
    """Widgets below each other; a layout inside another would take over its spacing."""
    made = QVBoxLayout()
    made.setSpacing(spacing)
    return made


class _Area(QScrollArea):
    """Measures what is in it when it is shown: while hidden, Qt does not tell it of changes."""

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QApplication.postEvent(self, QEvent(QEvent.Type.LayoutRequest))


def scrolled(widget: QWidget) -> QScrollArea:
    """As much of a widget as there is room for; the rest is reached by scrolling."""
    if isinstance(widget, QLabel):  # Qt's guess for words that wrap is far too high
        widget.setMinimumHeight(1)
    area = _Area()
    area.setWidgetResizable(True)
    area.setWidget(widget)
    return area


def bring_into_view(widget: QWidget) -> None:
    """Scroll what ``widget`` lies in, as soon as it has its place, so that all of it is seen.

    Where there is no room for all of it, its top is.
    """

    def scroll() -> None:
        outer = widget.parentWidget()
        while outer is not None:
            if isinstance(outer, QScrollArea) and (inside := outer.widget()) is not None:
                at = widget.mapTo(inside, QPoint())
                for y in (at.y() + widget.height(), at.y()):
                    outer.ensureVisible(at.x(), y, 0, 0)
            outer = outer.parentWidget()

    QTimer.singleShot(0, widget, scroll)


def to_read(table: Table, name: str) -> Table:
    """A table that is only read: low rows without numbers, columns as wide as what is in them."""
    named(table, name)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(26)
    table.setShowGrid(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    with_whole_words(table.horizontalHeader())
    return table


def with_whole_words(header: QHeaderView) -> None:
    """Cut the words of a header off with dots where there is no room, never amid a letter."""
    header.setTextElideMode(Qt.TextElideMode.ElideRight)


def in_tab_order(view: QWidget) -> list[QWidget]:
    """What Tab reaches in a widget, in its order; also what cannot be seen just now."""
    inside = set(view.findChildren(QWidget))
    found, widget = [], view.nextInFocusChain()
    while widget is not None and widget is not view and inside:
        if widget in inside:  # what was added later stands at the end of the window's chain
            inside.discard(widget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isEnabled():
                found.append(widget)
        widget = widget.nextInFocusChain()
    return found


def follow(before: QWidget, view: QWidget) -> None:
    """Let what is in ``view`` be reached by Tab right after ``before``, in its own order."""
    for widget in in_tab_order(view):
        QWidget.setTabOrder(before, widget)
        before = widget


def line() -> QFrame:
    """A thin line between two parts of a view."""
    return named(QFrame(), "", "line")
