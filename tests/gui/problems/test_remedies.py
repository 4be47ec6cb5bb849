"""What the buttons beside problems do: wire, add and mend, whatever else is wrong."""

from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from random import Random

import pytest

from graphs.checking import structure, unmet
from graphs.checking.evaluation import evaluated
from graphs.data import DataSection, Field, NumberKind, TableKind
from graphs.document.document import Document, Graph
from graphs.document.edits import AddNode, Disconnect, NodeId, Position, Step
from graphs.errors import StepError
from graphs.layers.ends import input_layers, output_layers
from graphs.layers.losses.losses import is_reading, losses
from graphs.mending import fixes, missing
from graphs.mending.fitting import settings_for
from graphs.problems import Problem, Remove, Severity
from graphs.steps import operations, placing
from graphs.templates import find
from gui.problems.remedies import remedies
from tests.graphs.blocks import STEM, blocks
from tests.graphs.drawing import classifier, drawn, put, wire
from tests.graphs.mending.test_templates_mended import (
    MISTAKES,
    Plant,
    changed,
    inserted,
    left_out,
    mistaken_for,
    unwired,
)
from tests.quickly import some_of


def deleted(*names: str) -> Plant:
    """Nodes that are gone, with their links."""
    return lambda document: document.apply(
        operations.delete(document.main, [NodeId(name) for name in names])
    )


MORE: dict[str, dict[str, Plant]] = {
    "digits-cnn": {
        "no loss": deleted("loss"),
        "no Output": deleted("digit"),
        "no Input": deleted("image"),
        "a link cut": unwired("conv1", "relu1"),
        "loss unwired": unwired("classify", "loss"),
        "Output unwired": unwired("classify", "digit"),
        "a convolution deleted": deleted("conv2"),
        "an activation deleted": deleted("relu3"),
        "the last Linear deleted": deleted("classify"),
        "softmax in the middle": inserted("relu3", "classify", "softmax"),
        "no channels": changed("conv1", out_channels=0),
        "a pool too large": changed("pool1", kernel_size=9),
    },
    "digits-mlp": {
        "no loss": deleted("loss"),
        "a link cut": unwired("relu1", "dropout1"),
        "a layer deleted": deleted("hidden2"),
        "a share above 1": changed("dropout1", p=2.0),
        "softmax shown": inserted("classify", "digit", "softmax"),
    },
    "sine-lstm": {
        "no loss": deleted("loss"),
        "too many classes": changed("classify", out_features=9),
        "softmax": inserted("classify", "loss", "softmax"),
        "a link cut": unwired("decoder", "last"),
        "loss for numbers": mistaken_for("loss", "mse_loss"),
    },
    "breast-cancer": {
        "no loss": deleted("loss"),
        "two scores": changed("score", out_features=2),
        "loss for numbers": mistaken_for("loss", "mse_loss"),
        "a link cut": unwired("relu", "dropout"),
    },
    "binary-classifier": {"no loss": deleted("loss"), "mse": mistaken_for("loss", "mse_loss")},
    "text-attention": {
        "no embedding": left_out("embedding"),
        "no last step": left_out("last"),
        "too few classes": changed("classify", out_features=3),
        "softmax": inserted("classify", "loss", "softmax"),
        "heads that divide nothing": changed("attention", num_heads=5),
        "loss for numbers": mistaken_for("loss", "mse_loss"),
        "no loss": deleted("loss"),
    },
    "char-transformer": {
        "no embedding": left_out("embedding"),
        "too few classes": changed("scores", out_features=3),
        "softmax": inserted("scores", "loss", "softmax"),
        "heads that divide nothing": changed("block1", nhead=5),
        "loss for numbers": mistaken_for("loss", "mse_loss"),
        "no loss": deleted("loss"),
    },
    "two-outputs": {
        "too few classes": changed("classify", out_features=3),
        "too many values": changed("lean", out_features=3),
        "softmax": inserted("classify", "digit_loss", "softmax"),
        "loss for numbers": mistaken_for("digit_loss", "mse_loss"),
        "loss for classes": mistaken_for("slant_loss", "cross_entropy_loss"),
        "no flatten": left_out("flatten"),
    },
    "two-inputs": {
        "too few classes": changed("classify", out_features=3),
        "softmax": inserted("classify", "loss", "softmax"),
        "no flatten": left_out("flatten"),
        "one input unwired": unwired("flatten", "together"),
        "no loss": deleted("loss"),
    },
    "diabetes-regression": {
        "too many values": changed("score", out_features=3),
        "loss for classes": mistaken_for("loss", "cross_entropy_loss"),
        "a sigmoid": inserted("score", "loss", "sigmoid"),
        "no loss": deleted("loss"),
    },
}
UNDECIDED = {
    frozenset({"maps beside features", "no flatten"}),  # two maps of other sizes: crop or lay out?
    frozenset({"padding beyond half a window", "shortcut over other channels"}),  # 14 and 26 pixels
    frozenset({"states of another size", "states of too few layers"}),  # which of both was meant?
}
"""Pairs after which nobody can say what was meant, so that no button does."""


