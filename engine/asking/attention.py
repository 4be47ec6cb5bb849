"""Where a network looks: the weights of every attention in it, for one sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.asking.prediction import Predictor
from engine.asking.user_input import UserInput
from engine.data.array import Array
from engine.errors import DataError
from engine.modules.attention import Looking
from engine.network.compiling import Network
from graphs.checking.evaluated_graph import EvaluatedGraph
from graphs.checking.evaluation import evaluated
from graphs.data import lengths_of
from graphs.document.document import Document
from graphs.document.edits import NodeId, nodes_on
from graphs.document.edits import Path as NodePath
from graphs.document.walk import reached
from graphs.layers import Layer
from graphs.layers.ends import input_layers
from graphs.layers.sequences.attention import Attending
from graphs.sizes import same
from graphs.types import Kind

MOST_WEIGHTS = 2**25
"""Beyond this many weights of one attention nobody sees anything, and memory runs out."""


@dataclass(frozen=True, slots=True, eq=False)
class Attended:
    """How much each step of one sample looked at each other in one attention."""

    path: NodePath
    """The ids of the nodes that lead to it: blocks, then its own."""
    name: str
    """What the user calls it: the names along the path."""
    part: str
    """Which attention of the node, as torch names it; empty where it is one itself."""
    weights: Array
    """Heads × queries × keys; over the keys they add up to 1. Padding is left out."""
    queries: tuple[str, ...]
    """What stands at each query: the token as it is spelled, or the number of the step."""
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """One attention, at one of the places where its graph is computed."""

    within: tuple[EvaluatedGraph, ...]
    """The graphs that it lies in, the main one first."""
    path: NodePath
    """The ids of the nodes that lead to it: blocks, then its own."""
    name: str
    owner: str
    """The name of its weights: copies of a block that share theirs have one."""
    part: str
    queries: str
    keys: str
    """The ports through which they come."""

    @property
    def module(self) -> str:
        """Where its module is in the network."""
        return f"{self.owner}.{self.part}" if self.part else self.owner

    @property
    def node(self) -> NodeId:
        """The attention itself."""
        return nodes_on(self.path)[-1]


class AttentionReader:
    """A run's network, loaded once, of which one sample after the other is asked."""

    def __init__(self, run: Path | str | Predictor) -> None:
        """The run in a folder, or one that is loaded already. Raise RunError without weights."""
        self._predictor = run if isinstance(run, Predictor) else Predictor(run)
        self._document = self._predictor.document

    @property
    def nodes(self) -> tuple[str, ...]:
        """The names of the nodes that look around; none when there is nothing to show."""
        found = _in_network(self._predictor.network, self._document)
        return tuple(dict.fromkeys(place.name for place in found))

    def read(self, given: UserInput, sample: int = 0) -> tuple[Attended, ...]:
        """Where the network looks in one of the samples given, raw as a user has them.

        Raises DataError, also for a sample that is too long to show.
        """
        tensors = self._predictor.encode(given).tensors
        one = {name: tensor[sample : sample + 1] for name, tensor in tensors.items()}
        return attended(self._predictor.network, self._document, one)


def attended(
    network: Network, document: Document, fields: Mapping[str, Tensor]
) -> tuple[Attended, ...]:
    """Where a network looks in one sample, attention by attention in the order of the graph.

    ``fields`` hold the sample encoded, as a batch of one; ragged ones come with their lengths.
    Raises DataError when it is too long to show.
    """
    found: dict[_Place, Tensor] = {}
    with ExitStack() as hooks, torch.no_grad():
        places: dict[str, list[_Place]] = {}
        for place in _in_network(network, document):
            places.setdefault(place.module, []).append(place)
        for name, called in places.items():
            keep = partial(_keep, found, iter(called))
            hook = network.get_submodule(name).register_forward_pre_hook(keep, with_kwargs=True)
            hooks.callback(hook.remove)
        network(*(fields[network.input_fields[name]] for name in network.inputs))
    spelling = _Spelling(document, fields)
    return tuple(_told(place, found[place], spelling) for place in found)


