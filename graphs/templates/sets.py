"""The data sections of the built-in data sets, as their sources propose them.

They stand here so that templates open without reading any data; a test holds them against the
sources.
"""

import assets
from graphs.data import (
    ClassKind,
    Column,
    DataSection,
    Domain,
    Field,
    ImageKind,
    Normalize,
    NumberKind,
    SeriesKind,
    TableKind,
    TokensKind,
)

DIGITS = DataSection(
    "digits",
    {"size": "28"},
    {
        "digit": Field(ClassKind.id, classes=tuple("0123456789"), target=True),
        "image": Field(ImageKind.id, (1, 28, 28)),
    },
)

XOR = DataSection(
    "xor",
    {},
    {
        "point": Field(TableKind.id, (2,), columns=(Column("a"), Column("b"))),
        "xor": Field(ClassKind.id, classes=("no", "yes"), target=True),
    },
)

TWO_MOONS = DataSection(
    "two_moons",
    {"samples": 1000, "noise": 0.15, "seed": 0},
    {
        "moon": Field(ClassKind.id, classes=("upper", "lower"), target=True),
        "point": Field(
            TableKind.id,
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
        "kind": Field(ClassKind.id, classes=("sine", "square", "sawtooth", "sweep"), target=True),
        "series": Field(SeriesKind.id, ("T", 1)),
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
        "diagnosis": Field(ClassKind.id, classes=("malignant", "benign"), target=True),
        "features": Field(
            TableKind.id,
            (30,),
            columns=tuple(
                Column(before + name + behind)
                for before, behind in (("mean ", ""), ("", " error"), ("worst ", ""))
                for name in _NUCLEUS
            ),
            normalize=Normalize.STANDARD,
        ),
    },
)


DIABETES = DataSection(
    "diabetes",
    {},
    {
        "features": Field(
            TableKind.id,
            (10,),
            columns=tuple(
                Column(name)
                for name in (
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
            ),
            normalize=Normalize.STANDARD,
        ),
        "progression": Field(NumberKind.id, (1,), normalize=Normalize.STANDARD, target=True),
    },
)

CLUSTERS = DataSection(
    "clusters",
    {"samples": 5000, "features": 100, "classes": 10, "spread": 0.15, "seed": 0},
    {
        "cluster": Field(
            ClassKind.id, classes=tuple(str(number) for number in range(1, 11)), target=True
        ),
        "features": Field(
            TableKind.id,
            (100,),
            columns=tuple(Column(f"x{number}") for number in range(1, 101)),
            normalize=Normalize.STANDARD,
        ),
    },
)

RATINGS = DataSection(
    "ratings",
    {"users": 200, "items": 100, "ratings": 12_000, "factors": 2, "noise": 0.5, "seed": 0},
    {
        "item": Field(TokensKind.id, vocabulary=100),
        "rating": Field(NumberKind.id, (1,), normalize=Normalize.STANDARD, target=True),
        "user": Field(TokensKind.id, vocabulary=200),
    },
)

DIGIT_PAIRS = DataSection(
    "digit_pairs",
    {"pairs": 6000, "seed": 0},
    {
        "alike": Field(ClassKind.id, classes=("different", "same"), target=True),
        "first": Field(ImageKind.id, (1, 8, 8)),
        "second": Field(ImageKind.id, (1, 8, 8)),
    },
)

DIGIT_STRIPS = DataSection(
    "digit_strips",
    {"strips": 6000, "fewest": 3, "most": 6, "room": 0, "seed": 0},
    {
        "digits": Field(
            ClassKind.id, ("L",), classes=tuple("0123456789"), target=True, ragged=True
        ),
        "strip": Field(ImageKind.id, (1, 12, 48)),
    },
    {"L": Domain(3, 6)},
)

DIGITS_AND_MEASURES = DataSection(
    "digits_and_measures",
    {"noise": 0.3, "error": 0.2, "seed": 0},
    {
        "digit": Field(ClassKind.id, classes=tuple("0123456789"), target=True),
        "image": Field(ImageKind.id, (1, 8, 8)),
        "measures": Field(
            TableKind.id,
            (7,),
            columns=tuple(
                Column(name)
                for name in (
                    "ink",
                    "width",
                    "height",
                    "centre",
                    "top ink",
                    "left ink",
                    "middle ink",
                )
            ),
            normalize=Normalize.STANDARD,
        ),
        "slant": Field(NumberKind.id, (1,), normalize=Normalize.STANDARD, target=True),
    },
)

SHAPES = DataSection(
    "shapes",
    {"samples": 1500, "size": 32, "most_shapes": 3, "noise": 0.05, "seed": 0},
    {
        "picture": Field(ImageKind.id, (1, 32, 32)),
        "shape": Field(
            ClassKind.id, (32, 32), classes=("ground", "circle", "square", "triangle"), target=True
        ),
    },
)

_LETTERS = tuple("abcdefghijklmnop")

REVERSAL = DataSection(
    "reversal",
    {"samples": 4000, "length": 10, "letters": len(_LETTERS), "seed": 0},
    {
        "backwards": Field(ClassKind.id, (10,), classes=_LETTERS, target=True),
        "so_far": Field(TokensKind.id, (10,), vocabulary=17, words=("^", *_LETTERS)),
        "word": Field(TokensKind.id, (10,), vocabulary=16, words=_LETTERS),
    },
)

_CHARACTERS = tuple(
    "\n !\"#%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_"
    "abcdefghijklmnopqrstuvwxyz{|}~°ß–—‘’“”…"
)

ENGLISH_TEXT = DataSection(
    "english_text",
    {"unit": "characters", "length": 64, "stride": 64, "most_words": 5000},
    {
        "next": Field(ClassKind.id, ("T",), classes=_CHARACTERS, target=True),
        "text": Field(TokensKind.id, ("T",), vocabulary=len(_CHARACTERS), words=_CHARACTERS),
    },
    {"T": Domain(1, 64)},
)

HOURLY_LOAD = DataSection(
    "hourly_load",
    {"days": 182, "window": 168, "horizon": 24, "stride": 1, "noise": 3.0, "seed": 0},
    {
        "future": Field(SeriesKind.id, (24,), normalize=Normalize.STANDARD, target=True),
        "past": Field(SeriesKind.id, (168, 1), normalize=Normalize.STANDARD),
    },
)

_WORDS = tuple(assets.path("text/topics-words.txt").read_text(encoding="utf-8").split())

TOPICS = DataSection(
    "topics",
    {"classes": 12, "length": 60, "most_words": 2000},
    {
        "passage": Field(
            TokensKind.id, ("T",), vocabulary=len(_WORDS), words=_WORDS, joint=" ", ragged=True
        ),
        "topic": Field(
            ClassKind.id,
            classes=(
                "assignment",
                "attribute-access",
                "comparisons",
                "compound",
                "customization",
                "debugger",
                "formatstrings",
                "specialnames",
                "string-methods",
                "types",
                "typesmapping",
                "typesseq",
            ),
            target=True,
        ),
    },
    {"T": Domain(8, 60)},
)
