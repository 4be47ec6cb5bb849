"""A way to train that only tests know: a drawn generator against a discriminator of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from engine.measuring.stepped import Stepped
from engine.procedures import Procedure, TrainingSetup
from graphs.document.document import Document

if TYPE_CHECKING:
    from torch import Tensor, nn

    from engine.controls import Poll
    from engine.network.compiling import Network
    from engine.optimizing.learner import Learner
    from engine.optimizing.optimization import Descent


class Adversarial(Procedure, id="adversarial_points", title="Adversarial points"):
    """From noise the drawn network makes points that another cannot tell from those of the data."""

    model, needs_loss = "generator", False
    losses = ("generator/loss", "discriminator/loss")
    measures = ("generator/distance",)
    monitor = "generator/distance"

    def configure_networks(
        self, document: Document, available: int | None = None
    ) -> dict[str, nn.Module]:
        from torch import nn

        from engine.network.own_randomness import OwnRandomness
        from engine.seeds import derived

        with OwnRandomness(derived(document.plan.seed, "discriminator")):
            judge = nn.Sequential(nn.Linear(2, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1))
        return {**super().configure_networks(document, available), "discriminator": judge}

    def configure_optimizers(
        self, networks: Mapping[str, nn.Module], setup: TrainingSetup
    ) -> dict[str, Descent]:
        from engine.optimizing.optimization import Descent, Watch

        watch = Watch(setup.device)
        return {
            name: Descent(network, setup.plan, setup.steps, setup.device, watch=watch)
            for name, network in networks.items()
        }

    def training_step(
        self, learner: Learner, batch: Mapping[str, Tensor], number: int, poll: Poll | None = None
    ) -> Stepped:
        import torch

        stepped, made = self._told(learner.networks, batch, torch.randn_like(batch["point"]))
        learner.descend("generator", stepped.losses["generator/loss"], number)
        judged = self._judged(learner.networks, batch, made.detach())
        learner.descend("discriminator", judged, number)
        return stepped._replace(losses={**stepped.losses, "discriminator/loss": judged})

    def validation_step(
        self,
        networks: Mapping[str, nn.Module],
        batch: Mapping[str, Tensor],
        poll: Poll | None = None,
    ) -> Stepped:
        import torch

        noise = torch.randn(batch["point"].shape, generator=torch.Generator().manual_seed(0))
        stepped, made = self._told(networks, batch, noise)
        judged = self._judged(networks, batch, made)
        return stepped._replace(losses={**stepped.losses, "discriminator/loss": judged})

    def _told(
        self, networks: Mapping[str, nn.Module], batch: Mapping[str, Tensor], noise: Tensor
    ) -> tuple[Stepped, Tensor]:
        """The generator's loss, and the points that it makes."""
        import torch
        from torch.nn import functional

        real = batch["point"]
        (made,) = cast("Network", networks["generator"])(noise)
        taken = networks["discriminator"](made)
        loss = functional.binary_cross_entropy_with_logits(taken, torch.ones_like(taken))
        distance = (made.mean(0) - real.mean(0)).norm()
        return Stepped({"generator/loss": loss}, {"generator/distance": distance}), made

    def _judged(
        self, networks: Mapping[str, nn.Module], batch: Mapping[str, Tensor], made: Tensor
    ) -> Tensor:
        import torch
        from torch.nn import functional

        judge, real = networks["discriminator"], batch["point"]
        said = torch.cat([judge(real), judge(made)])
        right = torch.cat([torch.ones(len(real), 1), torch.zeros(len(made), 1)]).to(said)
        return functional.binary_cross_entropy_with_logits(said, right)
