"""The training loop: a generator of events, from the folder of a run to its trained weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import perf_counter

import msgspec
import torch
from torch import Tensor, nn

from engine import checkpoints, devices, weights
from engine.augmentation import Augmenter
from engine.checkpoints import Checkpoint, Position
from engine.compiling import Network, Ran, compiled
from engine.controls import Controls
from engine.data.batches import epoch_batches, ordered_batches, steps_per_epoch
from engine.data.prepare import Prepared, Split, prepare
from engine.diagnosis import first_broken
from engine.errors import RunError
from engine.evaluation import Gathered, check_data, measuring_batch
from engine.event_log import EventLog
from engine.events import (
    Continued,
    EpochEnded,
    Failed,
    Finished,
    Paused,
    Progress,
    Started,
    Stopped,
    TrainingEvent,
)
from engine.metrics import Tally
from engine.procedure import Batch, Supervised
from engine.runs import BEST, EVENTS, METRICS, PREPROCESSING, Run, State, Status
from graphs.augmentations import Augmentation
from graphs.data import Content

REPORT_SECONDS = 0.1
"""Between two progress events."""
CHECKPOINT_SECONDS = 5.0
"""Between two checkpoints, at least."""
CHECKPOINT_SHARE = 0.01
"""How much of the time writing checkpoints may take."""

_OVER: Mapping[State, str] = {
    "finished": "The run in {} is finished. Start a new run to train further.",
    "diverged": "The run in {} met numbers that were not finite, and would meet them again. "
    "Lower the learning rate or clip the gradients, then start a new run.",
}


class _Stop(Exception):  # noqa: N818  # a wish, not an error
    """The user wants the run to end here."""


class _Broken(Exception):  # noqa: N818  # the event says what it is
    """A number was not finite; ``node`` is where that began."""

    def __init__(self, what: str, node: str | None) -> None:
        super().__init__(what)
        self.node = node


def train(folder: Path | str, controls: Controls) -> Iterator[TrainingEvent]:
    """Start the run in ``folder``, or go on with it, and tell what happens.

    Raises EngineError for what the user can mend before training begins: problems in the graph,
    data that cannot be read, a device that is not there, a run that is finished or damaged.
    """
    run = Run.open(folder)
    if run.state in _OVER:
        raise RunError(_OVER[run.state].format(run.folder))
    with run.claimed(), devices.threads(run.about.threads):
        checkpoint = checkpoints.newest(run)
        kept = checkpoint.position.log if checkpoint is not None else 0
        with EventLog(run.folder / EVENTS, kept) as log:
            yield from _told(run, controls, checkpoint, log)


def _told(
    run: Run, controls: Controls, checkpoint: Checkpoint | None, log: EventLog
) -> Iterator[TrainingEvent]:
    """All events of one session, and at its end the truth about it on disk, whatever ended it."""
    run.tell(msgspec.structs.replace(run.status, state="running", log=log.length))
    state: State = "failed"
    message, node = "", None
    try:
        session = _Session(run, controls, checkpoint, log)
        try:
            yield from session.events()
            state = "finished"
        except _Stop:
            session.save()
            yield session.say(Stopped(str(run.folder), session.epoch, session.position.step))
            state = "stopped"
        except _Broken as broken:
            session.go_back()
            message, node, state = str(broken), broken.node, "diverged"
            yield session.say(Failed(message, node=node, run=str(run.folder)))
        except (RuntimeError, MemoryError) as error:
            if not _out_of_memory(error):
                raise
            message = session.memory_message()
            yield session.say(Failed(message, details=str(error), run=str(run.folder)))
    except GeneratorExit:  # whoever listened went away
        state = "stopped"
        raise
    except Exception as error:
        message = str(error)
        raise
    finally:
        now = msgspec.structs.replace(run.status, state=state, message=message, node=node)
        run.tell(msgspec.structs.replace(now, log=log.length))


class _Session:
    """One stretch of a run, from its start or a checkpoint until it ends or is stopped."""

    def __init__(
        self, run: Run, controls: Controls, checkpoint: Checkpoint | None, log: EventLog
    ) -> None:
        self.run, self.controls, self.log = run, controls, log
        document = run.document
        self.plan = document.plan
        self.device = devices.find(self.plan.device)
        network = compiled(document, available=devices.free_memory(self.device))
        self.network: Network = network.to(self.device)
        self.prepared = _prepared(run, checkpoint, self.device)
        self.singles_break = any(
            isinstance(module, nn.modules.batchnorm._BatchNorm) for module in network.modules()
        )
        self.steps_per_epoch = steps_per_epoch(
            len(self.prepared.train), self.plan.batch_size, drop_single=self.singles_break
        )
        self.steps = self.steps_per_epoch * self.plan.epochs
        self.measuring = measuring_batch(document)
        self.procedure = Supervised(self.network, self.plan, self.steps, self.device)
        self.augment = _augmentation(self.prepared, self.plan.find_augmentations(), self.plan.seed)
        self.tally = self._fresh_tally()
        self.position = Position(fingerprint=self.prepared.fingerprint)
        self.best: dict[str, Tensor] = {}
        self.notices = list(self.prepared.notices)
        if checkpoint is not None:
            self._resume(checkpoint)
        self.position.device = self.device.type
        self.buffers = self._copy_buffers()
        self.unsaid: list[float] = []
        self.closing = False
        self.told = self.position.learning
        self.mark = perf_counter()
        self.due_report = self.mark + REPORT_SECONDS
        self.due_save = self.mark + CHECKPOINT_SECONDS

    @property
    def epoch(self) -> int:
        """The epoch under way, counted from 1."""
        return min(self.position.epoch + 1, self.plan.epochs)

    def events(self) -> Iterator[TrainingEvent]:
        """Train, measure after each epoch, and test once in the end."""
        yield self.say(
            Started(
                str(self.run.folder),
                self.plan.epochs,
                self.steps_per_epoch,
                devices.describe(self.device),
                sum(p.numel() for p in self.network.parameters()),
                self.position.epoch,
                self.position.step,
                tuple(self.notices),
            )
        )
        if self.controls.stopping or self.controls.paused:
            yield from self._heed()
        while self.position.epoch < self.plan.epochs and not self._is_stuck():
            yield from self._learn()
            yield from self._validate()
        yield from self._finish()

    def say(self, event: TrainingEvent) -> TrainingEvent:
        """Write an event down before it is told."""
        self.log.add(event)
        return event

    # ---- one epoch ----

    def _learn(self) -> Iterator[TrainingEvent]:
        """Make the steps of the epoch that are still to be made."""
        here = self.position
        self.network.train()
        for batch in self._batches():
            ran = self.procedure.step(batch, here.step)
            self.tally.add(ran, batch)
            here.step += 1
            here.batch += 1
            if self.procedure.stumbled or self.tally.full or perf_counter() >= self.due_report:
                yield from self._look()
            if self.controls.stopping or self.controls.paused:
                yield from self._heed()
        yield from self._look(last=True)

    def _validate(self) -> Iterator[TrainingEvent]:
        """Measure on the validation split, remember the best weights, end the epoch."""
        here, tally = self.position, self._fresh_tally()
        yield from self._measure(self.prepared.valid, tally.add)
        tally.fetch()
        valid, train = tally.metrics(), self.tally.metrics()
        if not all(map(math.isfinite, valid.values())):
            raise _Broken(
                f"The validation loss after epoch {self.epoch} is not a finite number. {_ADVICE}",
                self._first_broken_of(self.prepared.valid),
            )
        is_best = not here.best or valid["loss"] < here.best["loss"]
        here.epoch, here.batch, here.worse = here.epoch + 1, 0, 0 if is_best else here.worse + 1
        if is_best:
            here.best = {"epoch": float(here.epoch), **valid}
            self.best = checkpoints.snapshot(self.network)
        self.tally = self._fresh_tally()
        yield self.say(EpochEnded(here.epoch, here.step, train, valid, is_best))
        if perf_counter() >= self.due_save:
            self.save()

    def _finish(self) -> Iterator[TrainingEvent]:
        """Measure the best weights on the test split, which is read only now."""
        here = self.position
        self.save()
        self.closing = True  # from here on the network no longer holds the last step's weights
        self.network.load_state_dict(self.best)
        gathered = Gathered(self.network)
        yield from self._measure(self.prepared.test(), gathered.add)
        found = gathered.evaluated(self.prepared.preprocessing)
        self.run.write(METRICS, msgspec.json.format(msgspec.json.encode(found), indent=2))
        weights.write(self.run.folder / BEST, self.best, {"best": here.best})
        yield self.say(
            Finished(
                str(self.run.folder),
                found.test,
                int(here.best["epoch"]),
                here.epoch,
                here.samples / here.learning if here.learning else 0.0,
                here.seconds,
            )
        )

    def _is_stuck(self) -> bool:
        """Whether patience is at its end."""
        return self.plan.patience is not None and self.position.worse >= self.plan.patience

    # ---- between two steps ----

    def _look(self, last: bool = False) -> Iterator[TrainingEvent]:
        """Fetch what the last steps gave, tell it, and save when it is time."""
        if left_out := self.procedure.left_out():
            yield from self._stumble(left_out)
        self.unsaid += self.tally.fetch()
        self.buffers = self._copy_buffers()
        now = perf_counter()
        self._spend(now, learning=True)
        if last or now >= self.due_report:
            yield from self._report(now)
        if now >= self.due_save:
            yield from self._report(now)
            self.save()

    def _report(self, now: float) -> Iterator[TrainingEvent]:
        """One progress event with the loss of every step since the last one."""
        if not self.unsaid:
            return
        here, losses = self.position, tuple(self.unsaid)
        self.unsaid = []
        each = here.learning / max(here.step, 1)
        speed = len(losses) * self.plan.batch_size / max(here.learning - self.told, 1e-9)
        self.told, self.due_report = here.learning, now + REPORT_SECONDS
        yield self.say(
            Progress(
                self.epoch,
                here.step,
                self.steps,
                losses,
                self.procedure.rate(here.step - 1),
                speed,
                each * (self.steps - here.step),
            )
        )

    def _heed(self) -> Iterator[TrainingEvent]:
        """Do what the user asked for: end here, or wait."""
        if not self.closing:
            yield from self._look(last=True)
        if self.controls.paused:
            self.save()
            yield self.say(Paused(self.epoch, self.position.step))
            self.controls.wait_while_paused()
            self.mark = perf_counter()
            if not self.controls.stopping:
                yield self.say(Continued(self.epoch, self.position.step))
        if self.controls.stopping:
            raise _Stop

    def _stumble(self, left_out: int) -> Iterator[TrainingEvent]:
        """The last steps were not made, as numbers were not finite: find out where that began."""
        here = self.position
        here.step, here.batch = here.step - left_out, here.batch - left_out
        self.tally.drop(left_out)
        self.unsaid += self.tally.fetch()
        yield from self._report(perf_counter())
        batch = next(self._batches())
        node = self.procedure.first_broken(batch, here.step)
        where = f" It began at “{node}”." if node else ""
        raise _Broken(
            f"Step {here.step + 1} gave a loss or gradient that is not a finite number.{where} "
            f"{_ADVICE}",
            node,
        )

    def _measure(self, split: Split, add: Callable[[Ran, Batch], None]) -> Iterator[TrainingEvent]:
        """Run a whole split through the network without learning from it."""
        self.network.eval()
        for batch in ordered_batches(split, self.measuring):
            with torch.no_grad():
                add(self.network.run(batch), batch)
            if self.controls.stopping or self.controls.paused:
                yield from self._heed()
        self._spend(perf_counter())

    # ---- state ----

    def save(self) -> None:
        """Write a checkpoint of this very step."""
        if self.closing:
            return
        start = perf_counter()
        self.position.sums, self.position.log = self.tally.state(), self.log.length
        self.log.sync()
        checkpoints.save(self.run, self.position, self.procedure, self.best)
        here = self.position
        self.run.tell(
            Status(
                "running",
                epoch=here.epoch,
                step=here.step,
                log=here.log,
                best=here.best,
                data=here.fingerprint,
            )
        )
        cost = perf_counter() - start
        self.due_save = start + cost + max(CHECKPOINT_SECONDS, cost / CHECKPOINT_SHARE)

    def go_back(self) -> None:
        """Save the last good weights, after a step that broke."""
        for buffer, before in zip(self.network.buffers(), self.buffers, strict=True):
            buffer.copy_(before)
        self.save()
        if self.best:
            weights.write(self.run.folder / BEST, self.best, {"best": self.position.best})

    def memory_message(self) -> str:
        """What to do when memory ran out."""
        return (
            f"The memory of {devices.describe(self.device)} ran out at batch size "
            f"{self.plan.batch_size}. Lower the batch size or the sizes of layers, then start a "
            "new run."
        )

    def _resume(self, checkpoint: Checkpoint) -> None:
        checkpoints.remove_damaged(self.run, checkpoint)
        checkpoint.restore(self.procedure)
        self.position = checkpoint.position
        self.tally.load(self.position.sums)
        self.best = {name: tensor.to(self.device) for name, tensor in checkpoint.best().items()}
        if self.position.device != self.device.type:
            self.notices.append(
                f"The run began on {self.position.device} and goes on on {self.device.type}, so "
                "the last digits may come out otherwise than without the interruption."
            )

    def _batches(self) -> Iterator[Batch]:
        """The batches of this epoch that are still to come."""
        here = self.position
        epoch, start = here.epoch, here.batch
        batches = epoch_batches(
            self.prepared.train,
            self.plan.batch_size,
            self.plan.seed,
            epoch,
            drop_single=self.singles_break,
            start=start,
        )
        for number, batch in enumerate(batches, start):
            self.position.samples += len(next(iter(batch.values())))
            yield self.augment(batch, epoch, number)

    def _fresh_tally(self) -> Tally:
        return Tally(self.network.losses, self.prepared.preprocessing.restore)

    def _copy_buffers(self) -> list[Tensor]:
        return [buffer.clone() for buffer in self.network.buffers()]

    def _first_broken_of(self, split: Split) -> str | None:
        for batch in ordered_batches(split, self.measuring):
            if node := first_broken(self.network, batch):
                return node
        return None

    def _spend(self, now: float, learning: bool = False) -> None:
        """Add the time since the last call to what the run has taken."""
        spent, self.mark = now - self.mark, now
        self.position.seconds += spent
        self.position.learning += spent if learning else 0.0


_ADVICE = "Lower the learning rate or clip the gradients, then start a new run."


def _prepared(run: Run, checkpoint: Checkpoint | None, device: torch.device) -> Prepared:
    """The data as the run began with it; what was fitted then is used again."""
    document = run.document
    known = run.preprocessing if checkpoint is not None else None
    prepared = prepare(document.data, document.plan, device, known)
    if checkpoint is None:
        run.write(PREPROCESSING, prepared.preprocessing.encoded())
    else:
        check_data(checkpoint.position.fingerprint, prepared.fingerprint)
    return prepared


def _augmentation(
    prepared: Prepared, augmentations: tuple[Augmentation, ...], seed: int
) -> Callable[[Batch, int, int], Batch]:
    """What changes the images of a training batch, in the step of an epoch."""
    augmenter = Augmenter(augmentations, seed)
    fields = prepared.section.fields.items()
    images = [name for name, field in fields if field.content is Content.IMAGE and not field.target]
    if not augmenter or not images:
        return lambda batch, epoch, step: batch

    def changed(batch: Batch, epoch: int, step: int) -> Batch:
        new = {name: augmenter.apply(batch[name], epoch, step, name) for name in images}
        return {**batch, **new}

    return changed


def _out_of_memory(error: RuntimeError | MemoryError) -> bool:
    """torch has a class of its own for a GPU's memory only."""
    told = isinstance(error, torch.OutOfMemoryError | MemoryError)
    return told or "can't allocate memory" in str(error)
