"""Windows that lie within their screen, so that no button of theirs is out of reach."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QScrollArea, QSizePolicy, QWidget

USUAL_FRAME = QSize(4, 32)
"""What the system is taken to put around a window before it is shown, when nobody knows it yet."""


def room_for(window: QWidget) -> QRect:
    """What a window's screen has room for, without bars of the system."""
    return window.screen().availableGeometry()


def shrink_to_screen(window: QWidget) -> None:
    """Make a window no larger than its screen, with the frame that the system puts around it."""
    room = room_for(window).size() - _frame(window)
    window.resize(window.size().boundedTo(room))


def keep_on_screen(window: QWidget) -> None:
    """Make a window no larger than its screen, and move it there as far as it lies beside it."""
    shrink_to_screen(window)
    room, whole, at = room_for(window), window.size() + _frame(window), window.pos()
    left = max(room.left(), min(at.x(), room.right() + 1 - whole.width()))
    top = max(room.top(), min(at.y(), room.bottom() + 1 - whole.height()))
    if (left, top) != (at.x(), at.y()):
        window.move(left, top)


def _frame(window: QWidget) -> QSize:
    """What the system puts around a window, as far as that is known."""
    frame = window.frameGeometry().size() - window.size()
    return frame if frame.height() else USUAL_FRAME


class ScreenDialog(QDialog):
    """A dialog that is no larger than its screen; Qt then puts it over its parent, within that."""

    def showEvent(self, event: QShowEvent) -> None:
        shrink_to_screen(self)
        super().showEvent(event)


class WholeArea(QScrollArea):
    """Shows all of a widget where there is room for that, and scrolls down where there is not."""

    def __init__(self, whole: QWidget, width: int = 0) -> None:
        super().__init__()
        self.setMinimumWidth(width)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._whole = whole
        self.setWidget(whole)

    def sizeHint(self) -> QSize:
        hint = self._whole.sizeHint()
        width = self.width() if self.isVisible() else self.minimumWidth() or hint.width()
        rim = 2 * self.frameWidth()
        wrapped = self._whole.heightForWidth(width - rim)
        height = wrapped if wrapped > 0 else hint.height()
        # Qt makes it no lower than it would be in its least width.
        return QSize(width, max(height, self._whole.minimumSizeHint().height()) + rim)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()  # another width, another height of what is wrapped
