"""Choosing data makes a graph fit it in one step, as far as the data alone decides."""

import pytest

from graphs.checking.evaluation import evaluated
from graphs.checking.structure import problems
from graphs.data import (
    ClassKind,
    Column,
    DataSection,
    Field,
    ImageKind,
    Normalize,
    NumberKind,
    TableKind,
)
from graphs.document.document import Document
from graphs.document.edits import NodeId
from graphs.document.history import History
from graphs.files import encoded
from graphs.mending import fixes
from graphs.mending.choosing import choose_data
from graphs.problems import Problem, Set
from graphs.steps import operations
from graphs.templates import find, trained_templates
from graphs.templates.sets import (
    BREAST_CANCER,
    DIGIT_STRIPS,
    DIGITS,
    ENGLISH_TEXT,
    SINE_SERIES,
    TWO_MOONS,
    XOR,
)


def table(source: str, columns: str, **target: Field) -> DataSection:
    """A section with a table of numbers and one field to predict."""
    described = tuple(Column(name) for name in columns.split())
    features = Field(
        TableKind.id, (len(described),), columns=described, normalize=Normalize.STANDARD
    )
    return DataSection(source, {}, {"features": features, **target})


IRIS = table(
    "iris",
    "sepal_length sepal_width petal_length petal_width",
    species=Field(ClassKind.id, classes=("setosa", "versicolor", "virginica"), target=True),
)
PRICES = table(
    "table",
    "rooms area age",
    price=Field(NumberKind.id, (1,), normalize=Normalize.STANDARD, target=True),
)
PHOTOS = DataSection(
    "image_folder",
    {"path": "/photos", "size": 64, "colour": "rgb"},
    {
        "image": Field(ImageKind.id, (3, 64, 64)),
        "label": Field(ClassKind.id, classes=("cat", "dog", "horse"), target=True),
    },
)
SECTIONS = {
    section.source: section
    for section in (
        *(BREAST_CANCER, DIGITS, DIGIT_STRIPS, IRIS, PHOTOS, PRICES, SINE_SERIES, TWO_MOONS, XOR),
    )
}


SIZED = {"autoencoder", "forecast", "variational-autoencoder"}
"""Templates whose layers hold the very size of their data."""


def opened(template: str) -> Document:
    found = find(template)
    assert found is not None
    return found.document()


def form(section: DataSection) -> list[str]:
    """What the samples are, which decides the layers."""
    first = section.fields[section.targets()[0]]
    several = "row" if first.ragged else "places"
    of_each_place = [several] if first.content == ClassKind.id and first.sizes else []
    read = [section.fields[name].content for name in (*section.inputs(), *section.targets()[1:])]
    return read + of_each_place


def told(document: Document) -> list[Problem]:
    return problems(document, evaluated(document.main))


@pytest.mark.parametrize("source", SECTIONS)
@pytest.mark.parametrize("template", [one.id for one in trained_templates()])
def test_only_what_the_form_of_the_data_asks_is_left_to_the_user(
    template: str, source: str
) -> None:
    document = opened(template)
    own, section = document.data, SECTIONS[source]
    before = encoded(document)
    history = History(document)

    history.do(choose_data(document, section))
    assert document.data == section
    left = told(document)
    assert not left or form(section) != form(own) or template in SIZED
    for one in left:
        counted = isinstance(one.fix, Set) and fixes.step(document, one) is not None
        assert one.setting == "field" or (one.port == "input" and not counted)
    there = encoded(document)

    history.do(choose_data(document, own))
    assert told(document) == []
    if encoded(document) != there:
        history.undo()
        assert encoded(document) == there
    history.undo()
    assert encoded(document) == before


def test_what_is_to_come_out_again_follows_what_goes_in() -> None:
    document = opened("autoencoder")
    document.apply(choose_data(document, PHOTOS))
    assert document.main.nodes[NodeId("loss")].settings["target"] == "image"
    document.apply(choose_data(document, SINE_SERIES))
    assert document.main.nodes[NodeId("loss")].settings["target"] == "series"


