"""Where data comes from. A new module in this folder is found without being listed."""

from importlib import import_module
from pkgutil import iter_modules

from engine.data.sources.spec import Proposal, Source

__all__ = ["Proposal", "Source"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
