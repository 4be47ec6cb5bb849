"""What is exported: the compiled network with its weights, and all that is known around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from engine import devices
from engine.data.batching.batches import ordered_batches
from engine.data.prepare import Prepared, prepare
from engine.data.preprocessing import Preprocessing
from engine.errors import DataError
from engine.export.exported import Checked
from engine.export.onnx.trials import BATCHES, Cost, on_few_samples
from engine.export.raw_values import left_to_the_user
from engine.network.compiling import Network, compiled
from engine.runs import Run
from engine.runs.trained.checkpoints import newest
from engine.weights import initial_weights
from engine.weights.weight_store import folders
from graphs import files
from graphs.checking.evaluation import evaluated
from graphs.data import Field, Normalize
from graphs.document.document import Document
from graphs.sizes import BATCH, value
from graphs.types import Kind, TensorType
from graphs.wording.phrases import phrase

NO_SOURCE = (
    "No data is chosen, so made-up inputs were checked, and the file takes its inputs as they "
    "enter the network."
)
CHANGED = "The data has changed since this run began, so its training is not exported."


@dataclass(frozen=True)
class Model:
    """A network on the CPU in ``eval()``, its document, and the data it was made for."""

    name: str
    document: Document
    network: Network
    preprocessing: Preprocessing | None
    """None when the data cannot be read and no run has kept it."""
    samples: tuple[Tensor, ...] | None = None
    """Some real inputs, as they enter the network."""
    prepared: Prepared | None = None
    """All of its data; None when that cannot be read."""
    folders: tuple[Path, ...] = ()
    """Where the weights lie that training starts from."""
    notices: tuple[str, ...] = ()
    run: str = ""
    """What the run is called that the weights are of; empty for a document."""
    epoch: int = 0
    """After which epoch of the run they were; 0 when they are those of a step."""

    def types(self) -> Mapping[str, TensorType]:
        """The type of each input, by its name, in the order of ``forward``."""
        known = self.document.data.types()
        fields, lengths = self.network.input_fields, self.network.lengths_inputs
        return {
            name: TensorType(Kind.INDEX, (BATCH,)) if name in lengths else known[fields[name]]
            for name in self.network.inputs
        }

    def field(self, name: str) -> Field:
        """The field of the data that the input ``name`` brings in, or whose lengths it takes."""
        lengths, fields = self.network.lengths_inputs, self.network.input_fields
        return self.document.data.fields[lengths[name] if name in lengths else fields[name]]

    def taken_sizes(self) -> frozenset[int]:
        """Every fixed size in the graph, which a size known only by name should not equal."""
        results = evaluated(self.document.main).results.values()
        tensors = (tensor for result in results for tensor in result.outputs.values())
        return frozenset(s for tensor in tensors for s in tensor.sizes if isinstance(s, int))

    def cost(self) -> Cost:
        """Multiply-adds per sample at given sizes."""
        flops = evaluated(self.document.main).flops
        return lambda sizes: value(flops, {str(BATCH): 1, **sizes})

    def random_inputs(self, at: Checked, seed: int) -> tuple[Tensor, ...]:
        """Inputs of the right kind at the sizes ``at``, the same ones for the same seed."""
        generator = torch.Generator().manual_seed(seed)
        members = {str(BATCH): at.batch, **at.sizes}
        found: list[Tensor] = []
        for name, tensor in self.types().items():
            field = self.field(name)
            if name in self.network.lengths_inputs:
                steps = members[str(field.sizes[0])]
                found.append(torch.randint(1, steps + 1, (at.batch,), generator=generator))
                found[-1][0] = 1  # as little as there can be
            else:
                found.append(_random(tensor, field, members, generator))
        return tuple(found)

    def real_trial(self) -> tuple[Checked, tuple[Tensor, ...]] | None:
        """As many real inputs as a tried batch holds, and their sizes."""
        if self.samples is None:
            return None
        there = min(len(tensor) for tensor in self.samples)
        batch = max((b for b in BATCHES if b <= there), default=0)
        if not batch:
            return None
        sizes: dict[str, int] = {}
        for tensor, kind in zip(self.samples, self.types().values(), strict=True):
            named = zip(kind.features, tensor.shape[1:], strict=True)
            sizes |= {str(size): length for size, length in named if not isinstance(size, int)}
        return Checked(batch, sizes), tuple(tensor[:batch] for tensor in self.samples)


def from_document(path: Path) -> Model:
    """A document's network with the weights that it starts from, or with fresh ones of its seed."""
    opened = files.read(path)
    available = devices.free_memory(torch.device("cpu"))
    few = on_few_samples(opened.document)
    network = compiled(few, available=available, to_train=False).eval()
    notice = phrase("The network has not been trained: it was exported with its first weights.")
    told: tuple[str, ...] = ()
    if (sha := opened.document.weights) is not None:
        notice = phrase("The network was exported with the weights that the document starts from.")
        told = initial_weights.take(network, sha, folders(path), opened.document).sentences()
    notices = (*opened.notices, notice, *told)
    model = Model(path.stem, opened.document, network, None, notices=notices)
    return _with_samples(replace(model, folders=folders(path)))


