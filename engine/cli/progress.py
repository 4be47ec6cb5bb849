"""What the command line shows of a training run: a bar on a terminal, a line per epoch anywhere."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from engine.cli import printing
from engine.controls import Controls
from engine.errors import EngineError
from engine.runs.events import event_types
from graphs.wording.phrases import phrase
from graphs.wording.visible import visible

EPOCH = "epoch {epoch}/{epochs}: {metrics}; {measured}"
BEST_EPOCH = "epoch {epoch}/{epochs}: {metrics}; {measured} (best)"


def trained(folder: Path, as_json: bool) -> str | None:
    """Train the run in ``folder`` and show its events; why it did not finish, None when it did.

    An interruption from the keyboard ends it between two steps, so that it can go on later; the
    second one ends the program at once. Raises EngineError for what stops it before it begins.
    """
    begun, fault = False, phrase("The run ended without a result.")
    with _interruptible() as controls, nullcontext() if as_json else ProgressView() as watch:
        from engine.training import folding, loop  # torch: now it can be interrupted

        several = folding.is_folds(folder)
        try:
            for event in (folding if several else loop).train(folder, controls):
                begun = True
                if watch is None:
                    printing.as_json(event_types.encoded(event))
                else:
                    watch.show(event)
                match event:
                    case event_types.Finished() if not several:
                        return None
                    case event_types.FoldsFinished():
                        return None
                    case event_types.Stopped():
                        fault = phrase(
                            "Stopped. Go on with: layerloom train --resume {folder}", folder=folder
                        )
                    case event_types.Failed():
                        fault = event.message
                    case _:
                        pass
        except EngineError as error:
            if not begun:
                raise
            fault = str(error)
    return fault


@contextmanager
def _interruptible() -> Iterator[Controls]:
    """Controls that the first interruption or request to end stops; later ones work as always."""
    controls = Controls()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def stop(number: int, frame: FrameType | None) -> None:
        controls.stop()
        restore()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, stop)
    try:
        yield controls
    finally:
        restore()


class ProgressView:
    """Shows the events of one run. Leaving its ``with`` block takes the bar off the terminal."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console()
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[speed]}", markup=False),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task(phrase("reading the data"), total=None, speed="")
        self._epochs = 0
        self._leading = "loss"
        self._in_folds = False
        self._held_out: tuple[str, ...] = event_types.HELD_OUT

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def show(self, event: event_types.TrainingEvent) -> None:
        """Show one event; failures are left to whoever ends the program."""
        match event:
            case event_types.Started():
                self._start(event)
            case event_types.Progress():
                self._bar.update(
                    self._task,
                    description=phrase(
                        "epoch {epoch}/{epochs}", epoch=event.epoch, epochs=self._epochs
                    ),
                    total=event.steps,
                    completed=event.step,
                    speed=phrase(
                        "{losses}, {speed:,.0f} samples/s",
                        losses=self._losses(event),
                        speed=event.samples_per_second,
                    ),
                )
            case event_types.EpochEnded():
                self._tell(
                    phrase(
                        BEST_EPOCH if event.best else EPOCH,
                        epoch=event.epoch,
                        epochs=self._epochs,
                        metrics=printing.metrics(event.train),
                        measured=printing.measured(event.valid, self._held_out),
                    )
                )
            case event_types.FoldBegan():
                self._in_folds = True
                self._bar.update(self._task, description=phrase("reading the data"), completed=0)
                self._tell(phrase("Fold {fold} of {folds}", fold=event.fold, folds=event.folds))
            case event_types.FoldsFinished():
                self._tell(phrase("Test over {folds} folds, mean and spread:", folds=event.folds))
                for name, mean in event.test.items():
                    self._tell(f"{name} {mean:.4f} ± {event.spread[name]:.4f}")
                self._tell(phrase("In {folder}", folder=event.run))
            case event_types.Stopped():
                self._tell(
                    phrase(
                        "Stopped at step {step}; whole epochs done: {epoch}.",
                        step=event.step,
                        epoch=event.epoch,
                    )
                )
            case event_types.Finished():
                self._finish(event)
            case _:
                pass

    def _start(self, event: event_types.Started) -> None:
        self._epochs, self._leading = event.epochs, event.step_losses[0]
        self._held_out = event.held_out
        self._tell(
            phrase(
                "Training on {device}: {epochs} epochs of {steps_per_epoch} steps, "
                "{parameters:,} parameters, in {run}",
                device=event.device,
                epochs=event.epochs,
                steps_per_epoch=event.steps_per_epoch,
                parameters=event.parameters,
                run=event.run,
            )
        )
        for notice in event.notices:
            self._tell(phrase("Note: {remark}", remark=notice))

    def _losses(self, event: event_types.Progress) -> str:
        """Those of the last step."""
        every = {self._leading: event.losses, **event.further}
        return ", ".join(f"{name} {losses[-1]:.4f}" for name, losses in every.items())

    def _finish(self, event: event_types.Finished) -> None:
        words = (
            phrase("Test, with the weights after epoch {best_epoch}:", best_epoch=event.best_epoch)
            if "test" in self._held_out
            else phrase(
                "On the training samples, as the plan keeps none for the test, with the weights "
                "after epoch {best_epoch}:",
                best_epoch=event.best_epoch,
            )
        )
        self._tell(words)
        self._tell(printing.metrics(event.test))
        self._tell(
            phrase(
                "Done in {seconds:.1f} s, {samples_per_second:,.0f} samples/s: {run}",
                seconds=event.seconds,
                samples_per_second=event.samples_per_second,
                run=event.run,
            )
        )
        if event.falls and not self._in_folds:
            more = phrase(
                "layerloom train --resume {run} --epochs {value}",
                run=event.run,
                value=2 * event.epochs,
            )
            told = phrase("The loss was still falling. Train on with: {more}", more=more)
            (self._tell if self._console.is_terminal else printing.note)(told)

    def _tell(self, text: str) -> None:
        if self._console.is_terminal:  # rich puts it above the bar
            self._console.print(visible(text), markup=False, highlight=False, soft_wrap=True)
        else:
            printing.line(text)
