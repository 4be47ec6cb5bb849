"""The layers that Transformers are stacked from: attention, then two linear maps for each step."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from graphs.describe import param
from graphs.layers.checks import empty
from graphs.layers.sequences.attention import (
    OTHER_BATCH,
    Attending,
    attention_flops,
    attention_weights,
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
    Port,
    Ports,
    Reaching,
    Torch,
    Use,
)
from graphs.layers.weighted import Weighted
from graphs.problems import Insert, Problem, problem
from graphs.sizes import Size, same
from graphs.wording.phrases import phrase


class TransformerLayer(Attending, Weighted):
    """Base of the two: everything but what is looked at."""

    entering: ClassVar[Mapping[str, str]]
    """The ports in the order of ``forward``, with the names that it has for their lengths."""

    nhead: int = param(
        default=8, low=1, help="How many times each step looks around; it must divide the features."
    )
    dim_feedforward: int = param(
        default=2048, low=1, help="How many values each step is widened to in between."
    )
    dropout: float = param(
        default=0.1, low=0, high=1, help="The share of values set to zero while training."
    )
    activation: Literal["relu", "gelu"] = param(
        default="relu", help="What is applied between the two linear maps."
    )
    layer_norm_eps: float = param(
        default=1e-5, above=0, help="Added to the variance, so that nothing is divided by zero."
    )
    norm_first: bool = param(
        default=False, help="Normalize before each part instead of after; deep stacks learn better."
    )
    bias: bool = param(default=True, help="Add learned offsets.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        series = given["input"]
        wrong = series_fault(series, "input") or heads_fault(series, self.nhead, "nhead")
        wrong = wrong or empty(series.sizes[1:2]) or self.memory_fault(given)
        return wrong or (series.of(*series.sizes).stepwise(series),)

    def memory_fault(self, given: Reaching) -> Problem | None:
        """What is wrong with a second series."""
        return None

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        width, inner = width_of(given["input"]), self.dim_feedforward
        found: dict[str, tuple[int, ...]] = {}
        for part in self.looks:
            inside = attention_weights(width, self.bias, width, width)
            found |= {f"{part}.{name}": shape for name, shape in inside.items()}
        found |= {"linear1.weight": (inner, width), "linear2.weight": (width, inner)}
        norms = [f"norm{number}" for number in range(1, len(self.looks) + 2)]
        found |= {f"{norm}.weight": (width,) for norm in norms}
        if self.bias:
            found |= {"linear1.bias": (inner,), "linear2.bias": (width,)}
            found |= {f"{norm}.bias": (width,) for norm in norms}
        return found

    def flops(self, given: Reaching, outputs: Outputs) -> Size:
        series = given["input"]
        computing = 2 * series.elements() * self.dim_feedforward
        return attention_flops(series, series, series) + computing

    def torch(self, given: Reaching) -> Torch:
        arguments = {"d_model": width_of(given["input"]), **self.own_settings}
        made = Call(f"engine.modules.transformer.{type(self).__name__}", arguments)
        return Torch(made, Use(Module(tuple(map(In, self.entering)), self._lengths(given))))

    def _lengths(self, given: Reaching) -> dict[str, LengthsOf]:
        """The lengths of what is padded, by the names that ``forward`` has for them."""
        return {name: LengthsOf(port) for port, name in self.entering.items() if given[port].padded}

    def brief(self) -> str:
        causal = (phrase("causal"),) if self.settings["is_causal"] else ()
        return " · ".join((heads(self.nhead), str(self.dim_feedforward), *causal))


class TransformerEncoderLayer(
    TransformerLayer,
    id="transformer_encoder_layer",
    group="Attention",
    search=(
        "sentence text relate bert gpt block self attention attend look context words "
        "language model causal past translate every position encode understand document"
    ),
):
    """Lets steps look at each other, then computes each by itself.

    a = norm(x + attention(x)) and y = norm(a + feed_forward(a)). With norm_first it is a = x +
    attention(norm(x)) and y = a + feed_forward(norm(a)). From https://arxiv.org/abs/1706.03762.
    N × T × features stays as it is. With is_causal it is a layer of a language model, which
    predicts the next step. Padding is never looked at. Always batch_first.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerEncoderLayer.html
    """

    looks: ClassVar[Mapping[str, tuple[str, str]]] = {"self_attn": ("input", "input")}
    entering: ClassVar[Mapping[str, str]] = {"input": "lengths"}

    is_causal: bool = param(
        default=False, help="Look only at steps up to its own, never at what comes later."
    )


class TransformerDecoderLayer(
    TransformerLayer,
    id="transformer_decoder_layer",
    group="Attention",
    search=(
        "translation translate sequence to seq2seq encoder cross attention block causal "
        "past generate decode writing target language"
    ),
):
    """Lets steps look at each other and at a memory, then computes each by itself.

    a = norm(x + attention(x)), b = norm(a + attention(a, memory)) and y = norm(b +
    feed_forward(b)). With norm_first it is a = x + attention(norm(x)), and so on. From
    https://arxiv.org/abs/1706.03762.
    N × T × features stays as it is; the memory, N × S × features, is what an encoder made of
    another series. Padding is never looked at. Always batch_first.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerDecoderLayer.html
    """

    looks: ClassVar[Mapping[str, tuple[str, str]]] = {
        "self_attn": ("input", "input"),
        "multihead_attn": ("input", "memory"),
    }
    entering: ClassVar[Mapping[str, str]] = {"input": "lengths", "memory": "memory_lengths"}

    is_causal: bool = param(
        default=True, help="Look only at steps up to its own; all of the memory is seen."
    )

    def ports(self) -> Ports:
        return Ports((Port("input"), Port("memory")))

    def memory_fault(self, given: Reaching) -> Problem | None:
        series, memory = given["input"], given["memory"]
        if wrong := series_fault(memory, "memory"):
            return wrong
        width = width_of(given["input"])
        if memory.sizes[2] != width:
            return problem(
                "The memory has {got} features, but the series {wanted}; both must agree.",
                port="memory",
                fix=Insert("linear", "memory", {"out_features": width}),
                got=memory.sizes[2],
                wanted=width,
            )
        if not same(series.sizes[0], memory.sizes[0]):
            return problem(OTHER_BATCH, port="memory", first=series, second=memory)
        return empty(memory.sizes[1:2], "memory")

    def flops(self, given: Reaching, outputs: Outputs) -> Size:
        series, memory = given["input"], given["memory"]
        return super().flops(given, outputs) + attention_flops(series, memory, memory)
