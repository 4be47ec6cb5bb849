"""Export to Python, for whoever goes on without Layerloom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.export.exported import Exported
from engine.export.exporter import Exporter
from engine.export.python.layout import DATA, FIRST, WEIGHTS

if TYPE_CHECKING:  # it imports torch, which whoever lists the exporters need not wait for
    from engine.export.model import Model


class PythonFile(
    Exporter, id="python", title="Python (PyTorch)", search="torch code script source module"
):
    """The network as PyTorch code, with its weights beside it, proven to compute the same.

    The code needs torch, numpy and safetensors alone. Nodes are attributes by their names, so the
    weights have the names that they have here. Where the data is at hand, it also trains by the
    plan, measures and answers new samples, from raw values that lie beside it; its first steps are
    shown to have the losses that they have here.
    https://docs.pytorch.org/docs/stable/nn.html
    """

    suffix = ".py"
    beside = (WEIGHTS, DATA, FIRST)

    def write(self, model: Model, path: Path) -> Exported:
        from engine.export.python.verified_code import proven

        return proven(model, path)
