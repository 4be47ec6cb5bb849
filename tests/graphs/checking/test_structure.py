"""Everything that stops training is found in one pass."""

from dataclasses import replace
from typing import Any

import pytest

from graphs.checking import structure
from graphs.checking.evaluation import Evaluation
from graphs.checking.memory import needed, needs_most, spelled
from graphs.describe import Chosen
from graphs.document.document import Document
from graphs.document.edits import MAIN, ChangePlan, Connect, Link, NodeId, Step
from graphs.mending import fixes
from graphs.plan.optimizers import SGD, Adam
from graphs.problems import Problem, Severity
from graphs.steps import operations
from graphs.steps.operations import set_training
from tests.graphs.drawing import classifier, drawn, put, wire


def found(document: Document, available: int | None = None) -> list[Problem]:
    return structure.problems(document, Evaluation(document.main), available)


def said(document: Document) -> str:
    return " ".join(p.message for p in found(document))


def test_a_network_that_can_be_trained_has_no_problems() -> None:
    assert found(classifier()) == []


def test_an_empty_document_says_what_to_do() -> None:
    assert "template" in said(Document())


def test_what_is_missing_from_the_whole_is_said_at_once() -> None:
    document = Document()
    put(document, "relu", "relu")
    words = said(document)
    for part in ("No data", "no Input", "no loss", "no Output", "Nothing is wired"):
        assert part in words


def test_a_loss_that_no_weights_lead_to_is_said_though_others_have_weights() -> None:
    document = classifier()
    document.apply(operations.delete(document.main, [NodeId("loss")]))
    put(document, "mse_loss", "own", target="image")
    wire(document, "image", "own")
    (told,) = found(document)  # the Linear layer still leads to the Output
    assert told.node == "own"
    assert "No layer that learns leads to “own”" in told.message


def test_a_circle_names_its_nodes_and_removing_a_link_mends_it() -> None:
    document = classifier()
    for name in ("one", "two"):
        put(document, "relu", name)
    link = Link(NodeId("one"), "output", NodeId("two"), "input")
    back = Link(NodeId("two"), "output", NodeId("one"), "input")
    document.apply(Step("Circle", (Connect(MAIN, link), Connect(MAIN, back))))
    circle = next(p for p in found(document) if "circle" in p.message)
    assert "one, two" in circle.message
    assert circle.severity is Severity.ERROR


def test_a_link_from_a_node_to_itself_is_a_circle() -> None:
    document = classifier()
    put(document, "relu", "one")
    own = Link(NodeId("one"), "output", NodeId("one"), "input")
    document.apply(Step("Circle", (Connect(MAIN, own),)))
    assert "circle" in said(document)


def test_an_unused_branch_is_a_warning_and_its_fix_deletes_it() -> None:
    document = classifier()
    put(document, "relu", "unused")
    wire(document, "flatten", "unused")
    warning = next(p for p in found(document) if p.node == "unused")
    assert warning.severity is Severity.WARNING
    step = fixes.step(document, warning)
    assert step is not None
    document.apply(step)
    assert found(document) == []


def test_a_split_that_leaves_nothing_for_training_is_refused() -> None:
    document = classifier()
    plan = replace(document.plan, validation=0.6, test=0.4)
    document.apply(Step("Plan", (ChangePlan(document.plan, plan),)))
    assert "100%" in said(document)


@pytest.mark.parametrize(("batch", "accumulate", "told"), [(1, 1, 1), (1, 8, 1), (2, 1, 0)])
def test_norms_over_a_batch_need_more_than_one_sample(
    batch: int, accumulate: int, told: int
) -> None:
    document = classifier()
    plan = replace(document.plan, batch_size=batch, accumulate=accumulate)
    document.apply(Step("Plan", (ChangePlan(document.plan, plan),)))
    assert not structure.errors(document, Evaluation(document.main))
    (link,) = document.main.entering(NodeId("classify"))
    document.apply(operations.insert_on(document.main, link, "batch_norm1d"))
    found = structure.errors(document, Evaluation(document.main))
    assert [p.template for p in found] == [structure.ONE_AT_A_TIME] * told


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"optimizer": Chosen.of(Adam(betas=(0.9, 1.0)))}, "Adam: betas must be"),
        ({"optimizer": Chosen.of(SGD(momentum=0.0, nesterov=True))}, "nesterov needs a momentum"),
        ({"schedule": Chosen("cosine", {"final": 2.0})}, "Cosine: final must be"),
        ({"augmentation": (Chosen("random_shift", {"pixels": -1}),)}, "shift: pixels must be"),
        ({"epochs": 0}, "plan: epochs must be"),
    ],
)
def test_a_plan_that_cannot_be_used_is_refused(change: dict[str, Any], words: str) -> None:
    document = classifier()
    plan = replace(document.plan, **change)
    document.apply(Step("Plan", (ChangePlan(document.plan, plan),)))
    [problem] = structure.errors(document, Evaluation(document.main))
    assert words in problem.message


