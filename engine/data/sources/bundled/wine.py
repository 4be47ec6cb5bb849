"""Reads the wine data."""

from engine.controls import Poll, go_on
from engine.data.samples import Samples
from engine.data.sources.bundled.files import bundled
from engine.data.sources.bundled.tables import table_samples
from engine.data.sources.spec import SourceReader
from graphs.data.sources.bundled.wine import Wine

COLUMNS = (
    "alcohol",
    "malic acid",
    "ash",
    "alcalinity of ash",
    "magnesium",
    "total phenols",
    "flavanoids",
    "nonflavanoid phenols",
    "proanthocyanins",
    "color intensity",
    "hue",
    "od280/od315 of diluted wines",
    "proline",
)


class WineReader(SourceReader[Wine], of=Wine):
    """Its file of measurements."""

    def read(self, poll: Poll = go_on) -> Samples:
        values, grower, names = bundled("wine_data.csv")
        return table_samples("features", COLUMNS, values, "grower", names, grower)
