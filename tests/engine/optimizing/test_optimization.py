"""From gradients to the next weights, held against torch's own optimizers."""

from collections.abc import Callable
from itertools import combinations, product
from random import Random
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.errors import GraphProblems
from engine.network import calls
from engine.optimizing.optimization import Descent
from graphs.describe import LEAST, MOST, Chosen, Parameter
from graphs.plan.optimizers import SGD, Adam, AdamW, NAdam, Optimizer, RMSprop
from graphs.plan.plan import Plan
from graphs.plan.schedules import ConstantRate, Cosine, OneCycle, Schedule, WarmUp

CPU = torch.device("cpu")
DRAWS = 200
"""Draws of settings for each optimizer."""
OPTIMIZERS = [
    *(SGD(lr=0.1, momentum=0.9, weight_decay=0.01), Adam(lr=0.02), AdamW(lr=0.02)),
    *(RMSprop(momentum=0.5, centered=True), NAdam(weight_decay=0.01)),
]
FUSED = [one for one in OPTIMIZERS if one.fused]


def model() -> nn.Linear:
    torch.manual_seed(0)
    return nn.Linear(4, 3)


def plan(optimizer: Optimizer, schedule: Schedule | None = None, **rest: Any) -> Plan:
    return Plan(
        optimizer=Chosen.of(optimizer), schedule=Chosen.of(schedule or ConstantRate()), **rest
    )


def hooked(tensor: Tensor, change: Callable[[Tensor], Tensor]) -> Any:
    """Change the gradient of a tensor; torch's own method is not typed."""
    return tensor.register_hook(change)  # type: ignore[no-untyped-call]


def loss_of(module: nn.Module, seed: int) -> Tensor:
    numbers = torch.Generator().manual_seed(seed)
    result: Tensor = module(torch.randn(8, 4, generator=numbers)).square().mean()
    return result


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: one.id)
def test_steps_are_those_of_torchs_optimizer(optimizer: Optimizer) -> None:
    ours, theirs = model(), model()
    descent = Descent(ours, plan(optimizer), 10, CPU)
    kind = getattr(torch.optim, type(optimizer).__name__)
    wanted = kind(theirs.parameters(), **optimizer.settings)

    for step in range(10):
        descent.descend(loss_of(ours, step), step)
        wanted.zero_grad()
        torch.autograd.backward(loss_of(theirs, step))
        wanted.step()

    assert torch.allclose(ours.weight, theirs.weight, atol=1e-6)


@pytest.mark.parametrize("optimizer", [*FUSED, SGD(momentum=0.0)], ids=lambda one: one.id)
def test_quick_steps_give_the_bits_of_torchs_fused_optimizer(optimizer: Optimizer) -> None:
    ours, theirs = model(), model()
    descent = Descent(ours, plan(optimizer), 10, CPU)
    kind = getattr(torch.optim, type(optimizer).__name__)
    wanted = kind(theirs.parameters(), **optimizer.settings, fused=True)

    for step in range(5):
        descent.descend(loss_of(ours, step), step)
        wanted.zero_grad()
        torch.autograd.backward(loss_of(theirs, step))
        wanted.step()

    assert torch.equal(ours.weight, theirs.weight)
    ours_memory, theirs_memory = (o.state_dict()["state"] for o in (descent.optimizer, wanted))
    for number, kept in theirs_memory.items():
        assert all(
            torch.equal(t, ours_memory[number][key]) for key, t in kept.items() if t is not None
        )