def test_a_layer_that_no_memory_can_hold_is_refused_by_its_declared_size() -> None:
    document = drawn(
        ("input", "image", {"field": "image"}),
        ("flatten", "flatten", {}),
        ("linear", "huge", {"out_features": 1_000_000}),
        ("linear", "huger", {"out_features": 1_000_000}),
        ("linear", "classify", {"out_features": 10}),
        ("output", "digit", {}),
    )
    put(document, "cross_entropy_loss", "loss", target="digit")
    wire(document, "classify", "loss")
    problem = found(document, available=16 * 10**9)[0]
    assert problem.node == "huger"
    assert "16.0 TB" in problem.message
    assert "16.0 GB" in problem.message
    assert found(classifier(), available=16 * 10**9) == []


def test_sizes_beyond_any_number_of_the_machine_can_be_told() -> None:
    document = drawn(
        ("input", "image", {"field": "image"}),
        *[("conv2d", f"conv{n}", {"out_channels": 2**62}) for n in range(4)],
    )
    problem = found(document, available=10**9)[-1]
    assert "more than 1000 EB" in problem.message
    assert spelled(999) == "999 bytes"
    assert spelled(3_700_000_000) == "3.7 GB"
    assert spelled(2 * 10**20) == "200 EB"


def test_the_memory_counts_frozen_weights_precision_and_batches_as_training_does() -> None:
    document = classifier()
    plan = document.plan

    def needs(node: str, frozen: bool = False, **change: Any) -> int:
        return needed(Evaluation(document.main)[NodeId(node)], replace(plan, **change), frozen)

    weights = Evaluation(document.main)[NodeId("classify")].parameters
    whole = needs("classify")
    assert needs("classify", accumulate=8) == whole
    assert whole - needs("classify", frozen=True) == 12 * weights
    assert needs("flatten", precision="bf16-mixed") == needs("flatten") * 3 // 4
    assert needs("flatten", batch_size=2 * plan.batch_size) == 2 * needs("flatten")


def test_a_graph_whose_weights_are_all_frozen_learns_nothing() -> None:
    document = classifier()
    document.apply(set_training(document.main, [NodeId("classify")], frozen=True))

    (problem,) = structure.errors(document, Evaluation(document.main))

    assert "Unfreeze “classify”" in problem.message
    document.apply(set_training(document.main, [NodeId("classify")], frozen=False))
    assert structure.errors(document, Evaluation(document.main)) == []


def test_pairs_of_samples_need_the_square_of_the_batch_and_no_more() -> None:
    document = classifier()
    put(document, "unsqueeze", "wide", dim=0)
    put(document, "unsqueeze", "deep", dim=1)
    put(document, "add", "pairs")
    wire(document, "flatten", "wide")
    wire(document, "flatten", "deep")
    wire(document, "wide", "pairs")
    wire(document, "deep", "pairs")

    evaluation = Evaluation(document.main)
    plan = replace(document.plan, batch_size=32)
    assert needed(evaluation[NodeId("pairs")], plan) == 32 * 32 * 784 * 8
    assert needs_most(evaluation, plan)[0] == "pairs"


def test_losses_that_count_for_nothing_are_said_at_the_loss_with_the_way_out() -> None:
    document = classifier()
    (loss,) = (id for id, node in document.main.nodes.items() if "loss" in node.layer)
    document.apply(operations.set_setting(document.main, loss, "weight", 0.0))
    (told,) = found(document)
    assert (told.severity, told.node) == (Severity.ERROR, loss)
    assert "All losses have a weight of 0" in told.message
    step = fixes.step(document, told)
    assert step is not None
    document.apply(step)
    assert not found(document)


def test_what_is_to_be_predicted_leads_to_losses_alone() -> None:
    document = classifier()
    put(document, "target_input", "right", target="digit")
    put(document, "one_hot", "place")
    put(document, "subtract", "apart")
    put(document, "computed_loss", "own")
    wire(document, "right", "place")
    wire(document, "classify", "apart")
    wire(document, "place", "apart.other")
    wire(document, "apart", "own")
    assert found(document) == []

    put(document, "output", "shown")
    wire(document, "apart", "shown")
    (wrong,) = found(document)
    assert (wrong.template, wrong.node) == (structure.SHOWN_TARGET, "right")
