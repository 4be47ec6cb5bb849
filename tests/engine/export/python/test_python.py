"""The code that is taken home computes what the network computes, and reads like a person's."""

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import safetensors
import safetensors.torch

from engine.errors import ExportError
from engine.export import export, refusals
from engine.export.exporter import next_to
from engine.export.model import Model
from engine.export.python import verified_code
from engine.export.python.layout import DATA, WEIGHTS
from engine.export.python.naming import class_name
from engine.export.python.python_file import written
from engine.export.python.verified_code import proven
from graphs import files
from graphs.layers import Layer
from graphs.templates import Template, find, trained_templates
from tests.engine import exporting
from tests.engine.exporting import accepted, branched, each_trained_template, kinds, variants
from tests.engine.network.test_blocks import made, nested
from tests.quickly import some_of

RULES = "E,F,I,UP,B,C4,SIM,RET,PIE,ANN,D1,N,W"


def template(id: str) -> Model:
    found = find(id)
    assert found is not None
    return exporting.model(found.document(), id)


def as_ruff_sees(path: Path) -> str:
    asked = ["ruff", "check", "--isolated", "--target-version", "py311", "--line-length", "100"]
    where = Path(sys.executable).with_name(asked[0])
    done = subprocess.run(
        [where, *asked[1:], "--select", RULES, "--ignore", "ANN401,D107", path],
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout


@each_trained_template
def test_every_template_leaves_as_code_that_computes_the_same(
    shipped: Template, tmp_path: Path
) -> None:
    model = exporting.model(shipped.document(), shipped.id)
    path = tmp_path / "model.py"

    exported = proven(model, path)

    assert exported.max_abs_diff <= 1e-6
    assert {checked.batch for checked in exported.checked} == {1, 2, 7}
    weights = safetensors.torch.load_file(next_to(path, WEIGHTS))
    assert weights.keys() <= model.network.state_dict().keys()
    assert as_ruff_sees(path) == ""
    assert written(model).source == path.read_text("utf-8")  # the same twice


def test_every_kind_of_layer_leaves_as_code(tmp_path: Path) -> None:
    branches = [branch for kind in kinds() for branch in accepted(kind, {})]
    path = tmp_path / "all.py"

    exported = proven(exporting.model(branched(branches)), path)

    assert exported.max_abs_diff <= 1e-6
    assert as_ruff_sees(path) == ""


@pytest.mark.proof
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: str(kind.id))
def test_a_kind_of_layer_leaves_with_every_setting(kind: type[Layer], tmp_path: Path) -> None:
    branches = [b for settings in ({}, *variants(kind)) for b in accepted(kind, settings)]

    assert proven(exporting.model(branched(branches)), tmp_path / "all.py").max_abs_diff <= 1e-6


