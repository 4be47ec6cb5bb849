"""The training plan that goes with a proposed network: so many steps, in batches that fit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from math import ceil
from typing import Any

from graphs.describe import Chosen
from graphs.plan.optimizers import AdamW
from graphs.plan.plan import Plan
from graphs.plan.schedules import OneCycle
from graphs.proposing.sketch import Sketch
from graphs.sizes import bounds

STEPS = 1500
"""How many steps training is to take, about."""
LEAST_EPOCHS, MOST_EPOCHS = 5, 200
FEW = 20
"""So few samples are not split: all of them are learned, and measured."""
BATCHES = ((300, 16), (5_000, 32), (50_000, 64), (500_000, 128))
"""Samples below which a batch has so many of them."""
MOST_PIXELS = 2**20
"""Pixels of all pictures in a batch."""


def planned(plan: Plan, sketch: Sketch, kept: Collection[str] = ()) -> Plan:
    """``plan`` with another pace, but for the settings that are ``kept``.

    Where and with what seed it computes stays, too.
    """
    section, samples = sketch.section, sketch.samples
    few = samples < FEW
    batch = next((size for below, size in BATCHES if samples < below), 256)
    batch = max(2, min(batch, MOST_PIXELS // _pixels(sketch)))
    if "batch_size" in kept:
        batch = plan.batch_size
    learned = samples * max(0.1, 1 - plan.validation - plan.test)
    epochs = ceil(STEPS * (4 if few else 1) / max(1.0, learned / batch))
    in_steps = any(field.kind.in_steps for field in section.fields.values())
    pace: dict[str, Any] = {
        "epochs": min(max(epochs, LEAST_EPOCHS), MOST_EPOCHS * (5 if few else 1)),
        "batch_size": batch,
        "accumulate": 1,
        "clip_norm": 1.0 if in_steps else plan.clip_norm,
        "optimizer": Chosen.of(AdamW(lr=1e-2 if few else 3e-3, weight_decay=0.05)),
        "schedule": Chosen.of(OneCycle()),
    }
    if few:
        pace |= {"validation": 0.0, "test": 0.0, "folds": None, "fold": None}
    return replace(plan, **{name: value for name, value in pace.items() if name not in kept})


def _pixels(sketch: Sketch) -> int:
    types = sketch.section.types()
    shapes = (types[name].sizes[-2:] for name in sketch.section.pictures())
    return max((bounds(h)[1] * bounds(w)[1] for h, w in shapes), default=1) or 1
