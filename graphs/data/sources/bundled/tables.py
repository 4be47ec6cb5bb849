"""Iris and breast cancer: small tables of real measurements."""

from graphs.data.sources.spec import Source


class Iris(Source, id="iris", title="Iris flowers", group="Ready-made"):
    """150 flowers of three species of iris, told apart by the sizes of their petals and sepals.

    Lengths and widths in centimetres (R. A. Fisher, 1936), as scikit-learn ships them.
    """


class BreastCancer(Source, id="breast_cancer", title="Breast cancer", group="Ready-made"):
    """569 tumours, benign or malignant, described by thirty measurements of cell nuclei.

    Mean, standard error and worst of ten measurements (Wolberg, Street and Mangasarian, 1995), as
    scikit-learn ships them.
    """
