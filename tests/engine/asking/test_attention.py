"""Attention and Transformer layers compute what torch's own compute for the same weights."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.modules.attention import MultiheadAttention
from engine.modules.positions import LearnedPosition, SinusoidalPosition
from engine.modules.transformer import TransformerDecoderLayer, TransformerEncoderLayer
from tests.quickly import some_of

BOTH = pytest.mark.parametrize("causal", [False, True])
LENGTHS = torch.tensor([5, 1, 3])


def drawn(*sizes: int, seed: int = 0) -> Tensor:
    return torch.randn(*sizes, generator=torch.Generator().manual_seed(seed))


def past(steps: int) -> Tensor:
    """Where torch's own may not look."""
    return torch.ones(steps, steps, dtype=torch.bool).triu(1)


def padding(lengths: Tensor, steps: int) -> Tensor:
    """Which keys torch's own leaves out."""
    return torch.arange(steps) >= lengths[:, None]


def twins(own: nn.Module, theirs: nn.Module) -> None:
    """Give both the same weights, by the same names."""
    for weight in theirs.parameters():
        nn.init.normal_(weight, std=0.3)
    own.load_state_dict(theirs.state_dict())


@BOTH
@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("widths", [(8, 8), (8, 5), (6, 5), (6, 8)])
@pytest.mark.parametrize("lengths", [None, LENGTHS])
def test_attention_finds_and_weighs_what_torchs_own_does(
    widths: tuple[int, int], bias: bool, causal: bool, lengths: Tensor | None
) -> None:
    kdim, vdim = widths
    own = MultiheadAttention(8, 2, 0.0, bias, kdim, vdim, is_causal=causal, need_weights=True)
    theirs = nn.MultiheadAttention(8, 2, 0.0, bias, kdim=kdim, vdim=vdim, batch_first=True)
    twins(own, theirs)
    query, key, value = drawn(3, 5, 8), drawn(3, 5, kdim, seed=1), drawn(3, 5, vdim, seed=2)

    output, weights = own(query, key, value, None, lengths)

    hidden = None if lengths is None else padding(lengths, 5)
    wanted = theirs(
        *(query, key, value, hidden),
        attn_mask=past(5) if causal else None,
        average_attn_weights=False,
    )
    torch.testing.assert_close((output, weights), wanted)
    own.need_weights = False
    torch.testing.assert_close(own(query, key, value, None, lengths), wanted[0])
    torch.testing.assert_close(own.weights(query, key, value, None, lengths), wanted[1])


def test_attention_starts_with_the_weights_that_torchs_own_would_draw() -> None:
    made = []
    for kind in (MultiheadAttention, nn.MultiheadAttention):
        torch.manual_seed(3)
        made.append(kind(8, 2).state_dict())
    torch.testing.assert_close(made[0], made[1], rtol=0, atol=0)


def test_a_series_looks_at_itself_unless_told_otherwise() -> None:
    own, x = MultiheadAttention(8, 4), drawn(2, 5, 8)
    torch.testing.assert_close(own(x), own(x, x, x))
    other = drawn(2, 3, 8, seed=1)
    torch.testing.assert_close(own(x, other), own(x, other, other))


@BOTH
@pytest.mark.parametrize("form", [(5, 4), (2, 5, 4), (3, 1, 5, 4)])
def test_a_mask_is_added_or_says_where_to_look(form: tuple[int, ...], causal: bool) -> None:
    own = MultiheadAttention(8, 2, is_causal=causal)
    query, key = drawn(3, 5, 8), drawn(3, 4, 8, seed=1)
    may = drawn(*form, seed=4) > 0
    may[..., 0] = True
    added = torch.zeros(form).masked_fill(~may, float("-inf"))

    found = own(query, key, None, may)

    torch.testing.assert_close(own(query, key, None, added), found)
    whole = own.weights(query, key, None, added, torch.tensor([4, 4, 2]))
    assert (whole[2, :, :, 2:] == 0).all()
    assert (whole.masked_select(~may.expand_as(whole)) == 0).all()
    torch.testing.assert_close(whole.sum(-1), torch.ones(3, 2, 5))
    with pytest.raises(RuntimeError):
        own(query, key, None, drawn(5, 5))


