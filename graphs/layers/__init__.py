"""The layer catalogue. A new module in one of these folders is found without being listed."""

from importlib import import_module
from pkgutil import walk_packages

from graphs.layers.spec import Layer

__all__ = ["Layer"]

for _module in walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
