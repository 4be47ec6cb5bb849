"""A run that is killed goes on as if nothing had happened, to the last bit."""

import errno
import gc
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from engine import runs
from engine.controls import Controls
from engine.errors import RunError
from engine.runs import Run
from engine.runs.events.event_types import EpochEnded, Finished, Progress
from engine.runs.trained import checkpoints
from engine.training.loop import train
from graphs.describe import Chosen
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.files import saving
from graphs.plan.augmentations import Augmentation
from graphs.plan.schedules import OneCycle
from graphs.steps.operations import set_training
from tests.engine.drawings import dropping
from tests.engine.killing import Killer, killer

PLAN: dict[str, Any] = {
    "epochs": 2,
    "patience": 2,
    "clip_norm": 1.0,
    "schedule": Chosen.of(OneCycle()),
    "augmentation": tuple(Chosen(kind.id, kind.defaults()) for kind in Augmentation.members()),
}
PLANS: dict[str, dict[str, Any]] = {
    "plain": PLAN,
    # Two batches of 64 for each step, in shorter numbers, with a penalty.
    "mixed": {**PLAN, "precision": "bf16-mixed", "batch_size": 64, "accumulate": 2, "l1": 1e-5},
}
PARTS = ("best.safetensors", "metrics.json", "preprocessing.json")


@dataclass(frozen=True)
class Outcome:
    """What must not depend on interruptions."""

    files: tuple[bytes, ...]
    weights: dict[str, bytes]
    losses: tuple[float, ...]
    epochs: tuple[EpochEnded, ...]
    test: dict[str, float]


def outcome(folder: Path) -> Outcome:
    run = Run.open(folder)
    events = run.events()
    checkpoint = checkpoints.newest(run)
    assert checkpoint is not None
    (finished,) = [event for event in events if isinstance(event, Finished)]
    return Outcome(
        tuple((folder / name).read_bytes() for name in PARTS),
        {name: tensor.numpy().tobytes() for name, tensor in checkpoint.tensors.items()},
        tuple(loss for event in events if isinstance(event, Progress) for loss in event.losses),
        tuple(event for event in events if isinstance(event, EpochEnded)),
        dict(finished.test),
    )


@contextmanager
def _at_home(patch: pytest.MonkeyPatch, folders: pytest.TempPathFactory) -> Iterator[Killer]:
    """The killer and this module's fixtures get a home before conftest gives one to each test."""
    patch.setenv("LAYERLOOM_HOME", str(folders.mktemp("home")))
    with killer() as found:
        yield found


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killer]:
    with pytest.MonkeyPatch.context() as patch, _at_home(patch, tmp_path_factory) as found:
        yield found


def learning(plan: str) -> Document:
    """A document of one of the plans; in the mixed one a node is frozen and one learns slowly."""
    document = dropping(**PLANS[plan])
    if plan == "mixed":
        document.apply(set_training(document.main, [NodeId("#norm")], frozen=True))
        document.apply(set_training(document.main, [NodeId("#conv")], rate=0.3))
    return document


def whole_of(plan: str, process: Killer, folders: pytest.TempPathFactory) -> tuple[Outcome, float]:
    folder, again = folders.mktemp("unbroken"), folders.mktemp("again")
    runs.create(learning(plan), folder)
    runs.create(learning(plan), again)
    process.train(folder)
    wanted = outcome(folder)
    start = time.monotonic()
    assert not process.train(again)
    return wanted, time.monotonic() - start


@pytest.fixture(scope="module")
def unbroken(process: Killer, tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, float]:
    """The outcome of the run that nobody disturbs, and how long it takes."""
    return whole_of("plain", process, tmp_path_factory)


@pytest.fixture(scope="module", params=list(PLANS))
def planned(
    request: pytest.FixtureRequest, process: Killer, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, tuple[Outcome, float]]:
    """The same for each of the plans, with its name."""
    return request.param, whole_of(request.param, process, tmp_path_factory)


def kill_and_resume(
    process: Killer, planned: tuple[str, tuple[Outcome, float]], folder: Path, kills: int, seed: int
) -> int:
    """Kill one run again and again at random moments, let it end, and compare."""
    plan, (wanted, seconds) = planned
    moments = random.Random(seed)
    runs.create(learning(plan), folder)
    run, killed = Run.open(folder), 0
    while killed < kills and process.train(folder, after=moments.uniform(0.1, 0.7) * seconds):
        killed += 1
        if run.state == "finished":  # it was done, and about to leave
            break
        assert run.state in {"new", "stopped"}
    if run.state != "finished":
        process.train(folder)
    assert outcome(folder) == wanted
    return killed


def test_killed_at_random_moments_it_resumes_to_the_same_bits(
    process: Killer, planned: tuple[str, tuple[Outcome, float]], tmp_path: Path
) -> None:
    killed = seed = 0
    while killed < 4:
        seed += 1
        killed += kill_and_resume(process, planned, tmp_path / f"run{seed}", 4 - killed, seed)


@pytest.mark.proof
def test_two_hundred_kills_leave_no_trace(
    process: Killer, planned: tuple[str, tuple[Outcome, float]], tmp_path: Path
) -> None:
    killed = seed = 0
    while killed < 200:
        seed += 1
        killed += kill_and_resume(process, planned, tmp_path / f"run{seed}", 8, seed)


