"""A plan's procedure is one that this version has, set as it can be."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine import readiness, runs
from engine.errors import GraphProblems
from graphs.describe import Chosen
from tests.engine.drawings import digits


@pytest.mark.parametrize(
    ("procedure", "told"),
    [
        (
            Chosen("telepathy", {}),
            "no way to train called “telepathy”. Choose another in the plan.",
        ),
        (Chosen("supervised", {"depth": 3}), "Supervised: depth is not known here."),
    ],
)
def test_what_cannot_be_used_is_said_before_a_run_is_made(
    tmp_path: Path, procedure: Chosen, told: str
) -> None:
    document = digits(procedure=procedure).document()

    assert any(told in one.message for one in readiness.errors(document))
    with pytest.raises(GraphProblems, match=r"Choose another|Change it"):
        runs.create(document, tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_the_usual_procedure_is_fit_to_train() -> None:
    assert not readiness.errors(digits().document())


def test_procedures_are_listed_without_torch() -> None:
    asked = "import sys, engine.procedures as p; print([m.id for m in p.Procedure.members()])"
    told = subprocess.run(
        [sys.executable, "-c", f"{asked}; assert 'torch' not in sys.modules"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "['supervised']\n"
