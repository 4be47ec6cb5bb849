"""Runs side by side: what they differ in, and what each came to."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from engine.errors import RunError
from engine.runs import ABOUT, METRICS, STATUS, Run, create
from engine.runs.comparison import Comparison, _of_graph, compare, settings_of
from graphs.describe import Chosen
from graphs.document.document import Document
from graphs.document.edits import ChangePlan, Step
from graphs.files import encoded
from graphs.setting_kinds import NodeRef
from graphs.steps import operations
from graphs.templates import find
from tests.engine.commanding import Layerloom


def document(id: str = "xor", **plan: object) -> Document:
    found = find(id)
    assert found is not None
    made = found.document()
    made.apply(Step("Plan", (ChangePlan(made.plan, replace(made.plan, **plan)),)))  # type: ignore[arg-type]
    return made


def differences(found: Comparison) -> dict[str, tuple[str, ...]]:
    return {f"{one.part}: {one.name}": one.values for one in found.differences}


def test_the_same_document_twice_differs_in_nothing(tmp_path: Path) -> None:
    places = [create(document(), tmp_path / name) for name in "ab"]
    found = compare(places)
    assert found.differences == () and found.test == {}
    assert [run.folder for run in found.runs] == [str(place) for place in places]


def test_plan_and_settings_are_told_by_name(tmp_path: Path) -> None:
    first, second = document(), document(epochs=7, optimizer=Chosen("adam", {"lr": 0.01}))
    hidden = second.main.named("hidden")
    assert hidden is not None
    second.apply(operations.set_setting(second.main, hidden.id, "out_features", 5))
    found = differences(compare([create(first, tmp_path / "a"), create(second, tmp_path / "b")]))
    assert found["plan: epochs"] == ("500", "7")
    assert found["plan: optimizer"] == ("sgd", "adam")
    assert found["plan: optimizer.lr"] == ("1", "0.01")
    assert found["graph: hidden.out_features"] == ("3", "5")
    assert "graph: hidden" not in found


def test_a_layer_that_only_one_has_is_one_line_with_its_links(tmp_path: Path) -> None:
    ids = ("digits-cnn", "digits-cnn-batchnorm")
    found = differences(compare([create(document(id), tmp_path / id) for id in ids]))
    (norm, *_) = [name for name, values in found.items() if values == ("", "batch_norm2d")]
    assert not [name for name in found if name.startswith(f"{norm}.") and "→" not in name]
    links = [values for name, values in found.items() if "→" in name]
    assert ("yes", "") in links and ("", "yes") in links


def test_other_data_is_told_with_its_settings(tmp_path: Path) -> None:
    places = [create(document(id), tmp_path / id) for id in ("xor", "sine-lstm")]
    found = differences(compare(places))
    assert found["data: source"] == ("xor", "sine_series")
    assert found["data: settings.length"] == ("", "64")
    assert found["data: fields.xor.classes"] == ("2", "")


def test_every_template_can_be_told(tmp_path: Path) -> None:
    run = Run.open(create(document("two-outputs"), tmp_path / "run"))
    parts = {part for part, _ in settings_of(run)}
    assert parts == {"graph", "data", "plan", "run"}


def test_test_metrics_stand_beside_each_other(tmp_path: Path) -> None:
    places = [create(document(), tmp_path / name) for name in "abc"]
    (places[0] / METRICS).write_text('{"test": {"loss": 0.5, "accuracy": 1.0}}')
    (places[2] / METRICS).write_text("{ broken")
    found = compare(places)
    assert found.test == {"loss": (0.5, None, None), "accuracy": (1.0, None, None)}


def test_one_run_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="two runs or more"):
        compare([create(document(), tmp_path / "a")])


@pytest.mark.parametrize("text", ["", "null", "{}", "[", '{"graphs": {"main": 3}}'])
def test_a_run_whose_document_is_broken_is_a_sentence(
    layerloom: Layerloom, tmp_path: Path, text: str
) -> None:
    first, second = create(document(), tmp_path / "a"), create(document(), tmp_path / "b")
    about = json.loads((second / ABOUT).read_bytes())
    (second / ABOUT).write_text(json.dumps({**about, "document": text}))
    found = layerloom("runs", first, second, "--compare")
    assert found.code == 1 and "The document of this run" in found.err
    with pytest.raises(RunError, match=r"the document in run\.json cannot be read"):
        Run.open(second).decided()


def test_a_best_epoch_without_its_number_is_not_told(layerloom: Layerloom, tmp_path: Path) -> None:
    place = create(document(), tmp_path / "a")
    (place / STATUS).write_text('{"state": "stopped", "best": {"loss": 1.0}}')
    assert layerloom("runs", place).code == 0


def test_the_command_compares_the_runs_of_a_folder_or_those_named(
    layerloom: Layerloom, tmp_path: Path
) -> None:
    first = create(document(), tmp_path / "a")
    second = create(document(epochs=7), tmp_path / "b")
    told = layerloom("runs", tmp_path, "--compare", "--json").json()
    assert len(told["runs"]) == 2
    (difference,) = told["differences"]
    assert (difference["part"], difference["name"]) == ("plan", "epochs")
    assert set(difference["values"]) == {"500", "7"}
    for_people = layerloom("runs", first, second, "--compare")
    assert for_people.code == 0
    (line,) = [one for one in for_people.out.splitlines() if "plan: epochs" in one]
    assert line.split() == ["plan:", "epochs", "500", "7"]
    alone = layerloom("runs", first, "--compare")
    assert alone.code == 1 and "two runs or more" in alone.err
    (second / ABOUT).write_bytes(b"{")
    broken = layerloom("runs", first, second, first, "--compare")
    assert broken.code == 1 and "is broken" in broken.err, "it was named, so it is not passed over"


def test_a_setting_that_reads_like_a_node_is_not_taken_for_one(tmp_path: Path) -> None:
    made = document("gru-classifier")
    output = made.main.named("kind")
    assert output is not None and output.id == "kind"  # as the field that the loss learns
    made.apply(operations.rename(made.main, output.id, "other"))
    told = settings_of(Run.open(create(made, tmp_path / "run")))
    assert told["graph", "loss.target"] == "kind"


def test_a_reference_is_told_by_the_name_of_its_node(tmp_path: Path) -> None:
    made = document("autoencoder")
    one, other = [node for node in made.main.nodes.values() if node.layer == "linear"][::3][:2]
    made.apply(operations.set_setting(made.main, other.id, "tied", NodeRef(one.id)))
    made.apply(operations.rename(made.main, one.id, "lender"))
    tree = json.loads(encoded(made))["graphs"]["main"]
    assert dict(_of_graph(tree))[f"{other.name}.tied"] == "lender"
