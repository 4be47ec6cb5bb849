"""Descriptions of layers become functions that compute what the description says."""

import pytest
import torch
from torch import nn

from engine.network import calls
from graphs.layers.spec import (
    All,
    Call,
    Function,
    In,
    Index,
    LengthsOf,
    Method,
    Module,
    Operator,
    Same,
    SizeOf,
    Use,
)
from tests.engine.calling import action

X, Y, Z = torch.arange(24.0).reshape(2, 3, 4), torch.ones(2, 3, 4), torch.full((2, 3, 4), 3.0)


def test_a_module_called_with_its_ports_in_order_is_the_module_itself() -> None:
    linear = nn.Linear(4, 2)
    assert calls.function(Use(), ("input",), linear) is linear


@pytest.mark.parametrize(
    "target",
    ["os.system", "builtins.eval", "engine.network.calls.made", "torchx.y"],
)
def test_targets_outside_of_torch_are_refused(target: str) -> None:
    with pytest.raises(ValueError, match="neither of torch nor"):
        calls.resolve(target)


def test_constructors_are_made_from_inside_to_outside() -> None:
    inner = Call.of("torch.nn.Linear", in_features=3, out_features=2)
    made = calls.made(Call.of("torch.nn.utils.parametrizations.weight_norm", module=inner))
    assert made.weight.shape == (2, 3)
    assert "parametrizations.weight.original0" in made.state_dict()


def test_a_function_takes_all_tensors_of_a_variadic_port() -> None:
    cat = calls.function(Use(Function("torch.cat", (All("input"),), {"dim": 1})), ("input",) * 3)
    assert torch.equal(cat(X, Y, Z), torch.cat([X, Y, Z], dim=1))


def test_an_operator_joins_any_number_of_tensors() -> None:
    for tensors in ((X, Y), (X, Y, Z), (X,)):
        add = calls.function(Use(Operator("+", (All("input"),))), ("input",) * len(tensors))
        assert torch.equal(add(*tensors), sum(tensors, torch.zeros(())))


def test_an_operator_joins_named_ports_in_the_order_of_its_arguments() -> None:
    minus = Use(Operator("-", (In("b"), In("a"))))
    assert torch.equal(calls.function(minus, ("a", "b"))(X, Y), Y - X)
    assert torch.equal(action(minus)({"b": [Y], "a": [X]})["output"], Y - X)


def test_a_method_reads_sizes_while_running() -> None:
    reshape = calls.function(Use(Method("reshape", (In(), SizeOf(0), -1))), ("input",))
    assert reshape(X).shape == (2, 12)
    assert reshape(X[:1]).shape == (1, 12)


def test_an_index_takes_slices_and_numbers() -> None:
    last = calls.function(Use(Index((slice(None), -1))), ("input",))
    assert torch.equal(last(X), X[:, -1])
    assert torch.equal(calls.function(Use(Index((1,))), ("input",))(X), X[1])


def test_a_nested_pattern_is_taken_apart_and_optional_ports_may_be_left_out() -> None:
    lstm = nn.LSTM(4, 5, batch_first=True)
    pattern = ("output", ("hidden", "cell"))
    plain = calls.function(Use(Module(), pattern), ("input",), lstm)
    states = Use(Module((In(), (In("hidden"), In("cell")))), pattern)
    stated = calls.function(states, ("input", "hidden", "cell"), lstm)
    zero = torch.zeros(1, 2, 5)
    for one, other in zip(plain(X), stated(X, zero, zero), strict=True):
        assert torch.equal(one, other)
    assert calls.names(pattern) == ("output", "hidden", "cell")
    named = action(states, lstm)({"input": [X], "hidden": [zero], "cell": [zero]})
    assert [tuple(tensor.shape) for tensor in named.values()] == [(2, 3, 5), (1, 2, 5), (1, 2, 5)]


def test_an_argument_of_a_port_that_is_not_wired_is_none() -> None:
    loss = Use(Function("torch.nn.functional.cross_entropy", (In(), In("target"), In("weight"))))
    scores, target = X[:, :, 0], torch.tensor([0, 2])
    found = calls.function(loss, ("input", "target"))(scores, target)
    assert torch.equal(found, nn.functional.cross_entropy(scores, target))


def test_lengths_enter_beside_their_port_and_are_none_where_nothing_is_padded() -> None:
    use = Use(Function("engine.modules.mask_of", (LengthsOf(), SizeOf(1))))
    lengths = torch.tensor([1, 3])

    mask = calls.function(use, ("input", calls.lengths_port("input")))(X, lengths)
    only = calls.function(Use(Method("sum", (In(), LengthsOf()))), ("input",))(X)

    assert mask.tolist() == [[True, False, False], [True, True, True]]
    assert torch.equal(only, X.sum())
    assert use.lengths_asked() == ("input",)
    assert Use(Operator("+", (All("input"), (LengthsOf("b"),)))).lengths_asked() == ("b",)


def test_what_passes_on_passes_on_and_what_ends_gives_nothing() -> None:
    assert calls.function(Use(Same()), ("input",))(X) is X
    assert calls.function(Use(Same(), outputs=()), ("input",))(X) == ()
    assert action(Use(Same(), outputs=()))({"input": [X]}) == {}


def test_a_result_of_another_form_than_the_pattern_is_an_error() -> None:
    pool = nn.MaxPool1d(2, return_indices=True)
    three = calls.function(Use(Module(), ("a", ("b", "c", "d"))), ("input",), pool)
    with pytest.raises(ValueError, match="zip"):
        three(X[..., :1].expand(2, 3, 3))


def test_a_module_that_is_missing_is_an_error_at_once() -> None:
    with pytest.raises(ValueError, match="needs one"):
        calls.function(Use(), ("input",))


def test_named_arguments_are_fixed_values_or_tensors_that_enter() -> None:
    norm = Use(Method("norm", (In(),), {"dim": 1, "keepdim": True}))
    assert torch.equal(calls.function(norm, ("input",))(X), X.norm(dim=1, keepdim=True))
    attention = nn.MultiheadAttention(4, 1, batch_first=True)
    mask = torch.tensor([[False, False, True], [False, True, True]])
    named = {"key_padding_mask": In("mask"), "need_weights": False}
    use = Use(Module((In(), In(), In()), named), ("output", "weights"))
    found, weights = calls.function(use, ("input", "mask"), attention)(X, mask)
    wanted, _ = attention(X, X, X, key_padding_mask=mask, need_weights=False)
    assert torch.equal(found, wanted) and weights is None


def test_lengths_may_be_asked_for_by_name() -> None:
    use = Use(Module((In(),), {"lengths": LengthsOf("other"), "more": (1, SizeOf(0))}))
    assert use.lengths_asked() == ("other",)
