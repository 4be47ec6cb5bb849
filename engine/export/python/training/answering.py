"""The functions of a file that answer new samples, and its commands."""

from __future__ import annotations

from collections.abc import Iterator

from engine.export.python.expressions import literal
from engine.export.python.layout import DATA, Code, Group, lines
from engine.export.python.training.constants import Constants, call
from engine.export.python.training.criterion import field_of
from engine.export.python.training.data_source import DataSource
from engine.export.python.training.facts import TrainingFacts
from engine.export.python.training.judging import JudgingSource
from engine.export.python.training.names import LOCAL
from engine.network.wiring import LossPlace, OutputPlace


class AnsweringSource:
    """Lines of code for what is said of samples whose answers are not known."""

    def __init__(
        self, facts: TrainingFacts, data: DataSource, judging: JudgingSource, constants: Constants
    ) -> None:
        self._facts, self._data, self._judging = facts, data, judging
        self._constants, self._network = constants, facts.model.network
        places = {place.name: place for place in self._network.losses}
        self._outputs: list[tuple[OutputPlace, LossPlace | None]] = [
            (one, places[one.loss] if one.loss else None) for one in self._network.output_places
        ]

    def answers(self) -> Iterator[str]:
        """The function ``answers``."""
        names = [f"{one.name}_" if one.name in LOCAL else one.name for one, _ in self._outputs]
        given = [field_of(self._network.input_fields[name]) for name in self._network.inputs]
        first = given[0].replace("batch", "samples")
        shown = [
            f"{literal(one.name)}: {self._read(name, one, loss)}"
            for name, (one, loss) in zip(names, self._outputs, strict=True)
        ]
        yield "def answers(network: Network, raw: Raw) -> dict[str, Array]:"
        yield '    """What the network says of raw samples, by output."""'
        yield "    samples, parts = on_device(inputs(raw), DEVICE), []"
        yield "    network.eval()"
        yield "    with torch.no_grad():"
        yield f"        every = torch.arange(len({first}))"
        yield f"        for rows in torch.split(every, {self._judging.at_once}):"
        yield "            batch = {name: tensor[rows] for name, tensor in samples.items()}"
        called = Group("network(", given, ")")
        yield from lines(called, 3, before=f"{', '.join(names)} = ")
        yield from lines(Group("parts.append({", shown, "})"), 3)
        joined = "torch.cat([part[name] for part in parts]).cpu().numpy()"
        yield f"    return {{name: {joined} for name in parts[0]}}"

    def _read(self, name: str, output: OutputPlace, loss: LossPlace | None) -> str:
        """An output as a person reads it: shares of classes, numbers in the units of the data."""
        if loss is None:
            return name
        if output.reading == "softmax":
            return f"{name}.softmax({loss.axis})"
        if output.reading == "sigmoid":
            return f"{name}.sigmoid()"
        if loss.task == "number" and (scale := self._judging.scale(loss)):
            return f"{name}.double() * {scale} + {self._judging.shift(loss)}"
        return name

    def telling(self) -> Iterator[str]:
        """The function ``said``."""
        parts = [part for one, loss in self._outputs if (part := self._in_words(one, loss))]
        yield "def said(found: Mapping[str, Array], row: int) -> str:"
        yield '    """The answers for one sample in words."""'
        if not parts:
            each = 'f"{name} {each[row].shape}" for name, each in found.items()'
            yield f'    return ", ".join({each})'
            return
        if len(parts) == 1:
            yield from lines(parts[0], 1, before="return ")
            return
        yield from lines(Group("parts = (", parts, ")"), 1)
        yield '    return ", ".join(parts)'

    def _in_words(self, output: OutputPlace, loss: LossPlace | None) -> Code:
        if loss is None or loss.steps or loss.lengths or not loss.target:
            return ""
        field = self._facts.preprocessing.fields[loss.target]
        given = [literal(output.name), f"found[{literal(output.name)}][row]"]
        if loss.task == "number":
            return call("figures", *given)
        if loss.task == "nothing" or not field.classes:
            return ""
        classes = self._constants.named(f"{loss.target} classes", field.classes)
        is_score = loss.reading == "scores"
        if loss.task == "labels":
            return call("holding", *given, classes, *(["0.0"] if is_score else []))
        return call("best_scored" if is_score else "likeliest", *given, classes)

    def commands(self) -> list[str]:
        """The function ``main``."""
        told = f"arrays as in *{DATA}" + (", or a table as CSV" if self._data.table else "")
        return [
            "def main() -> None:",
            '    """What this file does as a program."""',
            f"    asked = arguments(beside, {literal(told)})",
            "    try:",
            '        if asked.command == "train":',
            "            train(asked.to)",
            '        elif asked.command == "evaluate":',
            "            evaluate(asked.weights, asked.split)",
            "        else:",
            "            predict(asked.file, asked.weights, asked.to)",
            "    except (OSError, KeyError, ValueError) as error:",
            "        raise SystemExit(what_is_wrong(error)) from None",
        ]

    def done(self) -> Iterator[str]:
        """The functions ``evaluate`` and ``predict``."""
        targets = ", **targets(raw)" if self._facts.has_targets else ""
        given = f"{{**inputs(raw){targets}}}" if targets else "inputs(raw)"
        yield "def evaluate(weights: Path, split: str) -> None:"
        yield '    """Say what some weights come to on a part of the samples."""'
        yield "    raw = read()"
        yield f"    samples, rows = on_device({given}, DEVICE), splits(raw)[split]"
        yield "    network, criterion = load(weights).to(DEVICE), Criterion().to(DEVICE)"
        yield "    found = measured(network, criterion, samples, rows)"
        yield '    print(f"{weights.name}, {split}: {told(found)}")'
        yield ""
        yield ""
        yield "def predict(file: Path, weights: Path, to: Path | None) -> None:"
        yield '    """Answer the samples of a file."""'
        yield "    found = answers(load(weights).to(DEVICE), read(file))"
        yield "    for row in range(len(next(iter(found.values())))):"
        yield "        print(said(found, row))"
        yield "    if to is not None:"
        yield "        save(to, found)"
