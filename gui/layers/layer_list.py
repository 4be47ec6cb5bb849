"""A list of layers to choose from: tile, title, and the group where it is not a heading already."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QDrag, QPainter, QPixmap
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from graphs.wording.phrases import phrase
from gui.layers import catalogue
from gui.layers.document_blocks import OfferedBlock
from gui.layers.intent import Worded
from gui.layers.ready_blocks import LibraryBlock
from gui.look import icons, theme

ID = Qt.ItemDataRole.UserRole
GROUP = Qt.ItemDataRole.UserRole + 1
WHERE = Qt.ItemDataRole.UserRole + 2
ROW, HEADING, TWO_LINES = 28, 32, 44


class LayerList(QListWidget):
    """Layers, one per row; with headings it shows them by group."""

    def __init__(self, parent: QWidget | None = None, *, headings: bool) -> None:
        super().__init__(parent)
        self._headings = headings
        self.setItemDelegate(_Rows(self, headings=headings))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(False)
        self.setMouseTracking(True)

    def show_layers(self, kinds: Iterable[Worded], best: Worded | None = None) -> None:
        """Show these layers, in this order or by group, and choose ``best`` if there is one."""
        self.clear()
        if not self._headings:
            for kind in kinds:
                self._add(kind)
        else:
            for group, members in catalogue.groups(kinds):
                heading = QListWidgetItem(phrase(group) if group else self.tr("Other"))
                heading.setFlags(Qt.ItemFlag.NoItemFlags)
                self.addItem(heading)
                for kind in members:
                    self._add(kind)
        if best is not None:
            self.choose(best.id)

    def choose(self, layer: str) -> None:
        """Choose a layer that is shown."""
        for place in range(self.count()):
            if self.item(place).data(ID) == layer:
                self.setCurrentRow(place)

    def _add(self, kind: Worded) -> None:
        row = QListWidgetItem(kind.title)
        row.setData(ID, kind.id)
        row.setData(GROUP, kind.group)
        row.setData(WHERE, kind.where if isinstance(kind, LibraryBlock | OfferedBlock) else "")
        row.setToolTip(f"{kind.title}\n{kind.summary()}")
        self.addItem(row)

    @property
    def ids(self) -> list[str]:
        """The layers that are shown, from top to bottom."""
        ids = (self.item(place).data(ID) for place in range(self.count()))
        return [id for id in ids if id is not None]

    @property
    def choice(self) -> str | None:
        """The chosen layer's id."""
        id = self.currentIndex().data(ID)
        return None if id is None else str(id)

    def move_choice(self, by: int) -> None:
        """Choose the next layer in a direction, past headings."""
        place = self.currentRow() + by
        while 0 <= place < self.count():
            if self.item(place).data(ID) is not None:
                self.setCurrentRow(place)
                return
            place += by

    def mimeTypes(self) -> list[str]:
        return [catalogue.MIME]

    def startDrag(self, actions: Qt.DropAction) -> None:
        layer = self.choice
        kind = catalogue.entry(layer) if layer is not None else None
        if layer is None or kind is None:
            return
        drag = QDrag(self)
        drag.setMimeData(dragged(layer))
        drag.setPixmap(_card(kind))
        drag.setHotSpot(QPoint(24, 20))
        drag.exec(Qt.DropAction.CopyAction)


def dragged(layer: str) -> QMimeData:
    """What is carried while a layer is dragged."""
    carried = QMimeData()
    carried.setData(catalogue.MIME, layer.encode())
    return carried


def layer_in(carried: QMimeData) -> str | None:
    """The layer that is being dragged, if it is one and is known."""
    if not carried.hasFormat(catalogue.MIME):
        return None
    id = bytes(carried.data(catalogue.MIME).data()).decode(errors="replace")
    return id if catalogue.entry(id) is not None else None


def _card(kind: Worded) -> QPixmap:
    """What hangs at the pointer while a layer is dragged."""
    width = 44 + theme.width_of(kind.title, theme.font(13, bold=True))
    picture = QPixmap(2 * width, 80)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.color("accent"))
    painter.setBrush(theme.color("raised"))
    painter.drawRoundedRect(QRectF(0.5, 0.5, width - 1, 39), 8, 8)
    icons.draw_tile(painter, kind.id, QRectF(10, 10, 20, 20))
    painter.setPen(theme.color("text"))
    painter.setFont(theme.font(13, bold=True))
    painter.drawText(QRect(38, 0, width - 38, 40), Qt.AlignmentFlag.AlignVCenter, kind.title)
    painter.end()
    return picture


class _Rows(QStyledItemDelegate):
    """Paints a row: one look for the palette and for the search."""

    def __init__(self, parent: QWidget, *, headings: bool) -> None:
        super().__init__(parent)
        self._headings = headings

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        if index.data(ID) is None:
            return QSize(120, HEADING)
        return QSize(120, TWO_LINES if index.data(WHERE) else ROW)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area: QRect = option.rect
        if index.data(ID) is None:
            self._paint_heading(painter, area, str(index.data()))
        else:
            state: QStyle.StateFlag = option.state
            over = QStyle.StateFlag.State_MouseOver | QStyle.StateFlag.State_Selected
            self._paint_layer(painter, area, index, lit=bool(state & over))
        painter.restore()

    def _paint_heading(self, painter: QPainter, area: QRect, words: str) -> None:
        painter.setFont(theme.font(12, bold=True))
        painter.setPen(theme.color("muted"))
        low = Qt.AlignmentFlag.AlignBottom
        painter.drawText(area.adjusted(8, 0, 0, -6), low, words)

    def _paint_layer(
        self,
        painter: QPainter,
        area: QRect,
        index: QModelIndex | QPersistentModelIndex,
        *,
        lit: bool,
    ) -> None:
        if lit:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(QRectF(area), theme.CORNER, theme.CORNER)
        tile = icons.tile(str(index.data(ID)), 18)
        painter.drawPixmap(area.left() + 8, area.center().y() - 8, tile)
        middle = Qt.AlignmentFlag.AlignVCenter
        if where := str(index.data(WHERE) or ""):
            below = area.adjusted(34, area.height() // 2, -8, -4)
            painter.setFont(theme.font(11))
            painter.setPen(theme.color("muted"))
            cut = painter.fontMetrics().elidedText(
                where, Qt.TextElideMode.ElideMiddle, below.width()
            )
            painter.drawText(below, middle, cut)
            area = area.adjusted(0, 2, 0, -(area.height() // 2) + 2)
        painter.setFont(theme.font(13))
        painter.setPen(theme.color("text"))
        words = area.adjusted(34, 0, -8, 0)
        cut = painter.fontMetrics().elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, middle, cut)
        if not self._headings:
            painter.setFont(theme.font(11))
            painter.setPen(theme.color("muted"))
            right = middle | Qt.AlignmentFlag.AlignRight
            painter.drawText(area.adjusted(34, 0, -10, 0), right, str(index.data(GROUP)))
