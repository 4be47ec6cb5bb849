"""The training loop: a generator of events, from the folder of a run to its trained weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias, TypeVar

import msgspec
import torch

from engine import devices, precision
from engine.controls import Controls
from engine.data.batches import ordered_batches
from engine.data.prepare import Prepared, Split
from engine.errors import DeviceError, RunError
from engine.measuring.evaluation import Gathered
from engine.measuring.trend import MOST, still_falls
from engine.network.compiling import Ran
from engine.network.diagnosis import first_broken
from engine.precision import TYPES
from engine.runs import EVENTS, METRICS, Run, State
from engine.runs.events.event_log import EventLog
from engine.runs.events.event_types import (
    Continued,
    EpochEnded,
    Failed,
    Finished,
    Paused,
    Stopped,
    TrainingEvent,
)
from engine.runs.trained import checkpoints
from engine.runs.trained.checkpoints import Checkpoint
from engine.training.data_thread import Stop
from engine.training.data_thread import read as reading_of
from engine.training.procedure import Batch
from engine.training.stretch import Parts, Session, network_of
from graphs.plan.plan import Plan

Result = TypeVar("Result")
Telling: TypeAlias = Generator[TrainingEvent, None, Result]
"""Tells events and returns something in the end."""

KEPT_EPOCHS = 4 * MOST
"""The losses of so many epochs say whether they still fall."""

_OVER: Mapping[State, str] = {
    "finished": "The run in {} is finished. To train on, give it more epochs, or start a new run.",
    "diverged": "The run in {} met numbers that were not finite, and would meet them again. "
    "Lower the learning rate or clip the gradients, then start a new run.",
}
_ADVICE = "Lower the learning rate or clip the gradients, then start a new run."


_AGAIN = "The run had kept no checkpoint, so it begins again from the start."


class _Broken(Exception):  # noqa: N818  # the event says what it is
    """A number was not finite; ``node`` is where that began."""

    def __init__(self, what: str, node: str | None) -> None:
        began = f" It began at “{node}”." if node else ""
        super().__init__(f"{what} is not a finite number.{began} {_ADVICE}")
        self.node = node


def train(folder: Path | str, controls: Controls) -> Telling[None]:
    """Start the run in ``folder``, or go on with it, and tell what happens.

    Raises EngineError for what the user can mend before training begins: problems in the graph,
    data that cannot be read, a device that is not there, a run that is finished or damaged.
    """
    run = Run.open(folder)
    if run.state in _OVER:
        raise RunError(_OVER[run.state].format(run.folder))
    with run.claimed(), devices.threads(run.about.threads):
        run.check_writable()
        checkpoint = checkpoints.newest(run)
        kept = checkpoint.position.log if checkpoint is not None else 0
        with EventLog(run.folder / EVENTS, kept) as log:
            last = yield from _recorded(run, controls, checkpoint, log)
    yield last  # now that the folder is free for whoever hears it


def _recorded(
    run: Run, controls: Controls, checkpoint: Checkpoint | None, log: EventLog
) -> Telling[TrainingEvent]:
    """All events but the last, which is returned; the truth is on disk, whatever ends it."""
    _mark(run, log, "running")
    state: State
    last: TrainingEvent
    try:
        session = yield from _begun(run, controls, checkpoint, log)
        state, last = yield from _until_it_ends(session)
    except Stop:  # while the data was read
        status = run.status
        state, last = "stopped", Stopped(str(run.folder), status.epoch, status.step)
    except (GeneratorExit, KeyboardInterrupt):  # whoever listened went away
        with suppress(RunError):  # a full disk hides nothing of what ended it
            _mark(run, log, "stopped")
        raise
    except BaseException as error:
        with suppress(RunError):
            _mark(run, log, "failed", str(error))
        raise
    log.add(last)
    failed = last if isinstance(last, Failed) else Failed("")
    _mark(run, log, state, failed.message, failed.node)
    return last


def _begun(
    run: Run, controls: Controls, checkpoint: Checkpoint | None, log: EventLog
) -> Telling[Session]:
    try:
        device, network, notices = network_of(run, fresh=checkpoint is None)
        if checkpoint is None and run.preprocessing_sha():  # which is written before the first step
            notices = (*notices, _AGAIN)
        prepared = yield from _read(run, controls, checkpoint, device, log)
        parts = Parts(device, network, notices, prepared)
        return Session(run, controls, checkpoint, log, parts)
    except (RuntimeError, MemoryError) as error:
        if not _out_of_memory(error):
            raise
        plan = run.document.plan
        raise DeviceError(_memory_message(devices.find(plan.device), plan)) from error


def _read(
    run: Run,
    controls: Controls,
    checkpoint: Checkpoint | None,
    device: torch.device,
    log: EventLog,
) -> Telling[Prepared]:
    reading = reading_of(run, controls, checkpoint, device)
    status = run.status
    events: dict[str, TrainingEvent] = {
        "paused": Paused(status.epoch, status.step),
        "continued": Continued(status.epoch, status.step),
    }
    try:
        while True:
            event = events[next(reading)]
            log.add(event)
            yield event
    except StopIteration as read:
        prepared: Prepared = read.value
        return prepared
    finally:
        reading.close()


def _until_it_ends(session: Session) -> Telling[tuple[State, TrainingEvent]]:
    """Train to the end or to where it breaks off; returns what that was."""
    folder = str(session.run.folder)
    try:
        return "finished", (yield from _trained(session))
    except Stop:
        session.save()
        return "stopped", Stopped(folder, session.epoch, session.position.step)
    except _Broken as broken:
        session.go_back()
        session.save()
        return "diverged", Failed(str(broken), node=broken.node, run=folder)
    except (RuntimeError, MemoryError) as error:
        if not _out_of_memory(error):
            raise
        message = _memory_message(session.device, session.plan)
        return "failed", Failed(message, details=str(error), run=folder)


def _trained(session: Session) -> Telling[Finished]:
    """Train, measure after each epoch, and test once in the end."""
    plan, here = session.plan, session.position
    yield session.say(session.started())
    if session.is_interrupted:
        yield from _heed(session)
    while here.epoch < plan.epochs and (plan.patience is None or here.worse < plan.patience):
        yield from _learn(session)
        yield from _validate(session)
    return (yield from _test(session))


def _learn(session: Session) -> Iterator[TrainingEvent]:
    """Make the steps of this epoch that are still to be made."""
    here = session.position
    session.network.train()
    for batch in session.batches():
        while (ran := session.step(batch)) is None:
            yield from _heed(session)
        session.tally.add(ran, batch)
        here.step += 1
        here.batch += 1
        here.samples += len(ran.scores[0])
        if session.due_look:
            yield from _look(session)
        if session.is_interrupted:
            yield from _heed(session)
    yield from _look(session)


def _validate(session: Session) -> Iterator[TrainingEvent]:
    """Measure on the validation split, remember the best weights, end the epoch."""
    here, tally = session.position, session.fresh_tally()
    yield from session.progress(now=True)
    yield from _measure(session, session.prepared.valid, tally.add_and_fetch)
    train, valid = session.tally.metrics(), tally.metrics()
    if not all(map(math.isfinite, valid.values())):
        broken = _first_broken(session, session.prepared.valid)
        raise _Broken(f"The validation loss after epoch {session.epoch}", broken)
    best = not here.best or valid["loss"] < here.best["loss"]
    here.epoch, here.batch, here.worse = here.epoch + 1, 0, 0 if best else here.worse + 1
    if best:
        here.best = {"epoch": float(here.epoch), **valid}
        session.best = checkpoints.snapshot(session.network)
    here.valid = [*here.valid, valid["loss"]][-KEPT_EPOCHS:]
    session.tally = session.fresh_tally()
    yield session.say(EpochEnded(here.epoch, here.step, train, valid, best))
    if session.due_save:
        session.save()


def _test(session: Session) -> Telling[Finished]:
    """Measure the best weights on the test split, which is read only now."""
    here = session.position
    session.save()
    session.closing = True
    session.network.load_state_dict(session.best)
    gathered = Gathered(session.network)
    yield from _measure(session, session.prepared.test(), gathered.add)
    found = gathered.evaluated(session.prepared.preprocessing)
    session.run.write(METRICS, msgspec.json.format(msgspec.json.encode(found), indent=2))
    session.keep_best()
    speed = here.samples / max(here.learning, 1e-9)
    return Finished(
        str(session.run.folder),
        found.test,
        int(here.best["epoch"]),
        here.epoch,
        speed,
        here.seconds,
        here.epoch >= session.plan.epochs and still_falls(here.valid),
    )


def _look(session: Session) -> Iterator[TrainingEvent]:
    """Fetch what the last steps gave, tell it, and save when it is time."""
    if left_out := session.procedure.left_out():
        yield from _stumble(session, left_out)
    session.take(session.tally.fetch())
    session.settle()
    session.spend(learning=session.network.training)
    yield from session.progress(now=session.due_save)
    if session.due_save:
        session.save()


def _heed(session: Session) -> Iterator[TrainingEvent]:
    """Do what the user asked for: end here, or wait."""
    if not session.closing:
        yield from _look(session)
        yield from session.progress(now=True)
    if session.controls.paused:
        session.save()
        yield session.say(Paused(session.epoch, session.position.step))
        session.controls.wait_while_paused()
        session.forget_time()
        if not session.controls.stopping:
            yield session.say(Continued(session.epoch, session.position.step))
    if session.controls.stopping:
        raise Stop


def _stumble(session: Session, left_out: int) -> Iterator[TrainingEvent]:
    """The last steps were not made, as numbers were not finite: find out where that began."""
    here = session.position
    here.step, here.batch = here.step - left_out, here.batch - left_out
    session.tally.drop(left_out)
    session.take(session.tally.fetch())
    yield from session.progress(now=True)
    node = session.procedure.first_broken(next(session.batches()), here.step)
    raise _Broken(f"The loss or a gradient of step {here.step + 1}", node)


def _measure(
    session: Session, split: Split, add: Callable[[Ran, Batch], None]
) -> Iterator[TrainingEvent]:
    """Run a whole split through the network without learning from it."""
    session.network.eval()
    for batch in session.moved(ordered_batches(split, session.measuring)):
        while (ran := session.measured(batch)) is None:
            yield from _heed(session)
        add(ran, batch)
    session.spend()


def _first_broken(session: Session, split: Split) -> str | None:
    batches = session.moved(ordered_batches(split, session.measuring))
    broken = (first_broken(session.network, batch) for batch in batches)
    return next((node for node in broken if node is not None), None)


def _mark(
    run: Run, log: EventLog, state: State, message: str = "", node: str | None = None
) -> None:
    """Write down how the run stands; the rest of it is as at the last checkpoint."""
    now = run.status
    run.tell(msgspec.structs.replace(now, state=state, message=message, node=node, log=log.length))


def _out_of_memory(error: RuntimeError | MemoryError) -> bool:
    """torch has a class of its own for a GPU's memory only."""
    told = isinstance(error, torch.OutOfMemoryError | MemoryError)
    return told or "can't allocate memory" in str(error)


def _memory_message(device: torch.device, plan: Plan) -> str:
    half = plan.batch_size // 2
    ways = []
    if half:
        twice = 2 * plan.accumulate
        ways.append(f"a batch size of {half} (with accumulate {twice} it learns the same)")
    if plan.precision == "fp32":
        better = [p for p in TYPES if precision.reason_against(p, device) is None]
        ways += [f"the precision {name}" for name in better[:1]]
    ways.append("smaller layers")
    return (
        f"The memory of {devices.describe(device)} ran out at batch size {plan.batch_size}. "
        f"Choose {', or '.join(ways)}, then start a new run."
    )
