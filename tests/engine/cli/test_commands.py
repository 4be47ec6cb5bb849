"""What the command line lists, writes and checks."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.cli import commands
from graphs import files
from graphs.data.sources import Source
from graphs.document.edits import ChangeData, Step
from graphs.layers import Layer
from graphs.templates import find, templates
from tests.engine.commanding import Done, Layerloom, broken, environment
from tests.engine.drawings import digits
from tests.engine.exporting import listener


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
        assert one["help"].endswith(".")
        assert one["pages"] and all(page.startswith("https://") for page in one["pages"])
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


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("compile", -1),
        ("seed", "x"),
        ("validation", 7),
        ("precision", "fp7"),
        ("optimizer", {"id": "warp", "settings": {}}),
        ("schedule", {"id": "warp", "settings": {}}),
        ("never_heard_of", 1),
    ],
)
def test_check_refuses_the_plan_that_train_refuses(
    setting: str, value: Any, layerloom: Layerloom, tmp_path: Path
) -> None:
    path = tmp_path / "planned.loom"
    files.write(digits().document(), path)
    tree = json.loads(path.read_text())
    tree["plan"][setting] = value
    path.write_text(json.dumps(tree))

    checked = layerloom("check", path)
    trained = layerloom("train", path, "--out", tmp_path / "run")

    assert checked.code == trained.code == 1
    assert "a training that this version cannot make" in checked.out
    assert "a training that this version cannot make" in trained.err


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
        "from engine.cli.commands import main\n"
        f"assert [main(line) for line in {lines!r}] == [0] * {len(lines)}\n"
        "late = {'torch', 'onnx', 'onnxruntime', 'sklearn', 'PySide6'}\n"
        "assert not late & {*sys.modules}, late & {*sys.modules}\n"
    )

    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=False, env=environment()
    )

    assert ended.returncode == 0, ended.stderr.decode()


def test_the_commands_are_those_that_scripts_know() -> None:
    assert set(commands.COMMANDS) == {
        "templates",
        "layers",
        "new",
        "check",
        "data",
        "train",
        "evaluate",
        "predict",
        "generate",
        "export",
        "runs",
        "weights",
        "note",
    }
