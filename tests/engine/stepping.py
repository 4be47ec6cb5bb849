"""Procedures at work on one network, as tests step them."""

import torch

from engine.measuring.loss_measures import result_of
from engine.network.compiling import Network, StepResult
from engine.optimizing.learner import Learner
from engine.procedures import TrainingSetup
from engine.procedures.supervised import Supervised
from engine.training.stepper import Stepper
from graphs.plan.plan import Plan

Batch = dict[str, torch.Tensor]


class SupervisedSteps(Stepper):
    """Supervised steps of a network, by what it gave in each."""

    def __init__(self, network: Network, plan: Plan, steps: int = 10) -> None:
        procedure, networks = Supervised(), {"network": network}
        setup = TrainingSetup(plan, steps, torch.device("cpu"))
        optimizers = procedure.configure_optimizers(networks, setup)
        super().__init__(procedure, Learner(networks, optimizers, plan))

    def ran(self, batch: Batch, number: int) -> StepResult:
        """Make a step; what the network gave in it."""
        return result_of(self.step(batch, number))
