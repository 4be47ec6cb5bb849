"""Finds the node at which the numbers of a step stopped being finite."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from engine.network.compiling import Network, StepResult
from graphs.checking.node_kinds import layer_of, within
from graphs.document.document import Document
from graphs.document.edits import GraphId
from graphs.layers import Layer
from graphs.layers.blocks import Block


def first_broken(network: Network, batch: Mapping[str, Tensor]) -> str | None:
    """The name of the node whose values, or else whose gradients, are the first not to be finite.

    Runs the batch once more and watches every place on the way. None when all of it is finite.
    """
    places = network.wiring.places()
    with torch.enable_grad():
        ran = network.run(batch, places)
        names = {step.path: step.name for step in network.wiring.steps}
        for place in places:
            if not _finite(ran.tapped[place]):
                return names[place[0]]
        return _first_backwards(network, ran) if ran.total.requires_grad else None


def domain(document: Document, name: str) -> str:
    """Which numbers the layer of a node breaks at, in sentences; empty where it takes all."""
    graph, bindings = document.main, None
    *blocks, own = (one for one in name.split(".") if not one.isdigit())  # of copies
    for called in blocks:
        outer = graph.named(called)
        block = None if outer is None else layer_of(graph, outer, bindings)
        if not isinstance(block, Block) or block.graph is None:
            return ""
        graph = document.graphs[GraphId(block.graph.graph)]
        bindings = within(graph, block)
    node = graph.named(own)
    layer = None if node is None else layer_of(graph, node, bindings)
    return layer.domain() if isinstance(layer, Layer) else ""


def _first_backwards(network: Network, ran: StepResult) -> str | None:
    """The first node on the way back that hands on what is not finite, to inputs or own weights."""
    slots = {network.wiring.slots[p]: t for p, t in ran.tapped.items() if t.requires_grad}
    own = dict(network.named_parameters())
    gradients = _gradients(ran.total, [*slots.values(), *own.values()])
    broken = {
        name
        for name, gradient in zip([*slots, *own], gradients, strict=True)
        if gradient is not None and not _finite(gradient)
    }
    learned = {network.wiring.owner(name) for name in broken if isinstance(name, str)}
    for step in reversed(network.wiring.steps):
        if step.name in learned or not broken.isdisjoint(step.reads):
            return step.name
    return None


def _gradients(total: Tensor, watched: Sequence[Tensor]) -> Sequence[Tensor | None]:
    return torch.autograd.grad(total, watched, allow_unused=True)


def _finite(tensor: Tensor) -> bool:
    return bool(tensor.isfinite().all())
