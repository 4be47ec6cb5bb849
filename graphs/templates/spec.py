"""What a template is, and a short way to draw one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, TypeAlias, get_args

from graphs.data import DataSection
from graphs.document.document import Document
from graphs.document.edits import (
    MAIN,
    AddNode,
    ChangeData,
    ChangePlan,
    Connect,
    Edit,
    Link,
    Node,
    NodeId,
    Step,
)
from graphs.layers import Layer
from graphs.plan.plan import Plan
from graphs.wording.phrases import phrase

COLUMN, ROW = 240, 168
"""Pixels from one node to the next, and from one row to the next."""


@dataclass(slots=True)
class Drawing:
    """A document in the making. Nodes are placed by column and row; ids are the names."""

    data: DataSection
    plan: Plan
    edits: list[Edit] = field(default_factory=list)

    def node(self, layer: str, name: str, at: tuple[int, int], **settings: Any) -> str:
        """Add a node; ``at`` is its column and row. Returns the name."""
        node = Node(NodeId(name), layer, name, {**Layer.get(layer).defaults(), **settings})
        self.edits.append(AddNode(MAIN, node, (at[0] * COLUMN, at[1] * ROW)))
        return name

    def wire(self, source: str, target: str, slot: int = 0) -> None:
        """Wire two places: ``"lstm.hidden"``, or a name alone for ``output`` and ``input``."""
        start, _, output = source.partition(".")
        end, _, port = target.partition(".")
        link = Link(NodeId(start), output or "output", NodeId(end), port or "input", slot)
        self.edits.append(Connect(MAIN, link))

    def chain(self, *places: str) -> None:
        """Wire each place to the next."""
        for source, target in pairwise(places):
            self.wire(source, target)

    def document(self) -> Document:
        """The finished document."""
        made = Document()
        start = (ChangeData(made.data, self.data), ChangePlan(made.plan, self.plan))
        made.apply(Step(phrase("Draw"), (*start, *self.edits)))
        return made


Level: TypeAlias = Literal["beginner", "intermediate", "advanced"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""How much one has to know to follow a template, the easiest first."""


@dataclass(frozen=True, slots=True)
class Template:
    """A document to start from. ``id`` is a contract; ``task`` says what is learned."""

    id: str
    title_template: str
    task_template: str
    level: Level
    summary_template: str
    draw: Callable[[], Drawing]

    @property
    def title(self) -> str:
        """What it is called."""
        return phrase(self.title_template)

    @property
    def task(self) -> str:
        """What kind of problem it solves."""
        return phrase(self.task_template)

    @property
    def summary(self) -> str:
        """What it is for, in a sentence or two."""
        return phrase(self.summary_template)

    def document(self) -> Document:
        """A fresh document."""
        return self.draw().document()


_TEMPLATES: dict[str, Template] = {}


def template(
    id: str, title: str, task: str, level: Level
) -> Callable[[Callable[[], Drawing]], Template]:
    """Register the drawing function below as a template; its docstring is the summary."""

    def register(draw: Callable[[], Drawing]) -> Template:
        if id in _TEMPLATES:
            raise TypeError(f"two templates are called {id!r}")
        _TEMPLATES[id] = Template(id, title, task, level, (draw.__doc__ or "").strip(), draw)
        return _TEMPLATES[id]

    return register


def templates() -> tuple[Template, ...]:
    """All templates, by id."""
    return tuple(_TEMPLATES[id] for id in sorted(_TEMPLATES))


def find(id: str) -> Template | None:
    """The template called ``id``."""
    return _TEMPLATES.get(id)