def pairs() -> list[tuple[str, str, str]]:
    known = {template: dict(plants) for template, plants in MORE.items()}
    for name, mistake in MISTAKES.items():
        known.setdefault(mistake.template, {})[name] = mistake.plant
    return [
        (template, one, other)
        for template, plants in known.items()
        for one, other in combinations(plants, 2)
        if frozenset({one, other}) not in UNDECIDED
    ]


def fresh(template: str) -> Document:
    found = find(template)
    assert found is not None
    return found.document()


def plant_of(template: str, name: str) -> Plant:
    found = MORE.get(template, {}).get(name)
    return found if found is not None else MISTAKES[name].plant


def errors(document: Document) -> list[Problem]:
    found = structure.problems(document, evaluated(document.main))
    return [problem for problem in found if problem.severity is Severity.ERROR]


def offered(document: Document, problem: Problem) -> Step | None:
    """What the main button of a problem does."""
    if problem.recipe is not None:
        return fixes.step(document, problem)
    found = remedies(document, evaluated(document.main), problem)
    steps = [remedy.does for remedy in found if isinstance(remedy.does, Step)]
    return steps[0] if steps else None


def mended(document: Document, order: Callable[[list[Problem]], list[Problem]]) -> bool:
    """Whether main buttons, pressed one after the other, leave no error."""
    for _ in range(10):
        found = errors(document)
        if not found:
            return True
        steps = (offered(document, problem) for problem in order(found))
        step = next((step for step in steps if step is not None and step.edits), None)
        if step is None:
            return False
        document.apply(step)
    return False


TEMPLATES = sorted({template for template, _, _ in pairs()})
ORDERS: dict[str, Callable[[list[Problem]], list[Problem]]] = {
    "first": lambda found: found,
    "last": lambda found: found[::-1],
}
"""Which problem is mended first."""


def wrong(template: str) -> Iterator[tuple[str, str, Document]]:
    """The template with two mistakes at once, where one does not take away what the other needs."""
    for _, one, other in (pair for pair in pairs() if pair[0] == template):
        document = fresh(template)
        try:
            plant_of(template, one)(document)
            plant_of(template, other)(document)
        except (KeyError, StopIteration, ValueError, StepError):
            continue
        yield one, other, document


@pytest.mark.parametrize("template", some_of(TEMPLATES, 3))
def test_two_mistakes_at_once_are_mended_in_either_order(template: str) -> None:
    stuck = [
        (one, other, name)
        for one, other, document in wrong(template)
        for name, order in ORDERS.items()
        if not mended(document.copy(), order)
    ]
    assert not stuck


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_main_button_of_an_error_never_deletes_work(template: str) -> None:
    for _, _, document in wrong(template):
        assert not any(isinstance(problem.recipe, Remove) for problem in errors(document))


