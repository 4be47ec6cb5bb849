"""The file that is taken home learns what the program learns, step by step, and says the same."""

import csv
import importlib.util
import json
import math
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

from engine import devices
from engine.data.prepare import prepare
from engine.export.exporter import next_to
from engine.export.model import CHANGED, from_document, from_run
from engine.export.python import own_code, verified_code
from engine.export.python.layout import DATA, FIRST
from engine.export.python.python_file import Written, written
from engine.export.python.training.facts import TrainingFacts, facts
from engine.export.python.training.names import CLASSES, FUNCTIONS
from engine.export.python.training.taken_along.learning import require_finite
from engine.export.python.verified_code import OTHERWISE, proven, write
from engine.runs import METRICS
from engine.runs.events.event_types import EpochEnded
from graphs import files
from graphs.describe import Chosen
from graphs.document.document import Document
from graphs.document.edits import ChangePlan, Step
from graphs.plan.augmentations import Augmentation, RandomRotation
from graphs.plan.optimizers import SGD, Optimizer
from graphs.plan.schedules import OneCycle, Schedule
from graphs.setting_kinds import NodeRef
from graphs.steps.operations import set_setting, set_training
from graphs.templates import Template, find, trained_templates
from tests.engine.commanding import Layerloom
from tests.engine.drawings import DIGITS, QUICK, Drawing, digits, dropping
from tests.engine.export.python.test_python import as_ruff_sees
from tests.engine.network.test_drawn_losses import classes, numbers
from tests.engine.running import losses, trained
from tests.engine.test_proposing import proposed

Noted = list[float]


def exported(document: Document, folder: Path) -> tuple[Path, Written]:
    """The document as a file in a folder, with what lies beside it."""
    drawn, path = folder / "drawn.loom", folder / "taken_home.py"
    files.write(document, drawn)
    model = from_document(drawn)
    made = written(model)
    write(made, model, path)
    assert made.facts is not None, made.notices
    return path, made


def imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("taken_home", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.__dict__["DEVICE"] = torch.device("cpu")
    return module


@contextmanager
def noting(module: ModuleType) -> Iterator[Noted]:
    """What each step of its training had for a loss."""
    found: Noted = []
    train_step: Callable[..., float] = module.train_step

    def noted(*given: Any) -> float:
        found.append(train_step(*given))
        return found[-1]

    module.__dict__["train_step"] = noted
    yield found
    module.__dict__["train_step"] = train_step


def learns_alike(document: Document, folder: Path, near: float = 1e-4) -> ModuleType:
    """Both train to the end; what is measured then agrees as well as each step does."""
    path, _ = exported(document, folder)
    module = imported(path)
    with noting(module) as noted, devices.threads(1):  # as the plan has it
        module.train(folder / "trained.safetensors")
    run, events = trained(document, folder)

    own = losses(events)
    assert noted == pytest.approx(own, rel=near, abs=near)
    assert len({round(loss, 6) for loss in own}) > 1 or len(own) == 1
    kept = module.load(folder / "trained.safetensors")
    raw = module.read_samples()
    samples = {**module.inputs(raw), **(module.targets(raw) if "targets" in dir(module) else {})}
    with devices.threads(1):
        found = module.measure(kept, module.Criterion(), samples, module.split_rows(raw)["test"])
    wanted = json.loads((run / METRICS).read_text())["test"]
    for name in found.keys() & wanted.keys():
        assert found[name] == pytest.approx(wanted[name], rel=10 * near, abs=10 * near), name
    assert "loss" in found.keys() & wanted.keys()
    valid = next(e.valid for e in events if isinstance(e, EpochEnded) and e.epoch == 1)
    assert math.isfinite(valid["loss"])
    return module


def plan_of(**further: Any) -> dict[str, Any]:
    return {**QUICK, "epochs": 2, **further}


def chosen(kind: type[Any]) -> Chosen:
    return Chosen.of(kind.made({}))


PLANS: dict[str, dict[str, Any]] = {
    **{f"optimizer {kind.id}": {"optimizer": chosen(kind)} for kind in Optimizer.members()},
    **{f"schedule {kind.id}": {"schedule": chosen(kind)} for kind in Schedule.members()},
    **{f"change {kind.id}": {"augmentation": (chosen(kind),)} for kind in Augmentation.members()},
    "all changes": {"augmentation": tuple(map(chosen, Augmentation.members()))},
    "two turns": {
        "augmentation": (chosen(RandomRotation), chosen(RandomRotation)),
        "clip_norm": 0.1,
        "l1": 1e-3,
    },
    "in parts": {"batch_size": 30, "accumulate": 3, "l1": 1e-4},
    "stops": {"epochs": 6, "patience": 1, "optimizer": Chosen.of(SGD(lr=1.0))},
    "nothing held out": {"validation": 0.0, "test": 0.0},
    "short numbers": {"precision": "bf16-mixed"},
}
QUICK_ONES = ("schedule one_cycle", "all changes", "in parts", "stops", "nothing held out")


@pytest.mark.parametrize("name", QUICK_ONES)
def test_a_plan_is_followed_to_the_end(name: str, tmp_path: Path) -> None:
    learns_alike(dropping(**plan_of(**PLANS[name])), tmp_path)


@pytest.mark.proof
@pytest.mark.parametrize("name", [name for name in PLANS if name not in QUICK_ONES])
def test_every_plan_is_followed_to_the_end(name: str, tmp_path: Path) -> None:
    near = 2e-2 if name == "short numbers" else 1e-4
    learns_alike(dropping(**plan_of(**PLANS[name])), tmp_path, near)


def replanned(document: Document, **further: Any) -> Document:
    plan = replace(document.plan, threads=1, device="cpu", **further)
    document.apply(Step("Change the plan", (ChangePlan(document.plan, plan),)))
    return document


def slowed() -> Document:
    """Some nodes do not learn, another learns more slowly; classes do not count alike."""
    document = dropping(**plan_of(schedule=chosen(OneCycle)))
    main = document.main
    document.apply(set_training(main, [main.names["conv"], main.names["norm"]], True, None))
    document.apply(set_training(main, [main.names["classify"]], None, 0.1))
    weights = (2.0, *(1.0,) * 9)
    document.apply(set_setting(main, main.names["loss"], "class_weights", weights))
    return document


def normed() -> Document:
    """First weights that no seed draws anew."""
    document = dropping(**plan_of())
    main = document.main
    document.apply(set_setting(main, main.names["conv"], "parametrization", "weight_norm"))
    return document


def table(folder: Path) -> Document:
    """A table with gaps, categories and dates, odd names, and two targets."""
    random = np.random.default_rng(0)
    head = ("size", 'the "colour"', "bought\\on", "wood, {0}", "price", "file")
    with (folder / "own.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(head)
        for number in range(150):
            size, day = random.normal(), date(2020, 1, 1) + timedelta(days=5 * number)
            colour = random.choice(["red", "blue", ""])
            cells = [f"{size:.3f}", colour, day.isoformat(), random.choice(["oak", "ash"])]
            if number % 7 == 0:
                cells[0] = ""
            rows.writerow([*cells, f"{3 * size + day.month:.2f}", "much" if size > 0 else "less"])
    path = str(folder / "own.csv")
    return replanned(proposed("table", path=path, target="file", also=("price",)), epochs=2)


def shipped(id: str, **further: Any) -> Document:
    template = find(id)
    assert template is not None
    return replanned(template.document(), epochs=1, **further)


def unlabelled(source: Document | None = None, batch_size: int = 4) -> Document:
    """A class that nobody is asked for, also in parts of batches in which there is no other."""
    document = source or dropping(**plan_of(accumulate=3, batch_size=batch_size))
    main = document.main
    document.apply(set_setting(main, main.names["loss"], "ignore_index", 3))
    return document


@pytest.mark.proof
def test_steps_of_a_class_that_is_ignored_are_left_out(tmp_path: Path) -> None:
    learns_alike(unlabelled(shipped("reversal")), tmp_path)


@pytest.mark.parametrize(
    "drawn", [slowed, normed, unlabelled], ids=lambda drawn: str(drawn.__name__)
)
def test_what_the_document_says_of_weights_is_followed(
    drawn: Callable[[], Document], tmp_path: Path
) -> None:
    learns_alike(drawn(), tmp_path)
    assert next_to(tmp_path / "taken_home.py", FIRST).exists() == (drawn is normed)


def test_a_table_is_read_encoded_and_answered_alike(layerloom: Layerloom, tmp_path: Path) -> None:
    document = table(tmp_path)
    module = learns_alike(document, tmp_path)

    own = prepare(document.data, document.plan, "cpu")
    (name,) = [name for name, field in document.data.fields.items() if field.kind.has_columns]
    rows = module.split_rows(module.read_samples())["valid"]
    assert torch.equal(
        module.inputs(module.read_samples())[name][rows], own.valid.take(slice(None))[name]
    )
    again = module.inputs(module.read_samples(tmp_path / "own.csv"))[name]
    assert torch.equal(again, module.inputs(module.read_samples())[name])

    found = module.predictions(module.load(tmp_path / "trained.safetensors"), module.read_samples())
    asked = ("predict", tmp_path / "run", tmp_path / "own.csv", "-o", tmp_path / "said.csv")
    assert layerloom(*asked).code == 0
    with (tmp_path / "said.csv").open(encoding="utf-8-sig") as file:
        wanted = list(csv.DictReader(file))
    for row, cells in enumerate(wanted):
        assert module.describe(found, row).startswith(f"file {cells['file: predicted class']} ")


def test_a_run_whose_data_has_changed_leaves_as_a_network(tmp_path: Path) -> None:
    run, _ = trained(table(tmp_path), tmp_path)
    own = tmp_path / "own.csv"
    first, *rows = own.read_text().splitlines()
    assert isinstance(facts(from_run(run)), TrainingFacts)
    own.write_text("\n".join([first, *rows[1:], rows[0]]))
    model = from_run(run)
    assert CHANGED in model.notices
    assert written(model).beside == {}


@pytest.mark.parametrize("name", ["value", "correct", "parts", "load"])
def test_an_output_has_whatever_name(name: str, tmp_path: Path) -> None:
    drawing = Drawing(DIGITS, **plan_of(epochs=1))
    drawing.node("input", "image", field="image")
    drawing.node("flatten", "flatten")
    drawing.node("linear", "classify", out_features=10)
    drawing.node("output", name)
    drawing.node("cross_entropy_loss", "loss", target="digit")
    drawing.chain("image", "flatten", "classify", name)
    drawing.wire("classify", "loss")
    module = learns_alike(drawing.document(), tmp_path)
    found = module.predictions(module.load(tmp_path / "trained.safetensors"), module.read_samples())
    assert module.describe(found, 0).startswith(f"{name} ")


def test_weights_of_another_node_are_one_weight(tmp_path: Path) -> None:
    drawing = Drawing(DIGITS, **plan_of())
    drawing.node("input", "image", field="image")
    drawing.node("flatten", "flatten")
    drawing.node("linear", "first", out_features=64)
    drawing.node("linear", "second", out_features=64, weights_of=NodeRef("#first"))
    drawing.node("linear", "classify", out_features=10)
    drawing.node("output", "digit")
    drawing.node("cross_entropy_loss", "loss", target="digit")
    drawing.chain("image", "flatten", "first", "second", "classify", "digit")
    drawing.wire("classify", "loss")
    learns_alike(drawing.document(), tmp_path)


def test_ids_with_half_of_a_character_are_seeds_like_any_other(tmp_path: Path) -> None:
    drawn = files.content(digits(**plan_of()).document(), tmp_path)
    assert b'"#classify"' in drawn
    odd = drawn.replace(b'"#classify"', rb'"\ud800"')
    learns_alike(files.decoded(odd).document, tmp_path)


def test_cells_with_spaces_are_read_as_here_or_not_at_all(tmp_path: Path) -> None:
    document = table(tmp_path)
    own = tmp_path / "own.csv"
    text = own.read_text()
    own.write_text(text.replace(",oak,", ", oak ,"))
    module = imported(exported(document, tmp_path)[0])
    (name,) = [name for name, field in document.data.fields.items() if field.kind.has_columns]
    again = module.inputs(module.read_samples(own))[name]
    assert torch.equal(again, module.inputs(module.read_samples())[name])
    own.write_text(text.replace("-01-", "-1-"))  # dates that plain reading does not take
    assert "read_csv" not in exported(document, tmp_path)[1].source


@pytest.mark.parametrize("draw", [numbers, classes])
def test_a_loss_that_is_drawn_is_learned_from(
    draw: Callable[..., Document], tmp_path: Path
) -> None:
    module = learns_alike(replanned(draw(drawn=True), epochs=2), tmp_path)
    assert len(module.inputs(module.read_samples())) == 1


@pytest.mark.parametrize("id", ["two-outputs", "variational-autoencoder"])
def test_several_losses_and_inner_values_are_learned_from(id: str, tmp_path: Path) -> None:
    learns_alike(shipped(id), tmp_path)


def test_no_name_of_the_file_stands_for_two_things() -> None:
    ours = set(own_code._definitions())
    assert not ours & (FUNCTIONS | CLASSES | own_code.taken_along_names())
    assert not FUNCTIONS & own_code.taken_along_names()


def test_the_file_reads_as_a_person_would_write_it(tmp_path: Path) -> None:
    plan = plan_of(schedule=chosen(OneCycle), clip_norm=1.0, l1=1e-3, patience=2)
    path, made = exported(dropping(**plan), tmp_path)
    assert as_ruff_sees(path) == ""
    again = written(from_document(tmp_path / "drawn.loom"))
    assert (again.source, again.beside) == (made.source, made.beside)  # the same twice
    for line in (
        "SEED = 0",
        "MAX_GRADIENT_NORM = 1.0",
        "PATIENCE = 2",
        "        self.loss = nn.CrossEntropyLoss()",
        '    digit = network(batch["image"])',
        "    loss.backward()",
        "    nn.utils.clip_grad_norm_(network.parameters(), MAX_GRADIENT_NORM)",
        '            correct = digit.argmax(1) == batch["digit"]',
    ):
        assert f"\n{line}\n" in made.source, line
    for unused in ("accumulate", "warped", "pad_samples", "autocast", "frozen"):
        assert unused not in made.source


def test_a_network_may_be_called_like_a_constant(tmp_path: Path) -> None:
    for title in ("SEED", "HERE", "LEARNING_RATE", "Means"):
        files.write(digits().document(), tmp_path / f"{title}.loom")
        names: dict[str, Any] = {"__name__": "exported", "__file__": "exported.py"}
        exec(written(from_document(tmp_path / f"{title}.loom")).source, names)
        assert isinstance(names["initial_network"](), torch.nn.Module)
        assert names["SEED"] == 0


def test_what_a_model_does_not_need_is_not_written(tmp_path: Path) -> None:
    _, made = exported(shipped("breast-cancer"), tmp_path)
    assert "class Number(" in made.source
    for unused in ("Category", "DatePart", "PERIODS", "SEEDED_MODULES"):
        assert unused not in made.source


def test_a_forecast_is_told_with_all_its_numbers(tmp_path: Path) -> None:
    module = imported(exported(shipped("forecast"), tmp_path)[0])
    predicted = module.predictions(module.load(), module.read_samples())
    name, *numbers = module.describe(predicted, 3).split()
    assert name == "future"
    assert [float(one) for one in numbers] == pytest.approx(predicted["future"][3].tolist(), 1e-5)
    assert len(numbers) == 24


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_training_breaks_off_before_the_weights_are_lost(bad: float) -> None:
    network = torch.nn.Linear(2, 2)
    require_finite(network, 1.0, step=0)  # nothing was learned yet
    network.bias.grad = torch.tensor([3e38, 3e38])
    require_finite(network, 1.0, step=0)  # huge, and finite
    with pytest.raises(SystemExit, match="The loss of step 3 is not finite: lower LEARNING_RATE"):
        require_finite(network, bad, step=2)
    network.weight.grad = torch.tensor([[0.0, bad], [0.0, 0.0]])
    with pytest.raises(SystemExit, match="A gradient of step 3 is not finite"):
        require_finite(network, 1.0, step=2)


@pytest.mark.parametrize("accumulate", [1, 2])
def test_a_file_whose_training_explodes_says_so(accumulate: int, tmp_path: Path) -> None:
    plan = plan_of(optimizer=Chosen.of(SGD(lr=1e30)), accumulate=accumulate)
    module = imported(exported(digits(**plan).document(), tmp_path)[0])
    with pytest.raises(SystemExit, match="not finite: lower LEARNING_RATE"):
        module.train(tmp_path / "trained.safetensors")


@pytest.mark.parametrize(
    ("plan", "why"),
    [({"precision": "fp16-mixed"}, "without a GPU"), ({"folds": 3}, "Choose one fold")],
)
def test_what_cannot_be_trained_by_a_file_leaves_as_a_network(
    plan: dict[str, Any], why: str, tmp_path: Path
) -> None:
    files.write(digits(**plan).document(), tmp_path / "drawn.loom")
    done = proven(from_document(tmp_path / "drawn.loom"), tmp_path / "network.py")
    assert [note for note in done.notices if why in note] != []
    assert not next_to(tmp_path / "network.py", DATA).exists()


def test_a_file_that_learns_otherwise_is_not_handed_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verified_code, "first_losses", lambda facts, count: [1.0] * (count + 1))
    files.write(digits().document(), tmp_path / "drawn.loom")
    done = proven(from_document(tmp_path / "drawn.loom"), tmp_path / "network.py")
    assert OTHERWISE in " ".join(done.notices)
    assert "def train" not in (tmp_path / "network.py").read_text()
    assert not next_to(tmp_path / "network.py", DATA).exists()


@pytest.mark.proof
@pytest.mark.timeout(900)
@pytest.mark.parametrize("one", trained_templates(), ids=lambda one: one.id)
def test_every_template_learns_alike_for_an_epoch(one: Template, tmp_path: Path) -> None:
    # Where branches meet, gradients are added up in another order: 4e-4 after 20 steps.
    module = learns_alike(shipped(one.id), tmp_path, near=2e-3)
    path = tmp_path / "taken_home.py"
    assert as_ruff_sees(path) == ""
    asked = ["-m", "mypy", "--strict", "--config-file", "", str(path)]
    done = subprocess.run(
        [sys.executable, *asked], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    found = module.predictions(module.load(tmp_path / "trained.safetensors"), module.read_samples())
    assert module.describe(found, 0)


@pytest.mark.proof
def test_the_file_runs_by_itself_as_a_program(tmp_path: Path) -> None:
    files.write(digits(**plan_of()).document(), tmp_path / "drawn.loom")
    done = proven(from_document(tmp_path / "drawn.loom"), tmp_path / "digits.py")
    assert "def train" in (tmp_path / "digits.py").read_text(), done.notices

    def run(*words: str) -> list[str]:
        asked = [sys.executable, "-I", str(tmp_path / "digits.py"), *words]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    trained, best = run("train"), str(tmp_path / "digits_trained.safetensors")
    assert [line.split(":")[0] for line in trained] == ["epoch 1/2", "epoch 2/2", "test"]
    measured = [f"digits_trained.safetensors, {trained[-1]}"]
    assert run("evaluate") == run("evaluate", "--weights", best) == measured
    for wrong in (tmp_path / "gone.npz", tmp_path / "digits_weights.safetensors"):
        asked = [sys.executable, "-I", str(tmp_path / "digits.py"), "predict", str(wrong)]
        refused = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert wrong.name in refused.stderr and "Traceback" not in refused.stderr
        assert "pickle" not in refused.stderr
    for number, content in enumerate((b"", b"no weights", Path(best).read_bytes()[:500])):
        wrong = tmp_path / f"{number}.safetensors"
        wrong.write_bytes(content)
        asked = [
            sys.executable,
            "-I",
            str(tmp_path / "digits.py"),
            "evaluate",
            "--weights",
            str(wrong),
        ]
        refused = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert f"{wrong.name} is no .safetensors file" in refused.stderr, refused.stderr
    answers = run("predict", str(tmp_path / "digits_data.npz"), "--weights", best)
    assert len(answers) == 1797
    assert answers[0].startswith("digit ")
