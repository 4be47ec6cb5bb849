"""Files of weights: what is written is read, and nothing else."""

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from engine.errors import RunError
from engine.weights import weights_file

TENSORS = {
    "b": torch.arange(6.0).view(2, 3),
    "a": torch.tensor([1, 2], dtype=torch.int64),
    "scalar": torch.tensor(0.5),
    "none": torch.zeros(0, 3),
}
FACTS = {"epoch": 3, "best": {"loss": 0.125}}


def written(tmp_path: Path, **changes: Any) -> Path:
    path = tmp_path / "some.safetensors"
    weights_file.write(path, {**TENSORS, **changes}, FACTS)
    return path


def test_what_is_written_is_read(tmp_path: Path) -> None:
    found = weights_file.read(written(tmp_path))

    assert found.facts == FACTS
    assert found.tensors.keys() == TENSORS.keys()
    assert all(torch.equal(found.tensors[name], TENSORS[name]) for name in TENSORS)


def test_equal_weights_are_equal_bytes(tmp_path: Path) -> None:
    first = written(tmp_path).read_bytes()
    for _ in range(5):
        assert written(tmp_path).read_bytes() == first
    assert written(tmp_path, scalar=torch.tensor(0.25)).read_bytes() != first


def test_tied_and_strided_tensors_are_written_too(tmp_path: Path) -> None:
    tied = torch.arange(6.0)
    path = written(tmp_path, one=tied, two=tied.view(2, 3).t())

    found = weights_file.read(path).tensors

    assert torch.equal(found["two"], tied.view(2, 3).t())


def test_one_flipped_bit_anywhere_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path)
    data = path.read_bytes()
    for at in range(len(data)):
        path.write_bytes(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
        try:
            found = weights_file.read(path)
        except RunError:
            continue
        # Blanks that pad the header may differ: nothing that is read does.
        assert found.facts == FACTS
        assert all(torch.equal(found.tensors[name], TENSORS[name]) for name in TENSORS)


def test_a_file_cut_anywhere_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path)
    data = path.read_bytes()
    for length in range(0, len(data), 7):
        path.write_bytes(data[:length])
        with pytest.raises(RunError):
            weights_file.read(path)


def test_weights_of_another_program_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "foreign.safetensors"
    save_file(dict(TENSORS), path)

    with pytest.raises(RunError, match="no weights of this program"):
        weights_file.read(path)


def test_a_pickle_is_refused_without_being_opened(tmp_path: Path) -> None:
    sentinel = tmp_path / "sentinel"

    class Payload:
        def __reduce__(self) -> tuple[Any, ...]:
            return sentinel.touch, ()

    path = tmp_path / "model.pt"
    torch.save({"weight": Payload()}, path)

    with pytest.raises(RunError):
        weights_file.read(path)
    assert not sentinel.exists()


def test_a_disk_that_refuses_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="not there"):
        weights_file.write(tmp_path / "no folder" / "x.safetensors", TENSORS, FACTS)
    with pytest.raises(RunError, match="not there"):
        weights_file.read(tmp_path / "missing.safetensors")
