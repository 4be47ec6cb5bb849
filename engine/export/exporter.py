"""What every way to export has in common, without torch: its name and its settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from engine.export.exported import Exported
from graphs.describe import Described

if TYPE_CHECKING:  # it imports torch, which whoever lists the exporters need not wait for
    from engine.export.model import Model


def next_to(path: Path, ending: str) -> Path:
    """The file that lies beside another, called alike up to its ending."""
    return path.with_name(f"{path.stem}{ending}")


class Exporter(Described, family="exporters"):
    """Base of all ways to export. Subclassing it with an id registers the exporter.

    Its module must not import torch, so that the window can list the exporters early.
    """

    suffix: ClassVar[str]
    """How its files end: ``.onnx``."""

    beside: ClassVar[tuple[str, ...]] = ()
    """What the names of further files end with, in place of ``suffix``: they may come with it."""

    @classmethod
    def files(cls, path: Path) -> tuple[Path, ...]:
        """What is written when it is exported to ``path``, the file itself first."""
        beside = cls.beside if path.name else ()
        return (path, *(next_to(path, ending) for ending in beside))

    def write(self, model: Model, path: Path) -> Exported:
        """Write the file, read it again and check it; raises ExportError when it is not right.

        ``path`` is a temporary name beside the place where the file goes when this returns. What
        else belongs to it lies beside it then, by ``beside``.
        """
        raise NotImplementedError
