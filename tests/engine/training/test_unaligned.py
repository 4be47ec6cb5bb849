"""Samples with more classes in a row than there are steps are refused by name, or teach nothing."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.controls import Controls
from engine.data import prepare as preparing
from engine.data.ragged import Ragged
from engine.data.samples import Samples
from engine.data.sources import reader
from engine.errors import DataError
from engine.runs.events.event_types import Failed, Finished
from engine.training.loop import train
from engine.training.unaligned import steps_needed
from graphs.data import ClassKind, DataSection, Domain, Field, SeriesKind
from graphs.document.document import Document
from tests.engine.drawings import QUICK, Drawing
from tests.engine.running import begun, losses, trained

FIELDS = {
    "sound": Field(SeriesKind.id, ("T", 2), ragged=True),
    "word": Field(ClassKind.id, ("L",), classes=("a", "b"), ragged=True, target=True),
}
DATA = DataSection("digit_strips", {}, FIELDS, {"L": Domain(1, 9), "T": Domain(2, 20)})


def strips(**loss: object) -> Document:
    """Strips of up to 6 digits, of which the network leaves 6 steps."""
    section = reader("digit_strips", {"strips": 60}).section()
    drawing = Drawing(section, **QUICK)
    drawing.node("input", "strip", field="strip")
    drawing.node("max_pool2d", "pool", kernel_size=(12, 8))
    drawing.node("permute", "columns", dims=(0, 3, 1, 2))
    drawing.node("flatten", "steps", start_dim=2)
    drawing.node("linear", "scores", out_features=11)
    drawing.node("output", "read")
    drawing.node("ctc_loss", "loss", target="digits", **loss)
    drawing.chain("strip", "pool", "columns", "steps", "scores", "read")
    drawing.chain("scores", "loss")
    return drawing.document()


def test_a_sample_that_does_not_fit_is_named_before_training(tmp_path: Path) -> None:
    digits = reader("digit_strips", {"strips": 60}).read().values["digits"]
    assert isinstance(digits, Ragged)
    rows = [digits.sample(row).tolist() for row in range(60)]
    needed = [len(row) + sum(map(int.__eq__, row, row[1:])) for row in rows]
    first = next(row for row, count in enumerate(needed) if count > 6)
    folder = begun(strips(), tmp_path)
    with pytest.raises(DataError) as refused:
        list(train(folder, Controls()))
    told = str(refused.value)
    assert f"“digits” needs {needed[first]} steps in sample {first + 1}, " in told
    assert "but 6 come to “loss”" in told and "zero_infinity" in told


def test_a_sample_that_does_not_fit_may_teach_nothing(tmp_path: Path) -> None:
    _, events = trained(strips(zero_infinity=True), tmp_path)
    assert isinstance(events[-1], Finished)
    assert np.isfinite(losses(events)).all()
    assert set(events[-1].test) == {"loss", "exact_match", "label_error_rate"}


def sounds(monkeypatch: pytest.MonkeyPatch, steps: list[int], words: list[list[int]]) -> None:
    """Let the data be sounds of so many steps, in which these words are said."""

    def read(section: Any, *_: Any) -> Samples:
        random = np.random.RandomState(1)
        heard = [random.normal(0, 1, (count, 2)).astype(np.float32) for count in steps]
        said = [np.array(word, dtype=np.int64) for word in words]
        return Samples(FIELDS, DATA.domains, {"sound": Ragged.of(heard), "word": Ragged.of(said)})

    monkeypatch.setattr(preparing, "read", read)


def listening(*between: tuple[str, str, dict[str, object]], **plan: object) -> Document:
    """A score for each class and the blank at each step of a sound."""
    drawing = Drawing(DATA, **{**QUICK, **plan})
    drawing.node("input", "sound", field="sound")
    for layer, name, settings in between:
        drawing.node(layer, name, **settings)
    drawing.node("linear", "scores", out_features=3)
    drawing.node("output", "heard")
    drawing.node("ctc_loss", "loss", target="word")
    drawing.chain("sound", *(name for _, name, _ in between), "scores", "heard")
    drawing.chain("scores", "loss")
    return drawing.document()


def test_each_padded_sample_has_the_steps_of_its_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    words = [[0, 1]] * 12
    sounds(monkeypatch, [9, 3, 2] * 4, words)
    _, events = trained(listening(), tmp_path)
    assert isinstance(events[-1], Finished)
    sounds(monkeypatch, [9, 3, 2] * 4, [*words[:5], [1, 1], *words[6:]])
    with pytest.raises(DataError, match=r"needs 3 steps in sample 6, .* but 2 come to “loss”"):
        list(train(begun(listening(), tmp_path, "other"), Controls()))


HALVED: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("permute", "channels", {"dims": (0, 2, 1)}),
    ("max_pool1d", "pool", {}),
    ("permute", "steps", {"dims": (0, 2, 1)}),
)


def test_what_may_fit_beside_longer_samples_is_told_when_it_does_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Behind a layer that forgets which steps are real, a batch has as many as its longest."""
    sounds(monkeypatch, [20, *[4] * 11], [[0, 1, 0]] * 12)
    whole, events = trained(listening(*HALVED, batch_size=1), tmp_path)
    assert isinstance(events[-1], Failed) and "zero_infinity" in events[-1].message
    assert events[-1].node == "loss", whole
    sounds(monkeypatch, [4] * 12, [[0, 1, 0]] * 12)
    with pytest.raises(DataError, match=r"needs 3 steps in sample 1, .* but 2 come to “loss”"):
        list(train(begun(listening(*HALVED), tmp_path, "other"), Controls()))


@given(st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=6), min_size=1, max_size=6))
def test_a_class_that_follows_itself_takes_a_further_step(words: list[list[int]]) -> None:
    wanted = [len(word) + sum(map(int.__eq__, word, word[1:])) for word in words]
    assert steps_needed(Ragged.of([np.array(word) for word in words])).tolist() == wanted
    alike = np.array([word[:1] * 3 for word in words])
    assert steps_needed(alike).tolist() == [5] * len(words)
