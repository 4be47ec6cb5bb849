"""A loss measured in batches, or learned in parts, is that of all samples at once."""

from collections.abc import Mapping
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from engine.data.kinds.fitted_numbers import FittedNumbers
from engine.data.preprocessing import Preprocessing
from engine.measuring.evaluation import Gathered
from engine.measuring.loss_measures import LossMeasures
from engine.measuring.stepped import Stepped
from engine.measuring.tally import Tally
from engine.network.compiling import Network, compiled
from graphs.data import (
    ClassKind,
    DataSection,
    Domain,
    Field,
    LabelsKind,
    NumberKind,
    SeriesKind,
    TableKind,
)
from graphs.describe import Chosen
from graphs.document.document import Document
from graphs.layers import Layer
from graphs.plan.optimizers import SGD
from tests.engine.drawings import Drawing
from tests.engine.scoring import unchanged
from tests.engine.stepping import SupervisedSteps

CPU = torch.device("cpu")
NAMES = ("a", "b", "c")
DATA = DataSection(
    "made up",
    {},
    {
        "class": Field(ClassKind.id, classes=NAMES, target=True),
        "high": Field(ClassKind.id, classes=("no", "yes"), target=True),
        "labels": Field(LabelsKind.id, classes=NAMES, target=True),
        "numbers": Field(NumberKind.id, (3,), target=True),
        "shares": Field(NumberKind.id, (3,), target=True),
        "step": Field(ClassKind.id, ("T",), classes=NAMES, ragged=True, target=True),
        "word": Field(ClassKind.id, ("L",), classes=NAMES, ragged=True, target=True),
        "row": Field(TableKind.id, (4,)),
        "series": Field(SeriesKind.id, ("T", 3), ragged=True),
    },
    {"L": Domain(1, 5), "T": Domain(1, 40)},
)
WEIGHTS = (0.05, 1.0, 7.5)
ROWS: dict[str, tuple[str, int, dict[str, Any]]] = {
    "plain": ("class", 3, {"layer": "cross_entropy_loss"}),
    "weights": ("class", 3, {"layer": "cross_entropy_loss", "class_weights": WEIGHTS}),
    "smooth": (
        "class",
        3,
        {"layer": "cross_entropy_loss", "class_weights": WEIGHTS, "label_smoothing": 0.2},
    ),
    "ignoring": ("class", 3, {"layer": "cross_entropy_loss", "ignore_index": 1}),
    "ignoring all else": (
        "class",
        3,
        {
            "layer": "cross_entropy_loss",
            "ignore_index": 1,
            "class_weights": WEIGHTS,
            "label_smoothing": 0.2,
        },
    ),
    "ignoring likelihood": ("class", 3, {"layer": "nll_loss", "ignore_index": 1}),
    "ignoring focal": (
        "class",
        3,
        {"layer": "focal_loss", "ignore_index": 1, "class_weights": WEIGHTS},
    ),
    "two": ("high", 1, {"layer": "bce_with_logits_loss"}),
    "labels": ("labels", 3, {"layer": "bce_with_logits_loss"}),
    **{
        kind: ("numbers", 3, {"layer": kind})
        for kind in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "gaussian_nll_loss")
    },
    "hinge": ("high", 1, {"layer": "hinge_loss", "squared": True}),
    "hinge of labels": ("labels", 3, {"layer": "hinge_loss"}),
    "soft margin": ("labels", 3, {"layer": "soft_margin_loss"}),
    "margins": ("class", 3, {"layer": "multi_margin_loss", "class_weights": WEIGHTS, "p": 2}),
    "margins of labels": ("labels", 3, {"layer": "multilabel_margin_loss"}),
    "distances": ("high", 1, {"layer": "hinge_embedding_loss"}),
    "ranks": ("high", 1, {"layer": "margin_ranking_loss", "margin": 0.5}),
    "likelihood": ("class", 3, {"layer": "nll_loss", "class_weights": WEIGHTS}),
    "focal": ("class", 3, {"layer": "focal_loss", "class_weights": WEIGHTS}),
    "two focal": ("labels", 3, {"layer": "binary_focal_loss", "alpha": 0.3}),
    "divergence": ("shares", 3, {"layer": "kl_div_loss"}),
    **{
        kind: ("high", 4, {"layer": kind}) for kind in ("cosine_embedding_loss", "contrastive_loss")
    },
    **{
        kind: ("", 4, {"layer": kind})
        for kind in ("computed_loss", "gaussian_kl_loss", "triplet_margin_loss")
    },
}
STEPS: dict[str, tuple[str, int, dict[str, Any]]] = {
    "steps": ("step", 3, {"layer": "cross_entropy_loss"}),
    "weighted steps": ("step", 3, {"layer": "cross_entropy_loss", "class_weights": WEIGHTS}),
    "smooth steps": (
        "step",
        3,
        {"layer": "cross_entropy_loss", "class_weights": WEIGHTS, "label_smoothing": 0.1},
    ),
    "ignoring steps": ("step", 3, {"layer": "cross_entropy_loss", "ignore_index": 1}),
    "ignoring weighted steps": (
        "step",
        3,
        {"layer": "nll_loss", "ignore_index": 1, "class_weights": WEIGHTS},
    ),
    "ignoring focal steps": ("step", 3, {"layer": "focal_loss", "ignore_index": 1}),
    "series": ("series", 3, {"layer": "mse_loss"}),
    "robust series": ("series", 3, {"layer": "huber_loss", "delta": 0.5}),
    "focal steps": ("step", 3, {"layer": "focal_loss"}),
    "margins of steps": ("step", 3, {"layer": "multi_margin_loss", "class_weights": WEIGHTS}),
    "likelihood of steps": ("step", 3, {"layer": "nll_loss", "class_weights": WEIGHTS}),
    **{kind: ("step", 3, {"layer": kind}) for kind in ("dice_loss", "jaccard_loss")},
    "unaligned": ("word", 4, {"layer": "ctc_loss", "blank": 2, "zero_infinity": True}),
    "computed steps": ("", 4, {"layer": "computed_loss"}),
}
LOSSES = {**ROWS, **STEPS}
BEFORE = {
    ("nll_loss", "input"): "log_softmax",
    ("kl_div_loss", "input"): "log_softmax",
    ("gaussian_nll_loss", "var"): "softplus",
}
"""What a loss needs before a port."""


