"""The function of a file that trains: the epochs of the plan, and when they end."""

from __future__ import annotations

from collections.abc import Iterator

from torch.nn.modules.batchnorm import _NormBase
from torch.nn.utils.parametrizations import _SpectralNorm

from engine.export.python.expressions import literal
from engine.export.python.layout import Group, lines
from engine.export.python.training.augmenting import AugmentingSource
from engine.export.python.training.constants import Constants
from engine.export.python.training.facts import TrainingFacts
from graphs.plan.schedules import ConstantRate


class TrainingSource:
    """Lines of code for a whole training."""

    def __init__(
        self, facts: TrainingFacts, augmenting: AugmentingSource, constants: Constants
    ) -> None:
        self._facts, self._augmenting, self._constants = facts, augmenting, constants
        self._is_scheduled = not isinstance(facts.plan.find_schedule(), ConstantRate)
        self._several = len(facts.model.network.losses) > 1
        self._stops = facts.plan.patience is not None
        self._patience = constants.named("patience", facts.plan.patience) if self._stops else ""

    def written(self) -> Iterator[str]:
        """The function ``train``."""
        targets = ", **targets(raw)" if self._facts.has_targets else ""
        yield "def train(file: Path) -> None:"
        yield '    """Train anew, and write the weights of the best epoch to a file."""'
        if (threads := self._facts.plan.threads) is not None:  # it decides the last digits
            yield f"    torch.set_num_threads({self._constants.named('threads', threads)})"
        yield "    file.parent.mkdir(parents=True, exist_ok=True)"
        yield "    raw = read()"
        given = f"{{**inputs(raw){targets}}}" if targets else "inputs(raw)"
        yield f"    samples, rows = on_device({given}, DEVICE), splits(raw)"
        yield "    network, criterion = first().to(DEVICE), Criterion().to(DEVICE)"
        yield "    optimizer = descent(network)"
        if self._is_scheduled:
            yield '    steps = EPOCHS * len(batches(rows["train"], 0))'
        yield "    best: dict[str, Tensor] = {}"
        yield f"    least, step{', worse' * self._stops} = math.inf, 0{', 0' * self._stops}"
        yield "    for epoch in range(EPOCHS):"
        yield from self._epoch()
        yield "    network.load_state_dict(best)"
        yield '    print("test:", told(measured(network, criterion, samples, rows["test"])))'

    def _epoch(self) -> Iterator[str]:
        yield "        network.train()"
        yield from self._kept_as_they_are()
        yield "        means = Means()"
        several = 'batches(rows["train"], epoch)'
        if self._augmenting.pictures:
            yield f"        for number, chosen in enumerate({several}):"
        else:
            yield f"        for chosen in {several}:"
        yield "            batch = taken(samples, chosen)"
        for name in map(literal, self._augmenting.pictures):
            given = [f"batch[{name}]", name, "epoch", "number"]
            called = Group("augmented(", given, ")")
            yield from lines(called, 3, before=f"batch[{name}] = ")
        steps = ", steps" * self._is_scheduled
        yield f"            loss = learn(network, criterion, optimizer, batch, step{steps})"
        if self._several:
            yield '            means.add("loss", loss, len(chosen))'
        else:
            yield '            means.add("loss", loss, size(batch))'
        yield "            step += 1"
        yield '        found = measured(network, criterion, samples, rows["valid"])'
        yield '        line = f"{told(means.found())}, validation: {told(found)}"'
        yield '        print(f"epoch {epoch + 1}/{EPOCHS}: {line}", flush=True)'
        yield '        if not math.isfinite(found["loss"]):'
        yield '            raise SystemExit("The validation loss is not finite: lower the rate.")'
        yield '        if found["loss"] < least:'
        yield f'            least{", worse" * self._stops} = found["loss"]{", 0" * self._stops}'
        yield "            best = {key: one.clone() for key, one in network.state_dict().items()}"
        yield "            save_file(best, file)"
        if self._stops:
            yield "        else:"
            yield "            worse += 1"
            yield f"        if worse == {self._patience}:"
            yield "            break"

    def _kept_as_they_are(self) -> Iterator[str]:
        """Norms of frozen nodes, which go on to use what they know."""
        network = self._facts.model.network
        norms = [
            name
            for node in sorted(network.wiring.frozen)
            for name, one in network.get_submodule(node).named_modules(prefix=node)
            if isinstance(one, _NormBase | _SpectralNorm)
        ]
        if norms:
            yield f"        for name in {self._constants.named('frozen norms', tuple(norms))}:"
            yield "            network.get_submodule(name).eval()"