def test_what_is_brought_in_for_a_drawn_loss_follows_the_targets() -> None:
    document = opened("digits-mlp")
    document.apply(operations.add(document.main, "target_input", (0, 0), target="digit"))
    document.apply(choose_data(document, XOR))
    (brought,) = document.main.of_layers(["target_input"])
    assert document.main.nodes[brought].settings["target"] == "xor"


def test_scores_that_are_computed_with_the_rows_of_an_embedding_are_as_many_as_tokens() -> None:
    document = opened("gpt-2-small")
    document.apply(choose_data(document, ENGLISH_TEXT))
    assert told(document) == []
    words = ENGLISH_TEXT.fields["text"].vocabulary
    assert document.main.nodes[NodeId("lm_head")].settings["out_features"] == words


def test_a_published_network_for_pictures_takes_pictures_of_another_size() -> None:
    for template in ("resnet-50", "densenet-121", "vit-b-16", "alexnet", "googlenet"):
        document = opened(template)
        document.apply(choose_data(document, PHOTOS))
        assert told(document) == [], template


def test_an_input_for_which_there_is_no_field_is_left_to_the_user() -> None:
    document = opened("two-inputs")
    document.apply(choose_data(document, DIGITS))
    nodes = document.main.nodes
    assert nodes[NodeId("image")].settings["field"] == "image"
    assert nodes[NodeId("measures")].settings["field"] == "measures"
    assert [one.node for one in told(document) if one.setting == "field"] == ["measures"]


def test_two_classes_become_three() -> None:
    document = opened("binary-classifier")
    document.apply(choose_data(document, IRIS))
    nodes = document.main.nodes
    assert nodes[NodeId("loss")].layer == "cross_entropy_loss"
    assert nodes[NodeId("score")].settings["out_features"] == 3
    assert NodeId("sigmoid") not in nodes, "the loss applies a softmax, and so does the Output"
    assert fed(document, "loss") == fed(document, "moon") == "score"


def test_a_number_is_not_learned_behind_a_sigmoid() -> None:
    document = opened("binary-classifier")
    document.apply(choose_data(document, PRICES))
    assert document.main.nodes[NodeId("loss")].layer == "mse_loss"
    assert fed(document, "loss") == fed(document, "moon") == "score"


def test_a_series_of_classes_with_steps_of_its_own_gets_the_loss_for_it() -> None:
    document = opened("digits-mlp")
    document.apply(choose_data(document, DIGIT_STRIPS))
    assert document.main.nodes[NodeId("loss")].layer == "ctc_loss"
    document.apply(choose_data(document, DIGITS))
    assert document.main.nodes[NodeId("loss")].layer == "cross_entropy_loss"
    assert told(document) == []


def test_a_sigmoid_beside_the_loss_goes_too() -> None:
    document = opened("breast-cancer")
    (link,) = document.main.entering(NodeId("diagnosis"))
    document.apply(operations.insert_on(document.main, link, "sigmoid"))
    document.apply(choose_data(document, IRIS))
    assert fed(document, "loss") == fed(document, "diagnosis") == "score"
    assert told(document) == []


def test_a_graph_without_input_and_loss_gets_both() -> None:
    document = opened("digits-mlp")
    document.apply(operations.delete(document.main, [NodeId("image"), NodeId("loss")]))
    document.apply(choose_data(document, PHOTOS))
    layers = {node.layer: node for node in document.main.nodes.values()}
    assert layers["input"].settings["field"] == "image"
    assert layers["cross_entropy_loss"].settings["target"] == "label"
    assert fed(document, layers["cross_entropy_loss"].id) == "classify"
    assert document.main.nodes[NodeId("classify")].settings["out_features"] == 10, (
        "it is not known yet what reaches it, as nothing is wired to the new Input"
    )


def fed(document: Document, node: str) -> str:
    """The node before."""
    (link,) = document.main.entering(NodeId(node))
    return link.source
