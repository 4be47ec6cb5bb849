"""The functions of a file that make one step of training: rate, optimizer, gradients."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from textwrap import dedent

from engine.export.python.expressions import constructed, literal
from engine.export.python.layout import INDENT, Code, Group, lines
from engine.export.python.training.constants import Constants
from engine.export.python.training.criterion import CriterionSource
from engine.export.python.training.facts import TrainingFacts
from engine.optimizing.optimization import penalized
from graphs.layers.spec import Call
from graphs.plan import schedules
from graphs.plan.schedules import ConstantRate


class DescentSource:
    """Lines of code for a step down from the loss of a batch."""

    def __init__(
        self, facts: TrainingFacts, name: str, criterion: CriterionSource, constants: Constants
    ) -> None:
        self._facts, self._name = facts, name
        self._criterion, self._constants = criterion, constants
        self._optimizer, self._schedule = facts.plan.find_optimizer(), facts.plan.find_schedule()
        self._rate = constants.named("learning rate", self._optimizer.lr)
        self._rates = {
            name: rate for name, rate in facts.model.network.wiring.rates.items() if rate != 1.0
        }

    def rate(self) -> list[str]:
        """The function ``rate_factor``; nothing where the rate stays as it is."""
        if isinstance(self._schedule, ConstantRate):
            return []
        source = dedent(inspect.getsource(type(self._schedule).factor))
        body = source.partition("\n")[2]
        settings = self._schedule.settings
        body = re.sub(r"self\.(\w+)", lambda m: self._setting(m[1], settings[m[1]]), body)
        helpers = [name for name in re.findall(r"\b(_\w+)\(", body) if hasattr(schedules, name)]
        return [
            *(
                line
                for name in dict.fromkeys(helpers)
                for line in [*inspect.getsource(getattr(schedules, name)).splitlines(), "", ""]
            ),
            "def rate_factor(step: int, steps: int) -> float:",
            f'    """What multiplies the learning rate. {type(self._schedule).title}."""',
            *body.rstrip().splitlines(),
        ]

    def _setting(self, name: str, value: object) -> str:
        return self._constants.named(f"{type(self._schedule).id} {name}", value)

    def optimizer(self) -> list[str]:
        """The function ``make_optimizer``."""
        call = self._optimizer.torch()
        arguments = {name: value for name, value in call.arguments.items() if name != "lr"}
        made = constructed(Call(call.target, arguments))
        fused = ["fused=True"] if self._optimizer.fused else []
        given = "groups" if self._rates else self._parameters()
        items = [given, f"lr={self._rate}", *made.items, *fused]
        return [
            "def make_optimizer(network: nn.Module) -> torch.optim.Optimizer:",
            f'    """{type(self._optimizer).title} for all weights that are trained."""',
            *self._frozen(),
            *(self._groups() if self._rates else []),
            *lines(Group(made.opening, items, ")"), 1, before="return "),
        ]

    def _groups(self) -> list[str]:
        """The parameters by what multiplies their rate."""
        rates = Group(
            "{", [f"{literal(f'{n}.')}: {rate!r}" for n, rate in self._rates.items()], "}"
        )
        known = self._constants.spelled("rates", rates)
        return [
            "    by_rate: dict[float, list[nn.Parameter]] = {}",
            "    for name, parameter in network.named_parameters():",
            "        if parameter.requires_grad:",
            f"            own = (rate for node, rate in {known}.items() if name.startswith(node))",
            "            by_rate.setdefault(next(own, 1.0), []).append(parameter)",
            "    groups = [",
            f'        {{"params": parameters, "rate": rate, "lr": {self._rate} * rate}}',
            "        for rate, parameters in by_rate.items()",
            "    ]",
        ]

    def _frozen(self) -> Iterator[str]:
        network = self._facts.model.network
        if frozen := [n for n, p in network.named_parameters() if not p.requires_grad]:
            name = self._constants.named("frozen", tuple(frozen))
            yield f"    for name in {name}:"
            yield "        network.get_parameter(name).requires_grad_(False)"

    def _parameters(self) -> Code:
        if any(not one.requires_grad for one in self._facts.model.network.parameters()):
            return "[weight for weight in network.parameters() if weight.requires_grad]"
        return "network.parameters()"

    def step(self) -> list[str]:
        """The function ``train_step``."""
        plan = self._facts.plan
        scheduled = not isinstance(self._schedule, ConstantRate)
        taken = [
            *(f"network: {self._name}", "criterion: Criterion", "optimizer: torch.optim.Optimizer"),
            *("batch: Batch", "step: int", *(["steps: int"] if scheduled else [])),
        ]
        found = lines(Group("def train_step(", taken, ")"), 0, after=" -> float:")
        found.append('    """Make one step, and return the loss before it."""')
        if self._facts.draws:
            found.append('    torch.manual_seed(derived(SEED, "step", step))')
        if scheduled:
            by = ' * group["rate"]' if self._rates else ""
            found.append("    for group in optimizer.param_groups:")
            found.append(f'        group["lr"] = {self._rate} * rate_factor(step, steps){by}')
        found.append("    optimizer.zero_grad()")
        found += [*self._gradients(), "    require_finite(network, value, step)"]
        if plan.l1:
            found += self._penalty()
        if plan.clip_norm is not None:
            longest = self._constants.named("max gradient norm", plan.clip_norm)
            found.append(f"    nn.utils.clip_grad_norm_(network.parameters(), {longest})")
        return [*found, "    optimizer.step()", "    return value"]

    @property
    def _backward(self) -> str:
        """A sum is known as a tensor, whose method torch gives no types."""
        untyped = "  # type: ignore[no-untyped-call]" if self._criterion.several else ""
        return f"loss.backward(){untyped}"

    def _gradients(self) -> list[str]:
        """The lines that leave gradients behind, and what the loss was as ``value``."""
        if self._facts.plan.accumulate == 1:
            return _indented([*self.losses(), self._backward, "value: float = loss.item()"])
        return [
            "    value = 0.0",
            *(["    whole = loss_counts(batch)"] if self._criterion.several else []),
            "    for part in micro_batches(batch):",
            *_indented(self._shared(), 2),
            f"        {self._backward}",
            "        value += loss.item()",
        ]

    def _shared(self) -> list[str]:
        """The same for a part of a batch, by its share of what a loss is a mean of."""
        received, called = self._received("part"), self._criterion.called("part")
        if not self._criterion.several:
            by = f" * {self._share('loss_count(part) / loss_count(batch)')}"
            return [*received, *lines(called, before="loss = ", after=by)]
        return [
            *received,
            *lines(called, before="losses = "),
            "counts = loss_counts(part)",
            "terms = [",
            f"    losses[name] * {self._share('counts[name] / whole[name]')} * share",
            f"    for name, share in {self._criterion.shares}.items()",
            "]",
            "loss = torch.stack(terms).sum()",
        ]

    def _share(self, ratio: str) -> str:
        """A part of a mean; where a class is ignored, it may be one of nothing."""
        if all(one.place.ignored is None for one in self._criterion.comparisons):
            return f"({ratio})"
        return f"torch.as_tensor({ratio}).nan_to_num()"

    def losses(self) -> list[str]:
        """The lines that give ``batch`` to the network, and make ``loss`` of what it gives."""
        received, called = self._received("batch"), self._criterion.called()
        if not self._criterion.several:
            return [*received, *lines(called, before="loss = ")]
        return [
            *received,
            *lines(called, before="losses = "),
            f"terms = [losses[name] * share for name, share in {self._criterion.shares}.items()]",
            "loss = torch.stack(terms).sum()",
        ]

    def _received(self, batch: str) -> list[str]:
        received = self._criterion.received(batch)
        if self._facts.plan.precision == "fp32":
            return received
        return ["with torch.autocast(DEVICE.type, torch.bfloat16):", *_indented(received)]

    def micro_batches(self) -> list[str]:
        """The function ``micro_batches``, where a step sees its batch in parts."""
        if self._facts.plan.accumulate == 1:
            return []
        return [
            "def micro_batches(batch: Batch) -> Iterator[Batch]:",
            '    """The batch of a step in parts, whose gradients are added up."""',
            "    count = len(next(iter(batch.values())))",
            "    parts = list(torch.split(torch.arange(count), BATCH_SIZE))",
            "    if len(parts) > 1 and len(parts[-1]) == 1:  # no norm learns from one sample",
            "        parts[-2:] = [torch.cat(parts[-2:])]",
            "    for rows in parts:",
            "        yield {name: tensor[rows] for name, tensor in batch.items()}",
        ]

    def _penalty(self) -> list[str]:
        """The lines that add the gradient of the L1 penalty, which is the sign of each weight."""
        network = self._facts.model.network
        counted = {id(one) for one in penalized(network)}
        left = tuple(
            name
            for name, one in network.named_parameters()
            if one.requires_grad and one.dim() > 1 and id(one) not in counted
        )
        by = self._constants.named("l1", self._facts.plan.l1)
        and_not = f" and name not in {self._constants.named('unpenalized', left)}" if left else ""
        names = "network.named_parameters()" if left else "network.parameters()"
        each = "name, weight" if left else "weight"
        return [
            f"    for {each} in {names}:",
            f"        if weight.grad is not None and weight.dim() > 1{and_not}:",
            f"            weight.grad.add_(weight.detach().sign(), alpha={by})",
        ]


def _indented(code: list[str], depth: int = 1) -> list[str]:
    return [f"{INDENT * depth}{line}" for line in code]
