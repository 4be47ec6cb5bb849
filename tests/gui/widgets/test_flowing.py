"""Widgets in rows: nothing is cut off at any width."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.widgets.building_blocks import button
from gui.widgets.flowing import Flowing
from tests.gui.hand import settled

WORDS = ("Show", "Compare", "Name and note…", "Open its network", "Start from its weights")


@pytest.mark.parametrize("width", [120, 180, 260, 400, 1200])
def test_each_button_shows_all_its_words_and_lies_on_no_other(qtbot: QtBot, width: int) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    rows = QVBoxLayout(page)
    rows.addWidget(QWidget(), 1)
    flow = Flowing([button(word, "") for word in WORDS])
    rows.addWidget(flow)
    page.resize(width, 400)
    page.show()
    settled()  # only now is it known how wide its words are
    page.resize(max(width, page.minimumSizeHint().width()), 400)
    settled()
    made = page.findChildren(QPushButton)
    assert [one.text() for one in made] == list(WORDS)
    for at, one in enumerate(made):
        assert one.size() == one.sizeHint()
        assert flow.rect().contains(one.geometry()) and page.rect().contains(flow.geometry())
        assert not any(one.geometry().intersects(other.geometry()) for other in made[at + 1 :])
    assert (made[0].y() == made[-1].y()) == (width == 1200)


def test_what_is_hidden_takes_no_place(qtbot: QtBot) -> None:
    buttons = [button(word, "") for word in WORDS]
    flow = Flowing(buttons)
    qtbot.addWidget(flow)
    buttons[0].hide()
    flow.resize(1200, 100)
    flow.show()
    settled()
    assert buttons[1].x() == 0
    buttons[0].show()
    settled()
    assert buttons[1].x() > buttons[0].geometry().right()
    buttons[0].setText("Show all of it")
    settled()
    assert buttons[0].width() == buttons[0].sizeHint().width()
    assert buttons[1].x() > buttons[0].geometry().right()


def test_words_beside_buttons_have_the_middle_of_their_row(qtbot: QtBot) -> None:
    words, *buttons = QLabel("sample 1 of 9"), *(button(word, "") for word in WORDS)
    flow = Flowing([words, *buttons])
    qtbot.addWidget(flow)
    flow.resize(1200, 100)
    flow.show()
    settled()
    assert words.height() < buttons[0].height()
    assert abs(words.geometry().center().y() - buttons[0].geometry().center().y()) <= 1
