"""The ways to export, a module each. A new one in this folder is found without being listed.

None may import torch at its beginning, so that the window can list them early.
"""

from importlib import import_module
from pkgutil import iter_modules

from engine.export.exporter import Exporter

__all__ = ["Exporter"]

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
