"""Where starting weights come from: kept in their own file, so that it goes wherever they go."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from graphs.files import weights
from graphs.wording.phrases import phrase
from graphs.wording.visible import visible

ABOUT = "__metadata__"
"""What the format calls the texts in the header."""
_KEY = "layerloom_origin"
_OURS = "layerloom"
"""The text in what this program exports."""
_ALIGNED = 8
"""Bytes; the numbers begin at a multiple of it, as whoever maps them into memory wants."""
LONGEST = 200
"""Letters that are kept of a name."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A run or a file by its name; neither in files that do not say."""

    run: str = ""
    epoch: int = 0
    """After which epoch of the run; 0 when they are those of a step."""
    file: str = ""
    lenders: Mapping[str, str] = field(default_factory=dict)
    """By name of a node or a parameter that had the numbers of another, the name of the other."""
    is_foreign: bool = False
    """Whether another program has named what is in it."""

    def sentence(self, sha: str) -> str:
        """Where they come from; by the name of their own file when that is all that is known."""
        if self.run and self.epoch:
            return phrase(
                "Starts from the run “{run}”, epoch {epoch}.",
                run=self.run,
                epoch=self.epoch,
            )
        if self.run:
            return phrase("Starts from the run “{run}”.", run=self.run)
        name = self.file or weights.shown(sha)
        return phrase("Starts from the file “{name}”.", name=name)


UNKNOWN = Origin()


def told(texts: Mapping[str, Any] | None) -> Origin:
    """What the texts in a header say of it; of what another program wrote there, nothing."""
    try:
        said = msgspec.json.decode((texts or {})[_KEY], type=Origin)
        foreign = not said.run and _OURS not in (texts or {})
        return replace(said, run=_short(said.run), file=_short(said.file), is_foreign=foreign)
    except (LookupError, TypeError, msgspec.MsgspecError):
        return UNKNOWN


def marked(data: bytes, origin: Origin) -> bytes:
    """The content of a file of weights that says where they come from.

    One that says so already keeps what it says: it was copied, and comes from there all the same.
    Only the header changes.
    """
    try:
        (length,) = struct.unpack("<Q", data[:8])
        header = json.loads(data[8 : 8 + length])
        texts = header.get(ABOUT) or {}
        if told(texts) != UNKNOWN:
            return data
        said = replace(origin, run=_short(origin.run), file=_short(origin.file))
        text = msgspec.json.encode(said).decode()
        written = json.dumps({**header, ABOUT: {**texts, _KEY: text}}).encode()
    except (ValueError, struct.error, AttributeError, TypeError, RecursionError):
        return data  # whoever reads it refuses it
    written += b" " * (-len(written) % _ALIGNED)
    return b"".join((struct.pack("<Q", len(written)), written, memoryview(data)[8 + length :]))


def _short(name: str) -> str:
    """A name as it is shown: without what a file cannot hold or a terminal would obey."""
    return visible(name)[:LONGEST]
