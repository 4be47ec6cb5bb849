"""Reads the diabetes data from the files of scikit-learn."""

from engine.controls import Poll, go_on
from engine.data.samples import Samples
from engine.data.sources.bundled.files import bundled_numbers
from engine.data.sources.bundled.tables import table_of_numbers
from engine.data.sources.spec import SourceReader
from graphs.data import Field, Normalize, NumberKind
from graphs.data.sources.bundled.diabetes import Diabetes

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


class DiabetesReader(SourceReader[Diabetes], of=Diabetes):
    """Its two files, side by side."""

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
