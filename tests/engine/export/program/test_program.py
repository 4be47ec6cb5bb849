"""A program of torch.export computes what the network computes, at sizes that were not traced."""

from pathlib import Path

import pytest
import torch

from engine.errors import ExportError
from engine.export.program.verified_program import proven
from graphs.templates import find
from tests.engine import exporting


@pytest.mark.parametrize(
    "id", ["digits-cnn", pytest.param("char-transformer", marks=pytest.mark.proof)]
)
def test_a_program_is_loaded_without_the_code_of_the_network(id: str, tmp_path: Path) -> None:
    found = find(id)
    assert found is not None
    model = exporting.model(found.document(), id)
    exported = proven(model, tmp_path / "model.pt2")
    assert exported.max_abs_diff <= 1e-5
    assert {checked.batch for checked in exported.checked} == {1, 2, 7}
    loaded = torch.export.load(tmp_path / "model.pt2")
    assert loaded.state_dict.keys() == model.network.state_dict().keys()


@pytest.mark.proof
def test_what_torch_would_write_for_one_length_alone_is_refused_by_its_node(tmp_path: Path) -> None:
    model = exporting.model(exporting.listener().document())
    with pytest.raises(ExportError, match="“encoder” cannot be written as a program of torch"):
        proven(model, tmp_path / "model.pt2")
    assert not (tmp_path / "model.pt2").exists()