def learning(*names: str, **plan: Any) -> Document:
    """One linear map for each of some losses, which count differently."""
    drawing = Drawing(DATA, **plan)
    drawing.node("input", "row", field="row")
    drawing.node("input", "series", field="series")
    for number, name in enumerate(names):
        target, outputs, settings_ = LOSSES[name]
        layer = settings_["layer"]
        settings_ = {k: v for k, v in settings_.items() if k != "layer"}
        settings_ |= {"target": target} if target else {}
        weight = 1.0 if len(names) == 1 else 0.5 + number
        drawing.node(layer, f"loss_{number}", weight=weight, **settings_)
        for port in Layer.get(layer).made({}).ports().inputs:
            made = f"{port.name}_{number}"
            drawing.node("linear", made, out_features=outputs)
            drawing.wire("series" if name in STEPS else "row", made)
            if (between := BEFORE.get((layer, port.name))) is not None:
                drawing.node(between, f"{made}_after")
                drawing.chain(made, f"{made}_after")
                made += "_after"
            drawing.wire(made, f"loss_{number}.{port.name}")
        drawing.node("output", f"out_{number}")
        drawing.wire(
            f"{Layer.get(layer).made({}).ports().inputs[0].name}_{number}", f"out_{number}"
        )
    return drawing.document()


def samples(count: int, seed: int) -> dict[str, Tensor]:
    """Rare and common classes, and series of 1 to 6 steps with something on their padding.

    Something counts also where a class is ignored: the first sample is of another one.
    """
    generator = torch.Generator().manual_seed(seed)
    lengths = torch.randint(1, 7, (count,), generator=generator)

    def classes(*sizes: int) -> Tensor:
        found = (torch.rand(sizes, generator=generator) ** 3 * 3).long()
        found[0] = 0
        return found

    return {
        "class": classes(count),
        "high": classes(count).clamp(max=1),
        "labels": classes(count, 3).clamp(max=1).bool(),
        "numbers": torch.randn(count, 3, generator=generator),
        "shares": torch.randn(count, 3, generator=generator).softmax(1),
        "step": classes(count, 6),
        "step.lengths": lengths,
        "word": classes(count, 5),
        "word.lengths": torch.randint(1, 6, (count,), generator=generator),
        "row": torch.randn(count, 4, generator=generator),
        "series": torch.randn(count, 6, 3, generator=generator),
        "series.lengths": lengths,
    }


def cut(batch: Mapping[str, Tensor], size: int) -> list[dict[str, Tensor]]:
    count = len(batch["class"])
    return [{n: t[at : at + size] for n, t in batch.items()} for at in range(0, count, size)]


def measured(network: Network, batches: list[dict[str, Tensor]]) -> list[float]:
    """The loss while training, and when all is measured."""
    tally, gathered = Tally(LossMeasures(network.losses, unchanged)), Gathered(network)
    with torch.no_grad():
        for batch in batches:
            ran = Stepped({}, details=network.run(batch))
            tally.add(ran, batch)
            gathered.add(ran, batch)
    tally.fetch()
    numbers = {name: FittedNumbers() for name in DATA.fields}
    known = Preprocessing(dict(DATA.fields), dict(DATA.domains), numbers)
    return [tally.metrics()["loss"], gathered.evaluated(known).test["loss"]]


@given(
    names=st.lists(st.sampled_from(sorted(LOSSES)), min_size=1, max_size=3, unique=True),
    count=st.integers(2, 23),
    size=st.sampled_from([1, 3, 7, 23]),
    seed=st.integers(0, 99),
)
@settings(max_examples=60)
def test_a_measured_loss_is_that_of_all_samples_at_once(
    names: list[str], count: int, size: int, seed: int
) -> None:
    network, batch = compiled(learning(*names)), samples(count, seed)
    with torch.no_grad():
        whole = network.run(batch).total.item()

    assert measured(network, cut(batch, size)) == pytest.approx([whole, whole], rel=1e-5)


