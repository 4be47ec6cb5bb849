"""Files of every version open for ever; those of a version to come are refused with a sentence."""

from pathlib import Path
from typing import Any

import pytest

from graphs import files
from graphs.checking.evaluation import Evaluation
from graphs.document.edits import NodeId
from graphs.errors import BrokenFile, NewerFile
from graphs.files import migrations
from graphs.layers import Layer
from graphs.plan.optimizers import Optimizer
from tests.graphs.drawing import classifier

SAMPLES = sorted(Path(__file__).parent.glob("version-*.loom"))
EARLIER = sorted((Path(__file__).parent / "earlier").glob("*.loom"))
"""The newest sample as it was written before a layer in it got another setting."""


def written() -> str:
    return files.encoded(classifier()).decode()


def test_there_is_a_sample_of_every_version() -> None:
    assert [s.name for s in SAMPLES] == [
        f"version-{number + 1}.loom" for number in range(migrations.VERSION)
    ]


def test_a_sample_of_this_version_is_saved_again_byte_for_byte() -> None:
    data = SAMPLES[-1].read_bytes()
    opened = files.decoded(data)
    assert opened.notices == ()
    assert files.encoded(opened.document) == data


@pytest.mark.parametrize("earlier", EARLIER, ids=lambda sample: sample.stem)
def test_a_file_from_before_a_setting_came_opens_with_its_usual_value(earlier: Path) -> None:
    opened = files.read(earlier)
    assert opened.notices == ()
    assert files.encoded(opened.document) == SAMPLES[-1].read_bytes()


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.stem)
def test_what_a_sample_does_not_know_is_kept_and_told(sample: Path) -> None:
    document = files.read(sample).document
    problems = {problem.node: problem.message for problem in Evaluation(document.main).problems()}
    wavelets, scores = document.main.named("wavelets"), document.main.named("scores")
    assert wavelets is not None and scores is not None
    assert wavelets.settings["bank"] == {"low": (0.5, (1, 2)), "high": {}}
    assert "no layer “wavelet_conv”" in problems[wavelets.id]
    assert problems[scores.id] == "mystery is not known here."


@pytest.mark.parametrize("version", [2, 10, 10**30])
def test_a_newer_file_is_refused_with_the_version_it_needs(version: int) -> None:
    text = written().replace('"version": 1', f'"version": {version}')
    with pytest.raises(NewerFile, match=f"format version {version}; this one reads up to 1"):
        files.decoded(text.encode())


def test_a_newer_file_is_refused_as_newer_whatever_else_it_holds() -> None:
    with pytest.raises(NewerFile):
        files.decoded(b'{"format": "layerloom", "version": 2, "pages": []}')


@pytest.mark.parametrize("version", ["0", "-1", "true", '"1"', "1.0", "null"])
def test_a_version_that_never_was_is_refused(version: str) -> None:
    text = written().replace('"version": 1', f'"version": {version}')
    with pytest.raises(BrokenFile, match="version"):
        files.decoded(text.encode())


def test_an_older_file_is_migrated_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    def to_0(tree: migrations.Tree) -> migrations.Tree:
        return {**tree, "graphs": {"main": tree["drawing"]}, "drawing": None}

    def to_1(tree: migrations.Tree) -> migrations.Tree:
        return {key: value for key, value in tree.items() if key != "drawing"}

    monkeypatch.setitem(migrations.MIGRATIONS, -1, to_0)
    monkeypatch.setitem(migrations.MIGRATIONS, 0, to_1)
    older = written().replace('"version": 1', '"version": -1')
    older = older.replace('"graphs": {\n    "main": {', '"drawing": {', 1)
    older = older.replace('    }\n  },\n  "plan"', '  },\n  "plan"', 1)
    opened = files.decoded(older.encode())
    assert opened.notices == ()
    assert files.encoded(opened.document) == written().encode()


@pytest.mark.parametrize("error", [KeyError, TypeError, ValueError, AttributeError, IndexError])
def test_a_migration_that_stumbles_over_a_broken_file_says_so(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    def stumble(tree: migrations.Tree) -> migrations.Tree:
        raise error

    monkeypatch.setitem(migrations.MIGRATIONS, 0, stumble)
    with pytest.raises(BrokenFile, match="is not what format version 0 looks like"):
        files.decoded(written().replace('"version": 1', '"version": 0').encode())


def test_a_setting_under_its_earlier_name_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Layer.get("linear"), "formerly", {"units": "out_features"})
    monkeypatch.setattr(Optimizer.get("adamw"), "formerly", {"rate": "lr"})
    older = written().replace('"out_features": 10', '"units": 10').replace('"lr": ', '"rate": ')
    opened = files.decoded(older.encode())
    assert opened.notices == ()
    assert files.encoded(opened.document) == written().encode()


def test_an_earlier_name_beside_the_present_one_is_an_unknown_setting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Layer.get("linear"), "formerly", {"units": "out_features"})
    both = written().replace('"out_features": 10', '"out_features": 10, "units": 7')
    settings: Any = files.decoded(both.encode()).document.main.nodes[NodeId("classify")].settings
    assert settings == {
        "bias": True,
        "out_features": 10,
        "parametrization": "none",
        "tied": None,
        "units": 7,
        "weights_of": None,
    }