@pytest.mark.parametrize("optimizer", FUSED, ids=lambda one: one.id)
def test_a_gpu_leaves_out_the_broken_step_and_all_later_ones_by_itself(
    optimizer: Optimizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is done on a GPU, where nothing may be asked in each step, done on the CPU."""
    module = model()
    descent = Descent(module, plan(optimizer, clip_norm=1.0), 10, CPU)
    monkeypatch.setattr(descent, "_waits", True)
    for step in range(3):
        descent.descend(loss_of(module, step), step)
    assert descent.ask() == 0
    weights = [parameter.detach().clone() for parameter in module.parameters()]
    memory = {path: tensor.clone() for path, tensor in descent.state()[0].items()}

    descent.descend(loss_of(module, 3) * torch.nan, 3)
    for step in range(4, 7):
        descent.descend(loss_of(module, step), step)

    assert descent.left_out == 0  # nobody has asked
    assert descent.ask() == 4
    assert all(map(torch.equal, weights, module.parameters()))
    assert all(torch.equal(memory[path], t) for path, t in descent.state()[0].items())


@pytest.mark.parametrize("schedule", [Cosine(warmup=0.2), OneCycle(), WarmUp()], ids=lambda s: s.id)
def test_each_step_is_made_at_the_rate_of_the_schedule(schedule: Schedule) -> None:
    module = model()
    descent = Descent(module, plan(SGD(lr=0.5, momentum=0.0), schedule), 20, CPU)
    for step in range(20):
        before = module.bias.detach().clone()
        loss = loss_of(module, step)
        (gradient,) = torch.autograd.grad(loss, [module.bias], retain_graph=True)

        descent.descend(loss, step)

        moved = before - module.bias.detach()
        assert torch.allclose(moved, 0.5 * schedule.factor(step, 20) * gradient, atol=1e-7)


def test_one_cycle_follows_torchs_own() -> None:
    schedule = OneCycle(warmup=0.3, start=25.0, end=10000.0)
    other = torch.optim.SGD(model().parameters(), lr=1.0)
    torchs = torch.optim.lr_scheduler.OneCycleLR(other, 0.8, total_steps=50, cycle_momentum=False)
    for step in range(50):
        assert 0.8 * schedule.factor(step, 50) == pytest.approx(torchs.get_last_lr()[0], rel=1e-4)
        other.step()
        torchs.step()


def test_a_long_gradient_is_clipped() -> None:
    module = model()
    descent = Descent(module, plan(SGD(lr=1.0, momentum=0.0), clip_norm=0.01), 1, CPU)
    before = [parameter.detach().clone() for parameter in module.parameters()]

    descent.descend(1000 * loss_of(module, 0), 0)

    moves = [p.detach() - b for p, b in zip(module.parameters(), before, strict=True)]
    moved = torch.cat([move.flatten() for move in moves])
    assert moved.norm().item() == pytest.approx(0.01, rel=1e-3)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda one: one.id)
@pytest.mark.parametrize("broken", [float("nan"), float("inf"), float("-inf")])
def test_a_gradient_that_is_not_finite_changes_nothing(optimizer: Optimizer, broken: float) -> None:
    module = model()
    descent = Descent(module, plan(optimizer), 10, CPU)
    descent.descend(loss_of(module, 0), 0)
    weights = [parameter.detach().clone() for parameter in module.parameters()]
    memory = {path: tensor.clone() for path, tensor in descent.state()[0].items()}

    finite_loss = module.weight[0, 0] * 0
    hook = hooked(module.weight, lambda gradient: gradient * broken)
    descent.descend(finite_loss + loss_of(module, 1), 1)
    hook.remove()

    assert (descent.left_out, descent.ask()) == (1, 1)
    assert all(map(torch.equal, weights, module.parameters()))
    assert all(torch.equal(memory[path], t) for path, t in descent.state()[0].items())


def at_its_limits(parameter: Parameter, chance: Random) -> Any:
    """A value at or near a limit of a setting that its check lets pass."""
    if parameter.kind is bool:
        return chance.random() < 0.5
    near = (LEAST, MOST, 0.0, 0.5, 1.0, 1 - 1e-6, 1 - 1e-9)
    pairs = "tuple" in str(parameter.kind)
    values: list[Any] = list(product(near, repeat=2) if pairs else near)
    return chance.choice([one for one in values if parameter.fault(one) is None])


@pytest.mark.parametrize("kind", list(Optimizer.members()), ids=lambda kind: kind.id)
def test_steps_with_settings_at_their_limits_raise_nothing(kind: type[Optimizer]) -> None:
    chance = Random(0)
    for _ in range(DRAWS):
        settings = {one.name: at_its_limits(one, chance) for one in kind.parameters()}
        if kind.faults(settings):
            continue
        module = model()
        descent = Descent(module, plan(kind.made(settings)), 10, CPU)
        for step in range(2):
            descent.descend(loss_of(module, step), step)


def test_huge_gradients_that_add_up_to_infinity_are_still_finite() -> None:
    module = nn.Linear(4, 3, bias=False)
    descent = Descent(module, plan(AdamW(lr=0.1)), 1, CPU)
    hooked(module.weight, lambda gradient: torch.full_like(gradient, 3e38))

    descent.descend(loss_of(module, 0), 0)

    assert descent.left_out == 0


def test_its_memory_survives_being_written_and_read() -> None:
    first, second = model(), model()
    one = Descent(first, plan(AdamW(lr=0.1)), 10, CPU)
    for step in range(3):
        one.descend(loss_of(first, step), step)
    second.load_state_dict(first.state_dict())
    two = Descent(second, plan(AdamW(lr=0.1)), 10, CPU)

    two.load(*one.state())
    for step in range(3, 6):
        one.descend(loss_of(first, step), step)
        two.descend(loss_of(second, step), step)

    assert torch.equal(first.weight, second.weight)


EDGES = (-1.0, -0.001, 0.0, 0.5, 0.999, 1.0, 1.5)


def edges(parameter: Parameter) -> list[Any]:
    """Values within, at and beyond every limit."""
    if parameter.kind is bool:
        return [False, True]
    if parameter.kind is float:
        return list(EDGES)
    assert parameter.kind == tuple[float, float], "say here what else can be tried"
    return list(product(EDGES, EDGES))


def torch_takes(optimizer: Optimizer) -> bool:
    call = optimizer.torch()
    try:
        calls.resolve(call.target)(model().parameters(), **call.arguments)
    except ValueError:
        return False
    return True


def is_of_no_use(name: str, value: Any) -> bool:
    """What torch takes although nothing would be learned with it, or nothing for long."""
    return (name in {"lr", "eps"} and value == 0) or (name in {"momentum", "alpha"} and value > 1)


@pytest.mark.parametrize("kind", Optimizer.members(), ids=lambda kind: str(kind.id))
def test_an_optimizer_has_no_faults_exactly_when_torch_takes_it(kind: type[Optimizer]) -> None:
    seen = set()
    for one, other in combinations(kind.parameters(), 2):
        for first, second in product(edges(one), edges(other)):
            settings = {**kind.defaults(), one.name: first, other.name: second}
            right = not kind.faults(settings)
            useless = any(is_of_no_use(name, value) for name, value in settings.items())

            assert right == (torch_takes(kind.made(settings)) and not useless), settings
            seen.add(right)
    assert seen == {True, False}


def test_a_model_without_weights_has_nothing_to_learn() -> None:
    with pytest.raises(GraphProblems, match="No layer"):
        Descent(nn.ReLU(), plan(AdamW()), 1, CPU)


def test_settings_that_do_not_go_together_are_a_sentence() -> None:
    with pytest.raises(GraphProblems, match="nesterov needs a momentum of more than 0"):
        Descent(model(), plan(SGD(lr=0.1, momentum=0.0, nesterov=True)), 1, CPU)
