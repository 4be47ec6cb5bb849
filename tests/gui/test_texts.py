"""Words of the packages that know no Qt are looked up where those of the window are."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from graphs.mending import fixes
from graphs.problems import Unlink, problem
from gui.app.application import application


class Shouting(QTranslator):
    """A language with words of its own for everything in graphs."""

    def isEmpty(self) -> bool:
        return False

    def translate(
        self,
        context: str,
        source: str,
        disambiguation: str | None = None,
        n: int = -1,
    ) -> str:
        return source.replace("link", "LINK") if context == "phrases" else ""


@pytest.fixture
def shouting(qapp: QApplication) -> Iterator[None]:
    translator = Shouting()
    assert application() is qapp
    assert qapp.installTranslator(translator)
    yield
    assert qapp.removeTranslator(translator)


def test_problems_and_fixes_are_told_in_the_language_of_the_window(shouting: None) -> None:
    found = problem("The link of {name} ends.", name="link", fix=Unlink("input"))

    assert found.message == "The LINK of link ends."
    assert fixes.label(found) == "Remove the LINK"


def test_without_another_language_the_words_are_the_english_ones(qapp: QApplication) -> None:
    application()

    assert problem("The link of {name} ends.", name="a").message == "The link of a ends."
