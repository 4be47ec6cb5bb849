"""Graphs at work as one node: the block, and the ends of the graph that it computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from graphs.describe import param
from graphs.layers.spec import Layer, Outputs, Ports, Reaching, Same, Torch, Use
from graphs.layers.weighted import Weighted
from graphs.problems import Problem, problem
from graphs.setting_kinds import BlockValues, GraphRef
from graphs.sizes import Size
from graphs.wording.phrases import phrase


class Block(Weighted, id="block", group="Blocks", search="module subgraph composite"):
    """Computes another graph of the document as one node.

    Its ports are the block inputs and block outputs of that graph, by their names. Two blocks of
    one graph have weights of their own. Repeated, it is as many copies behind each other: what
    leaves one enters the next, in the order of its ports, and inputs beyond these reach every copy.
    """

    is_offered = False

    graph: GraphRef | None = param(default=None, help="The graph that is computed here.")
    values: BlockValues = param(
        default=None, help="What is set here for the block's parameters, by their names."
    )
    repeat: int = param(default=1, low=1, high=1000, help="How many copies follow each other.")
    shares_weights: bool = param(
        default=False,
        title="share weights",
        help="Whether all copies have the same weights, or each its own.",
    )
    inner: Ports = Ports((), ())

    def around(self, inner: Mapping[str, Ports]) -> Block:
        return replace(self, inner=inner.get("graph", self.inner))

    def ports(self) -> Ports:
        return self.inner

    def infer(self, given: Reaching) -> Outputs | Problem:
        if self.graph is None:
            return problem("Choose the graph that the block computes.", setting="graph")
        if "graph" not in given.inside:  # asked by itself, without its document
            return problem("What the block makes of this is known only where it stands.")
        inside = given.inside["graph"]
        return tuple(inside.outputs[name] for name in self.inner.outputs)

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        return given.inside["graph"].weights

    def flops(self, given: Reaching, outputs: Outputs) -> Size:
        return given.inside["graph"].flops

    def caution(self, given: Reaching, outputs: Outputs) -> Problem | None:
        return None  # the nodes inside say it

    def brief(self) -> str:
        shared = (phrase("shared"),) if self.shares_weights and self.repeat > 1 else ()
        return " · ".join((f"× {self.repeat}" if self.repeat > 1 else "", *shared)).strip(" ·")


class BlockInput(Layer, id="block_input", title="Block input", group="Blocks", search="argument"):
    """Brings what enters a block into its graph. Its name is the name of the block's input."""

    is_offered = False
    is_block_input = True

    def ports(self) -> Ports:
        return Ports(inputs=())

    def infer(self, given: Reaching) -> Outputs | Problem:
        if "input" not in given.types:
            return problem("A block input belongs into the graph of a block. Use an Input here.")
        return (given.first(),)

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Same()))


class BlockOutput(Layer, id="block_output", title="Block output", group="Blocks", search="return"):
    """What a block gives. Its name is the name of the block's output."""

    is_offered = False
    is_block_output = True

    def ports(self) -> Ports:
        return Ports(outputs=())

    def infer(self, given: Reaching) -> Outputs | Problem:
        return ()

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Same(), outputs=()))
