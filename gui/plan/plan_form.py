"""The training plan as a form: each change is a step that can be undone."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QStackedLayout,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from engine.procedures import Procedure
from graphs.checking import structure
from graphs.describe import Chosen, Parameter
from graphs.document.edits import ChangePlan, Step
from graphs.plan.optimizers import Optimizer
from graphs.plan.plan import Plan
from graphs.plan.schedules import Schedule
from gui.forms.form import ChosenForm, Form
from gui.jobs import Jobs
from gui.look import theme
from gui.plan.augmentations import Augmentations
from gui.plan.machine_form import MachineForm, Offers, offers
from gui.plan.starting_weights import Starting
from gui.widgets.building_blocks import bring_into_view, label, named
from gui.widgets.foldable import Foldable
from gui.workspace import Workspace

LOOP = ("epochs", "batch_size", "patience")
SPLIT = ("validation", "test", "folds", "seed")
MACHINE = ("device", "precision")
ADVANCED = ("accumulate", "clip_norm", "l1", "fold", "compile", "channels_last", "threads")
DRAWN_STEPS = 200
COLUMN = 224
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


class PlanForm(QWidget):
    """Shows the plan of the workspace's document and proposes changes of it.

    ``augmented`` shows below the augmentations what they do.
    """

    def __init__(
        self,
        workspace: Workspace,
        jobs: Jobs,
        augmented: QWidget | None = None,
        ask: Offers = offers,
    ) -> None:
        super().__init__()
        self.setProperty("role", "panel")
        self._workspace = workspace
        plan = workspace.document.plan
        self._forms = [self._form(names, plan) for names in (LOOP, SPLIT, ADVANCED)]
        self._machine = MachineForm(_parameters(MACHINE), plan, jobs, ask)
        self._machine.edited.connect(self._edit)
        self._advanced = Foldable(self.tr("Advanced"), self._forms[2], "advanced")
        self._optimizer = ChosenForm("optimizer", self.tr("Optimizer"), Optimizer, plan.optimizer)
        self._schedule = ChosenForm("schedule", self.tr("Schedule"), Schedule, plan.schedule)
        self._procedure = ChosenForm("procedure", self.tr("Procedure"), Procedure, plan.procedure)
        self._augmentations, self._curve = Augmentations(), RateCurve()
        self.starting = Starting(workspace, jobs)
        self._procedure.edited.connect(partial(self._edit, "procedure"))
        self._optimizer.edited.connect(partial(self._edit, "optimizer"))
        self._schedule.edited.connect(partial(self._edit, "schedule"))
        self._augmentations.edited.connect(self._augment)
        for settled in (
            *(form.settled for form in self._forms),
            self._machine.settled,
            self._procedure.settled,
            self._optimizer.settled,
            self._schedule.settled,
        ):
            settled.connect(self._settle)
        self._lay_out(augmented)
        workspace.replaced.connect(self._refresh)
        workspace.replaced.connect(self._unfold)
        workspace.changed.connect(self._refresh)
        workspace.problems_changed.connect(self._show_problems)
        self._refresh()
        self._unfold()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Panels behind others count as shown; this one is seen."""
        super().paintEvent(event)
        self._machine.look()

    def fields(self) -> Iterator[tuple[str, QWidget]]:
        """What the settings are called, each with its field."""
        for name in self._settings.findChildren(QLabel):
            field: QWidget | None = name.buddy()
            unasked = self._procedure.isHidden() and self._procedure.isAncestorOf(name)
            if field is not None and not unasked:
                yield name.text(), field

    def go_to(self, field: QWidget) -> None:
        """Show the field of a setting, wherever it is, with the keys in it."""
        self._tabs.setCurrentIndex(0)
        if self._advanced.isAncestorOf(field):
            self._advanced.open()
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        bring_into_view(field)

    def _form(self, names: tuple[str, ...], plan: Plan) -> Form:
        form = Form(_parameters(names), plan.settings)
        form.edited.connect(self._edit)
        return form

    def _lay_out(self, augmented: QWidget | None) -> None:
        loop, split, _ = self._forms
        inside = self._settings = QWidget()
        columns = QHBoxLayout(inside)
        columns.setContentsMargins(16, 10, 16, 12)
        columns.setSpacing(20)  # so that all three have room beside the panels at 1280 pixels
        for parts in (
            ((self.tr("Training"), self._procedure), ("", loop), ("", self._advanced)),
            ((self.tr("Optimizer"), self._optimizer), (self.tr("Machine"), self._machine)),
            ((self.tr("Schedule"), self._curve), ("", self._schedule), (self.tr("Split"), split)),
        ):
            columns.addWidget(_column(parts), 4)
        columns.addStretch(1)
        self._tabs = named(QTabBar(), "plan_tabs")
        self._tabs.setExpanding(False)
        pages = QStackedLayout()
        rows = QVBoxLayout(self)  # pages of a layout without a widget would be windows
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        top = QHBoxLayout()
        top.setSpacing(16)
        rows.addLayout(top)
        rows.addLayout(pages, 1)
        top.addWidget(self._tabs)
        top.addWidget(self.starting, 1)
        for title, page in (
            (self.tr("Settings"), _rolling(inside)),
            (self.tr("Augmentation"), _rolling(self._augmentation_page(augmented))),
        ):
            self._tabs.addTab(title)
            pages.addWidget(page)
        self._tabs.currentChanged.connect(pages.setCurrentIndex)

    def _augmentation_page(self, augmented: QWidget | None) -> QWidget:
        """Switches, and beside them what they do."""
        page = QWidget()
        columns = QHBoxLayout(page)
        columns.setContentsMargins(16, 4, 16, 4)
        columns.setSpacing(32)
        columns.addWidget(_rolling(_column((("", self._augmentations),))), 2)
        if augmented is not None:
            columns.addWidget(augmented, 3)
        columns.addStretch(1)
        return page

    def _show_problems(self) -> None:
        """What settings of the plan make impossible together stands below them."""
        plan = structure.OF_THE_PLAN
        problems = [p for p in self._workspace.problems if p.template in plan and p.setting]
        for form in self._forms:
            form.show_faults({str(p.setting): p.message for p in problems})

    def _refresh(self) -> None:
        """Show the plan as it is now, whoever changed it."""
        plan = self._workspace.document.plan
        for form in self._forms:
            form.show_values(plan.settings)
        self._machine.show_plan(plan)
        self._procedure.show_value(plan.procedure)
        # Nobody needs to read that there is one way to train.
        usual = len(Procedure.members()) == 1 and plan.procedure == Plan().procedure
        self._procedure.setVisible(not usual)
        self._optimizer.show_value(plan.optimizer)
        self._schedule.show_value(plan.schedule)
        self._augmentations.show_chosen(plan.augmentation)
        self._curve.show_rates(plan.find_schedule(), plan.find_optimizer().lr)

    def _unfold(self) -> None:
        """Nothing unusual stays out of sight."""
        plan, usual = self._workspace.document.plan.settings, Plan.defaults()
        if any(plan[name] != usual[name] for name in ADVANCED):
            self._advanced.open()

    def _edit(self, name: str, value: Any) -> None:
        """One step; what is typed into one field in a row is one."""
        old = self._workspace.document.plan
        new = replace(old, **{name: value})
        if new != old:
            step = Step(self.tr("Change the plan"), (ChangePlan(old, new),))
            self._workspace.history.do(step, gesture=f"plan {name}")

    def _augment(self, id: str, chosen: tuple[Chosen, ...]) -> None:
        self._edit("augmentation", chosen)

    def _settle(self) -> None:
        self._workspace.history.end_gesture()


def _rolling(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(page)
    # It wants no height of its own, or the panel around it would scroll as well.
    area.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
    return area


def _parameters(names: tuple[str, ...]) -> list[Parameter]:
    by_name = {parameter.name: parameter for parameter in Plan.parameters()}
    return [by_name[name] for name in names]


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
