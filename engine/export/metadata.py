"""What a file tells whoever opens it elsewhere: how to feed it, and what its answers mean."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from engine.export import table_inputs
from engine.export.model import Model
from engine.network.wiring import LossPlace, OutputPlace
from graphs.sizes import BATCH
from graphs.types import Kind

PROGRAM = "Layerloom"


def described(model: Model) -> dict[str, Any]:
    """What an exported file tells of a model, as JSON values by key.

    An input that is a row of a table says in ``columns`` what each of its positions is, and in
    ``encoding`` how each column of the table becomes them. Cells are without spaces around them.
    The inputs expect values that are preprocessed already; ``preprocessing`` holds the numbers:
    ``encoded = (raw - shift) / scale``, and pictures of bytes are divided by 255 before that.
    """
    told: dict[str, Any] = {
        "program": PROGRAM,
        "program_version": program_version(),
        "document": model.name,
        "inputs": {name: _input(model, name) for name in model.network.inputs},
        "outputs": {
            place.name: _output(model, place.name) for place in model.network.output_places
        },
    }
    if model.run:
        told |= {"run": model.run, "epoch": model.epoch}
    if model.preprocessing is not None:
        told["preprocessing"] = model.preprocessing.described()
    return told


def layers(model: Model) -> dict[str, str]:
    """The kind of layer of each node that has weights, by the node's name."""
    return {
        name: model.document.node_at(path).layer
        for name, (path, _) in model.network.wiring.modules.items()
    }


def program_version() -> str:
    """The version of this program; ``unknown`` when it runs without being installed."""
    try:
        return version("layerloom")
    except PackageNotFoundError:
        return "unknown"


def _input(model: Model, name: str) -> dict[str, Any]:
    if (padded := model.network.lengths_inputs.get(name)) is not None:
        return {
            "lengths_of": padded,
            "kind": Kind.INDEX.value,
            "sizes": [str(BATCH)],
            "expects": "how many steps of each sample are real; the rest is padding at its end",
        }
    tensor, field = model.types()[name], model.field(name)
    told: dict[str, Any] = {
        "field": model.network.input_fields[name],
        "content": field.content,
        "kind": tensor.kind.value,
        "sizes": [size if isinstance(size, int) else str(size) for size in tensor.sizes],
        "expects": "preprocessed values",
    }
    if field.kind.has_columns:
        numbers = model.preprocessing.numbers[told["field"]] if model.preprocessing else None
        told |= {
            "columns": table_inputs.names(field),
            "encoding": table_inputs.told(field, numbers),
            "missing_in_small_letters": table_inputs.missing_spellings(),
        }
    elif field.columns:
        told["columns"] = [column.name for column in field.columns]
    elif field.kind.in_steps:
        told |= table_inputs.steps(model.document.data)
    return told


def _output(model: Model, name: str) -> dict[str, Any]:
    """What the numbers of one output mean, as far as a loss says it."""
    place = next(p for p in model.network.output_places if p.name == name)
    loss = next((one for one in model.network.losses if one.name == place.loss), None)
    if loss is None:
        return {"means": "values"}
    field = model.document.data.fields[loss.target]
    told: dict[str, Any] = {
        "target": loss.target,
        "task": loss.task,
        "means": _meaning(loss, place),
    }
    if field.kind.has_classes:
        told["classes"] = list(field.classes)
    if loss.blank is not None:
        told["blank"] = loss.blank
    numbers = model.preprocessing.numbers.get(loss.target) if model.preprocessing else None
    if numbers is not None and numbers.shift:
        told |= {"shift": list(numbers.shift), "scale": list(numbers.scale)}
    return told


_DECIDING = {
    True: "scores; the largest decides for its class",
    False: "scores; above 0 they decide for the second class",
}


def _meaning(loss: LossPlace, place: OutputPlace) -> str:
    if loss.task == "number":
        return "numbers"
    if loss.task == "sequence":
        return (
            "scores of each step, with that of the blank among those of the classes; what is the "
            "largest several steps in a row counts once, and blanks are left out"
        )
    if loss.task == "labels":
        return {
            "sigmoid": "scores; their sigmoid are the probabilities that each label holds",
            "none": "the probabilities that each label holds",
            "scores": "scores; a label holds where its score is above 0",
        }[place.reading]
    return {
        "scores": _DECIDING[loss.task == "classes"],
        "softmax": "scores; their softmax are the probabilities of the classes",
        "sigmoid": "scores; their sigmoid is the probability of the second class",
        "none": "probabilities" if loss.task == "classes" else "probability of the second class",
    }[place.reading]
