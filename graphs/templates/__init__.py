"""The template catalogue. A new module here, or in a folder here, is found without being listed."""

from importlib import import_module
from pkgutil import walk_packages

from graphs.templates.spec import (
    LEVELS,
    Level,
    Template,
    find,
    templates,
    trained_templates,
)

__all__ = ["LEVELS", "Level", "Template", "find", "templates", "trained_templates"]

for _module in walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
