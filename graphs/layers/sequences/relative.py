"""Positions of steps relative to each other, which attentions take as a mask."""

from collections.abc import Mapping
from typing import Any

from graphs.describe import param
from graphs.layers.spec import Call, In, Module, Outputs, Port, Ports, Reaching, Torch, Use
from graphs.layers.weighted import Weighted
from graphs.problems import Problem, problem
from graphs.sizes import Size
from graphs.types import Kind, TensorType
from graphs.wording.phrases import counted, phrase


class RelativePositionBias(
    Weighted,
    id="relative_position_bias",
    group="Attention",
    search="t5 relative positional encoding bucket distance alibi",
):
    """Gives an attention a learned number for each distance between two steps.

    Wire it to the mask of a MultiheadAttention, which adds it to its scores. From N × T × ..., and
    N × S × ... at key if that is another series, comes heads × T × S. The number of heads must be
    that of the attention. Of the values nothing is looked at, only how many steps there are.
    Distances share num_buckets learned rows: with two directions, half of them are for keys behind
    the query. Of the b buckets of a direction, the first e = b / 2 are for one distance each, then
    they widen: distance d has bucket e + floor(log(d / e) / log(max_distance / e) · (b - e)), at
    most b - 1. As in T5, https://arxiv.org/abs/1910.10683, section 2.1.
    """

    num_heads: int = param(default=8, low=1, help="How many heads the attention has.")
    bidirectional: bool = param(
        default=True, help="Tell keys behind a query from those before it; off: as one distance 0."
    )
    num_buckets: int = param(
        default=32, low=2, high=512, help="How many learned rows all distances share."
    )
    max_distance: int = param(
        default=128, low=2, high=65_536, help="From which distance on all have the last row."
    )

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        usual = {**cls.defaults(), **settings}
        both, buckets = usual["bidirectional"], usual["num_buckets"]
        if both and (buckets % 2 or buckets < 4):
            return {"num_buckets": phrase("must be even and at least 4, for each direction a half")}
        single = buckets // (4 if both else 2)
        if usual["max_distance"] <= single:
            return {
                "max_distance": phrase(
                    "must be more than {single}, up to which each distance has its own row",
                    single=single,
                )
            }
        return {}

    def ports(self) -> Ports:
        return Ports((Port("query"), Port("key", optional=True)))

    def infer(self, given: Reaching) -> Outputs | Problem:
        query, key = given["query"], given.get("key") or given["query"]
        for port, series in (("query", query), ("key", key)):
            if series.rank < 2:
                return problem(
                    "Needs steps, but gets {got}.",
                    port=port if given.get(port) is not None else "query",
                    got=series,
                )
        return (TensorType(Kind.FLOAT, (self.num_heads, query.sizes[1], key.sizes[1])),)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return tuple(size for tensors in given.types.values() for size in tensors[0].sizes[1:2])

    def caution(self, given: Reaching, outputs: Outputs) -> Problem | None:
        """No value is looked at, so none that is padding; the attention knows the real keys."""
        return None

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        return {"weight": (self.num_buckets, self.num_heads)}

    def torch(self, given: Reaching) -> Torch:
        made = Call("engine.modules.positions.RelativePositionBias", self.own_settings)
        ports = ("query",) if given.get("key") is None else ("query", "key")
        return Torch(made, Use(Module(tuple(In(port) for port in ports))))

    def brief(self) -> str:
        return counted(self.num_heads, "{count} head", "{count} heads")
