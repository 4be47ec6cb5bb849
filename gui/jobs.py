"""Work that takes long, on a thread of its own: runs, files, data, predictions."""

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from types import BuiltinMethodType, FunctionType, MethodType
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QThread, Signal
from shiboken6 import isValid

from engine.errors import EngineError, GraphProblems
from engine.runs.events.event_types import Failed
from graphs.errors import FileError
from graphs.wording.phrases import phrase

log = logging.getLogger(__name__)
Made = TypeVar("Made")


class Worker(QThread):
    """One piece of work, told bit by bit. Connect to ``told`` before ``start``.

    Whatever ends the work early arrives as a last ``Failed``.
    """

    told = Signal(object)

    def __init__(self, work: Callable[[], Iterable[object]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work

    def run(self) -> None:
        try:
            for told in self._work():
                self.told.emit(told)
        except Exception as error:  # noqa: BLE001  # the thread's edge: nobody above can catch it
            self.told.emit(failure(error))


def failure(error: Exception) -> Failed:
    """What to tell the user about ``error``: its own sentence where it has one."""
    match error:
        case GraphProblems():
            node = next((p.node for p in error.problems if p.node), None)
            return Failed(str(error), node=node)
        case EngineError() | FileError():
            return Failed(str(error))
        case OSError() if error.strerror:
            where = f" ({error.filename})" if error.filename else ""
            return Failed(f"{error.strerror}{where}.", _traceback(error))
        case _:
            what = str(error) or type(error).__name__
            log.error("work on a thread broke off", exc_info=error)
            return Failed(
                phrase(
                    "Something went wrong inside Layerloom: {what}. Nothing of yours was changed; "
                    "the details are in the log.",
                    what=what,
                ),
                _traceback(error),
            )


def _traceback(error: Exception) -> str:
    return "".join(traceback.format_exception(error))


def _is_gone(answer: Callable[..., object]) -> bool:
    """Whether who was to be answered, such as a view that was closed meanwhile, is deleted.

    That is so as soon as anything is that the answer is to be given to, or speaks of.
    """
    return any(isinstance(one, QObject) and not isValid(one) for one in _reached(answer))


def _reached(answer: object) -> Iterator[object]:
    """What an answer holds: whose method it is, or what a function in place has from around it."""
    waiting, seen = [answer], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        match one:
            case partial():
                waiting += (one.func, *one.args, *one.keywords.values())
            case MethodType() | BuiltinMethodType():
                waiting.append(one.__self__)
            case FunctionType():
                kept = (one.__kwdefaults__ or {}).values()
                waiting += (*_around(one), *(one.__defaults__ or ()), *kept)
            case _:
                yield one


def _around(function: FunctionType) -> Iterator[object]:
    for cell in function.__closure__ or ():
        with suppress(ValueError):  # nothing is in it yet, or no more
            yield cell.cell_contents


class Jobs(QObject):
    """Keeps the workers of small jobs until they are done, and their answers on this thread.

    They are no children of this object: what a worker is connected to may hold the last reference
    to it. A worker that is being deleted would then delete its parent, which deletes the worker.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workers: dict[Worker, None] = {}
        self._dropping = False
        self._newest: dict[str, Worker] = {}

    def do(
        self,
        work: Callable[[], Made],
        done: Callable[[Made], None],
        failed: Callable[[Failed], None],
        topic: str = "",
    ) -> None:
        """Work on a thread; ``done`` gets what was made, or ``failed`` what went wrong.

        Of several jobs with one ``topic`` only the newest is answered.
        """
        worker = Worker(lambda: [work()])
        if topic:
            self._newest[topic] = worker
        worker.told.connect(partial(self._answer, worker, topic, done, failed))
        worker.finished.connect(partial(self._forget, worker))
        self._workers[worker] = None
        worker.start()

    def follow(
        self,
        work: Callable[[], Iterable[Made]],
        told: Callable[[Made], None],
        failed: Callable[[Failed], None],
        over: Callable[[], None],
    ) -> None:
        """Work on a thread that tells bit by bit; ``over`` is called when nothing more comes."""
        worker = Worker(work)
        worker.told.connect(partial(self._answer, worker, "", told, failed))
        worker.finished.connect(partial(self._end, worker, over))
        self._workers[worker] = None
        worker.start()

    def _end(self, worker: Worker, over: Callable[[], None]) -> None:
        self._forget(worker)
        if not self._dropping and not _is_gone(over):
            over()

    def drop(self, topic: str) -> None:
        """Answer nothing more of what was asked on a topic until now."""
        self._newest.pop(topic, None)

    @property
    def busy(self) -> bool:
        """Whether any job is still at work."""
        return bool(self._workers)

    def wait(self, milliseconds: int) -> bool:
        """Whether all jobs are over, after waiting for each; their answers are dropped."""
        self._dropping = True
        over = [worker.wait(milliseconds) for worker in self._workers]
        return all(over)

    def _answer(
        self,
        worker: Worker,
        topic: str,
        done: Callable[[Any], None],
        failed: Callable[[Failed], None],
        told: object,
    ) -> None:
        if self._dropping or (topic and self._newest.get(topic) is not worker):
            return
        answer: Callable[[Any], None] = failed if isinstance(told, Failed) else done
        if not _is_gone(answer):
            answer(told)

    def _forget(self, worker: Worker) -> None:
        self._workers.pop(worker, None)
        self._newest = {t: newest for t, newest in self._newest.items() if newest is not worker}
        worker.wait()
        worker.deleteLater()
