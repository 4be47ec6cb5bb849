"""Names that no terminal should obey or that are no text, and numbers without end."""

import json
import os
from pathlib import Path
from unicodedata import category

import pytest

from tests.engine.commanding import Layerloom

ODD = {
    "no text": os.fsdecode(b"caf\xe9"),
    "signs": "a\x1b[31mb\x07\n\u202ec",
    "markup": "[red]<b>&amp;x",
}


@pytest.mark.skipif(os.name == "nt", reason="no disk there takes such names")
@pytest.mark.parametrize("kind", ODD)
def test_everything_works_with_an_odd_name_and_shows_it_harmlessly(
    kind: str, layerloom: Layerloom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = ODD[kind]
    file, run = f"{name}.loom", f"{name}-run"
    for words in (
        ("new", "xor", "-o", file),
        ("check", file),
        ("train", file, "--epochs", "1", "--out", run),
        ("train", file, "--epochs", "1", "--json"),
        ("evaluate", run),
        ("weights", run, file),
        ("runs", "."),
        ("runs", ".", "--json"),
        ("runs",),
        ("runs", "--json"),
        ("runs", "--compare", run, run),
        ("check", f"{name}-gone"),
        ("train", file, name),
        ("train", "--resume", run),
        ("runs", f"{name}-gone"),
    ):
        done = layerloom(*words)
        failed = "gone" in words[-1] or words[-1] == name or "--resume" in words
        failed = failed or "--compare" in words
        assert (done.code == 0) != failed, done
        assert "nobody foresaw" not in done.err
        assert not [c for c in done.out + done.err if category(c) in {"Cc", "Cs"} and c != "\n"]
        assert "\u202e" not in done.out + done.err
        if words[-1] == "--json":
            for line in done.out.splitlines():
                json.dumps(json.loads(line)).encode()
    assert len(layerloom("runs", ".").out.splitlines()) == 1


NUMBERS = ["9" * 400, "9" * 5000, "-" + "9" * 400, "1e400", "nan", "-1", "0x10", "", "९" * 400]


@pytest.mark.parametrize("number", NUMBERS, ids=[number[:5] for number in NUMBERS])
@pytest.mark.parametrize("option", ["epochs", "seed", "threads", "folds"])
def test_a_number_that_cannot_be_is_wrong_usage(
    option: str, number: str, layerloom: Layerloom, xor: Path
) -> None:
    done = layerloom("train", xor, f"--{option}={number}")
    assert done.code == 2 and f"--{option}" in done.err
    assert len(done.err) < 600


@pytest.mark.parametrize("number", NUMBERS, ids=[number[:5] for number in NUMBERS])
@pytest.mark.parametrize("option", ["length", "top-k", "seed", "temperature"])
def test_the_same_holds_for_writing(
    option: str, number: str, layerloom: Layerloom, tmp_path: Path
) -> None:
    done = layerloom("generate", tmp_path, "Once", f"--{option}={number}")
    assert done.code == 2 and f"--{option}" in done.err
    assert len(done.err) < 6000
