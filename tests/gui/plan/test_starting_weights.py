"""Weights to start from, in the window: chosen in the list of runs or as a file, seen, removed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import safetensors.torch
import torch
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from engine.network.compiling import compiled
from engine.runs import Run
from engine.weights import weight_store
from graphs import files
from graphs.document.edits import NodeId
from graphs.files import weights
from graphs.steps import operations
from gui.jobs import Jobs
from gui.plan.starting_weights import Starting
from gui.workspace import Workspace
from tests.gui.finished_runs import template, trained
from tests.gui.found_widgets import part, press
from tests.gui.windows import answer, choose_file, question, words


class Shown:
    """The part of the plan, with its workspace."""

    def __init__(self, qtbot: QtBot) -> None:
        self.workspace, self.jobs = Workspace(template("xor")), Jobs()
        self.part = Starting(self.workspace, self.jobs)
        self._qtbot = qtbot
        qtbot.addWidget(self.part)
        self.part.resize(300, 140)
        self.part.show()

    @property
    def told(self) -> str:
        return words(self.part, "starting_told")

    def named(self, node: NodeId) -> str:
        return self.workspace.graph.nodes[node].name

    def sha(self) -> str | None:
        return self.workspace.document.weights

    def settle(self) -> None:
        self._qtbot.waitUntil(lambda: not self.jobs.busy)

    def file(self, path: Path, name: str = "", shape: tuple[int, ...] = ()) -> Path:
        """A file with the weights of the document, one of another shape if it is named."""
        tensors = dict(compiled(self.workspace.document, seed=9).state_dict())
        if name:
            tensors[name] = torch.zeros(shape)
        path.write_bytes(safetensors.torch.save(tensors))
        return path


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    made = Shown(qtbot)
    yield made
    made.settle()


def start_from(shown: Shown, path: Path, qtbot: QtBot) -> None:
    press(shown.part, "start_from_file")
    choose_file(qtbot, path)
    shown.settle()


def test_without_any_it_says_that_they_are_fresh(shown: Shown) -> None:
    assert shown.told == "Fresh weights, drawn from the seed."
    assert not part(shown.part, QPushButton, "start_afresh").isVisible()


def test_a_file_is_one_step_that_says_what_fits(shown: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    names = sorted(
        {key.partition(".")[0] for key in compiled(shown.workspace.document).state_dict()}
    )
    path = shown.file(tmp_path / "mine.safetensors", f"{names[0]}.bias", (77,))
    with qtbot.waitSignal(shown.part.chosen):
        start_from(shown, path, qtbot)
    assert "Starts from the file “mine.safetensors”." in shown.told
    some = f"{len(names) - 1} of {len(names)} layers start from it; in part also {names[0]}"
    assert f"{some} (weight)." in shown.told
    assert "Drawn anew" not in shown.told
    assert f"“{names[0]}.bias” is " in part(shown.part, QLabel, "starting_told").toolTip()
    shown.workspace.history.undo()
    assert shown.sha() is None
    assert shown.told == "Fresh weights, drawn from the seed."
    shown.workspace.history.redo()
    press(shown.part, "start_afresh")
    assert shown.sha() is None
    shown.workspace.history.undo()
    assert shown.sha() is not None


def test_layers_that_another_program_numbers_are_taken_and_it_is_said_how(
    shown: Shown, qtbot: QtBot, tmp_path: Path
) -> None:
    path = shown.file(tmp_path / "theirs.safetensors")
    ours = safetensors.torch.load(path.read_bytes())
    layers = list(dict.fromkeys(name.partition(".")[0] for name in ours))
    order = [n for n in shown.workspace.evaluation.order if shown.named(n) in layers]
    places = {shown.named(node): f"net.{at}" for at, node in enumerate(order)}
    theirs = {f"{places[k.partition('.')[0]]}.{k.partition('.')[2]}": t for k, t in ours.items()}
    path.write_bytes(safetensors.torch.save(theirs))
    start_from(shown, path, qtbot)
    assert f"{len(layers)} of {len(layers)} layers start from it." in shown.told
    assert "By order and sizes: “" in part(shown.part, QLabel, "starting_told").toolTip()


def test_what_fits_follows_the_graph(shown: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    start_from(shown, shown.file(tmp_path / "mine.safetensors"), qtbot)
    assert "Drawn anew" not in shown.told
    document = shown.workspace.document
    node = next(n for n in document.main.nodes.values() if n.layer == "linear")
    shown.workspace.history.do(operations.rename(document.main, NodeId(node.id), "renamed"))
    assert "Drawn anew: renamed." in shown.told


def test_of_many_layers_a_few_are_named_and_the_others_counted(
    shown: Shown, qtbot: QtBot, tmp_path: Path
) -> None:
    shown.workspace.new(template("digits-cnn"))
    path = tmp_path / "other.safetensors"
    path.write_bytes(safetensors.torch.save({"other.weight": torch.zeros(1)}))
    start_from(shown, path, qtbot)
    names = [key.partition(".")[0] for key in compiled(shown.workspace.document).state_dict()]
    every = list(dict.fromkeys(names))
    assert len(every) > 3
    assert f"0 of {len(every)} layers start from it." in shown.told
    assert f"{', '.join(every[:3])} and {len(every) - 3} more." in shown.told
    hover = part(shown.part, QLabel, "starting_told").toolTip()
    assert all(f"“{name}.weight” is not in the file" in hover for name in every)


def test_the_weights_of_a_run_are_the_best_ones(shown: Shown, tmp_path: Path) -> None:
    run = trained(template("xor", epochs=1), tmp_path)
    shown.part.start_from_run(run)
    shown.settle()
    sha = shown.sha()
    assert sha is not None
    there = safetensors.torch.load_file(weights.place(sha, weight_store.store()))
    assert f"Starts from the run “{Run.open(run).title}”, epoch 1." in shown.told
    best = safetensors.torch.load_file(run / "best.safetensors")
    assert there.keys() == best.keys()
    assert all(torch.equal(there[name], best[name]) for name in best)


def test_what_is_no_file_of_weights_is_refused_with_a_sentence(
    shown: Shown, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "mine.safetensors"
    path.write_bytes(b"\x80\x04 a pickle")
    start_from(shown, path, qtbot)
    box = question(qtbot, "told")
    assert "safetensors" in box.informativeText()
    answer(box, "OK")
    assert shown.sha() is None


def test_saving_brings_them_along_and_another_place_too(
    shown: Shown, qtbot: QtBot, tmp_path: Path
) -> None:
    start_from(shown, shown.file(tmp_path / "mine.safetensors"), qtbot)
    sha = shown.sha()
    assert sha is not None
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        assert shown.workspace.save(folder / "net.loom") == ()
        assert weights.found(sha, [folder]).parent == folder
        weights.place(sha, weight_store.store()).unlink(missing_ok=True)


def test_missing_ones_are_said_and_stop_the_training(
    shown: Shown, qtbot: QtBot, tmp_path: Path
) -> None:
    start_from(shown, shown.file(tmp_path / "mine.safetensors"), qtbot)
    sha = shown.sha()
    assert sha is not None
    shown.workspace.save(tmp_path / "net.loom")
    for folder in (tmp_path, weight_store.store()):
        weights.place(sha, folder).unlink()
    shown.workspace.open(tmp_path / "net.loom")
    assert "are not there" in shown.told
    assert any("are not there" in problem.message for problem in shown.workspace.problems)
    assert files.read(tmp_path / "net.loom").document.weights == sha
    assert "are not there" in shown.workspace.save()[0]


def test_an_altered_one_is_no_reason_to_fail(shown: Shown, qtbot: QtBot, tmp_path: Path) -> None:
    start_from(shown, shown.file(tmp_path / "mine.safetensors"), qtbot)
    sha = shown.sha()
    assert sha is not None
    for data in (b"", b"\xff" * 16, b"\x02" + b"\x00" * 7 + b"[]", b"\x01" + b"\x00" * 7 + b"{"):
        weights.place(sha, weight_store.store()).write_bytes(data)
        other = Starting(shown.workspace, shown.jobs)
        qtbot.addWidget(other)
        other.show()
        assert "holds no weights" in words(other, "starting_told")
