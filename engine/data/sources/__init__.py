"""How the data of each source is read. A new module in one of these folders is found by itself."""

from importlib import import_module
from pkgutil import walk_packages

from engine.data.sources.spec import Proposal, SourceReader, reader, reader_of

__all__ = ["Proposal", "SourceReader", "reader", "reader_of"]

for _module in walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
