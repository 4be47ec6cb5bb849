"""Forms made from descriptions: every kind of setting can be seen, changed and refused."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from graphs.data.sources.files.table import Table
from graphs.describe import Chosen, Described, param
from graphs.layers import Layer
from graphs.layers.blocks import Block
from graphs.notation import Notation
from graphs.plan.optimizers import AdamW, Optimizer
from graphs.setting_kinds import FieldName, FilePath, GraphRef, NodeRef, Pair
from graphs.wording import phrases
from gui.forms.editors import PathEditor, editor_for
from gui.forms.form import ChosenForm, Form
from gui.forms.switch import Switch
from gui.forms.whole_number import WholeNumber
from tests.families import everything
from tests.gui.found_widgets import click, part
from tests.gui.hand import settled
from tests.gui.windows import choose_file


class Everything(Described, family="everything", id="everything"):
    """One setting of each kind."""

    count: int = param(default=3, low=1, high=99, unit="px", help="How many.")
    above: int = param(default=3, above=2, help="More than two.")
    rate: float = param(default=0.001, above=0, help="How fast.")
    limit: float | None = param(default=None, above=0, help="How far.")
    patience: int | None = param(default=None, low=1, help="How long.")
    on: bool = param(default=True, help="Whether.")
    mode: Literal["zeros", "reflect"] = param(default="zeros", help="Which way.")
    kernel: Pair = param(default=3, low=1, unit="px", help="Which size.")
    stride: Pair | None = param(default=None, low=1, help="Which step.")
    sizes: tuple[int, ...] = param(default=(4, -1), help="Which sizes.")
    betas: tuple[float, float] = param(default=(0.9, 0.999), low=0, help="Which memory.")
    field: FieldName = param(default=FieldName(""), help="Which field.")
    path: FilePath = param(default=FilePath(""), help="Where.")
    words: str = param(default="", help="What.")
    several: tuple[str, ...] = param(default=(), help="Which words.")
    node: NodeRef | None = param(default=None, help="Which node.")


class Watched:
    """A form with all that it says."""

    def __init__(self, qtbot: QtBot, settings: Mapping[str, Any] | None = None) -> None:
        given = {**Everything.defaults(), **(settings or {})}
        self.form = Form(Everything.parameters(), given, fields=("image", "mask"))
        self.said: list[tuple[str, Any]] = []
        self.form.edited.connect(lambda name, value: self.said.append((name, value)))
        qtbot.addWidget(self.form)
        with qtbot.waitExposed(self.form):
            self.form.show()
        self.form.activateWindow()

    def line(self, name: str) -> QLineEdit:
        return part(self.form, QLineEdit, name)

    def write(self, name: str, words: str) -> None:
        line = self.line(name)
        line.setFocus()
        line.selectAll()
        QTest.keyClicks(line, words)

    def fault(self, name: str) -> str:
        label = part(self.form, QLabel, f"fault_{name}")
        return label.text() if label.isVisible() else ""


@pytest.fixture
def watched(qtbot: QtBot) -> Watched:
    return Watched(qtbot)


def test_every_setting_of_every_described_thing_has_an_editor(qtbot: QtBot) -> None:
    count = 0
    for member in everything():
        for parameter in member.parameters():
            editor = editor_for(parameter, ("a",))
            qtbot.addWidget(editor)
            if parameter.name in member.defaults():
                editor.show_value(parameter.default)
            count += 1
    assert count > 200


def test_choices_are_shown_in_the_language_of_the_user_and_stored_as_they_are(
    qtbot: QtBot, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(lambda: phrases.use(lambda key: key))
    phrases.use(lambda key: {"reflect": "spiegeln"}.get(key, key))
    mode = next(one for one in Everything.parameters() if one.name == "mode")
    editor = editor_for(mode)
    qtbot.addWidget(editor)
    said: list[object] = []
    editor.edited.connect(said.append)
    box = part(editor, QComboBox, "mode")
    assert [box.itemText(at) for at in range(box.count())] == ["zeros", "spiegeln"]
    box.activated.emit(1)
    editor.show_value("reflect")
    assert (said, box.currentText()) == (["reflect"], "spiegeln")


def test_what_is_chosen_elsewhere_is_shown_and_not_edited(qtbot: QtBot) -> None:
    graph, notations = Block.parameters()[0], Table.parameters()
    shown = editor_for(graph)
    qtbot.addWidget(shown)
    label = part(shown, QLabel, "graph")
    assert label.text() == "none"
    shown.show_value(GraphRef("stem"))
    assert label.text() == "stem"
    shown.show_value("text from a file")
    assert label.text() == "text from a file"
    columns = editor_for(next(one for one in notations if one.name == "notations"))
    qtbot.addWidget(columns)
    columns.show_value({"price": Notation("number", ".", "", ()).plain()})
    assert part(columns, QLabel, "notations").text() == "price"


def test_a_word_is_written_where_numbers_are(qtbot: QtBot) -> None:
    (padding,) = (one for one in Layer.get("conv2d").parameters() if one.name == "padding")
    editor = editor_for(padding)
    qtbot.addWidget(editor)
    said: list[object] = []
    editor.edited.connect(said.append)
    line = part(editor, QLineEdit, "padding")
    editor.show_value((1, 2))
    assert line.text() == "1 × 2"
    line.selectAll()
    QTest.keyClicks(line, "same")
    assert said[-1] == "same"
    QTest.keyClick(line, Qt.Key.Key_Up)  # there is nothing above it
    assert said[-1] == "same" and line.text() == "same"


def test_showing_values_says_nothing(watched: Watched) -> None:
    assert watched.said == []
    watched.form.show_values({"count": 7, "rate": 0.5, "kernel": (3, 5), "on": False})
    assert part(watched.form, QSpinBox, "count").value() == 7
    assert watched.line("rate").text() == "0.5"
    assert watched.line("kernel").text() == "3 × 5"
    assert not part(watched.form, Switch, "on").isChecked()
    assert watched.said == []


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("rate", "1e-4", 1e-4),
        ("rate", "0,25", 0.25),
        ("limit", "2.5", 2.5),
        ("patience", "4", 4),
        ("kernel", "5", 5),
        ("kernel", "3 x 5", (3, 5)),
        ("kernel", "3×5", (3, 5)),
        ("kernel", "4, 4", 4),
        ("stride", "2", 2),
        ("sizes", "8, 4, -1", (8, 4, -1)),
        ("betas", "0.8, 0.99", (0.8, 0.99)),
        ("words", "some words", "some words"),
        ("several", "red, dark blue", ("red", "dark blue")),
        ("path", "/data/set.csv", "/data/set.csv"),
    ],
)
def test_what_is_written_becomes_the_value(
    watched: Watched, name: str, text: str, value: object
) -> None:
    watched.write(name, text)
    assert watched.said[-1] == (name, value)
    assert watched.fault(name) == ""


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("rate", "fast", "Rate must be a number of more than 0."),
        ("rate", "nan", "Rate must be a finite number, not nan."),
        ("rate", "-1", "Rate must be a number of more than 0, not -1.0."),
        ("limit", "0", "Limit must be nothing or a number of more than 0, not 0.0."),
        ("kernel", "0", "Kernel must be one or two whole numbers of at least 1, not 0."),
        ("kernel", "1x-3", "Kernel must be one or two whole numbers of at least 1, not 1, -3."),
        ("kernel", "1 2 3", "Kernel must be one or two whole numbers of at least 1."),
        ("sizes", "4, x2.5", "Sizes must be a list of whole numbers."),
        ("betas", "0.9", "Betas must be"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence_and_leaves_the_value_of_before(
    watched: Watched, name: str, text: str, reason: str
) -> None:
    before = watched.line(name).text()
    watched.write(name, text)
    assert watched.fault(name).startswith(reason)
    assert watched.line(name).property("role") == "error"
    parameter = next(p for p in Everything.parameters() if p.name == name)
    assert all(parameter.fault(value) is None for _, value in watched.said)
    said = [value for _, value in watched.said]
    assert not said or said[-1] == Everything.defaults()[name]
    QTest.keyClick(watched.line(name), Qt.Key.Key_Return)
    told = watched.fault(name)
    assert told.startswith(reason.removesuffix(".")), "it is still to be read"
    assert told.endswith(f"; “{text}” was not taken.")
    assert watched.line(name).text() == before
    watched.line(name).clearFocus()
    watched.form.show_values(Everything.defaults())
    assert watched.fault(name) == told
    assert watched.line(name).property("role") != "error"
    watched.write(name, before or "2")
    assert watched.fault(name) == ""


@pytest.mark.parametrize("by_enter", [True, False])
def test_a_whole_number_that_is_refused_gives_way_to_that_of_before(
    watched: Watched, by_enter: bool
) -> None:
    box = part(watched.form, QSpinBox, "count")
    before = box.value()
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "199")
    assert watched.fault("count") == "Count must be a whole number from 1 to 99."
    if by_enter:
        QTest.keyClick(box, Qt.Key.Key_Return)
    box.clearFocus()
    told = "Count must be a whole number from 1 to 99; “199” was not taken."
    assert (box.value(), box.text()) == (before, f"{before} px")
    assert watched.fault("count") == told
    watched.form.show_values(Everything.defaults())
    assert watched.fault("count") == told
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "9")
    assert watched.fault("count") == ""
    assert watched.said[-1] == ("count", 9)


def test_an_emptied_optional_setting_is_nothing(qtbot: QtBot) -> None:
    watched = Watched(qtbot, {"limit": 2.0, "patience": 3})
    for name in ("limit", "patience"):
        line = watched.line(name)
        line.setFocus()
        line.selectAll()
        QTest.keyClick(line, Qt.Key.Key_Delete)
        assert watched.said[-1] == (name, None)
        assert line.placeholderText() == "none"


def test_whole_numbers_stay_within_their_limits(watched: Watched) -> None:
    box = part(watched.form, QSpinBox, "count")
    assert (box.minimum(), box.maximum(), box.suffix()) == (1, 99, " px")
    assert part(watched.form, QSpinBox, "above").minimum() == 3
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "64")
    assert watched.said == [("count", 6), ("count", 64)]
    box.stepUp()
    assert watched.said[-1] == ("count", 65)


def test_arrows_change_pairs_and_optional_numbers(qtbot: QtBot) -> None:
    watched = Watched(qtbot, {"patience": 5})
    QTest.keyClick(watched.line("kernel"), Qt.Key.Key_Up)
    assert watched.said[-1] == ("kernel", 4)
    QTest.keyClick(watched.line("patience"), Qt.Key.Key_Down)
    assert watched.said[-1] == ("patience", 4)


def test_a_switch_and_a_choice_are_said_at_once(watched: Watched) -> None:
    click(part(watched.form, Switch, "on"))
    assert watched.said == [("on", False)]
    box = part(watched.form, QComboBox, "mode")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert watched.said[-1] == ("mode", "reflect")


def test_a_field_is_chosen_from_those_of_the_data(qtbot: QtBot) -> None:
    watched = Watched(qtbot, {"field": "gone"})
    box = part(watched.form, QComboBox, "field")
    assert [box.itemText(place) for place in range(box.count())] == ["image", "mask", "gone"]
    assert box.currentText() == "gone"
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert watched.said == [("field", "mask")]


def test_without_data_there_is_no_field_to_choose(qtbot: QtBot) -> None:
    parameter = next(p for p in Everything.parameters() if p.name == "field")
    editor = editor_for(parameter)
    qtbot.addWidget(editor)
    box = part(editor, QComboBox, "field")
    assert not box.isEnabled()
    assert box.placeholderText() == "No data yet"


@pytest.mark.parametrize("what", ["a file", "a folder"])
def test_files_and_folders_are_chosen_in_one_dialog(
    qtbot: QtBot, tmp_path: Path, what: str
) -> None:
    (tmp_path / "a file").write_text("1\n")
    (tmp_path / "a folder").mkdir()
    editor = PathEditor(next(p for p in Everything.parameters() if p.name == "path"))
    qtbot.addWidget(editor)
    editor.show()
    told: list[object] = []
    editor.edited.connect(told.append)
    click(editor.browse)
    choose_file(qtbot, tmp_path / what)
    assert told == [str(tmp_path / what)]
    assert editor.line.text() == str(tmp_path / what)


def test_the_wheel_never_changes_a_value(watched: Watched) -> None:
    for name, kind in (("count", QSpinBox), ("mode", QComboBox)):
        widget = part(watched.form, kind, name)
        spot = QPointF(widget.rect().center())
        event = QWheelEvent(
            spot,
            QPointF(widget.mapToGlobal(spot.toPoint())),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(widget, event)
        assert not event.isAccepted()
    assert watched.said == []


def test_being_done_with_a_setting_is_said(watched: Watched, qtbot: QtBot) -> None:
    with qtbot.waitSignal(watched.form.settled):
        watched.write("rate", "2")
        QTest.keyClick(watched.line("rate"), Qt.Key.Key_Return)
    with qtbot.waitSignal(watched.form.settled):
        click(part(watched.form, Switch, "on"))


def test_an_outside_change_does_not_disturb_what_is_being_written(watched: Watched) -> None:
    watched.write("rate", "1e-")
    assert watched.fault("rate") != ""
    watched.form.show_values({"rate": 0.001})
    watched.write("rate", "0.10")
    watched.form.show_values({"rate": 0.1})
    assert watched.line("rate").text() == "0.10"


def test_faults_that_others_find_stand_below_the_setting(watched: Watched) -> None:
    watched.form.show_faults({"kernel": "The height would shrink to 0."})
    assert watched.fault("kernel") == "The height would shrink to 0."
    watched.write("kernel", "no")
    assert "must be" in watched.fault("kernel")
    watched.form.show_faults({})
    assert "must be" in watched.fault("kernel")
    watched.line("kernel").clearFocus()
    assert watched.fault("kernel").endswith("“no” was not taken.")
    watched.write("kernel", "3")
    assert watched.fault("kernel") == ""


def test_settings_of_the_wrong_kind_from_a_file_can_be_seen_and_mended(qtbot: QtBot) -> None:
    watched = Watched(qtbot, {"rate": "fast", "kernel": [1, 2, 3], "mode": 7, "count": "many"})
    assert watched.line("rate").text() == "fast"
    assert watched.line("kernel").text() == "[1, 2, 3]"
    watched.write("rate", "0.1")
    assert watched.said == [("rate", 0.1)]


def test_every_setting_is_explained_under_the_pointer(watched: Watched) -> None:
    for parameter in Everything.parameters():
        assert parameter.help in watched.form.editor(parameter.name).toolTip()


def test_another_member_of_a_family_brings_its_own_settings(qtbot: QtBot) -> None:
    form = ChosenForm("optimizer", "Optimizer", Optimizer, Chosen.of(AdamW(lr=0.02)))
    qtbot.addWidget(form)
    form.show()
    said: list[Chosen] = []
    form.edited.connect(said.append)
    box = part(form, QComboBox, "optimizer")
    assert box.currentText() == "AdamW"
    assert part(form.form, QLineEdit, "lr").text() == "0.02"
    box.setCurrentIndex(box.findData("sgd"))
    box.activated.emit(box.currentIndex())
    assert said[-1] == Chosen("sgd", Optimizer.get("sgd").defaults())
    line = part(form.form, QLineEdit, "momentum")
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "0.5")
    assert said[-1].settings["momentum"] == 0.5
    assert Optimizer.get("sgd").faults(said[-1].settings) == {}


def test_a_family_form_follows_undo(qtbot: QtBot) -> None:
    first = Chosen.of(AdamW(lr=0.02))
    form = ChosenForm("optimizer", "Optimizer", Optimizer, first)
    qtbot.addWidget(form)
    form.show_value(Chosen("sgd", Optimizer.get("sgd").defaults()))
    assert part(form, QComboBox, "optimizer").currentText() == "SGD"
    form.show_value(first)
    assert part(form, QComboBox, "optimizer").currentText() == "AdamW"
    assert part(form.form, QLineEdit, "lr").text() == "0.02"


def test_a_number_and_its_unit_are_not_below_the_arrows(qtbot: QtBot) -> None:
    parameter = replace(Everything.parameters()[0], kind=int, default=100, unit="tokens")
    editor = WholeNumber(parameter)
    qtbot.addWidget(editor)
    editor.show_value(100)
    editor.show()
    editor.resize(editor.minimumSizeHint())
    settled()
    line = editor.box.lineEdit()
    assert line.fontMetrics().horizontalAdvance("100 tokens") + 14 < line.width()
