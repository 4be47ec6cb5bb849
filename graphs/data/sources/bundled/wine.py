"""Wine: a small table of chemical measurements, with three growers to tell apart."""

from graphs.data.sources.spec import Source


class Wine(Source, id="wine", title="Wines", group="Ready-made"):
    """178 Italian wines from three growers, told apart by thirteen chemical measurements.

    From the UCI repository (Aeberhard and Forina, Wine, 1991), as scikit-learn ships it.
    """
