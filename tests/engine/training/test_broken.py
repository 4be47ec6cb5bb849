"""Training on numbers that are no longer finite."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine import runs
from engine.controls import Controls
from engine.data import prepare as preparing
from engine.data.reading import read
from engine.data.samples import Samples
from engine.errors import RunError
from engine.network.compiling import compiled
from engine.runs import Run
from engine.runs.events.event_types import Failed, Started
from engine.runs.trained import checkpoints
from engine.runs.trained.evaluating import evaluate
from engine.training.loop import train
from engine.training.stretch import Stretch
from graphs.describe import MOST, Chosen
from graphs.plan.optimizers import SGD, Adam, NAdam, Optimizer, RMSprop
from tests.engine.drawings import QUICK, XOR, Drawing, digits, dropping
from tests.engine.running import last_weights, losses, same, trained
from tests.engine.stepping import SupervisedSteps


@pytest.mark.parametrize(
    "plan",
    [{}, {"accumulate": 2, "batch_size": 64}, {"precision": "bf16-mixed"}, {"clip_norm": 1.0}],
    ids=["plain", "accumulated", "bf16", "clipped"],
)
def test_an_absurd_learning_rate_ends_the_run_at_the_first_broken_step(
    plan: dict[str, Any], tmp_path: Path
) -> None:
    document = digits(**{**QUICK, "optimizer": Chosen.of(SGD(lr=1e30)), **plan}).document()
    folder, events = trained(document, tmp_path)

    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.node in {"hidden", "classify", "loss"}
    assert f"“{failed.node}”" in failed.message
    assert "learning rate" in failed.message
    assert len(losses(events)) <= 2
    assert all(np.isfinite(losses(events)))
    run = Run.open(folder)
    assert (run.state, run.status.node) == ("diverged", failed.node)
    assert [one.state for one in runs.listed(tmp_path)] == ["diverged"]
    assert all(tensor.isfinite().all() for tensor in last_weights(folder).values())
    with pytest.raises(RunError, match="learning rate"):
        list(train(folder, Controls()))


@pytest.mark.parametrize(
    "optimizer", [SGD(lr=1e30, weight_decay=1e30), RMSprop(lr=MOST, weight_decay=1e30)]
)
def test_a_step_beyond_finite_numbers_is_told_and_not_kept(
    optimizer: Optimizer, tmp_path: Path
) -> None:
    document = digits(**{**QUICK, "optimizer": Chosen.of(optimizer)}).document()
    folder, events = trained(document, tmp_path)

    failed = events[-1]
    assert isinstance(failed, Failed)
    assert "A weight after step 1 is not a finite number" in failed.message
    assert "learning rate or the weight decay, or" in failed.message
    run = Run.open(folder)
    assert run.state == "diverged"
    assert checkpoints.newest(run) is None
    with pytest.raises(RunError, match=rf"“{run.title}” has kept no weights\. A weight after"):
        evaluate(folder)


@pytest.mark.parametrize(
    "optimizer",
    [RMSprop(weight_decay=1e30), Adam(weight_decay=1e30), NAdam(weight_decay=1e38)],
)
def test_memories_of_gradients_beyond_finite_numbers_end_the_run(
    optimizer: Optimizer, tmp_path: Path
) -> None:
    """They would divide every step to nothing, and the run would end as if it had learned."""
    document = digits(**{**QUICK, "optimizer": Chosen.of(optimizer)}).document()
    folder, events = trained(document, tmp_path)

    failed = events[-1]
    assert isinstance(failed, Failed)
    assert "the optimizer remembers of the gradients" in failed.message or failed.node
    assert "weight decay" in failed.message
    assert Run.open(folder).state == "diverged"


def test_a_loss_on_probabilities_breaks_like_any_other(tmp_path: Path) -> None:
    points = {**QUICK, "validation": 0.0, "test": 0.0, "optimizer": Chosen.of(SGD(lr=1e30))}
    drawing = Drawing(XOR, **points)
    drawing.node("input", "point", field="point")
    drawing.node("linear", "hidden", out_features=4)
    drawing.node("linear", "score", out_features=1)
    drawing.node("sigmoid", "sigmoid")
    drawing.node("output", "xor")
    drawing.node("bce_loss", "loss", target="xor")
    drawing.chain("point", "hidden", "score", "sigmoid", "xor")
    drawing.wire("sigmoid", "loss")

    folder, events = trained(drawing.document(), tmp_path)

    assert isinstance(events[-1], Failed)
    assert events[-1].node in {"hidden", "score", "loss"}
    assert Run.open(folder).state == "diverged"


def test_the_last_good_weights_stay_with_their_running_statistics(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def poisoned(section: Any, *_: Any) -> Samples:
        samples = read(section)
        images = np.array(samples.values["image"])
        images[700] = 3e38
        return replace(samples, values={**samples.values, "image": images})

    monkeypatch.setattr(preparing, "read", poisoned)
    monkeypatch.setattr("engine.data.preprocessing.GREATEST", np.inf)
    folder, events = trained(dropping(), tmp_path)

    assert isinstance(events[-1], Failed)
    assert events[-1].node in {"conv", "norm"}
    assert all(tensor.isfinite().all() for tensor in last_weights(folder).values())
    assert isinstance(events[0], Started)
    assert len(losses(events)) < events[0].steps_per_epoch


def test_a_broken_step_changes_no_weight(tmp_path: Path) -> None:
    """The run with one absurd step in it keeps the weights of the run without that step."""
    document = digits(**QUICK).document()
    network = compiled(document)
    steps = SupervisedSteps(network, document.plan)
    batch = {"image": torch.rand(4, 1, 8, 8), "digit": torch.arange(4)}
    steps.step(batch, 0)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    state = {path: t.clone() for path, t in steps.learner.state()[0].items()}

    steps.step({**batch, "image": torch.full((4, 1, 8, 8), torch.inf)}, 1)

    assert steps.learner.stumbled
    assert steps.learner.left_out() == 1
    assert same(before, network.state_dict())
    assert same(state, steps.learner.state()[0])
    assert steps.first_broken({**batch, "image": torch.full((4, 1, 8, 8), torch.inf)}, 1) in {
        "flatten",
        "hidden",
    }


@pytest.mark.parametrize(
    ("layer", "settings", "words"),
    [
        ("log", {}, "logarithm"),
        ("sqrt", {}, "root"),
        ("pow", {"exponent": 0.5}, "power of 0.5"),
        ("pow", {"exponent": -1.5}, "power of -1.5"),
    ],
)
def test_what_a_layer_cannot_take_is_told_in_place_of_a_lower_rate(
    layer: str, settings: dict[str, Any], words: str, tmp_path: Path
) -> None:
    drawing = Drawing(XOR, **QUICK)
    drawing.node("input", "point", field="point")
    drawing.node("linear", "hidden", out_features=4)
    drawing.node(layer, "own", **settings)
    drawing.node("linear", "score", out_features=1)
    drawing.node("output", "xor")
    drawing.node("bce_with_logits_loss", "loss", target="xor")
    drawing.chain("point", "hidden", "own", "score", "xor")
    drawing.wire("score", "loss")

    folder, events = trained(drawing.document(), tmp_path)

    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.node == "own"
    assert words in failed.message
    assert "Softplus" in failed.message
    assert "learning rate" not in failed.message
    with pytest.raises(RunError, match="Softplus"):
        list(train(folder, Controls()))


def test_later_on_the_rate_may_be_to_blame_too(tmp_path: Path) -> None:
    absurd = {**QUICK, "optimizer": Chosen.of(SGD(lr=1e30))}
    drawing = Drawing(XOR, **absurd)
    drawing.node("input", "point", field="point")
    drawing.node("linear", "hidden", out_features=4)
    drawing.node("exp", "own")
    drawing.node("linear", "score", out_features=1)
    drawing.node("output", "xor")
    drawing.node("bce_with_logits_loss", "loss", target="xor")
    drawing.chain("point", "hidden", "own", "score", "xor")
    drawing.wire("score", "loss")

    _, events = trained(drawing.document(), tmp_path)

    failed = events[-1]
    assert isinstance(failed, Failed)
    assert failed.node == "own"
    assert "above 88" in failed.message
    assert "learning rate" in failed.message


def test_where_memory_runs_out_the_node_that_needs_most_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = digits(**QUICK).document()

    def out_of_memory(*_: Any) -> None:
        raise torch.OutOfMemoryError("library words")

    monkeypatch.setattr(Stretch, "step", out_of_memory)
    _, events = trained(document, tmp_path)

    failed = events[-1]
    assert isinstance(failed, Failed)
    assert "“hidden” needs most, about" in failed.message
    assert "library words" not in failed.message
