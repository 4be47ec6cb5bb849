"""How samples of each kind of data are drawn. A new module here is found without being listed."""

from importlib import import_module
from pkgutil import iter_modules

from gui.samples.views.spec import KindView

__all__ = ["KindView"]

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
