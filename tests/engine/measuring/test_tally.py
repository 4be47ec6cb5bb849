"""A tally adds up steps, whenever it is asked, and tells padding from what is real."""

import math

import pytest
import torch
import torch.nn.functional as F  # noqa: N812  # torch's own name for it
from sklearn import metrics as oracle

from engine.measuring.loss_measures import LossMeasures
from engine.measuring.tally import Tally
from tests.engine.scoring import place, ran, scores, unchanged


def test_a_tally_counts_each_sample_alike_however_batches_are_cut() -> None:
    found, target = scores(50, 4)
    tally = Tally(LossMeasures([place()], unchanged))
    for start, end in ((0, 20), (20, 45), (45, 50)):
        tally.add(ran(found[start:end], loss=float(end)), {"loss_target": target[start:end]})

    assert tally.fetch() == {"loss": [20.0, 45.0, 50.0]}
    assert tally.metrics() == pytest.approx(
        {
            "loss": (20 * 20 + 45 * 25 + 50 * 5) / 50,
            "accuracy": oracle.accuracy_score(target.numpy(), found.argmax(1).numpy()),
        }
    )


def test_metrics_of_several_losses_carry_the_name_of_their_output() -> None:
    found, target = scores(8, 4)
    tally = Tally(LossMeasures([place(name="a"), place("number", "none", "b")], unchanged))
    tally.add(ran(found, torch.ones(8, 1)), {"a_target": target, "b_target": torch.zeros(8)})
    tally.fetch()

    assert set(tally.metrics()) == {
        "loss",
        "a_output/loss",
        "a_output/accuracy",
        "b_output/loss",
        "b_output/mae",
    }
    assert tally.metrics()["b_output/mae"] == 1.0
    assert tally.metrics()["b_output/loss"] == 1.0


def test_errors_are_counted_in_the_users_units() -> None:
    tally = Tally(LossMeasures([place("number", "none")], lambda field, values: values * 10 + 3))
    tally.add(ran(torch.tensor([[1.0], [2.0]])), {"loss_target": torch.tensor([[2.0], [2.0]])})
    tally.fetch()

    assert tally.metrics()["mae"] == pytest.approx(5.0)


def test_sums_do_not_depend_on_when_they_are_fetched() -> None:
    numbers = torch.Generator().manual_seed(0)
    steps = [(torch.randn(7, 1, generator=numbers), torch.randn(7)) for _ in range(40)]
    measures = LossMeasures([place("number", "none")], unchanged)
    at_once, bit_by_bit = Tally(measures), Tally(measures)
    for n, (found, target) in enumerate(steps):
        at_once.add(ran(found, loss=n / 3), {"loss_target": target})
        bit_by_bit.add(ran(found, loss=n / 3), {"loss_target": target})
        if n % 3 == 0:
            bit_by_bit.fetch()
            state = bit_by_bit.state()
            bit_by_bit = Tally(measures)
            bit_by_bit.load(state)
    at_once.fetch()
    bit_by_bit.fetch()

    assert at_once.metrics() == bit_by_bit.metrics()


def test_steps_that_were_not_made_are_dropped() -> None:
    found, target = scores(6, 3)
    tally = Tally(LossMeasures([place()], unchanged))
    for loss in (1.0, 2.0, float("nan"), float("nan")):
        tally.add(ran(found, loss=loss), {"loss_target": target})

    tally.drop(2)

    assert tally.fetch() == {"loss": [1.0, 2.0]}
    assert tally.metrics()["loss"] == 1.5


def test_a_tally_is_full_before_it_holds_too_much() -> None:
    large = Tally(LossMeasures([place()], unchanged))
    large.add(ran(torch.zeros(2**10, 2**10)), {"loss_target": torch.zeros(2**10)})
    small = Tally(LossMeasures([place()], unchanged))
    small.add(ran(torch.zeros(4, 4)), {"loss_target": torch.zeros(4)})

    assert large.full
    assert not small.full


def test_each_step_of_a_series_is_an_answer() -> None:
    generator = torch.Generator().manual_seed(0)
    found = torch.randn(6, 5, 4, generator=generator)
    target = torch.randint(0, 4, (6, 5), generator=generator)
    series = place(axis=-1, steps=True, likelihood=True)
    for axis, shaped in ((-1, found), (1, found.movedim(-1, 1))):
        tally = Tally(LossMeasures([place(axis=axis, steps=True)], unchanged))
        tally.add_and_fetch(ran(shaped), {"loss_target": target})
        right = (found.argmax(-1) == target).double().mean().item()
        assert tally.metrics() == pytest.approx({"loss": 0.5, "accuracy": right})

    cost = F.cross_entropy(found.flatten(0, 1), target.flatten()).item()
    tally = Tally(LossMeasures([series], unchanged))
    tally.add_and_fetch(ran(found, loss=cost), {"loss_target": target})
    assert tally.metrics()["perplexity"] == pytest.approx(math.exp(cost))


def test_steps_that_are_padding_count_neither_as_right_nor_at_all() -> None:
    series = place(axis=-1, steps=True, lengths="text.lengths", likelihood=True)
    found = torch.zeros(3, 4, 2)  # always says class 0
    target = torch.tensor([[0, 1, 0, 0], [0, 0, 0, 0], [1, 0, 0, 0]])
    tally = Tally(LossMeasures([series], unchanged))
    for rows, loss in ((slice(0, 2), 1.0), (slice(2, 3), 3.0)):
        lengths = torch.tensor([2, 4, 1])[rows]
        batch = {"loss_target": target[rows], "text.lengths": lengths}
        tally.add(ran(found[rows], loss=loss), batch)
    tally.fetch()

    assert tally.metrics()["accuracy"] == 5 / 7
    assert tally.metrics()["loss"] == pytest.approx((1.0 * 6 + 3.0 * 1) / 7)


def test_every_label_of_every_sample_is_an_answer() -> None:
    said = torch.tensor([[1.0, -1.0, 2.0], [-1.0, -2.0, 3.0]])
    tally = Tally(LossMeasures([place("labels", "sigmoid")], unchanged))
    tally.add_and_fetch(
        ran(said), {"loss_target": torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])}
    )
    assert tally.metrics()["accuracy"] == pytest.approx(4 / 6)


def test_numbers_on_padding_are_no_errors() -> None:
    forecast = place("number", "none", lengths="series.lengths")
    wanted = torch.tensor([[[1.0], [9.0]], [[2.0], [4.0]]])
    lengths = torch.tensor([1, 2])
    tally = Tally(LossMeasures([forecast], unchanged))
    tally.add_and_fetch(
        ran(torch.zeros(2, 2, 1)), {"loss_target": wanted, "series.lengths": lengths}
    )
    assert tally.metrics()["mae"] == pytest.approx(7 / 3)
