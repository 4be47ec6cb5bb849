"""The plan form shows the plan, and each change is a step that can be undone."""

from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from engine.devices import Offer
from engine.procedures import Procedure
from engine.procedures.supervised import Supervised
from graphs.describe import Chosen
from graphs.document.document import Document
from graphs.document.edits import ChangePlan, Step
from graphs.plan.plan import Plan
from graphs.plan.schedules import OneCycle, Schedule
from graphs.templates import templates
from gui.jobs import Jobs
from gui.plan.plan_form import DRAWN_STEPS, PlanForm, RateCurve
from gui.workspace import Workspace
from tests.engine.procedures.teaching import Teaching
from tests.gui.found_widgets import choose, part, write
from tests.gui.hand import settled
from tests.gui.windows import show_page, words

Shown = tuple[Workspace, PlanForm]
OFFERS = (
    Offer("auto", "auto: cuda:0 NVIDIA T4", {"bf16-mixed": "T4 is too old for bf16-mixed."}),
    Offer("cuda:0", "cuda:0 NVIDIA T4, 14.1 GB free", {"bf16-mixed": "T4 is too old for it."}),
    Offer("cpu", "cpu, 8.2 GB free", {"fp16-mixed": "fp16-mixed needs a GPU."}),
)


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    workspace = Workspace()
    jobs = Jobs()
    form = PlanForm(workspace, jobs, ask=lambda: OFFERS)
    qtbot.addWidget(form)
    jobs.setParent(form)
    form.resize(1000, 900)
    form.show()
    device = part(form, QComboBox, "device")  # asked for once the form is painted
    qtbot.waitUntil(lambda: device.count() == len(OFFERS) and not jobs.busy)
    return workspace, form


def plan(workspace: Workspace) -> Plan:
    return workspace.document.plan


def test_every_setting_of_the_plan_has_an_editor(shown: Shown) -> None:
    _, form = shown
    for parameter in Plan.parameters():
        assert form.findChild(object, parameter.name) is not None, parameter.name  # type: ignore[type-var]


def test_a_number_that_is_typed_is_in_the_plan_and_one_step(shown: Shown) -> None:
    workspace, form = shown
    epochs = part(form, QSpinBox, "epochs")
    epochs.selectAll()
    QTest.keyClicks(epochs, "125")
    assert plan(workspace).epochs == 125
    workspace.history.undo()
    assert plan(workspace).epochs == Plan().epochs
    assert epochs.value() == Plan().epochs
    assert workspace.history.undo_name is None


def test_another_optimizer_comes_with_its_own_settings(qtbot: QtBot, shown: Shown) -> None:
    workspace, form = shown
    choose(part(form, QComboBox, "optimizer"), "SGD")
    assert plan(workspace).optimizer.id == "sgd"
    # Those that were passed over on the way have a momentum, too.
    qtbot.waitUntil(lambda: len(form.findChildren(QLineEdit, "momentum")) == 1)
    write(part(form, QLineEdit, "momentum"), "0.5")
    assert plan(workspace).optimizer.settings["momentum"] == 0.5
    assert plan(workspace).find_optimizer().lr == 0.1


def test_the_schedule_is_drawn_as_the_optimizer_will_follow_it(shown: Shown) -> None:
    workspace, form = shown
    curve = part(form, RateCurve)
    assert len(set(curve.rates)) == 1
    choose(part(form, QComboBox, "schedule"), "One cycle")
    rate, schedule = plan(workspace).find_optimizer().lr, OneCycle()
    steps = range(DRAWN_STEPS)
    assert curve.rates == [rate * schedule.factor(step, DRAWN_STEPS) for step in steps]


def test_every_schedule_can_be_chosen_and_drawn(shown: Shown) -> None:
    workspace, form = shown
    box = part(form, QComboBox, "schedule")
    for schedule in Schedule.members():
        choose(box, schedule.title)
        assert plan(workspace).schedule.id == schedule.id
        assert max(part(form, RateCurve).rates) > 0


def test_an_augmentation_is_switched_on_set_and_off(shown: Shown) -> None:
    workspace, form = shown
    show_page(form, "Augmentation")
    assert "Training pictures alone are changed" in words(form, "augmentation_told")
    switch = part(form, QCheckBox, "augment_random_shift")
    pixels = part(form, QSpinBox, "pixels")
    assert not pixels.isVisible()
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=switch.rect().center() * 0.2)
    assert [one.id for one in plan(workspace).augmentation] == ["random_shift"]
    pixels.setValue(3)
    assert plan(workspace).augmentation[0].settings == {"pixels": 3}
    workspace.history.undo()
    workspace.history.undo()
    assert plan(workspace).augmentation == ()
    assert not switch.isChecked()


def test_a_value_out_of_range_never_reaches_the_plan(shown: Shown) -> None:
    workspace, form = shown
    write(part(form, QLineEdit, "lr"), "-1")
    assert plan(workspace).find_optimizer().lr > 0
    write(part(form, QLineEdit, "validation"), "0.95")
    assert plan(workspace).validation <= 0.9


