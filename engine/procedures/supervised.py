"""Supervised learning: the drawn network learns to make its losses small."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from engine.measuring.stepped import LOSS, Stepped
from engine.procedures.spec import Procedure, TrainingSetup

if TYPE_CHECKING:  # they import torch, which whoever lists the procedures need not wait for
    from torch import Tensor, nn

    from engine.controls import Poll
    from engine.data.preprocessing import Preprocessing
    from engine.measuring.loss_measures import LossMeasures
    from engine.measuring.measures import SplitMeasures
    from engine.network.compiling import Network
    from engine.optimizing.learner import Learner
    from engine.optimizing.optimization import Descent


class Supervised(Procedure, id="supervised", title="Supervised"):
    """One network learns from samples whose targets are known."""

    def configure_optimizers(
        self, networks: Mapping[str, nn.Module], setup: TrainingSetup
    ) -> dict[str, Descent]:
        from engine import precision
        from engine.optimizing.optimization import Descent

        network, plan, device = self._network(networks), setup.plan, setup.device
        network.compute_in(precision.shorter(plan.precision, device))
        scaler = precision.scaler(plan.precision, device)
        rates = network.wiring.rates
        return {self.model: Descent(network, plan, setup.steps, device, rates, scaler)}

    def training_step(
        self, learner: Learner, batch: Mapping[str, Tensor], number: int, poll: Poll | None = None
    ) -> Stepped:
        network, plan = self._network(learner.networks), learner.plan
        if plan.accumulate > 1:
            from engine.optimizing.accumulating import descend_in_parts

            descent = learner.optimizers[self.model]
            ran = descend_in_parts(network, descent, batch, plan, number, poll)
        else:
            ran = network.run(batch, (), poll)
            learner.descend(self.model, ran.total, number)
        return Stepped({LOSS: ran.total}, details=ran)

    def validation_step(
        self,
        networks: Mapping[str, nn.Module],
        batch: Mapping[str, Tensor],
        poll: Poll | None = None,
    ) -> Stepped:
        ran = self._network(networks).run(batch, (), poll)
        return Stepped({LOSS: ran.total}, details=ran)

    def first_broken(
        self, networks: Mapping[str, nn.Module], batch: Mapping[str, Tensor]
    ) -> str | None:
        from engine.network.diagnosis import first_broken

        return first_broken(self._network(networks), batch)

    def make_faster(
        self, networks: Mapping[str, nn.Module], batch: Mapping[str, Tensor]
    ) -> str | None:
        from engine.network.torch_compile import made_faster

        return made_faster(self._network(networks), batch)

    def step_measures(
        self, networks: Mapping[str, nn.Module], preprocessing: Preprocessing
    ) -> LossMeasures:
        from engine.measuring.loss_measures import LossMeasures

        return LossMeasures(self._network(networks).losses, preprocessing.restore)

    def split_measures(
        self, networks: Mapping[str, nn.Module], preprocessing: Preprocessing
    ) -> SplitMeasures:
        from engine.measuring.evaluation import Gathered

        return Gathered(self._network(networks))

    def _network(self, networks: Mapping[str, nn.Module]) -> Network:
        return cast("Network", networks[self.model])
