"""A Python file is written and run by itself, beside the network; it counts when both agree."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from engine.export import comparing, refusals
from engine.export.exported import Exported
from engine.export.exporter import next_to
from engine.export.metadata import described
from engine.export.model import Model
from engine.export.python.layout import DATA, FIRST, WEIGHTS
from engine.export.python.python_file import Written, network_alone, written
from engine.export.python.training.facts import TrainingFacts
from engine.export.python.training.first_steps import first_losses
from engine.export.stages import Stage, tell
from engine.weights import weights_file
from graphs.wording.phrases import phrase

TOLERANCE = 1e-6
"""How far two numbers may be apart, as a share of the larger one or of 1."""
LEARNED = 1e-4
"""The same of losses after some steps, as rounding grows from step to step."""
OTHERWISE = "Its training could not be shown to be the same as here, and was left out."
STEPS = 3
"""So many steps of training are made and compared."""
_RUN: Final = """
import importlib.util, sys
from pathlib import Path
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
"""
_TRAIN: Final = """
class Enough(Exception):
    pass
module.DEVICE = torch.device("cpu")
losses, trained, train_step = [], [], module.train_step
def noted(network, criterion, *others):
    losses.append(train_step(network, criterion, *others))
    trained[:] = network, criterion
    if len(losses) == int(sys.argv[6]):
        raise Enough
    return losses[-1]
module.train_step = noted
try:
    module.train(Path(sys.argv[3]))
except Enough:
    pass
raw = module.read_samples()
rows = module.split_rows(raw)["valid"][:64]
samples = module.inputs(raw)
if hasattr(module, "targets"):
    samples |= module.targets(raw)
losses.append(module.measure(*trained, samples, rows)["loss"])
if len(raw[".split"]) <= 4096:
    module.describe(module.predictions(trained[0], raw), 0)
found["losses"] = torch.tensor(losses, dtype=torch.float64)
"""
_SAVE: Final = """
save_file(found, sys.argv[3])
"""


def proven(model: Model, path: Path, steps: int = STEPS) -> Exported:
    """Write the code to ``path`` and the weights beside it, and check both.

    A file that trains makes so many ``steps`` as the program makes them; one that learns otherwise
    is written anew as the network alone. Raises ExportError when the code, run in a process of its
    own, computes something else.
    """
    nodes = len(model.document.main.nodes)
    tell(Stage("tracing", nodes))
    made = written(model)
    write(made, model, path)
    tell(Stage("checking", nodes))
    tries, found = comparing.trials(model), None
    if made.facts is not None:
        found = comparing.answers(path, model, tries, _RUN + _TRAIN + _SAVE, str(steps))
        if found is None or not _learns_alike(made.facts, found["losses"]):
            made, found = network_alone(model, phrase(OTHERWISE)), None
            write(made, model, path)
    if found is None:
        found = comparing.answers(path, model, tries, _RUN + _SAVE)
    if found is None:
        raise refusals.other_code(None)
    worst = comparing.worst(model, tries, found, refusals.other_code, TOLERANCE)
    return Exported.agreed(path, (one.at for one in tries), worst, (*model.notices, *made.notices))


def write(made: Written, model: Model, path: Path) -> None:
    """Put a file in its place, and beside it what it needs; what it does not need goes."""
    # What names hold of half characters stands in the code as Python escapes it.
    path.write_text(made.source, "utf-8", "backslashreplace")
    weights = {k: t for k, t in model.network.state_dict().items() if made.keeps(k)}
    weights_file.write(next_to(path, WEIGHTS), weights, described(model))
    for ending in (DATA, FIRST):
        next_to(path, ending).unlink(missing_ok=True)
    for ending, data in made.beside.items():
        next_to(path, ending).write_bytes(data)


def _learns_alike(facts: TrainingFacts, losses: Tensor) -> bool:
    """Whether the losses of the first steps, and what is measured then, are those here."""
    own = torch.tensor(first_losses(facts, len(losses) - 1), dtype=torch.float64)
    return torch.allclose(losses, own, LEARNED, LEARNED)
