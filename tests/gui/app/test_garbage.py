"""Objects of Qt that are garbage go on the window's thread, whichever thread asks for memory."""

import gc
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.app.garbage import GarbageCollection


@pytest.fixture
def collection(qapp: QApplication) -> Iterator[GarbageCollection]:
    gc.enable()  # as it is when the program starts
    made = GarbageCollection(qapp)
    yield made
    made.stop()
    made.deleteLater()


class Circle(QObject):
    """Refers to itself, and tells on which thread it goes."""

    def __init__(self, gone: list[str]) -> None:
        super().__init__()
        self.me = self
        self.gone = gone

    def __del__(self) -> None:
        self.gone.append(threading.current_thread().name)


def ask_for_memory() -> None:
    kept = [[n] for n in range(200_000)]
    assert len(kept) == 200_000


def test_what_a_thread_asks_for_collects_nothing_there(
    collection: GarbageCollection, qtbot: QtBot
) -> None:
    gone: list[str] = []
    for _ in range(5):
        Circle(gone)
    busy = threading.Thread(target=ask_for_memory, name="busy")
    busy.start()
    busy.join()
    assert gone == []
    qtbot.waitUntil(lambda: len(gone) == 5, timeout=5000)
    assert set(gone) == {threading.main_thread().name}


def test_python_collects_again_once_it_is_stopped(qapp: QApplication) -> None:
    gc.enable()
    made = GarbageCollection(qapp)
    assert not gc.isenabled()
    made.stop()
    made.deleteLater()
    assert gc.isenabled()
