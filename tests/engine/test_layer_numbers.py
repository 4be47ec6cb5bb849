"""What every layer does with numbers: at the limits of float32, among samples, on the way back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice, product
from math import prod
from typing import Any

import pytest
import torch
from torch import Tensor

from graphs.checking.among_samples import among_samples
from graphs.describe import LEAST, MOST, Parameter
from graphs.layers import Layer
from graphs.layers.convolution.filters import Filters
from graphs.layers.losses.losses import Loss
from graphs.layers.pooling.windows import Windows
from graphs.layers.sliding import MOST_PLACES
from graphs.problems import Problem
from graphs.sizes import BATCH, symbols, value
from graphs.types import Kind
from tests.engine.calling import action
from tests.engine.test_layer_contract import (
    KINDS,
    accepted,
    described,
    each_kind,
    entering,
    made,
    members_of,
)
from tests.graphs.examples import TARGET, Example

MANY = 1_000_000
"""Numbers that take a while."""
FEW, MORE = 3, 30
"""Examples of each kind, where each is computed: so many in every run, and in the proof."""
TRIED = 2
"""Examples of each setting and value."""
BEYOND = (1e39, -1e39, 1e-40, -1e-40)
WHOLE = (2**15, 2**31 - 1, 2**40, 2**63 - 1, -(2**31), -(2**63))
EXTREME = (0.0, -0.0, LEAST, -LEAST, MOST, -MOST)


few = pytest.mark.parametrize("few", [FEW, pytest.param(MORE, marks=pytest.mark.proof)])


def computed(example: Example, given: Mapping[str, list[Tensor]]) -> dict[str, Tensor]:
    """What a layer gives on the CPU, in evaluation."""
    description = described(example)
    torch.manual_seed(0)
    module = made(description, "cpu")
    if module is not None:
        module.eval()
    return action(description.use, module)(given)


def drawn(example: Example, known: Mapping[str, int]) -> dict[str, list[Tensor]]:
    """Numbers between 0 and 1 to compute with, which every layer takes; others stay zero."""
    torch.manual_seed(1)
    return {
        port: [torch.rand(t.shape) if t.is_floating_point() else t for t in tensors]
        for port, tensors in entering(example, known, "cpu").items()
    }


def there_and_back(example: Example, given: Mapping[str, list[Tensor]]) -> None:
    """Compute, and hand gradients back to all that can have them."""
    for tensors in given.values():
        for tensor in tensors:
            tensor.requires_grad_(tensor.is_floating_point())
    results = computed(example, given).values()
    learned = [tensor.sum() for tensor in results if tensor.requires_grad]
    if learned:
        torch.autograd.backward(torch.stack(learned).sum())


def with_setting(example: Example, name: str, value: Any) -> Example | None:
    """The example with another value of a setting; None where that is refused."""
    settings = {**example.layer.settings, name: value}
    if example.layer.faults(settings):
        return None
    layer = type(example.layer).made(settings)
    answer = layer.infer(example.given)
    return None if isinstance(answer, Problem) else Example(layer, example.given, answer)


def computes(parameter: Parameter) -> bool:
    """Whether it holds numbers with fractions."""
    return "float" in str(parameter.kind)


@each_kind
def test_a_setting_that_the_check_lets_pass_can_be_computed_with(kind: type[Layer]) -> None:
    for parameter in filter(computes, kind.parameters()):
        counts = (1, 2, 3) if "tuple" in str(parameter.kind) else ()
        for number, count in product((*BEYOND, *EXTREME), counts or (None,)):
            value = number if count is None else (number,) * count
            if number in BEYOND:
                assert parameter.fault(value) is not None, (parameter.name, value)
            changed = (with_setting(one, parameter.name, value) for one in accepted(kind.id))
            for example in islice((one for one in changed if one is not None), TRIED):
                known = next(members_of(example))
                there_and_back(example, drawn(example, known))


def other_company(given: Mapping[str, list[Tensor]]) -> dict[str, list[Tensor]]:
    """The same samples, but for the first."""
    changed = {port: [tensor.clone() for tensor in tensors] for port, tensors in given.items()}
    for tensors in changed.values():
        for tensor in tensors:
            if tensor.is_floating_point() and tensor.dim():
                tensor[:1] = torch.rand_like(tensor[:1])
    return changed


COUNTING = frozenset({"relative_position_bias"})
"""What looks at no value but at how many steps there are, so that no sample is in what it gives."""


@few
@each_kind
def test_where_a_sample_depends_on_the_others_the_check_warns_of_it(
    kind: type[Layer], few: int
) -> None:
    """With the batch in front of all that enters; no sample may vanish in others either."""
    for example in accepted(kind.id)[:few]:
        assert not isinstance(example.answer, Problem)
        if not example.given.types or any(
            tensor.sizes[:1] != (BATCH,) for _, tensor in example.tensors()
        ):
            continue
        layer, given, answer = example.layer, example.given, example.answer
        if layer.caution(given, answer) or among_samples(layer, given, answer):
            continue
        known = next(members_of(example))
        entering_now = drawn(example, known)
        ours = computed(example, entering_now).values()
        others = computed(example, other_company(entering_now)).values()
        for tensor, one, other in zip(answer, ours, others, strict=False):
            if kind.id in COUNTING:
                assert torch.equal(one, other), example
                continue
            assert any(symbols(BATCH) <= symbols(size) for size in tensor.sizes), example
            if tensor.sizes[0] == BATCH:
                assert torch.equal(one[1:], other[1:]), example


def turned(example: Example, axis: int) -> Example | None:
    """The example with the batch on another axis of its only input; None where that is refused."""
    ((port, tensor),) = example.tensors()
    sizes = [3 if size == BATCH else size for size in tensor.sizes]
    sizes[axis] = BATCH
    given = replace(
        example.given, types={port: (replace(tensor, sizes=tuple(sizes), before=None),)}
    )
    answer = example.layer.infer(given)
    return None if isinstance(answer, Problem) else Example(example.layer, given, answer)


@each_kind
def test_where_samples_on_another_axis_meet_the_check_warns_of_it(kind: type[Layer]) -> None:
    """As behind a Transpose: in the opposite order or in other company a sample is what it is."""
    for example in accepted(kind.id)[:FEW]:
        if len(example.tensors()) != 1 or example.tensors()[0][1].kind is not Kind.FLOAT:
            continue
        for axis in range(1, example.tensors()[0][1].rank):
            if (one := turned(example, axis)) is None:
                continue
            assert not isinstance(one.answer, Problem)
            layer, given, answer = one.layer, one.given, one.answer
            if layer.caution(given, answer) or among_samples(layer, given, answer):
                continue
            entering_now = drawn(one, {**next(members_of(one)), "N": 4})
            ((port, (tensor,)),) = entering_now.items()
            ours = computed(one, entering_now).values()
            flipped = computed(one, {port: [tensor.flip(axis)]}).values()
            company = torch.rand_like(tensor).index_copy(
                axis, torch.tensor([1]), tensor.narrow(axis, 1, 1)
            )
            others = computed(one, {port: [company]}).values()
            for kept, first, back, other in zip(answer, ours, flipped, others, strict=True):
                if kind.id in COUNTING:
                    assert torch.equal(first, back) and torch.equal(first, other), one
                    continue
                places = [at for at, size in enumerate(kept.sizes) if size == BATCH]
                assert len(places) == 1, one
                torch.testing.assert_close(first.flip(places), back, msg=str(one))
                own, beside = (found.select(places[0], 1) for found in (first, other))
                torch.testing.assert_close(own, beside, msg=str(one))


WITHOUT = {
    ("multihead_attention", "value", "weights"),
    ("expand", "like", "output"),
    ("resize_like", "like", "output"),
    ("mask_padding", "like", "output"),
    ("relative_position_bias", "query", "output"),
    ("relative_position_bias", "key", "output"),
    *((f"max_unpool{axes}d", "like", "output") for axes in (1, 2, 3)),
    ("normal_sample", "logvar", "output"),  # drawn by it in training alone
}
"""Layer, input and output: how much each step looks at each does not depend on what it finds, and
of what gives a size no value is looked at."""


@few
@each_kind
def test_gradients_pass_to_floats_and_to_nothing_else(kind: type[Layer], few: int) -> None:
    """So the check may tell by types where weights cannot learn."""
    for example in accepted(kind.id)[:few]:
        assert not isinstance(example.answer, Problem)
        given = drawn(example, next(members_of(example)))
        starts = [(port, one.requires_grad_()) for port, one in floats_of(given)]
        results = computed(example, given)
        for tensor, (output, result) in zip(example.answer, results.items(), strict=False):
            carries = tensor.kind is Kind.FLOAT and not kind.stops_gradients
            assert carries or not result.requires_grad, example
            for port, start in starts if carries else ():
                (found,) = torch.autograd.grad(
                    result.sum(), [start], retain_graph=True, allow_unused=True
                )
                passes = (kind.id, port, output) not in WITHOUT
                assert (found is not None) == passes, (example, port, output)


def floats_of(given: Mapping[str, list[Tensor]]) -> Iterator[tuple[str, Tensor]]:
    """The tensors that may have a gradient, by port."""
    for port, tensors in given.items():
        for tensor in tensors if port != TARGET else ():
            if tensor.is_floating_point():
                yield port, tensor


@few
@each_kind
def test_layers_that_break_at_usual_numbers_say_at_which(kind: type[Layer], few: int) -> None:
    for example in accepted(kind.id)[:few]:
        if issubclass(kind, Loss) or example.layer.domain():
            continue
        for numbers in (torch.zeros, torch.ones, torch.randn, lambda shape: -torch.ones(shape)):
            given = {
                port: [numbers(t.shape) if t.is_floating_point() else t for t in tensors]
                for port, tensors in drawn(example, next(members_of(example))).items()
            }
            starts = [one.requires_grad_() for _, one in floats_of(given)]
            results = [t for t in computed(example, given).values() if t.is_floating_point()]
            assert all(bool(t.isfinite().all()) for t in results), example
            if starts and results and not kind.stops_gradients:
                total = torch.stack([t.sum() for t in results]).sum()
                found: Sequence[Tensor | None] = torch.autograd.grad(
                    total, starts, allow_unused=True
                )
                assert all(bool(t.isfinite().all()) for t in found if t is not None), example


@pytest.mark.parametrize(
    "kind", [one for one in KINDS if issubclass(one, Filters | Windows)], ids=lambda kind: kind.id
)
@pytest.mark.parametrize(
    "setting", ["kernel_size", "stride", "padding", "dilation", "output_padding"]
)
def test_windows_reach_no_further_than_torch_computes(kind: type[Layer], setting: str) -> None:
    """Where a transposed convolution moves too far, torch ends the process."""
    if setting not in kind.defaults():
        return
    for number in (MOST_PLACES + 1, 2**31, 2**40):
        assert kind.faults({setting: number}).keys() == {setting}
    for example in accepted(kind.id):
        if example.layer.settings["padding"] == "same":
            continue  # takes a window of any size, and the memory for it
        changed = with_setting(example, setting, MOST_PLACES)
        known = next(members_of(example))
        if changed is None or isinstance(changed.answer, Problem):
            continue
        if sum(value(tensor.elements(), known) for tensor in changed.answer) < MANY:
            computed(changed, drawn(changed, known))
            return


@each_kind
def test_whole_numbers_that_the_check_lets_pass_can_be_learned_with(kind: type[Layer]) -> None:
    for parameter in (one for one in kind.parameters() if one.kind is int):
        for number in WHOLE:
            changed = (with_setting(one, parameter.name, number) for one in accepted(kind.id))
            for example in islice((one for one in changed if one is not None), TRIED):
                if isinstance(example.answer, Problem):
                    continue
                known = next(members_of(example))
                weighs = sum(prod(sizes) for sizes in example.layer.weights(example.given).values())
                gives = sum(value(tensor.elements(), known) for tensor in example.answer)
                if weighs + gives < MANY:
                    there_and_back(example, drawn(example, known))
