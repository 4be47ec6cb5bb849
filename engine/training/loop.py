"""The training loop: a generator of events, from the folder of a run to its trained weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias, TypeVar

import msgspec
import torch

from engine import devices
from engine.controls import Controls
from engine.data.batching.batches import ordered_batches
from engine.data.batching.splits import Batch, Split
from engine.data.prepare import Prepared
from engine.errors import DataError, DeviceError, RunError
from engine.measuring.measures import samples_of
from engine.measuring.stepped import Stepped
from engine.measuring.trend import kept, still_falls
from engine.runs import EVENTS, METRICS, Run, RunState
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
from engine.training import unaligned
from engine.training.breaking_off import NotFinite, is_out_of_memory, memory_message
from engine.training.building import StretchParts, built
from engine.training.data_thread import Stop
from engine.training.data_thread import read as reading_of
from engine.training.stretch import Stretch
from graphs.wording.phrases import phrase

Result = TypeVar("Result")
Telling: TypeAlias = Generator[TrainingEvent, None, Result]
"""Tells events and returns something in the end."""

_OVER: Mapping[RunState, str] = {
    "finished": "The run in {folder} is finished. To train on, give it more epochs, or start a "
    "new run.",
    "diverged": "The run in {folder} met numbers that were not finite, and would meet them again. "
    "{why}",
}
_AGAIN = "The run had kept no checkpoint, so it begins again from the start."


def train(folder: Path | str, controls: Controls) -> Telling[None]:
    """Start the run in ``folder``, or go on with it, and tell what happens.

    Raises EngineError for what the user can mend before training begins: problems in the graph,
    data that cannot be read, a device that is not there, a run that is finished or damaged.
    """
    run = Run.open(folder)
    if run.state in _OVER:
        raise RunError(_OVER[run.state], folder=run.folder, why=run.status.message)
    with run.claimed(), devices.threads(run.about.threads):
        run.check_writable()
        checkpoint = checkpoints.newest(run)
        kept = checkpoint.position.log if checkpoint is not None else 0
        with EventLog(run.folder / EVENTS, kept, lambda: bool(run.checkpoints())) as log:
            last = yield from _recorded(run, controls, checkpoint, log)
    yield last  # now that the folder is free for whoever hears it


def _recorded(
    run: Run, controls: Controls, checkpoint: Checkpoint | None, log: EventLog
) -> Telling[TrainingEvent]:
    """All events but the last, which is returned; the truth is on disk, whatever ends it."""
    _mark(run, log, "running")
    state: RunState
    last: TrainingEvent
    try:
        stretch = yield from _begun(run, controls, checkpoint, log)
        state, last = yield from _until_it_ends(stretch)
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
) -> Telling[Stretch]:
    try:
        made = built(run, fresh=checkpoint is None)
        if checkpoint is None and run.preprocessing_sha():  # which is written before the first step
            made = made._replace(notices=(*made.notices, phrase(_AGAIN)))
        prepared = yield from _read(run, controls, checkpoint, made.device, log)
        unaligned.check(run.document, prepared)
        parts = StretchParts(made, prepared)
        return Stretch(run, controls, checkpoint, log, parts)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        device = devices.find(run.document.plan.device)
        raise DeviceError(memory_message(device, run.document)) from error


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


def _until_it_ends(stretch: Stretch) -> Telling[tuple[RunState, TrainingEvent]]:
    """Train to the end or to where it breaks off; returns what that was."""
    folder = str(stretch.run.folder)
    try:
        return "finished", (yield from _trained(stretch))
    except Stop:
        stretch.save()
        return "stopped", Stopped(folder, stretch.position.epoch, stretch.position.step)
    except NotFinite as broken:
        stretch.go_back()
        stretch.save()
        return "diverged", Failed(str(broken), node=broken.node, run=folder)
    except DataError as error:  # what is read again whenever it is needed is gone
        stretch.save()
        return "failed", Failed(str(error), run=folder)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        message = memory_message(stretch.device, stretch.run.document)
        return "failed", Failed(message, details=str(error), run=folder)


def _trained(stretch: Stretch) -> Telling[Finished]:
    """Train, measure after each epoch, and test once in the end."""
    plan, here = stretch.plan, stretch.position
    yield stretch.say(stretch.started())
    if stretch.is_interrupted:
        yield from _heed(stretch)
    while here.epoch < plan.epochs and (plan.patience is None or here.worse < plan.patience):
        yield from _learn(stretch)
        yield from _validate(stretch)
    return (yield from _test(stretch))


def _learn(stretch: Stretch) -> Iterator[TrainingEvent]:
    """Make the steps of this epoch that are still to be made."""
    here = stretch.position
    stretch.learner.train()
    try:
        for batch in stretch.batches():
            while (stepped := stretch.step(batch)) is None:
                yield from _heed(stretch)
            stretch.tally.add(stepped, batch)
            here.step += 1
            here.batch += 1
            here.samples += samples_of(batch)
            if stretch.due_look:
                yield from _look(stretch)
            if stretch.is_interrupted:
                yield from _heed(stretch)
    except DataError:  # the next batch is gone: what was learned until then is told and counts
        yield from _look(stretch)
        yield from stretch.progress(now=True)
        raise
    yield from _look(stretch)


def _validate(stretch: Stretch) -> Iterator[TrainingEvent]:
    """Measure on the validation split, remember the best weights, end the epoch."""
    here, tally, procedure = stretch.position, stretch.fresh_tally(), stretch.procedure
    yield from stretch.progress(now=True)
    yield from _measure(stretch, stretch.prepared.valid, tally.add_and_fetch)
    train, valid = stretch.tally.metrics(), tally.metrics()
    if not all(map(math.isfinite, valid.values())):
        broken = _first_broken(stretch, stretch.prepared.valid)
        raise NotFinite(
            phrase("The validation loss after epoch {epoch}", epoch=stretch.epoch), broken, stretch
        )
    if not stretch.learner.remembers_sound():
        what = phrase(
            "What the optimizer remembers of the gradients after epoch {epoch}", epoch=stretch.epoch
        )
        raise NotFinite(what, None, stretch)
    measured = valid[procedure.monitor]
    best = not here.best or procedure.is_better(measured, here.best[procedure.monitor])
    here.epoch, here.batch, here.worse = here.epoch + 1, 0, 0 if best else here.worse + 1
    if best:
        here.best = {"epoch": float(here.epoch), **valid}
        stretch.best = stretch.learner.weights()
    if procedure.mode == "min":
        here.valid = kept([*here.valid, measured])
    stretch.tally = stretch.fresh_tally()
    yield stretch.say(EpochEnded(here.epoch, here.step, train, valid, best))
    if stretch.due_save:
        stretch.save()


def _test(stretch: Stretch) -> Telling[Finished]:
    """Measure the best weights on the test split, which is read only now."""
    here = stretch.position
    stretch.save()
    stretch.closing = True
    stretch.learner.take_weights(stretch.best)
    known = stretch.prepared.preprocessing
    measures = stretch.procedure.split_measures(stretch.learner.networks, known)
    yield from _measure(stretch, stretch.prepared.test(), measures.add)
    found = measures.evaluated(known)
    stretch.run.write(METRICS, msgspec.json.format(msgspec.json.encode(found), indent=2))
    stretch.keep_best()
    speed = here.samples / max(here.learning, 1e-9)
    return Finished(
        str(stretch.run.folder),
        found.test,
        int(here.best["epoch"]),
        here.epoch,
        speed,
        here.seconds,
        here.epoch >= stretch.plan.epochs and still_falls(here.valid),
    )


def _look(stretch: Stretch) -> Iterator[TrainingEvent]:
    """Fetch what the last steps gave, tell it, and save when it is time."""
    if left_out := stretch.learner.left_out():
        yield from _stumble(stretch, left_out)
    stretch.take(stretch.tally.fetch())
    stretch.settle()
    stretch.spend(learning=stretch.learner.learns)
    yield from stretch.progress(now=stretch.due_save)
    if stretch.due_save:
        stretch.save()


def _heed(stretch: Stretch) -> Iterator[TrainingEvent]:
    """Do what the user asked for: end here, or wait."""
    if not stretch.closing:
        yield from _look(stretch)
        yield from stretch.progress(now=True)
    if stretch.controls.paused:
        stretch.save()
        yield stretch.say(Paused(stretch.epoch, stretch.position.step))
        stretch.controls.wait_while_paused(stretch.run.say_alive)
        stretch.forget_time()
        if not stretch.controls.stopping:
            yield stretch.say(Continued(stretch.epoch, stretch.position.step))
    if stretch.controls.stopping:
        raise Stop


def _stumble(stretch: Stretch, left_out: int) -> Iterator[TrainingEvent]:
    """The last steps were not made, as numbers were not finite: find out where that began."""
    here = stretch.position
    here.step, here.batch = here.step - left_out, here.batch - left_out
    stretch.tally.drop(left_out)
    stretch.take(stretch.tally.fetch())
    yield from stretch.progress(now=True)
    node = stretch.stepper.first_broken(next(stretch.batches()), here.step)
    if stretch.learner.is_sound():
        what = phrase("The loss or a gradient of step {step}", step=here.step + 1)
    else:
        what = phrase("A weight after step {step}", step=here.step)
    raise NotFinite(what, node, stretch)


def _measure(
    stretch: Stretch, split: Split, add: Callable[[Stepped, Batch], None]
) -> Iterator[TrainingEvent]:
    """Measure a whole split without learning from it."""
    stretch.learner.train(False)
    for batch in stretch.moved(ordered_batches(split, stretch.measuring)):
        while (stepped := stretch.measured(batch)) is None:
            yield from _heed(stretch)
        add(stepped, batch)
        if stretch.is_interrupted:
            yield from _heed(stretch)
    stretch.spend()


def _first_broken(stretch: Stretch, split: Split) -> str | None:
    batches = stretch.moved(ordered_batches(split, stretch.measuring))
    broken = (stretch.stepper.first_broken(batch) for batch in batches)
    return next((node for node in broken if node is not None), None)


def _mark(
    run: Run, log: EventLog, state: RunState, message: str = "", node: str | None = None
) -> None:
    """Write down how the run stands; the rest of it is as at the last checkpoint."""
    now = run.status
    run.tell(msgspec.structs.replace(now, state=state, message=message, node=node, log=log.length))
