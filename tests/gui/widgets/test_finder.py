"""The field that finds everything: in which order it lists what answers."""

from collections.abc import Callable

from gui.widgets.finder import Find, ranked


def nothing() -> None:
    """What choosing does here."""


def about(*texts: str, place: int = 0) -> Callable[[str], int | None]:
    """The place of what is about these texts."""
    return lambda text: place if text in texts else None


def test_what_words_are_about_comes_after_what_holds_them_all() -> None:
    finds = [
        Find("Second", "layer", nothing, meant=about("stop it", "stop", place=1)),
        Find("First", "layer", nothing, meant=about("stop it")),
        Find("Never", "layer", nothing, meant=about()),
        Find("Start of the plot", "command", nothing),
        Find("Stop", "command", nothing, usable=False),
        Find("Wait", "command", nothing, "until they stop it"),
    ]
    for text, titles in (
        ("stop it", ["Wait", "First", "Second"]),
        ("stop", ["Stop", "Wait", "Second", "Start of the plot"]),
        ("never", ["Never"]),
    ):
        assert [find.title for find in ranked(finds, text)] == titles


def test_what_cannot_be_used_comes_after_what_is_called_alike_and_before_all_else() -> None:
    finds = [
        Find("Tile", "layer", nothing, "duplicate"),
        Find("Duplicate", "command", nothing, usable=False),
        Find("Duplicated columns", "page", nothing),
    ]
    for text, titles in (
        ("duplicate", ["Duplicate", "Duplicated columns", "Tile"]),
        ("dupl", ["Duplicated columns", "Duplicate", "Tile"]),
    ):
        assert [find.title for find in ranked(finds, text)] == titles
