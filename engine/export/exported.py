"""What an export gives back: the file in its place, and at which sizes it was tried."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Checked:
    """One try of the file: the batch, and the sizes that are known only by name."""

    batch: int
    sizes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that an export needs beside its own."""

    path: str
    sha256: str


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
    beside: tuple[WrittenFile, ...] = ()
    """What else was written, which the file needs."""
    run: str = ""
    """What the run is called that it is of; empty when it is of a document as drawn."""
    epoch: int = 0
    """After which epoch of the run the weights were; 0 when they are those of a step."""

    @staticmethod
    def agreed(
        path: Path, tries: Iterable[Checked], worst: Mapping[str, float], notices: tuple[str, ...]
    ) -> Exported:
        """A file whose outputs differed by so much in these tries, of which equal ones are one."""
        return Exported(
            str(path),
            max(worst.values(), default=0.0),
            tuple({(one.batch, tuple(one.sizes.items())): one for one in tries}.values()),
            notices=notices,
            outputs=worst,
        )

    def encoded(self) -> dict[str, Any]:
        """The JSON object that ``export --json`` prints."""
        built: dict[str, Any] = msgspec.to_builtins(self)
        return built
