"""How fast drawn networks are beside those of plain torch: `python -m tests.benchmarks.networks`.

A step forward and backward of ResNet-18 on pictures of 64 x 64 pixels and of a GPT with four blocks
(goal: 1.03 times that of the module written by hand, with the same weights), and what it takes to
draw, check and compile ResNet-50 and GPT-2 small (goal: 1.5 times what plain torch takes to
construct them). Both take turns, as other work on the machine comes and goes.
"""

import argparse
import json
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn

from engine.network.compiling import compiled
from graphs.data import ClassKind, DataSection, Field, ImageKind
from graphs.templates import find
from graphs.templates.sets import ENGLISH_TEXT
from tests.benchmarks import plain_torch, training_gpt, training_resnet18
from tests.engine.drawings import Drawing

GOALS = {"resnet-18": 1.03, "gpt": 1.03, "building resnet-50": 1.5, "building gpt-2-small": 1.5}
PICTURES = DataSection(
    "digits",
    {},
    {
        "x": Field(ImageKind.id, (3, 64, 64)),
        "y": Field(ClassKind.id, classes=tuple("0123456789"), target=True),
    },
)
WIDTH, DEPTH, THREADS = 256, 4, 2


def resnet18() -> tuple[nn.Module, nn.Module, Tensor]:
    """Ours, that written by hand, and 32 pictures."""
    drawing = Drawing(PICTURES)
    training_resnet18.draw(drawing)
    return compiled(drawing.document()), plain_torch.resnet18(), torch.randn(32, 3, 64, 64)


def gpt() -> tuple[nn.Module, nn.Module, Tensor]:
    """Ours, that written by hand, and 16 texts."""
    drawing = Drawing(ENGLISH_TEXT)
    training_gpt.draw(drawing, WIDTH, DEPTH)
    words, length = training_gpt.WORDS, training_gpt.LENGTH
    by_hand = plain_torch.Writer(words, length, WIDTH, DEPTH)
    return compiled(drawing.document()), by_hand, torch.randint(words, (16, length))


def in_turns(rounds: int, ours: Callable[[], object], theirs: Callable[[], object]) -> Any:
    """Milliseconds of each, and the median of the ratios of one round."""
    spent: dict[str, list[float]] = {"ours": [], "theirs": []}
    ours(), theirs()
    for number in range(rounds):
        both = [("ours", ours), ("theirs", theirs)]
        for name, act in both if number % 2 else reversed(both):
            start = perf_counter()
            act()
            spent[name].append(perf_counter() - start)
    ratios = sorted(a / b for a, b in zip(*spent.values(), strict=True))
    told = {name: round(1000 * median(each), 1) for name, each in spent.items()}
    return {**told, "ratio": round(median(ratios), 3)}


def step(network: nn.Module, x: Tensor) -> Callable[[], None]:
    """Forward and backward, from fresh gradients."""

    def act() -> None:
        network.zero_grad()
        found = network(x)
        (found[0] if isinstance(found, tuple) else found).square().mean().backward()

    return act


def steps(rounds: int, made: tuple[nn.Module, nn.Module, Tensor]) -> Any:
    """A step of ours and of the module written by hand, from the same weights."""
    ours, by_hand, x = made
    kept = ours.state_dict().values()
    by_hand.load_state_dict(dict(zip(by_hand.state_dict(), kept, strict=True)))
    return in_turns(rounds, step(ours, x), step(by_hand, x))


def building(rounds: int, id: str, by_hand: Callable[[], nn.Module]) -> Any:
    """From the template's document to a network that computes, its checks included."""
    drawn = find(id)
    assert drawn is not None
    return in_turns(rounds, lambda: compiled(drawn.document(), to_train=False), by_hand)


def measured(rounds: int) -> dict[str, Any]:
    """All figures by the names of their goals."""
    torch.set_num_threads(THREADS)
    return {
        "resnet-18": steps(rounds, resnet18()),
        "gpt": steps(rounds, gpt()),
        "building resnet-50": building(rounds, "resnet-50", plain_torch.resnet50),
        "building gpt-2-small": building(rounds, "gpt-2-small", plain_torch.Gpt2),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    found = measured(given.rounds)
    if given.json:
        print(json.dumps({"goals": GOALS, "milliseconds": found}))
        return
    for name, one in found.items():
        print(
            f"{name}: {one['ours']:,.1f} ms, by hand {one['theirs']:,.1f} ms, "
            f"ratio {one['ratio']:.3f} (goal {GOALS[name]:g})"
        )


if __name__ == "__main__":
    main()
