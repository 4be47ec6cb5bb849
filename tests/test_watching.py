"""The watchers of tests/conftest.py do bark: a small suite of careless tests, run on its own."""

import shutil
from pathlib import Path

import pytest

CARELESS = """
import logging
import os
import threading
import warnings

import pytest
from PySide6.QtCore import QSettings, QThread, QTimer, qWarning


class Sleeper(QThread):
    def run(self):
        self.sleep(5)


def test_clean(qtbot, home):
    assert os.path.expanduser("~") == str(home)
    settings = QSettings("layerloom", "layerloom")
    assert settings.fileName().startswith(str(home))


def test_expected_log(expect_log):
    expect_log("somewhere", "careful")
    logging.getLogger("somewhere").warning("careful now")


def test_log():
    logging.getLogger("somewhere").warning("careful now")


def test_log_kept_to_itself():
    logger = logging.getLogger("quiet")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    logger.error("told nobody")


def test_python_warning():
    warnings.warn("old", DeprecationWarning)


def test_qt_warning(qtbot):
    qWarning("Qt is unhappy")


def test_thread():
    threading.Thread(target=threading.Event().wait, args=(5,), name="forgotten").start()


def test_import():
    def careless():
        import PySide6.QtGui

    thread = threading.Thread(target=careless, name="importer")
    thread.start()
    thread.join()


def test_qt_thread(qtbot):
    test_qt_thread.kept = Sleeper()
    test_qt_thread.kept.start()


def test_timer(qtbot):
    test_timer.kept = QTimer()
    test_timer.kept.setObjectName("ticker")
    test_timer.kept.start(1000)


def test_stopped_timer(qtbot):
    timer = QTimer()
    timer.start(1000)
    timer.stop()
"""


def test_each_carelessness_fails_the_test_that_committed_it(pytester: pytest.Pytester) -> None:
    here = Path(__file__).parent
    shutil.copy(here / "conftest.py", pytester.path / "conftest.py")
    shutil.copy(here.parent / "pyproject.toml", pytester.path / "pyproject.toml")
    (pytester.path / "gui").mkdir()
    (pytester.path / "gui" / "test_careless.py").write_text(CARELESS)

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "gui")

    # A test that passes and leaves something behind counts as passed and as an error.
    result.assert_outcomes(passed=9, failed=2, errors=6)
    output = result.stdout.str()
    for complaint in (
        "FAILED gui/test_careless.py::test_python_warning",
        "FAILED gui/test_careless.py::test_qt_warning",
        "WARNING somewhere: careful now",
        "ERROR quiet: told nobody",
        "threads still running: forgotten",
        "imported off the window's thread: PySide6.QtGui on importer",
        "still running after the test: Sleeper (unnamed)",
        "still running after the test: QTimer (ticker)",
    ):
        assert complaint in output
