"""Notices on one line, and all of them below it."""

from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea
from pytestqt.qtbot import QtBot

from gui.widgets.brief import Brief
from tests.gui.found_widgets import part, press
from tests.gui.hand import settled


def test_other_notices_are_read_from_the_first(qtbot: QtBot) -> None:
    brief = Brief("told", "warn")
    qtbot.addWidget(brief)
    brief.resize(300, 200)
    brief.show()
    bar = part(brief, QScrollArea).verticalScrollBar()
    for about in ("columns", "pictures"):
        brief.say([f"Notice {at} on {about}." for at in range(20)])
        press(brief, "told_more")
        settled()
        assert bar.value() == 0
        assert bar.maximum() > 0
        bar.setValue(bar.maximum())


def test_all_notices_are_reached_also_where_fewer_were_shown_before(qtbot: QtBot) -> None:
    brief = Brief("told", "warn")
    qtbot.addWidget(brief)
    brief.resize(300, 200)
    brief.show()
    area = part(brief, QScrollArea)
    for count in (8, 20, 3):
        brief.say(())
        brief.say([f"Notice {at} on columns." for at in range(count)])
        press(brief, "told_more")
        settled()
        words = part(brief, QLabel, "told_all")
        assert words.height() >= words.heightForWidth(words.width())
        assert area.verticalScrollBar().maximum() == words.height() - area.viewport().height()


def test_more_is_offered_only_where_there_is_more(qtbot: QtBot) -> None:
    brief = Brief("told", "warn")
    qtbot.addWidget(brief)
    brief.resize(600, 200)
    brief.show()
    more = part(brief, QPushButton, "told_more")
    brief.say(["The lines are sorted."])
    assert not more.isVisible()
    brief.resize(60, 200)
    assert more.isVisible()
    press(brief, "told_more")
    brief.resize(600, 200)
    assert more.isVisible(), "what is open can be closed"
    press(brief, "told_more")
    assert not more.isVisible()
    brief.say(["One.", "Another."])
    assert more.isVisible()
