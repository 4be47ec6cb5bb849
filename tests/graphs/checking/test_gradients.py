"""Weights that no gradient of a loss comes back to are warned of."""

from graphs.checking.evaluation import Evaluation
from graphs.checking.gradients import learning
from graphs.checking.structure import problems
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.problems import Severity
from graphs.steps.operations import delete, replaced, set_setting, set_training
from tests.graphs.drawing import classifier, put, wire


def told(document: Document) -> dict[str, str]:
    """What is said of nodes that learn nothing, by node."""
    found = problems(document, Evaluation(document.main))
    assert all(p.severity is Severity.WARNING for p in found if p.node != "loss")
    return {p.node: p.message for p in found if p.node and "learns nothing" in p.message}


def chosen() -> Document:
    """A classifier that chooses between two values by a mask, made by two further layers."""
    document = classifier()
    for name in ("one", "two"):
        put(document, "linear", name, out_features=784)
        wire(document, "flatten", name)
    put(document, "greater", "more")
    wire(document, "one", "more")
    wire(document, "two", "more.other")
    put(document, "where", "choice")
    wire(document, "more", "choice.condition")
    wire(document, "flatten", "choice")
    wire(document, "flatten", "choice.other")
    wire(document, "choice", "classify")
    return document


def test_layers_before_a_comparison_are_told_that_they_learn_nothing() -> None:
    found = told(chosen())
    assert found.keys() == {"one", "two"}
    assert all("“more”" in message and "mask" in message for message in found.values())


def test_a_second_way_to_the_loss_is_enough() -> None:
    document = chosen()
    wire(document, "one", "choice")
    assert told(document).keys() == {"two"}


def test_layers_before_a_detach_are_told_and_learn_by_another_way() -> None:
    document = classifier()
    put(document, "linear", "before", out_features=784)
    put(document, "detach", "stop")
    put(document, "add", "sum")
    wire(document, "flatten", "before")
    wire(document, "before", "stop")
    wire(document, "stop", "sum")
    wire(document, "flatten", "sum")
    wire(document, "sum", "classify")
    evaluation = Evaluation(document.main)
    found = told(document)
    assert found.keys() == {"before"} and "“stop”" in found["before"]
    document.apply(replaced(document.main, NodeId("stop"), "relu"))
    assert NodeId("before") in learning(evaluation, [NodeId("loss")])
    document.apply(replaced(document.main, NodeId("stop"), "detach"))
    assert NodeId("before") not in learning(evaluation, [NodeId("loss")])
    wire(document, "before", "sum")
    assert told(document) == {}


def test_frozen_layers_need_not_learn() -> None:
    document = chosen()
    document.apply(set_training(document.main, [NodeId("one"), NodeId("two")], frozen=True))
    assert told(document) == {}


def test_layers_that_lead_to_an_output_alone_are_told() -> None:
    document = classifier()
    put(document, "linear", "beside", out_features=3)
    put(document, "output", "shown")
    wire(document, "flatten", "beside")
    wire(document, "beside", "shown")
    assert "no loss of a weight above 0 depends on it" in told(document)["beside"]


def test_a_loss_of_weight_0_teaches_nothing() -> None:
    document = classifier()
    assert told(document) == {}
    document.apply(set_setting(document.main, NodeId("loss"), "weight", 0.0))
    found = problems(document, Evaluation(document.main))
    assert [one.node for one in found] == ["loss"]  # once, and not at each layer before it
    put(document, "linear", "beside", out_features=10)
    put(document, "cross_entropy_loss", "second", target="digit")
    wire(document, "flatten", "beside")
    wire(document, "beside", "second")
    assert "classify" in told(document)
    document.apply(set_setting(document.main, NodeId("loss"), "weight", 0.5))
    assert told(document) == {}


def test_what_learns_is_looked_for_again_when_kinds_change_and_not_else() -> None:
    document, losses = chosen(), [NodeId("loss")]
    evaluation = Evaluation(document.main)
    before = learning(evaluation, losses)
    document.apply(set_setting(document.main, NodeId("one"), "bias", False))
    assert learning(evaluation, losses) is before

    for layer in ("add", "greater", "add"):
        document.apply(replaced(document.main, NodeId("more"), layer))
        fresh = learning(Evaluation(document.main), losses)
        assert learning(evaluation, losses) == fresh
    document.apply(delete(document.main, [NodeId("choice")]))
    wire(document, "one", "classify")
    assert "one" in learning(evaluation, losses) == learning(Evaluation(document.main), losses)