def test_no_node_of_a_chain_that_leads_nowhere_is_to_be_deleted() -> None:
    document = classifier()
    put(document, "linear", "first")
    put(document, "relu", "second")
    wire(document, "flatten", "first")
    wire(document, "first", "second")
    found = structure.problems(document, evaluated(document.main))
    assert {problem.node for problem in found} == {"first", "second"}
    assert all(problem.recipe is None for problem in found)


def add_loss(document: Document) -> NodeId:
    """Press “Add a loss”; the new node."""
    (problem,) = (p for p in errors(document) if p.template == structure.NO_LOSS)
    step = offered(document, problem)
    assert step is not None
    document.apply(step)
    (new,) = (edit.node.id for edit in step.edits if isinstance(edit, AddNode))
    return new


def reads(graph: Graph, node: NodeId) -> bool:
    """Whether it turns scores into probabilities, before which a loss hangs as well."""
    return is_reading(graph.nodes[node].layer)


def overlaps(document: Document) -> bool:
    places: list[Position] = sorted(document.main.positions.values())
    wide, high = placing.CARD
    return any(
        abs(x - a) < wide and abs(y - b) < high
        for at, (x, y) in enumerate(places)
        for a, b in places[at + 1 :]
    )


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_loss_is_added_on_a_free_place_where_the_one_before_was(template: str) -> None:
    document = fresh(template)
    graph = document.main
    gone = [node for node in graph.nodes.values() if node.layer in losses()]
    hung = {(k.source, node.settings["target"]) for node in gone for k in graph.entering(node.id)}
    hung |= {(b, t) for source, t in hung if reads(graph, source) for b in graph.before(source)}
    document.apply(operations.delete(document.main, [node.id for node in gone]))
    new = add_loss(document)
    (link,) = graph.entering(new)
    assert (link.source, graph.nodes[new].settings["target"]) in hung
    assert evaluated(document.main)[new].accepted
    assert not overlaps(document)


@pytest.mark.parametrize(("layer", "loss"), [("softmax", "cross_entropy_loss")])
def test_a_loss_is_wired_before_the_softmax_that_is_shown(layer: str, loss: str) -> None:
    document = drawn(
        ("input", "image", {"field": "image"}),
        ("flatten", "flatten", {}),
        ("linear", "classify", {"out_features": 10}),
        (layer, "reading", {}),
        ("output", "digit", {}),
    )
    new = add_loss(document)
    assert document.main.nodes[new].layer == loss
    assert [link.source for link in document.main.entering(new)] == ["classify"]


def test_a_loss_goes_to_the_target_that_its_output_is_called_after() -> None:
    numbers = {
        name: Field(NumberKind.id, (1,), target=True) for name in ("cost", "price", "weight")
    }
    fields = {"row": Field(TableKind.id, (4,)), **numbers}
    document = drawn(
        ("input", "row", {"field": "row"}),
        ("linear", "value", {"out_features": 1}),
        ("output", "price", {}),
        data=DataSection("table", {}, fields),
    )
    new = add_loss(document)
    assert document.main.nodes[new].settings["target"] == "price"
    assert document.main.nodes[new].layer == "mse_loss"


