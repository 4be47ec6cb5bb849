"""Raw values of each kind of data. A new module here is found without being listed."""

from importlib import import_module
from pkgutil import iter_modules

from engine.data.kinds.spec import RawValues

__all__ = ["RawValues"]

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
