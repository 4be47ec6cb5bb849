"""What the fields of the data call for: weights for rare classes, and to be used."""

from dataclasses import replace

import pytest

from graphs.checking.data_hints import LEFT_BEHIND, RARE, SHIFTED_OUT, UNUSED
from graphs.checking.evaluation import evaluated
from graphs.checking.structure import OF_THE_PLAN, problems
from graphs.data import ClassKind, Column, DataSection, Field, TableKind, TokensKind
from graphs.describe import Chosen
from graphs.document.document import Document
from graphs.document.edits import ChangeData, ChangePlan, Step
from graphs.mending import fixes
from graphs.problems import Problem, Severity
from graphs.proposing import drafted
from graphs.steps import operations
from tests.graphs.drawing import classifier

FEATURES = Field(TableKind.id, (2,), columns=(Column("a"), Column("b")))


def document(*counts: int, **more: Field) -> Document:
    """A proposed network for a table whose classes have so many samples."""
    classes = tuple(f"class {at}" for at in range(len(counts)))
    target = Field(ClassKind.id, classes=classes, target=True, counts=counts)
    fields = {"features": FEATURES, "kind": target}
    made = drafted(DataSection("table", {"path": "a.csv"}, fields)).document
    section = DataSection("table", {"path": "a.csv"}, {**fields, **more})
    made.apply(Step("Choose", (ChangeData(made.data, section),)))
    return made


def told(document: Document) -> list[Problem]:
    return problems(document, evaluated(document.main))


@pytest.mark.parametrize(
    ("counts", "setting", "weights", "words"),
    [
        (
            (900, 90, 10),
            "class_weights",
            (0.37, 3.7, 33.3),
            "Weigh each class by how seldom it is",
        ),
        ((996, 4), "pos_weight", (249.0,), "Weigh “class 1” 249 times"),
    ],
)
def test_weights_for_rare_classes_are_one_step_away(
    counts: tuple[int, ...], setting: str, weights: tuple[float, ...], words: str
) -> None:
    made = document(*counts)
    (found,) = told(made)
    assert (found.template, found.severity) == (RARE, Severity.WARNING)
    assert fixes.label(found) == words
    step = fixes.step(made, found)
    assert step is not None
    made.apply(step)
    assert told(made) == []
    (loss,) = [node for node in made.main.nodes.values() if "target" in node.settings]
    assert loss.settings[setting] == weights


def test_a_field_that_no_input_takes_is_said() -> None:
    review = Field(TokensKind.id, (9,), vocabulary=3, words=("a", "b", "c"))
    found = [one for one in told(document(90, 80, 85, review=review)) if one.template == UNUSED]
    assert [one.severity for one in found] == [Severity.WARNING]
    assert found[0].message.startswith("“review” is in the data, but no Input takes it")


@pytest.mark.parametrize(("pixels", "warned"), [(2, False), (27, False), (28, True), (64, True)])
def test_a_shift_that_may_move_a_picture_out_of_sight_is_said(pixels: int, warned: bool) -> None:
    made = classifier()
    plan = replace(made.plan, augmentation=(Chosen("random_shift", {"pixels": pixels}),))
    made.apply(Step("Augment", (ChangePlan(made.plan, plan),)))
    found = [one for one in told(made) if one.template == SHIFTED_OUT]
    assert len(found) == warned
    for one in found:
        assert one.severity is Severity.WARNING and one.template in OF_THE_PLAN
        assert f"up to {pixels} pixels" in one.message and "28 pixels" in one.message


@pytest.mark.parametrize(
    ("augmentation", "sizes", "warned"),
    [
        ("random_shift", (28, 28), True),
        ("random_flip", (28, 28), True),
        ("random_rotation", (28, 28), True),
        ("random_scale", (28, 28), True),
        ("random_brightness", (28, 28), False),
        ("random_noise", (28, 28), False),
        ("random_shift", (), False),
        ("random_shift", (7, 7), False),
    ],
)
def test_a_value_for_each_pixel_that_stays_where_the_picture_moves_is_said(
    augmentation: str, sizes: tuple[int, ...], warned: bool
) -> None:
    made = classifier()
    (loss,) = [node for node in made.main.nodes.values() if "target" in node.settings]
    target = loss.settings["target"]
    each = replace(made.data.fields[target], sizes=sizes)
    section = replace(made.data, fields={**made.data.fields, target: each})
    plan = replace(made.plan, augmentation=(Chosen(augmentation, {}),))
    made.apply(Step("Set", (ChangePlan(made.plan, plan), ChangeData(made.data, section))))
    found = [one for one in told(made) if one.template == LEFT_BEHIND]
    assert len(found) == warned
    for one in found:
        assert one.severity is Severity.WARNING and f"the values of “{target}”" in one.message


def test_a_file_may_hold_anything_where_a_field_is_named() -> None:
    made = document(90, 80, 85)
    plan = replace(made.plan, augmentation=(Chosen("random_flip", {}),))
    made.apply(Step("Set", (ChangePlan(made.plan, plan),)))
    for node in list(made.main.nodes.values()):
        for name in {"field", "target"} & node.settings.keys():
            made.apply(operations.set_setting(made.main, node.id, name, [{}]))
    assert LEFT_BEHIND not in {one.template for one in told(made)}