@pytest.mark.proof
def test_code_is_strictly_typed(tmp_path: Path) -> None:
    for one in trained_templates():
        (tmp_path / f"{one.id.replace('-', '_')}.py").write_text(
            written(exporting.model(one.document(), one.id)).source, "utf-8"
        )
    asked = ["mypy", "--strict", "--config-file", "", *map(str, tmp_path.iterdir())]
    done = subprocess.run(
        [sys.executable, "-m", *asked], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("document", [made, nested])
def test_what_lies_in_blocks_keeps_its_keys(document: Any, tmp_path: Path) -> None:
    model = exporting.model(document())
    proven(model, tmp_path / "model.py")
    weights = safetensors.torch.load_file(next_to(tmp_path / "model.py", WEIGHTS))
    assert any(name.count(".") > 1 for name in weights)
    assert weights.keys() <= model.network.state_dict().keys()


def test_code_reads_as_a_person_would_write_it() -> None:
    text = written(template("digits-cnn")).source
    for line in (
        "class DigitsCnn(nn.Module):",
        "        self.conv1 = nn.Conv2d(1, 32, 3)",
        "        self.pool1 = nn.MaxPool2d(2)",
        "        self.classify = nn.Linear(64, 10)",
        "    def forward(self, image: Tensor) -> Tensor:",
        "        x = self.conv1(image)",
        "        digit: Tensor = self.classify(x)",
        "        return digit",
    ):
        assert f"{line}\n" in text
    assert "x.permute(0, 3, 1, 2)" in written(template("strip-reader")).source
    assert "        x = torch.mean(x, (2, 3))\n" in written(template("digits-resnet")).source
    assert "nn.LayerNorm(64)" in written(template("reversal")).source
    assert "functional" not in text  # of what is not used nothing is imported
    assert "lower_output, _ = self.lower(series)" in written(template("stacked-lstm")).source


@pytest.mark.parametrize(
    "id", some_of(["two-outputs", "digits-cnn", "stacked-lstm", "text-attention"], 4)
)
def test_run_as_a_program_it_shows_that_it_works(id: str, tmp_path: Path) -> None:
    model, path = template(id), tmp_path / "model.py"
    proven(model, path)
    done = subprocess.run(
        [sys.executable, "-I", path], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    shown = [line.split(" ", 1) for line in done.stdout.splitlines()]
    assert [name for name, _ in shown] == list(model.network.outputs)
    assert all(sizes.startswith("(1, ") for _, sizes in shown)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("digits-cnn", "DigitsCnn"),
        ("3 layers", "Network3Layers"),
        ("Größe", "GrE"),
        ("", "Network"),
        ('a"""b\\', "AB"),
    ],
)
def test_a_title_becomes_the_name_of_a_class(title: str, name: str) -> None:
    assert class_name(title) == name


@pytest.mark.parametrize("title", ['a"""b\\', "x\ny", "Ünïcode “quoted”", "\x1b[1m"])
def test_no_title_breaks_the_code(title: str) -> None:
    found = find("xor")
    assert found is not None
    compile(written(exporting.model(found.document(), title)).source, "model.py", "exec")


def test_code_that_computes_something_else_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = template("xor")
    made = written(model)

    def changed(old: str, new: str) -> None:
        other = replace(made, source=made.source.replace(old, new))
        assert other != made
        monkeypatch.setattr(verified_code, "written", lambda _: other)

    changed(".eval()", ".eval().double().float()")
    proven(model, tmp_path / "a.py")  # a harmless change
    changed("self.hidden(", "-self.hidden(")
    with pytest.raises(ExportError, match="computes something else at “"):
        proven(model, tmp_path / "b.py")
    broken = replace(made, source="raise ValueError")
    monkeypatch.setattr(verified_code, "written", lambda _: broken)
    with pytest.raises(ExportError, match="does not run by itself"):
        proven(model, tmp_path / "c.py")


@pytest.mark.proof
def test_the_file_and_its_weights_come_together_and_take_nothing_that_is_there(
    tmp_path: Path,
) -> None:
    found = find("xor")
    assert found is not None
    source, path = tmp_path / "xor.loom", tmp_path / "model.py"
    files.write(found.document(), source)
    weights = next_to(path, WEIGHTS)
    weights.write_text("mine")
    with pytest.raises(ExportError, match=r"“model_weights\.safetensors” is there already"):
        export(source, "python", path)
    assert weights.read_text() == "mine"
    exported = export(source, "python", path, replace=True)
    together = (path, weights, next_to(path, DATA))
    sums = [hashlib.sha256(one.read_bytes()).hexdigest() for one in together]
    assert [one.path for one in exported.beside] == [str(one) for one in together[1:]]
    assert [exported.sha256, *(one.sha256 for one in exported.beside)] == sums
    assert '{"point": torch.from_numpy(encode_table(raw, "point", ' in path.read_text("utf-8")
    with safetensors.safe_open(weights, "pt") as file:
        _, _, facts = file.metadata()["layerloom"].partition(" ")
    assert "shift" in json.loads(facts)["preprocessing"]["numbers"]["point"]
    code = "import model, torch; print(model.load()(torch.zeros(3, 2)).shape)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "torch.Size([3, 1])"
    assert refusals.NOTHING
