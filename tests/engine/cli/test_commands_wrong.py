"""How the command line ends when something is wrong."""

import gc
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from engine.cli import edge, json_facts
from graphs import files
from tests.engine.commanding import Layerloom, broken, environment, process
from tests.engine.drawings import digits

LONG = "n" * 300
"""A name that no disk takes."""


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
    assert layerloom("check", path).code == 1


def test_what_nobody_foresaw_is_a_sentence_too(
    layerloom: Layerloom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def surprise() -> dict[str, Any]:
        raise ZeroDivisionError("division by zero\nand more")

    monkeypatch.setattr(json_facts, "of_templates", surprise)

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

    monkeypatch.setattr(json_facts, "of_layers", fail)

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


def test_an_interruption_before_a_command_begins_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*args: object, **settings: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(edge, "SELDOM", gc.get_threshold())
    monkeypatch.setattr(typer.core.TyperGroup, "make_context", interrupted)

    assert edge.run(["layers"]) == edge.FAILED
    assert capsys.readouterr() == ("", "Interrupted.\n")


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


@pytest.mark.parametrize("force", [[], ["--force"]], ids=["asked", "forced"])
def test_a_folder_in_place_of_a_file_is_said_to_be_one(
    force: list[str], layerloom: Layerloom, xor: Path, tmp_path: Path
) -> None:
    (there := tmp_path / "model.onnx").mkdir()
    for words in (["new", "xor"], ["export", xor, "--to", "onnx"]):
        done = layerloom(*words, "-o", there, *force)
        assert done.code == 1
        assert done.err.splitlines() == [f"{there} is a folder. Add the name of the file."]
    (beside := tmp_path / "code_weights.safetensors").mkdir()
    done = layerloom("export", xor, "--to", "python", "-o", tmp_path / "code.py", *force)
    assert f"a file “{beside.name}”, too, and a folder has this name" in done.err
