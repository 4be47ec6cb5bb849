"""The functions of a file that measure and that answer, and its commands."""

from __future__ import annotations

from collections.abc import Iterator

from engine.data.kinds import RawValues
from engine.export.python.expressions import literal
from engine.export.python.layout import Group, lines
from engine.export.python.training.constants import Constants
from engine.export.python.training.criterion import CriterionSource, field_of
from engine.export.python.training.facts import TrainingFacts
from engine.measuring.evaluation import measuring_batch
from engine.measuring.metrics import EVEN
from engine.network.wiring import LossPlace


class JudgingSource:
    """Lines of code for what is measured of samples whose answers are known."""

    def __init__(
        self,
        facts: TrainingFacts,
        name: str,
        criterion: CriterionSource,
        constants: Constants,
    ) -> None:
        self._facts, self._name = facts, name
        self._criterion, self._constants = criterion, constants
        at_once = measuring_batch(facts.model.document, facts.prepared.sizes())
        self.at_once = constants.named("evaluation batch size", at_once)
        """The constant that says how many samples are measured at once."""

    def measuring(self) -> Iterator[str]:
        """The function ``measure``."""
        taken = [f"network: {self._name}", "criterion: Criterion", "samples: Batch", "rows: Tensor"]
        yield from lines(Group("def measure(", taken, ")"), after=" -> dict[str, float]:")
        yield '    """The losses over some rows of the samples, and metrics."""'
        yield "    network.eval()"
        yield "    means = Means()"
        yield "    with torch.no_grad():"
        yield f"        for indices in torch.split(rows, {self.at_once}):"
        yield "            batch = take(samples, indices)"
        for line in (*self._criterion.received(), *self._losses(), *self._metrics()):
            yield f"            {line}"
        if not self._criterion.several:
            yield "    return means.by_name()"
            return
        yield "    metrics = means.by_name()"
        shares = self._criterion.shares
        loss = 'metrics[f"{name}/loss"]'
        yield f"    total = sum(share * {loss} for name, share in {shares}.items())"
        yield '    return {"loss": total, **metrics}'

    def _losses(self) -> Iterator[str]:
        called = self._criterion.called(shortened=False)
        if not self._criterion.several:
            yield from lines(called, before="loss = ")
            yield 'means.add("loss", loss, loss_count(batch))'
            return
        yield from lines(called, before="losses = ")
        yield "for name, count in loss_counts(batch).items():"
        yield '    means.add(f"{name}/loss", losses[name], count)'

    def _metrics(self) -> Iterator[str]:
        places = self._facts.model.network.losses
        for place, one in zip(places, self._criterion.comparisons, strict=True):
            prefix = "" if len(places) == 1 else f"{place.name}/"
            scores = self._criterion.values[one.values[0]]
            if place.task in ("classes", "binary", "labels"):
                yield from self._accuracy(place, scores, prefix)
            elif place.task == "number":
                yield from self._error(place, scores, prefix)

    def _accuracy(self, place: LossPlace, scores: str, prefix: str) -> Iterator[str]:
        target = field_of(place.target)
        if place.task == "classes":
            yield f"correct = {scores}.argmax({place.axis}) == {target}"
        else:
            threshold = EVEN if place.reading == "none" else 0
            said = f"({scores}.view_as({target}) > {threshold})"
            yield f"correct = {said} == ({target} > {EVEN})"
        mean = "correct.double().mean()"
        if place.ignored is None:
            yield from self._real(place, "correct")
        else:
            real = f"real_steps({field_of(place.lengths)}, correct) & " if place.lengths else ""
            yield f"correct = correct[{real}({target} != {place.ignored})]"
            mean += ".nan_to_num()"  # where a batch is ignored as a whole
        name = literal(f"{prefix}accuracy")
        yield f"means.add({name}, {mean}, correct.numel())"

    def _error(self, place: LossPlace, scores: str, prefix: str) -> Iterator[str]:
        target = field_of(place.target)
        yield f"deviation = ({scores} - {target}.view_as({scores})).abs().double()"
        if scale := self.scale(place):
            yield f"deviation = deviation * {scale}"
        yield from self._real(place, "deviation")
        yield f"means.add({literal(f'{prefix}mae')}, deviation.mean(), deviation.numel())"

    def _real(self, place: LossPlace, values: str) -> Iterator[str]:
        if place.lengths:
            yield f"{values} = {values}[real_steps({field_of(place.lengths)}, {values})]"

    def scale(self, place: LossPlace) -> str:
        """What brings differences of predicted numbers into the units of the data."""
        return self._unscaling(place)[0]

    def shift(self, place: LossPlace) -> str:
        """What is added to them then."""
        return self._unscaling(place)[1]

    def _unscaling(self, place: LossPlace) -> tuple[str, str]:
        field = self._facts.preprocessing.fields[place.target]
        numbers = self._facts.preprocessing.numbers[place.target]
        if not numbers.shift:
            return "", ""
        shape = RawValues.of(field.kind).scales(field, numbers)[0].shape
        found = []
        for what, values in (("scale", numbers.scale), ("shift", numbers.shift)):
            known = self._constants.named(f"{place.target} {what}", values)
            if len(values) == 1:
                found.append(f"{known}[0]")
                continue
            viewed = "" if len(shape) == 1 else f".view{shape}"
            made = f"torch.tensor({known}, dtype=torch.float64, device=DEVICE)"
            found.append(f"{made}{viewed}")
        return found[0], found[1]
