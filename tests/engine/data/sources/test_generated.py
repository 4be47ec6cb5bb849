"""Generated sources: what is known of them beforehand is so."""

import numpy as np
import polars
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from engine.data.array import Array
from engine.data.reading import read
from engine.data.samples import Samples
from engine.data.sources import reader
from engine.data.sources.bundled.digits_and_measures import slant
from engine.data.sources.bundled.files import bundled
from engine.errors import DataError
from graphs.data import DataSection
from graphs.data.sources import Source


def samples(source: str, **settings: object) -> Samples:
    return reader(source, settings).read()


def array(found: Samples, name: str) -> Array:
    values = found.values[name]
    assert isinstance(values, np.ndarray | polars.DataFrame)
    return values if isinstance(values, np.ndarray) else values.to_numpy()


def test_the_centres_of_clusters_lie_about_1_apart() -> None:
    found = samples("clusters", samples=8, classes=8, features=400, spread=0.0)
    centres = array(found, "features")
    apart = np.linalg.norm(centres[:, None] - centres[None], axis=2)[np.triu_indices(8, 1)]
    assert np.abs(apart - 1).max() < 0.15
    assert found.fields["cluster"].classes == tuple("12345678")


def test_clusters_spread_as_far_as_they_are_told() -> None:
    found = samples("clusters", samples=4000, classes=2, features=3, spread=0.3)
    points, labels = array(found, "features"), array(found, "cluster")
    for label in (0, 1):
        assert np.allclose(points[labels == label].std(axis=0), 0.3, atol=0.02)


def test_clusters_need_a_sample_for_each_class() -> None:
    settings = {**Source.get("clusters").defaults(), "samples": 5, "classes": 6}
    with pytest.raises(DataError, match="samples” must be at least as many as there are classes"):
        read(DataSection("clusters", settings))


def test_more_numbers_than_the_memory_holds_are_refused_before_they_are_made() -> None:
    with pytest.raises(DataError, match=r"1,000,000 points of 10,000 numbers need .* GB of memory"):
        samples("clusters", samples=1_000_000, features=10_000)


def test_no_user_rates_an_item_twice() -> None:
    found = samples("ratings", users=20, items=10, ratings=200)
    pairs = set(zip(array(found, "user").tolist(), array(found, "item").tolist(), strict=True))
    assert len(pairs) == 200


def test_more_ratings_than_pairs_are_refused() -> None:
    settings = {**Source.get("ratings").defaults(), "users": 20, "items": 10, "ratings": 201}
    with pytest.raises(DataError, match="“ratings” must be at most users times items"):
        read(DataSection("ratings", settings))


def test_the_noise_of_ratings_is_what_is_said() -> None:
    quiet, loud = (array(samples("ratings", noise=n), "rating") for n in (0.0, 0.7))
    assert abs((loud - quiet).std() - 0.7) < 0.02


def test_picture_and_measures_together_say_more_than_each_alone() -> None:
    found = samples("digits_and_measures")
    digits, half = array(found, "digit"), len(found) // 2
    picture, measures = array(found, "image").reshape(-1, 64), array(found, "measures")

    def accuracy(inputs: Array) -> float:
        scaled = StandardScaler().fit(inputs[:half]).transform(inputs)
        model = LogisticRegression(C=0.1).fit(scaled[:half], digits[:half])
        return float(model.score(scaled[half:], digits[half:]))

    both = accuracy(np.hstack([picture, measures]))
    assert both > accuracy(picture) + 0.015
    assert both > accuracy(measures) + 0.05


def test_pairs_of_digits_are_half_alike_and_no_picture_is_in_two_parts() -> None:
    found = samples("digit_pairs", pairs=2000)
    first, second, alike = (array(found, name) for name in ("first", "second", "alike"))
    assert found.parts is not None
    assert np.bincount(found.parts).tolist() == [1400, 300, 300]
    assert alike.mean() == pytest.approx(0.5)
    seen = [
        {picture.tobytes() for side in (first, second) for picture in side[found.parts == part]}
        for part in range(3)
    ]
    assert not (seen[0] & seen[1] or seen[0] & seen[2] or seen[1] & seen[2])
    pixels, digits, _ = bundled("digits.csv.gz")
    shows = {
        (row / 16).astype(np.float32).tobytes(): digit
        for row, digit in zip(pixels, digits, strict=True)
    }
    told = [shows[a.tobytes()] == shows[b.tobytes()] for a, b in zip(first, second, strict=True)]
    assert (np.array(told) == alike).all()


def test_a_digit_that_is_mirrored_slants_the_other_way() -> None:
    leaning = np.zeros((1, 8, 8))
    for row in range(8):
        leaning[0, row, 7 - row] = 1.0
    assert slant(leaning)[0] == pytest.approx(45)
    assert slant(leaning[:, :, ::-1])[0] == pytest.approx(-45)
    assert slant(np.ones((1, 8, 8)))[0] == pytest.approx(0)


def test_words_are_written_backwards_behind_a_mark() -> None:
    found = samples("reversal", samples=50, length=7, letters=5)
    word, backwards, so_far = (array(found, name) for name in ("word", "backwards", "so_far"))
    assert (backwards == word[:, ::-1]).all()
    assert set(so_far[:, 0].tolist()) == {0}
    assert (so_far[:, 1:] == backwards[:, :-1] + 1).all()
    spelled = found.fields["so_far"].words
    assert spelled[1:] == found.fields["word"].words == found.fields["backwards"].classes


def test_pixels_are_those_of_the_shape_that_they_are_said_to_show() -> None:
    """By what a shape fills of the square around it."""
    found = samples("shapes", samples=60, size=64, most_shapes=1, noise=0.0)
    pictures, shown = array(found, "picture")[:, 0], array(found, "shape")
    filled = {"circle": np.pi / 4, "square": 1.0, "triangle": 1 / 2}
    met = set()
    for picture, labels in zip(pictures, shown, strict=True):
        inside = labels > 0
        (kind,) = {found.fields["shape"].classes[label] for label in labels[inside].tolist()}
        rows, columns = inside.any(1).sum(), inside.any(0).sum()
        assert inside.sum() / (rows * columns) == pytest.approx(filled[kind], abs=0.06)
        assert len(np.unique(picture[inside])) == len(np.unique(picture[~inside])) == 1
        met.add(kind)
    assert met == filled.keys()
