"""What each template reaches on its own seed, as its users are promised."""

from collections.abc import Mapping
from dataclasses import replace
from math import sqrt
from pathlib import Path
from statistics import mean

import pytest

from engine import runs
from engine.controls import Controls
from engine.runs.events.event_types import Finished
from engine.training.loop import train
from graphs.document.document import Document
from graphs.document.edits import ChangePlan, Step
from graphs.templates import find
from tests.engine.baselines import (
    bag_of_words_accuracy,
    commonest_share,
    components_error,
    cut_at_gaps,
    cut_evenly,
    differences_accuracy,
    linear_r2,
    logistic_accuracy,
    pieces_error,
    repeated_error,
    three_gram_bits,
)

QUICK = {
    "xor": ("accuracy", 1.0),
    "binary-classifier": ("accuracy", 0.9),
    "breast-cancer": ("roc_auc", 0.98),
}
SLOW = {
    "big-mlp": ("accuracy", 0.95),
    "digits-mlp": ("accuracy", 0.96),
    "digits-cnn": ("accuracy", 0.985),
    "digits-cnn-batchnorm": ("accuracy", 0.985),
    "digits-inception": ("accuracy", 0.98),
    "digits-resnet": ("accuracy", 0.98),
    "digits-se": ("accuracy", 0.98),
    "digits-vit": ("accuracy", 0.98),
    "reversal": ("accuracy", 0.99),
    "shapes-unet": ("mean_iou", 0.9),
    "sine-lstm": ("accuracy", 0.95),
    "stacked-lstm": ("accuracy", 0.97),
    "gru-classifier": ("accuracy", 0.95),
    "rnn-classifier": ("accuracy", 0.95),
}


def drawn(id: str) -> Document:
    template = find(id)
    assert template is not None
    return template.document()


def measured(id: str, folder: Path, seed: int | None = None) -> Mapping[str, float]:
    """The test metrics of a template, on its own seed or another."""
    document = drawn(id)
    if seed is not None:
        plan = replace(document.plan, seed=seed)
        document.apply(Step("Seed", (ChangePlan(document.plan, plan),)))
    *_, last = train(runs.create(document, folder / f"{id}-{seed}"), Controls())
    assert isinstance(last, Finished), last
    return last.test


@pytest.mark.parametrize("id", QUICK)
def test_a_small_template_reaches_its_threshold(id: str, tmp_path: Path) -> None:
    metric, threshold = QUICK[id]
    assert measured(id, tmp_path)[metric] >= threshold


@pytest.mark.proof
@pytest.mark.parametrize("id", SLOW)
def test_a_template_reaches_its_threshold(id: str, tmp_path: Path) -> None:
    metric, threshold = SLOW[id]
    assert measured(id, tmp_path)[metric] >= threshold


@pytest.mark.proof
def test_the_autoencoder_draws_better_than_as_many_principal_components(tmp_path: Path) -> None:
    document = drawn("autoencoder")
    (width,) = (
        node.settings["out_features"]
        for node in document.main.nodes.values()
        if node.name == "bottleneck"
    )
    error = measured("autoencoder", tmp_path)["mse"]
    assert error < components_error(document, "image", width)


@pytest.mark.proof
def test_the_variational_autoencoder_draws_as_well_and_stays_near_the_normal(
    tmp_path: Path,
) -> None:
    """Of 8 numbers that are random while it learns; a sample tells about 14 bits by them."""
    found = measured("variational-autoencoder", tmp_path)
    assert found["again/mse"] < components_error(drawn("variational-autoencoder"), "image", 8)
    assert found["kl/loss"] < 15


@pytest.mark.proof
def test_the_regression_is_at_most_two_hundredths_behind_a_linear_one(tmp_path: Path) -> None:
    baseline = linear_r2(drawn("diabetes-regression"), "progression", "features")
    assert measured("diabetes-regression", tmp_path)["r2"] >= baseline - 0.02


@pytest.mark.proof
def test_the_recommender_errs_by_little_more_than_the_noise(tmp_path: Path) -> None:
    noise = drawn("recommender").data.settings["noise"]
    assert sqrt(measured("recommender", tmp_path)["mse"]) <= 1.1 * noise


@pytest.mark.proof
def test_the_forecast_errs_half_as_much_as_repeating_does(tmp_path: Path) -> None:
    document, error = drawn("forecast"), measured("forecast", tmp_path)["mae"]
    assert error <= 0.5 * repeated_error(document, "past", "future", back=1)
    assert error < repeated_error(document, "past", "future", back=168)


@pytest.mark.proof
@pytest.mark.parametrize("id", ["char-llama", "char-transformer"])
def test_the_transformer_needs_fewer_bits_than_a_3_gram_model(id: str, tmp_path: Path) -> None:
    bits = measured(id, tmp_path)["bits_per_character"]
    assert bits < three_gram_bits(drawn(id), "text", "next")


@pytest.mark.proof
def test_topics_are_told_twice_as_well_as_by_saying_the_commonest(tmp_path: Path) -> None:
    accuracy = measured("text-attention", tmp_path)["accuracy"]
    assert accuracy >= 2 * commonest_share(drawn("text-attention"), "topic")


@pytest.mark.proof
def test_windows_over_words_tell_more_topics_than_a_bag_of_words(tmp_path: Path) -> None:
    accuracy = measured("text-cnn", tmp_path)["accuracy"]
    assert accuracy > bag_of_words_accuracy(drawn("text-cnn"), "topic", "passage")


@pytest.mark.proof
def test_two_inputs_beat_logistic_regression_on_both(tmp_path: Path) -> None:
    baseline = logistic_accuracy(drawn("two-inputs"), "digit", "image", "measures")
    assert measured("two-inputs", tmp_path)["accuracy"] > baseline


@pytest.mark.proof
def test_halves_of_one_weight_tell_pairs_better_than_differences_of_pixels(tmp_path: Path) -> None:
    baseline = differences_accuracy(drawn("siamese-digits"), "alike", "first", "second")
    accuracy = measured("siamese-digits", tmp_path)["accuracy"]
    assert accuracy >= 0.93 > baseline


@pytest.mark.proof
def test_digits_in_a_row_are_read_better_than_pieces_of_their_strip(tmp_path: Path) -> None:
    """Also than as many equal pieces as there are digits, which nobody tells the network."""
    document, test = drawn("strip-reader"), measured("strip-reader", tmp_path)
    assert test["label_error_rate"] <= 0.03
    assert test["exact_match"] >= 0.88
    for cut in (cut_at_gaps, cut_evenly):
        assert pieces_error(document, "strip", "digits", cut) > 0.15


@pytest.mark.proof
def test_two_outputs_beat_a_linear_model_of_each(tmp_path: Path) -> None:
    document, test = drawn("two-outputs"), measured("two-outputs", tmp_path)
    assert test["digit/accuracy"] > logistic_accuracy(document, "digit", "image")
    assert test["slant/r2"] > linear_r2(document, "slant", "image")


@pytest.mark.proof
@pytest.mark.parametrize("id", ["digits-cnn", "digits-cnn-batchnorm"])
def test_five_other_seeds_reach_the_threshold_on_average(id: str, tmp_path: Path) -> None:
    others = [seed for seed in range(11, 16) if seed != drawn(id).plan.seed]
    assert mean(measured(id, tmp_path, seed)["accuracy"] for seed in others) >= 0.985
