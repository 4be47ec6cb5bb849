"""Examples for the contract of layers: settings and types that reach them, drawn at random.

Settings come from the descriptions of the parameters and types from common pools, so that a new
layer is covered as soon as it exists. Where chance alone hits too few accepted examples, LIKELY
names a better way to draw them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any, Literal, Union, get_args, get_origin

from graphs.describe import Parameter
from graphs.layers import Layer
from graphs.layers.losses.alignment import CTCLoss
from graphs.layers.losses.cross_entropy import NLLLoss
from graphs.layers.losses.losses import Loss
from graphs.layers.losses.margins import MultiLabelMarginLoss
from graphs.layers.losses.numbers import KLDivLoss
from graphs.layers.losses.regions import RegionLoss
from graphs.layers.sequences.attention import MultiheadAttention
from graphs.layers.sequences.grouped_attention import GroupedQueryAttention
from graphs.layers.sequences.recurrent import GRU, LSTM, RNN, Recurrent
from graphs.layers.sequences.transformer import TransformerDecoderLayer, TransformerEncoderLayer
from graphs.layers.shapes.patches import Fold
from graphs.layers.sliding import each
from graphs.layers.spec import Outputs, Port, Reaching
from graphs.problems import Problem
from graphs.setting_kinds import FieldName, Pair, Triple, without_words
from graphs.sizes import BATCH, Size, Symbol, product, symbol, symbols, value
from graphs.types import Kind, Scale, TensorType

T = symbol("T", 3, 7)
H = symbol("H", 4, 20, 4)
W = symbol("W", 8, 40)
E = symbol("E", 0, 4)
S = symbol("S", 1, 5)
NUMBERS: tuple[Size, ...] = (1, 2, 3, 4, 5, 6, 8, 9, 12, 16, 28)
NAMED: tuple[Size, ...] = (T, H, W, 2 * T, W // 2, (W + 1) // 2, H // 4, T + 1, H * W)
TARGET = "target"


@dataclass(frozen=True, slots=True)
class Example:
    """A layer, what reaches it and what its type rule answers."""

    layer: Layer
    given: Reaching
    answer: Outputs | Problem

    def at(self, known: Mapping[str, int]) -> Example:
        """The same example with numbers in place of symbols."""
        types = {
            port: tuple(concrete(tensor, known) for tensor in tensors)
            for port, tensors in self.given.types.items()
        }
        fields = {name: concrete(tensor, known) for name, tensor in self.given.fields.items()}
        given = Reaching(types, fields)
        return Example(self.layer, given, self.layer.infer(given))

    def tensors(self) -> list[tuple[str, TensorType]]:
        """What enters, by port."""
        return [(port, t) for port, types in self.given.types.items() for t in types]

    def symbols(self) -> list[Symbol]:
        """Every symbol in the types, by name."""
        types = [t for _, t in self.tensors()] + list(self.given.fields.values())
        found = {s for t in types for size in t.sizes for s in symbols(size)}
        return sorted(found, key=lambda s: s.name)


def examples(kind: type[Layer], seed: int) -> Iterator[Example]:
    """Examples without end, the same ones for a seed."""
    random = Random(f"{kind.id} {seed}")
    while True:
        settings = {p.name: setting(p, random) for p in kind.parameters()}
        drawn = LIKELY[kind.id](random, settings) if kind.id in LIKELY else None
        if kind.faults(settings):
            continue
        layer = kind.made(settings)
        if isinstance(layer, Loss):
            given = scored(random, layer)
        else:
            given = Reaching(drawn or entering(layer, random))
        yield Example(layer, given, layer.infer(given))


def setting(parameter: Parameter, random: Random) -> Any:
    """A value that the parameter allows; the default half of the time."""
    if parameter.kind is FieldName:
        return TARGET
    if parameter.is_reference:
        # What is referred to no example has; tests/graphs/checking/test_references.py tries it.
        return None
    if random.random() < 0.5 and isinstance(parameter.default, int | float | str | tuple):
        return parameter.default
    for _ in range(20):
        drawn = _value(parameter.kind, parameter, random)
        if parameter.fault(drawn) is None:
            return drawn
    return parameter.default


def _value(kind: Any, parameter: Parameter, random: Random) -> Any:
    if kind is str:  # what it may hold is known to LIKELY alone
        return parameter.default
    numbers, words = without_words(kind)
    found = _number(numbers, parameter, random)
    return random.choice((*words, found)) if words else found


def _number(kind: Any, parameter: Parameter, random: Random) -> Any:
    if kind is bool:
        return random.random() < 0.5
    if get_origin(kind) is Literal:
        return random.choice(get_args(kind))
    if kind is float:
        low = parameter.low if parameter.low is not None else parameter.above
        return random.choice((low or 0.0, 0.1, 0.5, parameter.high or 2.0))
    if kind is int:
        return random.choice((-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 8))
    if kind == Pair:
        return random.choice((_value(int, parameter, random), (random.randint(0, 4), 2)))
    if kind == Triple:
        three = (random.randint(0, 3), 2, 1)
        return random.choice((_value(int, parameter, random), three))
    if kind == tuple[int, ...]:
        return tuple(random.choice((-1, 0, 1, 2, 3, 4, 6)) for _ in range(random.randint(0, 4)))
    if kind == tuple[float, ...]:
        return tuple(random.choice((0.1, 0.5, 2.0)) for _ in range(random.choice((0, 2, 2, 3))))
    if type(None) in get_args(kind):
        rest = tuple(part for part in get_args(kind) if part is not type(None))
        return random.choice((None, _value(Union[rest], parameter, random)))  # noqa: UP007
    raise TypeError(f"the examples do not know how to draw a {kind} for {parameter.name}")


def any_type(
    random: Random, kinds: tuple[Kind, ...] = (Kind.FLOAT,) * 6 + tuple(Kind)
) -> TensorType:
    """A type of rank 1 to 5, most often a batch of floats."""
    first: Size = BATCH if random.random() < 0.95 else random.choice((1, 2, 3, 2 * BATCH))
    features = [size(random) for _ in range(random.randint(0, 4))]
    kind = random.choice(kinds)
    counted = kind in (Kind.TOKENS, Kind.INDEX) and random.random() < 0.8
    values = random.choice((2, 3, 5, 10)) if counted else None
    scales = (*(Scale.ANY,) * 3, Scale.PROBABILITIES, Scale.DISTRIBUTION)
    scale = random.choice(scales) if kind is Kind.FLOAT else Scale.ANY
    return TensorType(kind, (first, *features), values, scale)


def size(random: Random) -> Size:
    """A number, or something that varies from batch to batch."""
    chance = random.random()
    return random.choice(NUMBERS) if chance < 0.75 else E if chance > 0.99 else random.choice(NAMED)


def entering(
    layer: Layer, random: Random, first: Sequence[TensorType] = ()
) -> dict[str, tuple[TensorType, ...]]:
    """Types for the ports: each by itself, or related to what came before, so that some fit."""
    given: dict[str, tuple[TensorType, ...]] = {}
    near = list(first)
    ports = layer.ports().inputs
    for port in ports:
        if port.optional and random.random() < 0.5:
            continue
        given[port.name] = _types(port, near, random)
        near.extend(given[port.name])
        enough = port.name == "input" and all(other.optional for other in ports[1:])
        answer = layer.infer(Reaching(given)) if enough else ()
        near.extend(() if isinstance(answer, Problem) else answer[1:] * 4)
    return given


def _types(port: Port, near: list[TensorType], random: Random) -> tuple[TensorType, ...]:
    count = random.randint(1, 4) if port.variadic else 1
    found = list(near)
    for _ in range(count):
        found.append(relative(random.choice(found), random) if found else any_type(random))
    return tuple(found[len(near) :])


def relative(tensor: TensorType, random: Random) -> TensorType:
    """The same type, or one that differs in an axis, in rank or in kind."""
    sizes = list(tensor.sizes)
    match random.randint(0, 9):
        case 0 | 1 if sizes:
            sizes[random.randrange(len(sizes))] = size(random)
        case 2 if sizes:
            sizes[random.randrange(len(sizes))] = 1
        case 3:
            del sizes[: random.randint(0, len(sizes))]
        case 4:
            return any_type(random)
        case 5:
            return replace(any_type(random), sizes=tensor.sizes)
        case _:
            pass
    return TensorType(tensor.kind, tuple(sizes), tensor.values, tensor.scale)


def scored(random: Random, loss: Loss) -> Reaching:
    """What a loss takes, and a target, which fit more often than chance would have it."""
    first, *others = (port.name for port in loss.ports().inputs)
    if loss.task == "nothing" and others and random.random() < 0.6:
        row = TensorType(Kind.FLOAT, (BATCH, size(random)))
        rest = {port: (relative(row, random),) for port in others}
        pair = TensorType(Kind.INDEX, (BATCH,), random.choice((2, 2, 3)))
        return Reaching({first: (row,), **rest}, {TARGET: pair})
    if isinstance(loss, MultiLabelMarginLoss) and random.random() < 0.5:
        row = TensorType(Kind.FLOAT, (BATCH, size(random)))
        return Reaching({first: (row,)}, {TARGET: replace(row, kind=Kind.MASK, values=2)})
    if isinstance(loss, CTCLoss) and random.random() < 0.8:
        return _unaligned(random)
    scores, target = _compared(random, regions=isinstance(loss, RegionLoss))
    if isinstance(loss, NLLLoss | KLDivLoss) and random.random() < 0.8:
        scores = scores.scaled(Scale.LOGARITHMS)
    rest = {port: (relative(scores, random),) for port in others}
    return Reaching({first: (scores,), **rest}, {TARGET: target})


def _unaligned(random: Random) -> Reaching:
    """Scores of more steps than the target has classes, with one for the blank, or nearly."""
    classes = random.choice((1, 2, 3, 5))
    steps, length = random.choice((5, 8, T + 1, W)), random.choice((1, 3, S, T, S))
    target = TensorType(Kind.INDEX, (BATCH, length), classes)
    scores = TensorType(Kind.FLOAT, (BATCH, steps, classes + 1))
    if random.random() < 0.4:
        scores, target = random.choice(
            ((relative(scores, random), target), (scores, relative(target, random)))
        )
    return Reaching({"input": (scores,)}, {TARGET: target})


def _compared(random: Random, *, regions: bool) -> tuple[TensorType, TensorType]:
    """Scores and a target, which has a class for each place where ``regions`` are wanted."""
    scores = any_type(random)
    features = [scores.sizes[1:]]
    if scores.rank > 1:
        features += [scores.sizes[1:-1], scores.sizes[2:], scores.sizes[1:2]]
    features += [(*scores.sizes[1:], 1), ()]
    kind = random.choice((Kind.FLOAT, Kind.INDEX))
    last = scores.sizes[1] if scores.rank > 1 else 2
    known = last if isinstance(last, int) and random.random() < 0.6 else random.choice((2, 2, 7))
    per_class = random.random() < (0.8 if regions else 0.3)
    kind = Kind.INDEX if per_class else kind
    values = known if kind is Kind.INDEX else None
    chosen = scores.sizes[2:] if per_class else random.choice(features)
    if per_class and scores.rank > 2 and random.random() < 0.5:  # the classes in the last axis
        classes = scores.sizes[-1]
        chosen = scores.sizes[1:-1]
        values = classes if isinstance(classes, int) and random.random() < 0.6 else 7
    if kind is Kind.INDEX and random.random() < 0.2:
        kind, values = Kind.MASK, 2
    target = TensorType(kind, (BATCH, *chosen), values)
    if random.random() < 0.2:
        target = any_type(random, (Kind.FLOAT, Kind.INDEX))
    return scores, target


def _reshaped(
    random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """Sizes that hold as many values as go in, or nearly."""
    tensor = any_type(random)
    features = [s if isinstance(s, int) else -1 for s in tensor.features]
    random.shuffle(features)
    if features.count(-1) <= 1 and random.random() < 0.7:
        if len(features) > 1 and -1 not in features[:2] and random.random() < 0.5:
            features[:2] = [features[0] * features[1]]
        if features and -1 not in features and random.random() < 0.5:
            features[random.randrange(len(features))] = -1
        settings["sizes"] = tuple(features)
    return {"input": (tensor,)}


def _image(random: Random, settings: dict[str, Any]) -> Mapping[str, tuple[TensorType, ...]] | None:
    """Pictures more often than chance would have it."""
    if random.random() < 0.4:
        return None
    sizes = (BATCH, random.choice((1, 2, 4, 6, T)), size(random), size(random))
    return {"input": (TensorType(Kind.FLOAT, sizes),)}


def _volume(
    random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """Volumes more often than chance would have it, of which torch counts few places."""
    if random.random() < 0.4:
        return None
    sides = (random.choice((2, 3, 4, 5, 6, T, S)) for _ in range(3))
    return {"input": (TensorType(Kind.FLOAT, (BATCH, random.choice((1, 2, 4, 6, T)), *sides)),)}


def _columns(
    random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """As many columns as an image has windows, or nearly."""
    if random.random() < 0.2:
        return None
    settings["kernel_size"] = random.choice((1, 2, 3, (1, 2)))
    layer = Fold.made(settings)
    windows = product(layer.windows(each(layer.output_size, 2)))
    values = layer.pixels * random.choice((1, 2, 3, T))
    tensor = TensorType(Kind.FLOAT, (BATCH, values, windows))
    return {"input": (tensor if random.random() < 0.7 else relative(tensor, random),)}


def _unpooled(
    axes: int, random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """What a pool gives, and what entered it, or nearly."""
    if random.random() < 0.1:
        return None
    sides = (random.choice((4, 5, 6, 8, 9, T, S, 2 * T)) for _ in range(axes))
    image = TensorType(Kind.FLOAT, (BATCH, random.choice((1, 2, 4, T)), *sides))
    kind = Layer.get(f"max_pool{axes}d")
    if kind.faults(settings):
        return None
    pooled = kind.made({**settings, "return_indices": True}).infer(Reaching({"input": (image,)}))
    if isinstance(pooled, Problem):
        return None
    values, places = pooled
    near = random.random()
    given = {
        "input": (relative(values, random) if near > 0.9 else values,),
        "indices": (relative(places, random) if near < 0.1 else places,),
    }
    if random.random() < 0.2:
        settings["kernel_size"] = 3
    other = image if random.random() < 0.7 else relative(image, random)
    return {**given, "like": (other,)} if random.random() < 0.6 else given


def _places(
    random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """A tensor, and places along one of its axes, or nearly."""
    tensor = replace(any_type(random), kind=Kind.FLOAT, values=None)
    sizes = [one if random.random() < 0.8 else 1 for one in tensor.sizes]
    if tensor.rank and random.random() < 0.9:
        settings["dim"] = axis = random.randrange(tensor.rank)
        sizes[axis] = size(random)
    index = TensorType(Kind.INDEX, tuple(sizes), random.choice((1, 1, 2, 5, None)))
    return {"input": (tensor,), "index": (relative(index, random),)}


def _repeated(
    random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """Axes of size 1, and what gives the size of the first."""
    settings["sizes"] = tuple(random.choice((-1, 2, 3)) for _ in range(random.randint(0, 3)))
    sizes = [random.choice((1, 1, size(random))) for _ in range(random.randint(1, 4))]
    given = {"input": (TensorType(Kind.FLOAT, tuple(sizes)),)}
    return {**given, "like": (any_type(random),)} if random.random() < 0.5 else given


def _images(
    random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """A picture, and another of which its size is taken."""
    one, other = (_image(random, settings) for _ in range(2))
    if one is None or other is None:
        return None
    return {"input": one["input"], "like": other["input"]}


def _matrices(
    random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """Columns of the first that are the rows of the second, or nearly."""
    one = any_type(random)
    before = random.choice((one.sizes[:-2], one.sizes[1:-2], ()))
    other = TensorType(Kind.FLOAT, (*before, *one.sizes[-1:], size(random)))
    return {"input": (one,), "other": (relative(other, random),)}


def _laid_out(
    random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """Pictures whose channels come last and are shared by some heads, or nearly."""
    settings["num_heads"] = random.choice((1, 2, 4))
    settings["window_size"] = random.choice((1, 2, 3, 4, 7))
    settings["shift_size"] = random.randrange(settings["window_size"])
    sides = (random.choice((1, 2, 3, 4, 6, 8, 9)) for _ in range(2))
    picture = TensorType(Kind.FLOAT, (BATCH, *sides, random.choice((2, 4, 8))))
    return {"input": (picture if random.random() < 0.6 else relative(picture, random),)}


EQUATIONS = (
    *("bi,bi->b", "bij,bjk->bik", "b...i,b...i->b...", "bij,bkj->bik", "bi,bj->bij", "bi,ij->bj"),
    *("bij->bji", "bij,bij->", "bii->bi", "bij", "ba", "b...ij->b...ji", "b i , b j -> i j b"),
    *("bi,bij,bj->b", "b...,b...->b...", "bij->b", "bijk,bljk->bil", "b...i,ij->b...j", "Bi,Bj"),
    *("bij,bjk", "b...i->bi", "...i,...i->..."),
)
MALFORMED = ("bi,bj->bk", "bi,bj->bb", "b1->b", "bi-bj", "b..->b", "b.......", "bi->b->i", "b,,b")


def _by_equation(
    random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """Tensors whose axes an equation names, or nearly."""
    settings["equation"] = random.choice(EQUATIONS if random.random() < 0.9 else MALFORMED)
    # Torch counts no product of axes that have one entry, so the size of no axis varies to 1.
    named: dict[str, Size] = {letter: random.choice((2, 3, 5, 8, T)) for letter in "aijkl"}
    sizes = {**named, "b": BATCH, "B": BATCH}
    given = []
    rest = [random.choice((2, 4, T)) for _ in range(random.randint(0, 2))]
    for part in settings["equation"].partition("->")[0].replace(" ", "").split(","):
        axes: list[Size] = []
        for letter in part.replace("...", "."):
            axes += rest if letter == "." else [sizes.get(letter, 3)]
        tensor = TensorType(Kind.FLOAT, tuple(axes))
        given.append(tensor if random.random() < 0.9 else relative(tensor, random))
    return {"input": tuple(given if random.random() < 0.95 else given[:-1] or given)}


def _rows_of_features(
    random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """Two tensors that agree before the last axis, or nearly."""
    one = any_type(random)
    other = replace(one, sizes=(*one.sizes[:-1], size(random)))
    return {"input": (one,), "other": (other if random.random() < 0.8 else relative(one, random),)}


def _choosing(
    random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """A mask and two tensors that go together, or nearly."""
    one = any_type(random)
    mask = replace(relative(one, random), kind=random.choice((Kind.MASK,) * 6 + tuple(Kind)))
    return {"condition": (mask,), "input": (one,), "other": (relative(one, random),)}


def _in_order(
    random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """As many axes as there are."""
    tensor = any_type(random)
    if random.random() < 0.5:
        dims = random.sample(range(tensor.rank), tensor.rank)
        settings["dims"] = tuple(d - tensor.rank if random.random() < 0.2 else d for d in dims)
    return {"input": (tensor,)}


def _single(
    random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """An axis of size 1 more often than chance would have it."""
    tensor = any_type(random)
    sizes = list(tensor.sizes)
    if -tensor.rank <= settings["dim"] < tensor.rank and random.random() < 0.5:
        sizes[settings["dim"]] = 1
    return {"input": (replace(tensor, sizes=tuple(sizes)),)}


def _series(
    kind: type[Recurrent], random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """Few steps, because torch counts them one by one."""
    settings["num_layers"] = min(settings["num_layers"], 2)
    sizes = (BATCH, random.choice((1, 2, 3, 3, S, S, S, E)), size(random))
    first = any_type(random)
    if random.random() < 0.8 or first.rank == 3:
        first = replace(first, sizes=sizes)
    return entering(kind.made(settings), random, [first])


def _attending(
    kind: type[Layer], random: Random, settings: dict[str, Any]
) -> Mapping[str, tuple[TensorType, ...]] | None:
    """Series whose features the heads share, and a mask between them."""
    heads = "num_heads" if "num_heads" in settings else "nhead"
    settings[heads] = random.choice((1, 2, 2, 3, 4))
    features = random.choice((4, 6, 8, 12, 12, size(random)))
    steps = random.choice((1, 2, 3, S, S, S, E))
    first = replace(any_type(random), sizes=(BATCH, steps, features))
    if random.random() < 0.8:
        first = TensorType(Kind.FLOAT, first.sizes)
    given = entering(kind.made(settings), random, [first])
    if "mask" in given and random.random() < 0.8 and given["query"][0].rank == 3:
        key = given.get("key", given["query"])[0]
        whole = (BATCH, settings[heads], given["query"][0].sizes[1], *key.sizes[1:2])
        kept = whole[random.choice((0, 1, 2, 2)) :]
        drawn = TensorType(random.choice((Kind.FLOAT, Kind.MASK)), kept)
        given["mask"] = (relative(drawn, random),)
    return given


LIKELY: Mapping[
    str, Callable[[Random, dict[str, Any]], Mapping[str, tuple[TensorType, ...]] | None]
] = {
    "reshape": _reshaped,
    "conv2d": _image,
    "max_pool2d": _image,
    "avg_pool2d": _image,
    "batch_norm2d": _image,
    "instance_norm2d": _image,
    "conv_transpose2d": _image,
    "adaptive_avg_pool2d": _image,
    "adaptive_max_pool2d": _image,
    "adaptive_max_pool3d": _volume,
    "conv3d": _volume,
    "conv_transpose3d": _volume,
    "max_pool3d": _volume,
    "avg_pool3d": _volume,
    "lp_pool2d": _image,
    "lp_pool3d": _volume,
    "adaptive_avg_pool3d": _volume,
    "batch_norm3d": _volume,
    "instance_norm3d": _volume,
    "dropout3d": _volume,
    "upsample": _image,
    "unfold": _image,
    "patch_embedding": _image,
    "fold": _columns,
    **{f"max_unpool{axes}d": partial(_unpooled, axes) for axes in (1, 2, 3)},
    "gather": _places,
    "expand": _repeated,
    "resize_like": _images,
    "matmul": _matrices,
    "where": _choosing,
    "window_attention": _laid_out,
    "einsum": _by_equation,
    "bilinear": _rows_of_features,
    "permute": _in_order,
    "squeeze": _single,
    **{kind.id: partial(_series, kind) for kind in (RNN, GRU, LSTM)},
    **{
        kind.id: partial(_attending, kind)
        for kind in (
            *(MultiheadAttention, GroupedQueryAttention),
            *(TransformerEncoderLayer, TransformerDecoderLayer),
        )
    },
}


def assignments(found: list[Symbol], every: bool = False) -> Iterator[dict[str, int]]:
    """Five members for each symbol: least, greatest and three between; all of them ``every`` way.

    Otherwise five assignments in which each symbol takes each of its five once.
    """
    five = {s.name: members(s) for s in found}
    if every:
        five |= {"N": (2, 1, 3)} if "N" in five else {}
        for chosen in itertools.product(*five.values()):
            yield dict(zip(five, chosen, strict=True))
        return
    for turn in range(5):
        yield {
            name: some[(turn * (1 + place % 2) + place) % 5]
            for place, (name, some) in enumerate(five.items())
        }


def members(found: Symbol) -> tuple[int, ...]:
    """Five members of a symbol's domain: the two least, one between, the two greatest."""
    if found in symbols(BATCH):
        return (2, 1, 3, 5, 8)
    domain = found.members()
    return tuple(domain[place] for place in (0, 1, len(domain) // 2, -2, -1))


def concrete(tensor: TensorType, known: Mapping[str, int]) -> TensorType:
    """The type with numbers in place of symbols."""
    sizes = tuple(value(one, known) for one in tensor.sizes)
    into = tensor.into and tuple(value(one, known) for one in tensor.into)
    return TensorType(tensor.kind, sizes, tensor.values, tensor.scale, into=into)
