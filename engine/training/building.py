"""Builds what a run needs before it trains: its networks on their device, and its data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import nn

from engine import devices
from engine.data.prepare import Prepared

# What procedures import when they are used is there with the loop, and not imported by two threads.
from engine.measuring import evaluation, loss_measures, tally  # noqa: F401
from engine.network import torch_compile  # noqa: F401
from engine.optimizing import accumulating, optimization  # noqa: F401
from engine.procedures import Procedure
from engine.procedures.chosen_procedure import procedure_of
from engine.runs import Run
from engine.weights import initial_weights


class Built(NamedTuple):
    """The networks of a run, by name, and what is to be said about their weights."""

    device: torch.device
    procedure: Procedure
    networks: Mapping[str, nn.Module]
    notices: tuple[str, ...]


class StretchParts(NamedTuple):
    """What a stretch is made of."""

    built: Built
    prepared: Prepared


def built(run: Run, fresh: bool) -> Built:
    """The networks of a run on the device of its plan.

    In a ``fresh`` one the model takes the weights that its document starts from. Raises
    GraphProblems and DeviceError when there can be none.
    """
    document = run.document
    procedure, device = procedure_of(document.plan), devices.find(document.plan.device)
    networks = procedure.configure_networks(document, devices.free_memory(device))
    notices: tuple[str, ...] = ()
    if document.weights is not None and fresh:
        model = networks[procedure.model]
        notices = initial_weights.take(model, document.weights, (run.folder,), document).sentences()
    for network in networks.values():
        network.to(device)
        if document.plan.channels_last:
            network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return Built(device, procedure, networks, notices)
