"""Attention: every step of a series looks at the steps of another one, or of its own."""

from collections.abc import Mapping
from math import gcd
from typing import ClassVar

from graphs.describe import param
from graphs.layers.arithmetic.value_by_value import broadcast
from graphs.layers.checks import empty, not_fixed, not_floats, not_rank
from graphs.layers.spec import (
    Call,
    In,
    Layer,
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
from graphs.problems import Bypass, Insert, Problem, Set, problem
from graphs.sizes import Size, alike, same
from graphs.types import Kind, TensorType
from graphs.wording.phrases import counted, phrase

ENTERING = ("query", "key", "value", "mask")
OTHER_BATCH = (
    "Every series must have the same batch, but gets {first} and {second}. Put an Expand before "
    "what is the same for all samples, such as a Parameter, and wire the other series to its like."
)


class Attending(Layer):
    """Base of layers whose steps look at steps, so that it can be shown how much at which."""

    looks: ClassVar[Mapping[str, tuple[str, str]]]
    """Each attention by its name in torch's state dict: the ports of its queries and its keys.

    A layer that is an attention itself has no name for it; queries that look at themselves have no
    other port.
    """

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given.first().sizes[1:2]


class MultiheadAttention(
    Attending,
    Weighted,
    id="multihead_attention",
    group="Attention",
    search=(
        "multi head relations relate sentence words mha self cross attend look transformer "
        "causal past context query key value every position matter important range "
        "dependencies weights mask masked"
    ),
):
    """Lets each step of a series gather what it needs from other steps.

    In each head, y = softmax(q kᵀ / √d + mask) v, where d is the number of its features; q, k and v
    are linear maps of query, key and value. From https://arxiv.org/abs/1706.03762.
    N × T × embed_dim stays as it is. With the query alone, steps look at each other; a key, N × S ×
    features, is what they look at instead, and a value, just as long, what they take from there.
    A mask, broadcast to N × heads × T × S, is added to the scores; one of truth values says where
    a step may look. Padding is never looked at. Always batch_first.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
    """

    looks: ClassVar[Mapping[str, tuple[str, str]]] = {"": ("query", "key")}

    num_heads: int = param(
        default=8, low=1, help="How many times it looks, each in its own way; divides embed_dim."
    )
    dropout: float = param(
        default=0.0, low=0, high=1, help="The share of glances left out while training."
    )
    bias: bool = param(default=True, help="Add learned offsets.")
    is_causal: bool = param(
        default=False, help="Look only at steps up to its own, never at what comes later."
    )
    need_weights: bool = param(
        default=False, help="Give out how much each step looks at each other, for each head."
    )

    def ports(self) -> Ports:
        optional = (Port(name, optional=True) for name in ("key", "value", "mask"))
        outputs = ("output", "weights") if self.need_weights else ("output",)
        return Ports((Port("query"), *optional), outputs)

    def infer(self, given: Reaching) -> Outputs | Problem:
        query, key, _ = _entering(given)
        for port in ("query", "key", "value"):
            tensor = given.get(port)
            if tensor is not None and (wrong := series_fault(tensor, port)):
                return wrong
        wrong = (
            heads_fault(query, self.num_heads, "num_heads")
            or self._key_fault(given)
            or self._mask_fault(given)
        )
        if wrong:
            return wrong
        weights = query.of(query.sizes[0], self.num_heads, query.sizes[1], key.sizes[1])
        output = query.of(*query.sizes).stepwise(query)
        return (output, weights) if self.need_weights else (output,)

    def _key_fault(self, given: Reaching) -> Problem | None:
        """What is wrong between the three series."""
        query, key, value = _entering(given)
        looked_at = "key" if given.get("key") is not None else "query"
        taken = "value" if given.get("value") is not None else looked_at
        if not same(query.sizes[0], key.sizes[0]):
            return problem(OTHER_BATCH, port=looked_at, first=query, second=key)
        if not same(key.sizes[0], value.sizes[0]):
            return problem(OTHER_BATCH, port=taken, first=key, second=value)
        if not same(key.sizes[1], value.sizes[1]):
            return problem(
                "There is one value for each key, but {keys} keys and {values} values.",
                port="value",
                keys=key.sizes[1],
                values=value.sizes[1],
            )
        if None not in (key.padded, value.padded) and key.padded != value.padded:
            return problem(
                "Keys are padded as “{keys}” is, but values as “{values}”; both must agree.",
                port="value",
                keys=key.padded,
                values=value.padded,
            )
        return empty(key.sizes[1:2], looked_at)

    def _mask_fault(self, given: Reaching) -> Problem | None:
        mask = given.get("mask")
        if mask is None:
            return None
        if mask.kind is not Kind.MASK and (wrong := not_floats(mask, "mask")):
            return wrong
        query, key, _ = _entering(given)
        wanted = query.of(query.sizes[0], self.num_heads, query.sizes[1], key.sizes[1])
        whole = broadcast(wanted.sizes, mask.sizes)
        if whole is not None and alike(whole, wanted.sizes):
            return None
        each = query.of(query.sizes[0], query.sizes[1], key.sizes[1])
        if len(mask.sizes) == 3 and alike(mask.sizes, each.sizes):
            return problem(
                "A mask that differs from sample to sample needs an axis for the heads before "
                "queries × keys, 1 for all alike, but is {got}.",
                port="mask",
                got=mask,
                fix=Insert("unsqueeze", "mask", {"dim": 1}),
            )
        return problem(
            "A mask must be queries × keys, or heads × queries × keys, {wanted} here, "
            "but is {got}.",
            port="mask",
            wanted=wanted,
            got=mask,
        )

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        width, kdim, vdim = _widths(given)
        return attention_weights(width, self.bias, kdim, vdim)

    def flops(self, given: Reaching, outputs: Outputs) -> Size:
        return attention_flops(*_entering(given))

    def torch(self, given: Reaching) -> Torch:
        width, kdim, vdim = _widths(given)
        others = {} if (kdim, vdim) == (width, width) else {"kdim": kdim, "vdim": vdim}
        arguments = {"embed_dim": width, **others, **self.own_settings}
        wired: dict[str, object] = {p: In(p) for p in ENTERING[1:] if given.get(p) is not None}
        if (padded := _padded_port(given)) is not None:
            wired["lengths"] = LengthsOf(padded)
        return Torch(
            Call("engine.modules.attention.MultiheadAttention", arguments),
            Use(
                Module((In(ENTERING[0]),), wired),
                ("output", "weights") if self.need_weights else "output",
            ),
        )

    def brief(self) -> str:
        return " · ".join((heads(self.num_heads), *((phrase("causal"),) if self.is_causal else ())))


def _entering(given: Reaching) -> tuple[TensorType, TensorType, TensorType]:
    """Query, key and value; the key is the query and the value the key when not wired."""
    query = given["query"]
    key = given.get("key") or query
    return query, key, given.get("value") or key


def _padded_port(given: Reaching) -> str | None:
    """The port where it is known which of the keys are padding."""
    looked_at = "query" if given.get("key") is None else "key"
    known = (port for port in (looked_at, "value") if given.get(port) is not None)
    return next((port for port in known if given[port].padded is not None), None)


def _widths(given: Reaching) -> tuple[int, int, int]:
    """The features of query, key and value."""
    query, key, value = (width_of(tensor) for tensor in _entering(given))
    return query, key, value


# ---- what the layers of a Transformer ask and count as well ----


def width_of(series: TensorType) -> int:
    """The features of each step of a series that ``series_fault`` has nothing against."""
    width = series.sizes[2]
    assert isinstance(width, int)  # anything else was refused
    return width


def series_fault(tensor: TensorType, port: str) -> Problem | None:
    """What keeps ``tensor`` from being a series of floats with a known number of features."""
    before = tensor.before
    fits = before is not None and before.rank == 3 and isinstance(before.sizes[2], int)
    wrong = not_floats(tensor, port) or not_rank(
        tensor, (3,), "steps × features", Bypass(port) if fits else None, port
    )
    return wrong or not_fixed(tensor.sizes[2], "embed_dim", port)


def heads(count: int) -> str:
    """How many there are, as nodes show it."""
    return counted(count, "{count} head", "{count} heads")


def heads_fault(series: TensorType, count: int, setting: str) -> Problem | None:
    """Each head takes an equal share of the features."""
    width = width_of(series)
    if width % count == 0:
        return None
    return problem(
        "{name} = {heads} must divide the {width} features.",
        setting=setting,
        fix=Set(setting, gcd(count, width)),
        name=setting,
        heads=count,
        width=width,
    )


def attention_weights(width: int, bias: bool, kdim: int, vdim: int) -> dict[str, tuple[int, ...]]:
    """Shapes of the weights; the three maps of the input are one when their widths agree."""
    weights: dict[str, tuple[int, ...]] = {}
    if kdim == vdim == width:
        weights["in_proj_weight"] = (3 * width, width)
    else:
        named = zip(("q", "k", "v"), (width, kdim, vdim), strict=True)
        weights |= {f"{name}_proj_weight": (width, size) for name, size in named}
    if bias:
        weights |= {"in_proj_bias": (3 * width,), "out_proj.bias": (width,)}
    return {**weights, "out_proj.weight": (width, width)}


def attention_flops(query: TensorType, key: TensorType, value: TensorType) -> Size:
    """Multiply-adds per sample: the maps of what comes and goes, then scores and what they take."""
    batch, steps, width = query.sizes
    mapped = 2 * query.elements() + key.elements() + value.elements()
    return mapped * width + 2 * query.of(batch, steps, key.sizes[1]).elements() * width
