"""Paths of data in documents: from the document's folder in the file, in full while it is open."""

import json
from pathlib import Path

import pytest

from graphs import files
from graphs.data import DataSection
from graphs.document.document import Document
from graphs.document.edits import ChangeData, Step
from graphs.files.data_paths import settings_from, settings_in_full


def with_data(path: str) -> Document:
    document = Document()
    section = DataSection("table", {"path": path, "target": "path"})
    document.apply(Step("Choose data", (ChangeData(document.data, section),)))
    return document


def in_file(path: Path) -> str:
    found: str = json.loads(path.read_text())["data"]["settings"]["path"]
    return found


def opened(path: Path) -> str:
    found: str = files.read(path).document.data.settings["path"]
    return found


def test_a_relative_path_is_taken_from_the_folder_of_the_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "net.loom").write_bytes(files.encoded(with_data("more/data.csv")))
    monkeypatch.chdir("/")
    assert opened(tmp_path / "net.loom") == str(tmp_path / "more" / "data.csv")
    monkeypatch.chdir(tmp_path)
    assert opened(Path("net.loom")) == str(tmp_path / "more" / "data.csv")


def test_data_below_the_document_can_be_moved_with_it(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    files.write(with_data(str(tmp_path / "one" / "data.csv")), tmp_path / "one" / "net.loom")
    assert in_file(tmp_path / "one" / "net.loom") == "data.csv"
    (tmp_path / "one").rename(tmp_path / "two")
    assert opened(tmp_path / "two" / "net.loom") == str(tmp_path / "two" / "data.csv")


def test_a_document_that_is_saved_elsewhere_still_finds_its_data(tmp_path: Path) -> None:
    (tmp_path / "net.loom").write_bytes(files.encoded(with_data("../data.csv")))
    document = files.read(tmp_path / "net.loom").document
    (tmp_path / "far").mkdir()
    files.write(document, tmp_path / "far" / "net.loom")
    assert opened(tmp_path / "far" / "net.loom") == str(tmp_path.parent / "data.csv")
    assert document.data.settings["path"] == str(tmp_path.parent / "data.csv")


def test_saving_changes_nothing_in_the_open_document(tmp_path: Path) -> None:
    document = with_data(str(tmp_path / "data.csv"))
    before = files.encoded(document)
    files.write(document, tmp_path / "net.loom")
    assert files.encoded(document) == before


@pytest.mark.parametrize("path", ["", "~/data.csv", "/data.csv", "C:\\data.csv", "\\\\host\\a\\b"])
def test_other_paths_stay_as_they_are(tmp_path: Path, path: str) -> None:
    assert settings_in_full({"path": path}, tmp_path) == {"path": path}
    assert settings_from({"path": path}, tmp_path) == {"path": path}


def test_only_settings_for_paths_are_touched(tmp_path: Path) -> None:
    settings = {"target": "a", "test_path": "b", "path": ("c",)}
    assert settings_in_full(settings, tmp_path) == {**settings, "test_path": str(tmp_path / "b")}
