"""Export to ONNX, for onnxruntime and everything else that reads it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.export.exported import Exported
from engine.export.exporter import Exporter

if TYPE_CHECKING:  # it imports torch, which whoever lists the exporters need not wait for
    from engine.export.model import Model


class Onnx(Exporter, id="onnx", title="ONNX", search="onnxruntime netron inference deploy"):
    """One file that runs without Layerloom and without torch, proven to compute the same.

    It takes preprocessed values; the numbers for that, the class names and what each output means
    are in its metadata. https://onnx.ai
    """

    suffix = ".onnx"

    def write(self, model: Model, path: Path) -> Exported:
        from engine.export.onnx.verified_export import proven

        return proven(model, path)
