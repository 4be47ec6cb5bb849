"""Numbers with units behind them: when they are numbers, and when they are asked about."""

from pathlib import Path

import numpy as np
import polars
import pytest

from engine.asking.user_input import encode_input
from engine.data.preprocessing import Preprocessing
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged, read
from engine.data.tables.open_columns import Judgement
from engine.errors import DataError
from graphs.notation import OPEN, Notation
from tests.engine.data.written_tables import frame, propose


def judgement(values: list[str], given: Notation = OPEN) -> Judgement:
    sheet = Sheet(Path("a.csv"), polars.DataFrame({"x": values}), range(2, len(values) + 2))
    return judged(sheet, ["x"], {"x": given})["x"]


@pytest.mark.parametrize(
    ("values", "numbers", "told"),
    [
        (["70 kg", "82.5 kg", "NA", "64 kg"], [70, 82.5, None, 64], "“kg”: “82.5 kg” is 82.5"),
        (["3.5km", "4km", "12km"], [3.5, 4, 12], "“km”"),
        (["1.234,5 m", "7 m", "12,25 m"], [1234.5, 7, 12.25], "a decimal comma"),
        (["1 year", "10 years", "3 years"], [1, 10, 3], "“years”"),
        (["20 °C", "-3 °C", "7.5 °C"], [20, -3, 7.5], "“°C”"),
        (["50 m²", "60 m²", "72 m²"], [50, 60, 72], "“m²”"),
        (["5.5 l/100km", "6 l/100km", "7 l/100km"], [5.5, 6, 7], "“l/100km”"),
        (["3 rooms", "4 rooms", "2 rooms"], [3, 4, 2], "“rooms”"),
        (["80 km/h", "95 km/h", "120 km/h"], [80, 95, 120], "“km/h”"),
    ],
)
def test_numbers_with_one_unit_are_numbers(
    values: list[str], numbers: list[float], told: str
) -> None:
    found = judgement(values)
    assert told in found.told
    assert not found.is_plain
    assert read(polars.Series("x", values), found.notation).to_list() == numbers
    as_texts = judgement(values, Notation("text", missing=()))
    assert read(polars.Series("x", values), as_texts.notation).to_list() == values


@pytest.mark.parametrize(
    "values",
    [
        ["12A", "12B", "14A", "15B"],
        ["12A", "14A", "15A"],
        ["3rd", "5rd", "7rd"],
        ["3 pm", "4 pm", "5 pm"],
        ["5 May", "6 May", "7 May"],
        ["5X", "6X", "7X"],
        ["3 dogs", "4 cats", "5 dogs"],
        ["12 Main", "14 Main", "15 Main"],
        ["5 kg", "heavy", "light", "7 kg"],
        ["10+ years", "< 1 year", "3 years"],
    ],
)
def test_what_is_no_unit_leaves_texts(values: list[str]) -> None:
    found = judgement(values)
    assert (found.notation.holds, found.ways) == ("text", ())


def test_mixed_units_are_asked_about_and_each_way_can_be_chosen() -> None:
    values = ["70 kg", "150 lb", "64 kg", "71 kg"]
    found = judgement(values)
    assert "mixes “kg” and “lb”, whose amounts cannot be compared" in found.question
    as_texts, as_numbers = (judgement(values, way.notation) for way in found.ways)
    assert not as_texts.ways
    assert not as_numbers.ways
    assert read(polars.Series("x", values), as_numbers.notation).to_list() == [70, 150, 64, 71]


def test_a_prediction_knows_the_unit_of_the_training_and_refuses_others(tmp_path: Path) -> None:
    rows = "".join(f"{n + 50}.5 kg,{'ab'[n % 2]}\n" for n in range(20))
    samples = propose(tmp_path / "people.csv", "weight,y\n" + rows).samples
    assert frame(samples)["weight"].to_list()[:2] == [50.5, 51.5]
    fitted = Preprocessing.fitted(samples, np.arange(20))
    found = encode_input(
        fitted, "features", [{"weight": "60 kg"}, {"weight": "60"}, {"weight": 60}]
    ).tensor
    assert found[0].item() == found[1].item() == found[2].item()
    with pytest.raises(DataError, match="takes numbers in “kg”, but holds “150 lb”"):
        encode_input(fitted, "features", {"weight": "150 lb"})