def test_a_sample_without_steps_gives_numbers() -> None:
    found = MultiheadAttention(8, 2)(drawn(2, 3, 8), None, None, None, torch.tensor([0, 3]))
    assert found.isfinite().all()


def test_glances_are_left_out_while_training_only() -> None:
    own, x = MultiheadAttention(8, 2, dropout=0.5), drawn(2, 6, 8)
    assert not torch.equal(own(x), own(x))
    own.eval()
    assert torch.equal(own(x), own(x))


ENCODER: dict[str, Any] = {"d_model": 8, "nhead": 2, "dim_feedforward": 12, "dropout": 0.0}


@BOTH
@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize(("activation", "bias"), [("relu", True), ("gelu", False)])
def test_an_encoder_layer_computes_what_torchs_own_does(
    activation: Any, bias: bool, norm_first: bool, training: bool, causal: bool
) -> None:
    form = {**ENCODER, "activation": activation, "bias": bias, "norm_first": norm_first}
    own = TransformerEncoderLayer(**form, is_causal=causal).train(training)
    theirs = nn.TransformerEncoderLayer(**form, batch_first=True).train(training)
    twins(own, theirs)
    x = drawn(3, 5, 8)
    mask = past(5) if causal else None
    gradients = []
    for layer, given in ((own, (x, LENGTHS)), (theirs, (x, mask, padding(LENGTHS, 5)))):
        found = layer(*given)[~padding(LENGTHS, 5)]
        found.square().sum().backward()
        gradients.append([found, *(weight.grad for weight in layer.parameters())])
    torch.testing.assert_close(gradients[0], gradients[1])
    torch.testing.assert_close(own(x), theirs(x, mask))


@BOTH
@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("norm_first", [False, True])
@pytest.mark.parametrize(("activation", "bias"), [("relu", True), ("gelu", False)])
def test_a_decoder_layer_computes_what_torchs_own_does(
    activation: Any, bias: bool, norm_first: bool, training: bool, causal: bool
) -> None:
    form = {**ENCODER, "activation": activation, "bias": bias, "norm_first": norm_first}
    own = TransformerDecoderLayer(**form, is_causal=causal).train(training)
    theirs = nn.TransformerDecoderLayer(**form, batch_first=True).train(training)
    twins(own, theirs)
    x, memory, known = drawn(3, 5, 8), drawn(3, 4, 8, seed=1), torch.tensor([1, 4, 2])
    mask = past(5) if causal else None

    found = own(x, memory, LENGTHS, known)

    hidden = {
        "tgt_key_padding_mask": padding(LENGTHS, 5),
        "memory_key_padding_mask": padding(known, 4),
    }
    real = ~padding(LENGTHS, 5)
    torch.testing.assert_close(found[real], theirs(x, memory, mask, **hidden)[real])
    torch.testing.assert_close(own(x, memory), theirs(x, memory, mask))


