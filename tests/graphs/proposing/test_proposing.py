"""A network that is proposed for data has nothing wrong with it, whatever the fields hold."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import files
from graphs.checking.evaluation import evaluated
from graphs.checking.structure import problems
from graphs.data import (
    ClassKind,
    Column,
    DataKind,
    DataSection,
    Domain,
    Field,
    ImageKind,
    LabelsKind,
    Normalize,
    NumberKind,
    SeriesKind,
    TableKind,
    TokensKind,
)
from graphs.document.document import Document
from graphs.document.edits import MAIN, ChangeFrame, Frame, Step
from graphs.document.history import History
from graphs.errors import NothingToLearn
from graphs.files.encoding import encoded
from graphs.layers.losses.losses import losses
from graphs.plan.plan import Plan
from graphs.proposing import drafted, propose_network
from graphs.proposing.heads import Head
from graphs.proposing.readers import Reader
from graphs.proposing.rows import PlainReader
from graphs.steps import operations
from tests.graphs.drawing import classifier

WORDS = ("", "a", "b", "c", "d")
INPUTS = {
    "table": Field(TableKind.id, (3,), columns=(Column("a"), Column("b", ("x", "y")))),
    "column": Field(TableKind.id, (1,), columns=(Column("a"),), normalize=Normalize.STANDARD),
    "number": Field(NumberKind.id, (1,)),
    "bare": Field(NumberKind.id),
    "picture": Field(ImageKind.id, (1, 28, 28)),
    "dot": Field(ImageKind.id, (3, 1, 1)),
    "strip": Field(ImageKind.id, (1, 3, 100)),
    "photo": Field(ImageKind.id, (3, 224, 300)),
    "poster": Field(ImageKind.id, (3, 1024, 640)),
    "free": Field(ImageKind.id, (3, "H", "W")),
    "series": Field(SeriesKind.id, ("T", 2)),
    "ragged": Field(SeriesKind.id, ("R", 2), ragged=True),
    "line": Field(SeriesKind.id, (50,)),
    "window": Field(SeriesKind.id, (168, 2), normalize=Normalize.STANDARD),
    "long": Field(SeriesKind.id, (20_000, 1)),
    "moments": Field(SeriesKind.id, (1, 4)),
    "film": Field(SeriesKind.id, (8, 3, 4)),
    "user": Field(TokensKind.id, vocabulary=200),
    "text": Field(TokensKind.id, ("T",), vocabulary=5, words=WORDS),
    "prose": Field(TokensKind.id, ("R",), vocabulary=90, ragged=True),
    "board": Field(TokensKind.id, (8, 8), vocabulary=13),
    "kind": Field(ClassKind.id, classes=("a", "b", "c")),
}
TARGETS = {
    "class": Field(ClassKind.id, classes=tuple("abcd"), target=True),
    "two": Field(ClassKind.id, classes=("no", "yes"), target=True),
    "labels": Field(LabelsKind.id, classes=("x", "y", "z"), target=True),
    "price": Field(NumberKind.id, (1,), normalize=Normalize.STANDARD, target=True),
    "plain": Field(NumberKind.id, target=True),
    "pair": Field(NumberKind.id, (2,), target=True),
    "grid": Field(NumberKind.id, (2, 3), target=True),
    "future": Field(SeriesKind.id, (24,), target=True),
    "futures": Field(SeriesKind.id, (24, 2), target=True),
    "next": Field(ClassKind.id, ("T",), classes=WORDS, target=True),
    "tags": Field(ClassKind.id, ("R",), classes=("x", "y", "z"), ragged=True, target=True),
    "letters": Field(ClassKind.id, ("L",), classes=("x", "y"), ragged=True, target=True),
    "each": Field(NumberKind.id, ("T",), target=True),
    "eachs": Field(SeriesKind.id, ("R", 2), ragged=True, target=True),
    "spots": Field(ClassKind.id, (5,), classes=("x", "y", "z"), target=True),
    "map": Field(ClassKind.id, (28, 28), classes=("sky", "sea"), target=True),
    "drawn": Field(ImageKind.id, (3, 28, 28), target=True),
    "thumb": Field(ImageKind.id, (1, 8, 8), target=True),
    "word": Field(TokensKind.id, vocabulary=12, target=True),
    "rows": Field(TableKind.id, (4,), columns=tuple(Column(c) for c in "abcd"), target=True),
}
DOMAINS = {
    "L": Domain(1, 5),
    "T": Domain(1, 64), "R": Domain(1, 40), "H": Domain(5, 64), "W": Domain(9, 640),
}  # fmt: skip
OF_STEPS = {"next": "T", "tags": "R", "each": "T", "eachs": "R", "letters": "L"}
"""Targets that only an input with the same steps leads to."""
ENOUGH = {
    "letters": {
        *("picture", "strip", "series", "ragged", "line", "window", "long", "text", "prose"),
    },
    "tags": {"strip", "window", "long"},
}
"""Or, for what is said in a row, one with steps enough of its own."""


def section(*names: str) -> DataSection:
    fields = {name: {**INPUTS, **TARGETS}[name] for name in names}
    return DataSection("table", {}, fields, DOMAINS)


def reachable(inputs: list[str], target: str) -> bool:
    steps = OF_STEPS.get(target)
    aligned = any(INPUTS[name].sizes[:1] == (steps,) for name in inputs)
    return steps is None or aligned or not ENOUGH.get(target, set()).isdisjoint(inputs)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("input", INPUTS)
def test_what_is_proposed_for_an_input_and_a_target_can_be_trained(input: str, target: str) -> None:
    if not reachable([input], target):
        with pytest.raises(NothingToLearn, match=f"“{target}”"):
            drafted(section(input, target))
        return
    draft = drafted(section(input, target))
    assert problems(draft.document, evaluated(draft.document.main)) == []
    assert not draft.notices


@settings(max_examples=60)
@given(
    inputs=st.lists(st.sampled_from(sorted(INPUTS)), min_size=1, max_size=4, unique=True),
    targets=st.lists(st.sampled_from(sorted(TARGETS)), min_size=1, max_size=3, unique=True),
    samples=st.one_of(st.none(), st.integers(0, 10**7)),
)
def test_several_inputs_and_targets_are_joined(
    inputs: list[str], targets: list[str], samples: int | None
) -> None:
    led = [target for target in targets if reachable(inputs, target)]
    if not led:
        return
    draft = drafted(section(*inputs, *targets), samples)
    made = draft.document.main.nodes.values()
    assert problems(draft.document, evaluated(draft.document.main)) == []
    assert {node.settings["target"] for node in made if node.layer in losses()} == {*led}
    fed = {node.settings["field"] for node in made if node.layer == "input"}
    told = " ".join(draft.notices)
    assert all(name in fed or f"“{name}”" in told for name in inputs)
    assert all(target in led or f"“{target}”" in told for target in targets)
    files.decoded(encoded(draft.document))


def test_every_kind_of_data_brings_a_reader_or_is_known_not_to_be_read() -> None:
    plain = {kind for kind in DataKind.members() if type(Reader.of(kind())) is PlainReader}
    assert plain == {LabelsKind}
    assert Head.of(LabelsKind()) is not Head.of(NumberKind())


def test_no_two_nodes_of_a_proposal_lie_on_each_other() -> None:
    document = drafted(section("picture", "table", "text", "class", "price")).document
    places = document.main.positions.values()
    for (x, y), (a, b) in combinations(places, 2):
        assert abs(x - a) >= 200 or abs(y - b) >= 90


def test_names_of_columns_that_no_node_can_have_are_made_allowed() -> None:
    field = Field(ClassKind.id, classes=("a", "b", "c"), target=True)
    named = DataSection("table", {}, {"length (cm)": INPUTS["table"], "class": field})
    document = drafted(named).document
    assert problems(document, evaluated(document.main)) == []
    assert "length__cm" in document.main.names


def test_without_a_target_the_input_is_drawn_again() -> None:
    for name in ("table", "picture", "window"):
        document = drafted(section(name)).document
        assert problems(document, evaluated(document.main)) == []
        (loss,) = (n for n in document.main.nodes.values() if n.layer in losses())
        assert loss.settings["target"] == name


def test_where_nothing_can_be_learned_it_is_said() -> None:
    with pytest.raises(NothingToLearn, match="Nothing in this data is to be predicted"):
        drafted(section("text"))
    with pytest.raises(NothingToLearn, match="no field to learn from"):
        drafted(section("class"))


def test_a_language_model_does_not_see_what_it_is_to_say() -> None:
    layers = {n.layer: n for n in drafted(section("text", "next")).document.main.nodes.values()}
    assert layers["gru"].settings["bidirectional"] is False
    layers = {n.layer: n for n in drafted(section("prose", "tags")).document.main.nodes.values()}
    assert layers["gru"].settings["bidirectional"] is True


def test_more_samples_get_a_larger_network_and_fewer_epochs() -> None:
    sizes, epochs = [], []
    for samples in (100, 5_000, 1_000_000):
        document = drafted(section("table", "class"), samples).document
        sizes.append(evaluated(document.main).parameters)
        epochs.append(document.plan.epochs)
    assert sizes == sorted(set(sizes))
    assert epochs == sorted(set(epochs), reverse=True)


def test_too_few_samples_are_not_split() -> None:
    plan = drafted(section("table", "class"), 6).document.plan
    assert (plan.validation, plan.test) == (0, 0)


def test_where_and_how_it_is_computed_stays_the_users_choice() -> None:
    plan = Plan(seed=7, device="cpu", threads=2, validation=0.3)
    now = drafted(section("table", "class"), plan=plan).document.plan
    assert (now.seed, now.device, now.threads, now.validation) == (7, "cpu", 2, 0.3)


def test_a_proposal_takes_the_place_of_what_is_drawn_in_one_step() -> None:
    document = classifier()
    document.apply(Step("Frame", (ChangeFrame(MAIN, "f", None, Frame("Head", (0, 0, 100, 100))),)))
    history, before = History(document), encoded(document)
    step, notices = propose_network(document, section("table", "two"))
    history.do(step)
    assert problems(document, evaluated(document.main)) == []
    assert not notices
    assert not document.main.frames
    history.undo()
    assert encoded(document) == before


def test_a_proposal_for_what_was_proposed_already_can_be_made_again() -> None:
    document = Document()
    history = History(document)
    for _ in range(2):
        history.do(propose_network(document, section("table", "two"))[0])
    (node,) = (n for n in document.main.nodes.values() if n.layer == "input")
    history.do(operations.delete(document.main, [node.id]))
    while history.undo_name:
        history.undo()
    assert not document.main.nodes
