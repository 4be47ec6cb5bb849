"""Run folders of earlier versions go on."""

import shutil
from pathlib import Path

import pytest

from engine import runs
from engine.controls import Controls
from engine.runs import Run
from engine.runs.events.event_types import EpochEnded, Finished
from engine.training.loop import train
from tests.engine.running import losses

EARLIER = Path(__file__).parents[2] / "files" / "earlier"


def test_a_run_whose_sums_lie_in_lists_goes_on_as_if_it_had_never_been_killed(
    tmp_path: Path,
) -> None:
    """It was killed amid its second epoch, of which a step was summed up by then."""
    folder = tmp_path / "run"
    shutil.copytree(EARLIER / "run-with-sums-in-lists", folder)
    whole = list(train(runs.create(Run.open(folder).document, tmp_path / "whole"), Controls()))

    list(train(folder, Controls()))

    events = Run.open(folder).events()
    assert losses(events) == pytest.approx(losses(whole), rel=1e-5)
    ends, wanted = ([e for e in es if isinstance(e, EpochEnded)] for es in (events, whole))
    assert [one.epoch for one in ends] == [1, 2, 3, 4]
    for one, other in zip(ends, wanted, strict=True):
        assert one.train == pytest.approx(other.train, rel=1e-5)
        assert one.valid == pytest.approx(other.valid, rel=1e-5)
    assert isinstance(events[-1], Finished)
