"""Layers by which a prediction depends on which samples are asked together are warned of."""

from typing import Any

import pytest

from graphs.checking import among_samples
from graphs.checking.evaluation import Evaluation
from graphs.checking.structure import problems
from graphs.document.document import Document
from graphs.mending import fixes
from graphs.problems import Problem, Severity
from tests.graphs.drawing import drawn, put, wire

PICTURE = ("input", "image", {"field": "image"})
FLAT: tuple[str, str, dict[str, Any]] = ("flatten", "flatten", {})


def told(document: Document, node: str) -> list[Problem]:
    """What is said of a node that speaks of company."""
    found = problems(document, Evaluation(document.main))
    return [p for p in found if p.node == node and "asked with it" in p.message]


@pytest.mark.parametrize("layer", ["softmax", "log_softmax", "softmin", "cumsum", "flip", "roll"])
def test_an_axis_that_is_the_batch_is_told_and_set_to_the_usual_one(layer: str) -> None:
    document = drawn(PICTURE, FLAT, (layer, "own", {"dim": 0}))

    (problem,) = told(document, "own")
    assert (problem.severity, problem.setting) == (Severity.WARNING, "dim")
    step = fixes.step(document, problem)
    assert step is not None
    document.apply(step)
    assert told(document, "own") == []


@pytest.mark.parametrize(
    ("layer", "settings"),
    [("gru", {}), ("transformer_encoder_layer", {"nhead": 1})],
)
def test_series_with_the_batch_behind_the_steps_are_told(
    layer: str, settings: dict[str, Any]
) -> None:
    reshape = ("reshape", "rows", {"sizes": (28, 28)})
    turn = ("transpose", "turn", {"dim0": 0, "dim1": 1})
    assert told(drawn(PICTURE, reshape, turn, (layer, "own", settings)), "own")
    assert told(drawn(PICTURE, reshape, (layer, "own", settings)), "own") == []


def test_all_pairs_of_samples_are_told_where_they_are_made() -> None:
    document = drawn(PICTURE, FLAT, ("unsqueeze", "wide", {"dim": 0}))
    put(document, "unsqueeze", "deep", dim=1)
    put(document, "add", "pairs")
    put(document, "relu", "behind")
    wire(document, "flatten", "deep")
    wire(document, "wide", "pairs")
    wire(document, "deep", "pairs")
    wire(document, "pairs", "behind")

    (problem,) = told(document, "pairs")
    assert "N × 784" in problem.message
    assert told(document, "behind") == []


def test_norms_without_running_averages_are_told() -> None:
    document = drawn(PICTURE, ("batch_norm2d", "norm", {"track_running_stats": False}))
    (problem,) = told(document, "norm")
    step = fixes.step(document, problem)
    assert step is not None
    document.apply(step)
    assert told(document, "norm") == []


def test_a_loss_may_compare_all_samples() -> None:
    document = drawn(PICTURE, FLAT, ("linear", "features", {}), ("output", "shown", {}))
    put(document, "einsum", "pairs", equation="id,jd->ij")
    wire(document, "features", "pairs")
    wire(document, "features", "pairs")
    put(document, "logsumexp", "others", dim=0)
    wire(document, "pairs", "others")
    put(document, "computed_loss", "loss")
    wire(document, "others", "loss")
    assert told(document, "pairs") == told(document, "others") == []

    put(document, "output", "further")
    wire(document, "pairs", "further")
    assert told(document, "pairs")


def test_parts_of_samples_may_lie_on_the_axis_of_the_batch_until_they_are_returned() -> None:
    rows = ("reshape", "rows", {"sizes": (28, 28)})
    apart = ("flatten", "apart", {"start_dim": 0, "end_dim": 1})
    back = ("unflatten", "back", {"dim": 0, "unflattened_size": (-1, 28)})
    again = drawn(PICTURE, rows, apart, ("linear", "each", {}), back, ("output", "shown", {}))
    spread = drawn(PICTURE, rows, apart, ("linear", "each", {}), ("output", "shown", {}))
    for document in (again, spread):
        assert told(document, "apart") == []
    found = {
        one.template for one in problems(spread, Evaluation(spread.main)) if one.node == "shown"
    }
    assert found == {among_samples.RETURNED}
    assert not any(p.node == "shown" for p in problems(again, Evaluation(again.main)))
