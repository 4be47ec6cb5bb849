"""What every way to export has in common, without torch: its name and its settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from engine.export.exported import Exported
from graphs.describe import Described

if TYPE_CHECKING:  # it imports torch, which whoever lists the exporters need not wait for
    from engine.export.model import Model


class Exporter(Described, family="exporters"):
    """Base of all ways to export. Subclassing it with an id registers the exporter.

    Its module must not import torch, so that the window can list the exporters early.
    """

    suffix: ClassVar[str]
    """How its files end: ``.onnx``."""

    def write(self, model: Model, path: Path) -> Exported:
        """Write the file, read it again and check it; raises ExportError when it is not right.

        ``path`` is a temporary name beside the place where the file goes when this returns.
        """
        raise NotImplementedError
