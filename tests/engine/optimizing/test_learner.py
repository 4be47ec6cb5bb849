"""Several networks with an optimizer each, held against torch by hand."""

import torch
from torch import nn

from engine.measuring.measures import NamedMeans
from engine.measuring.stepped import Stepped
from engine.measuring.tally import TalliedSplit, Tally
from engine.optimizing.learner import Learner
from engine.optimizing.optimization import Descent, Watch
from graphs.describe import Chosen
from graphs.plan.optimizers import SGD
from graphs.plan.plan import Plan

CPU = torch.device("cpu")
PLAN = Plan(optimizer=Chosen.of(SGD(lr=0.1, momentum=0.0)))


def networks() -> dict[str, nn.Module]:
    torch.manual_seed(0)
    return {"maker": nn.Linear(3, 2), "judge": nn.Linear(2, 1)}


def learner_of(made: dict[str, nn.Module]) -> Learner:
    watch = Watch(CPU)
    optimizers = {name: Descent(one, PLAN, 10, CPU, watch=watch) for name, one in made.items()}
    return Learner(made, optimizers, PLAN)


def test_each_optimizer_goes_down_from_its_own_losses_alone() -> None:
    ours, theirs = networks(), networks()
    learner = learner_of(ours)
    wanted = {name: torch.optim.SGD(one.parameters(), lr=0.1) for name, one in theirs.items()}
    for number in range(3):
        x = torch.randn(5, 3, generator=torch.Generator().manual_seed(number))
        for name, of in (("maker", -1.0), ("judge", 1.0)):
            learner.descend(name, of * ours["judge"](ours["maker"](x)).square().mean(), number)
            loss = of * theirs["judge"](theirs["maker"](x)).square().mean()
            for optimizer in wanted.values():
                optimizer.zero_grad()
            loss.backward()
            wanted[name].step()

    for name, one in ours.items():
        for key, tensor in theirs[name].state_dict().items():
            assert torch.allclose(one.state_dict()[key], tensor, atol=1e-6), f"{name}.{key}"


def test_no_optimizer_goes_on_when_another_has_left_a_step_out() -> None:
    made = networks()
    learner = learner_of(made)
    learner.descend("maker", made["maker"](torch.ones(1, 3)).sum() * torch.inf, 0)
    before = learner.weights()

    learner.descend("judge", made["judge"](torch.ones(1, 2)).sum(), 0)

    assert learner.stumbled
    assert learner.left_out() == 1
    for name, weights in learner.weights().items():
        assert all(torch.equal(weights[key], before[name][key]) for key in weights)


def test_what_was_kept_of_all_networks_comes_back() -> None:
    made = networks()
    learner = learner_of(made)
    before, state = learner.weights(), learner.state()
    learner.descend("judge", made["judge"](torch.ones(1, 2)).sum(), 0)
    changed = learner.weights()["judge"]["weight"]
    assert not torch.equal(changed, before["judge"]["weight"])

    learner.take_weights(before)

    assert torch.equal(learner.weights()["judge"]["weight"], before["judge"]["weight"])
    other = learner_of({"maker": nn.Linear(3, 2), "judge": nn.Linear(2, 1)})
    other.load(*state)
    assert torch.equal(other.weights()["maker"]["bias"], before["maker"]["bias"])


def test_named_losses_are_means_over_all_samples() -> None:
    measures = NamedMeans(("a/loss", "b/loss"), ("a/accuracy",))
    tally, split = Tally(measures), TalliedSplit(measures)
    for samples, a, b, share in ((4, 1.0, 2.0, 1.0), (2, 4.0, float("nan"), 0.25)):
        told = {"a/loss": torch.tensor(a), "b/loss": torch.tensor(b)}
        stepped = Stepped(told, {"a/accuracy": torch.tensor(share)})
        batch = {"x": torch.zeros(samples, 3)}
        tally.add(stepped, batch)
        split.add(stepped, batch)

    losses = tally.fetch()

    assert losses["a/loss"] == [1.0, 4.0]
    assert losses["b/loss"][0] == 2.0
    assert tally.metrics()["a/loss"] == 2.0
    assert tally.metrics()["a/accuracy"] == 0.75
    again = Tally(measures)
    again.load(tally.state())
    assert again.metrics()["a/accuracy"] == 0.75
    assert again.fetch() == {"a/loss": [], "b/loss": []}
