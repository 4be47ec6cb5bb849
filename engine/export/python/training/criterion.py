"""The class that says what training makes small."""

from __future__ import annotations

from collections.abc import Iterator

from engine.export.python.expressions import Arguments, constructed, literal
from engine.export.python.layout import Code, Group, lines
from engine.export.python.network_source import NetworkSource
from engine.export.python.parts import LossUse, NodeOutput
from engine.export.python.training.constants import Constants, entry
from engine.export.python.training.facts import TrainingFacts
from engine.export.python.training.names import LOCAL
from engine.network.wiring import LossPlace
from graphs.layers.spec import Module


class CriterionSource:
    """Lines of code for the losses of a network; ``values`` are what it gives in training."""

    def __init__(self, facts: TrainingFacts, source: NetworkSource, constants: Constants) -> None:
        self._facts, self._source = facts, source
        self._places = facts.model.network.losses
        self.shares = ""
        """The constant that says how much each of several losses counts."""
        if self.several:
            each = [entry(place.name, literal(place.weight)) for place in self._places]
            self.shares = constants.spelled("shares", Group("{", each, "}"))
        compared = {value for one in source.comparisons for value in one.values}
        self.values: dict[NodeOutput, str] = {}
        """What is compared, by the name of the variable that holds it."""
        for value, name in source.leaving:
            while name in {*LOCAL, *self.values.values()}:
                name += "_"
            if value in compared:
                self.values.setdefault(value, name)

    @property
    def comparisons(self) -> tuple[LossUse, ...]:
        """What each loss computes."""
        return self._source.comparisons

    @property
    def several(self) -> bool:
        """Whether there are several losses, which are told by name then."""
        return len(self._places) > 1

    def written(self) -> list[str]:
        """The class ``Criterion``."""
        taken = ["self", *(f"{name}: Tensor" for name in self.values.values()), "batch: Batch"]
        kind = "dict[str, Tensor]" if self.several else "Tensor"
        return [
            "class Criterion(nn.Module):",
            '    """The loss that training minimizes."""',
            "",
            *self._constructor(),
            *lines(Group("def forward(", taken, ")"), 1, after=f" -> {kind}:"),
            f'        """Compute {"each loss by its name" if self.several else "the loss"}."""',
            *self._losses(),
        ]

    def called(self, batch: str = "batch", shortened: bool = True) -> Group:
        """The call that computes the losses of a batch, in float32 if the scores are not."""
        short = shortened and self._facts.plan.precision != "fp32"
        given = [f"{one}.float()" if short else one for one in self.values.values()]
        return Group("criterion(", [*given, batch], ")")

    def received(self, batch: str = "batch") -> list[str]:
        """The lines that take apart what the network gives in training."""
        names = [self.values.get(value, "_") for value, _ in self._source.leaving]
        given = [field_of(name, batch) for name in self._source.entering]
        called = Group(f"network{self._source.in_training}(", given, ")")
        return lines(called, before=f"{', '.join(names)} = ")

    def counting(self) -> list[str]:
        """The function ``loss_count``, or of several losses ``loss_counts``."""
        counts = {place.name: self._count(place) for place in self._places}
        if not self.several:
            (count,) = counts.values()
            return [
                "def loss_count(batch: Batch) -> Tensor | float:",
                '    """How many values the loss of a batch is the mean of."""',
                *lines(count, 1, before="return "),
            ]
        each = [entry(name, count) for name, count in counts.items()]
        return [
            "def loss_counts(batch: Batch) -> dict[str, Tensor | float]:",
            '    """How many values each loss of a batch is the mean of."""',
            *lines(Group("{", each, "}"), 1, before="return "),
        ]

    def _count(self, place: LossPlace) -> str:
        samples = f"len({field_of(self._source.entering[0])})"
        if place.per_sample:
            return samples
        lengths = field_of(place.lengths) if place.lengths else None
        if not place.target:
            return samples if lengths is None else f"{lengths}.sum()"
        target = field_of(place.target)
        factors = []
        if place.class_weights:
            factors.append(f"torch.tensor({literal(place.class_weights)}, device=DEVICE)[{target}]")
        if lengths is not None and (factors or place.ignored is not None):
            factors.append(f"real_steps({lengths}, {target})")
        if place.ignored is not None:
            factors.append(f"({target} != {place.ignored})")
        if factors:
            product = " * ".join(factors)
            return f"({product}).sum()" if len(factors) > 1 else f"{product}.sum()"
        if lengths is None:
            return f"{target}.numel()"
        each = self._facts.fields[place.target].sizes[1:]
        further = f" * {target}[0, 0].numel()" if each else ""
        return f"{lengths}.sum(){further}"

    def _constructor(self) -> Iterator[str]:
        made = [(one, one.module) for one in self._source.comparisons if one.module is not None]
        if not made:
            return
        yield "    def __init__(self) -> None:"
        yield "        super().__init__()"
        for one, call in made:
            yield from lines(constructed(call), 2, before=f"self.{one.place.name} = ")
        yield ""

    def _losses(self) -> Iterator[str]:
        if not self.several:
            (one,) = self._source.comparisons
            yield from lines(self._code(one), 2, before="loss: Tensor = ")
            share = "" if one.place.weight == 1.0 else f" * {literal(one.place.weight)}"
            yield f"        return loss{share}"
            return
        found = [entry(one.place.name, self._code(one)) for one in self._source.comparisons]
        yield from lines(Group("{", found, "}"), 2, before="return ")

    def _code(self, one: LossUse) -> Code:
        scores = self.values[one.values[0]]
        variables = [self.values[value] for value in one.values]
        targets = [field_of(name) for name in one.fields]
        if one.step.target != "nothing" and one.place.target:
            targets[one.fields.index(one.place.target)] = self._target(one, scores)
        return Arguments(one.step.ports, (*variables, *targets)).called(
            one.step.use, f"self.{one.place.name}" if _is_module(one) else ""
        )

    def _target(self, one: LossUse, scores: str) -> str:
        """The target as the loss takes it beside its scores."""
        field = field_of(one.place.target)
        if one.step.target == "class":
            return field
        return f"{field}.to({scores}.dtype).view_as({scores})"


def field_of(name: str, batch: str = "batch") -> str:
    """Where a batch holds a field."""
    return f"{batch}[{literal(name)}]"


def _is_module(one: LossUse) -> bool:
    return isinstance(one.step.use.action, Module)