@pytest.mark.parametrize("between", [(), ("softmax",), ("dropout", "softmax"), ("sigmoid",)])
def test_a_missing_flatten_is_named_at_the_linear(between: tuple[str, ...]) -> None:
    document = drawn(
        ("input", "image", {"field": "image"}),
        ("linear", "classify", {"out_features": 10}),
        *((layer, layer, {}) for layer in between),
        ("cross_entropy_loss", "loss", {"target": "digit"}),
    )
    (found,) = evaluated(document.main).problems()
    assert found.other == "classify"
    assert found.message.endswith("Flatten is missing before “classify”.")
    step = fixes.step(document, found)
    assert step is not None
    document.apply(step)
    (flat,) = document.main.before(NodeId("classify"))
    assert document.main.nodes[flat].layer == "flatten"


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("across", [0, 240])
def test_what_nobody_has_wired_is_wired_as_the_canvas_is_read(across: int, seed: int) -> None:
    document = fresh("digits-cnn")
    document.apply(operations.delete(document.main, list(document.main.nodes)))
    kinds = ("input", "conv2d", "relu", "max_pool2d", "flatten", "linear", "softmax", "output")
    drawn_at = list(enumerate(kinds))
    Random(seed).shuffle(drawn_at)  # whatever their ids are
    for at, kind in drawn_at:
        place = (across * at, 0 if across else 112 * at)
        settings = settings_for(document.main, kind)
        document.apply(operations.add(document.main, kind, place, **settings))
    document.apply(missing.loss_step(evaluated(document.main)))
    for _ in range(30):
        found = errors(document)
        steps = [offered(document, problem) for problem in found]
        step = next((step for step in steps if step is not None), None)
        if step is None:
            break
        document.apply(step)
    assert not errors(document)
    graph = document.main
    wired = {(graph.nodes[k.source].layer, graph.nodes[k.target].layer) for k in graph.links()}
    assert {*pairwise(kinds[:7]), ("linear", "cross_entropy_loss")} <= wired


def test_what_a_deleted_node_fed_is_offered_what_fed_it() -> None:
    document = fresh("digits-cnn")
    document.apply(operations.delete(document.main, [NodeId("relu2")]))
    (problem,) = errors(document)
    (remedy,) = remedies(document, evaluated(document.main), problem)
    assert remedy.label == "Wire conv2 to it"


INNER = ("digits-cnn", "digits-mlp", "breast-cancer", "sine-lstm", "gru-classifier", "big-mlp")


@pytest.mark.parametrize("count", [3, 99])
@pytest.mark.parametrize("template", INNER)
def test_what_stays_of_a_chain_without_its_middle_is_wired_again(template: str, count: int) -> None:
    document = fresh(template)
    ends = input_layers() | output_layers() | losses()
    inner = [
        node for node in evaluated(document.main).order if node_layer(document, node) not in ends
    ]
    first = max((len(inner) - count) // 2, 0)
    document.apply(operations.delete(document.main, inner[first : first + count]))

    found = structure.problems(document, evaluated(document.main))
    assert not any(isinstance(one.recipe, Remove) for one in found)
    for _ in range(8):
        found = errors(document)
        if not found:
            break
        steps = [step for one in found if (step := offered(document, one)) is not None]
        assert steps, [one.message for one in found]
        document.apply(steps[0])
    assert not errors(document)


def node_layer(document: Document, node: NodeId) -> str:
    return document.main.nodes[node].layer


def test_what_is_not_wired_inside_of_a_block_is_wired_there() -> None:
    document = blocks()
    graph = document.graphs[STEM]
    (link,) = graph.entering(NodeId("bend"))
    document.apply(Step("Disconnect", (Disconnect(STEM, link),)))
    (problem,) = (one for one in errors(document) if one.template == unmet.NOT_WIRED)
    assert problem.path == ("first", "bend")
    offered_there = remedies(document, evaluated(document.main), problem)
    wired = [one.does for one in offered_there if isinstance(one.does, Step)]
    assert {edit.graph for edit in wired[0].edits} == {STEM}  # type: ignore[union-attr]
    document.apply(wired[0])
    assert not errors(document)


def test_of_a_node_with_several_outputs_each_button_says_which() -> None:
    document = blocks()
    document.apply(operations.delete(document.main, [NodeId("scores")]))
    put(document, "linear", "more", out_features=10)
    (problem,) = (one for one in errors(document) if one.path == ("more",))
    labels = [one.label for one in remedies(document, evaluated(document.main), problem)]
    assert {"Wire after of second to it", "Wire gate of second to it"} <= set(labels)
    assert len(set(labels)) == len(labels)
