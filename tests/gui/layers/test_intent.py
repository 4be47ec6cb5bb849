"""A plain request finds the layer that a practitioner means by it, and names still come first."""

import time
from pathlib import Path
from statistics import median

import pytest

from graphs.layers import Layer
from gui.layers import catalogue
from gui.layers.stems import parts_of, stem, words_in

REQUESTS = Path(__file__).parent / "requests.txt"
"""Requests, and the kinds that are right for each; decided by what is meant, not by the search."""
OVER_BATCH = "batch_norm2d batch_norm1d batch_norm3d"
FIRST = 3
HELD = 0.9

NAMES = {
    "bn": OVER_BATCH,
    "bce": "bce_loss bce_with_logits_loss",
    "mse": "mse_loss",
    "mae": "l1_loss",
    "mha": "multihead_attention",
    "conv2d": "conv2d",
    "conv": "conv2d",
    "lstm": "lstm",
    "max": "max",
    "sum": "sum",
    "where": "where",
    "norm": "norm",
    "relu": "relu",
    "Dense": "linear",
    "Conv2DTranspose": "conv_transpose2d",
    "MaxPooling2D": "max_pool2d",
    "AveragePooling2D": "avg_pool2d",
    "GlobalAveragePooling2D": "global_avg_pool",
    "GlobalMaxPooling1D": "global_max_pool",
    "BatchNormalization": OVER_BATCH,
    "LayerNormalization": "layer_norm",
    "SimpleRNN": "rnn",
    "ZeroPadding2D": "pad",
    "Cropping2D": "crop",
    "UpSampling2D": "upsample",
    "RepeatVector": "tile",
    "SpatialDropout2D": "dropout2d",
    "CategoricalCrossentropy": "cross_entropy_loss",
    "BinaryCrossentropy": "bce_loss bce_with_logits_loss",
    "max pool": "max_pool2d",
    "leaky relu": "leaky_relu",
    "layer norm": "layer_norm",
}
"""Names and abbreviations, in torch and elsewhere, and what must come first for each."""


def first(text: str, count: int = FIRST) -> list[str]:
    return [kind.id for kind in catalogue.found(text, catalogue.entries())[:count]]


def requests() -> dict[str, dict[str, set[str]]]:
    """By part, the requests and what is right for each."""
    parts: dict[str, dict[str, set[str]]] = {}
    for line in REQUESTS.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            parts[line.strip("[]")] = {}
        elif line and not line.startswith("#"):
            text, _, right = line.rpartition(": ")
            parts[[*parts][-1]][text] = {*right.split()}
    return parts


def test_what_is_held_right_is_there() -> None:
    known = {kind.id for kind in catalogue.entries()}
    right = [ids for part in requests().values() for ids in part.values()]
    assert len(right) >= 60
    assert known >= set().union(*right, *(ids.split() for ids in NAMES.values()))


@pytest.mark.parametrize("part", requests())
def test_plain_requests_find_what_is_meant_among_the_first_three(part: str) -> None:
    asked = requests()[part]
    missed = {text: first(text) for text, right in asked.items() if not right & {*first(text)}}
    assert len(missed) <= (1 - HELD) * len(asked), missed


@pytest.mark.parametrize("text", NAMES)
def test_what_is_called_by_its_name_comes_first(text: str) -> None:
    assert first(text, 1)[0] in NAMES[text].split()


@pytest.mark.parametrize("kind", catalogue.entries(), ids=lambda kind: kind.id)
def test_every_title_and_id_finds_its_own_first(kind: type[Layer]) -> None:
    assert first(kind.title, 1) == [kind.id]
    assert first(kind.id, 1) == [kind.id]


def test_a_request_is_understood_while_it_is_being_typed() -> None:
    text = "make the picture smaller"
    for end in range(len("make the pict"), len(text) + 1):
        of_images = [id for id in first(text[:end], 8) if "2d" in id or "patch" in id]
        assert of_images, text[:end]


@pytest.mark.parametrize("text", ["quux", "the quux of a zyzzyva", "♞", "'", "(", " . "])
def test_what_means_nothing_finds_nothing(text: str) -> None:
    assert first(text) == []


def test_what_answers_far_worse_than_the_best_is_left_out() -> None:
    assert len(first("make the picture smaller", 200)) <= 20


def test_of_equal_answers_those_that_suit_the_place_come_first() -> None:
    for suiting in ("batch_norm1d", "batch_norm2d", "batch_norm3d"):
        kinds = catalogue.found("normalise over the batch", catalogue.entries(), {suiting})
        assert kinds[0].id == suiting


@pytest.mark.parametrize(
    "forms",
    [
        "pool pools pooled pooling",
        "drop drops dropping dropped",
        "normalize normalise normalising normalized",
        "normalization normalisation",
        "image images",
        "category categories",
        "average averages averaged averaging",
        "big bigger",
        "predict predicts predicted prediction predictions",
        "embed embedding embeddings",
        "class classes",
    ],
)
def test_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({*words_in(forms)}) == 1


def test_words_that_mean_two_things_have_two_stems() -> None:
    for one, other in (("series", "serial"), ("number", "numb"), ("larger", "largest")):
        assert stem(one) != stem(other)


def test_names_are_taken_apart() -> None:
    assert {"max", "pool", "2d"} <= {*parts_of("MaxPool2d")}
    assert {"bce", "logit", "loss"} <= {*parts_of("BCEWithLogitsLoss")}


def test_a_key_is_answered_at_once() -> None:
    text, entries = "take the largest value along the time axis of a series", catalogue.entries()
    catalogue.found(text, entries)  # the words of all kinds are read once
    spent = []
    for end in range(1, len(text) + 1):
        start = time.perf_counter()
        catalogue.found(text[:end], entries)
        spent.append(time.perf_counter() - start)
    assert median(spent) < 0.005
