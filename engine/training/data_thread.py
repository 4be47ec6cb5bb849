"""The data of a run, read on a thread of its own, so that a pause can be told meanwhile."""

from __future__ import annotations

from collections.abc import Generator
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import Literal, TypeAlias

import torch

from engine import devices
from engine.controls import Controls
from engine.data.prepare import Prepared, prepare
from engine.measuring.evaluation import check_data
from engine.runs import PREPROCESSING, Run
from engine.runs.trained.checkpoints import Checkpoint

Told: TypeAlias = Literal["paused", "continued"]
LISTEN_SECONDS = 0.2
"""How long to wait for news at a time: on Windows an interruption is heard only in between."""


class Stop(Exception):  # noqa: N818  # a wish, not an error
    """The user wants the run to end here."""


def read(
    run: Run, controls: Controls, checkpoint: Checkpoint | None, device: torch.device
) -> Generator[Told, None, Prepared]:
    """The data as the run began with it; what was fitted then is used again.

    Tells when it waits and when it goes on. Raises Stop when the user does not want to wait for
    the data, and DataError or RunError for data that cannot be had or has changed.
    """
    news: SimpleQueue[Told | Prepared | BaseException] = SimpleQueue()
    abandoned = Event()

    def heed() -> None:
        if controls.paused and not controls.stopping:
            news.put("paused")
            controls.wait_while_paused(run.say_alive)
            news.put("continued")
        if controls.stopping or abandoned.is_set():
            raise Stop

    def work() -> None:
        try:
            with devices.threads(run.about.threads):
                document = run.document
                known = run.preprocessing if checkpoint is not None else None
                if checkpoint is not None:
                    run.check_preprocessing(checkpoint.position.preprocessing)
                room = devices.room_for_data(device)
                news.put(prepare(document.data, document.plan, device, known, heed, room))
        except BaseException as error:  # noqa: BLE001  # the thread's edge: it is raised below
            news.put(error)

    thread = Thread(target=work, name="read the data", daemon=True)
    thread.start()
    try:
        prepared = yield from _heard(news)
    finally:
        if thread.is_alive():
            abandoned.set()
            controls.proceed()  # else it would wait for the end of a pause that nobody ends
            thread.join()
    if checkpoint is None:
        run.write(PREPROCESSING, prepared.preprocessing.encoded())
    else:
        check_data(checkpoint.position.fingerprint, prepared)
    return prepared


def _heard(
    news: SimpleQueue[Told | Prepared | BaseException],
) -> Generator[Told, None, Prepared]:
    while True:
        try:
            told = news.get(timeout=LISTEN_SECONDS)
        except Empty:
            continue
        if isinstance(told, Prepared):
            return told
        if isinstance(told, BaseException):
            raise told
        yield told
