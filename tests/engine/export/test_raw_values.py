"""Whoever uses a file is told where its numbers are not those of the data, and nowhere else."""

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import torch

from engine.data.sources import reader_of
from engine.export.model import Model, from_document
from engine.export.onnx.verified_export import proven
from engine.export.python.python_file import written
from graphs import files
from graphs.data.sources import Source
from graphs.proposing import drafted
from tests.engine.test_proposing import BUNDLED, SMALLER


def model_of(source: str, folder: Path) -> Model:
    """A network as it is proposed for a bundled source, with that source's own preprocessing."""
    kind = Source.get(source)
    found = reader_of(kind.made({**kind.defaults(), **SMALLER.get(source, {})})).propose()
    path = folder / f"{source}.loom"
    files.write(drafted(found.section, len(found.samples)).document, path)
    return from_document(path)


def named(model: Model, words: str) -> list[str]:
    """The inputs or outputs that a notice with these words is about."""
    told = " ".join(notice for notice in model.notices if words in notice)
    return [name for name in re.findall("“([^”]+)”", told) if name not in {"scale", "shift"}]


@pytest.mark.parametrize("source", BUNDLED)
def test_every_input_that_is_not_what_the_data_holds_is_named(source: str, tmp_path: Path) -> None:
    model = model_of(source, tmp_path)
    preprocessing, network = model.preprocessing, model.network
    assert preprocessing is not None
    kind = Source.get(source)
    samples = reader_of(kind.made({**kind.defaults(), **SMALLER.get(source, {})})).propose().samples

    changed = []
    for name in network.inputs:
        if name in network.lengths_inputs:
            continue
        field = network.input_fields[name]
        raw, encoded = samples.values[field], preprocessing.encode(field, samples.values[field])
        plain = raw.to_numpy() if isinstance(raw, pl.DataFrame) else raw
        is_same = isinstance(plain, np.ndarray) and np.array_equal(plain, encoded.numpy())
        described = samples.fields[field]
        # People know names and not their places, and hold pictures as bytes.
        seen_otherwise = described.classes or described.words or described.kind.is_picture
        if seen_otherwise or not is_same:
            changed.append(name)
    assert named(model, "preprocessed as for training") == changed


@pytest.mark.parametrize("source", BUNDLED)
def test_every_output_that_is_not_in_the_units_of_the_data_is_named(
    source: str, tmp_path: Path
) -> None:
    model = model_of(source, tmp_path)
    preprocessing = model.preprocessing
    assert preprocessing is not None
    targets = {loss.name: loss.target for loss in model.network.losses}
    scaled = []
    for place in model.network.output_places:
        field = preprocessing.fields[targets[place.loss or ""]]
        numbers = torch.linspace(-2, 3, 12).reshape(12, *(1 for _ in field.sizes))
        numbers = numbers.expand(12, *(s if isinstance(s, int) else 1 for s in field.sizes))
        if field.kind.learned == "number" and not torch.equal(
            preprocessing.restore(targets[place.loss or ""], numbers), numbers.double()
        ):
            scaled.append(place.name)
    assert named(model, "scaled as for training") == scaled


def test_the_notices_come_with_the_file(tmp_path: Path) -> None:
    model = model_of("diabetes", tmp_path)
    told = proven(model, tmp_path / "diabetes.onnx").notices
    assert (
        "Give “features” values that are preprocessed as for training: the file says how." in told
    )
    (answer,) = (place.name for place in model.network.output_places)
    assert any(notice.startswith(f"Numbers from “{answer}” are scaled") for notice in told)


def test_code_says_of_a_scaled_output_how_its_numbers_become_those_of_the_data(
    tmp_path: Path,
) -> None:
    (answer,) = (place.name for place in model_of("diabetes", tmp_path).network.output_places)
    assert f"{answer} is scaled likewise" in written(model_of("diabetes", tmp_path)).source
    assert "is scaled likewise" not in written(model_of("wine", tmp_path)).source
