"""Data that a document names from its own folder: trained, resumed and asked from anywhere."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.asking.prediction import predict
from engine.data.sources import reader_of
from graphs import files
from graphs.data.sources import Source
from graphs.mending.choosing import choose_data
from graphs.templates import find
from tests.engine.commanding import Layerloom


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A document whose data lies in a folder beside it."""
    folder = tmp_path / "project"
    (folder / "data").mkdir(parents=True)
    random = np.random.RandomState(0)
    rows = "".join(
        f"{a:.4f},{b:.4f},{'up' if a + b > 0 else 'down'}\n"
        for a, b in random.normal(0, 1, (80, 2))
    )
    (folder / "data" / "points.csv").write_text("a,b,side\n" + rows)
    found = find("binary-classifier")
    assert found is not None
    opened = found.document()
    source = Source.get("table").made({"path": str(folder / "data" / "points.csv")})
    opened.apply(choose_data(opened, reader_of(source).section()))
    files.write(opened, folder / "net.loom")
    return folder / "net.loom"


def test_a_run_finds_its_data_from_wherever_it_is_trained_and_resumed(
    layerloom: Layerloom, document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert '"path": "data/points.csv"' in document.read_text()
    monkeypatch.chdir("/")
    trained = layerloom("train", document, "--epochs", 2, "--out", tmp_path / "r")
    assert trained.code == 0, trained.err
    monkeypatch.chdir(tmp_path)
    assert layerloom("evaluate", "r").code == 0
    (said,) = predict(tmp_path / "r", {"a": 3.0, "b": 3.0})
    assert said.class_ in {"up", "down"}


def test_a_folder_with_document_and_data_can_be_moved(
    layerloom: Layerloom, document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.move(document.parent, tmp_path / "elsewhere")
    monkeypatch.chdir("/")
    moved = tmp_path / "elsewhere" / "net.loom"
    assert layerloom("check", moved).code == 0
    done = layerloom("train", moved, "--epochs", 1, "--out", tmp_path / "r")
    assert done.code == 0, done.err
