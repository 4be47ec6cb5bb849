"""What a file leaves to whoever uses it: raw values made into inputs, and answers into raw ones."""

from __future__ import annotations

from collections.abc import Iterable

from engine.data.preprocessing import Preprocessing
from engine.network.compiling import Network
from graphs.wording.phrases import phrase, with_and


def left_to_the_user(network: Network, preprocessing: Preprocessing) -> tuple[str, ...]:
    """How the numbers of a file differ from those of the data, in a sentence each.

    What runs without this program is fed by others, and raw values would give wrong answers
    without any word of it.
    """
    entering = [
        name
        for name in network.inputs
        if name not in network.lengths_inputs
        and not _enters_raw(preprocessing, network.input_fields[name])
    ]
    told = []
    if entering:
        told.append(
            phrase(
                "Give {inputs} values that are preprocessed as for training: the file says how.",
                inputs=_quoted(entering),
            )
        )
    if leaving := scaled_outputs(network, preprocessing):
        told.append(
            phrase(
                "Numbers from {outputs} are scaled as for training. Times “scale” plus “shift”, "
                "which the file holds, they are in the units of the data.",
                outputs=_quoted(leaving),
            )
        )
    return tuple(told)


def scaled_outputs(network: Network, preprocessing: Preprocessing) -> list[str]:
    """The outputs whose numbers are not in the units of the data."""
    targets = {loss.name: loss.target for loss in network.losses}
    return [
        place.name
        for place in network.output_places
        if place.loss is not None and _is_scaled(preprocessing, targets[place.loss])
    ]


def _is_scaled(preprocessing: Preprocessing, field: str) -> bool:
    numbers = preprocessing.numbers.get(field)
    return numbers is not None and (any(numbers.shift) or any(one != 1 for one in numbers.scale))


def _enters_raw(preprocessing: Preprocessing, name: str) -> bool:
    """Whether what enters is what the data holds: numbers that nothing was fitted to."""
    field = preprocessing.fields[name]
    is_named = bool(field.classes or field.words)
    is_spelled = any(column.categories or column.is_date for column in field.columns)
    is_plain = not (is_named or is_spelled or field.kind.is_picture)
    return is_plain and not _is_scaled(preprocessing, name)


def _quoted(names: Iterable[str]) -> str:
    return with_and(f"“{name}”" for name in names)
