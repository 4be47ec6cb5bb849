"""Diabetes: a small table of patients, with a number to predict."""

from engine.controls import Poll, go_on
from engine.data.samples import Samples
from engine.data.sources.bundled.files import bundled_numbers
from engine.data.sources.bundled.tables import table_of_numbers
from engine.data.sources.spec import Source
from graphs.data import Field, Normalize, NumberKind

COLUMNS = (
    "age",
    "sex",
    "body mass index",
    "blood pressure",
    "total cholesterol",
    "LDL",
    "HDL",
    "cholesterol per HDL",
    "log of triglycerides",
    "blood sugar",
)


class Diabetes(
    Source, id="diabetes", title="Diabetes", group="Ready-made", search="regression number"
):
    """442 patients: how far their diabetes has come a year after ten measurements.

    From Efron, Hastie, Johnstone and Tibshirani (Least Angle Regression, 2004), as scikit-learn
    ships it, in the units in which it was measured.
    """

    def read(self, poll: Poll = go_on) -> Samples:
        values = bundled_numbers("diabetes_data_raw.csv.gz")
        progression = bundled_numbers("diabetes_target.csv.gz")
        features, frame = table_of_numbers(COLUMNS, values)
        number = Field(NumberKind.id, (1,), normalize=Normalize.STANDARD, target=True)
        return Samples(
            fields={"features": features, "progression": number},
            domains={},
            values={"features": frame, "progression": progression.reshape(-1, 1)},
        )