def test_another_document_shows_its_own_plan(shown: Shown) -> None:
    workspace, form = shown
    template = next(t for t in templates() if t.id == "digits-cnn")
    workspace.new(template.document())
    wanted = plan(workspace)
    assert part(form, QSpinBox, "epochs").value() == wanted.epochs
    assert part(form, QComboBox, "schedule").currentData() == wanted.schedule.id
    assert part(form, QCheckBox, "augment_random_shift").isChecked()


def test_a_change_from_elsewhere_is_shown(shown: Shown) -> None:
    workspace, form = shown
    workspace.history.do(Step("Change the plan", (ChangePlan(plan(workspace), Plan(epochs=77)),)))
    assert part(form, QSpinBox, "epochs").value() == 77


def test_device_and_threads_are_part_of_the_plan(shown: Shown) -> None:
    workspace, form = shown
    choose(part(form, QComboBox, "device"), "cpu, 8.2 GB free")
    part(form, QToolButton, "advanced").click()
    write(part(form, QLineEdit, "threads"), "3")
    assert (plan(workspace).device, plan(workspace).threads) == ("cpu", 3)


def test_devices_are_offered_by_their_names_and_one_that_is_not_there_says_so(shown: Shown) -> None:
    workspace, form = shown
    device = part(form, QComboBox, "device")
    assert [device.itemText(at) for at in range(device.count())] == [o.words for o in OFFERS]
    assert device.currentText() == "auto: cuda:0 NVIDIA T4"

    workspace.history.do(Step("Plan", (ChangePlan(plan(workspace), Plan(device="cuda:7")),)))
    fault = part(form, QLabel, "fault_device")
    assert fault.isVisible()
    assert fault.text() == "This machine has no cuda:7. Choose another device, or auto."
    workspace.history.do(Step("Plan", (ChangePlan(plan(workspace), Plan(device="cuda")),)))
    assert not fault.isVisible()


def test_a_precision_that_the_device_has_not_is_grey_with_the_reason(shown: Shown) -> None:
    workspace, form = shown
    box = part(form, QComboBox, "precision")

    def grey() -> dict[str, str]:
        rows = box.model()
        assert isinstance(rows, QStandardItemModel)
        items = [rows.item(at) for at in range(box.count())]
        return {item.text(): item.toolTip() for item in items if not item.isEnabled()}

    assert grey() == {"bf16-mixed": "T4 is too old for bf16-mixed."}
    choose(part(form, QComboBox, "device"), "cpu, 8.2 GB free")
    assert grey() == {"fp16-mixed": "fp16-mixed needs a GPU."}
    workspace.history.do(
        Step("Plan", (ChangePlan(plan(workspace), Plan(device="cpu", precision="fp16-mixed")),))
    )
    assert part(form, QLabel, "fault_precision").text() == "fp16-mixed needs a GPU."


def test_advanced_settings_fold_away_until_one_of_them_is_unusual(shown: Shown) -> None:
    workspace, form = shown
    penalty, title = part(form, QLineEdit, "l1"), part(form, QToolButton, "advanced")
    assert not penalty.isVisible()

    title.click()
    assert penalty.isVisible()
    write(penalty, "0.01")
    assert plan(workspace).l1 == 0.01
    title.click()
    assert not penalty.isVisible()

    document = Document()
    document.apply(Step("Plan", (ChangePlan(document.plan, Plan(accumulate=4)),)))
    workspace.new(document)
    assert penalty.isVisible()


def planned(workspace: Workspace, **changes: Any) -> None:
    old = plan(workspace)
    workspace.history.do(Step("Change the plan", (ChangePlan(old, replace(old, **changes)),)))


def test_with_one_way_to_train_nobody_is_asked_for_it(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Procedure, "_members", {"supervised": Supervised})
    form = PlanForm(Workspace(), Jobs(), ask=lambda: OFFERS)
    qtbot.addWidget(form)
    form.show()
    assert not part(form, QComboBox, "procedure").isVisible()


def test_a_way_to_train_is_chosen_with_its_settings(shown: Shown) -> None:
    workspace, form = shown
    choose(part(form, QComboBox, "procedure"), Teaching.title)
    assert plan(workspace).procedure == Chosen.of(Teaching())
    width = part(form, QSpinBox, "width")
    width.selectAll()
    QTest.keyClicks(width, "7")
    assert plan(workspace).procedure == Chosen.of(Teaching(width=7))
    workspace.history.undo()
    workspace.history.undo()
    assert plan(workspace) == Plan()


def test_a_way_to_train_of_a_later_version_is_shown_as_none_that_can_be_chosen(
    shown: Shown,
) -> None:
    workspace, form = shown
    planned(workspace, procedure=Chosen("telepathy", {"distance": 3}))
    box = part(form, QComboBox, "procedure")
    assert box.isVisible() and box.currentText() == ""
    assert any("telepathy" in one.message for one in workspace.problems)
    choose(box, Supervised.title)
    assert plan(workspace) == Plan()


def test_beside_the_panels_of_a_small_screen_the_plan_is_not_scrolled_sideways(
    shown: Shown,
) -> None:
    _, form = shown
    form.resize(794, 300)
    settled()
    for area in form.findChildren(QScrollArea):
        if area.isVisible():
            assert area.horizontalScrollBar().maximum() == 0
