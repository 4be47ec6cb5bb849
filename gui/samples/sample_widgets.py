"""Widgets that show samples and class counts, painted in one go."""

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QTextLayout
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look import theme
from gui.samples.preview import Bar, PreviewTable, SampleRow
from gui.samples.tiles import DrawnTile
from gui.widgets.elided import told_apart

ModelIndex = QModelIndex | QPersistentModelIndex


class Tiles(QWidget):
    """Samples side by side, as many in a row as fit."""

    SIDE, GAP, CAPTION = 60, 10, 18

    def __init__(self) -> None:
        super().__init__()
        self._tiles: tuple[DrawnTile, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_tiles(self, tiles: tuple[DrawnTile, ...]) -> None:
        """Show other samples."""
        self._tiles = tiles
        self.setAccessibleName(", ".join(tile.caption for tile in tiles))
        self.updateGeometry()
        self.update()

    @property
    def tiles(self) -> tuple[DrawnTile, ...]:
        """What is shown."""
        return self._tiles

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = -(-len(self._tiles) // self._per_row(width))
        return rows * (self.SIDE + self.CAPTION + self.GAP)

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(max(self.width(), 320)))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.SIDE, self.SIDE)

    def _per_row(self, width: int) -> int:
        return max((width + self.GAP) // (self.SIDE + self.GAP), 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.mono(11))
        per_row = self._per_row(self.width())
        for at, tile in enumerate(self._tiles):
            x = at % per_row * (self.SIDE + self.GAP)
            y = at // per_row * (self.SIDE + self.CAPTION + self.GAP)
            place = QRectF(x, y, self.SIDE, self.SIDE)
            if event.rect().intersects(place.adjusted(0, 0, 0, self.CAPTION).toAlignedRect()):
                self._paint_tile(painter, tile, place)
        painter.end()

    def _paint_tile(self, painter: QPainter, tile: DrawnTile, place: QRectF) -> None:
        draw_sample(painter, tile, place)
        painter.setPen(theme.color("muted"))
        below = QRectF(place.x(), place.bottom() + 2, place.width(), self.CAPTION)
        metrics = painter.fontMetrics()
        text = metrics.elidedText(tile.caption, Qt.TextElideMode.ElideRight, int(below.width()))
        painter.drawText(below, Qt.AlignmentFlag.AlignHCenter, text)


class SampleRows(QWidget):
    """Samples of several parts below each other: pictures, then texts, then what is to be said."""

    HEIGHT, SIDE, GAP = 72, 60, 10

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[SampleRow, ...] = ()

    def show_rows(self, rows: tuple[SampleRow, ...]) -> None:
        """Show other samples."""
        self._rows = rows
        self.setAccessibleName("; ".join(f"{row.text[:60]}: {row.caption}" for row in rows))
        self.setFixedHeight(max(len(rows) * self.HEIGHT, 1))
        self.update()

    @property
    def rows(self) -> tuple[SampleRow, ...]:
        """What is shown."""
        return self._rows

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font(12))
        for at, row in enumerate(self._rows):
            place = QRectF(0, at * self.HEIGHT, self.width(), self.HEIGHT)
            if event.rect().intersects(place.toAlignedRect()):
                self._paint_row(painter, row, place.adjusted(0, 6, 0, -6))
        painter.end()

    def _paint_row(self, painter: QPainter, row: SampleRow, place: QRectF) -> None:
        x = place.x()
        for tile in row.tiles:
            draw_sample(painter, tile, QRectF(x, place.y(), self.SIDE, self.SIDE))
            x += self.SIDE + self.GAP
        metrics = painter.fontMetrics()
        said = metrics.horizontalAdvance(row.caption) + 1  # it was rounded
        right = min(said, self.width() // 4) + self.GAP if row.caption else 0
        self._paint_text(painter, row.text, place.adjusted(x - place.x(), 0, -right, 0))
        painter.setPen(theme.color("accent"))
        short = metrics.elidedText(row.caption, Qt.TextElideMode.ElideRight, right - self.GAP)
        top = Qt.AlignmentFlag.AlignTop
        painter.drawText(place, top | Qt.AlignmentFlag.AlignRight, short.replace("\n", " "))
        painter.setPen(theme.color("line"))
        painter.drawLine(
            QPointF(place.x(), place.bottom() + 6), QPointF(place.right(), place.bottom() + 6)
        )

    def _paint_text(self, painter: QPainter, text: str, place: QRectF) -> None:
        """As many whole lines as there is room for."""
        layout = QTextLayout(text.replace("\n", "\u2028"), painter.font())
        layout.beginLayout()
        height = 0.0
        lines = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(place.width())
            line.setPosition(QPointF(0, height))
            height += line.height()
            if height > place.height():
                break
            lines.append(line)
        layout.endLayout()
        painter.setPen(theme.color("text"))
        for line in lines:
            line.draw(painter, place.topLeft())


def draw_sample(painter: QPainter, tile: DrawnTile, place: QRectF) -> None:
    """The picture or the curve of a sample, as large as the place allows."""
    painter.fillRect(place, theme.color("background"))
    if tile.image is not None:
        size = QSize(tile.image.size()).scaled(
            place.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio
        )
        inside = QRectF(0, 0, size.width(), size.height())
        inside.moveCenter(place.center())
        large = size.width() > tile.image.width()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not large)
        painter.drawImage(inside, tile.image)
    elif tile.curve:
        _draw_curve(painter, tile, place.adjusted(3, 6, -3, -6))
    painter.setPen(QPen(theme.color("line"), 1))
    painter.drawRect(place)


