"""What every way to export has in common, without torch: its name and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from graphs.describe import Described

if TYPE_CHECKING:  # it imports torch, which whoever lists the exporters need not wait for
    from engine.export.model import Model


@dataclass(frozen=True, slots=True)
class Checked:
    """One try of the file: the batch, and the sizes that are known only by name."""

    batch: int
    sizes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that is in its place and was shown to compute what the network computes."""

    path: str
    max_abs_diff: float
    """The largest difference to torch over all values and tries."""
    checked: tuple[Checked, ...]
    sha256: str = ""
    notices: tuple[str, ...] = ()
    """What the user should know, such as that the network was never trained."""
    outputs: Mapping[str, float] = field(default_factory=dict)
    """The largest difference to torch at each output; empty when nothing was computed."""

    def encoded(self) -> dict[str, Any]:
        """The JSON object that ``export --json`` prints."""
        built: dict[str, Any] = msgspec.to_builtins(self)
        return built


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
