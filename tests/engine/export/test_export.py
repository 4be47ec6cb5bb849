"""An export as whoever asks for it sees it: one handle, a child process behind it, no litter."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import onnxruntime
import psutil
import pytest
from safetensors.torch import load_file

from engine.controls import Controls
from engine.errors import ExportError
from engine.export import Exported, Exporter, ExportProcess, export, start
from engine.export import process as child_process
from engine.export.__main__ import answered
from engine.export.onnx import verified_export
from engine.export.stages import Stage
from engine.network.compiling import compiled
from engine.runs import Run
from engine.weights import weights_file
from graphs import files
from graphs.document.edits import ChangeData, ChangePlan, Step
from graphs.errors import NotSaved
from graphs.layers.ends import output_layers
from graphs.steps import operations
from tests.engine.commanding import Layerloom
from tests.engine.drawings import digits
from tests.engine.exporting import listener
from tests.engine.running import trained
from tests.quickly import some_of

OLDER = b"an older file"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document that was never trained, with data that can be read."""
    path = tmp_path_factory.mktemp("drawn") / "digits.loom"
    files.write(digits().document(), path)
    return path


@pytest.fixture(scope="module")
def exported(drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Exported:
    return export(drawn, "onnx", tmp_path_factory.mktemp("out") / "digits.onnx")


def until(happens: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def test_the_file_is_in_its_place_and_is_the_one_that_was_checked(exported: Exported) -> None:
    path = Path(exported.path)

    assert [one.name for one in path.parent.iterdir()] == ["digits.onnx"]
    assert exported.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert 0 <= exported.max_abs_diff < 1e-4
    assert [one.batch for one in exported.checked] == [1, 2, 7]
    stretch = onnxruntime.InferenceSession(str(path))
    assert [one.name for one in stretch.get_outputs()] == ["digit"]


def test_an_untrained_network_is_exported_and_said_to_be_untrained(exported: Exported) -> None:
    assert any("not been trained" in notice for notice in exported.notices)


def test_the_metadata_holds_the_preprocessing(exported: Exported) -> None:
    told = onnxruntime.InferenceSession(exported.path).get_modelmeta().custom_metadata_map

    assert told["document"] == "digits"
    assert json.loads(told["preprocessing"])["fields"]["image"]["content"] == "image"
    assert json.loads(told["outputs"])["digit"]["classes"] == list("0123456789")


def test_the_weights_alone_come_with_names_kinds_and_a_checksum(
    drawn: Path, tmp_path: Path
) -> None:
    exported = export(drawn, "safetensors", tmp_path / "digits.safetensors")

    wanted = compiled(files.read(drawn).document).state_dict()
    written = load_file(exported.path)
    assert {name: t.tolist() for name, t in written.items()} == {
        name: t.tolist() for name, t in wanted.items()
    }
    facts = weights_file.read(Path(exported.path)).facts
    assert facts["document"] == "digits"
    assert facts["outputs"]["digit"]["classes"] == list("0123456789")
    assert facts["layers"] == {
        "flatten": "flatten",
        "hidden": "linear",
        "relu": "relu",
        "classify": "linear",
        "loss": "cross_entropy_loss",
    }
    assert exported.sha256 == hashlib.sha256(Path(exported.path).read_bytes()).hexdigest()


def test_who_waits_hears_how_far_it_is(drawn: Path, tmp_path: Path) -> None:
    exporting = start(drawn, "onnx", tmp_path / "model.onnx")
    heard: list[Stage] = []
    while exporting.poll() is None:
        stage = exporting.stage
        if stage is not None and stage not in heard:
            heard.append(stage)
        time.sleep(0.01)
    assert exporting.stage is None
    order = [stage.name for stage in heard]
    assert "tracing" in order
    assert order == [one for one in ("reading", "tracing", "checking") if one in order]
    (tracing,) = (stage for stage in heard if stage.name == "tracing")
    assert 0 < tracing.seconds < 1


def test_a_cancelled_export_leaves_the_older_file_and_nothing_else(
    drawn: Path, tmp_path: Path
) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(OLDER)

    exporting = start(drawn, "onnx", path, replace=True)
    child = _child(exporting)
    exporting.cancel()

    with pytest.raises(ExportError, match="stopped"):
        exporting.poll()
    assert not child.is_running()
    assert not _folder(exporting).exists()
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == {"model.onnx": OLDER}


def test_who_waits_stops_waiting_when_told_to_stop(drawn: Path, tmp_path: Path) -> None:
    controls = Controls()
    controls.stop()

    with pytest.raises(ExportError, match="stopped"):
        export(drawn, "onnx", tmp_path / "model.onnx", controls)

    assert list(tmp_path.iterdir()) == []


def test_a_child_that_is_killed_is_told_as_a_sentence(drawn: Path, tmp_path: Path) -> None:
    exporting = start(drawn, "onnx", tmp_path / "model.onnx")
    _child(exporting).kill()

    with pytest.raises(ExportError, match="ended with code -9 before it was done"):
        exporting.wait()

    assert list(tmp_path.iterdir()) == []
    assert not _folder(exporting).exists()


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process the way POSIX does")
def test_a_child_ends_when_nobody_waits_any_more(drawn: Path, tmp_path: Path) -> None:
    asker = f"""
import time
from pathlib import Path
from engine.export import start
exporting = start(Path({str(drawn)!r}), "onnx", Path({str(tmp_path / "model.onnx")!r}))
print(exporting._child.pid, exporting._folder.name, flush=True)
time.sleep(60)
"""
    root = str(Path(child_process.__file__).parents[3])
    with subprocess.Popen(
        [sys.executable, "-c", asker],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    ) as parent:
        assert parent.stdout is not None
        pid, folder = parent.stdout.readline().split()
        parent.send_signal(signal.SIGKILL)

    until(lambda: not Path(folder).exists())
    until(lambda: not psutil.pid_exists(int(pid)))
    assert list(tmp_path.iterdir()) == []


def test_what_the_document_lacks_is_told_as_a_sentence(tmp_path: Path) -> None:
    broken = listener().document()
    broken.apply(operations.delete(broken.main, broken.main.of_layers(output_layers())))
    files.write(broken, tmp_path / "broken.loom")

    with pytest.raises(ExportError, match="There is no Output"):
        export(tmp_path / "broken.loom", "onnx", tmp_path / "model.onnx")

    assert [one.name for one in tmp_path.iterdir()] == ["broken.loom"]


@pytest.mark.proof
def test_a_network_that_cannot_fit_into_memory_is_refused_before_any_of_it_is_made(
    tmp_path: Path,
) -> None:
    files.write(digits(hidden=10**12).document(), tmp_path / "vast.loom")

    for to in ("onnx", "safetensors"):
        with pytest.raises(ExportError, match=r"needs about .* are free"):
            export(tmp_path / "vast.loom", to, tmp_path / "model")

    assert [one.name for one in tmp_path.iterdir()] == ["vast.loom"]


def test_a_refusal_with_a_figure_comes_over_as_a_sentence(
    drawn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verified_export, "LARGEST", 0)
    asked = {"source": str(drawn), "to": "onnx", "settings": {}, "part": str(tmp_path / "part")}
    told = json.loads(json.dumps(answered(asked)))

    assert "The weights take 0.0 GiB" in str(ExportError(told["error"], **told["values"]))


@pytest.mark.proof
def test_a_disk_that_refuses_the_file_is_told_as_a_sentence(
    drawn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(files: Mapping[Path, bytes]) -> None:
        raise NotSaved("“model.safetensors” could not be saved: the disk is full. Make room.")

    monkeypatch.setattr(child_process, "write_together", refuse)
    exporting = start(drawn, "safetensors", tmp_path / "model.safetensors")

    with pytest.raises(ExportError, match="the disk is full"):
        exporting.wait()

    assert not _folder(exporting).exists()


@pytest.mark.parametrize("to", some_of(["safetensors", "onnx"], 2))
def test_a_file_that_does_not_fit_on_the_disk_is_told_by_its_own_name(
    to: str, drawn: Path, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, before[1]))
    try:
        exporting = start(drawn, to, tmp_path / f"mine.{to}")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    with pytest.raises(ExportError, match=f"“mine.{to}” could not be .*the disk does not take"):
        exporting.wait()

    assert list(tmp_path.iterdir()) == []


@pytest.mark.proof
@pytest.mark.parametrize("to", ["python", pytest.param("onnx", marks=pytest.mark.proof)])
def test_a_network_leaves_without_data_without_a_loss_and_with_a_plan_that_cannot_be(
    to: str, tmp_path: Path, layerloom: Layerloom
) -> None:
    """All of that stops its training alone."""
    drawn = tmp_path / "drawn.loom"
    document = digits().document()
    loss = document.main.named("loss")
    assert loss is not None and document.data.source
    document.apply(operations.delete(document.main, [loss.id]))
    section = replace(document.data, source="", settings={})
    plan = replace(document.plan, validation=0.6, test=0.6)
    changes = (ChangeData(document.data, section), ChangePlan(document.plan, plan))
    document.apply(Step("", changes))
    files.write(document, drawn)
    assert layerloom("check", drawn).code == 1

    done = layerloom("export", drawn, "--to", to, "-o", tmp_path / f"model.{to[:2]}", "--json")

    told = done.json()
    assert told["max_abs_diff"] <= 1e-5
    assert any(one.startswith("No data is chosen, so made-up") for one in told["notices"])


def test_what_cannot_work_is_refused_before_the_work(drawn: Path, tmp_path: Path) -> None:
    refusals = {
        "There is no export to “pdf”": (drawn, "pdf", tmp_path / "a.pdf"),
        "There is no run and no document": (tmp_path / "gone.loom", "onnx", tmp_path / "a.onnx"),
        "is a folder": (drawn, "onnx", tmp_path),
        "There is no folder": (drawn, "onnx", tmp_path / "nowhere" / "a.onnx"),
        "“a.loom” would be the name of a document": (drawn, "onnx", tmp_path / "a.loom"),
        "“a.LOOM” would be the name of a document": (drawn, "python", tmp_path / "a.LOOM"),
        "end in .onnx are of the format “ONNX”": (drawn, "safetensors", tmp_path / "a.onnx"),
        "end in .py are of the format “Python": (drawn, "onnx", tmp_path / "a.py"),
        "is there already": (drawn, "onnx", drawn.with_suffix(".onnx")),
        "/ is a folder": (drawn, "python", Path("/")),
        "“pipe.onnx” is a device or a pipe": (drawn, "onnx", tmp_path / "pipe.onnx"),
        "writes a file “code_weights.safetensors”": (drawn, "python", tmp_path / "code.py"),
    }
    os.mkfifo(tmp_path / "pipe.onnx")
    (tmp_path / "code_weights.safetensors").mkdir()
    drawn.with_suffix(".onnx").write_bytes(OLDER)
    for told, (source, to, path) in refusals.items():
        with pytest.raises(ExportError, match=told):
            start(source, to, path)


def test_a_file_that_comes_meanwhile_is_not_written_over(drawn: Path, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    exporting = start(drawn, "safetensors", path)
    path.write_bytes(OLDER)
    with pytest.raises(ExportError, match=r"“model\.safetensors” is there already"):
        exporting.wait()
    assert path.read_bytes() == OLDER


def test_an_export_says_which_run_it_is_of(tmp_path: Path) -> None:
    run, _ = trained(digits(epochs=1).document(), tmp_path)
    done = export(run, "safetensors", tmp_path / "of a run.safetensors")
    assert (done.run, done.epoch) == (Run.open(run).title, 1)
    facts = weights_file.read(Path(done.path)).facts
    assert (facts["run"], facts["epoch"]) == (done.run, 1)


def test_exporters_are_listed_without_torch() -> None:
    listed = "import sys, engine.export as e; print(*(m.id for m in e.Exporter.members())); "
    root = str(Path(child_process.__file__).parents[3])
    said = subprocess.run(
        [sys.executable, "-c", listed + "assert not {'torch', 'onnx', 'PySide6'} & {*sys.modules}"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": root},
    )

    assert said.stdout.split() == ["onnx", "pt2", "python", "safetensors"]
    assert {kind.suffix for kind in Exporter.members()} == {".onnx", ".pt2", ".py", ".safetensors"}


def _child(exporting: ExportProcess) -> psutil.Process:
    return psutil.Process(exporting._child.pid)


def _folder(exporting: ExportProcess) -> Path:
    return Path(exporting._folder.name)
