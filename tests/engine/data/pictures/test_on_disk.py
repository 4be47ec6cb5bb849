"""Pictures that stay on the disk are the same as those in memory, and so is what is learned."""

import csv
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from engine.controls import Controls
from engine.data.array import Array
from engine.data.batching.splits import Batch, RawSplit, Rows
from engine.data.pictures.on_disk import PicturesOnDisk
from engine.data.prepare import prepare, prepare_samples
from engine.data.reading import read
from engine.data.samples import Samples
from engine.data.sources import Proposal, reader
from engine.errors import DataError
from engine.runs import Run
from engine.runs.events.event_types import EpochEnded, Failed, Finished
from engine.training.loop import train
from graphs.data import Normalize
from graphs.document.document import Document
from graphs.document.edits import ChangePlan, Step
from graphs.mending.choosing import choose_data
from graphs.plan.plan import Plan
from graphs.proposing import propose_network
from tests.engine.running import begun, last_weights, losses, same, trained
from tests.quickly import some_of

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


@pytest.mark.parametrize("bits", ["auto", "8 bits"])
def test_deep_pictures_keep_their_numbers(tmp_path: Path, bits: str) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for number in range(4):
            values = (3000 * number + np.arange(36).reshape(6, 6)).astype(np.uint16)
            Image.fromarray(values).save(tmp_path / name / f"{number}.png")
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


def test_pictures_that_do_not_fit_stay_on_the_disk_which_is_told(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = proposed(root)
    with monkeypatch.context() as patch:
        patch.setattr("engine.data.memory.free_memory", lambda: 10_000)
        kept = proposed(root)
        again = read(held.section)
        with pytest.raises(DataError, match="Keep them on the disk, or choose a smaller size"):
            proposed(root, kept_in="memory")
    assert kept.section == held.section
    assert any("16 pictures take 13.8 kB in memory" in one for one in kept.samples.notices)
    for one in (kept.samples, again):
        assert isinstance(one.values["image"], PicturesOnDisk)
        assert one.fingerprint() == held.samples.fingerprint()


def test_a_run_that_was_begun_in_memory_goes_on_from_the_disk(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = classifier(proposed(root))
    unbroken, _ = trained(document, tmp_path, "unbroken")
    folder, controls = begun(document, tmp_path), Controls()
    for event in train(folder, controls):
        if isinstance(event, EpochEnded) and event.epoch == 2:
            controls.stop()
    monkeypatch.setattr("engine.data.memory.free_memory", lambda: 10_000)
    assert isinstance(list(train(folder, Controls()))[-1], Finished)
    assert same(last_weights(folder), last_weights(unbroken))


def test_the_user_is_heeded_while_numbers_are_fitted_to_pictures_on_the_disk(root: Path) -> None:
    section = proposed(root, kept_in="disk").section
    fields = {
        name: replace(field, normalize=Normalize.STANDARD) if not field.target else field
        for name, field in section.fields.items()
    }
    asked: list[None] = []

    def poll() -> None:
        asked.append(None)
        if len(asked) > 2:
            raise KeyboardInterrupt

    samples = read(replace(section, fields=fields))
    with pytest.raises(KeyboardInterrupt):
        prepare_samples(samples, replace(section, fields=fields), Plan(), "cpu", poll=poll)


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


@pytest.mark.parametrize("change", some_of(["gone", "another"], 2))
def test_a_run_whose_files_go_or_change_says_which_and_goes_on_when_they_are_back(
    root: Path, tmp_path: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of an epoch, before anything of its steps was told."""
    document = classifier(proposed(root, kept_in="disk"))
    document.apply(
        Step("Smaller", (ChangePlan(document.plan, replace(document.plan, batch_size=2)),))
    )
    unbroken, wanted = trained(document, tmp_path, "unbroken")
    folder = begun(document, tmp_path)
    monkeypatch.setattr("engine.training.stretch.REPORT_SECONDS", 1000)
    monkeypatch.setattr("engine.data.batching.batches.BLOCK", 1)
    files = sorted((root / "light").glob("*.png"))
    kept = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in files}
    taken = RawSplit.padded
    calls: list[object] = []

    def spoiling(split: RawSplit, rows: Rows) -> Batch:
        if isinstance(rows, torch.Tensor):  # of the training, in shuffled order
            calls.append(rows)
        if len(calls) == 9 and isinstance(rows, torch.Tensor):
            for file in files:
                file.unlink() if change == "gone" else Image.new("RGB", (9, 7)).save(file)
        return taken(split, rows)

    with monkeypatch.context() as patch:
        patch.setattr(RawSplit, "padded", spoiling)
        heard = list(train(folder, Controls()))
    assert isinstance(heard[-1], Failed)
    said = "could be read before" if change == "gone" else "has changed since the data was read"
    assert said in heard[-1].message and "light" in heard[-1].message
    assert Run.open(folder).state == "failed"
    for file, (content, written) in kept.items():
        file.write_bytes(content)
        os.utime(file, ns=(written, written))
    again = list(train(folder, Controls()))
    assert isinstance(again[-1], Finished)
    assert losses([*heard, *again]) == losses(wanted)
    ends = [[e for e in es if isinstance(e, EpochEnded)] for es in ([*heard, *again], wanted)]
    assert [(e.epoch, e.train, e.valid) for e in ends[0]] == [
        (e.epoch, e.train, e.valid) for e in ends[1]
    ]
    assert same(last_weights(folder), last_weights(unbroken))
