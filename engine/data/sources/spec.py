"""What a source of data says about itself: its settings, and the samples they lead to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.data.samples import Samples
from graphs.data import DataSection
from graphs.describe import Described


@dataclass(frozen=True, slots=True)
class Proposal:
    """The data section that a source proposes, and the samples it was read from."""

    section: DataSection
    samples: Samples


class Source(Described, family="sources"):
    """Base of every source. Subclassing it with an id registers the source."""

    def read(self) -> Samples:
        """All samples, in an order that is always the same. Raises DataError."""
        raise NotImplementedError

    def chosen(self, samples: Samples) -> Mapping[str, Any]:
        """The settings to write into the document, once ``samples`` were read with these."""
        return self.settings

    def propose(self) -> Proposal:
        """What to write into the document when the user chooses this source. Raises DataError."""
        samples = self.read()
        settings = {name: _plain(value) for name, value in self.chosen(samples).items()}
        section = DataSection(self.id, settings, samples.fields, samples.domains)
        return Proposal(section, samples)

    def section(self) -> DataSection:
        """The proposed data section alone. Raises DataError."""
        return self.propose().section


def _plain(value: Any) -> Any:
    """The value as JSON has it, so that a section reads back equal from a file."""
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
