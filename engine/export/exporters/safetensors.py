"""Export of the weights alone, as safetensors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import ExportError
from engine.export.exported import Exported
from engine.export.exporter import Exporter

if TYPE_CHECKING:  # it imports torch, which whoever lists the exporters need not wait for
    from engine.export.model import Model


class Safetensors(
    Exporter, id="safetensors", title="Weights (safetensors)", search="state dict parameters"
):
    """The weights alone, for programs that build the network themselves.

    Their names begin with the names of the nodes and end as in torch's state dict. The metadata
    holds the document's name, the kind of layer of each node, and a SHA-256 over everything.
    https://huggingface.co/docs/safetensors
    """

    suffix = ".safetensors"

    def write(self, model: Model, path: Path) -> Exported:
        from engine.export.metadata import described, layers
        from engine.weights import weights_file

        tensors = model.network.state_dict()
        weights_file.write(path, tensors, {**described(model), "layers": layers(model)})
        written = weights_file.read(path).tensors
        if written.keys() != tensors.keys() or not all(
            written[name].dtype == tensor.dtype and written[name].equal(tensor)
            for name, tensor in tensors.items()
        ):
            raise ExportError(
                "The weights read back from the file are not those that were written. Try again, "
                "or choose another disk. No file was kept."
            )
        return Exported(str(path), 0.0, (), notices=model.notices)
