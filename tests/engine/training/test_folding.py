"""Cross-validation from the folder of its runs to mean and spread."""

import json
import shutil
import statistics
from pathlib import Path
from typing import Any

import pytest

from engine import runs
from engine.controls import Controls
from engine.errors import GraphProblems, RunError
from engine.runs import Run
from engine.runs.events.event_types import (
    EpochEnded,
    Finished,
    FoldBegan,
    FoldsFinished,
    Stopped,
    TrainingEvent,
    decoded,
    encoded,
)
from engine.training import folding
from engine.training.loop import train
from graphs.document.document import Document
from tests.engine.commanding import Layerloom
from tests.engine.drawings import QUICK, digits
from tests.engine.running import last_weights, losses, same

PLAN: dict[str, Any] = {**QUICK, "epochs": 1, "folds": 3}


def document(**plan: Any) -> Document:
    return digits(**{**PLAN, **plan}).document()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[TrainingEvent]]:
    """A cross-validation that nobody disturbed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LAYERLOOM_HOME", str(tmp_path_factory.mktemp("home")))
        place = folding.create(document(), tmp_path_factory.mktemp("folds") / "whole")
        return place, list(folding.train(place, Controls()))


def test_each_fold_is_a_run_and_the_end_tells_mean_and_spread(
    whole: tuple[Path, list[TrainingEvent]],
) -> None:
    place, events = whole
    last = events[-1]
    began = [event for event in events if isinstance(event, FoldBegan)]
    tests = [event.test for event in events if isinstance(event, Finished)]

    assert [(one.fold, one.folds) for one in began] == [(1, 3), (2, 3), (3, 3)]
    assert isinstance(last, FoldsFinished)
    assert [dict(each) for each in last.each] == tests
    accuracies = [test["accuracy"] for test in tests]
    assert last.test["accuracy"] == pytest.approx(statistics.mean(accuracies))
    assert last.spread["accuracy"] == pytest.approx(statistics.stdev(accuracies))
    assert 0.5 < last.test["accuracy"] < 1
    assert Run.open(began[1].fold_run).document.plan.fold == 2
    assert folding.summary(place) == last
    assert [decoded(encoded(event)) for event in (began[0], last)] == [began[0], last]


def test_a_stopped_cross_validation_goes_on_to_the_same_bits(
    whole: tuple[Path, list[TrainingEvent]], tmp_path: Path
) -> None:
    unbroken, events = whole
    place = folding.create(document(), tmp_path / "stopped")
    heard: list[TrainingEvent] = []
    for _ in range(4):  # each time it is stopped after an epoch, at first in the first fold
        controls = Controls()
        for event in folding.train(place, controls):
            heard.append(event)
            if isinstance(event, EpochEnded):
                controls.stop()

    assert sum(isinstance(event, Stopped) for event in heard) == 3
    assert isinstance(heard[-1], FoldsFinished)
    assert losses(heard) == losses(events)
    for fold in (1, 2, 3):
        one, other = (last_weights(folding.folder_of(at, fold)) for at in (place, unbroken))
        assert same(one, other)


def test_a_single_fold_is_a_run_like_any_other(
    whole: tuple[Path, list[TrainingEvent]], tmp_path: Path
) -> None:
    single = document(fold=2)
    assert folding.wanted(document())
    assert not folding.wanted(single)

    folder = runs.create(single, tmp_path / "one")
    *_, last = train(folder, Controls())

    assert isinstance(last, Finished)
    assert same(last_weights(folder), last_weights(folding.folder_of(whole[0], 2)))


def test_it_is_trained_by_one_at_a_time_and_begun_only_when_it_can_be(tmp_path: Path) -> None:
    place = folding.create(document(), tmp_path / "folds")
    first = folding.train(place, Controls())
    next(first)
    with pytest.raises(RunError, match="already"):
        next(folding.train(place, Controls()))
    first.close()

    with pytest.raises(GraphProblems):
        folding.create(document(fold=None, validation=0.9), tmp_path / "never")
    assert not (tmp_path / "never").exists()


def test_its_runs_are_listed_and_its_folder_goes_with_the_last_of_them(tmp_path: Path) -> None:
    place = folding.create(document(), tmp_path / "all" / "folds")

    listed = runs.listed(tmp_path / "all")
    names = {Path(one.folder).name: (one.document, one.title) for one in listed}

    assert names == {f"fold-00{fold}": ("folds", f"folds, fold {fold} of 3") for fold in (1, 2, 3)}
    for fold in (1, 2, 3):
        assert place.exists()
        runs.delete(folding.folder_of(place, fold))
    assert not place.exists()


def test_where_one_run_is_asked_for_a_cross_validation_names_its_runs(tmp_path: Path) -> None:
    place = folding.create(document(), tmp_path / "folds")
    with pytest.raises(RunError, match=r"holds the runs of a cross-validation.*fold-001"):
        Run.open(place)


def test_a_fold_that_no_longer_says_what_it_measured_is_never_left_out_of_the_mean(
    whole: tuple[Path, list[TrainingEvent]], tmp_path: Path
) -> None:
    place = tmp_path / "folds"
    shutil.copytree(whole[0], place)
    before = folding.summary(place)
    run = folding.folder_of(place, 2)
    (run / runs.EVENTS).unlink()
    assert folding.summary(place).each == before.each, "its file of metrics says it, too"
    (run / runs.METRICS).unlink()
    with pytest.raises(RunError, match=r"What fold 2 measured cannot be read"):
        folding.summary(place)
    shutil.rmtree(run)
    with pytest.raises(RunError, match=r"the run of fold 2 is missing\. Put fold-002 back"):
        list(folding.train(place, Controls()))
    facts = place / runs.FOLDS
    facts.write_text(facts.read_text().replace('"folds": 3', '"folds": -5'))
    with pytest.raises(RunError, match="broken: -5 folds are none"):
        folding.summary(place)


def test_broken_and_newer_folders_are_sentences(tmp_path: Path) -> None:
    place = folding.create(document(), tmp_path / "folds")
    facts = place / runs.FOLDS
    facts.write_text(facts.read_text().replace('"version": 1', '"version": 2'))
    with pytest.raises(RunError, match="newer version"):
        folding.about(place)
    facts.write_text("{")
    with pytest.raises(RunError, match=r"“folds\.json” breaks in line 1"):
        list(folding.train(place, Controls()))


def test_the_command_line_prints_one_stream_and_goes_on_with_what_was_stopped(
    layerloom: Layerloom, xor: Path, tmp_path: Path
) -> None:
    place = tmp_path / "folds"
    words = ("--epochs", 2, "--folds", 4, "--seed", 3)
    done = layerloom("train", xor, *words, "--out", place, "--json")

    told = [json.loads(line) for line in done.out.splitlines()]
    assert (done.code, done.err) == (0, "")
    assert [one["fold"] for one in told if one["event"] == "fold"] == [1, 2, 3, 4]
    assert sum(one["event"] == "finished" for one in told) == 4
    assert told[-1]["event"] == "folds"
    assert told[-1]["test"].keys() == told[-1]["spread"].keys() >= {"loss", "accuracy"}
    assert len(told[-1]["each"]) == 4
    again = layerloom("train", "--resume", place, "--json").json()
    assert again == told[-1]
    for_people = layerloom("train", "--resume", place)
    assert "accuracy" in for_people.out and "±" in for_people.out
