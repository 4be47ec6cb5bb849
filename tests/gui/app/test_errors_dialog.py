"""What nobody foresaw is written down and shown once, and the program goes on."""

import logging
import sys
import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QMessageLogContext, QTimer, QtMsgType
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from gui.app.errors_dialog import ErrorDesk, ErrorDialog, ErrorWatch, Trouble, qt_message
from tests.gui.found_widgets import click, part, press


@pytest.fixture(autouse=True)
def expected(expect_log: Callable[[str, str], None]) -> None:
    expect_log("gui.app.errors_dialog", "nobody caught this")


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the last resorts back afterwards."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr("gui.app.errors_dialog.qInstallMessageHandler", lambda handler: None)


def fail(watch: ErrorWatch, text: str = "no such thing") -> None:
    try:
        raise LookupError(text)  # noqa: TRY301  # it stands for code that fails
    except LookupError as error:
        watch.caught(LookupError, error, error.__traceback__)


def dialogs() -> list[ErrorDialog]:
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, ErrorDialog)]


def test_an_error_in_a_slot_is_told_with_its_traceback(
    qtbot: QtBot, hooks: None, caplog: pytest.LogCaptureFixture
) -> None:
    watch, told = ErrorWatch(), list[Trouble]()
    watch.trouble.connect(told.append)
    watch.install()
    button = QPushButton()
    qtbot.addWidget(button)
    button.clicked.connect(lambda: dict[str, int]()["missing"])
    button.show()
    click(button)
    assert [trouble.message for trouble in told] == ["'missing'"]
    assert "KeyError" in told[0].details
    assert "KeyError" in caplog.text


def test_an_error_in_a_python_thread_is_told_too(qtbot: QtBot, hooks: None) -> None:
    watch, told = ErrorWatch(), list[Trouble]()
    watch.trouble.connect(told.append)
    watch.install()
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(told) == 1)
    assert told[0].message == "division by zero"


def test_a_paint_method_that_fails_sixty_times_is_told_and_logged_once(
    qtbot: QtBot,
    hooks: None,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    painted = []

    class Broken(QWidget):
        def paintEvent(self, event: object) -> None:
            painted.append(1)
            raise RuntimeError("cannot paint")

    watch, told = ErrorWatch(), list[Trouble]()
    watch.trouble.connect(told.append)
    watch.install()
    widget = Broken()
    qtbot.addWidget(widget)
    widget.show()
    ticks = QTimer(interval=1)
    ticks.timeout.connect(widget.update)
    ticks.start()
    qtbot.waitUntil(lambda: len(painted) >= 60)
    ticks.stop()
    assert [trouble.message for trouble in told] == ["cannot paint"]
    assert len([r for r in caplog.records if r.name == "gui.app.errors_dialog"]) == 1
    said = capfd.readouterr().err.splitlines()  # the binding's own line, past every hook
    assert all(line.startswith("Error calling Python override of QWidget::") for line in said)


def test_the_same_error_after_a_quiet_while_is_told_again(qtbot: QtBot) -> None:
    now = [0.0]
    watch, told = ErrorWatch(lambda: now[0]), list[Trouble]()
    watch.trouble.connect(told.append)
    for seconds in (0.0, 9.0, 18.0, 29.0):
        now[0] = seconds
        fail(watch)
    assert len(told) == 2


def test_the_dialog_shows_message_and_details_and_copies_both(qtbot: QtBot) -> None:
    dialog = ErrorDialog(Trouble("cannot do <b>it</b>", "Traceback ..."), "/log/layerloom.log")
    qtbot.addWidget(dialog)
    assert part(dialog, QLabel, "message").text() == "cannot do <b>it</b>"
    assert part(dialog, QPlainTextEdit, "details").toPlainText() == "Traceback ..."
    dialog.show()
    press(dialog, "copy")
    assert QGuiApplication.clipboard().text() == "cannot do <b>it</b>\n\nTraceback ..."


def test_one_dialog_is_open_at_a_time(qtbot: QtBot) -> None:
    watch = ErrorWatch()
    desk = ErrorDesk(watch, "", lambda: None)
    fail(watch)
    watch.trouble.emit(Trouble("another", ""))
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    dialogs()[0].close()
    qtbot.waitUntil(lambda: not dialogs())
    watch.trouble.emit(Trouble("a third", ""))
    qtbot.waitUntil(lambda: len(dialogs()) == 1)
    assert part(dialogs()[0], QLabel, "message").text() == "a third"
    dialogs()[0].close()
    qtbot.waitUntil(lambda: not dialogs())
    assert desk is not None


def test_what_qt_says_is_logged_with_its_weight(
    caplog: pytest.LogCaptureFixture, expect_log: Callable[[str, str], None]
) -> None:
    expect_log("qt", "something is odd")
    qt_message(QtMsgType.QtWarningMsg, QMessageLogContext(), "something is odd")
    assert caplog.record_tuples == [("qt", logging.WARNING, "something is odd")]