def _draw_curve(painter: QPainter, tile: DrawnTile, place: QRectF) -> None:
    """The curve, and behind it what was said to come above what really came."""
    later = (tile.ahead, tile.forecast)
    every = (*tile.curve, *tile.ahead, *tile.forecast)
    steps = len(tile.curve) + max(map(len, later))
    low, high = min(every), max(every)
    height = place.height() / ((high - low) or 1.0)
    width = place.width() / max(steps - 1, 1)

    def points(values: tuple[float, ...], first: int) -> QPolygonF:
        return QPolygonF(
            [
                QPointF(place.x() + at * width, place.bottom() - (value - low) * height)
                for at, value in enumerate(values, first)
            ]
        )

    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.color("muted" if any(later) else "accent"), 1.2))
    painter.drawPolyline(points(tile.curve, 0))
    last = tile.curve[-1:]
    for values, color in zip(later, ("held_out", "accent"), strict=True):
        if values:
            painter.setPen(QPen(theme.color(color), 1.6))
            painter.drawPolyline(points(last + values, len(tile.curve) - len(last)))
    if tile.forecast:  # drawn large, to be read
        painter.setFont(theme.mono(10))
        painter.setPen(theme.color("muted"))
        left = Qt.AlignmentFlag.AlignLeft
        painter.drawText(place, left | Qt.AlignmentFlag.AlignTop, f"{high:.4g}")
        painter.drawText(place, left | Qt.AlignmentFlag.AlignBottom, f"{low:.4g}")
    painter.restore()


class Bars(QWidget):
    """One bar for each class, with its name and its number."""

    ROW = 22
    LEAST = 48
    """A full bar is as long as this, however long the names are."""

    def __init__(self) -> None:
        super().__init__()
        self._bars: tuple[Bar, ...] = ()
        self._whole: float | None = None
        self.setMinimumWidth(130)

    def show_bars(self, bars: tuple[Bar, ...], whole: float | None = None) -> None:
        """Show other numbers; the longest bar is full, or one of the value ``whole`` would be."""
        self._bars, self._whole = bars, whole
        self.setAccessibleName(", ".join(f"{bar.name}: {bar.text}" for bar in bars))
        self.setFixedHeight(max(len(bars) * self.ROW, 1))
        self.update()

    @property
    def bars(self) -> tuple[Bar, ...]:
        """What is shown."""
        return self._bars

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.mono(11))
        metrics = painter.fontMetrics()
        most = self._whole or max((bar.value for bar in self._bars), default=0) or 1
        texts = max((metrics.horizontalAdvance(bar.text) for bar in self._bars), default=0) + 10
        widest = max((metrics.horizontalAdvance(bar.name) for bar in self._bars), default=0) + 10
        names = min(widest, max(self.width() * 2 // 5, self.width() - texts - self.LEAST))
        room = max(self.width() - names - texts, 10)
        shown = told_apart([bar.name for bar in self._bars], metrics, names - 9)  # it was rounded
        for at, bar in enumerate(self._bars):
            row = QRectF(0, at * self.ROW, self.width(), self.ROW)
            middle = Qt.AlignmentFlag.AlignVCenter
            painter.setPen(theme.color("muted"))
            painter.drawText(row.adjusted(0, 0, names - row.width(), 0), middle, shown[at])
            painter.setPen(theme.color("text"))
            painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, bar.text)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("error" if bar.faulty else "accent"))
            length = room * bar.value / most
            if length >= 1:  # less would be drawn as more than it is
                round_ = min(3.0, length / 2)
                place = QRectF(names, row.y() + 6, length, self.ROW - 12)
                painter.drawRoundedRect(place, round_, round_)
        painter.end()


class TableModel(QAbstractTableModel):
    """The first rows of a table, to look at."""

    def __init__(self) -> None:
        super().__init__()
        self._table = PreviewTable()

    def show_table(self, table: PreviewTable) -> None:
        """Show another table."""
        self.beginResetModel()
        self._table = table
        self.endResetModel()

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        return 0 if parent.isValid() else len(self._table.rows)

    def columnCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008  # as Qt declares it
        return 0 if parent.isValid() else len(self._table.headers)

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._table.rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.FontRole:
            return theme.mono(12)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() in self._table.targets:
            return theme.color("accent")
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        told = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        if role not in told or orientation is not Qt.Orientation.Horizontal:
            return None
        return self._table.headers[section]
