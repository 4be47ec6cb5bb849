"""Every layer on padded series: each sample comes out as it does alone, or a warning says not.

What pads is far greater than what is real, so that a layer that looks at it gives itself away.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import islice
from math import prod
from random import Random

import pytest
import torch
from torch import Tensor, nn

from engine.network import calls
from graphs.layers import Layer
from graphs.layers.losses.losses import Loss
from graphs.layers.spec import Reaching, Torch
from graphs.problems import Problem, Severity
from graphs.setting_kinds import FieldName
from graphs.sizes import BATCH, Size, product, symbol, symbols
from graphs.types import Kind, TensorType
from tests.graphs.examples import Example, examples

STEPS = symbol("P", 1, 6)
LENGTHS = (3, 6, 1, 4)
SERIES = FieldName("series")
KINDS = [
    kind
    for kind in Layer.members()
    if kind.made(kind.defaults()).ports().inputs
    and not issubclass(kind, Loss)
    and kind.id != "output"
]
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
NEEDS_FIXED_SIZES = {
    *("conv1d", "conv2d", "conv3d"),
    *("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"),
    *("batch_norm1d", "batch_norm2d", "batch_norm3d", "group_norm"),
    *("instance_norm1d", "instance_norm2d", "instance_norm3d"),
    *("patch_embedding", "window_attention"),
}
"""Their second axis, of channels or of rows, must be fixed, so nothing padded enters."""
MIXES_CHANNELS = {
    *("local_response_norm", "pixel_shuffle", "pixel_unshuffle", "channel_shuffle"),
    *("unfold", "fold", "class_token"),
}
"""They compute across their second axis, or move its entries, so padded steps there always bring a
warning."""
FEWER, TRIED, WANTED = 400, 1_200, 6
"""So many are drawn in every run, and more only until as many are exact as are wanted; in the
proof, so many of all."""


def padded(example: Example, random: Random) -> Example:
    """The example with padded steps on the second axis of what enters."""
    types = example.given.types
    ranks = [t for several in types.values() for t in several if t.rank > 1]
    first = ranks[0].sizes[1] if ranks else None

    def turned(tensor: TensorType) -> TensorType:
        if tensor.rank < 2 or tensor.sizes[0] != BATCH or tensor.sizes[1] != first:
            return tensor
        if random.random() < 0.2:
            return replace(tensor, sizes=(BATCH, 1, *tensor.sizes[2:]), before=None)
        sizes = (BATCH, STEPS, *tensor.sizes[2:])
        return replace(tensor, sizes=sizes, padded=SERIES, before=None)

    given = Reaching({port: tuple(map(turned, several)) for port, several in types.items()})
    return Example(example.layer, given, example.layer.infer(given))


def plain(size: Size) -> bool:
    return isinstance(size, int) or size in (BATCH, STEPS)


def usable(example: Example) -> bool:
    """Whether steps are the second axis of what is padded, and of nothing else but beside it."""
    tensors = [tensor for _, tensor in example.tensors()]
    return (
        not isinstance(example.answer, Problem)
        and any(tensor.padded for tensor in tensors)
        and all(STEPS not in (*t.sizes[:1], *t.sizes[2:]) for t in tensors)
        and all(plain(size) for t in tensors for size in t.sizes)
        and all(t.into is None or roomy(t.into, t.sizes[2:]) for t in tensors)
    )


def roomy(into: tuple[Size, ...], sides: tuple[Size, ...]) -> bool:
    """Whether each of so many values can have a place of its own."""
    room, wanted = product(into), product(sides)
    return isinstance(room, int) and isinstance(wanted, int) and room >= wanted


@cache
def gathered(kind: str, least: int = FEWER) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """Examples that promise to be exact on real steps, and those that warn."""
    random = Random(kind)
    drawn = islice(examples(Layer.get(kind), seed=5), TRIED)
    exact: list[Example] = []
    warned: list[Example] = []
    for number, example in enumerate(padded(one, random) for one in drawn):
        if number >= least and len(exact) >= WANTED:
            break
        if not usable(example):
            continue
        assert not isinstance(example.answer, Problem)
        caution = example.layer.caution(example.given, example.answer)
        few = exact if caution is None else warned
        if len(few) < 25:
            few.append(example)
    return tuple(exact), tuple(warned)


def filled(tensor: TensorType) -> Tensor:
    """A batch of real steps, and of what would spoil every sum at the end of each sample."""
    known: Mapping[Size, int] = {BATCH: len(LENGTHS), STEPS: max(LENGTHS)}
    sizes = [size if isinstance(size, int) else known[size] for size in tensor.sizes]
    if tensor.into is not None:  # of two values for one place torch keeps either
        return torch.arange(prod(sizes[2:])).view(sizes[2:]).expand(sizes)
    if tensor.kind is not Kind.FLOAT:
        drawn = torch.randint(0, tensor.values or 2, sizes)
        return drawn.bool() if tensor.kind is Kind.MASK else drawn
    found = torch.rand(sizes)
    if tensor.padded:
        for row, length in zip(found, LENGTHS, strict=True):
            row[length:] *= 1000
    return found


def alone(tensor: Tensor, kind: TensorType, sample: int) -> Tensor:
    """The part that belongs to one sample, without padding."""
    for axis, size in enumerate(kind.sizes):
        if size == BATCH:
            tensor = tensor.narrow(axis, sample, 1)
        elif size == STEPS:
            tensor = tensor.narrow(axis, 0, LENGTHS[sample])
    return tensor


def unpadded(given: Reaching) -> Reaching:
    return Reaching(
        {p: tuple(replace(t, padded=None) for t in several) for p, several in given.types.items()}
    )


def called(
    description: Torch, module: nn.Module | None, entering: list[tuple[str, Tensor]]
) -> list[Tensor]:
    ports = [port for port, _ in entering]
    result = calls.function(description.use, ports, module)(*[tensor for _, tensor in entering])
    return [result] if isinstance(description.use.outputs, str) else list(result)


def made(description: Torch) -> nn.Module | None:
    if description.module is None:
        return None
    module: nn.Module = calls.made(description.module)
    return module.eval()


def entering(example: Example) -> Iterator[tuple[str, Tensor]]:
    for port, tensor in example.tensors():
        yield port, filled(tensor)
    for port, several in example.given.types.items():
        if any(tensor.padded for tensor in several):
            yield calls.lengths_port(port), torch.tensor(LENGTHS)


@pytest.mark.parametrize(
    ("every", "least"), [(12, FEWER), pytest.param(1, TRIED, marks=pytest.mark.proof)]
)
@each_kind
def test_without_a_warning_each_sample_is_what_it_is_alone(
    kind: type[Layer], every: int, least: int
) -> None:
    exact, _ = gathered(kind.id, least)
    assert len(exact) >= WANTED or kind.id in NEEDS_FIXED_SIZES | MIXES_CHANNELS
    for example in exact[::every]:
        torch.manual_seed(0)
        assert not isinstance(example.answer, Problem)
        description = example.layer.torch(example.given)
        module, given = made(description), list(entering(example))
        whole = called(description, module, given)
        bare = example.layer.torch(unpadded(example.given))
        one = made(bare)
        if one is not None and module is not None:
            one.load_state_dict(module.state_dict())
        for sample in range(len(LENGTHS)):
            parts = zip(given, example.tensors(), strict=False)
            short = [(port, alone(tensor, t, sample)) for (port, tensor), (_, t) in parts]
            for out, wanted, t in zip(whole, called(bare, one, short), example.answer, strict=True):
                torch.testing.assert_close(
                    alone(out, t, sample), wanted, rtol=1e-4, atol=1e-5, msg=f"{example} {sample}"
                )


@each_kind
def test_a_warning_is_one_sentence_about_a_port_that_is_padded(kind: type[Layer]) -> None:
    for example in gathered(kind.id)[1]:
        assert not isinstance(example.answer, Problem)
        assert not any(tensor.padded for tensor in example.answer)
        found = example.layer.caution(example.given, example.answer)
        assert found is not None and found.severity is Severity.WARNING
        assert found.port is not None
        assert any(tensor.padded for tensor in example.given.all(found.port))


@each_kind
def test_what_is_not_padded_needs_no_lengths_and_no_warning(kind: type[Layer]) -> None:
    for example in gathered(kind.id)[0]:
        given = unpadded(example.given)
        answer = example.layer.infer(given)
        assert not isinstance(answer, Problem)
        assert example.layer.caution(given, answer) is None
        assert not any(tensor.padded for tensor in answer)


def test_sizes_stand_for_themselves_in_these_examples() -> None:
    assert symbols(STEPS) != symbols(BATCH)


def test_series_that_are_padded_by_different_fields_are_not_put_together() -> None:
    one = TensorType(Kind.FLOAT, (BATCH, STEPS, 2), padded=FieldName("a"))
    other = replace(one, padded=FieldName("b"))
    for kind, settings in (("add", {}), ("multiply", {}), ("concatenate", {"dim": 2})):
        layer = Layer.get(kind).made({**Layer.get(kind).defaults(), **settings})
        answer = layer.infer(Reaching({"input": (one, other)}))
        assert isinstance(answer, Problem)
        assert "“a” and “b”" in answer.message
    answer = Layer.get("subtract").made({}).infer(Reaching({"input": (one,), "other": (other,)}))
    assert isinstance(answer, Problem)


def made_up(given: list[tuple[str, Tensor]], example: Example, instead: float) -> list[Tensor]:
    """Real numbers are above 0 from now on, and what pads is ``instead``; what can learn."""
    for (_, tensor), (_, t) in zip(given, example.tensors(), strict=False):
        if tensor.is_floating_point():
            tensor += 0.1
            for row, length in zip(tensor, LENGTHS, strict=True) if t.padded else ():
                row[length:] = instead
            tensor.requires_grad_()
    return [tensor for _, tensor in given if tensor.requires_grad]


@each_kind
@pytest.mark.parametrize("instead", [0.0, -0.5])
def test_what_stands_on_padding_stays_finite_and_so_do_gradients(
    kind: type[Layer], instead: float
) -> None:
    """A mask that weighs it with 0, and a gradient of 0, would make no number of infinity."""
    for example in gathered(kind.id)[0][:WANTED]:
        assert not isinstance(example.answer, Problem)
        torch.manual_seed(0)
        description = example.layer.torch(example.given)
        module, given = made(description), list(entering(example))
        learning = made_up(given, example, instead)
        learning += () if module is None else module.parameters()
        for out, t in zip(called(description, module, given), example.answer, strict=True):
            real = [alone(out, t, sample).double() for sample in range(len(LENGTHS))]
            if not all(bool(part.isfinite().all()) for part in real):
                continue  # it breaks at the real steps, too
            assert out.isfinite().all(), example
            if out.requires_grad:
                total = torch.stack([part.sum() for part in real]).sum()
                slopes: tuple[Tensor | None, ...] = torch.autograd.grad(
                    total, learning, retain_graph=True, allow_unused=True
                )
                known = [slope for slope in slopes if slope is not None]
                assert all(bool(slope.isfinite().all()) for slope in known), example
