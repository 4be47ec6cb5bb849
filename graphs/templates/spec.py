"""What a template is, and the list of all of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from graphs.document.document import Document
from graphs.library.drawing import Drawing
from graphs.wording.phrases import phrase

Level: TypeAlias = Literal["beginner", "intermediate", "advanced", "reference"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""How much one has to know to follow a template, the easiest first; then published networks."""


@dataclass(frozen=True, slots=True)
class Template:
    """A document to start from. ``id`` is a contract; ``task`` says what is learned."""

    id: str
    title_template: str
    task_template: str
    level: Level
    summary_template: str
    draw: Callable[[], Drawing]
    published: int | None = None
    """How many weights a published network is known for, so that listing it need not count them."""

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

    @property
    def is_reference(self) -> bool:
        """Whether it is a published network as its authors drew it, rather than one to train here.

        Its data may have to be chosen yet: only what it looks like is known.
        """
        return self.level == "reference"

    def document(self) -> Document:
        """A fresh document."""
        return self.draw().document()


_TEMPLATES: dict[str, Template] = {}


def template(
    id: str, title: str, task: str, level: Level, published: int | None = None
) -> Callable[[Callable[[], Drawing]], Template]:
    """Register the drawing function below as a template; its docstring is the summary."""

    def register(draw: Callable[[], Drawing]) -> Template:
        if id in _TEMPLATES:
            raise TypeError(f"two templates are called {id!r}")
        summary = (draw.__doc__ or "").strip()
        _TEMPLATES[id] = Template(id, title, task, level, summary, draw, published)
        return _TEMPLATES[id]

    return register


def templates() -> tuple[Template, ...]:
    """All templates, by id."""
    return tuple(_TEMPLATES[id] for id in sorted(_TEMPLATES))


def trained_templates() -> tuple[Template, ...]:
    """Those that can be trained as they are, in minutes and on data that is there; by id."""
    return tuple(one for one in templates() if not one.is_reference)


def find(id: str) -> Template | None:
    """The template called ``id``."""
    return _TEMPLATES.get(id)