def _keep(
    found: dict[_Place, Tensor],
    places: Iterator[_Place],
    module: Looking,
    arguments: tuple[Tensor, ...],
    named: dict[str, Any],
) -> None:
    place = next(places)
    query, key = arguments[0], (*arguments, None)[1]
    keys = query.shape[1] if key is None else key.shape[1]
    if module.num_heads * query.shape[1] * keys > MOST_WEIGHTS:
        raise DataError(
            "The sample has {most:,} steps, too many to show what “{name}” looks at. "
            "Choose a shorter one.",
            most=max(query.shape[1], keys),
            name=place.name,
        )
    found[place] = module.weights(*arguments, **named)[0]


def _in_network(network: Network, document: Document) -> list[_Place]:
    """The attentions that the network has: what leads to no Output and no loss is not in it."""
    there = {name for name, _ in network.named_modules()}
    return [one for one in _places((evaluated(document.main),)) if one.module in there]


def _places(
    within: tuple[EvaluatedGraph, ...],
    blocks: NodePath = (),
    names: tuple[str, ...] = (),
    owners: tuple[str, ...] = (),
) -> Iterator[_Place]:
    """The attentions of a graph and of its blocks in the order in which they are computed."""
    graph, evaluation = within[-1].graph, within[-1]
    for node in evaluation.order:
        result, path = evaluation[node], (*blocks, node)
        own = graph.nodes[node].name
        called, owner = (*names, own), (*owners, own)
        for at, inside in enumerate(result.copies):
            copy, number = ((at,), (str(at),)) if len(result.copies) > 1 else ((), ())
            kept = number if len(result.own_copies) > 1 else ()
            yield from _places(
                (*within, inside), (*path, *copy), (*called, *number), (*owner, *kept)
            )
        if not isinstance(result.layer, Attending):
            continue
        wired = {link.input for link in graph.entering(node)}
        for part, (queries, keys) in result.layer.looks.items():
            looked_at = keys if keys in wired else queries
            named = ".".join(called), ".".join(owner)
            yield _Place(within, path, *named, part, queries, looked_at)


def _told(place: _Place, weights: Tensor, spelling: _Spelling) -> Attended:
    queries = spelling.of(place, place.queries, weights.shape[1])
    keys = spelling.of(place, place.keys, weights.shape[2])
    real = weights[:, : len(queries), : len(keys)].float().cpu().numpy()
    return Attended(place.path, place.name, place.part, real, queries, keys)


class _Spelling:
    """What stands at the steps of one sample, wherever in the graph they are."""

    def __init__(self, document: Document, fields: Mapping[str, Tensor]) -> None:
        self._document, self._fields = document, fields

    def of(self, place: _Place, port: str, steps: int) -> tuple[str, ...]:
        """The real steps at a port, of ``steps`` with the padding."""
        given = place.within[-1][place.node].given
        assert given is not None  # the graph was compiled
        padded = given[port].padded
        if padded is not None:
            steps = int(self._fields[lengths_of(padded)][0])
        text = self._text(place, port)
        if text is None:
            return tuple(str(number) for number in range(1, steps + 1))
        words = self._document.data.fields[text].words
        tokens = self._fields[text][0, :steps].tolist()
        return tuple(words[token] if words else str(token) for token in tokens)

    def _text(self, place: _Place, port: str) -> str | None:
        """The tokens that the steps at a port came from: an input further up, just as long."""
        given = place.within[-1][place.node].given
        assert given is not None  # the graph was compiled
        wanted, types = given[port], self._document.data.types()
        for name in sorted(_above(place.within, nodes_on(place.path), port)):
            kind = types[name]
            is_text = kind.kind is Kind.TOKENS and kind.rank == 2
            fits = is_text and same(kind.sizes[1], wanted.sizes[1])
            if fits and wanted.padded in (None, kind.padded):
                return name
        return None


def _above(within: tuple[EvaluatedGraph, ...], path: tuple[NodeId, ...], port: str) -> set[str]:
    """The fields that reach a port, also through the block inputs of the graph that it is in."""
    graph = within[-1].graph
    entering = {link.source for link in graph.entering(path[-1]) if link.input == port}
    above = [graph.nodes[other] for other in reached(entering, graph.sources)]
    found = {str(drawn.settings["field"]) for drawn in above if drawn.layer in input_layers()}
    for drawn in above if path[1:] else ():
        if Layer.get(drawn.layer).is_block_input:
            found |= _above(within[:-1], path[:-1], drawn.name)
    return found
