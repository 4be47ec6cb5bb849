"""The first node that breaks is named, forwards and backwards."""

import pytest
import torch
from torch import Tensor, nn

from engine.network.compiling import Network, compiled
from engine.network.diagnosis import first_broken
from tests.engine.drawings import DIGITS, Drawing

CHAIN = ["flatten", "one", "sigmoid", "two", "classify"]


def network() -> Network:
    drawing = Drawing(DIGITS)
    drawing.node("input", "image", field="image")
    drawing.node("flatten", "flatten")
    drawing.node("linear", "one", out_features=8)
    drawing.node("sigmoid", "sigmoid")
    drawing.node("linear", "two", out_features=8)
    drawing.node("linear", "classify", out_features=10)
    drawing.node("output", "digit")
    drawing.node("cross_entropy_loss", "loss", target="digit")
    drawing.chain("image", *CHAIN, "digit")
    drawing.wire("classify", "loss")
    return compiled(drawing.document())


def batch() -> dict[str, Tensor]:
    return {"image": torch.rand(3, 1, 8, 8), "digit": torch.arange(3)}


def spoil(module: nn.Module, forwards: bool) -> None:
    """Let a module give infinity, or hand infinity back."""

    def broken(gradient: Tensor) -> Tensor:
        return gradient * torch.inf

    def hook(module: nn.Module, given: tuple[Tensor], result: Tensor) -> Tensor:
        return result * torch.inf

    def listen(module: nn.Module, given: tuple[Tensor]) -> tuple[Tensor]:
        twin = given[0] * 1.0
        if twin.requires_grad:
            twin.register_hook(broken)  # type: ignore[no-untyped-call]
        return (twin,)

    if forwards:
        module.register_forward_hook(hook)
    else:
        module.register_forward_pre_hook(listen)


def test_a_sound_step_has_no_broken_node() -> None:
    assert first_broken(network(), batch()) is None


@pytest.mark.parametrize("name", ["one", "sigmoid", "two", "classify"])
def test_the_node_that_first_gives_infinity_is_named(name: str) -> None:
    broken = network()
    spoil(broken.get_submodule(name), forwards=True)

    assert first_broken(broken, batch()) == name


@pytest.mark.parametrize("name", ["sigmoid", "two", "classify"])
def test_the_node_that_first_hands_infinity_back_is_named(name: str) -> None:
    broken = network()
    spoil(broken.get_submodule(name), forwards=False)

    assert first_broken(broken, batch()) == name


def test_a_gradient_of_own_weights_names_their_node() -> None:
    broken = network()
    weight = broken.get_parameter("two.weight")
    weight.register_hook(lambda gradient: gradient * torch.nan)  # type: ignore[no-untyped-call]

    assert first_broken(broken, batch()) == "two"


def test_the_input_itself_breaks_at_the_first_node() -> None:
    spoiled = batch()
    spoiled["image"][0, 0, 0, 0] = torch.nan

    assert first_broken(network(), spoiled) == "flatten"
