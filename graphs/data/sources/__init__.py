"""Where data comes from, in settings. A new module in one of these folders is found by itself."""

from importlib import import_module
from pkgutil import walk_packages

from graphs.data.sources.spec import Source

__all__ = ["Source"]

for _module in walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
