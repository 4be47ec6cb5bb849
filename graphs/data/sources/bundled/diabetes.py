"""Diabetes: a small table of patients, with a number to predict."""

from graphs.data.sources.spec import Source


class Diabetes(
    Source, id="diabetes", title="Diabetes", group="Ready-made", search="regression number"
):
    """442 patients: how far their diabetes has come a year after ten measurements.

    From Efron, Hastie, Johnstone and Tibshirani (Least Angle Regression, 2004), as scikit-learn
    ships it, in the units in which it was measured.
    """
