"""Pictures that stay on the disk are the same as those in memory, and so is what is learned."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.controls import Controls
from engine.data.array import Array
from engine.data.pictures.on_disk import PicturesOnDisk
from engine.data.prepare import prepare
from engine.data.reading import read
from engine.data.samples import Samples
from engine.data.sources import Proposal, reader
from engine.errors import DataError
from engine.runs import Run
from engine.runs.events.event_types import EpochEnded, Failed, Finished
from engine.training.loop import train
from graphs.document.document import Document
from graphs.mending.choosing import choose_data
from graphs.plan.plan import Plan
from graphs.proposing import propose_network
from tests.engine.running import begun, last_weights, losses, same, trained

COUNT = 8


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two classes of noise, dark and light, with a broken file among them."""
    random = np.random.RandomState(0)
    for name, low in (("dark", 0), ("light", 120)):
        (tmp_path / "data" / name).mkdir(parents=True)
        for number in range(COUNT):
            noise = random.randint(low, low + 120, (9, 7, 3)).astype(np.uint8)
            Image.fromarray(noise).save(tmp_path / "data" / name / f"{number}.png")
    (tmp_path / "data" / "dark" / "3b.png").write_bytes(b"no picture")
    return tmp_path / "data"


def proposed(root: Path, source: str = "image_folder", **options: Any) -> Proposal:
    return reader(source, {"path": str(root), "size": 6, **options}).propose()


def in_memory(found: Samples) -> Array:
    values = found.values["image"]
    assert isinstance(values, np.ndarray)
    return values


def on_disk(found: Samples) -> PicturesOnDisk:
    values = found.values["image"]
    assert isinstance(values, PicturesOnDisk)
    return values


@pytest.fixture
def pair(root: Path) -> tuple[Samples, Samples]:
    return proposed(root).samples, proposed(root, kept_in="disk").samples


@given(rows=st.lists(st.integers(0, 2 * COUNT - 1), max_size=12))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_rows_of_them_are_those_in_memory(
    pair: tuple[Samples, Samples], rows: list[int]
) -> None:
    held, kept = pair
    asked = np.array(rows, dtype=np.int64)
    assert kept.fields == held.fields and kept.skipped == held.skipped
    assert on_disk(kept).shape == in_memory(held).shape
    assert np.array_equal(on_disk(kept)[asked], in_memory(held)[asked])
    assert all(
        np.array_equal(kept.sample("image", row), held.sample("image", row)) for row in rows[:2]
    )


@pytest.mark.parametrize("normalize", ["deep", "grey"])
def test_deep_pictures_keep_their_numbers(tmp_path: Path, normalize: str) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for number in range(4):
            values = (3000 * number + np.arange(36).reshape(6, 6)).astype(np.uint16)
            Image.fromarray(values).save(tmp_path / name / f"{number}.png")
    bits = "auto" if normalize == "deep" else "8 bits"
    held = proposed(tmp_path, colour="grey", bits=bits)
    kept = proposed(tmp_path, colour="grey", bits=bits, kept_in="disk")
    assert kept.samples.notices == held.samples.notices
    assert kept.section.settings["bits"] == held.section.settings["bits"]
    rows = np.arange(8)
    assert np.array_equal(on_disk(kept.samples)[rows], in_memory(held.samples)[rows])
    plan = Plan(validation=0.25, test=0.25)
    ours, theirs = (prepare(one.section, plan, "cpu") for one in (held, kept))
    assert ours.preprocessing == theirs.preprocessing
    assert ours.train.take(slice(None))["image"].equal(theirs.train.take(slice(None))["image"])


def test_pictures_that_do_not_fit_stay_on_the_disk_which_is_told_and_settled(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("engine.data.memory.free_memory", lambda: 10_000)
        found = proposed(root)
        with pytest.raises(DataError, match="Keep them on the disk, or choose a smaller size"):
            proposed(root, kept_in="memory")
    assert found.section.settings["kept_in"] == "disk"
    assert any("16 pictures take 13.8 kB in memory" in one for one in found.samples.notices)
    again = read(found.section)
    assert isinstance(again.values["image"], PicturesOnDisk)
    assert again.fingerprint() == found.samples.fingerprint()
    assert proposed(root).section.settings["kept_in"] == "memory"


def test_a_picture_that_is_another_changes_the_fingerprint(root: Path) -> None:
    before = proposed(root, kept_in="disk").samples.fingerprint()
    Image.new("RGB", (9, 7), "white").save(root / "dark" / "0.png")
    assert proposed(root, kept_in="disk").samples.fingerprint() != before


def test_pictures_that_a_table_names_stay_on_the_disk_too(root: Path) -> None:
    with (root / "named.csv").open("w", newline="") as file:
        rows = [(f"{name}/{n}.png", name) for name in ("dark", "light") for n in range(COUNT)]
        csv.writer(file).writerows([("file", "label"), *rows])
    held, kept = (
        proposed(root / "named.csv", "picture_table", kept_in=where) for where in ("memory", "disk")
    )
    every = np.arange(2 * COUNT)
    assert np.array_equal(on_disk(kept.samples)[every], in_memory(held.samples)[every])
    assert read(kept.section).fingerprint() == kept.samples.fingerprint()


def classifier(proposal: Proposal) -> Document:
    document = Document()
    document.apply(choose_data(document, proposal.section))
    step, _ = propose_network(document, proposal.section)
    document.apply(step)
    return document


def test_a_run_learns_the_same_from_the_disk(root: Path, tmp_path: Path) -> None:
    held, heard = trained(classifier(proposed(root)), tmp_path, "held")
    kept, heard_too = trained(classifier(proposed(root, kept_in="disk")), tmp_path, "kept")
    assert losses(heard) and losses(heard) == losses(heard_too)
    assert same(last_weights(held), last_weights(kept))


def test_a_run_whose_files_go_says_which_and_goes_on_when_they_are_back(
    root: Path, tmp_path: Path
) -> None:
    document = classifier(proposed(root, kept_in="disk"))
    unbroken, _ = trained(document, tmp_path, "unbroken")
    folder = begun(document, tmp_path)
    heard: list[Any] = []
    for event in train(folder, Controls()):
        heard.append(event)
        if isinstance(event, EpochEnded) and event.epoch == 3:
            (root / "light").rename(tmp_path / "away")
    (failed,) = [event for event in heard if isinstance(event, Failed)]
    assert "is not there" in failed.message and "but could be read before" in failed.message
    assert Run.open(folder).state == "failed"
    (tmp_path / "away").rename(root / "light")
    again = list(train(folder, Controls()))
    assert isinstance(again[-1], Finished)
    assert losses(again)
    assert same(last_weights(folder), last_weights(unbroken))
