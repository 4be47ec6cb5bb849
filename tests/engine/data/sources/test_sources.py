"""Ready-made and generated sources: what they give, and that it stays the same."""

import subprocess
import sys
import time
from typing import cast

import numpy as np
import polars
import pytest
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
    make_moons,
)

from engine.data.array import Array
from engine.data.ragged import Ragged, padded
from engine.data.reading import read
from engine.data.samples import Samples
from engine.data.sources import SourceReader, reader, reader_of
from engine.errors import DataError
from graphs.data import ClassKind
from graphs.data.sources import Source
from graphs.files.data_paths import is_path
from graphs.setting_kinds import FilePath

READY = [kind for kind in Source.members() if kind.group in {"Ready-made", "Generated"}]


def samples(source: str, **settings: object) -> Samples:
    return reader(source, settings).read()


def array(found: Samples, name: str) -> Array:
    values = found.values[name]
    if isinstance(values, Ragged):
        return padded(values, found.domains[str(found.fields[name].sizes[0])])
    return values if isinstance(values, np.ndarray) else cast("polars.DataFrame", values).to_numpy()


@pytest.mark.parametrize("kind", Source.members(), ids=lambda kind: kind.id)
def test_every_source_is_read_by_something_of_its_own(kind: type[Source]) -> None:
    assert type(reader(kind.id, {})).read is not SourceReader.read


@pytest.mark.parametrize("kind", READY, ids=lambda kind: kind.id)
def test_a_source_gives_what_its_section_says(kind: type[Source]) -> None:
    started = time.process_time()
    proposal = reader_of(kind.made({})).propose()
    assert time.process_time() - started < 1
    found = read(proposal.section)
    assert found.fields == proposal.section.fields == proposal.samples.fields
    assert proposal.section.inputs() and proposal.section.targets()
    types = proposal.section.types()
    for name, field in found.fields.items():
        values = array(found, name)
        assert len(values) == len(found)
        assert len(types[name].features) == values.ndim - 1
        for size, given in zip(field.sizes, values.shape[1:], strict=True):
            if isinstance(size, str):
                domain = found.domains[size]
                assert domain.low <= given <= domain.high
            else:
                assert given == size
        if field.content == ClassKind.id:
            assert set(np.unique(values)) == set(range(len(field.classes)))


@pytest.mark.parametrize("kind", READY, ids=lambda kind: kind.id)
def test_reading_again_gives_the_same_samples(kind: type[Source]) -> None:
    assert reader(kind.id, {}).read().fingerprint() == reader(kind.id, {}).read().fingerprint()


@pytest.mark.parametrize("kind", Source.members(), ids=lambda kind: kind.id)
def test_every_setting_and_source_explains_itself(kind: type[Source]) -> None:
    assert kind.summary().endswith(".")
    assert all(parameter.help.endswith(".") for parameter in kind.parameters())


def test_the_small_digits_are_those_of_scikit_learn() -> None:
    theirs, found = load_digits(), samples("digits", size="8")
    assert np.array_equal(array(found, "image")[:, 0], (theirs.images / 16).astype(np.float32))
    assert np.array_equal(array(found, "digit"), theirs.target)


def test_the_large_digits_are_smooth_and_lie_between_0_and_1() -> None:
    small, large = (array(samples("digits", size=s), "image") for s in ("8", "28"))
    assert large.shape == (1797, 1, 28, 28) and large.dtype == np.float32
    assert large.min() == 0 and large.max() == 1
    assert np.abs(large.mean(axis=(1, 2, 3)) - small.mean(axis=(1, 2, 3))).max() < 0.02
    assert len(np.unique(large[0])) > len(np.unique(small[0]))


