"""A run that is to be longer than it was planned: ``epochs.json`` beside ``run.json``.

``run.json`` stays as it was written. From then on the plan of the document has the new number of
epochs, and all that depends on it is as in a run that was planned so from the beginning: steps are
counted on, and the schedule is that of the longer run from the next step on. Where the rate does
not depend on how many steps there will be (constant), the weights come out to the same bits as in a
run of that length. Where it does (cosine, one cycle), the rate goes on where the schedule of the
longer run would be by now, which is higher than where it had fallen to, and that is said. Killed
and resumed from there, it comes to the same bits in any case.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec

from engine.errors import RunError
from engine.runs.folder import FOLDS, METRICS, Run
from engine.runs.longer import LONGER, MOST, Longer
from graphs import files
from graphs.errors import FileError
from graphs.files.saving import write_atomically
from graphs.plan.plan import Plan
from graphs.wording.phrases import phrase


def notice(run: Run, plan: Plan, steps_per_epoch: int, step: int) -> str:
    """What is to be said when a run that is longer than planned goes on after so many steps.

    Empty where the rate does not depend on how long it is.
    """
    written = files.decoded(
        run.about.document.encode(), phrase("The document of this run")
    ).document.plan
    schedule = plan.find_schedule()
    planned, now = (steps_per_epoch * each.epochs for each in (written, plan))
    fallen, higher = (schedule.factor(step, max(all, step + 1)) for all in (planned, now))
    if planned == now or fallen == higher:
        return ""
    return phrase(
        "This run was planned with {epochs:,} epochs. From epoch {epoch:,} on it goes by the "
        "schedule of {plan_epochs:,}, which begins there with {higher:.3g} times the set learning "
        "rate; by that of {epochs:,} it would have been {fallen:.3g} times.",
        epochs=written.epochs,
        epoch=step // steps_per_epoch + 1,
        plan_epochs=plan.epochs,
        higher=higher,
        fallen=fallen,
    )


def extend(folder: Path | str, epochs: int) -> None:
    """Let the run in ``folder`` have so many epochs in all, so that it can be resumed.

    Raises RunError when it cannot go on, has them already or had more, or is being trained.
    """
    place = Path(folder).absolute()
    if (place / FOLDS).is_file():
        raise RunError(
            "{place} holds the runs of a cross-validation, which end together. Start a new "
            "one with more epochs.",
            place=place,
        )
    run = Run.open(place)
    with run.claimed():
        plan, status = run.document.plan, run.status
        _check(run, plan, epochs)
        if status.state == "finished":  # first, as a run that stopped can always go on
            run.tell(msgspec.structs.replace(status, state="stopped"))
            with suppress(OSError):  # what was measured was of the shorter run
                (place / METRICS).unlink(missing_ok=True)
        try:
            data = msgspec.json.encode(Longer(epochs))
            write_atomically(place / LONGER, data, within=place)
        except FileError as error:
            raise RunError(str(error)) from error


def _check(run: Run, plan: Plan, epochs: int) -> None:
    status = run.status
    if not plan.epochs < epochs <= MOST:
        raise RunError(
            "The run in {folder} has {epochs:,} epochs. To train on, ask for more than "
            "that, up to {most:,}.",
            folder=run.folder,
            epochs=plan.epochs,
            most=MOST,
        )
    if status.state == "diverged":
        raise RunError(
            "The run in {folder} met numbers that were not finite, and would meet them "
            "again. Start a new run with a lower learning rate.",
            folder=run.folder,
        )
    if status.state == "finished" and status.epoch < plan.epochs and plan.patience is None:
        raise RunError(
            "The run in {folder} is broken: “status.json” says that it finished after "
            "{epoch:,} of its {epochs:,} epochs, and nothing could have ended it early. "
            "Put it back as it was, or start a new run.",
            folder=run.folder,
            epoch=status.epoch,
            epochs=plan.epochs,
        )
    if status.state == "finished" and status.epoch < plan.epochs:
        raise RunError(
            "The run in {folder} ended early, as {patience} epochs brought no better "
            "validation loss; more epochs would end it at once. Start a new run with more "
            "patience.",
            folder=run.folder,
            patience=plan.patience,
        )
    if status.state == "finished" and not run.checkpoints():
        raise RunError(
            "The run in {folder} has no checkpoint to go on from. Put “checkpoints” back, "
            "or start a new run.",
            folder=run.folder,
        )
