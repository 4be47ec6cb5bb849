"""Networks that are proposed for real data train at once, and better than who knows nothing."""

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import runs
from engine.controls import Controls
from engine.data.sources import reader_of
from engine.runs.events.event_types import Finished
from engine.training.loop import train
from graphs import files
from graphs.checking.evaluation import evaluated
from graphs.checking.structure import problems
from graphs.data.sources import Source
from graphs.document.document import Document
from graphs.document.edits import ChangePlan, Step
from graphs.proposing import drafted
from tests.engine.baselines import (
    commonest_share,
    logistic_accuracy,
    repeated_error,
    three_gram_bits,
)
from tests.quickly import some_of

BUNDLED = [source.id for source in Source.members() if "path" not in source.defaults()]
SMALLER: dict[str, dict[str, Any]] = {
    "sine_series": {"samples": 200},
    "english_text": {"stride": 2000},
    "ratings": {"ratings": 2000},
    "reversal": {"samples": 200},
    "shapes": {"samples": 40, "size": 16},
    "digit_strips": {"strips": 200},
}
"""Settings with which a source is read in no time."""
UNREAD = {"reversal": ["The field “word” has no part in the proposed network."]}
"""What is said of a series that another answers: no network with a decoder is proposed."""


def proposed(source: str, **settings: object) -> Document:
    kind = Source.get(source)
    found = reader_of(kind.made({**kind.defaults(), **settings})).propose()
    draft = drafted(found.section, len(found.samples))
    assert list(draft.notices) == UNREAD.get(source, [])
    assert problems(draft.document, evaluated(draft.document.main)) == []
    return draft.document


def outcome(document: Document, folder: Path, epochs: int | None = None) -> dict[str, float]:
    """The metrics of the test split after training."""
    plan = replace(document.plan, epochs=epochs or document.plan.epochs, device="cpu", threads=1)
    document.apply(Step("Change the plan", (ChangePlan(document.plan, plan),)))
    (*_, last) = train(runs.create(document, folder / "run"), Controls())
    assert isinstance(last, Finished)
    return dict(last.test)


@pytest.mark.parametrize("source", some_of(BUNDLED, 2))
def test_what_is_proposed_for_built_in_data_trains(source: str, tmp_path: Path) -> None:
    document = proposed(source, **SMALLER.get(source, {}))
    assert np.isfinite(outcome(document, tmp_path, epochs=1)["loss"])


@pytest.mark.parametrize("source", ["iris", "wine"])
def test_a_table_is_told_apart_as_well_as_by_logistic_regression(
    source: str, tmp_path: Path
) -> None:
    document = proposed(source)
    (target,) = document.data.targets()
    reached = outcome(document, tmp_path)["accuracy"]
    assert reached >= logistic_accuracy(document, target, "features") - 0.05


def test_digits_are_read_after_few_epochs(tmp_path: Path) -> None:
    document = proposed("digits", size="8")
    reached = outcome(document, tmp_path, epochs=4)["accuracy"]
    assert reached > 0.8 > 4 * commonest_share(document, "digit")


@pytest.mark.proof
@pytest.mark.timeout(1200)
def test_digits_are_read_as_well_as_by_the_template(tmp_path: Path) -> None:
    assert outcome(proposed("digits"), tmp_path)["accuracy"] >= 0.985


def test_a_forecast_is_better_than_last_day_again(tmp_path: Path) -> None:
    document = proposed("hourly_load")
    assert outcome(document, tmp_path)["mae"] < 0.8 * repeated_error(document, "past", "future", 24)


@pytest.mark.proof
@pytest.mark.parametrize(
    ("source", "target", "least"),
    [("sine_series", "kind", 0.9), ("topics", "topic", 0.5)],
)
@pytest.mark.timeout(1200)
def test_series_and_texts_are_learned(
    source: str, target: str, least: float, tmp_path: Path
) -> None:
    document = proposed(source)
    reached = outcome(document, tmp_path)["accuracy"]
    assert reached >= least > 1.5 * commonest_share(document, target)


@pytest.mark.proof
@pytest.mark.timeout(1200)
def test_a_text_is_gone_on_with_better_than_by_counts_of_three_letters(tmp_path: Path) -> None:
    document = proposed("english_text")
    reached = outcome(document, tmp_path)["bits_per_character"]
    assert reached < three_gram_bits(document, "text", "next")


def test_texts_are_told_apart(tmp_path: Path) -> None:
    document = proposed("topics")
    reached = outcome(document, tmp_path, epochs=25)["accuracy"]
    assert reached > 1.5 * commonest_share(document, "topic")


def test_an_own_table_with_several_targets_trains_from_its_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    rows = [(x, y, "red" if x > y else "blue", x + y) for x, y in rng.normal(size=(80, 2))]
    with (tmp_path / "own.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("x", "y", "colour", "sum"), *rows])
    document = proposed("table", path=str(tmp_path / "own.csv"), target="colour", also=("sum",))
    files.write(document, tmp_path / "own.loom")
    reached = outcome(files.read(tmp_path / "own.loom").document, tmp_path)
    assert reached["colour/accuracy"] > 0.75
    assert reached["sum/r2"] > 0.5
