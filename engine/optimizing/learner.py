"""The networks of a run with their optimizers: all state that training changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from torch import Tensor, nn

from engine.optimizing.optimization import Descent
from graphs.plan.plan import Plan

NetworkWeights = Mapping[str, Mapping[str, Tensor]]
"""State dicts by the name of the network."""


class Learner:
    """Networks and optimizers by name. What a procedure would keep elsewhere, a kill would lose."""

    def __init__(
        self, networks: Mapping[str, nn.Module], optimizers: Mapping[str, Descent], plan: Plan
    ) -> None:
        self.networks, self.optimizers, self.plan = dict(networks), dict(optimizers), plan
        (self._leading, *_) = self.optimizers.values()

    def descend(self, name: str, loss: Tensor, number: int) -> None:
        """Make the step of one optimizer down from ``loss``, in training step ``number``.

        Gradients that reach the weights of others on the way, as through a discriminator, are
        dropped: each optimizer goes down from its own losses alone.
        """
        self.optimizers[name].descend(loss, number)
        if len(self.optimizers) > 1:
            for network in self.networks.values():
                network.zero_grad()

    @property
    def stumbled(self) -> bool:
        """Whether it is known already, without waiting, that a step was left out."""
        return any(descent.left_out for descent in self.optimizers.values())

    def left_out(self) -> int:
        """How many of the latest steps were left out, as numbers were not finite. Waits."""
        return max(descent.ask() for descent in self.optimizers.values())

    def rate(self, number: int) -> float:
        """The learning rate of the first optimizer at step ``number``, counted from 0."""
        return self._leading.rate(number)

    # ---- the networks together ----

    @property
    def learns(self) -> bool:
        """Whether the networks are as in training, not as in use."""
        return any(network.training for network in self.networks.values())

    def train(self, mode: bool = True) -> None:
        """Set all networks to training, or to use."""
        for network in self.networks.values():
            network.train(mode)

    def buffers(self) -> Iterator[Tensor]:
        """What steps change beside the weights, such as the running statistics of norms."""
        return (buffer for network in self.networks.values() for buffer in network.buffers())

    def modules(self) -> Iterator[nn.Module]:
        """Every module of every network."""
        return (module for network in self.networks.values() for module in network.modules())

    def parameters(self) -> int:
        """How many numbers can be learned."""
        every = (p for network in self.networks.values() for p in network.parameters())
        return sum(parameter.numel() for parameter in every)

    def is_sound(self) -> bool:
        """Whether each number that can be learned is finite; a step may have gone beyond that."""
        every = (p.detach() for network in self.networks.values() for p in network.parameters())
        return all(bool(parameter.isfinite().all()) for parameter in every)

    def remembers_sound(self) -> bool:
        """Whether all that the optimizers remember is finite: what is not holds weights still."""
        memories = (descent.state()[0].values() for descent in self.optimizers.values())
        return all(bool(tensor.isfinite().all()) for memory in memories for tensor in memory)

    def weights(self) -> dict[str, dict[str, Tensor]]:
        """A copy of all weights, on their device."""
        return {
            name: {key: tensor.detach().clone() for key, tensor in network.state_dict().items()}
            for name, network in self.networks.items()
        }

    def take_weights(self, weights: NetworkWeights) -> None:
        """Take back what ``weights`` gave."""
        for name, network in self.networks.items():
            network.load_state_dict(weights[name])

    # ---- for checkpoints ----

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """All that a checkpoint needs: tensors and plain values by path."""
        tensors: dict[str, Tensor] = {}
        values: dict[str, Any] = {}
        for name, network in self.networks.items():
            tensors |= {f"models/{name}/{key}": t for key, t in network.state_dict().items()}
        for name, descent in self.optimizers.items():
            memory, plain = descent.state()
            tensors |= {f"optimizers/{name}/{path}": tensor for path, tensor in memory.items()}
            values |= {f"optimizers/{name}/{path}": value for path, value in plain.items()}
        return tensors, values

    def load(self, tensors: Mapping[str, Tensor], values: Mapping[str, Any]) -> None:
        """Take back what ``state`` gave; raises RuntimeError when it does not fit the networks."""
        for name, network in self.networks.items():
            network.load_state_dict(under(tensors, f"models/{name}/"))
        for name, descent in self.optimizers.items():
            prefix = f"optimizers/{name}/"
            descent.load(under(tensors, prefix), under(values, prefix))


def under(values: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """What lies under a path, by the rest of its path."""
    return {k.removeprefix(prefix): v for k, v in values.items() if k.startswith(prefix)}
