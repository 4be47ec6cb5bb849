"""What each template reaches on its own seed, as its users are promised."""

from dataclasses import replace
from pathlib import Path
from statistics import mean

import pytest
from sklearn.decomposition import PCA

from engine import runs
from engine.controls import Controls
from engine.data.prepare import prepare
from engine.events import Finished
from engine.training import train
from graphs.edits import ChangePlan, Step
from graphs.templates import find

QUICK = {
    "xor": ("accuracy", 1.0),
    "binary-classifier": ("accuracy", 0.9),
    "breast-cancer": ("roc_auc", 0.98),
}
SLOW = {
    "digits-mlp": ("accuracy", 0.96),
    "digits-cnn": ("accuracy", 0.985),
    "digits-cnn-batchnorm": ("accuracy", 0.985),
    "sine-lstm": ("accuracy", 0.95),
    "stacked-lstm": ("accuracy", 0.97),
    "gru-classifier": ("accuracy", 0.95),
    "rnn-classifier": ("accuracy", 0.95),
}


def reached(id: str, metric: str, folder: Path, seed: int | None = None) -> float:
    template = find(id)
    assert template is not None
    document = template.document()
    if seed is not None:
        plan = replace(document.plan, seed=seed)
        document.apply(Step("Seed", (ChangePlan(document.plan, plan),)))
    *_, last = train(runs.create(document, folder / f"{id}-{seed}"), Controls())
    assert isinstance(last, Finished), last
    return last.test[metric]


@pytest.mark.parametrize("id", QUICK)
def test_a_small_template_reaches_its_threshold(id: str, tmp_path: Path) -> None:
    metric, threshold = QUICK[id]
    assert reached(id, metric, tmp_path) >= threshold


@pytest.mark.proof
@pytest.mark.parametrize("id", SLOW)
def test_a_template_reaches_its_threshold(id: str, tmp_path: Path) -> None:
    metric, threshold = SLOW[id]
    assert reached(id, metric, tmp_path) >= threshold


@pytest.mark.proof
def test_the_autoencoder_draws_better_than_as_many_principal_components(tmp_path: Path) -> None:
    template = find("autoencoder")
    assert template is not None
    document = template.document()
    (width,) = (
        node.settings["out_features"]
        for node in document.main.nodes.values()
        if node.name == "bottleneck"
    )
    prepared = prepare(document.data, document.plan, "cpu")
    train, test = (
        split.tensors["image"].flatten(1).numpy() for split in (prepared.train, prepared.test())
    )
    components = PCA(width, random_state=0).fit(train)
    again = components.inverse_transform(components.transform(test))
    assert reached("autoencoder", "mse", tmp_path) < float(((again - test) ** 2).mean())


@pytest.mark.proof
@pytest.mark.parametrize("id", ["digits-cnn", "digits-cnn-batchnorm"])
def test_five_other_seeds_reach_the_threshold_on_average(id: str, tmp_path: Path) -> None:
    own = find(id)
    assert own is not None
    others = [seed for seed in range(11, 16) if seed != own.document().plan.seed]
    assert mean(reached(id, "accuracy", tmp_path, seed) for seed in others) >= 0.985
