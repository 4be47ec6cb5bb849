"""From a document to a torch module: an interpreter over a list of operations and slots."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple, Self, TypeAlias

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import _SpectralNorm

from engine.controls import Poll
from engine.errors import GraphProblems
from engine.network import calls
from engine.network.layout import laid_out
from engine.network.own_randomness import OwnRandomness
from engine.network.wiring import (
    LossPlace,
    OutputPlace,
    Target,
    TensorPlace,
    WiredNode,
    Wiring,
)
from engine.seeds import derived
from graphs.checking import structure
from graphs.checking.evaluation import evaluated
from graphs.data import lengths_of
from graphs.document.document import Document
from graphs.document.edits import Path
from graphs.layers.losses.losses import TARGET
from graphs.setting_kinds import FieldName


@dataclass(frozen=True, slots=True)
class StepResult:
    """What one training pass gives, in the order of ``Network.losses``."""

    total: Tensor
    """The losses by their weights, added up."""
    losses: tuple[Tensor, ...]
    scores: tuple[Tensor, ...]
    """What reached each loss."""
    tapped: Mapping[TensorPlace, Tensor]


LossFunction: TypeAlias = Callable[..., Tensor]
"""Takes scores, a target, and where samples are padded their lengths."""


class Operation(NamedTuple):
    """One node at work: slots it reads, slots it writes, slots nobody reads any more."""

    call: Callable[..., Any]
    reads: tuple[int, ...]
    writes: tuple[int, ...]
    frees: tuple[int, ...]
    single: bool
    """Whether the call gives one tensor, not a tuple of them."""


class Network(nn.Module):
    """A compiled graph. State-dict keys begin with node names.

    ``forward`` takes one tensor per Input that an Output needs, in the order of their names, then
    the lengths of each ragged field by which an Output tells padding from real steps. It returns
    one tensor per Output, in the order of theirs. ``run`` is for training: it computes the losses.
    """

    def __init__(self, wiring: Wiring, modules: Mapping[str, nn.Module]) -> None:
        super().__init__()
        self.wiring = wiring
        self.inputs: tuple[str, ...] = (*wiring.shown_inputs, *wiring.shown_lengths)
        """What ``forward`` takes: names of Input nodes, then those of lengths."""
        self.lengths_inputs: Mapping[str, FieldName] = wiring.shown_lengths
        """The ragged fields by the names of those inputs that are their lengths."""
        self.input_fields: Mapping[str, str] = {
            **{name: field for name, (_, field) in wiring.inputs.items()},
            **{name: lengths_of(field) for name, field in wiring.shown_lengths.items()},
        }
        """What of a batch each input takes: a field of the data, or the lengths of one."""
        self.output_places: tuple[OutputPlace, ...] = tuple(wiring.outputs)
        self.outputs: tuple[str, ...] = tuple(place.name for place in wiring.outputs)
        """Names of what ``forward`` returns."""
        self.losses: tuple[LossPlace, ...] = tuple(wiring.losses)
        self._by_name = dict(modules)
        for name, module in modules.items():
            self._place(name, module)
            if name in wiring.frozen:
                self._freeze(name, module)
        if wiring.shared:
            # One parameter has one key, as files of weights ask, and is at home where that says.
            after: Any = self.register_state_dict_post_hook  # torch's are untyped
            before: Any = self.register_load_state_dict_pre_hook
            after(_without_shared)
            before(_with_shared)
        self._inward = (
            *(wiring.inputs[name][0] for name in wiring.shown_inputs),
            *(wiring.lengths[field] for field in wiring.shown_lengths.values()),
        )
        self._outward = tuple(wiring.outputs.values())
        self._loads: list[tuple[int, str]] = [
            *wiring.inputs.values(),
            *((slot, field) for field, slot in wiring.targets.items()),
            *((slot, lengths_of(field)) for field, slot in wiring.lengths.items()),
        ]
        self._loss_slots = tuple(loss for loss, _ in wiring.losses.values())
        self._score_slots = tuple(scores for _, scores in wiring.losses.values())
        self._shorter: torch.dtype | None = None
        self._faster: Callable[..., tuple[Tensor, ...]] | None = None
        self._forward = self._program(self._outward)
        self._training: dict[tuple[TensorPlace, ...], tuple[Operation, ...]] = {
            (): self._program((*self._loss_slots, *self._score_slots))
        }
        """Programs by the places that they tap."""

    def train(self, mode: bool = True) -> Self:
        """As torch's; norms of frozen nodes go on to use, and to keep, what they know."""
        super().train(mode)
        for name in self.wiring.frozen & self._by_name.keys():
            for module in self.get_submodule(name).modules():
                # Not all of the node: cuDNN's recurrent layers give no gradients in eval mode.
                if isinstance(module, nn.modules.batchnorm._NormBase | _SpectralNorm):
                    module.eval()
        return self

    def _place(self, name: str, module: nn.Module) -> None:
        """Put a module where its name says: those of blocks lie in a module of the block's own."""
        at: nn.Module = self
        *blocks, own = name.split(".")
        for block in blocks:
            if block not in at._modules:
                at.add_module(block, nn.Module())
            at = at.get_submodule(block)
        at.add_module(own, module)

    def _freeze(self, name: str, module: nn.Module) -> None:
        """No parameter of the node is trained; one that it shares belongs to another node."""
        for key, parameter in module.named_parameters():
            if f"{name}.{key}" not in self.wiring.shared:
                parameter.requires_grad_(False)

    def compute_in(self, shorter: torch.dtype | None) -> None:
        """In training, ``run`` computes in these shorter numbers from now on where that is safe.

        Measuring stays in float32, as those compute who use the weights later.
        """
        self._shorter = shorter

    def make_faster(self, yes: bool = True) -> None:
        """In training, ``run`` goes by code that torch.compile makes at the next call, or not.

        It is one piece then: nothing polls inside of it.
        """
        self._faster = torch.compile(self._pass) if yes else None

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """What the Outputs show, in the order of ``outputs``, for tensors in that of ``inputs``.

        The batch comes first in all of them. Losses are not computed.
        """
        values: list[Any] = [None] * self.wiring.size
        for slot, tensor in zip(self._inward, inputs, strict=True):
            values[slot] = tensor
        _execute(self._forward, values)
        return tuple([values[slot] for slot in self._outward])

    def run(
        self,
        batch: Mapping[str, Tensor],
        taps: Sequence[TensorPlace] = (),
        poll: Poll | None = None,
    ) -> StepResult:
        """Compute the losses of a batch of fields, keeping what passes the places in ``taps``.

        ``poll`` is called between two nodes, later also on the way back; what it raises comes out.
        """
        if self._shorter is not None and self.training:
            kind = next(iter(batch.values())).device.type
            with torch.autocast(kind, self._shorter):
                return self._run(batch, taps, poll)
        return self._run(batch, taps, poll)

    def _run(
        self, batch: Mapping[str, Tensor], taps: Sequence[TensorPlace], poll: Poll | None
    ) -> StepResult:
        if self._faster is not None and self.training and not taps:
            computed = self._faster([batch[name] for _, name in self._loads])
            found, scores = computed[: len(self.losses)], computed[len(self.losses) :]
            return StepResult(added_up(self.losses, found), found, scores, {})
        wanted = tuple(taps)
        tapped = tuple([self.wiring.slots[place] for place in wanted])
        if wanted not in self._training:
            results = (*self._loss_slots, *self._score_slots, *tapped)
            self._training[wanted] = self._program(results)
        values: list[Any] = [None] * self.wiring.size
        for slot, name in self._loads:
            values[slot] = batch[name]
        if poll is None:
            _execute(self._training[wanted], values)
        else:
            _execute_slowly(self._training[wanted], values, poll)
        losses = tuple([values[slot] for slot in self._loss_slots])
        return StepResult(
            added_up(self.losses, losses),
            losses,
            tuple([values[slot] for slot in self._score_slots]),
            dict(zip(wanted, [values[slot] for slot in tapped], strict=True)) if wanted else {},
        )

    def _pass(self, loaded: Sequence[Tensor]) -> tuple[Tensor, ...]:
        """The losses and what reached them, as one function of tensors."""
        values: list[Any] = [None] * self.wiring.size
        for (slot, _), tensor in zip(self._loads, loaded, strict=True):
            values[slot] = tensor
        _execute(self._training[()], values)
        return tuple([values[slot] for slot in (*self._loss_slots, *self._score_slots)])

    def _program(self, results: Iterable[int]) -> tuple[Operation, ...]:
        wanted = tuple(results)
        return tuple(
            Operation(
                self._bound(step), step.reads, step.writes, frees, isinstance(step.use.outputs, str)
            )
            for step, frees in self.wiring.schedule(wanted)
        )

    def _bound(self, step: WiredNode) -> Callable[..., Any]:
        call = calls.function(step.use, step.ports, self._by_name.get(step.name))
        if step.target is None:
            return call
        if step.target != "nothing":
            call = partial(_compared, _ADAPTED[step.target], step.ports.index(TARGET), call)
        if step.target == "probability":
            call = partial(_with_what_is_no_number, call)
        return partial(_in_full, call)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """Operations hold modules, so a copy binds its own."""
        modules = {name: copy.deepcopy(one, memo) for name, one in modules_of(self).items()}
        made = type(self)(self.wiring, modules)
        made.training = self.training
        return made


