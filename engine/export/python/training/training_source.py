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
        yield '    """Train from scratch, and save the weights of the best epoch."""'
        if (threads := self._facts.plan.threads) is not None:  # it decides the last digits
            yield f"    torch.set_num_threads({self._constants.named('threads', threads)})"
        yield "    file.parent.mkdir(parents=True, exist_ok=True)"
        yield "    require_place(file)"
        yield "    raw = read_samples()"
        given = f"{{**inputs(raw){targets}}}" if targets else "inputs(raw)"
        yield f"    samples, rows = on_device({given}, DEVICE), split_rows(raw)"
        yield "    require_samples(samples, *rows.values())"
        yield "    network, criterion = initial_network().to(DEVICE), Criterion().to(DEVICE)"
        yield "    optimizer = make_optimizer(network)"
        if self._is_scheduled:
            yield '    steps = EPOCHS * len(batches(rows["train"], 0))'
        yield "    best: dict[str, Tensor] = {}"
        yield f"    best_loss, step{', worse' * self._stops} = math.inf, 0{', 0' * self._stops}"
        yield "    for epoch in range(EPOCHS):"
        yield from self._epoch()
        yield "    network.load_state_dict(best)"
        yield '    metrics = measure(network, criterion, samples, rows["test"])'
        yield '    print("test:", format_metrics(metrics))'

    def _epoch(self) -> Iterator[str]:
        yield "        network.train()"
        yield from self._kept_as_they_are()
        yield "        means = Means()"
        drawn = 'batches(rows["train"], epoch)'
        if self._augmenting.pictures:
            yield f"        for number, indices in enumerate({drawn}):"
        else:
            yield f"        for indices in {drawn}:"
        yield "            batch = take(samples, indices)"
        for name in map(literal, self._augmenting.pictures):
            given = [f"batch[{name}]", name, "epoch", "number"]
            called = Group("augment(", given, ")")
            yield from lines(called, 3, before=f"batch[{name}] = ")
        steps = ", steps" * self._is_scheduled
        yield f"            loss = train_step(network, criterion, optimizer, batch, step{steps})"
        if self._several:
            yield '            means.add("loss", loss, len(indices))'
        else:
            yield '            means.add("loss", loss, loss_count(batch))'
        yield "            step += 1"
        yield '        validation = measure(network, criterion, samples, rows["valid"])'
        yield "        progress = format_metrics(means.by_name())"
        yield '        progress += f", validation: {format_metrics(validation)}"'
        yield '        print(f"epoch {epoch + 1}/{EPOCHS}: {progress}", flush=True)'
        yield '        if not math.isfinite(validation["loss"]):'
        refused = "The validation loss is not finite: lower LEARNING_RATE."
        yield f'            raise SystemExit("{refused}")'
        yield '        if validation["loss"] < best_loss:'
        better = 'validation["loss"]'
        yield f"            best_loss{', worse' * self._stops} = {better}{', 0' * self._stops}"
        yield "            state = network.state_dict()"
        yield "            best = {key: tensor.clone() for key, tensor in state.items()}"
        yield "            save_weights(best, file)"
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
