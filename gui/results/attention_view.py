"""Where a network looks: the weights of one attention for one sample, as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from engine.runs.events.event_types import Failed
from graphs.wording.visible import with_shape
from gui.jobs import Jobs
from gui.look import theme
from gui.results.asked import HeldInput
from gui.results.trained_run import TrainedRun
from gui.widgets.building_blocks import button, named, scrolled, wrapped
from gui.widgets.elided import Elided, ElidedBox

if TYPE_CHECKING:  # it imports torch
    from engine.asking.attention import Attended

LEAST, MOST = 3, 26
"""Side of a cell in pixels."""
READABLE = 9
"""From this side on, the steps have their names beside them."""
NAMES = 84
"""Pixels for the names of the steps."""


class AttentionMap(QWidget):
    """Rows look at columns: the stronger the colour, the more."""

    def __init__(self) -> None:
        super().__init__()
        self.weights: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = np.zeros((0, 0))
        self.queries: tuple[str, ...] = ()
        self.keys: tuple[str, ...] = ()
        self._image = QImage()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_weights(self, attended: Attended, head: int | None) -> None:
        """Show one head, or the mean of all."""
        weights = attended.weights.astype(np.float64)
        self.weights = weights.mean(axis=0) if head is None else weights[head]
        self.queries, self.keys = attended.queries, attended.keys
        self._image = self._drawn()
        self.setMinimumWidth(LEAST * len(self.keys))
        self.updateGeometry()
        self.update()

    def _drawn(self) -> QImage:
        """One pixel for each weight; the strongest look of all is the full colour.

        As the root of the share: among many steps each gets little, and must be seen.
        """
        color = theme.color("accent")
        strength = self.weights / (self.weights.max(initial=0.0) or 1.0)
        alpha = np.rint(255 * np.sqrt(strength)).astype(np.uint32)
        pixels = np.ascontiguousarray((alpha << 24) | (color.rgb() & 0xFFFFFF), dtype=np.uint32)
        height, width = pixels.shape
        form = QImage.Format.Format_ARGB32
        return QImage(pixels.data, width, height, 4 * width, form).copy()

    def words(self, query: int, key: int) -> str:
        """One cell in words."""
        share = 100 * float(self.weights[query, key])
        return self.tr("{query} looks at {key}: {share:.1f} %").format(
            query=with_shape(self.queries[query]), key=with_shape(self.keys[key]), share=share
        )

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        side = self._side_in(width)
        return (NAMES // 3 if side >= READABLE else 0) + side * len(self.queries) + 1

    def sizeHint(self) -> QSize:
        return QSize(self.width(), self.heightForWidth(self.width()))

    def _side_in(self, width: int) -> int:
        """As wide as there is room for; what is too high then is reached by scrolling."""
        return max(min((width - NAMES) // max(len(self.keys), 1), MOST), LEAST)

    def _side(self) -> int:
        return self._side_in(self.width())

    def _corner(self) -> QPoint:
        readable = self._side() >= READABLE
        return QPoint(NAMES, NAMES // 3) if readable else QPoint(0, 0)

    def cell(self, query: int, key: int) -> QRect:
        """Where a weight lies."""
        corner, side = self._corner(), self._side()
        return QRect(corner.x() + key * side, corner.y() + query * side, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        corner, side = self._corner(), self._side()
        whole = QRect(corner.x(), corner.y(), side * len(self.keys), side * len(self.queries))
        painter.fillRect(whole, theme.color("background"))
        painter.drawImage(QRectF(whole), self._image)
        painter.setPen(theme.color("line"))
        painter.drawRect(whole)
        if side >= READABLE:
            self._paint_names(painter, corner, side)
        painter.end()

    def _paint_names(self, painter: QPainter, corner: QPoint, side: int) -> None:
        painter.setFont(theme.mono(min(11, side - 1)))
        painter.setPen(theme.color("muted"))
        metrics, right = painter.fontMetrics(), Qt.AlignmentFlag.AlignRight
        for at, name in enumerate(self.queries):
            place = QRect(0, corner.y() + at * side, corner.x() - 6, side)
            short = metrics.elidedText(with_shape(name), Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, right | Qt.AlignmentFlag.AlignVCenter, short)
        for at, name in enumerate(self.keys):
            place = QRect(corner.x() + at * side, 0, side, corner.y())
            short = with_shape(name)[: max(side // metrics.horizontalAdvance("m"), 1)]
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, short)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            corner, side = self._corner(), self._side()
            key = (event.pos().x() - corner.x()) // side
            query = (event.pos().y() - corner.y()) // side
            inside = 0 <= query < len(self.queries) and 0 <= key < len(self.keys)
            QToolTip.showText(event.globalPos(), self.words(query, key) if inside else "", self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and not self._image.isNull():
            self._image = self._drawn()
        super().changeEvent(event)


class AttentionView(QWidget):
    """Reads on a thread where the network looks in the sample that is tried at the moment."""

    walked = Signal(int)
    """The user wants the sample before or after."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__()
        self._jobs = jobs
        self._trial: TrainedRun | None = None
        self._held: Mapping[str, HeldInput] | None = None
        self._attended: tuple[Attended, ...] = ()
        self._node, self._head = named(ElidedBox(), "attention"), named(ElidedBox(), "head")
        for box in (self._node, self._head):  # they are filled after they were first shown
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._node.activated.connect(self._show_attention)
        self._head.activated.connect(self._show_head)
        self._told = wrapped("", "error", "attention_told")
        self._told.hide()
        self._map = AttentionMap()
        row = QHBoxLayout()
        for words, name, by in (
            (self.tr("Previous"), "previous_attended", -1),
            (self.tr("Next"), "next_attended", 1),
        ):
            row.addWidget(button(words, name, partial(self.walked.emit, by)))
        row.addWidget(self._node)
        row.addWidget(self._head)
        row.addStretch()
        told = Elided(self.tr("Each row is a step, and shows which it looks at."))
        row.addWidget(named(told, "attention_hint", "muted"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(row)
        rows.addWidget(self._told)
        rows.addWidget(scrolled(self._map), 1)

    def show_trial(self, trial: TrainedRun) -> None:
        """Look at another network, once a sample is shown."""
        self._trial, self._held, self._attended = trial, None, ()
        self._node.clear()
        self._head.clear()

    def show_held(self, held: Mapping[str, HeldInput]) -> None:
        """Look at another sample, when somebody looks here."""
        self._held = held
        if self.isVisible():
            self.read()

    def read(self) -> None:
        """Ask where the network looks in the sample that is shown."""
        trial, held = self._trial, self._held
        if trial is not None and held is not None and trial.attends:
            self._jobs.do(
                lambda: trial.attended(held),
                partial(self._show, trial),
                partial(self._fail, trial),
                topic="attention",
            )

    def _show(self, trial: TrainedRun, attended: tuple[Attended, ...]) -> None:
        if trial is not self._trial:  # another run is in view by now
            return
        self._attended = attended
        self._say("")
        names = [f"{one.name} · {one.part}" if one.part else one.name for one in attended]
        if names != [self._node.itemText(at) for at in range(self._node.count())]:
            self._node.clear()
            self._node.addItems(names)
        self._show_attention()

    def _show_attention(self) -> None:
        if not self._attended:
            return
        heads = len(self._attended[self._node.currentIndex()].weights)
        if self._head.count() != heads + 1:
            self._head.clear()
            self._head.addItem(self.tr("Mean of all heads"))
            self._head.addItems([self.tr("Head {n}").format(n=n) for n in range(1, heads + 1)])
        self._show_head()

    def _show_head(self) -> None:
        head = self._head.currentIndex() - 1
        attended = self._attended[self._node.currentIndex()]
        self._map.show_weights(attended, None if head < 0 else head)

    def _fail(self, trial: TrainedRun, failed: Failed) -> None:
        if trial is self._trial:
            self._say(failed.message)

    def _say(self, sentence: str) -> None:
        self._told.setText(sentence)
        self._told.setVisible(bool(sentence))
