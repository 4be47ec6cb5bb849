"""The data sections of the built-in data sets, as their sources propose them.

They stand here so that templates open without reading any data; a test holds them against the
sources.
"""

from graphs.data import Column, Content, DataSection, Domain, Field, Normalize

DIGITS = DataSection(
    "digits",
    {"size": "28"},
    {
        "digit": Field(Content.CLASS, classes=tuple("0123456789"), target=True),
        "image": Field(Content.IMAGE, (1, 28, 28)),
    },
)

XOR = DataSection(
    "xor",
    {},
    {
        "point": Field(Content.TABLE, (2,), columns=(Column("a"), Column("b"))),
        "xor": Field(Content.CLASS, classes=("no", "yes"), target=True),
    },
)

TWO_MOONS = DataSection(
    "two_moons",
    {"samples": 1000, "noise": 0.15, "seed": 0},
    {
        "moon": Field(Content.CLASS, classes=("upper", "lower"), target=True),
        "point": Field(
            Content.TABLE,
            (2,),
            columns=(Column("x"), Column("y")),
            normalize=Normalize.STANDARD,
        ),
    },
)

SINE_SERIES = DataSection(
    "sine_series",
    {"samples": 1200, "length": 64, "noise": 0.1, "seed": 0},
    {
        "kind": Field(Content.CLASS, classes=("sine", "square", "sawtooth", "sweep"), target=True),
        "series": Field(Content.SERIES, ("T", 1)),
    },
    {"T": Domain(16, 256)},
)

_NUCLEUS = (
    "radius",
    "texture",
    "perimeter",
    "area",
    "smoothness",
    "compactness",
    "concavity",
    "concave points",
    "symmetry",
    "fractal dimension",
)

BREAST_CANCER = DataSection(
    "breast_cancer",
    {},
    {
        "diagnosis": Field(Content.CLASS, classes=("malignant", "benign"), target=True),
        "features": Field(
            Content.TABLE,
            (30,),
            columns=tuple(
                Column(pattern.format(name))
                for pattern in ("mean {}", "{} error", "worst {}")
                for name in _NUCLEUS
            ),
            normalize=Normalize.STANDARD,
        ),
    },
)
