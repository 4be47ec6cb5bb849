"""Attention as newer language models have it: heads that share keys, places as rotations."""

from collections.abc import Mapping
from math import gcd
from typing import ClassVar

from graphs.describe import param
from graphs.layers.checks import empty
from graphs.layers.sequences.attention import (
    Attending,
    heads,
    heads_fault,
    series_fault,
    width_of,
)
from graphs.layers.spec import (
    Call,
    In,
    LengthsOf,
    Module,
    Outputs,
    Ports,
    Reaching,
    Torch,
    Use,
)
from graphs.layers.weighted import Weighted
from graphs.problems import Problem, Set, problem
from graphs.sizes import Size
from graphs.types import TensorType
from graphs.wording.phrases import phrase


class GroupedQueryAttention(
    Attending,
    Weighted,
    id="grouped_query_attention",
    title="GroupedQueryAttention",
    group="Attention",
    search=(
        "gqa mqa multi-query rotary rope llama mistral self causal past autoregressive "
        "attend attention multi head every position memory efficient"
    ),
):
    """Lets each step look at others, by keys that several heads share.

    In each head, y = softmax(q kᵀ / √d) v, where d is the number of its features; q, k and v are
    linear maps of x.
    N × T × features stays as it is. With as many num_kv_heads as heads it is plain attention, with
    one it is multi-query attention. Rotary positions turn queries and keys by their place, so that
    no positions have to be added before. Padding is never looked at.
    From https://arxiv.org/abs/2305.13245 and, for the rotations, https://arxiv.org/abs/2104.09864.
    """

    looks: ClassVar[Mapping[str, tuple[str, str]]] = {"": ("input", "input")}

    num_heads: int = param(
        default=4, low=1, help="How many times it looks, each in its own way; divides features."
    )
    num_kv_heads: int = param(
        default=2, low=1, help="How many keys and values there are, shared by the heads."
    )
    dropout: float = param(
        default=0.0, low=0, high=1, help="The share of glances left out while training."
    )
    bias: bool = param(default=False, help="Add learned offsets.")
    is_causal: bool = param(
        default=True, help="Look only at steps up to its own, never at what comes later."
    )
    rotary: bool = param(default=True, help="Turn queries and keys by their place in the series.")
    rope_theta: float = param(
        default=10_000.0, low=1, help="How slowly the last features turn; more for long series."
    )
    need_weights: bool = param(
        default=False, help="Give out how much each step looks at each other, for each head."
    )

    def ports(self) -> Ports:
        return Ports(outputs=("output", "weights") if self.need_weights else ("output",))

    def infer(self, given: Reaching) -> Outputs | Problem:
        series = given["input"]
        wrong = series_fault(series, "input") or heads_fault(series, self.num_heads, "num_heads")
        wrong = (
            wrong or empty(series.sizes[1:2]) or self._shares_fault() or self._turns_fault(series)
        )
        if wrong:
            return wrong
        batch, steps, _ = series.sizes
        output = series.of(*series.sizes).stepwise(series)
        weights = series.of(batch, self.num_heads, steps, steps)
        return (output, weights) if self.need_weights else (output,)

    def _shares_fault(self) -> Problem | None:
        if self.num_heads % self.num_kv_heads == 0:
            return None
        return problem(
            "num_kv_heads = {shared} must divide num_heads = {heads}.",
            setting="num_kv_heads",
            fix=Set("num_kv_heads", gcd(self.num_heads, self.num_kv_heads)),
            shared=self.num_kv_heads,
            heads=self.num_heads,
        )

    def _turns_fault(self, series: TensorType) -> Problem | None:
        each = width_of(series) // self.num_heads
        if not self.rotary or each % 2 == 0:
            return None
        return problem(
            "Rotary positions turn pairs of features, but each head has {each}, an odd number.",
            setting="rotary",
            fix=Set("rotary", False),
            each=each,
        )

    def _shared(self, given: Reaching) -> int:
        """How many features keys and values have in all."""
        return width_of(given["input"]) // self.num_heads * self.num_kv_heads

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        width, shared = width_of(given["input"]), self._shared(given)
        outputs = {"q_proj": width, "k_proj": shared, "v_proj": shared, "o_proj": width}
        found: dict[str, tuple[int, ...]] = {}
        for name, count in outputs.items():
            found[f"{name}.weight"] = (count, width)
            if self.bias:
                found[f"{name}.bias"] = (count,)
        return found

    def flops(self, given: Reaching, outputs: Outputs) -> Size:
        series = given["input"]
        batch, steps, width = series.sizes
        mapped = series.elements() * (2 * width_of(series) + 2 * self._shared(given))
        return mapped + 2 * series.of(batch, steps, steps).elements() * width

    def torch(self, given: Reaching) -> Torch:
        series = given["input"]
        arguments = {"features": width_of(series), **self.own_settings}
        lengths = {"lengths": LengthsOf()} if series.padded else {}
        return Torch(
            Call("engine.modules.grouped_attention.GroupedQueryAttention", arguments),
            Use(Module((In(),), lengths), ("output", "weights") if self.need_weights else "output"),
        )

    def brief(self) -> str:
        shown = (heads(self.num_heads), str(self.num_kv_heads))
        return " · ".join((*shown, *((phrase("causal"),) if self.is_causal else ())))