def modules_of(network: Network) -> dict[str, nn.Module]:
    """The modules of a network by the names of their nodes, as another one is made from them."""
    return {name: network.get_submodule(name) for name in network.wiring.modules}


def added_up(places: Sequence[LossPlace], losses: Sequence[Tensor]) -> Tensor:
    """The losses by their weights: what training makes small."""
    if len(places) == 1 and places[0].weight == 1.0:
        return losses[0]
    if not places:
        return torch.zeros(())
    parts = zip(losses, places, strict=True)
    return torch.stack([loss * place.weight for loss, place in parts]).sum()


def compiled(
    document: Document,
    seed: int | None = None,
    available: int | None = None,
    *,
    needs_loss: bool = True,
    to_train: bool = True,
) -> Network:
    """The document's main graph as a module with fresh weights, from the plan's seed or this one.

    What neither an Output nor a loss needs is left out. Each node's first weights depend on the
    seed and the ids on its path alone. Raises GraphProblems when something stops training, or
    where it is not ``to_train`` its export, or when it would need more than the ``available`` bytes
    of memory.
    """
    evaluation = evaluated(document.main)
    found = structure.errors(document, evaluation, available, needs_loss=needs_loss)
    if not to_train:
        found = [one for one in found if structure.stops_export(one)]
    if found:
        raise GraphProblems(found)
    wiring = laid_out(evaluation)
    start = document.plan.seed if seed is None else seed
    return Network(wiring, _modules(wiring, start))


