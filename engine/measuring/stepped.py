"""The result of one training step or measured batch: losses and measures; without torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # whoever lists the procedures need not wait for torch
    from torch import Tensor

LOSS = "loss"
"""What the loss of a step is called where it has one: all losses by their weights, added up."""


class Stepped(NamedTuple):
    """The losses of a batch by name, and what else is measured of it; all still on the device."""

    losses: Mapping[str, Tensor]
    """Scalars, each a mean over the batch."""
    measures: Mapping[str, Tensor] = {}
    """Further scalars by name, such as an accuracy; each a mean over the samples of the batch."""
    details: object = None
    """What the procedure's own measures ask for besides."""
