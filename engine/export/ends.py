"""What goes into an exported file and what comes out of it, in one line."""

from __future__ import annotations

from collections.abc import Iterable

from engine.network.layout import laid_out
from graphs.checking.evaluation import evaluated
from graphs.document.document import Document
from graphs.layers.ends import output_layers
from graphs.sizes import BATCH, Size
from graphs.wording.phrases import phrase


def ends(document: Document) -> str:
    """The inputs and outputs of a sound document's network; empty where it has no Output."""
    graph, evaluation = document.main, evaluated(document.main)
    wiring, known = laid_out(evaluation), document.data.types()
    entering = [_end(name, known[wiring.inputs[name][1]].sizes) for name in wiring.shown_inputs]
    entering += [_end(name, (BATCH,)) for name in wiring.shown_lengths]
    leaving = {}
    for node in graph.nodes.values():
        if node.layer in output_layers():
            (link,) = graph.entering(node.id)
            leaving[node.name] = evaluation[link.source].outputs[link.output].sizes
    if not leaving:
        return ""
    returned = [_end(name, leaving[name]) for name in sorted(leaving)]
    return phrase(
        "In: {entering}. Out: {leaving}. N is any number of samples.",
        entering=", ".join(entering),
        leaving=", ".join(returned),
    )


def _end(name: str, sizes: Iterable[Size]) -> str:
    return f"{name} [{', '.join(map(str, sizes))}]"