def test_the_loss_of_all_samples_is_torchs_own() -> None:
    network, batch = compiled(learning("smooth")), samples(40, 3)
    theirs = torch.nn.CrossEntropyLoss(torch.tensor(WEIGHTS), label_smoothing=0.2)
    with torch.no_grad():
        wanted = theirs(network.run(batch).scores[0], batch["class"]).item()

    assert measured(network, cut(batch, 3)) == pytest.approx([wanted, wanted], rel=1e-5)


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("ignoring", torch.nn.CrossEntropyLoss(ignore_index=1)),
        (
            "ignoring all else",
            torch.nn.CrossEntropyLoss(torch.tensor(WEIGHTS), ignore_index=1, label_smoothing=0.2),
        ),
        ("ignoring likelihood", torch.nn.NLLLoss(ignore_index=1)),
    ],
)
def test_what_is_ignored_is_what_torch_ignores(name: str, theirs: torch.nn.Module) -> None:
    network, batch = compiled(learning(name)), samples(40, 3)
    ran = network.run(batch)
    wanted = theirs(ran.scores[0], batch["class"])
    torch.testing.assert_close(ran.total, wanted)
    weights = list(network.parameters())
    for one, other in zip(
        torch.autograd.grad(ran.total, weights, retain_graph=True),
        torch.autograd.grad(wanted, weights),
        strict=True,
    ):
        torch.testing.assert_close(one, other)


def test_steps_that_are_ignored_are_as_if_they_were_not_there() -> None:
    network, batch = compiled(learning("ignoring steps")), samples(40, 3)
    ran = network.run(batch)
    real = torch.arange(6) < batch["step.lengths"][:, None]
    counted = real & (batch["step"] != 1)
    wanted = torch.nn.functional.cross_entropy(ran.scores[0][counted], batch["step"][counted])
    torch.testing.assert_close(ran.total, wanted)


@pytest.mark.parametrize("name", [name for name in LOSSES if name.startswith("ignoring")])
def test_a_batch_of_nothing_but_what_is_ignored_teaches_and_costs_nothing(name: str) -> None:
    network, batch = compiled(learning(name)), samples(5, 0)
    batch |= {one: torch.ones_like(batch[one]) for one in ("class", "step")}
    total = network.run(batch).total
    gradients = torch.autograd.grad(total, list(network.parameters()))
    assert total.item() == 0
    assert not any(one.any() for one in gradients)
    gathered = Gathered(network)
    with torch.no_grad():
        gathered.add(Stepped({}, details=network.run(batch)), batch)
    numbers = {one: FittedNumbers() for one in DATA.fields}
    found = gathered.evaluated(Preprocessing(dict(DATA.fields), dict(DATA.domains), numbers))
    assert found.test == {} and "that the loss ignores" in found.remarks[0]


def test_no_metric_counts_what_is_ignored() -> None:
    network, batch = compiled(learning("ignoring")), samples(60, 1)
    ran = network.run(batch)
    counted = batch["class"] != 1
    said = ran.scores[0].argmax(1)
    gathered = Gathered(network)
    gathered.add(Stepped({}, details=ran), batch)
    numbers = {one: FittedNumbers() for one in DATA.fields}
    found = gathered.evaluated(Preprocessing(dict(DATA.fields), dict(DATA.domains), numbers))
    assert found.test["accuracy"] == pytest.approx(
        (said == batch["class"])[counted].double().mean().item()
    )
    (recalls,) = ([one.recall for one in each] for each in found.per_class.values())
    assert recalls[1] is None and None not in (recalls[0], recalls[2])
    assert sum(map(sum, found.confusion)) == counted.sum().item()
    assert found.test["recall"] == pytest.approx(sum(r for r in recalls if r is not None) / 2)


@given(
    names=st.lists(st.sampled_from(sorted(LOSSES)), min_size=1, max_size=3, unique=True),
    count=st.integers(2, 23),
    size=st.sampled_from([1, 3, 7]),
    seed=st.integers(0, 99),
)
@settings(max_examples=40)
def test_batches_that_are_added_up_teach_what_one_large_batch_teaches(
    names: list[str], count: int, size: int, seed: int
) -> None:
    plan = {"optimizer": Chosen.of(SGD(lr=0.1)), "batch_size": size}
    batch, learned = samples(count, seed), []
    for accumulate in (1, 32):
        document = learning(*names, **plan, accumulate=accumulate)
        network = compiled(document)
        ran = SupervisedSteps(network, document.plan).ran(batch, 0)
        learned.append([ran.total, *ran.losses, *ran.scores, *network.parameters()])

    torch.testing.assert_close(learned[1], learned[0], rtol=1e-4, atol=1e-6)
