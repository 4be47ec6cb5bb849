"""A network whose weights are numbers, as files hold them, where training computes some of them."""

import copy

from torch import Tensor, nn
from torch.nn.utils import parametrize

from engine.network.compiling import Network, modules_of


def with_plain_weights(network: Network) -> Network:
    """The network with each weight as it is computed now; itself where none is.

    So a file says the weight, and not how it came about, and computes no norm each time it is used.
    """
    modules = modules_of(network)
    computed = [name for name, one in modules.items() if parametrize.is_parametrized(one)]
    if not computed:
        return network
    for name in computed:
        modules[name] = _plain(modules[name])
    return Network(network.wiring, modules).eval()


def _plain(module: nn.Module) -> nn.Module:
    # torch's remove_parametrizations takes the weight from the class, which copies have in common.
    found = copy.deepcopy(module)
    found.__class__ = parametrize.type_before_parametrizations(module)
    del found.parametrizations
    weight: Tensor = module.weight  # type: ignore[assignment]  # each that is computed has one
    found.weight = nn.Parameter(weight.detach(), requires_grad=False)
    return found
