"""Several labels at once, from a column of a table to what a run says of a new row."""

from pathlib import Path

import numpy as np
import polars
import pytest

from engine.asking.prediction import predict
from engine.data.choosing.preview import preview
from engine.data.reading import read
from engine.data.sources import reader_of
from engine.data.sources.spec import Proposal
from engine.errors import DataError
from engine.export.metadata import described
from engine.export.model import from_run
from engine.runs.trained.evaluating import evaluate
from graphs.checking.evaluation import evaluated
from graphs.checking.structure import problems
from graphs.data import LabelsKind
from graphs.data.sources import Source
from graphs.document.document import Document
from graphs.document.edits import ChangePlan, Step
from graphs.mending.choosing import choose_data
from graphs.plan.plan import Plan
from graphs.templates import find
from tests.engine.commanding import Layerloom
from tests.engine.running import trained


def written(path: Path, separator: str = ";") -> Path:
    """Weather: hot above 20 degrees, windy above 5, and nothing at all otherwise."""
    numbers = np.random.default_rng(0)
    lines = ["degrees,wind,said"]
    for degrees, wind in zip(numbers.uniform(0, 40, 240), numbers.uniform(0, 10, 240), strict=True):
        said = [name for name, holds in (("windy", wind > 5), ("hot", degrees > 20)) if holds]
        lines.append(f'{degrees:.2f},{wind:.2f},"{f" {separator}".join(said)}"')
    path.write_text("\n".join(lines))
    return path


def proposed(path: Path, **settings: str) -> Proposal:
    made = Source.get("table").made({"path": str(path), "target_kind": "labels", **settings})
    assert isinstance(made, Source)
    return reader_of(made).propose()


def weather(tmp_path: Path) -> Document:
    template = find("breast-cancer")
    assert template is not None
    document = template.document()
    document.apply(choose_data(document, proposed(written(tmp_path / "weather.csv")).section))
    plan = Plan(epochs=40, batch_size=16, threads=1)
    document.apply(Step("Plan", (ChangePlan(document.plan, plan),)))
    return document


@pytest.mark.parametrize("separator", [";", ",", "|"])
def test_a_cell_holds_any_number_of_labels(tmp_path: Path, separator: str) -> None:
    proposal = proposed(written(tmp_path / "weather.csv", separator), separator=separator)

    field = proposal.section.fields["said"]
    assert (field.content, field.classes, field.target) == (
        LabelsKind.id,
        ("hot", "windy"),
        True,
    )
    samples = read(proposal.section)
    held = np.asarray(samples.values["said"])
    assert held.shape == (240, 2)
    columns = samples.values["features"]
    assert isinstance(columns, polars.DataFrame)
    assert (held[:, 0] == (columns["degrees"].to_numpy() > 20)).all()
    shown = preview(proposal.section, samples=samples)
    assert shown.counts["said"] == dict(zip(field.classes, held.sum(0).tolist(), strict=True))
    assert set(shown.first["said"]) <= {"", "hot", "windy", "hot, windy"}


def test_a_separator_that_never_occurs_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("a,b\n1,red\n2,\n3,red\n")
    with pytest.raises(DataError, match="1 different labels between “;”"):
        proposed(path)


def test_labels_are_learned_measured_told_and_exported(
    tmp_path: Path, layerloom: Layerloom
) -> None:
    document = weather(tmp_path)
    assert problems(document, evaluated(document.main)) == []

    folder, events = trained(document, tmp_path)

    assert events[-1].test["f1"] > 0.9
    found = evaluate(folder)
    assert found.test["accuracy"] > 0.9
    assert found.confusion == ()
    told = layerloom("evaluate", folder, "--json").json()
    assert [one["class"] for one in told["per_class"]] == ["hot", "windy"]
    assert all(one["f1"] > 0.85 for one in told["per_class"])
    (cold,) = predict(folder, {"degrees": 2.0, "wind": 1.0})
    assert cold.labels == ()
    (storm,) = predict(folder, {"degrees": 38.0, "wind": 9.5})
    assert storm.labels == ("hot", "windy")
    assert storm.probabilities is not None and min(storm.probabilities.values()) > 0.5
    said = layerloom("predict", folder, '{"degrees": 38, "wind": 1}', "--json").json()
    assert said["predictions"][0]["labels"] == ["hot"]
    output = next(iter(described(from_run(folder))["outputs"].values()))
    assert output["classes"] == ["hot", "windy"]
    assert "each label" in output["means"]