def test_the_tables_are_those_of_scikit_learn() -> None:
    for source, theirs in (
        ("iris", load_iris()),
        ("breast_cancer", load_breast_cancer()),
        ("wine", load_wine()),
    ):
        found = samples(source)
        (target,) = (name for name, field in found.fields.items() if field.target)
        assert np.array_equal(array(found, "features"), theirs.data)
        assert np.array_equal(array(found, target), theirs.target)
        assert found.fields[target].classes == tuple(theirs.target_names)
        columns = [c.name for c in found.fields["features"].columns]
        plain = [n.removesuffix(" (cm)").replace("_", " ") for n in theirs.feature_names]
        assert columns == plain


def test_diabetes_is_that_of_scikit_learn() -> None:
    theirs, found = load_diabetes(scaled=False), samples("diabetes")
    assert np.array_equal(array(found, "features"), theirs.data)
    assert np.array_equal(array(found, "progression")[:, 0], theirs.target)


def test_xor_is_exclusive_or() -> None:
    found = samples("xor")
    assert array(found, "point").tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert array(found, "xor").tolist() == [0, 1, 1, 0]


def test_two_moons_lie_where_scikit_learn_puts_them() -> None:
    points, labels = make_moons(101, shuffle=False, noise=None)
    found = samples("two_moons", samples=101, noise=0.0)
    assert np.allclose(array(found, "point"), points)
    assert array(found, "moon").tolist() == labels.tolist()


@pytest.mark.parametrize("source", [kind.id for kind in READY if "seed" in kind.defaults()])
def test_another_seed_gives_other_samples_and_the_global_one_has_no_say(source: str) -> None:
    first = samples(source, seed=0).fingerprint()
    np.random.seed(3)
    assert samples(source, seed=0).fingerprint() == first
    assert samples(source, seed=1).fingerprint() != first


def test_no_single_step_tells_the_kinds_of_waves_apart() -> None:
    found = samples("sine_series", samples=4000)
    waves, kinds = array(found, "series")[..., 0], array(found, "kind")
    means = np.stack([waves[kinds == kind].mean(axis=0) for kind in range(4)])
    assert np.abs(means).max() < 0.15


def test_reading_imports_neither_torch_nor_scikit_learn() -> None:
    code = (
        "import sys; from engine.data.sources import reader; import engine.data.samples;"
        "[reader(i, {}).read() for i in ('digits', 'iris', 'xor', 'sine_series')];"
        "print(*sorted({'torch', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_an_unknown_source_is_named() -> None:
    section = reader("iris", {}).section()
    with pytest.raises(DataError, match="knows no data source “martians”"):
        read(type(section)("martians", {}, section.fields))


def test_a_setting_out_of_range_is_named() -> None:
    section = reader("two_moons", {}).section()
    with pytest.raises(DataError, match="setting “samples” must be a whole number of at least 4"):
        read(type(section)("two_moons", {**section.settings, "samples": 1}, section.fields))


def test_data_that_is_no_longer_what_the_document_says_is_refused() -> None:
    section = reader("digits", {"size": "8"}).section()
    with pytest.raises(DataError, match="“image” was 1 × 8 × 8 per sample, and is now 1 × 28 × 28"):
        read(type(section)("digits", {"size": "28"}, section.fields))


def test_no_data_chosen_is_said() -> None:
    empty = type(reader("iris", {}).section())()
    with pytest.raises(DataError, match="No data is chosen"):
        read(empty)


def test_a_second_source_of_one_id_is_refused() -> None:
    with pytest.raises(TypeError, match="two of sources are called 'iris'"):
        type("Other", (Source,), {}, id="iris")


def test_what_is_a_path_can_be_told_by_its_name() -> None:
    for kind in Source.members():
        for one in kind.parameters():
            assert is_path(one.name) == (one.kind is FilePath), f"{kind.id}: {one.name}"


@pytest.mark.parametrize("source", ["table", "picture_table"])
def test_what_stands_between_labels_is_not_called_as_what_stands_between_columns(
    source: str,
) -> None:
    titles = {one.name: one.title for one in Source.get(source).parameters()}
    assert titles["separator"] == "Label separator"
    assert len(set(titles.values())) == len(titles)
