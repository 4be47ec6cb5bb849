"""The training plan as a form: each change is a step that can be undone."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from graphs.augmentations import Augmentation
from graphs.describe import Chosen
from graphs.edits import ChangePlan, Step
from graphs.optimizers import Optimizer
from graphs.plan import Plan
from graphs.schedules import Schedule
from gui import theme
from gui.forms import ChosenForm, Form
from gui.parts import label, named
from gui.session import Session

LOOP = ("epochs", "batch_size", "accumulate", "clip_norm", "l1", "patience")
SPLIT = ("validation", "test", "folds", "fold", "seed")
MACHINE = ("device", "precision", "compile", "channels_last", "threads")
DRAWN_STEPS = 200
COLUMN = 230
"""Least width of a column of the form, in pixels."""


class RateCurve(QWidget):
    """The learning rate from the first step to the last, as the schedule sets it."""

    def __init__(self) -> None:
        super().__init__()
        self.rates: list[float] = []
        self.setFixedHeight(88)
        self.setMinimumWidth(160)

    def show_rates(self, schedule: Schedule, rate: float) -> None:
        """Draw another schedule."""
        last = DRAWN_STEPS - 1
        self.rates = [rate * schedule.factor(step, DRAWN_STEPS) for step in range(last + 1)]
        self.setAccessibleName(
            self.tr("Learning rate from {first:.3g} to {last:.3g}, at most {most:.3g}").format(
                first=self.rates[0], last=self.rates[-1], most=max(self.rates)
            )
        )
        self.setToolTip(self.accessibleName())
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.setBrush(theme.color("background"))
        painter.drawRoundedRect(card, theme.CORNER, theme.CORNER)
        most = max(self.rates, default=0.0) or 1.0
        place = card.adjusted(10, 22, -10, -8)
        across = place.width() / (DRAWN_STEPS - 1)
        points = [
            QPointF(place.x() + step * across, place.bottom() - place.height() * rate / most)
            for step, rate in enumerate(self.rates)
        ]
        painter.setPen(QPen(theme.color("accent"), 1.6))
        painter.drawPolyline(QPolygonF(points))
        painter.setFont(theme.mono(10))
        painter.setPen(theme.color("muted"))
        words = self.tr("rate, at most {most:.3g}").format(most=most)
        painter.drawText(card.adjusted(10, 5, -10, 0), Qt.AlignmentFlag.AlignLeft, words)
        painter.end()


class Augmentations(QWidget):
    """One switch per augmentation; its settings below while it is on."""

    edited = Signal(str, object)
    """What was changed, and all augmentations as they are now."""

    def __init__(self) -> None:
        super().__init__()
        self._chosen: dict[str, Chosen] = {}
        self._switches: dict[str, QCheckBox] = {}
        self._forms: dict[str, Form] = {}
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        for kind in Augmentation.members():
            switch = named(QCheckBox(kind.title), f"augment_{kind.id}")
            switch.setToolTip(kind.summary())
            switch.clicked.connect(partial(self._switch, kind, switch))
            form = Form(kind.parameters(), kind.defaults())
            form.edited.connect(partial(self._edit, kind))
            self._switches[kind.id], self._forms[kind.id] = switch, form
            rows.addWidget(switch)
            rows.addWidget(form)

    def show_chosen(self, chosen: tuple[Chosen, ...]) -> None:
        """Show what the plan holds now."""
        self._chosen = {one.id: one for one in chosen}
        for id, switch in self._switches.items():
            switch.setChecked(id in self._chosen)
            self._forms[id].setVisible(id in self._chosen)
            if id in self._chosen:
                self._forms[id].show_values(self._chosen[id].settings)

    def _switch(self, kind: type[Augmentation], switch: QCheckBox) -> None:
        self._tell(kind.id, Chosen(kind.id, kind.defaults()) if switch.isChecked() else None)

    def _edit(self, kind: type[Augmentation], name: str, value: object) -> None:
        settings: Mapping[str, Any] = {**self._chosen[kind.id].settings, name: value}
        self._tell(kind.id, Chosen(kind.id, settings))

    def _tell(self, id: str, fresh: Chosen | None) -> None:
        others = {**self._chosen, id: fresh}
        self.edited.emit(id, tuple(one for one in others.values() if one is not None))


class PlanForm(QWidget):
    """Shows the plan of the session's document and proposes changes of it."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._session = session
        plan = session.document.plan
        self._forms = [self._form(names, plan) for names in (LOOP, SPLIT, MACHINE)]
        self._optimizer = ChosenForm("optimizer", Optimizer, plan.optimizer)
        self._schedule = ChosenForm("schedule", Schedule, plan.schedule)
        self._augmentations, self._curve = Augmentations(), RateCurve()
        self._optimizer.edited.connect(partial(self._edit, "optimizer"))
        self._schedule.edited.connect(partial(self._edit, "schedule"))
        self._augmentations.edited.connect(self._augment)
        for settled in (
            *(form.settled for form in self._forms),
            self._optimizer.settled,
            self._schedule.settled,
        ):
            settled.connect(self._settle)
        self._lay_out()
        session.replaced.connect(self._refresh)
        session.changed.connect(self._refresh)
        self._refresh()

    def _form(self, names: tuple[str, ...], plan: Plan) -> Form:
        by_name = {parameter.name: parameter for parameter in Plan.parameters()}
        form = Form([by_name[name] for name in names], plan.settings)
        form.edited.connect(self._edit)
        return form

    def _lay_out(self) -> None:
        loop, split, machine = self._forms
        inside = QWidget()
        columns = QHBoxLayout(inside)
        columns.setContentsMargins(16, 10, 16, 12)
        columns.setSpacing(32)
        for parts in (
            ((self.tr("Training"), loop), (self.tr("Augmentation"), self._augmentations)),
            ((self.tr("Optimizer"), self._optimizer), (self.tr("Machine"), machine)),
            ((self.tr("Schedule"), self._curve), ("", self._schedule), (self.tr("Split"), split)),
        ):
            columns.addWidget(_column(parts), 4)
        columns.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(area)

    def _refresh(self) -> None:
        """Show the plan as it is now, whoever changed it."""
        plan = self._session.document.plan
        for form in self._forms:
            form.show_values(plan.settings)
        self._optimizer.show_value(plan.optimizer)
        self._schedule.show_value(plan.schedule)
        self._augmentations.show_chosen(plan.augmentation)
        self._curve.show_rates(plan.find_schedule(), plan.find_optimizer().lr)

    def _edit(self, name: str, value: Any) -> None:
        """One step; what is typed into one field in a row is one."""
        old = self._session.document.plan
        new = replace(old, **{name: value})
        if new != old:
            step = Step(self.tr("Change the plan"), (ChangePlan(old, new),))
            self._session.history.do(step, gesture=f"plan {name}")

    def _augment(self, id: str, chosen: tuple[Chosen, ...]) -> None:
        self._edit("augmentation", chosen)

    def _settle(self) -> None:
        self._session.history.end_gesture()


def _column(parts: tuple[tuple[str, QWidget], ...]) -> QWidget:
    column = QWidget()
    column.setMinimumWidth(COLUMN)
    column.setMaximumWidth(COLUMN * 3 // 2)
    rows = QVBoxLayout(column)
    rows.setContentsMargins(0, 0, 0, 0)
    for title, part in parts:
        if title:
            rows.addSpacing(8 if rows.count() else 0)
            rows.addWidget(label(title, "section"))
        rows.addWidget(part)
    rows.addStretch()
    return column
