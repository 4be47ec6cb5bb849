"""Padding in the types of a graph: where it is known, where it is lost, and how that is mended."""

from dataclasses import replace

import pytest

from graphs import files
from graphs.checking.evaluation import Evaluation
from graphs.data import ClassKind, DataSection, Domain, Field, TokensKind
from graphs.document.document import Document
from graphs.document.edits import ChangeData, Step
from graphs.errors import BrokenFile
from graphs.mending import fixes
from graphs.problems import Replace, Severity
from graphs.types import TensorType
from tests.engine.drawings import Drawing

DATA = DataSection(
    "made up",
    {},
    {
        "kind": Field(ClassKind.id, classes=("low", "high"), target=True),
        "words": Field(TokensKind.id, ("T",), vocabulary=9, ragged=True),
    },
    {"T": Domain(1, 300)},
)


def reader(last: str, **settings: object) -> Document:
    drawing = Drawing(DATA)
    drawing.node("input", "words", field="words")
    drawing.node("embedding", "embed", embedding_dim=4)
    drawing.node("lstm", "read", hidden_size=3)
    drawing.node(last, "last", **settings)
    drawing.node("linear", "classify", out_features=2)
    drawing.node("output", "kind")
    drawing.node("cross_entropy_loss", "loss", target="kind")
    drawing.chain("words", "embed", "read", "last", "classify", "kind")
    drawing.wire("classify", "loss")
    return drawing.document()


def output(document: Document, name: str) -> TensorType:
    node = document.main.named(name)
    assert node is not None
    return Evaluation(document.main)[node.id].outputs["output"]


def test_steps_stay_known_up_to_where_they_become_one_value() -> None:
    document = reader("mean", dim=1)

    assert [output(document, name).padded for name in ("words", "embed", "read")] == ["words"] * 3
    assert output(document, "last").padded is None
    assert Evaluation(document.main).problems() == []


def test_the_last_entry_of_a_padded_series_is_warned_of_and_mended_by_the_last_step() -> None:
    document = reader("select", dim=1, index=-1)
    (found,) = Evaluation(document.main).problems()

    assert found.severity is Severity.WARNING
    assert found.fix == Replace("last_step")
    assert found.message.startswith("Short samples are filled up with padding")
    step = fixes.step(document, found)
    assert step is not None
    document.apply(step)
    node = document.main.named("last")
    assert node is not None and node.layer == "last_step"
    assert Evaluation(document.main).problems() == []


def test_the_first_entry_of_a_padded_series_is_always_real() -> None:
    assert Evaluation(reader("select", dim=1, index=0).main).problems() == []


def test_a_warning_comes_and_goes_with_the_data() -> None:
    document = reader("select", dim=1, index=-1)
    even = {**DATA.fields, "words": replace(DATA.fields["words"], ragged=False)}
    evaluation = Evaluation(document.main)

    assert evaluation.problems() != []
    document.apply(Step("Choose data", (ChangeData(DATA, replace(DATA, fields=even)),)))
    assert evaluation.problems() == []


def test_a_file_whose_ragged_field_has_no_named_steps_is_refused() -> None:
    text = files.encoded(reader("last_step")).decode()
    assert text.count('"sizes": ["T"]') == 1

    assert files.decoded(text.encode()).document.data == DATA
    with pytest.raises(BrokenFile, match="cannot differ in their number of steps"):
        files.decoded(text.replace('"sizes": ["T"]', '"sizes": [7]').encode())