@pytest.mark.parametrize("at", ["write 5", "replace 9", "sync 14"])
def test_killed_inside_a_write_it_resumes_to_the_same_bits(
    process: Killer, unbroken: tuple[Outcome, float], tmp_path: Path, at: str
) -> None:
    folder = runs.create(dropping(**PLAN), tmp_path / "run")

    assert process.train(folder, at=at)
    process.train(folder)

    assert outcome(folder) == unbroken[0]


def interrupted(tmp_path: Path) -> Path:
    """A run that was stopped after two epochs, with two checkpoints."""
    folder = runs.create(dropping(**PLAN), tmp_path / "run")
    for _ in range(2):
        controls = Controls()
        for event in train(folder, controls):
            if isinstance(event, EpochEnded):
                controls.stop()
    assert len(Run.open(folder).checkpoints()) == 2
    return folder


@pytest.mark.parametrize("harm", ["torn", "flipped"])
def test_a_damaged_checkpoint_is_skipped_for_the_one_before_it(
    process: Killer, unbroken: tuple[Outcome, float], tmp_path: Path, harm: str
) -> None:
    folder = interrupted(tmp_path)
    newest, older = Run.open(folder).checkpoints()
    data = bytearray(newest.read_bytes())
    data[-20] ^= 1
    newest.write_bytes(data if harm == "flipped" else data[:-100])

    found = checkpoints.newest(Run.open(folder))
    process.train(folder)

    assert found is not None
    assert found.path == older
    assert outcome(folder) == unbroken[0]


def test_a_run_whose_checkpoints_are_all_damaged_says_so(tmp_path: Path) -> None:
    folder = interrupted(tmp_path)
    for path in Run.open(folder).checkpoints():
        path.write_bytes(b"nothing")

    with pytest.raises(RunError, match="Every checkpoint"):
        list(train(folder, Controls()))


def test_a_run_whose_document_was_changed_by_hand_says_so(tmp_path: Path) -> None:
    folder = interrupted(tmp_path)
    written = (folder / runs.ABOUT).read_text()
    assert written.count('\\"out_channels\\": 4') == 1
    (folder / runs.ABOUT).write_text(
        written.replace('\\"out_channels\\": 4', '\\"out_channels\\": 5')
    )

    told = "“conv.weight” is 5 × 1 × 3 × 3 in the document, but 4 × 1 × 3 × 3 in the checkpoint"
    with pytest.raises(RunError, match=told):
        list(train(folder, Controls()))


def test_a_run_whose_plan_or_threads_were_changed_by_hand_does_not_go_on(tmp_path: Path) -> None:
    folder = interrupted(tmp_path)
    about = folder / runs.ABOUT
    written = about.read_text()
    for old, new, told in (
        ('\\"clip_norm\\": 1.0', '\\"clip_norm\\": 2.0', "the training plan changed"),
        ('\\"precision\\": \\"fp32\\"', '\\"precision\\": \\"bf16-mixed\\"', "plan changed"),
        ('\\"accumulate\\": 1', '\\"accumulate\\": 2', "the training plan changed"),
        ('\\"p\\": 0.3', '\\"p\\": 0.4', "the graph changed"),
        ('"threads": 1', '"threads": 2', "the number of threads changed"),
    ):
        changed = written.replace(old, new, 1)
        assert changed != written
        about.write_text(changed)
        with pytest.raises(RunError, match=told):
            list(train(folder, Controls()))

    about.write_text(written)
    *_, last = train(folder, Controls())
    assert isinstance(last, Finished)


def test_what_is_no_checkpoint_among_them_is_passed_over(tmp_path: Path) -> None:
    folder = interrupted(tmp_path)
    (folder / runs.CHECKPOINTS / "99999999.safetensors").mkdir()
    (folder / runs.CHECKPOINTS / "mine.safetensors").write_bytes(b"mine")

    *_, last = train(folder, Controls())

    assert isinstance(last, Finished)
    assert (folder / runs.CHECKPOINTS / "mine.safetensors").read_bytes() == b"mine"


def test_a_run_without_its_preprocessing_says_what_is_missing(tmp_path: Path) -> None:
    folder = interrupted(tmp_path)
    (folder / runs.PREPROCESSING).unlink()

    with pytest.raises(RunError, match=r"“preprocessing.json” is missing .* Put it back"):
        list(train(folder, Controls()))


def test_a_full_disk_ends_the_run_with_a_sentence_and_it_can_go_on(
    process: Killer,
    unbroken: tuple[Outcome, float],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = interrupted(tmp_path)
    write = saving.Disk.write

    def full(disk: saving.Disk, file: int, data: memoryview) -> int:
        if len(data) > 10_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(disk, file, data)

    with monkeypatch.context() as patch:
        patch.setattr(saving.Disk, "write", full)
        with pytest.raises(RunError, match="disk is full"):
            list(train(folder, Controls()))
    assert Run.open(folder).state == "failed"
    process.train(folder)

    assert outcome(folder) == unbroken[0]


@pytest.mark.proof
def test_starting_and_stopping_again_and_again_leaves_nothing_open(tmp_path: Path) -> None:
    folder = runs.create(dropping(**{**PLAN, "epochs": 1000}), tmp_path / "run")
    me = psutil.Process()
    files: list[int] = []
    threads: list[int] = []
    for _ in range(6):
        controls = Controls()
        for event in train(folder, controls):
            if isinstance(event, EpochEnded):
                controls.stop()
        gc.collect()
        threads.append(me.num_threads())
        files.append(me.num_fds())

    # The first time, torch opens what it keeps; what earlier tests held may still be let go.
    assert min(files[3:]) <= files[1], files
    assert max(threads[2:]) <= threads[1], threads
