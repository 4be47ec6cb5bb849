"""The command line as scripts and people use it: what it prints, where, and how it ends."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnxruntime
import pytest
from rich.console import Console

from engine import commands, events, facts
from engine.data.sources import Source
from engine.progress import Watch
from graphs import files
from graphs.describe import Chosen
from graphs.edits import ChangeData, ChangePlan, Step
from graphs.layers import Layer
from graphs.optimizers import SGD
from graphs.templates import find, templates
from tests.engine.drawings import digits
from tests.engine.exporting import listener

LONG = "n" * 300
"""A name that no disk takes."""
ROOT = Path(commands.__file__).parents[1]


class Done(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self) -> dict[str, Any]:
        """The one JSON object that was printed."""
        (line,) = self.out.splitlines()
        told: dict[str, Any] = json.loads(line)
        return told


Layerloom = Callable[..., Done]


@pytest.fixture
def layerloom(capsys: pytest.CaptureFixture[str]) -> Layerloom:
    """Run a command in this process."""

    def run(*words: object) -> Done:
        capsys.readouterr()
        code = commands.main([str(word) for word in words])
        return Done(code, *capsys.readouterr())

    return run


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def process(*words: object, **settings: str) -> Done:
    """Run a command in a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-m", "engine", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env={**environment(), **settings},
    )
    return Done(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture(scope="module")
def xor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A document."""
    path = tmp_path_factory.mktemp("documents") / "xor.loom"
    template = find("xor")
    assert template is not None
    files.write(template.document(), path)
    return path


@pytest.fixture(scope="module")
def trained(xor: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that finished."""
    folder = tmp_path_factory.mktemp("runs") / "xor"
    home = str(tmp_path_factory.mktemp("home"))  # made before the test's own home is
    words = ("train", xor, "--epochs", 40, "--seed", 1, "--out", folder)
    done = process(*words, LAYERLOOM_HOME=home)
    assert done.code == 0, done.err
    return folder


# ---- what there is ----


def test_templates_are_listed_as_json(layerloom: Layerloom) -> None:
    done = layerloom("templates", "--json")

    listed = done.json()["templates"]
    assert done.code == 0
    assert [one["id"] for one in listed] == [one.id for one in templates()]
    for one in listed:
        assert {"id", "title", "task", "parameters"} <= one.keys()
        assert one["parameters"] > 0


def test_every_layer_is_listed_with_all_its_settings(layerloom: Layerloom) -> None:
    listed = {one["id"]: one for one in layerloom("layers", "--json").json()["layers"]}

    assert listed.keys() == {kind.id for kind in Layer.members()}
    for one in listed.values():
        assert {"id", "title", "group", "summary", "search", "settings"} <= one.keys()
        for setting in one["settings"]:
            assert {"name", "kind", "default", "help"} <= setting.keys()
    conv = {setting["name"]: setting for setting in listed["conv2d"]["settings"]}
    assert conv["kernel_size"]["kind"] == "pair"
    assert conv["kernel_size"]["default"] == 3


@pytest.mark.parametrize("words", [["templates"], ["layers"]], ids=str)
def test_lists_for_people_have_one_plain_line_per_entry(
    words: list[str], layerloom: Layerloom
) -> None:
    done = layerloom(*words)

    (entries,) = layerloom(*words, "--json").json().values()
    assert len(done.out.splitlines()) == len(entries)
    assert "\x1b" not in done.out


def test_a_template_is_written_as_the_document_it_is(layerloom: Layerloom, tmp_path: Path) -> None:
    template = find("digits-cnn")
    assert template is not None

    done = layerloom("new", "digits-cnn", "-o", tmp_path / "mine.loom")

    assert done == Done(0, "", "")
    assert (tmp_path / "mine.loom").read_bytes() == files.encoded(template.document())


def test_a_document_that_is_there_is_replaced_only_when_asked(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    path = tmp_path / "mine.loom"
    path.write_text("mine")

    refused = layerloom("new", "xor", "-o", path)
    kept = path.read_text()
    forced = layerloom("new", "xor", "-o", path, "--force")

    assert (refused.code, forced.code) == (1, 0)
    assert "there already" in refused.err
    assert kept == "mine"
    assert files.read(path).document.main.nodes


# ---- check ----


def test_a_good_document_is_checked_with_shapes_and_costs(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    document = listener().document()
    known = replace(
        document.data, source="sine_series", settings=Source.get("sine_series").defaults()
    )
    document.apply(Step("Data", (ChangeData(document.data, known),)))
    files.write(document, tmp_path / "listener.loom")

    done = layerloom("check", tmp_path / "listener.loom", "--json")

    told, nodes = done.json(), {}
    for node in told["nodes"]:
        assert {"id", "name", "layer", "outputs", "parameters", "flops"} <= node.keys()
        nodes[node["name"]] = node
    assert done.code == 0
    assert told["problems"] == []
    assert nodes["series"]["outputs"] == [["T", 3]]
    assert nodes["last"]["outputs"] == [[8]]
    assert nodes["encoder"]["at"] == told["at"] == {"T": 128}
    assert nodes["encoder"]["flops"] == 128 * 4 * 8 * (3 + 8)
    assert told["flops"] == sum(node["flops"] for node in told["nodes"])
    assert told["parameters"] == sum(node["parameters"] for node in told["nodes"]) > 0


def broken(path: Path) -> Path:
    """A document with two mistakes: a loss without its target, and a node that nothing feeds."""
    drawing = digits()
    drawing.node("mse_loss", "second", target="gone")
    drawing.wire("classify", "second")
    drawing.node("relu", "lonely")
    files.write(drawing.document(), path)
    return path


def test_each_mistake_is_told_with_its_place_and_the_exit_code_is_1(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    path = broken(tmp_path / "broken.loom")

    done, for_people = layerloom("check", path, "--json"), layerloom("check", path)

    errors = [one for one in done.json()["problems"] if one["severity"] == "error"]
    for one in errors:
        assert {"severity", "node", "port", "message", "fix"} <= one.keys()
    assert {one["name"] for one in errors} == {"second", "lonely"}
    assert done.code == for_people.code == 1
    assert "cannot be trained" in done.err
    assert done.err == for_people.err
    for one in errors:
        assert one["message"] in for_people.out


def test_what_cannot_fit_into_memory_is_found_by_check_alone(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    files.write(digits(hidden=10**12).document(), tmp_path / "vast.loom")

    done = layerloom("check", tmp_path / "vast.loom", "--json")

    assert done.code == 1
    assert any("Training needs about" in one["message"] for one in done.json()["problems"])


@pytest.mark.parametrize(
    ("source", "settings", "told"),
    [("os.system", {}, "no data source “os.system”"), ("digits", {"sise": "8"}, "“sise”")],
)
def test_data_that_this_version_does_not_know_is_found_before_any_run(
    source: str, settings: dict[str, Any], told: str, layerloom: Layerloom, tmp_path: Path
) -> None:
    document = digits().document()
    data = replace(document.data, source=source, settings=settings)
    document.apply(Step("Data", (ChangeData(document.data, data),)))
    files.write(document, tmp_path / "odd.loom")

    check = layerloom("check", tmp_path / "odd.loom", "--json")
    train = layerloom("train", tmp_path / "odd.loom", "--out", tmp_path / "run")

    assert (check.code, train.code) == (1, 1)
    assert told in check.json()["problems"][0]["message"]
    assert told in train.err
    assert not (tmp_path / "run").exists()


def test_what_cannot_fit_into_memory_is_not_exported(layerloom: Layerloom, tmp_path: Path) -> None:
    files.write(digits(hidden=10**12).document(), tmp_path / "vast.loom")

    done = layerloom("export", tmp_path / "vast.loom", "--to", "onnx", "-o", tmp_path / "vast.onnx")

    assert done.code == 1
    assert "needs about" in done.err
    assert not (tmp_path / "vast.onnx").exists()


def test_a_file_that_is_no_document_is_told_in_a_sentence(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    (tmp_path / "junk.loom").write_bytes(b"\x00junk")

    for path in (tmp_path / "junk.loom", tmp_path / "gone.loom", tmp_path):
        done = layerloom("check", path)
        assert done.code == 1
        assert done.out == ""
        assert len(done.err.splitlines()) == 1


def test_what_needs_no_torch_does_not_wait_for_it(xor: Path, tmp_path: Path) -> None:
    lines = [
        ["templates"],
        ["layers", "--json"],
        ["check", str(xor)],
        ["new", "xor", "-o", str(tmp_path / "new.loom")],
        ["runs", str(tmp_path)],
        ["--help"],
    ]
    script = (
        "import sys\n"
        "from engine.commands import main\n"
        f"assert [main(line) for line in {lines!r}] == [0] * {len(lines)}\n"
        "late = {'torch', 'onnx', 'onnxruntime', 'sklearn', 'PySide6'}\n"
        "assert not late & {*sys.modules}, late & {*sys.modules}\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, env=environment()
    )

    assert ended.returncode == 0, ended.stderr.decode()


# ---- usage and faults ----


@pytest.mark.parametrize(
    "words",
    [
        ["bogus"],
        [],
        ["new", "xor"],
        ["train"],
        ["train", "{file}", "--epochs", "0"],
        ["train", "{file}", "--epochs", "many"],
        ["train", "{file}", "--device", "abacus"],
        ["train", "{file}", "--precision", "7"],
        ["train", "{file}", "--resume", "somewhere"],
        ["train", "--resume", "somewhere", "--epochs", "3"],
        ["export", "{file}", "--to", "papyrus", "-o", "out"],
        ["export", "{file}", "--to", "onnx"],
        ["check", "{file}", "--jsn"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2(words: list[str], layerloom: Layerloom, xor: Path) -> None:
    done = layerloom(*(word.format(file=xor) for word in words))

    assert done.code == 2
    assert "Usage: layerloom" in done.err + done.out


@pytest.mark.parametrize(
    "words",
    [
        ["new", "bogus", "-o", "{folder}/new.loom"],
        ["new", "xor", "-o", "{folder}/nowhere/new.loom"],
        ["train", "{folder}/gone.loom"],
        ["train", "--resume", "{folder}"],
        ["evaluate", "{folder}"],
        ["predict", "{folder}", "[1, 2]"],
        ["export", "{folder}", "--to", "onnx", "-o", "{folder}/out.onnx"],
        ["export", "{folder}/gone", "--to", "onnx", "-o", "{folder}/out.onnx"],
        ["export", "{file}", "--to", "onnx", "-o", "{folder}/nowhere/out.onnx"],
        ["runs", "{folder}/nowhere"],
        ["runs", f"{{folder}}/{LONG}"],
        ["new", "xor", "-o", f"{{folder}}/{LONG}.loom"],
        ["export", "{file}", "--to", "onnx", "-o", f"{{folder}}/{LONG}.onnx"],
        ["export", "{file}", "--to", "onnx", "-o", f"{{folder}}/{LONG}/a.onnx"],
        ["export", f"{{folder}}/{LONG}", "--to", "onnx", "-o", "{folder}/a.onnx"],
    ],
    ids=lambda words: " ".join(words)[:60],
)
def test_a_problem_of_the_users_ends_with_1_and_a_sentence(
    words: list[str], layerloom: Layerloom, xor: Path, tmp_path: Path
) -> None:
    done = layerloom(*(word.format(file=xor, folder=tmp_path) for word in words))

    assert done.code == 1
    assert done.out == ""
    assert done.err.strip()[-1] == "."
    assert "nobody foresaw" not in done.err
    assert len(done.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_graph_with_mistakes_is_neither_trained_nor_exported(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    path = broken(tmp_path / "broken.loom")

    train = layerloom("train", path, "--out", tmp_path / "run", "--json")
    export = layerloom("export", path, "--to", "onnx", "-o", tmp_path / "model.onnx")

    assert (train.code, export.code) == (1, 1)
    assert train.out == export.out == ""
    assert "“gone”" in train.err
    assert train.err == export.err
    assert [one.name for one in tmp_path.iterdir()] == ["broken.loom"]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [('"id": "adamw"', '"id": "lion9"'), ('"batch_size": 64', '"batch_size": -4')],
)
def test_another_training_than_the_file_asks_for_is_not_begun(
    right: str, wrong: str, layerloom: Layerloom, tmp_path: Path
) -> None:
    path = tmp_path / "odd.loom"
    written = files.encoded(digits().document()).decode()
    assert written.count(right) == 1
    path.write_text(written.replace(right, wrong))

    done = layerloom("train", path, "--out", tmp_path / "run")

    assert done.code == 1
    notice, refusal = done.err.splitlines()
    assert notice.startswith("Note: ")
    assert "accept the changes" in refusal
    assert not (tmp_path / "run").exists()
    assert layerloom("check", path).code == 0


def test_what_nobody_foresaw_is_a_sentence_too(
    layerloom: Layerloom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def surprise() -> dict[str, Any]:
        raise ZeroDivisionError("division by zero\nand more")

    monkeypatch.setattr(facts, "of_templates", surprise)

    done = layerloom("templates")

    assert done.code == 3
    assert done.err.splitlines() == [
        "Something went wrong that nobody foresaw: ZeroDivisionError: division by zero"
    ]


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_an_interruption_and_full_memory_end_with_3(
    error: type[BaseException], layerloom: Layerloom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> dict[str, Any]:
        raise error

    monkeypatch.setattr(facts, "of_layers", fail)

    done = layerloom("layers")

    assert done.code == 3
    assert len(done.err.splitlines()) == 1


@pytest.mark.parametrize("module", ["engine", "gui"])
def test_an_interruption_while_the_program_loads_is_one_line(module: str) -> None:
    script = (
        "import builtins, runpy, sys\n"
        "load = builtins.__import__\n"
        "def interrupted(name, *args, **more):\n"
        "    if name == 'typer':\n"
        "        raise KeyboardInterrupt\n"
        "    return load(name, *args, **more)\n"
        "builtins.__import__ = interrupted\n"
        f"sys.argv = ['layerloom', 'layers']\nrunpy.run_module('{module}', run_name='__main__')"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )

    assert (ended.returncode, ended.stdout, ended.stderr) == (3, "", "Interrupted.\n")


def test_a_terminal_of_few_letters_gets_a_sentence_nevertheless() -> None:
    done = process("new", "bogus", "-o", "never", PYTHONIOENCODING="latin-1")

    assert done.code == 1
    assert "There is no template ?bogus?" in done.err


def test_a_reader_that_goes_away_is_no_error() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "engine", "layers", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.close()
        assert b"Traceback" not in child.stderr.read()


# ---- a run ----


def test_training_prints_one_json_object_per_event(
    layerloom: Layerloom, xor: Path, tmp_path: Path
) -> None:
    done = layerloom("train", xor, "--epochs", 3, "--seed", 7, "--out", tmp_path / "r", "--json")

    told = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0
    assert done.err == ""
    assert told[0]["event"] == "started"
    assert told[0]["run"] == told[-1]["run"] == str(tmp_path / "r")
    assert told[0]["epochs"] == 3
    epochs = [one for one in told if one["event"] == "epoch"]
    assert [one["epoch"] for one in epochs] == [1, 2, 3]
    assert all({"loss", "accuracy"} <= one["train"].keys() & one["valid"].keys() for one in epochs)
    assert told[-1]["event"] == "finished"
    assert {"test", "samples_per_second", "seconds", "run"} <= told[-1].keys()
    assert {one["event"] for one in told} <= {"started", "progress", "epoch", "finished"}
    for one in told:
        assert json.loads(json.dumps(events.encoded(events.decoded(one)))) == one


def test_training_tells_people_each_epoch_on_a_plain_line(
    layerloom: Layerloom, xor: Path, tmp_path: Path
) -> None:
    done = layerloom("train", xor, "--epochs", 2, "--out", tmp_path / "r")

    lines = done.out.splitlines()
    assert done.code == 0
    assert [line.split(":")[0] for line in lines if line.startswith("epoch")] == [
        "epoch 1/2",
        "epoch 2/2",
    ]
    assert str(tmp_path / "r") in lines[0]
    assert "accuracy" in lines[-2]
    assert "\x1b" not in done.out


def test_a_run_without_a_folder_of_its_own_lies_among_the_users_runs(
    layerloom: Layerloom, xor: Path
) -> None:
    done = layerloom("train", xor, "--epochs", 1, "--json")

    folder = json.loads(done.out.splitlines()[0])["run"]
    (listed,) = layerloom("runs", "--json").json()["runs"]
    assert listed["run"] == folder
    assert listed["document"] == "xor"


def test_runs_are_listed_with_how_they_stand(layerloom: Layerloom, trained: Path) -> None:
    (run,) = layerloom("runs", trained.parent, "--json").json()["runs"]

    assert run.keys() == {"run", "document", "started", "state", "epochs", "best"}
    assert (run["run"], run["state"], run["epochs"]) == (str(trained), "finished", 40)
    assert {"epoch", "loss", "accuracy"} <= run["best"].keys()
    for_people = layerloom("runs", trained.parent)
    assert f"epoch {run['best']['epoch']:.0f}: loss" in for_people.out


def test_a_run_is_evaluated_on_its_test_split(layerloom: Layerloom, trained: Path) -> None:
    done = layerloom("evaluate", trained, "--json")

    told = done.json()
    assert done.code == 0
    assert {"loss", "accuracy"} <= told["test"].keys()
    assert told["classes"] == ["no", "yes"]
    confusion = np.array(told["confusion"])
    assert confusion.shape == (2, 2)
    assert confusion.trace() / confusion.sum() == pytest.approx(told["test"]["accuracy"])
    assert layerloom("evaluate", trained).code == 0


def test_new_inputs_are_predicted_one_or_many(layerloom: Layerloom, trained: Path) -> None:
    one = layerloom("predict", trained, "[0, 1]", "--json").json()["predictions"]
    many = layerloom("predict", trained, "[[0, 1], [1, 1]]", "--json").json()["predictions"]

    assert [p["output"] for p in (*one, *many)] == ["xor"] * 3
    assert many[0] == one[0]
    for told in many:
        assert told["class"] == max(told["probabilities"], key=told["probabilities"].__getitem__)
        assert sum(told["probabilities"].values()) == pytest.approx(1)
    assert many[0]["class"] in layerloom("predict", trained, "[0, 1]").out


def test_a_run_is_exported_and_its_file_answers_as_predict_does(
    layerloom: Layerloom, trained: Path, tmp_path: Path
) -> None:
    done = layerloom("export", trained, "--to", "onnx", "-o", tmp_path / "xor.onnx", "--json")

    told = done.json()
    assert done.code == 0
    assert done.err == ""
    assert told["path"] == str(tmp_path / "xor.onnx")
    assert 0 <= told["max_abs_diff"] <= 1e-4
    assert [one["batch"] for one in told["checked"]][:3] == [1, 2, 7]
    assert all(one["sizes"] == {} for one in told["checked"])
    said = layerloom("predict", trained, "[0, 1]", "--json").json()["predictions"][0]
    session = onnxruntime.InferenceSession(told["path"])
    (answer,) = session.run(["xor"], {"point": np.array([[0, 1]], dtype=np.float32)})
    assert said["probabilities"]["yes"] == pytest.approx(float(answer.ravel()[0]), abs=1e-5)


def test_what_was_changed_to_open_a_document_is_told_once_with_its_export(
    layerloom: Layerloom, xor: Path, tmp_path: Path
) -> None:
    tree = json.loads(xor.read_text())
    tree["plan"]["epochs"] = 0
    path = tmp_path / "repaired.loom"
    path.write_text(json.dumps(tree))

    done = layerloom("export", path, "--to", "safetensors", "-o", tmp_path / "model", "--json")

    assert done.code == 0
    assert sum("epochs must be" in notice for notice in done.json()["notices"]) == 1
    assert done.err.count("epochs must be") == 1


def test_weights_that_were_changed_are_not_exported(
    layerloom: Layerloom, trained: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    run.mkdir()
    for file in trained.iterdir():
        if file.is_file():
            (run / file.name).write_bytes(file.read_bytes())
    best = run / "best.safetensors"
    best.write_bytes(best.read_bytes()[:-1] + b"\x07")

    done = layerloom("export", run, "--to", "onnx", "-o", tmp_path / "xor.onnx")

    assert done.code == 1
    assert "checksum" in done.err
    assert not (tmp_path / "xor.onnx").exists()


def test_a_run_that_breaks_ends_with_3_and_names_the_node(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    document = digits(batch_size=64, epochs=3).document()
    plan = replace(document.plan, optimizer=Chosen.of(SGD(lr=1e30, momentum=0.0)))
    document.apply(Step("Plan", (ChangePlan(document.plan, plan),)))
    files.write(document, tmp_path / "wild.loom")

    done = layerloom("train", tmp_path / "wild.loom", "--out", tmp_path / "run", "--json")

    last = json.loads(done.out.splitlines()[-1])
    assert done.code == 3
    assert last["event"] == "failed"
    assert last["node"]
    assert done.err.strip() == last["message"]


def interrupted(number: signal.Signals, *words: object) -> tuple[int, list[dict[str, Any]], str]:
    """Start to train, send a signal after the first steps, and return what was said."""
    with subprocess.Popen(
        [sys.executable, "-m", "engine", "train", *map(str, words), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        told = []
        for line in child.stdout:
            told.append(json.loads(line))
            if told[-1]["event"] == "progress":
                child.send_signal(number)
                break
        told += [json.loads(line) for line in child.stdout]
        said = child.stderr.read()
    return child.returncode, told, said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals between processes")
def test_an_interrupted_run_stops_cleanly_and_goes_on_where_it_was(
    layerloom: Layerloom, xor: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"

    code, first, said = interrupted(signal.SIGINT, xor, "--epochs", 1_000_000, "--out", run)
    state = layerloom("runs", run, "--json").json()["runs"][0]["state"]
    again, second, _ = interrupted(signal.SIGTERM, "--resume", run)

    assert (code, again) == (3, 3)
    assert first[-1]["event"] == second[-1]["event"] == "stopped"
    assert said.strip() == f"Stopped. Go on with: layerloom train --resume {run}"
    assert state == "stopped"
    assert second[0]["step"] == first[-1]["step"] > 0
    assert second[-1]["step"] > second[0]["step"]


def test_a_finished_run_does_not_go_on(layerloom: Layerloom, trained: Path) -> None:
    done = layerloom("train", "--resume", trained)

    assert done.code == 1
    assert "is finished" in done.err


def test_a_terminal_gets_a_bar_and_the_same_lines() -> None:
    screen = StringIO()
    console = Console(file=screen, force_terminal=True, width=100, color_system=None)
    run: list[events.TrainingEvent] = [
        events.Started("runs/[bold]a", 2, 5, "cpu", 1234, notices=("[red] 3 files left out",)),
        events.Progress(1, 3, 10, (0.5, 0.25), 1e-3, 1000.0, 1.0),
        events.EpochEnded(1, 5, {"loss": 0.2}, {"loss": 0.3}, True),
        events.Stopped("runs/[bold]a", 2, 6),
    ]

    with Watch(console) as watch:
        for event in run:
            watch.show(event)
            watch._bar.refresh()

    shown = screen.getvalue()
    assert "epoch 1/2" in shown
    assert "loss 0.2500, 1,000 samples/s" in shown
    assert "runs/[bold]a" in shown
    assert "[red] 3 files left out" in shown
    assert "epoch 1/2: loss 0.2000; validation loss 0.3000 (best)" in shown
    assert "Stopped in epoch 2, after step 6." in shown


def test_the_names_of_the_commands_are_known() -> None:
    assert set(commands.names()) == {
        "templates",
        "layers",
        "new",
        "check",
        "train",
        "evaluate",
        "predict",
        "export",
        "runs",
    }
