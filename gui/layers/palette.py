"""All layers, by group, to be dragged onto the canvas or added by a double-click."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QLabel, QLineEdit, QMenu, QVBoxLayout, QWidget

from graphs.errors import FileError
from graphs.files import opener
from graphs.library import kept
from graphs.library.kept import KeptBlock
from gui.layers import catalogue
from gui.layers.intent import Worded
from gui.layers.layer_list import ID, LayerList
from gui.layers.ready_blocks import folders_for, ready_block
from gui.look.stylesheet import give_role
from gui.widgets.building_blocks import label, tip
from gui.widgets.questions import ask, tell

USUAL_SIZE = QSize(224, 640)
TOLD = 20
"""Files that cannot be offered, of which a tooltip tells."""


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
        self.faults = label(role="warn", name="kept_block_faults")
        self.faults.setWordWrap(True)
        self.faults.setMinimumWidth(1)  # a name without a space would widen the panel
        rows.addWidget(self.faults)
        self._folders = folders_for(None)
        self._known: tuple[object, ...] = ()
        self.filter.textChanged.connect(self._show)
        self.filter.installEventFilter(self)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.customContextMenuRequested.connect(self._offer_removal)
        self.list.itemDoubleClicked.connect(lambda _: self._want())
        self.list.installEventFilter(self)
        self._show("")

    def sizeHint(self) -> QSize:
        return USUAL_SIZE

    def build_beside(self, document: Path | None) -> None:
        """Offer the blocks that are kept where this document may be built with them."""
        if (folders := folders_for(document)) != self._folders:
            self._folders = folders
            self.look_again()

    def look_again(self) -> None:
        """Offer what is kept by now, under the titles that it has by now."""
        if self._looked() != self._known:
            self._show(self.filter.text())

    def _show(self, text: str) -> None:
        self._known = offered, faults = self._looked()
        found = catalogue.found(text, offered)
        self.list.show_layers(found, best=found[0] if text.strip() and found else None)
        self.empty.setVisible(not found)
        self._tell(faults)

    def _tell(self, faults: Sequence[str]) -> None:
        """Say of files in the folders of blocks why they are not offered."""
        self.faults.setVisible(bool(faults))
        self.faults.setToolTip(tip("\n".join(faults[:TOLD])))
        if len(faults) > 1:
            words = self.tr("Not offered: {first} And {count} more: point here to read them.")
        else:
            words = self.tr("Not offered: {first}")
        first = faults[0] if faults else ""
        self.faults.setText(words.format(first=first, count=len(faults) - 1))

    def _offer_removal(self, at: QPoint) -> None:
        """Let a block that the user keeps be removed; all others stay."""
        row = self.list.itemAt(at)
        block = ready_block(str(row.data(ID))) if row is not None else None
        if not isinstance(block, KeptBlock):
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        remove = menu.addAction(self.tr("Remove…"))
        remove.setObjectName("remove_kept_block")
        remove.triggered.connect(lambda: self._ask_to_remove(block))
        menu.popup(self.list.viewport().mapToGlobal(at))

    def _ask_to_remove(self, block: KeptBlock) -> None:
        ask(
            self,
            "remove_kept",
            self.tr("Remove “{title}”?").format(title=block.title),
            self.tr(
                "Its file, {name}, is deleted. Networks that were built with it stay as they are."
            ).format(name=opener.shown(block.path)),
            self.tr("Remove"),
            lambda: self._remove(block),
        )

    def _remove(self, block: KeptBlock) -> None:
        try:
            kept.remove(block.path)
        except FileError as error:
            tell(self, self.tr("It could not be removed."), str(error))
        self.look_again()

    def _looked(self) -> tuple[tuple[Worded, ...], tuple[str, ...]]:
        """What is offered by now, and why some files are not."""
        return catalogue.offered(self._folders), kept.kept(self._folders)[1]

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
