"""Wine: a small table of chemical measurements, with three growers to tell apart."""

from engine.controls import Poll, go_on
from engine.data.samples import Samples
from engine.data.sources.bundled.files import bundled
from engine.data.sources.bundled.tables import table_samples
from engine.data.sources.spec import Source

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


class Wine(Source, id="wine", title="Wines", group="Ready-made"):
    """178 Italian wines from three growers, told apart by thirteen chemical measurements.

    From the UCI repository (Aeberhard and Forina, Wine, 1991), as scikit-learn ships it.
    """

    def read(self, poll: Poll = go_on) -> Samples:
        values, grower, names = bundled("wine_data.csv")
        return table_samples("features", COLUMNS, values, "grower", names, grower)
