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


LATE = """
import sys
from engine import torch_ready
torch_ready.load()
before = set(sys.modules)
from pathlib import Path
from engine import runs
from engine.controls import Controls
from engine.training.loop import train
from graphs.templates import find
folder = runs.create(find("xor").document(), Path(sys.argv[1]))
for number, event in enumerate(train(folder, Controls())):
    if number > 5:
        break
rooms = ("engine.measuring", "engine.network", "engine.optimizing", "engine.procedures")
print(sorted(name for name in set(sys.modules) - before if name.startswith((*rooms, "torch._dy"))))
"""


def test_what_a_procedure_imports_late_is_there_before_training_begins(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", LATE, str(tmp_path / "run")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "[]\n"
