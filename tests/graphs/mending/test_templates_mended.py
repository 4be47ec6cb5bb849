"""Mistakes in whole networks: each is found where it is, and one step makes all right again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from graphs.checking import structure
from graphs.checking.evaluation import evaluated
from graphs.checking.unmet import NOT_WIRED
from graphs.document.document import Document
from graphs.document.edits import MAIN, ChangeNode, Connect, Disconnect, Link, NodeId, Step
from graphs.document.history import History
from graphs.files import encoded
from graphs.layers import Layer
from graphs.mending import fixes
from graphs.mending.missing import links_for
from graphs.problems import Problem
from graphs.steps import clips, operations
from graphs.templates import find
from tests.graphs.drawing import put, wire

Plant = Callable[[Document], None]
Waiting = tuple[tuple[int, ...], NodeId, str]
"""Where a node lies, its id, and its port to which nothing is wired."""


@dataclass(frozen=True)
class Mistake:
    """What somebody does to a template, at which node that shows, and the fix offered there."""

    template: str
    plant: Plant
    node: str
    fix: str


# ---- what people do wrong ----


def changed(node: str, **settings: Any) -> Plant:
    """Another value for a setting or two."""
    return lambda document: document.apply(
        operations.set_settings(document.main, NodeId(node), settings, "Set")
    )


def inserted(source: str, target: str, layer: str, **settings: Any) -> Plant:
    """A layer too many, on the link between two nodes."""

    def plant(document: Document) -> None:
        document.apply(
            operations.insert_on(document.main, _link(document, source, target), layer, **settings)
        )

    return plant


def left_out(node: str) -> Plant:
    """A layer too few: what it fed is wired to what fed it."""

    def plant(document: Document) -> None:
        graph = document.main
        (before,), behind = graph.entering(NodeId(node)), graph.leaving(NodeId(node))
        around = [replace(link, source=before.source, output=before.output) for link in behind]
        document.apply(operations.delete(document.main, [NodeId(node)]))
        document.apply(Step("Wire", tuple(Connect(MAIN, link) for link in around)))

    return plant


def mistaken_for(node: str, layer: str) -> Plant:
    """Another layer in the place of the right one."""

    def plant(document: Document) -> None:
        old, defaults = document.main.nodes[NodeId(node)], Layer.get(layer).defaults()
        kept = {name: value for name, value in old.settings.items() if name in defaults}
        new = replace(old, layer=layer, settings={**defaults, **kept})
        document.apply(Step("Replace", (ChangeNode(MAIN, old, new),)))

    return plant


def unwired(source: str, target: str) -> Plant:
    """A link that is missing."""
    return lambda document: document.apply(
        Step("Disconnect", (Disconnect(MAIN, _link(document, source, target)),))
    )


def merged(layer: str, one: str, other: str, target: str) -> Plant:
    """Two places brought together that do not fit, on the way to ``target``."""

    def plant(document: Document) -> None:
        put(document, layer, "merge")
        wire(document, one, "merge")
        wire(document, other, "merge")
        wire(document, "merge", target)

    return plant


def closed_circle(document: Document) -> None:
    """A sum that a later node feeds as well."""
    put(document, "add", "sum")
    for source in ("relu1", "hidden1", "relu2"):
        wire(document, source, "sum")
    wire(document, "sum", "dropout1")


def dead_end(document: Document) -> None:
    """A layer that was tried and forgotten."""
    put(document, "linear", "forgotten")
    wire(document, "relu3", "forgotten")


def _link(document: Document, source: str, target: str) -> Link:
    """The link between two places, each a node or ``"node.port"``."""
    start, _, output = source.partition(".")
    end, _, port = target.partition(".")
    return next(
        link
        for link in document.main.entering(NodeId(end))
        if link.source == start and output in {"", link.output} and port in {"", link.input}
    )


CNN, MLP, LSTM = "digits-cnn", "digits-mlp", "sine-lstm"
MOONS, TABLE, NORMED = "binary-classifier", "breast-cancer", "digits-cnn-batchnorm"
MISTAKES = {
    "too many classes": Mistake(
        CNN, changed("classify", out_features=12), "loss", "Set out_features to 10"
    ),
    "too few classes": Mistake(
        MLP, changed("classify", out_features=9), "loss", "Set out_features to 10"
    ),
    "softmax before cross entropy": Mistake(
        CNN, inserted("classify", "loss", "softmax"), "loss", "Wire it to what comes before"
    ),
    "sigmoid before cross entropy": Mistake(
        MLP, inserted("classify", "loss", "sigmoid"), "loss", "Wire it to what comes before"
    ),
    "sigmoid twice": Mistake(
        TABLE, inserted("score", "loss", "sigmoid"), "loss", "Wire it to what comes before"
    ),
    "no sigmoid": Mistake(MOONS, left_out("sigmoid"), "loss", "Insert Sigmoid"),
    "loss for two classes": Mistake(
        CNN, mistaken_for("loss", "bce_with_logits_loss"), "loss", "Make it CrossEntropyLoss"
    ),
    "loss for numbers": Mistake(
        MLP, mistaken_for("loss", "mse_loss"), "loss", "Make it CrossEntropyLoss"
    ),
    "one score for two classes": Mistake(
        TABLE, mistaken_for("loss", "cross_entropy_loss"), "loss", "Set out_features to 2"
    ),
    "two scores for one": Mistake(
        MOONS, changed("score", out_features=2), "loss", "Set out_features to 1"
    ),
    "no flatten": Mistake(CNN, left_out("flatten"), "loss", "Insert Flatten"),
    "no flatten at the image": Mistake(MLP, left_out("flatten"), "loss", "Insert Flatten"),
    "flatten before a convolution": Mistake(
        CNN, inserted("image", "conv1", "flatten"), "conv1", "Wire it to what comes before"
    ),
    "flatten ends before it starts": Mistake(
        CNN, changed("flatten", end_dim=0), "flatten", "Set end_dim to -1"
    ),
    "groups that divide nothing": Mistake(
        CNN, changed("conv2", groups=5), "conv2", "Set groups to 1"
    ),
    "kernel larger than the image": Mistake(
        CNN, changed("conv1", kernel_size=29), "conv1", "Set padding to 14"
    ),
    "mirror larger than the image": Mistake(
        CNN,
        changed("conv1", padding=30, padding_mode="reflect"),
        "conv1",
        "Set padding_mode to zeros",
    ),
    "window larger than the map": Mistake(
        CNN, changed("pool2", kernel_size=12), "pool2", "Set ceil_mode to True"
    ),
    "padding beyond half a window": Mistake(
        NORMED, changed("pool1", padding=2), "pool1", "Set padding to 1"
    ),
    "normalization of the wrong form": Mistake(
        NORMED, mistaken_for("norm1", "batch_norm1d"), "norm1", "Make it BatchNorm2d"
    ),
    "normalization of maps that are flat": Mistake(
        CNN, inserted("head", "relu3", "batch_norm2d"), "batch_norm", "Make it BatchNorm1d"
    ),
    "more axes than there are": Mistake(
        MLP,
        inserted("hidden1", "relu1", "layer_norm", normalized_dims=3),
        "layer_norm",
        "Set normalized_dims to 1",
    ),
    "values that do not fit": Mistake(
        CNN,
        inserted("image", "conv1", "reshape", sizes=(1, 28, 27)),
        "reshape",
        "Set sizes to 1, 28, -1",
    ),
    "lookup of numbers": Mistake(
        MOONS, mistaken_for("hidden", "embedding"), "hidden", "Make it Linear"
    ),
    "shortcut over other channels": Mistake(
        NORMED, merged("add", "pool1", "conv1", "conv2"), "merge", "Insert Conv2d"
    ),
    "maps beside features": Mistake(
        CNN, merged("concatenate", "flatten", "pool1", "head"), "merge", "Insert Flatten"
    ),
    "no last step": Mistake(LSTM, left_out("last"), "loss", "Insert Select"),
    "a step that short series lack": Mistake(
        LSTM, changed("last", index=20), "last", "Set index to -1"
    ),
    "states of another size": Mistake(
        LSTM, changed("decoder", hidden_size=16), "decoder", "Set hidden_size to 32"
    ),
    "states of too few layers": Mistake(
        LSTM, changed("encoder", bidirectional=True), "decoder", "Set num_layers to 2"
    ),
    "one state of two": Mistake(
        LSTM, unwired("encoder.cell", "decoder.cell"), "decoder", "Remove the link"
    ),
    "a circle": Mistake(MLP, closed_circle, "sum", "Remove the link"),
    "a dead end": Mistake(CNN, dead_end, "forgotten", "Delete the node"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_where_it_is_and_mended(name: str) -> None:
    mistake = MISTAKES[name]
    document = planted(mistake)
    before, found = encoded(document), problems(document)
    (problem,) = found
    assert document.main.nodes[NodeId(problem.node or "")].name == mistake.node
    assert fixes.label(problem) == mistake.fix

    history, mend = History(document), fixes.step(document, problem)
    assert mend is not None
    history.do(mend)
    assert problems(document) == []

    history.undo()
    assert encoded(document) == before
    assert problems(document) == found


def test_there_are_thirty_mistakes() -> None:
    assert len(MISTAKES) >= 30


def planted(mistake: Mistake) -> Document:
    """The template, which is right, with the mistake in it."""
    template = find(mistake.template)
    assert template is not None
    document = template.document()
    assert problems(document) == []
    mistake.plant(document)
    return document


def problems(document: Document) -> list[Problem]:
    """Everything that somebody would be told, warnings too."""
    return structure.problems(document, evaluated(document.main))


def _drawn(id: str) -> Document:
    template = find(id)
    assert template is not None
    return template.document()


def _two_apart() -> list[tuple[str, Link, Link]]:
    """Of networks drawn as one chain, every two links that somebody could forget."""
    found = []
    for template in ("digits-cnn", "digits-mlp"):
        links = [link for link in _drawn(template).main.links() if "loss" not in link.target]
        pairs = ((one, other) for at, one in enumerate(links) for other in links[at + 1 :])
        found += [(template, one, other) for one, other in pairs]
    return found


@pytest.mark.parametrize(("first", "most"), [(min, 0), (max, 0.05)])
def test_two_missing_links_are_wired_again_from_the_top_or_from_the_end(
    first: Callable[[list[Waiting]], Waiting], most: float
) -> None:
    apart = [case for case in _two_apart() if not _wired_again(*case, first)]
    assert len(apart) <= most * len(_two_apart()), apart


def _wired_again(
    template: str, one: Link, other: Link, first: Callable[[list[Waiting]], Waiting]
) -> bool:
    """Whether what is offered first brings both links back, in this order of the canvas."""
    document = _drawn(template)
    document.apply(Step("Cut", tuple(Disconnect(MAIN, link) for link in (one, other))))
    for _ in range(2):
        graph, evaluation = document.main, evaluated(document.main)
        waiting: list[Waiting] = [
            (graph.positions[NodeId(problem.node)][::-1], NodeId(problem.node), problem.port)
            for problem in structure.errors(document, evaluation)
            if problem.template == NOT_WIRED and problem.node and problem.port
        ]
        if waiting:
            _, node, port = first(waiting)
            document.apply(Step("Wire", (Connect(MAIN, links_for(evaluation, node, port)[0]),)))
    return set(document.main.links()) == set(_drawn(template).main.links())


@pytest.mark.parametrize("times", [1, 2, 3])
def test_beside_a_whole_network_what_is_fed_by_nothing_is_offered_last(times: int) -> None:
    document = _drawn(MLP)
    (hidden, *_) = (n for n in document.main.of_layers(["linear"]))
    for at in range(1, times + 1):
        copied = clips.duplicate(document.main, [hidden], by=(220 * at, 150))
        document.apply(copied)
    loose = [n for n in document.main.nodes if n not in _drawn(MLP).main.nodes]
    evaluation = evaluated(document.main)
    for node in loose:
        sources = [link.source in loose for link in links_for(evaluation, node, "input")]
        assert sources and not sources[0]
        assert sources == sorted(sources)
