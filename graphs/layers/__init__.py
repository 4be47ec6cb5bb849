"""The layer catalogue. A new module in this folder is found without being listed."""

from importlib import import_module
from pkgutil import iter_modules

from graphs.layers.spec import Layer

__all__ = ["Layer"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
