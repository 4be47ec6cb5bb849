"""The state of a run while it trains: data, networks, optimizers, log and position."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from time import perf_counter

import torch
from torch import nn

from engine import devices
from engine.controls import Controls, Poll
from engine.data.augmentation import Augmenter, units_of
from engine.data.batching.batches import epoch_batches, steps_per_epoch
from engine.data.batching.prefetch import moved
from engine.data.batching.splits import Batch
from engine.data.prepare import Prepared
from engine.errors import RunError
from engine.machine import home
from engine.measuring.evaluation import measuring_batch
from engine.measuring.stepped import Stepped
from engine.measuring.tally import Tally
from engine.optimizing.learner import Learner, NetworkWeights
from engine.procedures import TrainingSetup
from engine.runs import BEST, OTHERS, Run, Status, extending
from engine.runs.events.event_log import EventLog
from engine.runs.events.event_types import Progress, Started, TrainingEvent
from engine.runs.trained import checkpoints
from engine.runs.trained.checkpoints import Checkpoint, TrainingPosition
from engine.runs.writing import make_way
from engine.training.building import StretchParts
from engine.training.stepper import Stepper
from engine.weights import weights_file
from graphs.plan.augmentations import Augmentation
from graphs.wording.phrases import phrase

REPORT_SECONDS = 0.1
"""Between two progress events."""
CHECKPOINT_SECONDS = 5.0
"""Between two checkpoints, at least."""
CHECKPOINT_SHARE = 0.01
"""How much of the time writing checkpoints may take."""
SLOW_SECONDS = 0.1
"""A step that takes longer is broken off when the user wants to stop or pause, and made again."""


class _BrokenOff(Exception):  # noqa: N818  # a wish, not an error
    """The user does not want to wait for the end of this step."""


class Stretch:
    """One stretch of a run, from its start or a checkpoint until it ends or is stopped."""

    def __init__(
        self,
        run: Run,
        controls: Controls,
        checkpoint: Checkpoint | None,
        log: EventLog,
        parts: StretchParts,
    ) -> None:
        self.run, self.controls, self.log = run, controls, log
        document = run.document
        self.plan = document.plan
        built, self.prepared = parts
        self.device, self.procedure = built.device, built.procedure
        self._single_breaks = any(
            isinstance(module, nn.modules.batchnorm._BatchNorm)
            for network in built.networks.values()
            for module in network.modules()
        )
        self._at_once = self.plan.batch_size * self.plan.accumulate
        """Samples of one step."""
        self.steps_per_epoch = steps_per_epoch(
            len(self.prepared.train), self._at_once, drop_single=self._single_breaks
        )
        self.steps = self.steps_per_epoch * self.plan.epochs
        self.measuring = measuring_batch(document, self.prepared.sizes())
        setup = TrainingSetup(self.plan, self.steps, self.device)
        optimizers = self.procedure.configure_optimizers(built.networks, setup)
        self.learner = Learner(built.networks, optimizers, self.plan)
        self.stepper = Stepper(self.procedure, self.learner, self.device)
        self._augmented = _augmented(self.prepared, self.plan.find_augmentations(), self.plan.seed)
        known = self.prepared.preprocessing
        self._measures = self.procedure.step_measures(self.learner.networks, known)
        self.tally = self.fresh_tally()
        decided = run.decided()
        self.position = TrainingPosition(fingerprint=self.prepared.fingerprint, decided=decided)
        self.position.preprocessing = run.preprocessing_sha()
        self.best: NetworkWeights = {}
        """Those of the best epoch, by network; none before the first one ended."""
        self._notices = [*built.notices, *_home_notices(run), *self.prepared.notices]
        if self.plan.compile:
            notice = self.procedure.make_faster(self.learner.networks, next(self.batches()))
            self._notices += [notice] if notice else []
        if checkpoint is not None:
            self._resume(checkpoint, decided)
            told = extending.notice(run, self.plan, self.steps_per_epoch, self.position.step)
            self._notices += [told] if told else []
        self.position.device = self.device.type
        self.settle()
        # The first step is slow in any case: much of torch is loaded only then.
        self._poll: Poll | None = self._break_off
        self._measuring_poll: Poll | None = self._break_off
        self.closing = False
        """Whether the networks no longer hold the weights of the last step."""
        self._untold: dict[str, list[float]] = {name: [] for name in self.procedure.losses}
        self._told = self.position.learning
        self._mark = perf_counter()
        self._due_report = self._mark + REPORT_SECONDS
        self._due_save = self._mark + CHECKPOINT_SECONDS

    @property
    def epoch(self) -> int:
        """The epoch under way, counted from 1."""
        return min(self.position.epoch + 1, self.plan.epochs)

    @property
    def is_interrupted(self) -> bool:
        """Whether the user wants it to stop or to wait."""
        return self.controls.stopping or self.controls.paused

    @property
    def due_look(self) -> bool:
        """Whether it is time to look at what the last steps gave."""
        return self.learner.stumbled or self.tally.full or perf_counter() >= self._due_report

    def batches(self) -> Iterator[Batch]:
        """The batches of this epoch that are still to come."""
        epoch, start = self.position.epoch, self.position.batch
        batches = epoch_batches(
            self.prepared.train,
            self._at_once,
            self.plan.seed,
            epoch,
            drop_single=self._single_breaks,
            start=start,
        )
        for number, batch in enumerate(self.moved(batches), start):
            changed = self._augmented(batch, epoch, number)
            yield laid_out(changed) if self.plan.channels_last else changed

    def moved(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """The batches on the device, where they are already unless the data does not fit there."""
        return moved(batches, self.device) if self.prepared.is_sent else batches

    def step(self, batch: Batch) -> Stepped | None:
        """Make the next training step; None when the user does not want to wait for it."""
        start = perf_counter()
        try:
            stepped = self.stepper.step(batch, self.position.step, self._poll)
        except _BrokenOff:
            return None
        # Looking at the user's wishes inside of a step is for slow steps only.
        self._poll = self._break_off if perf_counter() - start > SLOW_SECONDS else None
        return stepped

    def measured(self, batch: Batch) -> Stepped | None:
        """Measure a batch without learning from it; None when the user does not want to wait."""
        start = perf_counter()
        try:
            stepped = self.stepper.measured(batch, self._measuring_poll)
        except _BrokenOff:
            return None
        slow = perf_counter() - start > SLOW_SECONDS
        self._measuring_poll = self._break_off if slow else None
        return stepped

    def fresh_tally(self) -> Tally:
        """A tally of nothing yet."""
        return Tally(self._measures)

    # ---- what it says ----

    def say(self, event: TrainingEvent) -> TrainingEvent:
        """Write an event down before it is told."""
        self.log.add(event)
        return event

    def started(self) -> TrainingEvent:
        """The first event."""
        return Started(
            str(self.run.folder),
            self.plan.epochs,
            self.steps_per_epoch,
            devices.describe(self.device),
            self.learner.parameters(),
            self.position.epoch,
            self.position.step,
            tuple(self._notices),
            self.procedure.losses,
            self.prepared.held_out,
        )

    def take(self, losses: Mapping[str, list[float]]) -> None:
        """Keep the losses of the last steps until they are told."""
        for name, untold in self._untold.items():
            untold += losses[name]

    def progress(self, now: bool = False) -> Iterator[TrainingEvent]:
        """What has not been told yet as one event, when it is time for one."""
        time, here = perf_counter(), self.position
        if not self._untold[self.procedure.losses[0]] or not (now or time >= self._due_report):
            return
        untold = {name: tuple(losses) for name, losses in self._untold.items()}
        self._untold = {name: [] for name in self._untold}
        losses = untold.pop(self.procedure.losses[0])
        speed = len(losses) * self._at_once / max(here.learning - self._told, 1e-9)
        self._told, self._due_report = here.learning, time + REPORT_SECONDS
        yield self.say(
            Progress(
                self.epoch,
                here.step,
                self.steps,
                losses,
                self.learner.rate(here.step - 1),
                speed,
                here.seconds / max(here.step, 1) * (self.steps - here.step),
                untold,
            )
        )

    def spend(self, learning: bool = False) -> None:
        """Add the time since the last call to what the run has taken."""
        now = perf_counter()
        spent, self._mark = now - self._mark, now
        self.position.seconds += spent
        self.position.learning += spent if learning else 0.0

    def forget_time(self) -> None:
        """Count nothing since the last call of ``spend``: the run was paused."""
        self._mark = perf_counter()

    # ---- what it keeps ----

    @property
    def due_save(self) -> bool:
        """Whether it is time for a checkpoint."""
        return perf_counter() >= self._due_save

    def save(self) -> None:
        """Write a checkpoint of this very step, of which everything was fetched and told.

        Nothing is written after a step that went beyond finite numbers: the one before stays.
        """
        if self.closing or not self.learner.is_sound():
            return
        start, here = perf_counter(), self.position
        here.sums, here.log = self.tally.state(), self.log.length
        self.log.sync()
        checkpoints.save(self.run, here, self.learner.state(), self.best, self.procedure.model)
        status = Status(
            "running",
            "",
            None,
            here.epoch,
            here.step,
            here.log,
            here.best,
            self.prepared.held_out,
        )
        self.run.tell(status)
        cost = perf_counter() - start
        self._due_save = start + cost + max(CHECKPOINT_SECONDS, cost / CHECKPOINT_SHARE)

    def keep_best(self) -> None:
        """Write the best weights into a file of their own; those of other networks into another."""
        folder, here = self.run.folder, self.position
        facts = {"best": here.best, "preprocessing": here.preprocessing}
        others = dict(self.best)
        kept = {BEST: others.pop(self.procedure.model)}
        if others:
            kept[OTHERS] = {f"{n}/{key}": t for n, w in others.items() for key, t in w.items()}
        for name, tensors in kept.items():
            make_way(folder / name, folder)
            weights_file.write(folder / name, tensors, facts, within=folder)

    def settle(self) -> None:
        """Every step so far was sound: a broken one later goes back to these running statistics."""
        self._sound = [buffer.clone() for buffer in self.learner.buffers()]

    def go_back(self) -> None:
        """Undo what a broken step left in the running statistics; its weights were not touched."""
        for buffer, sound in zip(self.learner.buffers(), self._sound, strict=True):
            buffer.copy_(sound)

    def _break_off(self) -> None:
        if self.is_interrupted:
            raise _BrokenOff

    def _resume(self, checkpoint: Checkpoint, decided: dict[str, str]) -> None:
        checkpoint.check_sizes(self.learner.networks)
        try:
            self.learner.load(checkpoint.tensors, checkpoint.values)
        except (RuntimeError, LookupError, TypeError, ValueError) as error:
            raise RunError(
                "The checkpoint does not fit the run's document: what the optimizer had learned is "
                "of another one. Put the document back as it was, or start a new run."
            ) from error
        checkpoint.check_decided(decided)
        checkpoints.remove_damaged(self.run, checkpoint)
        self.position = checkpoint.position
        self.position.decided = decided
        self.position.preprocessing = self.run.preprocessing_sha()
        self.tally.load(self.position.sums)
        self.best = {
            network: {name: tensor.to(self.device) for name, tensor in weights.items()}
            for network, weights in checkpoint.best_of_all(self.procedure.model).items()
        }
        if self.position.device != self.device.type:
            self._notices.append(
                phrase(
                    "The run began on {device} and goes on on {type}, so the last digits may come "
                    "out otherwise than without the interruption.",
                    device=self.position.device,
                    type=self.device.type,
                )
            )


def laid_out(batch: Batch) -> Batch:
    """The batch with the channels of its images last in memory; every number stays the same."""
    last = torch.channels_last
    return {n: t.contiguous(memory_format=last) if t.dim() == 4 else t for n, t in batch.items()}


def _home_notices(run: Run) -> list[str]:
    place = home()
    return [place.notice] if place.notice and run.folder.is_relative_to(place.folder) else []


def _augmented(
    prepared: Prepared, augmentations: tuple[Augmentation, ...], seed: int
) -> Callable[[Batch, int, int], Batch]:
    """What changes the images of a training batch, given the epoch and the step in it."""
    augmenter = Augmenter(augmentations, seed, units_of(prepared.preprocessing))
    images = prepared.section.pictures()
    if not augmenter or not images:
        return lambda batch, epoch, step: batch

    def changed(batch: Batch, epoch: int, step: int) -> Batch:
        new = {name: augmenter.apply(batch[name], epoch, step, name) for name in images}
        return {**batch, **new}

    return changed
