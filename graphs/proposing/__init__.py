"""Networks proposed for data: a sound baseline for whatever the fields hold, which trains at once.

Each kind of data brings one ``Reader`` (from an Input to features) and
one ``Head`` (from features to an Output and its loss). A new module in this folder is
found without being listed.
"""

from importlib import import_module
from pkgutil import iter_modules

from graphs.proposing.network import Draft, drafted, propose_network

__all__ = ["Draft", "drafted", "propose_network"]

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
