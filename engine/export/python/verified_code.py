"""A Python file is written and run by itself, beside the network; it counts when both agree."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from engine.export import comparing, refusals
from engine.export.exported import Exported
from engine.export.exporter import next_to
from engine.export.metadata import described
from engine.export.model import Model
from engine.export.python.layout import WEIGHTS
from engine.export.python.network_source import NetworkSource
from engine.export.python.python_file import written
from engine.export.stages import Stage, tell
from engine.weights import weights_file

TOLERANCE = 1e-6
"""How far two numbers may be apart, as a share of the larger one or of 1."""
_RUN: Final = """
import importlib.util, sys
for name in ("engine", "graphs", "gui", "layerloom"):
    sys.modules[name] = None  # it must do without
import torch
from safetensors.torch import load_file, save_file
torch.set_num_threads(1)
spec = importlib.util.spec_from_file_location("exported", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
network, given, found = module.load(), load_file(sys.argv[2]), {}
with torch.no_grad():
    for trial in range(int(sys.argv[4])):
        inputs = [given[f"{trial}/{at}"] for at in range(int(sys.argv[5]))]
        outputs = network(*inputs)
        for at, output in enumerate(outputs if isinstance(outputs, tuple) else (outputs,)):
            found[f"{trial}/{at}"] = output.contiguous().clone()
save_file(found, sys.argv[3])
"""


def proven(model: Model, path: Path) -> Exported:
    """Write the code to ``path`` and the weights beside it, and check both.

    Raises ExportError when the code, run in a process of its own, computes something else.
    """
    nodes = len(model.document.main.nodes)
    tell(Stage("tracing", nodes))
    path.write_text(written(model), "utf-8")
    source = NetworkSource(model, "Network", ())
    weights = {k: t for k, t in model.network.state_dict().items() if source.needs(k)}
    weights_file.write(next_to(path, WEIGHTS), weights, described(model))
    tell(Stage("checking", nodes))
    tries = comparing.trials(model)
    found = comparing.answers(path, model, tries, _RUN)
    if found is None:
        raise refusals.other_code(None)
    worst = comparing.worst(model, tries, found, refusals.other_code, TOLERANCE)
    distinct = {(t.at.batch, tuple(t.at.sizes.items())): t.at for t in tries}
    return Exported(
        str(path),
        max(worst.values(), default=0.0),
        tuple(distinct.values()),
        notices=model.notices,
        outputs=worst,
    )
