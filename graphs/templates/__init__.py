"""The template catalogue. A new module in this folder is found without being listed."""

from importlib import import_module
from pkgutil import iter_modules

from graphs.templates.spec import (
    LEVELS,
    Drawing,
    Level,
    Template,
    find,
    templates,
    trained_templates,
)

__all__ = ["LEVELS", "Drawing", "Level", "Template", "find", "templates", "trained_templates"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
