"""What can be wrong with a document, as values, and what the user can do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest
from typing import Any, TypeAlias

from graphs.wording.phrases import fillings, phrase


class Severity(StrEnum):
    """Whether a problem stops training or only deserves a look."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Set:
    """Give ``setting`` another value; on the node that feeds ``port`` when one is named."""

    setting: str
    value: Any
    port: str | None = None
    words: str = ""
    """What the button says, where name and value would not say enough."""


@dataclass(frozen=True, slots=True)
class Insert:
    """Put a new layer on the link that enters ``port``."""

    layer: str
    port: str = "input"
    settings: Mapping[str, Any] = field(default_factory=dict)
    slot: int = 0
    """Which link, counted in order, where several enter."""
    ahead: bool = False
    """One step further up: on the link into the node that feeds ``port``."""


@dataclass(frozen=True, slots=True)
class Unlink:
    """Remove the link that enters ``port``."""

    port: str = "input"
    slot: int = 0
    """Which link, counted in order, where several enter."""


@dataclass(frozen=True, slots=True)
class Bypass:
    """Wire ``port`` to what comes before the node that feeds it; that goes if it feeds no other."""

    port: str = "input"


@dataclass(frozen=True, slots=True)
class Reorder:
    """Put nodes of the chain that enters the node further up, one after the other."""

    moved: tuple[str, ...]
    ahead: str
    """The node before which they go, which has one link into it."""
    flat: Insert | None = None
    """What is put behind them, where the rest of the chain takes no form."""


@dataclass(frozen=True, slots=True)
class Replace:
    """Make the node another layer, keeping its name, its links and the settings both have."""

    layer: str


@dataclass(frozen=True, slots=True)
class Remove:
    """Delete the node."""


Recipe: TypeAlias = Set | Insert | Unlink | Bypass | Reorder | Replace | Remove
"""A fix as a rule can say it, without knowing where its node is. ``fixes.step`` makes it a step."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. ``template`` is a constant; ``values`` fill it when it is shown."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    severity: Severity = Severity.ERROR
    port: str | None = None
    setting: str | None = None
    fix: Recipe | None = None
    """The one step that mends it."""
    towards: Recipe | None = None
    """The first of several steps that mend it, where mistakes have met and no single step does."""
    path: tuple[str, ...] = ()
    """The ids of the nodes that lead to where it is: blocks, then the node that has it.

    Rules leave it out and the evaluation fills it in.
    """
    copies: tuple[int | None, ...] = ()
    """For each of these blocks the copy that it is in, from 0; None where it is not repeated."""
    other: str | None = None
    """The id of the second node where two are involved."""
    more: str = ""
    """A further template, where the place of the fix is to be named."""

    @property
    def node(self) -> str | None:
        """The id of the node that shows it: the one that has it, or the block that holds that."""
        return self.path[0] if self.path else None

    @property
    def place(self) -> tuple[str | int, ...]:
        """The path with the copies of repeated blocks through which it leads."""
        blocks, node = self.path[:-1], self.path[-1:]
        each = zip_longest(blocks, self.copies[: len(blocks)])
        ways = (one for way in each for one in way if one is not None)
        return (*ways, *node)

    @property
    def recipe(self) -> Recipe | None:
        """What is offered first: the fix, or the first of several."""
        return self.fix if self.fix is not None else self.towards

    @property
    def message(self) -> str:
        """The sentence for the user."""
        values = fillings(self.values)
        return " ".join(phrase(one, **values) for one in (self.template, self.more) if one)


def problem(
    template: str,
    *,
    port: str | None = None,
    setting: str | None = None,
    fix: Recipe | None = None,
    severity: Severity = Severity.ERROR,
    **values: Any,
) -> Problem:
    """A problem as type rules say it: the template first, its values by name."""
    return Problem(template, values, severity, port, setting, fix)
