"""How often each class was taken for each other one, as a coloured table."""

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.look import theme
from gui.widgets.elided import told_apart

ConfusionRows = tuple[tuple[int, ...], ...]
LEAST, MOST = 20, 44
"""Side of a cell in pixels."""
HEADER = 24


class Confusion(QWidget):
    """Rows are the true classes, columns what was predicted. The diagonal is right."""

    chosen = Signal(int, int)
    """A cell was clicked: the true class and the predicted one."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: ConfusionRows = ()
        self.classes: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_counts(self, rows: ConfusionRows, classes: tuple[str, ...]) -> None:
        """Show other counts."""
        self.rows, self.classes = rows, classes
        self.setAccessibleName(
            "; ".join(
                self.words(true, guess)
                for true in range(len(rows))
                for guess in range(len(rows))
                if rows[true][guess]
            )
        )
        self.updateGeometry()
        self.update()

    def words(self, true: int, guess: int) -> str:
        """One cell in words."""
        count, whole = self.rows[true][guess], sum(self.rows[true]) or 1
        return self.tr("{true} taken for {guess}: {count} ({share:.1f} %)").format(
            true=self.classes[true],
            guess=self.classes[guess],
            count=count,
            share=100 * count / whole,
        )

    def sizeHint(self) -> QSize:
        side = self._names_width() + MOST * max(len(self.rows), 2)
        return QSize(side, HEADER + MOST * max(len(self.rows), 2))

    def minimumSizeHint(self) -> QSize:
        count = max(len(self.rows), 2)
        return QSize(self._names_width() + LEAST * count, HEADER + LEAST * count)

    def cell(self, true: int, guess: int) -> QRect:
        """Where a cell lies."""
        side = self._side()
        return QRect(self._names_width() + guess * side, HEADER + true * side, side, side)

    def _names_width(self) -> int:
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(name) for name in self.classes), default=20)
        return min(widest, 120) + 16

    def _side(self) -> int:
        count = max(len(self.rows), 1)
        across = (self.width() - self._names_width()) // count
        down = (self.height() - HEADER) // count
        return max(min(across, down, MOST), LEAST)

    def _at(self, place: QPoint) -> tuple[int, int] | None:
        side = self._side()
        guess = (place.x() - self._names_width()) // side
        true = (place.y() - HEADER) // side
        inside = 0 <= guess < len(self.rows) and 0 <= true < len(self.rows)
        return (true, guess) if inside else None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.mono(11))
        self._paint_names(painter)
        for true, row in enumerate(self.rows):
            whole = sum(row) or 1
            for guess, count in enumerate(row):
                self._paint_cell(painter, true, guess, count, count / whole)
        painter.end()

    def _paint_cell(
        self, painter: QPainter, true: int, guess: int, count: int, share: float
    ) -> None:
        place = QRectF(self.cell(true, guess)).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("background"))
        painter.drawRoundedRect(place, 3, 3)
        if count:
            right = true == guess
            # errors are rare: a few of them must be seen, so their colour begins strong
            strength = 0.15 + 0.7 * share if right else min(0.25 + 2 * share, 0.9)
            painter.setBrush(theme.color("accent" if right else "error", strength))
            painter.drawRoundedRect(place, 3, 3)
        strong = count and (0.15 + 0.7 * share if true == guess else 0.25 + 2 * share) > 0.6
        painter.setPen(theme.color("on_accent" if strong else "text" if count else "faint"))
        if place.width() >= painter.fontMetrics().horizontalAdvance(str(count)):
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(count))

    def _paint_names(self, painter: QPainter) -> None:
        painter.setPen(theme.color("muted"))
        metrics, side, left = painter.fontMetrics(), self._side(), self._names_width()
        beside = told_apart(self.classes, metrics, left - 8)
        over = told_apart(self.classes, metrics, side)
        for at in range(len(self.classes)):
            row = QRect(0, HEADER + at * side, left - 8, side)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(row, flags, beside[at])
            above = QRect(left + at * side, 0, side, HEADER)
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, over[at])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position().toPoint())
        if at is not None:
            self.chosen.emit(*at)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self._at(event.pos())
            QToolTip.showText(event.globalPos(), self.words(*at) if at else "", self)
            return True
        return super().event(event)
