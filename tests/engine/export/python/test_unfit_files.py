"""The file that is taken home refuses what does not fit it: a sentence with file and way out."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file

from engine.export.model import from_document
from engine.export.python.python_file import network_alone
from engine.export.python.verified_code import write
from tests.engine.export.python.test_training import exported, imported, shipped


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """A picture goes in, a class and a number that is scaled come out."""
    return imported(exported(shipped("two-outputs"), tmp_path_factory.mktemp("outputs"))[0])


@pytest.fixture(scope="module")
def of_table(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return imported(exported(shipped("breast-cancer"), tmp_path_factory.mktemp("table"))[0])


def said(module: ModuleType, monkeypatch: pytest.MonkeyPatch, *words: object) -> str:
    """What the file says, run as a program, where it cannot follow a command."""
    monkeypatch.setattr(sys, "argv", [str(module.__file__), *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        module.main()
    assert isinstance(ended.value.code, str)  # which Python prints, and ends with 1
    return ended.value.code


def weights(module: ModuleType) -> dict[str, torch.Tensor]:
    return load_file(module.WEIGHTS_FILE)


@pytest.mark.parametrize("wrong", ["less", "more", "larger"])
def test_weights_of_another_network_are_refused(
    wrong: str, module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = weights(module)
    first = next(iter(module.load().state_dict()))
    changed = {
        "less": {key: tensor for key, tensor in own.items() if key != first},
        "more": {**own, "other": torch.ones(1)},
        "larger": {**own, first: torch.ones(2, 3)},
    }
    fault = {
        "less": f": it lacks “{first}”.",
        "more": ", which has “other”.",
        "larger": f": “{first}” has other sizes.",
    }
    save_file(changed[wrong], tmp_path / "other.safetensors")
    for asked in (["evaluate"], ["predict", module.DATA_FILE]):
        told = said(module, monkeypatch, *asked, "--weights", tmp_path / "other.safetensors")
        assert told == (
            "The file cannot be used: other.safetensors holds weights of another network"
            f"{fault[wrong]} Take those of this network, or train it anew."
        )


def test_a_network_alone_says_that_its_weights_are_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = shipped("two-outputs")
    exported(document, tmp_path)
    model, path = from_document(tmp_path / "drawn.loom"), tmp_path / "alone.py"
    write(network_alone(model, ""), model, path)
    beside = tmp_path / "alone_weights.safetensors"
    for spoiled in (lambda: save_file({}, beside), lambda: beside.write_bytes(b""), beside.unlink):
        spoiled()
        code = compile(path.read_text(), path, "exec")
        with pytest.raises(SystemExit, match="alone_weights"):
            exec(code, {"__name__": "__main__", "__file__": str(path)})


def changed(module: ModuleType, path: Path, arrays: Mapping[str, NDArray[np.generic]]) -> Path:
    """The samples of a file with some arrays in place of their own."""
    module.save_arrays(path, {**module.load_arrays(module.DATA_FILE), **arrays})
    return path


SIZES = "its array “image” has the sizes"
WRONG = {
    "one axis more": (np.zeros((3, 1, 8, 8, 1)), f"{SIZES} 3 × 1 × 8 × 8 × 1. Save it with N"),
    "one axis less": (np.zeros((3, 8, 8)), f"{SIZES} 3 × 8 × 8. Save it with N × 1 × 8 × 8."),
    "larger": (np.zeros((3, 1, 16, 16)), f"{SIZES} 3 × 1 × 16 × 16. Save it with N × 1 × 8 × 8."),
    "texts": (np.full((3, 1, 8, 8), "a"), "does not hold finite numbers alone."),
    "complex": (np.full((3, 1, 8, 8), 1j), "does not hold finite numbers alone."),
    "dates": (np.full((3, 1, 8, 8), "2026", "datetime64[D]"), "does not hold finite numbers"),
    "not finite": (np.full((3, 1, 8, 8), np.nan), "does not hold finite numbers alone."),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_arrays_of_other_sizes_or_kinds_are_refused(
    wrong: str, module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    array, fault = WRONG[wrong]
    told = said(
        module, monkeypatch, "predict", changed(module, tmp_path / "new.npz", {"image": array})
    )
    assert told.startswith("new.npz cannot be used: its array “image” ") and fault in told


@pytest.mark.parametrize("wrong", [10, -1, 0.5])
def test_classes_that_there_are_not_are_refused(
    wrong: float, module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = np.full(len(module.read_samples()["digit"]), wrong)
    file = changed(module, tmp_path / "data.npz", {"digit": digits})
    monkeypatch.setattr(module, "DATA_FILE", file)
    told = said(module, monkeypatch, "evaluate")
    assert told == (
        "data.npz cannot be used: its array “digit” is to hold whole numbers from 0 to 9."
    )


def test_whole_numbers_are_scaled_like_others(module: ModuleType) -> None:
    slants = np.array([[3], [0], [7]])
    wanted = module.scaled(slants.astype(np.float64), module.SLANT_SHIFT, module.SLANT_SCALE)
    for kind in (np.uint8, np.int64, np.uint64):
        found = module.scaled(slants.astype(kind), module.SLANT_SHIFT, module.SLANT_SCALE)
        assert np.allclose(found, wanted, rtol=1e-6), kind


COLUMN = "features.mean radius"
WRONG_COLUMNS = {
    "texts": (np.full(569, "a"), f"its array “{COLUMN}” is to hold numbers, one for each sample."),
    "an axis more": (np.ones((569, 1)), f"its array “{COLUMN}” is to hold numbers, one for each"),
    "short": (np.ones(3), "has 569 rows, and the first column has 3. Save as many of each."),
    "infinite": (np.full(569, np.inf), "“features” has numbers that are not finite."),
}


@pytest.mark.parametrize("wrong", WRONG_COLUMNS)
def test_columns_of_another_kind_are_refused(
    wrong: str, of_table: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    array, fault = WRONG_COLUMNS[wrong]
    file = changed(of_table, tmp_path / "new.npz", {COLUMN: array})
    told = said(of_table, monkeypatch, "predict", file)
    assert told.startswith("new.npz cannot be used: ") and fault in told


def test_folders_and_pipes_are_refused_before_they_are_read(
    of_table: ModuleType, module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("new.npz", "new.csv", "new.png"):
        os.mkfifo(tmp_path / f"pipe-{name}")
        (tmp_path / name).mkdir()
        for path in (tmp_path / name, tmp_path / f"pipe-{name}"):
            for asked in (of_table, module):
                told = said(asked, monkeypatch, "predict", path)
                assert f"“{path}” is a folder, or no plain file. Name a file." in told
                told = said(asked, monkeypatch, "evaluate", "--weights", path)
                assert f"“{path}” is a folder, or no plain file. Name a file." in told


@pytest.mark.parametrize("command", ["train", "predict"])
def test_what_cannot_be_written_is_said_before_anything_is_done(
    command: str, of_table: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_table, "read_samples", lambda *given: pytest.fail("it began"))
    words = [command, *([of_table.DATA_FILE] if command == "predict" else [])]
    told = said(of_table, monkeypatch, *words, "--to", tmp_path)
    assert told == (
        f"The file cannot be used: “{tmp_path}” is a folder, or no plain file. Name a file."
    )
    (tmp_path / "file").touch()
    told = said(of_table, monkeypatch, *words, "--to", tmp_path / "file" / "new")
    assert str(tmp_path / "file") in told and "Errno" not in told
