"""Why training breaks off by itself, and what to do: numbers that are not finite, or no memory."""

from __future__ import annotations

import torch

from engine import devices, precision
from engine.network.diagnosis import domain
from engine.precision import TYPES
from engine.training.stretch import Stretch
from graphs.checking.evaluation import evaluated
from graphs.checking.memory import needs_most, spelled
from graphs.document.document import Document
from graphs.wording.phrases import joined, phrase

_ADVICE = "Lower the learning rate or clip the gradients, then start a new run."
_WITH_DECAY = (
    "Lower the learning rate or the weight decay, or clip the gradients, then start a new run."
)
_OF_THE_DOMAIN = "{domain} Then start a new run."
_OF_BOTH = "{domain} Or lower the learning rate or clip the gradients. Then start a new run."
OR_ELSE = "{first}, or {second}"


def _advice(stretch: Stretch, node: str | None) -> str:
    """What helps: before the first step no rate is to blame for what a layer cannot take."""
    beyond = domain(stretch.run.document, node) if node else ""
    if not beyond:
        return phrase(
            _WITH_DECAY if stretch.plan.optimizer.settings.get("weight_decay") else _ADVICE
        )
    if stretch.position.step == 0:
        return phrase(_OF_THE_DOMAIN, domain=beyond)
    return phrase(_OF_BOTH, domain=beyond)


class NotFinite(Exception):  # noqa: N818  # the event says what it is
    """A number was not finite; ``node`` is where that began."""

    def __init__(self, what: str, node: str | None, stretch: Stretch) -> None:
        began = phrase(" It began at “{node}”.", node=node) if node else ""
        super().__init__(
            phrase(
                "{what} is not a finite number.{began} {advice}",
                what=what,
                began=began,
                advice=_advice(stretch, node),
            )
        )
        self.node = node


def is_out_of_memory(error: RuntimeError | MemoryError) -> bool:
    """torch has a class of its own for a GPU's memory only."""
    told = isinstance(error, torch.OutOfMemoryError | MemoryError)
    return told or "can't allocate memory" in str(error)


def memory_message(device: torch.device, document: Document) -> str:
    """What to choose when memory ran out, with the node that needs most of it."""
    plan = document.plan
    name, most = needs_most(evaluated(document.main), plan)
    half = plan.batch_size // 2
    ways = []
    if half:
        twice = 2 * plan.accumulate
        ways.append(
            phrase(
                "a batch size of {half} (with accumulate {twice} it learns the same)",
                half=half,
                twice=twice,
            )
        )
    if plan.precision == "fp32":
        better = [p for p in TYPES if precision.reason_against(p, device) is None]
        ways += [phrase("the precision {name}", name=name) for name in better[:1]]
    ways.append(phrase("smaller layers"))
    return phrase(
        "The memory of {describe} ran out at batch size {batch_size}; “{name}” needs most, about "
        "{most}. Choose {ways}, then start a new run.",
        name=name,
        most=spelled(most),
        describe=devices.describe(device),
        batch_size=plan.batch_size,
        ways=joined(ways, OR_ELSE),
    )
