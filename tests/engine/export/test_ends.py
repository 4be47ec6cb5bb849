"""What is said to go into a file and to come out is what the network takes and returns."""

import re
from collections.abc import Callable
from functools import partial

import pytest

from engine.export.ends import ends
from engine.network.compiling import compiled
from tests.engine.drawings import Drawing, digits
from tests.engine.export.onnx.test_padded import reader
from tests.engine.exporting import listener


@pytest.mark.parametrize("drawn", [digits, listener, partial(reader, "gru")], ids=range(3))
def test_every_input_and_output_of_the_network_is_named_in_order(
    drawn: Callable[[], Drawing],
) -> None:
    document = drawn().document()
    entering, leaving, _ = ends(document).split(". ", 2)
    network = compiled(document)
    assert re.findall(r"(\w+) \[", entering) == list(network.inputs)
    assert re.findall(r"(\w+) \[", leaving) == list(network.outputs)


def test_sizes_that_are_known_by_name_only_and_lengths_are_told() -> None:
    told = ends(reader("gru").document())
    assert told.startswith("In: series [N, T, 3], series_lengths [N]. Out: ")
    assert "second_output [N, T, 5]" in told
