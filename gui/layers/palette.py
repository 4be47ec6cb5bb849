"""All layers, by group, to be dragged onto the canvas or added by a double-click."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QVBoxLayout, QWidget

from gui.layers import catalogue
from gui.layers.layer_list import LayerList
from gui.look.stylesheet import give_role

USUAL_SIZE = QSize(224, 640)


class Palette(QWidget):
    """A filter and the list below it."""

    layer_wanted = Signal(str)
    """A layer's id, by double-click or Enter."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palette")
        give_role(self, "panel")
        self.filter = QLineEdit()
        self.filter.setObjectName("palette_filter")
        self.filter.setPlaceholderText(self.tr("Filter"))
        self.filter.setAccessibleName(self.tr("Filter the layers"))
        self.filter.setClearButtonEnabled(True)
        self.list = LayerList(headings=True)
        self.list.setObjectName("palette_list")
        self.list.setAccessibleName(self.tr("Layers"))
        self.list.setDragEnabled(True)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.empty = QLabel(self.tr("No layer is called so. Try another word."))
        self.empty.setWordWrap(True)
        give_role(self.empty, "muted")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(11, 8, 3, 8)
        rows.setSpacing(6)
        top = QVBoxLayout()
        top.setContentsMargins(1, 0, 9, 0)  # the list has a rim of a pixel
        top.addWidget(self.filter)
        rows.addLayout(top)
        rows.addWidget(self.empty)
        rows.addWidget(self.list, 1)
        self.filter.textChanged.connect(self._show)
        self.filter.installEventFilter(self)
        self.list.itemDoubleClicked.connect(lambda _: self._want())
        self.list.installEventFilter(self)
        self._show("")

    def sizeHint(self) -> QSize:
        return USUAL_SIZE

    def _show(self, text: str) -> None:
        found = catalogue.found(text, catalogue.offered())
        self.list.show_layers(found, best=found[0] if text.strip() and found else None)
        self.empty.setVisible(not found)

    def _want(self) -> None:
        layer = self.list.choice
        if layer is not None:
            self.layer_wanted.emit(layer)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._want()
            return True
        if watched is self.filter and key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.list.move_choice(1 if key is Qt.Key.Key_Down else -1)
            return True
        if watched is self.filter and key is Qt.Key.Key_Escape and self.filter.text():
            self.filter.clear()
            return True
        return False
