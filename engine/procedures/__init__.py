"""Ways to train: what each owns, does and measures. A new module here is found without a list."""

from importlib import import_module
from pkgutil import iter_modules

from engine.procedures.spec import Procedure, TrainingSetup

__all__ = ["Procedure", "TrainingSetup"]

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
