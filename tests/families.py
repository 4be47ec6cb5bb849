"""Every family of things that describe themselves, for tests that hold for all of them."""

from itertools import chain

from engine.export.exporter import Exporter
from engine.procedures import Procedure
from graphs.data import DataKind
from graphs.data.sources import Source
from graphs.describe import Described
from graphs.layers import Layer
from graphs.plan.augmentations import Augmentation
from graphs.plan.optimizers import Optimizer
from graphs.plan.plan import Plan
from graphs.plan.schedules import Schedule

FAMILIES: tuple[type[Described], ...] = (
    Layer,
    Source,
    DataKind,
    Plan,
    Optimizer,
    Schedule,
    Augmentation,
    Procedure,
    Exporter,
)


def everything() -> tuple[type[Described], ...]:
    """Every member of every family, also those that users are not offered."""
    return tuple(chain.from_iterable(family.registered() for family in FAMILIES))
