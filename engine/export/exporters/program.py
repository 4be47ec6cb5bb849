"""Export to a program of torch.export, for whoever runs it by torch alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.export.exported import Exported
from engine.export.exporter import Exporter

if TYPE_CHECKING:  # it imports torch, which whoever lists the exporters need not wait for
    from engine.export.model import Model


class Program(
    Exporter, id="pt2", title="Program (torch.export)", search="pt2 aot inductor deploy serving"
):
    """One file that torch runs without any code of the network, proven to compute the same.

    ``torch.export.load(path).module()`` gives what is called with the inputs in their order. It
    takes preprocessed values, in batches and lengths of any size.
    https://docs.pytorch.org/docs/stable/export.html
    """

    suffix = ".pt2"

    def write(self, model: Model, path: Path) -> Exported:
        from engine.export.program.verified_program import proven

        return proven(model, path)
