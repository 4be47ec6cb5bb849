"""Training speed of a run, from its folder and with all its events, against loops in plain torch.

All start from the same weights and see the same batches; how far apart the weights of ours and of
the tuned loop end is told. They take turns five times, as other work on the machine comes and goes.
With ``--device cuda`` all of it is done on a graphics card, the data too, as a run does it.
"""

import argparse
import json
import statistics
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

import torch
from torch import Tensor, nn

from engine import runs
from engine.controls import Controls
from engine.data.prepare import prepare
from engine.network.compiling import compiled
from engine.runs import Run
from engine.runs.events.event_types import EpochEnded, Started
from engine.runs.trained.checkpoints import newest
from engine.seeds import derived
from engine.training.loop import train
from graphs.document.document import Document
from graphs.document.edits import ChangePlan, Step
from graphs.plan.plan import Device, Precision
from tests.benchmarks import plain_torch
from tests.benchmarks.plain_torch import Data, Way

TURNS = 5


@dataclass(frozen=True)
class Where:
    """On what the loops compute, in what numbers, and what times them, in seconds."""

    device: Device = "cpu"
    precision: Precision = "fp32"
    clock: Callable[[], float] = perf_counter

    def now(self) -> float:
        """The time once everything that was asked for is computed."""
        if self.device != "cpu":
            torch.accelerator.synchronize()
        return self.clock()


def compare(document: Document, make: Callable[[], nn.Module], where: Where) -> dict[str, Any]:
    """Speeds and ratios of a document against the model that ``make`` makes by hand."""
    plan = replace(document.plan, device=where.device, precision=where.precision)
    document.apply(Step("Choose where", (ChangePlan(document.plan, plan),)))
    assert plan.threads is not None
    torch.set_num_threads(plan.threads)
    prepared = prepare(document.data, plan, "cpu")
    parts = (part.take(slice(None)) for part in (prepared.train, prepared.valid))
    train, valid = ({n: t.to(where.device) for n, t in part.items()} for part in parts)
    (x,), (y,) = document.data.inputs(), document.data.targets()
    data = Data(train[x], train[y], valid[x], valid[y])
    orders = [_order(len(data.x), plan.seed, epoch) for epoch in range(plan.epochs)]
    first = list(compiled(document).state_dict().values())
    shorter = torch.bfloat16 if where.precision == "bf16-mixed" else None
    way = Way(plan.batch_size, plan.find_optimizer().lr, shorter, plan.channels_last)

    def by_hand(loop: Callable[..., float]) -> tuple[float, list[Tensor]]:
        model = make()
        model.load_state_dict(dict(zip(model.state_dict(), first, strict=True)))
        speed = loop(model.to(where.device), data, orders, way, where.now)
        return speed, [tensor.cpu() for tensor in model.state_dict().values()]

    speeds: dict[str, list[float]] = {"ours": [], "tuned": [], "usual": []}
    apart = 0.0
    for _ in range(TURNS):
        speed, ended = _ours(document, where.now)
        speeds["ours"].append(speed)
        speed, wanted = by_hand(plain_torch.tuned)
        speeds["tuned"].append(speed)
        apart = max(
            apart, *(float((a - b).abs().max()) for a, b in zip(ended, wanted, strict=True))
        )
        speeds["usual"].append(by_hand(plain_torch.usual)[0])
    named = torch.cuda.get_device_name() if where.device == "cuda" else where.device
    told = {"weights_differ_by": apart, "threads": plan.threads, "device": named}
    return {**_told(speeds), **told, "precision": where.precision}


def _ours(document: Document, clock: Callable[[], float]) -> tuple[float, list[Tensor]]:
    """A whole run, timed from its first event to the end of its last epoch."""
    with tempfile.TemporaryDirectory() as folder:
        place = runs.create(document, Path(folder) / "run")
        start = end = 0.0
        steps = 0
        for event in train(place, Controls()):
            if isinstance(event, Started):
                start = clock()
            if isinstance(event, EpochEnded):
                end, steps = clock(), event.step
        checkpoint = newest(Run.open(place))
        assert checkpoint is not None
        network = compiled(document)
        network.load_state_dict(checkpoint.network())
        prepared = prepare(document.data, document.plan, "cpu")
        assert steps > 0
        samples = len(prepared.train) * document.plan.epochs
        return samples / (end - start), list(network.state_dict().values())


def _order(count: int, seed: int, epoch: int) -> Tensor:
    generator = torch.Generator().manual_seed(derived(seed, "order", epoch))
    return torch.randperm(count, generator=generator)


def _told(speeds: dict[str, list[float]]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "samples_per_second": {name: round(statistics.median(s)) for name, s in speeds.items()}
    }
    for name in ("tuned", "usual"):
        ratios = sorted(a / b for a, b in zip(speeds["ours"], speeds[name], strict=True))
        told[f"ratio_to_{name}"] = round(statistics.median(ratios), 3)
        told[f"spread_to_{name}"] = [round(ratios[0], 3), round(ratios[-1], 3)]
    return told


def main(measure: Callable[[Where], dict[str, Any]]) -> None:
    """Print what was measured, as JSON with --json."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--cpu", action="store_true", help="CPU time: for a busy machine")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--precision", choices=("fp32", "bf16-mixed"), default="fp32")
    options = parser.parse_args()
    clock = thread_time if options.cpu else perf_counter
    found = measure(Where(options.device, options.precision, clock))
    if options.json:
        print(json.dumps(found))
        return
    for name, value in found.items():
        print(f"{name}: {value}")
