"""Losses, scores and targets for tests of what is measured."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.measuring.stepped import Stepped
from engine.network.compiling import StepResult
from engine.network.wiring import LossPlace
from graphs.document.edits import NodeId
from graphs.setting_kinds import FieldName


def place(
    task: Any = "classes", reading: Any = "softmax", name: str = "loss", **more: Any
) -> LossPlace:
    """A loss of that name on the field ``NAME_target``."""
    target = FieldName(f"{name}_target")
    return LossPlace(NodeId(name), name, target, 1.0, task, reading, f"{name}_output", **more)


def scores(rows: int, classes: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Scores with many ties, and targets that they have something to do with."""
    numbers = np.random.default_rng(seed)
    target = numbers.integers(0, classes, rows)
    found = numbers.integers(-3, 4, (rows, classes)).astype(np.float32)
    found[np.arange(rows), target] += numbers.integers(0, 3, rows)
    return torch.from_numpy(found), torch.from_numpy(target)


def ran(*found: Tensor, loss: float = 0.5) -> Stepped:
    """What a step gave, with one loss per tensor of scores."""
    losses = tuple(torch.tensor(loss * (n + 1)) for n in range(len(found)))
    total = torch.stack(losses).sum()
    return Stepped({"loss": total}, details=StepResult(total, losses, found, {}))


def unchanged(field: str, values: Tensor) -> Tensor:
    """Numbers whose units are already those of the user."""
    return values
