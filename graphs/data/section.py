"""The data section of a document: which source, and which fields it gives.

The fields are written into the document when the user chooses the data, so that shapes are known
without reading it again; training checks them against what the source really gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from graphs.data.fields import Domain, Field
from graphs.setting_kinds import FieldName
from graphs.sizes import Polynomial, Size, symbol
from graphs.types import TensorType


@dataclass(frozen=True, slots=True)
class DataSection:
    """Where the samples come from. ``source`` is empty until the user has chosen."""

    source: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)
    domains: Mapping[str, Domain] = field(default_factory=dict)

    @property
    def called(self) -> str:
        """What a document without a name is called by its data; nothing before data was chosen."""
        path = self.settings.get("path")
        return Path(path).stem if isinstance(path, str) and path else self.source.replace("_", " ")

    def gives_the_same(self, other: DataSection) -> bool:
        """Whether training cannot tell the two apart.

        What the values of a step are called follows from the settings; older documents lack it.
        """
        return self._unnamed() == other._unnamed()

    def _unnamed(self) -> DataSection:
        fields = {name: replace(field, names=()) for name, field in self.fields.items()}
        return replace(self, fields=fields)

    def types(self) -> dict[str, TensorType]:
        """The tensor type of each field, batch first."""
        symbols = {
            name: symbol(name, d.low, d.high, d.multiple) for name, d in self.domains.items()
        }
        return {name: _type(name, field, symbols) for name, field in self.fields.items()}

    def inputs(self) -> tuple[str, ...]:
        """Fields for Input nodes, in name order."""
        return tuple(sorted(name for name, f in self.fields.items() if not f.target))

    def pictures(self) -> tuple[str, ...]:
        """Fields whose pictures training may change, in name order."""
        return tuple(n for n in self.inputs() if self.fields[n].kind.is_picture)

    def targets(self) -> tuple[str, ...]:
        """Fields for losses, in name order."""
        return tuple(sorted(name for name, f in self.fields.items() if f.target))


def _type(name: str, field: Field, symbols: Mapping[str, Polynomial]) -> TensorType:
    padded = FieldName(name) if field.ragged else None
    sizes: tuple[Size, ...] = tuple(symbols[s] if isinstance(s, str) else s for s in field.sizes)
    return field.kind.type(field, sizes, padded)
