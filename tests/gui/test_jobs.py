"""Work on a thread: what it says arrives, what breaks it arrives too."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

import gui
from engine.errors import DataError, GraphProblems
from engine.runs.events.event_types import Failed
from graphs.problems import Problem
from gui.jobs import Jobs, Worker, failure


def test_a_worker_says_everything_in_order_on_the_thread_of_the_window(qtbot: QtBot) -> None:
    heard: list[tuple[object, str]] = []
    worker = Worker(lambda: iter(range(200)))
    worker.told.connect(lambda told: heard.append((told, threading.current_thread().name)))
    with qtbot.waitSignal(worker.finished):
        worker.start()
    qtbot.waitUntil(lambda: len(heard) == 200)
    assert [told for told, _ in heard] == list(range(200))
    assert {thread for _, thread in heard} == {threading.main_thread().name}


def test_an_error_of_the_engine_arrives_as_its_own_sentence(qtbot: QtBot) -> None:
    def work() -> Iterator[object]:
        yield 1
        raise DataError("The file is empty.")

    heard: list[object] = []
    worker = Worker(work)
    worker.told.connect(heard.append)
    with qtbot.waitSignal(worker.finished):
        worker.start()
    qtbot.waitUntil(lambda: len(heard) == 2)
    assert heard == [1, Failed("The file is empty.")]


def test_a_mistake_of_ours_is_logged_and_arrives_with_its_traceback(
    expect_log: Callable[[str, str], None],
) -> None:
    expect_log("gui.jobs", "work on a thread broke off")
    told = failure(ZeroDivisionError("division by zero"))
    assert "division by zero" in told.message
    assert "ZeroDivisionError" in told.details


def test_problems_of_the_graph_name_the_first_node() -> None:
    told = failure(GraphProblems([Problem("No data."), Problem("Too deep.", path=("n1",))]))
    assert told.node == "n1"
    assert told.message == "No data. Too deep."


def test_a_file_that_is_not_there_is_a_sentence_with_its_name() -> None:
    told = failure(FileNotFoundError(2, "No such file or directory", "/gone.csv"))
    assert told.message == "No such file or directory (/gone.csv)."


def test_a_job_answers_once_and_is_forgotten(qtbot: QtBot) -> None:
    jobs, made, failed = Jobs(), list[int](), list[Failed]()
    jobs.do(lambda: 41 + 1, made.append, failed.append)
    assert jobs.busy
    qtbot.waitUntil(lambda: not jobs.busy)
    assert made == [42]
    assert failed == []


def test_a_job_that_breaks_answers_with_what_went_wrong(qtbot: QtBot) -> None:
    def work() -> int:
        raise DataError("There is no column “age”.")

    jobs, made, failed = Jobs(), list[int](), list[Failed]()
    jobs.do(work, made.append, failed.append)
    qtbot.waitUntil(lambda: not jobs.busy)
    assert (made, failed) == ([], [Failed("There is no column “age”.")])


def test_closing_waits_for_jobs_and_drops_their_answers(qtbot: QtBot) -> None:
    gate = threading.Event()
    jobs, made, failed = Jobs(), list[bool](), list[Failed]()
    jobs.do(lambda: gate.wait(5), made.append, failed.append)
    assert not jobs.wait(50)
    gate.set()
    assert jobs.wait(2000)
    qtbot.waitUntil(lambda: not jobs.busy)
    assert (made, failed) == ([], [])


class Asking(QObject):
    """Asks for something, and is deleted before it is there."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[object] = []

    def hear(self, *told: object) -> None:
        self.parent()  # as a view does something with itself
        self.heard.append(told)


Answering = Callable[[Asking], Callable[..., None]]


def in_place(asking: Asking) -> Callable[..., None]:
    def answer(told: object = None) -> None:
        inner(told)

    def inner(told: object) -> None:
        asking.hear(told)

    return answer


ANSWERS: dict[str, Answering] = {
    "a method": lambda asking: asking.hear,
    "some of a method": lambda asking: partial(asking.hear, "told"),
    "a lambda": lambda asking: lambda *told: asking.hear(*told),
    "a default": lambda asking: lambda *told, of=asking: of.hear(*told),
    "an argument": lambda asking: partial(Asking.hear, asking),
    "a function in place": in_place,
    "some of a lambda": lambda asking: partial(lambda *told: asking.hear(*told), "told"),
}


@pytest.mark.parametrize("answering", ANSWERS.values(), ids=ANSWERS.keys())
@pytest.mark.parametrize("breaks", [False, True])
def test_who_is_deleted_meanwhile_is_not_answered(
    breaks: bool, answering: Answering, qtbot: QtBot
) -> None:
    jobs, asking, go = Jobs(), Asking(), threading.Event()

    def work() -> str:
        go.wait()
        if breaks:
            raise DataError("The file is empty.")
        return "made"

    answer = answering(asking)
    jobs.do(work, answer, answer)
    jobs.follow(lambda: [work()], answer, answer, answer)
    delete(asking)
    go.set()
    qtbot.waitUntil(lambda: not jobs.busy)
    assert asking.heard == []


def test_of_jobs_on_one_topic_only_the_newest_is_answered(qtbot: QtBot) -> None:
    gate = threading.Event()
    jobs, made, failed = Jobs(), list[str](), list[Failed]()

    def slow() -> str:
        gate.wait(5)
        return "old"

    jobs.do(slow, made.append, failed.append, topic="sample")
    jobs.do(lambda: "new", made.append, failed.append, topic="sample")
    qtbot.waitUntil(lambda: made == ["new"])
    gate.set()
    qtbot.waitUntil(lambda: not jobs.busy)
    assert made == ["new"]


FORGOTTEN = """
import sys
from PySide6.QtCore import QCoreApplication, QEvent
from gui.jobs import Jobs

app = QCoreApplication(sys.argv)

def work():
    jobs = Jobs()
    jobs.do(lambda: 1, lambda made: None, lambda failed: None)
    while jobs.busy:
        app.processEvents()

for _ in range(30):
    work()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
"""


def test_jobs_that_nobody_keeps_any_longer_take_no_process_down() -> None:
    """In a process of its own: what goes wrong here is a crash."""
    root = str(Path(gui.__file__).parents[1])
    ended = subprocess.run(
        [sys.executable, "-c", FORGOTTEN],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