def _modules(wiring: Wiring, seed: int) -> dict[str, nn.Module]:
    modules: dict[str, nn.Module] = {}
    for name, (path, call) in wiring.modules.items():
        with OwnRandomness(first_seed(seed, path)):
            modules[name] = calls.made(call)
    for key, home in wiring.shared.items():
        module, parameter = _holder(modules, wiring.owner(key), key)
        setattr(module, parameter, getattr(*_holder(modules, wiring.owner(home), home)))
    return modules


def _holder(modules: Mapping[str, nn.Module], name: str, key: str) -> tuple[nn.Module, str]:
    """The module that holds the parameter of a state-dict key, and its name there."""
    inside, _, parameter = key.removeprefix(f"{name}.").rpartition(".")
    return modules[name].get_submodule(inside), parameter


def first_seed(seed: int, path: Path) -> int:
    """What the first weights of the node at a path are drawn from."""
    return derived(seed, "weights", *path)


def _without_shared(
    network: nn.Module, state: dict[str, Tensor], prefix: str, metadata: object
) -> None:
    assert isinstance(network, Network)
    for key in network.wiring.shared:
        del state[prefix + key]


def _with_shared(network: nn.Module, state: dict[str, Tensor], prefix: str, *_: object) -> None:
    """Give back what ``_without_shared`` took, from where it is at home."""
    assert isinstance(network, Network)
    for key, home in network.wiring.shared.items():
        if prefix + home in state:
            state[prefix + key] = state[prefix + home]


def _execute(program: tuple[Operation, ...], values: list[Any]) -> None:
    for call, reads, writes, frees, single in program:
        result = call(*[values[slot] for slot in reads])
        if single:
            values[writes[0]] = result
        else:
            for slot, part in zip(writes, result, strict=True):
                values[slot] = part
        for slot in frees:
            values[slot] = None


def _execute_slowly(program: tuple[Operation, ...], values: list[Any], poll: Poll) -> None:
    for step in program:
        poll()
        _execute((step,), values)
        for slot in step.writes:
            if isinstance(tensor := values[slot], Tensor) and tensor.requires_grad:
                # Called by backpropagation when it comes by this place.
                tensor.register_hook(lambda gradient: poll())  # type: ignore[no-untyped-call]


def _in_full(loss: LossFunction, *values: Tensor) -> Tensor:
    """A loss in float32, whatever the layers before it computed in: some are wrong otherwise."""
    kind = values[0].device.type
    if not torch.is_autocast_enabled(kind):
        return loss(*values)
    with torch.autocast(kind, enabled=False):
        return loss(*[v.float() if v.is_floating_point() else v for v in values])


def _compared(
    adapt: Callable[[Tensor, Tensor], Tensor], at: int, loss: LossFunction, *values: Tensor
) -> Tensor:
    """A loss of what enters it, of which the target is the value ``at`` a place."""
    adapted = adapt(values[0], values[at])
    return loss(*values[:at], adapted, *values[at + 1 :])


def _with_what_is_no_number(loss: LossFunction, scores: Tensor, *others: Tensor) -> Tensor:
    """torch's loss raises an error for NaN, on a GPU one that ends the process; here it is NaN."""
    return loss(scores.nan_to_num(nan=0.5), *others) + 0 * scores.sum()


def _to_classes(scores: Tensor, target: Tensor) -> Tensor:
    return target.long()


def _to_numbers(scores: Tensor, target: Tensor) -> Tensor:
    return target.to(scores.dtype).view_as(scores)


_ADAPTED: Mapping[Target, Callable[[Tensor, Tensor], Tensor]] = {
    "class": _to_classes,
    "number": _to_numbers,
    "probability": _to_numbers,
}
"""How a target is brought into the form in which a loss takes it beside its scores."""
