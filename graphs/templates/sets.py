"""The data sections of the built-in data sets, as their sources propose them."""

from graphs.data import Content, DataSection, Field

DIGITS = DataSection(
    "digits",
    {"size": "28"},
    {
        "digit": Field(Content.CLASS, classes=tuple("0123456789"), target=True),
        "image": Field(Content.IMAGE, (1, 28, 28)),
    },
)
