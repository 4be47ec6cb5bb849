"""New files are answered by the file that is taken home as they are answered here."""

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from engine.asking.user_input import encode_input
from engine.data.prepare import prepare
from engine.data.preprocessing import Preprocessing
from graphs.document.document import Document
from tests.engine.export.python.test_python import as_ruff_sees
from tests.engine.export.python.test_training import exported, imported, shipped, table
from tests.engine.test_proposing import proposed
from tests.quickly import some_of


def known(document: Document) -> Preprocessing:
    return prepare(document.data, document.plan, "cpu").preprocessing


def coloured(mode: str) -> Image.Image:
    """A picture in which no two pixels are alike."""
    values = np.arange(24 * 15 * 4).reshape(24, 15, 4) * 37 % 256
    return Image.fromarray(values.astype(np.uint8), "RGBA").convert(mode)


def deep(greatest: int) -> Image.Image:
    return Image.fromarray((np.arange(24 * 15).reshape(24, 15) * greatest // 359).astype(np.uint16))


def turned() -> Image.Image:
    image = coloured("RGB")
    image.getexif()[0x0112] = 6
    return image


PICTURES: dict[str, Callable[[Path], None]] = {
    **{
        f"{mode}.png": lambda path, mode=mode: coloured(mode).save(path)  # type: ignore[misc]
        for mode in ("1", "L", "LA", "P", "RGB", "RGBA")
    },
    "colour.jpg": lambda path: coloured("RGB").save(path),
    "large.jpg": lambda path: coloured("RGB").resize((400, 300)).save(path),
    "turned.jpg": lambda path: turned().save(path, exif=turned().getexif()),
    "deep.png": lambda path: deep(65535).save(path),
    "dark.tif": lambda path: deep(4095).save(path),
    "small.gif": lambda path: coloured("P").resize((3, 2)).save(path),
    "floats.tif": lambda path: Image.fromarray(np.linspace(0, 1, 77, dtype=np.float32)[None]).save(
        path
    ),
}


def folder(root: Path, **settings: object) -> Document:
    """Pictures of two classes, in colour."""
    random = np.random.default_rng(0)
    for label in ("cat", "dog"):
        (root / label).mkdir(parents=True)
        for number in range(12):
            values = random.integers(0, 256, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(values).save(root / label / f"{number}.png")
    return proposed("image_folder", path=str(root), size=8, **settings)


def same(document: Document, module: ModuleType, name: str, path: Path) -> None:
    ours = encode_input(known(document), name, path).tensor
    assert torch.equal(module.inputs(module.read_samples(path))[name], ours), path.name


@pytest.mark.parametrize("source", ["digits", "folder"])
def test_picture_files_enter_as_they_enter_here(source: str, tmp_path: Path) -> None:
    document = shipped("digits-mlp") if source == "digits" else folder(tmp_path / "own")
    (name,) = document.data.pictures()
    module = imported(exported(document, tmp_path)[0])
    for file, save in PICTURES.items():
        save(tmp_path / file)
        same(document, module, name, tmp_path / file)
    predicted = module.predictions(module.load(), module.read_samples(tmp_path / "large.jpg"))
    assert module.describe(predicted, 0).startswith(f"{next(iter(predicted))} ")


@pytest.mark.parametrize("broken", some_of(["cut", "nothing", "words"], 3))
def test_a_broken_picture_is_refused_in_a_sentence(broken: str, tmp_path: Path) -> None:
    path, _ = exported(shipped("digits-mlp"), tmp_path)
    PICTURES["RGB.png"](tmp_path / "whole.png")
    whole = (tmp_path / "whole.png").read_bytes()
    asked = tmp_path / "asked.png"
    asked.write_bytes({"nothing": b"", "words": b"a picture", "cut": whole[:90]}[broken])
    done = subprocess.run(
        [sys.executable, "-I", path, "predict", asked], capture_output=True, text=True, check=False
    )
    wanted = "The file cannot be used: asked.png is no picture that can be read."
    assert (done.returncode, done.stderr.strip()) == (1, wanted)


def refusal(module: ModuleType, monkeypatch: pytest.MonkeyPatch, *words: object) -> str:
    """What the file says, run as a program, where it cannot follow a command."""
    monkeypatch.setattr(sys, "argv", [str(module.__file__), *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        module.main()
    return str(ended.value)


HEAD = 'size,"the ""colour""",bought\\on,"wood, {0}"'
ROW = "1.5,red,2020-01-31,oak"
NUMBER, DATE = "which is no number, as 1.5 is.", "which is no date, as 2026-01-31 is."
QUOTED = "Put cells with commas in them between double quotes."
NAMED = "Name the columns in its first line, with commas between them."
BROKEN = (
    (f"{HEAD}\n{ROW}\nbig,red,,oak", f"“size” in line 3 of new.csv is “big”, {NUMBER}"),
    (f'{HEAD}\n1,"a\nb",,\n\n"1,5",,,', f"“size” in line 5 of new.csv is “1,5”, {NUMBER}"),
    (f"{HEAD}\ninf,red,,oak", f"“size” in line 2 of new.csv is “inf”, {NUMBER}"),
    (f"{HEAD}\n1_0,red,,oak", f"“size” in line 2 of new.csv is “1_0”, {NUMBER}"),
    (f"{HEAD}\n1,,31.1.2020,", f"“bought\\on” in line 2 of new.csv is “31.1.2020”, {DATE}"),
    (f"{HEAD}\n1,,today,", f"“bought\\on” in line 2 of new.csv is “today”, {DATE}"),
    (f"{HEAD}\n{ROW}\n1.5", f"line 3 of new.csv has fewer cells than its first line. {QUOTED}"),
    (f"{HEAD}\n1,{ROW}", f"line 2 of new.csv has more cells than its first line. {QUOTED}"),
    (f"{HEAD},size\n{ROW},2", "new.csv has 2 columns “size”. Keep one of them."),
    (HEAD.replace(",", ";"), f"new.csv has no column “size”. {NAMED}"),
    ("", f"new.csv has no column “size”. {NAMED}"),
    (f"{HEAD}\n\n", "new.csv has no rows."),
    (f"{HEAD}\n1,{'red' * 999}", "new.csv is no CSV file from line 2 on."),
)
"""Tables that cannot be read, and what is said of each."""


def test_a_table_that_cannot_be_read_is_refused_with_the_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, new = imported(exported(table(tmp_path), tmp_path)[0]), tmp_path / "new.csv"
    usual = csv.field_size_limit(2000)
    try:
        for text, wanted in BROKEN:
            new.write_text(text, "utf-8")
            said = refusal(module, monkeypatch, "predict", new)
            assert said.startswith(f"The file cannot be used: {wanted}"), text
    finally:
        csv.field_size_limit(usual)
    new.write_text(f"{HEAD}\n{ROW}\n", "utf-16")
    said = refusal(module, monkeypatch, "predict", new)
    assert said == "new.csv is not written in UTF-8. Save it so."
    new.write_text(f"{HEAD}\n{ROW},,\n\n,,,\nnan,blue,NaT,\n", "utf-8")
    (predicted, *_) = module.predictions(module.load(), module.read_samples(new)).values()
    assert len(predicted) == 3


def refused(module: ModuleType, monkeypatch: pytest.MonkeyPatch, **raw: Any) -> list[str]:
    """What is said of arrays by each command, without its opening."""
    path = Path(str(module.__file__)).with_name("bad.npz")
    np.savez(path, **raw)
    monkeypatch.setattr(module, "DATA_FILE", path)
    said = [
        refusal(module, monkeypatch, *words)
        for words in (("predict", path), ("evaluate",), ("train",))
    ]
    return [one[one.find(": ") + 2 :] if " cannot be used: " in one else one for one in said]


@pytest.mark.parametrize("id", ["digits-mlp", "text-cnn"])
def test_arrays_without_samples_are_refused_by_every_command(
    id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = imported(exported(shipped(id), tmp_path)[0])
    raw = module.read_samples()
    first = "image" if id == "digits-mlp" else "passage"
    said = [f"bad.npz lacks the array “{first}”. Save one under this name."] * 3
    assert refused(module, monkeypatch) == said
    empty = f"bad.npz holds no samples: its array “{first}” has no rows."
    for none in (raw[first][:0], np.array(1.0)):
        assert refused(module, monkeypatch, **{**raw, first: none}) == [empty] * 3
    unread = "bad.npz holds what cannot be read. Save plain arrays with np.savez."
    objects = np.array([None, {}], dtype=object)
    assert refused(module, monkeypatch, **{**raw, first: objects}) == [unread] * 3


def test_arrays_that_do_not_fit_each_other_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = imported(exported(shipped("text-cnn"), tmp_path)[0])
    raw = module.read_samples()
    wanted = "“passage.offsets” is to say where each sample of “passage” begins, and where the last"
    for offsets in (raw["passage.offsets"][:1], raw["passage.offsets"][:3], np.array([0, 9, 5])):
        said = refused(module, monkeypatch, **{**raw, "passage.offsets": offsets})
        assert [one.startswith(wanted) for one in said] == [True] * 3
    with pytest.raises(ValueError, match=r"there are 2 of “a”, 3 of “b”\. Give as many of each"):
        module.require_samples({"a": torch.zeros(2), "b": torch.zeros(3)})
    with pytest.raises(ValueError, match="it holds no samples"):
        module.require_samples({"a": torch.zeros(0), "b": torch.zeros(0)})
    for split, why in ((3, "it lacks samples for training"), (0, "it lacks samples for training")):
        monkeypatch.setattr(module, "DATA_FILE", tmp_path / "split.npz")
        np.savez(tmp_path / "split.npz", **{**raw, ".split": np.full_like(raw[".split"], split)})
        for command in ("evaluate", "train"):
            assert why in refusal(module, monkeypatch, command)
    longer = np.full(2000, 2, np.uint8)
    np.savez(tmp_path / "split.npz", **{**raw, ".split": longer})
    assert "“.split” is to have a number" in refusal(module, monkeypatch, "evaluate")


TEXTS = {
    "one.txt": "Strings compare by their CHARACTERS; doesn’t matter.\r\nNew line",
    "empty.txt": "",
    "unknown.txt": "<unk> <pad> zxqv \U0001f600",
    "long.txt": "the string is formatted " * 500,
    "many.csv": 'id,{name}\n1,"A list, of objects"\n2,\n3,"two\nlines"\n',
}


def test_texts_enter_as_they_enter_here(tmp_path: Path) -> None:
    document = shipped("text-cnn")
    (name,) = [name for name, field in document.data.fields.items() if field.words]
    path, _ = exported(document, tmp_path)
    assert as_ruff_sees(path) == ""
    module = imported(path)
    for file, text in TEXTS.items():
        (tmp_path / file).write_text(text.replace("{name}", name), "utf-8", newline="")
        if text:
            same(document, module, name, tmp_path / file)
    found = module.inputs(module.read_samples(tmp_path / "empty.txt"))[name]
    assert torch.equal(found, encode_input(known(document), name, [""]).tensor)
    predicted = module.predictions(module.load(), module.read_samples(tmp_path / "many.csv"))
    assert len(next(iter(predicted.values()))) == 3

    (tmp_path / "latin.txt").write_bytes("Größe".encode("latin-1"))
    (tmp_path / "bare.csv").write_text(f"{name}\n")
    for file, wanted in (
        ("latin.txt", "latin.txt is not written in UTF-8. Save it so."),
        ("bare.csv", "The file cannot be used: bare.csv has no rows."),
    ):
        asked = [sys.executable, "-I", str(path), "predict", str(tmp_path / file)]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert done.stderr.strip() == wanted
