"""The functions of a file that answer new samples, and its commands."""

from __future__ import annotations

from collections.abc import Iterator

from engine.export.python.expressions import literal
from engine.export.python.layout import DATA, Code, Group, lines
from engine.export.python.training.constants import Constants, call
from engine.export.python.training.criterion import field_of
from engine.export.python.training.data_source import DataSource, text_of
from engine.export.python.training.facts import TrainingFacts
from engine.export.python.training.judging import JudgingSource
from engine.export.python.training.names import LOCAL
from engine.network.wiring import LossPlace, OutputPlace
from graphs.data import lengths_of


class AnsweringSource:
    """Lines of code for what is said of samples whose answers are not known."""

    def __init__(
        self,
        facts: TrainingFacts,
        name: str,
        data: DataSource,
        judging: JudgingSource,
        constants: Constants,
    ) -> None:
        self._facts, self._name, self._data, self._judging = facts, name, data, judging
        self._constants, self._network = constants, facts.model.network
        places = {place.name: place for place in self._network.losses}
        self._outputs: list[tuple[OutputPlace, LossPlace | None]] = [
            (one, places[one.loss] if one.loss else None) for one in self._network.output_places
        ]

    def answers(self) -> Iterator[str]:
        """The function ``predictions``."""
        names = [f"{one.name}_" if one.name in LOCAL else one.name for one, _ in self._outputs]
        given = [field_of(self._network.input_fields[name]) for name in self._network.inputs]
        first = given[0].replace("batch", "samples")
        shown = [
            f"{literal(one.name)}: {self._read(name, one, loss)}"
            for name, (one, loss) in zip(names, self._outputs, strict=True)
        ]
        yield f"def predictions(network: {self._name}, raw: Raw) -> dict[str, Array]:"
        yield '    """What the network predicts for raw samples, by output."""'
        yield "    samples, parts = on_device(inputs(raw), DEVICE), []"
        yield "    require_samples(samples)"
        yield "    network.eval()"
        yield "    with torch.no_grad():"
        yield f"        whole = torch.arange(len({first}))"
        yield f"        for rows in torch.split(whole, {self._judging.at_once}):"
        some = "take(samples, rows)"
        if self._facts.ragged:  # answers of all batches have to be equally long
            some = "{name: tensor[rows] for name, tensor in samples.items()}"
        yield f"            batch = {some}"
        called = Group("network(", given, ")")
        yield from lines(called, 3, before=f"{', '.join(names)} = ")
        shown += [
            f"{literal(lengths_of(one.name))}: {field_of(lengths_of(one.padded))}"
            for one, loss in self._outputs
            if one.padded and loss is not None and self._is_told(one, loss)
        ]
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
        """The function ``describe``."""
        parts = [part for one, loss in self._outputs if (part := self._in_words(one, loss))]
        yield "def describe(predicted: Mapping[str, Array], row: int) -> str:"
        yield '    """What is predicted for one sample, in words."""'
        if not parts:
            each = 'f"{name} {values[row].shape}" for name, values in predicted.items()'
            yield f'    return ", ".join({each})'
            return
        if len(parts) == 1:
            yield from lines(parts[0], 1, before="return ")
            return
        yield from lines(Group("parts = (", parts, ")"), 1)
        yield '    return ", ".join(parts)'

    def _in_words(self, output: OutputPlace, loss: LossPlace | None) -> Code:
        if loss is None or not self._is_told(output, loss):
            return ""
        row = f"predicted[{literal(output.name)}][row]{self._real(output, loss)}"
        given = [literal(output.name), row]
        if loss.task == "number":
            return call("format_numbers", *given)
        field = self._facts.preprocessing.fields[loss.target]
        classes = self._constants.named(f"{loss.target} classes", field.classes)
        if loss.task == "sequence":
            return call("format_series", *given, classes, literal(loss.blank))
        if loss.steps:
            return call("format_steps", *given, classes, *(["0"] if loss.axis == 1 else []))
        is_score = loss.reading == "scores"
        if loss.task == "labels":
            return call("format_labels", *given, classes, *(["0.0"] if is_score else []))
        return call("format_best" if is_score else "format_class", *given, classes)

    def _is_told(self, output: OutputPlace, loss: LossPlace) -> bool:
        """Whether a person reads what an output says: no picture, nor the class of each pixel."""
        if not loss.target or output.padded not in (None, *self._facts.entering):
            return False
        field = self._facts.preprocessing.fields[loss.target]
        match loss.task:
            case "number":
                return not field.kind.is_picture
            case "sequence":
                return True
            case "classes" if loss.steps:
                return bool(field.classes) and len(field.sizes) == 1
            case _:
                return bool(field.classes) and not loss.lengths

    def _real(self, output: OutputPlace, loss: LossPlace) -> str:
        """What leaves out the padding of a sample; empty where there is none."""
        if not output.padded:
            return ""
        real = f":predicted[{literal(lengths_of(output.name))}][row]"
        return f"[:, {real}]" if loss.steps and loss.axis == 1 else f"[{real}]"

    def commands(self) -> list[str]:
        """The function ``main``."""
        told = f"arrays as in *{DATA}"
        told += ", or a table as CSV" * bool(self._data.table)
        told += ", or a picture" * bool(self._data.picture)
        told += ", or a text, or texts in a column as CSV" * bool(text_of(self._facts))
        parsed = call("parse_arguments", "TRAINED_FILE", "WEIGHTS_FILE", literal(told))
        return [
            "def main() -> None:",
            '    """Follow the command that this file is run with."""',
            *lines(parsed, 1, before="arguments = "),
            "    try:",
            '        if arguments.command == "train":',
            "            train(arguments.to)",
            '        elif arguments.command == "evaluate":',
            "            evaluate(arguments.weights, arguments.split)",
            "        else:",
            "            predict(arguments.file, arguments.weights, arguments.to)",
            "    except (OSError, KeyError, ValueError) as error:",
            '        samples = arguments.file if "file" in arguments else DATA_FILE',
            "        raise SystemExit(error_message(error, samples)) from None",
        ]

    def done(self) -> Iterator[str]:
        """The functions ``evaluate`` and ``predict``."""
        targets = ", **targets(raw)" if self._facts.has_targets else ""
        given = f"{{**inputs(raw){targets}}}" if targets else "inputs(raw)"
        yield "def evaluate(weights: Path, split: str) -> None:"
        yield '    """Print how well some weights do on a part of the samples."""'
        yield "    raw = read_samples()"
        yield f"    samples, rows = on_device({given}, DEVICE), split_rows(raw)[split]"
        yield "    require_samples(samples, rows)"
        yield "    network, criterion = load(weights).to(DEVICE), Criterion().to(DEVICE)"
        yield "    metrics = measure(network, criterion, samples, rows)"
        yield '    print(f"{weights.name}, {split}: {format_metrics(metrics)}")'
        yield ""
        yield ""
        yield "def predict(file: Path, weights: Path, to: Path | None) -> None:"
        yield '    """Print what is predicted for the samples of a file."""'
        yield "    if to is not None:"
        yield "        require_place(to)"
        yield "    predicted = predictions(load(weights).to(DEVICE), read_samples(file))"
        yield "    for row in range(len(next(iter(predicted.values())))):"
        yield "        print(describe(predicted, row))"
        yield "    if to is not None:"
        yield "        save_arrays(to, predicted)"
