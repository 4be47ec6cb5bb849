"""Weights that documents start from: what a file says of them, and what is said of a broken one."""

import json
import struct
from pathlib import Path

import pytest

from engine.weights.weight_store import header_of
from graphs.errors import BrokenFile


def written(path: Path, header: bytes) -> Path:
    path.write_bytes(struct.pack("<Q", len(header)) + header)
    return path


def test_the_sizes_are_those_of_the_header(tmp_path: Path) -> None:
    header = {"__metadata__": {}, "linear.weight": {"shape": [2, 3]}, "scale": {"shape": []}}
    path = written(tmp_path / "some.safetensors", json.dumps(header).encode())

    assert header_of(path).shapes == {"linear.weight": (2, 3), "scale": ()}


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{",
        b"[1]",
        b'{"a": 1}',
        b'{"a": {}}',
        b'{"a": {"shape": ["x"]}}',
        b"\xff",
        b"[" * 9999,
    ],
    ids=range(8),
)
def test_a_broken_file_is_told_in_our_own_words(header: bytes, tmp_path: Path) -> None:
    path = written(tmp_path / "some.safetensors", header)

    with pytest.raises(BrokenFile) as told:
        header_of(path)

    said = str(told.value)
    assert "“some….safetensors” holds no weights that can be read. " in said
    foreign = ("char ", "codec", "unpack", "literal", "attribute", "subscript", "depth", "(")
    assert not [word for word in foreign if word in said]


@pytest.mark.parametrize("data", [b"", b"\x01", b"PK\x03\x04"])
def test_so_is_one_that_is_no_such_file(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "some.safetensors").write_bytes(data)

    with pytest.raises(BrokenFile, match=r"holds no weights that can be read\. "):
        header_of(tmp_path / "some.safetensors")


def test_a_file_that_is_gone_is_told_without_what_the_system_says(tmp_path: Path) -> None:
    with pytest.raises(BrokenFile) as told:
        header_of(tmp_path / "gone.safetensors")

    assert "Errno" not in str(told.value)
