"""Random numbers of torch that depend on the seed alone, not on what else the process draws."""

from collections.abc import Mapping
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from engine.seeds import derived


class OwnRandomness(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's base is untyped
    """Inside it, this thread's operators draw from a generator of their own.

    The process-wide one is neither read nor moved, so that neither another thread nor the order in
    which modules are made has a part in their first weights. These equal what torch would give
    right after ``torch.manual_seed(seed)``.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # torch's base is untyped
        self._generator = torch.Generator().manual_seed(seed)

    def __torch_dispatch__(
        self,
        func: Any,
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        named = dict(kwargs or {})
        if torch.Tag.nondeterministic_seeded not in func.tags:
            return func(*args, **named)
        if not _takes_generator(func):
            func = _with_generator(func)
        return func(*args, **{**named, "generator": self._generator})


def seed_step(seed: int, step: int, device: torch.device) -> None:
    """Make what is drawn in a training step (dropout) a function of seed and step.

    So a resumed run needs no state of the generator, a step can be repeated to find what broke in
    it, and what others drew between two steps does not matter.
    """
    number = derived(seed, "step", step)
    torch.default_generator.manual_seed(number)
    if device.type == "cuda":
        torch.cuda.default_generators[device.index or 0].manual_seed(number)
    elif device.type == "mps":
        torch.mps.manual_seed(number)


def _takes_generator(func: Any) -> bool:
    return any(argument.name == "generator" for argument in func._schema.arguments)


def _with_generator(func: Any) -> Any:
    """The overload with a generator: ``randn.generator`` for ``randn.default``."""
    name = func._overloadname
    wanted = "generator" if name == "default" else f"{name}_generator"
    return getattr(func.overloadpacket, wanted)