@pytest.mark.parametrize("features", [1, 2, 7, 8])
def test_waves_are_those_of_the_paper_at_any_length(features: int) -> None:
    found = SinusoidalPosition(features)(torch.zeros(2, 9, features))

    for place in range(9):
        for at in range(features):
            angle = torch.tensor(place / 10_000 ** (at // 2 * 2 / features))
            wanted = angle.cos() if at % 2 else angle.sin()
            torch.testing.assert_close(found[:, place, at], wanted.expand(2))
    known = SinusoidalPosition(features, steps=9)
    torch.testing.assert_close(known(torch.zeros(2, 9, features)), found)
    assert not known.state_dict()
    assert known.double()(torch.zeros(2, 9, features).double()).dtype == torch.float64


def test_learned_positions_are_small_and_end_somewhere() -> None:
    own = LearnedPosition(400, 16)
    assert 0.015 < own.weight.std() < 0.025
    torch.testing.assert_close(own(torch.ones(2, 7, 16))[1], 1 + own.weight[:7])
    with pytest.raises(RuntimeError):
        own(torch.ones(2, 401, 16))


def stacked() -> nn.Module:
    """Everything here behind each other, on one series and its lengths."""

    class Stacked(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.waves, self.rows = SinusoidalPosition(8), LearnedPosition(60, 8)
            self.encoder = TransformerEncoderLayer(8, 2, 12, 0.0, is_causal=True)
            self.decoder = TransformerDecoderLayer(8, 2, 12, 0.0, is_causal=True)
            self.attention = MultiheadAttention(8, 2, need_weights=True)

        def forward(self, x: Tensor, lengths: Tensor) -> Tensor:
            x = self.encoder(self.rows(self.waves(x)), lengths)
            x = self.decoder(x, x, lengths, lengths)
            found: Tensor = self.attention(x, None, None, x.new_zeros(x.shape[1], 1), lengths)[0]
            return found

    return Stacked()


@pytest.mark.proof
def test_all_of_it_compiles_in_one_piece_for_every_length() -> None:
    own = stacked()
    compiled = torch.compile(own, fullgraph=True, dynamic=True, backend="eager")
    for steps in (5, 9, 30):
        x, lengths = drawn(3, steps, 8), torch.tensor([steps, 2, 3])
        torch.testing.assert_close(compiled(x, lengths), own(x, lengths))


def test_all_of_it_computes_in_shorter_numbers() -> None:
    own, x = stacked(), drawn(3, 5, 8)
    with torch.autocast("cpu", torch.bfloat16):
        short = own(x, LENGTHS)
        added = MultiheadAttention(8, 2)(x, None, None, torch.zeros(5, 5), LENGTHS)
    assert short.dtype == added.dtype == torch.bfloat16
    torch.testing.assert_close(short.float(), own(x, LENGTHS), rtol=0.1, atol=0.1)


def hidden_whole(form: str) -> Tensor:
    """A mask that hides everything from the third sample and from one query of the first."""
    may = drawn(3, 1, 5, 5, seed=4) > 0
    may[..., 0] = True
    may[0, :, 1] = False
    may[2] = False
    return may if form == "truth" else torch.zeros(may.shape).masked_fill(~may, float("-inf"))


@pytest.mark.parametrize("form", ["truth", "added"])
@pytest.mark.parametrize("weights", [False, True])
@pytest.mark.parametrize("training", some_of([True, False], 2))
@pytest.mark.parametrize("lengths", [None, torch.tensor([5, 0, 3])])
@BOTH
def test_a_query_that_may_look_nowhere_finds_zeros_however_it_is_computed(
    form: str, weights: bool, training: bool, lengths: Tensor | None, causal: bool
) -> None:
    own = MultiheadAttention(8, 2, is_causal=causal, need_weights=weights).train(training)
    x, mask = drawn(3, 5, 8).requires_grad_(), hidden_whole(form)

    def found(attention: Callable[..., Any]) -> tuple[Tensor, Tensor]:
        output = attention(x, None, None, mask, lengths)
        output = output[0] if weights else output
        (gradient,) = torch.autograd.grad(output.square().sum(), x)
        return output, gradient

    output, gradient = found(own)
    blind = own.weights(x, None, None, mask, lengths).sum(-1)[:, 0] == 0

    assert blind[2].all() and blind[0, 1]
    assert blind[1].all() == (lengths is not None)
    torch.testing.assert_close(output[blind], own.out_proj.bias.expand_as(output[blind]))
    assert gradient.isfinite().all() and (gradient[2] == 0).all()
    torch.compiler.reset()  # each case is a kind of its own, and few are kept
    compiled = torch.compile(own, backend="eager", fullgraph=True)
    torch.testing.assert_close(found(compiled), (output, gradient))


def test_zeros_are_what_torchs_own_attention_finds_where_it_may_not_look() -> None:
    own, x = MultiheadAttention(8, 2), drawn(3, 5, 8)
    queries, keys, values = own._projected(x, None, None)
    for form in ("truth", "added"):
        mask = hidden_whole(form).expand(3, 2, 5, 5)
        plain = nn.functional.scaled_dot_product_attention(queries, keys, values, mask)
        torch.testing.assert_close(own(x, None, None, mask), own._joined(plain))


@pytest.mark.parametrize("kind", [TransformerEncoderLayer, TransformerDecoderLayer])
def test_a_series_without_steps_spoils_no_gradient(kind: type[nn.Module]) -> None:
    own, x, lengths = kind(**ENCODER), drawn(2, 3, 8), torch.tensor([0, 2])
    given = (x, lengths) if kind is TransformerEncoderLayer else (x, x, lengths, lengths)
    own(*given).square().sum().backward()
    assert all(w.grad is not None and w.grad.isfinite().all() for w in own.parameters())
