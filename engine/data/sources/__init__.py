"""Where data comes from. A new module in one of these folders is found without being listed."""

from importlib import import_module
from pkgutil import walk_packages

from engine.data.sources.spec import Proposal, Source

__all__ = ["Proposal", "Source"]

for _module in walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
