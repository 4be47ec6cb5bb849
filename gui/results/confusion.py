"""How often each class was taken for each other one, as a coloured table."""

from collections.abc import Callable
from itertools import chain

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from graphs.wording.visible import visible
from gui.look import theme
from gui.widgets.building_blocks import tip
from gui.widgets.elided import told_apart

ConfusionRows = tuple[tuple[int, ...], ...]
Saying = tuple[Callable[[int], str], int]
"""How a count is said, and how many pixels high."""
LEAST, MOST = 20, 44
"""Side of a cell in pixels."""
HEADER = 24
LARGEST, SMALL, SMALLEST = 11, 9, 8
"""Pixels of the face of counts: usually, before they are said in brief, and at the least."""
RIM = 4
"""What a cell keeps free beside its count."""
UNITS = {"k": 10**3, "M": 10**6, "G": 10**9}


def in_brief(count: int) -> str:
    """A count in four signs at most: ``1.2k``; the whole of it stands in the tooltip."""
    said = str(count)
    for unit, one in UNITS.items():
        if count >= one - one // 2000:  # what would be rounded to a thousand of the unit before
            share = count / one
            said = f"{share:.1f}".removesuffix(".0") if share < 9.95 else f"{share:.0f}"
            said += unit
    return said


class Confusion(QWidget):
    """Rows are the true classes, columns what was predicted. The diagonal is right."""

    chosen = Signal(int, int)
    """A cell was clicked: the true class and the predicted one."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: ConfusionRows = ()
        self.classes: tuple[str, ...] = ()
        self._counts: frozenset[int] = frozenset()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_counts(self, rows: ConfusionRows, classes: tuple[str, ...]) -> None:
        """Show other counts."""
        self.rows, self.classes = rows, classes
        self._counts = frozenset(chain(*rows))
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
        side = self._least() * max(len(self.rows), 2)
        return QSize(self._names_width() + side, HEADER + side)

    def _least(self) -> int:
        """The side of a cell in which every count can be read, in brief and in small."""
        return max(LEAST, self._widest(in_brief, SMALLEST) + RIM)

    def _widest(self, said: Callable[[int], str], pixels: int) -> int:
        """How wide the longest count is; all signs of the face are of one width."""
        longest = max(map(said, self._counts), key=len, default="")
        return theme.width_of(longest, theme.mono(pixels))

    def written(self) -> Saying:
        """How counts are said, and in what size: the best for which all of them fit in cells."""
        room = self._side() - RIM
        ways: list[Saying] = [(str, pixels) for pixels in range(LARGEST, SMALL - 1, -1)]
        ways += [(in_brief, pixels) for pixels in range(LARGEST, SMALLEST, -1)]
        fitting = (way for way in ways if self._widest(*way) <= room)
        return next(fitting, (in_brief, SMALLEST))

    def cell(self, true: int, guess: int) -> QRect:
        """Where a cell lies."""
        side, wide = self._side(), self._wide()
        return QRect(self._names_width() + guess * wide, HEADER + true * side, wide, side)

    def _names_width(self) -> int:
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(name) for name in self.classes), default=20)
        return min(widest, 120) + 16

    def _side(self) -> int:
        count = max(len(self.rows), 1)
        across = (self.width() - self._names_width()) // count
        down = (self.height() - HEADER) // count
        return max(min(across, down, MOST), self._least())

    def _wide(self) -> int:
        """How wide a cell is: as its height, or as the longest name above, if there is room."""
        free = (self.width() - self._names_width()) // max(len(self.rows), 1)
        face = theme.mono(LARGEST)
        named = max((theme.width_of(name, face) for name in self.classes), default=0) + 2 * RIM
        return max(self._side(), min(named, free))

    def _at(self, place: QPoint) -> tuple[int, int] | None:
        guess = (place.x() - self._names_width()) // self._wide()
        true = (place.y() - HEADER) // self._side()
        inside = 0 <= guess < len(self.rows) and 0 <= true < len(self.rows)
        return (true, guess) if inside else None

    def named_at(self, place: QPoint) -> str:
        """The whole name of the class that stands at a place beside or above the cells."""
        left = self._names_width()
        at = -1
        if place.y() < HEADER and place.x() >= left:
            at = (place.x() - left) // self._wide()
        elif place.y() >= HEADER and place.x() < left:
            at = (place.y() - HEADER) // self._side()
        return self.classes[at] if 0 <= at < len(self.classes) else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.mono(LARGEST))
        self._paint_names(painter)
        said, pixels = self.written()
        painter.setFont(theme.mono(pixels))
        for true, row in enumerate(self.rows):
            whole = sum(row) or 1
            for guess, count in enumerate(row):
                self._paint_cell(painter, true, guess, count / whole, said(count))
        painter.end()

    def _paint_cell(
        self, painter: QPainter, true: int, guess: int, share: float, said: str
    ) -> None:
        place = QRectF(self.cell(true, guess)).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("background"))
        painter.drawRoundedRect(place, 3, 3)
        if share:
            right = true == guess
            # errors are rare: a few of them must be seen, so their colour begins strong
            strength = 0.15 + 0.7 * share if right else min(0.25 + 2 * share, 0.9)
            painter.setBrush(theme.color("accent" if right else "error", strength))
            painter.drawRoundedRect(place, 3, 3)
        strong = share and (0.15 + 0.7 * share if true == guess else 0.25 + 2 * share) > 0.6
        painter.setPen(theme.color("on_accent" if strong else "text" if share else "faint"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, said)

    def _paint_names(self, painter: QPainter) -> None:
        painter.setPen(theme.color("muted"))
        metrics, side, left = painter.fontMetrics(), self._side(), self._names_width()
        wide = self._wide()
        beside = told_apart(self.classes, metrics, left - 8)
        over = told_apart(self.classes, metrics, wide)
        for at in range(len(self.classes)):
            row = QRect(0, HEADER + at * side, left - 8, side)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(row, flags, beside[at])
            above = QRect(left + at * wide, 0, wide, HEADER)
            painter.drawText(above, Qt.AlignmentFlag.AlignCenter, over[at])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position().toPoint())
        if at is not None:
            self.chosen.emit(*at)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at = self._at(event.pos())
            words = self.words(*at) if at else visible(self.named_at(event.pos()))
            QToolTip.showText(event.globalPos(), tip(words), self)
            return True
        return super().event(event)
