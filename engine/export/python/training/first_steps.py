"""The first steps of training as this program makes them, to be compared with those of a file."""

from __future__ import annotations

from itertools import islice

import torch

from engine.data.augmentation import Augmenter, units_of
from engine.data.batching.batches import epoch_batches, steps_per_epoch
from engine.data.batching.splits import Batch
from engine.export.python.training.facts import TrainingFacts
from engine.optimizing.learner import Learner
from engine.procedures import TrainingSetup
from engine.procedures.chosen_procedure import procedure_of
from engine.training.stepper import Stepper
from engine.weights import initial_weights

MEASURED = 64
"""So many validation samples are measured after these steps."""


def first_losses(facts: TrainingFacts, count: int) -> list[float]:
    """The losses of so many first steps on the CPU, and the loss of some validation samples then.

    Of fewer steps where the plan has fewer.
    """
    plan, train, document = facts.plan, facts.prepared.train, facts.model.document
    procedure, device = procedure_of(plan), torch.device("cpu")
    networks = procedure.configure_networks(document)
    if document.weights is not None:
        initial_weights.take(networks[procedure.model], document.weights, facts.model.folders)
    at_once, single = plan.batch_size * plan.accumulate, facts.needs_two
    steps = plan.epochs * steps_per_epoch(len(train), at_once, drop_single=single)
    setup = TrainingSetup(plan, steps, device)
    learner = Learner(networks, procedure.configure_optimizers(networks, setup), plan)
    stepper = Stepper(procedure, learner, device)
    learner.train()
    batches = (
        _changed(facts, batch, epoch, number)
        for epoch in range(plan.epochs)
        for number, batch in enumerate(
            epoch_batches(train, at_once, plan.seed, epoch, drop_single=single)
        )
    )
    found = [
        float(stepper.step(batch, step).losses["loss"].detach())
        for step, batch in enumerate(islice(batches, count))
    ]
    learner.train(False)
    measured = stepper.measured(facts.prepared.valid.take(slice(0, MEASURED)))
    return [*found, float(measured.losses["loss"])]


def _changed(facts: TrainingFacts, batch: Batch, epoch: int, number: int) -> Batch:
    """The batch with its pictures changed as the plan says."""
    units = units_of(facts.preprocessing)
    augmenter = Augmenter(facts.plan.find_augmentations(), facts.plan.seed, units)
    pictures = facts.prepared.section.pictures() if augmenter else ()
    changed = {name: augmenter.apply(batch[name], epoch, number, name) for name in pictures}
    return {**batch, **changed}
