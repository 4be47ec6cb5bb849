"""From a wish in the window to a file: what can be exported, and when."""

from pathlib import Path

import pytest
import safetensors.torch
import torch
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from engine import runs
from engine.controls import Controls
from engine.runs import Run
from engine.runs.folder import Status
from engine.training.loop import train
from graphs import files
from graphs.document.edits import ChangeWeights, Step
from graphs.files import weights
from gui.export.export_dialog import ExportDialog
from gui.export.export_report import ExportReport
from gui.widgets.path_dialog import FileDialog
from gui.window.window import Window
from tests.gui.finished_runs import template
from tests.gui.found_widgets import choose, part, press, write
from tests.gui.windows import LONG, answer, can_use, question, trigger, words


@pytest.mark.proof
def test_what_is_drawn_is_exported_without_a_training(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    assert not can_use(window, "export_weights"), "nothing is drawn yet"
    trigger(window, "template_xor")
    qtbot.waitUntil(lambda: can_use(window, "export_weights"))
    trigger(window, "export_weights")
    dialog = part(window, ExportDialog, "export_dialog")
    assert part(dialog, QComboBox, "what").currentText() == "“xor” as it is drawn, untrained"
    write(part(dialog, QLineEdit, "path"), str(tmp_path / "xor.safetensors"))
    press(dialog, "start")
    report = part(dialog, ExportReport, "report")
    qtbot.waitUntil(report.isVisible, timeout=LONG)
    assert (tmp_path / "xor.safetensors").is_file()
    press(dialog, "close")
    assert not list(tmp_path.glob("**/*.loom"))


@pytest.mark.parametrize("id", ["lenet-5", "resnet-50", "gpt-2-small"])
def test_a_published_network_leaves_although_no_data_is_chosen(
    id: str, qtbot: QtBot, window: Window
) -> None:
    trigger(window, f"template_{id}")
    qtbot.waitUntil(lambda: can_use(window, "export"), timeout=LONG)
    trigger(window, "export")
    dialog = part(window, ExportDialog, "export_dialog")
    what = part(dialog, QComboBox, "what").currentText()
    assert what == f"“{id}” as it is drawn, untrained"


def test_a_run_of_another_document_says_so_wherever_it_is_offered(
    qtbot: QtBot, window: Window
) -> None:
    folder = runs.create(template("xor", epochs=1), name="xor")
    list(train(folder, Controls()))
    trigger(window, "template_digits-mlp")
    window.running.show_run(folder)
    qtbot.waitUntil(lambda: "of “xor”" in words(window, "origin"), timeout=LONG)

    trigger(window, "export")
    dialog = part(window, ExportDialog, "export_dialog")
    what, path = part(dialog, QComboBox, "what"), part(dialog, QLineEdit, "path")
    assert what.currentText() == "“digits-mlp” as it is drawn, untrained"
    assert "of “xor”, which is not open" in what.itemText(1)
    assert path.text().endswith("/digits-mlp.onnx")
    choose(what, what.itemText(1))
    assert path.text().endswith("/xor.onnx")


@pytest.mark.parametrize(
    "status",
    [Status("stopped"), Status("failed", "“xor.csv” is not there."), Status("diverged", "NaN.")],
    ids=lambda status: status.state,
)
def test_a_run_that_has_kept_no_weights_is_offered_nowhere_and_called_by_its_name(
    qtbot: QtBot, window: Window, status: Status
) -> None:
    folder = runs.create(template("xor", epochs=1), name="xor")
    run, title = Run.open(folder), Run.open(folder).title
    run.tell(status)
    window.running.show_run(folder)
    qtbot.waitUntil(lambda: title in words(window.results, "results_told"), timeout=LONG)
    assert str(folder) not in words(window.results, "results_told")

    trigger(window, "export")
    box = question(qtbot, "told")
    assert "no weights yet" in box.informativeText()
    answer(box, "OK")

    trigger(window, "template_digits-mlp")
    qtbot.waitUntil(lambda: can_use(window, "export"))
    trigger(window, "export")
    what = part(part(window, ExportDialog, "export_dialog"), QComboBox, "what")
    assert [what.itemText(at) for at in range(what.count())] == [
        "“digits-mlp” as it is drawn, untrained"
    ]


def test_the_button_that_opened_the_export_has_the_keys_afterwards(
    qtbot: QtBot, window: Window
) -> None:
    trigger(window, "template_xor")
    qtbot.waitUntil(lambda: part(window, QPushButton, "export_button").isEnabled())
    window.canvas.setFocus()
    press(window, "export_button")
    dialog = part(window, ExportDialog, "export_dialog")
    dialog.reject()
    assert window.focusWidget() is part(window, QPushButton, "export_button")


@pytest.mark.proof
def test_what_is_drawn_is_said_to_have_the_weights_it_starts_from(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    """They may lie beside the document alone, as where it came from somebody else."""
    trigger(window, "template_xor")
    sha = weights.kept(safetensors.torch.save({"x": torch.zeros(1)}), tmp_path)
    start = Step("Start from weights", (ChangeWeights(None, sha),))
    document = window.workspace.document
    document.apply(start)
    files.write(document, tmp_path / "xor.loom")
    window.workspace.open(tmp_path / "xor.loom")
    qtbot.waitUntil(lambda: can_use(window, "export_weights"))
    trigger(window, "export_weights")
    dialog = part(window, ExportDialog, "export_dialog")
    told = "“xor” as it is drawn, with the weights it starts from"
    assert part(dialog, QComboBox, "what").currentText() == told
    assert part(dialog, QLineEdit, "path").text() == str(tmp_path / "xor.safetensors")
    press(dialog, "start")
    report = part(dialog, ExportReport, "report")
    qtbot.waitUntil(lambda: report.isVisible() or bool(words(dialog, "told")), timeout=LONG)
    qtbot.waitUntil(report.isVisible, timeout=LONG)
    press(dialog, "close")


def test_the_path_begins_where_a_file_was_chosen_last(
    qtbot: QtBot, window: Window, tmp_path: Path
) -> None:
    FileDialog.begin_next_in(tmp_path)
    trigger(window, "template_xor")
    qtbot.waitUntil(lambda: can_use(window, "export_weights"))
    trigger(window, "export_weights")
    dialog = part(window, ExportDialog, "export_dialog")
    assert part(dialog, QLineEdit, "path").text() == str(tmp_path / "xor.safetensors")
    press(dialog, "close")
