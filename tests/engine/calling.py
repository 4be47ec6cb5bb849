"""Layers called by the names of their ports, as tests think of them."""

from collections.abc import Callable, Mapping, Sequence

from torch import Tensor, nn

from engine.network import calls
from graphs.layers.spec import Use


def action(
    use: Use, module: nn.Module | None = None
) -> Callable[[Mapping[str, Sequence[Tensor]]], dict[str, Tensor]]:
    """A use as a function from tensors by input port to tensors by output port."""

    def run(given: Mapping[str, Sequence[Tensor]]) -> dict[str, Tensor]:
        ports = [port for port, tensors in given.items() for _ in tensors]
        entering = [tensor for tensors in given.values() for tensor in tensors]
        result = calls.function(use, ports, module)(*entering)
        several = (result,) if isinstance(use.outputs, str) else result
        return dict(zip(calls.names(use.outputs), several, strict=True))

    return run
