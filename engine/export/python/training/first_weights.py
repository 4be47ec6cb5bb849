"""The function of a file that gives a network as it begins."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.export.python.expressions import literal
from engine.export.python.layout import Group
from engine.export.python.network_source import NetworkSource
from engine.export.python.training.constants import Constants
from engine.export.python.training.facts import TrainingFacts
from engine.export.python.training.taken_along.learning import reset_parameters
from engine.network.compiling import Network, compiled
from engine.network.own_randomness import OwnRandomness
from engine.seeds import derived
from engine.weights import initial_weights


class FirstWeightsSource:
    """Lines of code for first weights: drawn as the seed says, or those of a file beside it."""

    def __init__(self, facts: TrainingFacts, source: NetworkSource, constants: Constants) -> None:
        self._constants, self._source = constants, source
        model, sha = facts.model, facts.model.document.weights
        network = compiled(model.document)
        if sha is not None:
            initial_weights.take(network, sha, model.folders)
        self._drawn = self._names(network)
        self._first = _state(network)
        self._is_told_by_modules = self._tells(network)
        self._is_drawn = sha is None and self._draws_alike(network, facts.plan.seed)

    def beside(self) -> dict[str, Tensor] | None:
        """The first weights that are to lie beside the file; None where they are drawn."""
        if self._is_drawn:
            return None
        return {key: tensor for key, tensor in self._first.items() if self._source.needs(key)}

    def written(self, network: str) -> list[str]:
        """The function ``initial_network``."""
        head = [
            f"def initial_network() -> {network}:",
            '    """The network before its first step."""',
        ]
        if not self._is_drawn:
            return [*head, "    return load(INITIAL_FILE)"]
        paths = self._drawn
        if self._is_told_by_modules:
            return [*head, *self._of_modules(network)]
        if all(name.replace(".", "/") == path for name, path in paths.items()):
            known = self._constants.named("seeded modules", tuple(paths))
            loop = [f"    for name in {known}:"]
            path = 'name.replace(".", "/")' if any("." in name for name in paths) else "name"
        else:
            each = [f"{literal(name)}: {literal(path)}" for name, path in paths.items()]
            known = self._constants.spelled("seeded modules", Group("{", each, "}"))
            loop, path = [f"    for name, path in {known}.items():"], "path"
        return [
            *head,
            f"    network = {network}()",
            *loop,
            f'        torch.manual_seed(derived(SEED, "weights", {path}))',
            "        reset_parameters(network.get_submodule(name))",
            "    return network",
        ]

    def _of_modules(self, network: str) -> list[str]:
        path = 'name.replace(".", "/")' if any("." in name for name in self._drawn) else "name"
        return [
            f"    network = {network}()",
            "    for name, module in network.named_modules():",
            '        reset = getattr(module, "reset_parameters", None)',
            "        if reset is not None:",
            f'            torch.manual_seed(derived(SEED, "weights", {path}))',
            "            reset()",
            "    return network",
        ]

    def _tells(self, network: Network) -> bool:
        """Whether what is drawn are just the modules that can do that, each by its own name."""
        if network.wiring.shared:
            return False
        plain = {name for name, one in network.named_modules() if hasattr(one, "reset_parameters")}
        further = [one for one in plain - {*self._drawn} if _draws(network.get_submodule(one))]
        owning = (network.get_submodule(name) for name in self._drawn)
        return (
            not [one for one in further if self._source.makes(one)]
            and {*self._drawn} <= plain
            and not any(True for one in owning for _ in one.children())
            and all(name.replace(".", "/") == path for name, path in self._drawn.items())
        )

    def _names(self, network: Network) -> dict[str, str]:
        """The modules that have weights and the paths of their nodes, lenders behind borrowers."""
        modules = list(network.wiring.modules.items())
        return {
            name: "/".join(map(str, path))
            for name, (path, _) in (reversed(modules) if network.wiring.shared else modules)
            if _draws(network.get_submodule(name)) and self._source.makes(name)
        }

    def _draws_alike(self, network: Network, seed: int) -> bool:
        """Whether drawing anew gives the first weights, bit by bit."""
        for parameter in network.parameters():
            nn.init.zeros_(parameter)
        for name, path in self._drawn.items():
            with OwnRandomness(derived(seed, "weights", path)), torch.no_grad():
                reset_parameters(network.get_submodule(name))
        after, needed = network.state_dict(), filter(self._source.needs, self._first)
        return all(torch.equal(self._first[key], after[key]) for key in needed)


def _draws(module: nn.Module) -> bool:
    """Whether a module has weights of its own or within."""
    return any(True for _ in module.parameters())


def _state(network: Network) -> dict[str, Tensor]:
    return {key: tensor.clone() for key, tensor in network.state_dict().items()}
