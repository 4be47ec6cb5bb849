"""The file that is taken home says of a sample what the program says of it."""

from pathlib import Path

import numpy as np
import pytest

from engine.asking.prediction import Prediction, predicted
from engine.cli import printing
from engine.export.python.training.taken_along.answers import format_series
from graphs.document.document import Document
from tests.engine.export.python.test_training import exported, imported, shipped
from tests.engine.training.test_unaligned import listening, sounds
from tests.quickly import some_of


def told(one: Prediction) -> str:
    """What the command line prints of classes in a row."""
    kind = "steps" if one.sequence is None else "sequence"
    said = printing.prediction("", {"output": one.output, kind: getattr(one, kind)})
    return " ".join(said[1:3])


def says_the_same(document: Document, folder: Path, count: int = 40) -> set[str]:
    """What both say of the first samples."""
    path, made = exported(document, folder)
    assert made.facts is not None
    module, facts = imported(path), made.facts
    raw = module.read_samples()
    given = {name: tensor[:count] for name, tensor in module.inputs(raw).items()}
    rows = predicted(facts.model.network.eval(), facts.preprocessing, given)
    found = module.predictions(module.load(), raw)
    said = [module.describe(found, row) for row in range(len(rows))]
    assert said == [told(one) for (one,) in rows]
    return set(said)


@pytest.mark.parametrize("id", some_of(["strip-reader", "reversal", "char-transformer"], 3))
def test_classes_in_a_row_are_told_as_they_are_here(id: str, tmp_path: Path) -> None:
    assert len(says_the_same(shipped(id), tmp_path)) > 1


@pytest.mark.parametrize("count", [12, 3])
def test_padding_says_nothing(count: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sounds(monkeypatch, [9, 3, 2] * 4, [[0, 1]] * 12)
    assert len(says_the_same(listening(), tmp_path, count)) > 1


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ([1, 1, 1], "nothing"),
        ([0, 0, 1, 0, 2, 2, 3], "a a ␣ c"),
        ([3, 1, 3, 3], "c c"),
        ([], "nothing"),
    ],
)
def test_repeats_are_one_and_the_blank_lies_where_it_lies(path: list[int], said: str) -> None:
    scores = np.eye(4)[np.array(path, dtype=int)]
    assert format_series("heard", scores, ("a", " ", "c"), blank=1) == f"heard {said}"