def from_run(folder: Path) -> Model:
    """A run's network with its best weights, and the preprocessing that was fitted for it."""
    from engine.runs.trained.trained_network import loaded

    run, found = Run.open(folder), loaded(folder)
    notice = phrase(
        "The run is {state}, not finished: it was exported with the best weights so far.",
        state=run.state,
    )
    notices = () if run.state == "finished" else (notice,)
    model = Model(run.name, found.document, found.network.eval(), found.preprocessing)
    epoch = found.weights.epoch
    model = replace(model, notices=notices, run=run.title, epoch=epoch)
    made = _with_samples(replace(model, folders=(run.folder,)))
    checkpoint = newest(run)
    if made.prepared is None or checkpoint is None:
        return made
    if made.prepared.is_of(checkpoint.position.fingerprint):
        return made
    return replace(made, prepared=None, notices=(*made.notices, phrase(CHANGED)))


def _with_samples(model: Model) -> Model:
    """With some training samples, and with what encodes them when that was not known.

    An export does not fail because the data has moved: made-up inputs are checked in any case.
    """
    if not model.document.data.source:
        return replace(model, notices=(*model.notices, phrase(NO_SOURCE)))
    try:
        prepared = prepare(model.document.data, model.document.plan, "cpu", model.preprocessing)
    except DataError as error:
        notice = phrase("Made-up inputs were checked and no real ones. {error}", error=error)
        return _telling(replace(model, notices=(*model.notices, notice)))
    fields = (model.network.input_fields[name] for name in model.network.inputs)
    some = next(ordered_batches(prepared.train, max(BATCHES)))
    samples = tuple(some[field] for field in fields)
    known = replace(model, preprocessing=prepared.preprocessing, prepared=prepared)
    return _telling(replace(known, samples=samples))


def _telling(model: Model) -> Model:
    """With what its file leaves to whoever uses it, where that is known."""
    if model.preprocessing is None:
        return model
    left = left_to_the_user(model.network, model.preprocessing)
    return replace(model, notices=(*model.notices, *left))


def _random(
    tensor: TensorType, field: Field, members: Mapping[str, int], generator: torch.Generator
) -> Tensor:
    shape = tuple(value(size, members) for size in tensor.sizes)
    match tensor.kind:
        case Kind.TOKENS | Kind.INDEX:
            return torch.randint(0, tensor.values or 1, shape, generator=generator)
        case Kind.MASK:
            found = torch.randint(0, 2, shape, generator=generator).bool()
            found[0] = False  # as a mask it hides everything, where programs differ most
            return found
        case Kind.FLOAT:
            if field.kind.is_picture and field.normalize is Normalize.NONE:
                return torch.rand(shape, generator=generator)
            return torch.randn(shape, generator=generator)
