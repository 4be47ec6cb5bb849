"""Ready-made blocks, a module to a family. A new module in this folder is found by itself."""

from importlib import import_module
from pkgutil import walk_packages

from graphs.library.spec import ReadyBlock, blocks, find, placed

__all__ = ["ReadyBlock", "blocks", "find", "placed"]

for _module in walk_packages(__path__, f"{__name__}."):
    import_module(_module.name)
