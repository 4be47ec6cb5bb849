"""Code as it is laid out, on one line where it fits, else one item on each; and the files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

WEIGHTS = "_weights.safetensors"
"""How the name of the file with the weights ends, which lies beside the code."""
TRAINED = "_trained.safetensors"
"""The same of the file with weights that the code has trained itself."""
DATA = "_data.npz"
"""The same of the file with the raw samples."""
FIRST = "_first.safetensors"
"""The same of first weights that no seed gives."""
WIDTH = 88
INDENT = "    "


@dataclass(frozen=True, slots=True)
class Group:
    """Items between brackets, with commas between them: the arguments of a call, or a tuple."""

    opening: str
    items: Sequence[Code]
    closing: str
    ends: str = ","
    """What stands behind the last item where each has a line of its own."""

    def __str__(self) -> str:
        return f"{self.opening}{', '.join(map(str, self.items))}{self.closing}"


Code: TypeAlias = str | Group


def lines(code: Code, depth: int = 0, before: str = "", after: str = "") -> list[str]:
    """The lines of ``before`` + ``code`` + ``after``, indented by ``depth`` steps."""
    start = INDENT * depth
    whole = f"{start}{before}{code}{after}"
    if isinstance(code, str) or not code.items or len(whole) <= WIDTH:
        return [whole]
    ends = [*("," for _ in code.items[1:]), code.ends]
    parts = zip(code.items, ends, strict=True)
    inner = [line for item, end in parts for line in lines(item, depth + 1, after=end)]
    return [f"{start}{before}{code.opening}", *inner, f"{start}{code.closing}{after}"]
