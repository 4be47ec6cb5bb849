"""A fix mends its problem, brings no other, and one undo takes it back."""

import pytest

from graphs.checking import structure
from graphs.checking.evaluation import Evaluation, evaluated
from graphs.document.document import Document, DocumentChange
from graphs.document.edits import MAIN, Disconnect, Link, NodeId
from graphs.document.history import History
from graphs.mending import fixes
from graphs.problems import Set, problem
from tests.graphs.drawing import classifier, drawn, put, wire


def wrong_class_count() -> Document:
    return classifier(out_features=12)


def wrong_class_count_behind_dropout() -> Document:
    document = drawn(
        ("input", "image", {"field": "image"}),
        ("flatten", "flatten", {}),
        ("linear", "classify", {"out_features": 12}),
        ("dropout", "dropout", {}),
    )
    put(document, "cross_entropy_loss", "loss", target="digit")
    wire(document, "dropout", "loss")
    return document


def softmax_before_cross_entropy() -> Document:
    document = drawn(
        ("input", "image", {"field": "image"}),
        ("flatten", "flatten", {}),
        ("linear", "classify", {"out_features": 10}),
        ("softmax", "softmax", {}),
    )
    put(document, "cross_entropy_loss", "loss", target="digit")
    wire(document, "softmax", "loss")
    return document


def groups_that_divide_nothing() -> Document:
    return drawn(("input", "image", {"field": "image"}), ("conv2d", "conv", {"groups": 3}))


def an_input_of_the_answer() -> Document:
    return drawn(("input", "image", {"field": "digit"}), ("flatten", "flatten", {}))


def a_window_that_steps_over_its_input() -> Document:
    spread = {"kernel_size": 2, "padding": 1, "dilation": 40}
    return drawn(("input", "image", {"field": "image"}), ("max_pool2d", "pool", spread))


@pytest.mark.parametrize(
    "mistake",
    [
        an_input_of_the_answer,
        a_window_that_steps_over_its_input,
        wrong_class_count,
        wrong_class_count_behind_dropout,
        softmax_before_cross_entropy,
        groups_that_divide_nothing,
    ],
    ids=lambda mistake: mistake.__name__,
)
def test_the_fix_mends_the_problem_and_undo_takes_it_back(mistake: "type[Document]") -> None:
    document = mistake()
    history, evaluation = History(document), Evaluation(document.main)
    before = dict(document.main.nodes), sorted(map(str, document.main.links()))
    [problem] = evaluation.problems()

    step = fixes.step(document, problem)
    assert step is not None
    assert fixes.label(problem)
    history.do(step)
    assert evaluation.problems() == []

    history.undo()
    assert (dict(document.main.nodes), sorted(map(str, document.main.links()))) == before
    assert evaluation.problems() == [problem]


def test_a_fix_that_would_not_mend_is_not_offered() -> None:
    document = drawn(
        ("input", "image", {"field": "image"}),
        ("flatten", "flatten", {}),
    )
    put(document, "cross_entropy_loss", "loss", target="digit")
    wire(document, "flatten", "loss")
    [problem] = Evaluation(document.main)[NodeId("loss")].problems
    assert problem.fix is not None  # set out_features, but no Linear comes before
    assert fixes.step(document, problem) is None


def test_trying_a_fix_leaves_nobody_listening(monkeypatch: pytest.MonkeyPatch) -> None:
    document = wrong_class_count()
    [problem] = evaluated(document.main).problems()
    followed: list[Document] = []
    follow = Evaluation._follow

    def following(self: Evaluation, change: DocumentChange) -> None:
        followed.append(self.graph.document)
        follow(self, change)

    monkeypatch.setattr(Evaluation, "_follow", following)
    mend = fixes.step(document, problem)
    assert mend is not None
    assert followed  # the copy on which it was tried
    document.apply(mend)
    assert document not in followed


def test_one_trial_of_many_fixes_finds_what_a_fresh_one_does_of_each() -> None:
    document = wrong_class_count_behind_dropout()
    for number in range(5):
        put(document, "conv2d", f"unwired_{number}")
        put(document, "conv2d", f"grouped_{number}", groups=3)
        wire(document, "image", f"grouped_{number}")
    found = structure.problems(document, evaluated(document.main))
    trial = fixes.Trial(document)
    steps = [trial.step(one) for one in found]
    assert steps == [fixes.step(document, one) for one in found]
    assert sum(step is not None for step in steps) > 5
    assert steps == [trial.step(one) for one in found]


def test_a_circle_is_cut_at_the_link_that_closes_it() -> None:
    document = drawn(
        ("input", "image", {"field": "image"}),
        ("flatten", "flatten", {}),
        ("add", "add", {}),
        ("relu", "relu", {}),
        ("output", "digit", {}),
    )
    wire(document, "flatten", "add")
    wire(document, "relu", "add")
    evaluation = evaluated(document.main)
    [circle] = [p for p in structure.problems(document, evaluation) if "circle" in p.message]
    cut = fixes.step(document, circle)
    assert cut is not None
    assert cut.edits == (
        Disconnect(MAIN, Link(NodeId("relu"), "output", NodeId("add"), "input", 2)),
    )


def test_a_fix_is_offered_though_an_older_mistake_comes_to_light_behind_it() -> None:
    document = drawn(
        ("input", "image", {"field": "image"}),
        ("conv2d", "conv", {"groups": 3}),
        ("conv2d", "wrong_too", {"groups": 3}),
        ("relu", "relu", {}),
        ("output", "digit", {}),
    )
    for name in ("conv", "wrong_too"):
        [problem] = evaluated(document.main).problems()
        assert problem.node == name
        mend = fixes.step(document, problem)
        assert mend is not None
        document.apply(mend)
    assert evaluated(document.main).problems() == []


def test_a_fix_that_breaks_what_was_right_is_not_offered() -> None:
    document = classifier(out_features=12)
    put(document, "linear", "tail", out_features=12)
    put(document, "output", "shown")
    put(document, "add", "add")
    wire(document, "classify", "add")
    wire(document, "flatten", "tail")
    wire(document, "tail", "add")
    wire(document, "add", "shown")
    assert evaluated(document.main)[NodeId("add")].accepted
    problem = next(p for p in evaluated(document.main).problems() if p.node == "loss")
    assert fixes.step(document, problem) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "Set sizes to none"),
        ((), "Set sizes to none"),
        ((249.0,), "Set sizes to 249"),
        ((2, 0.5), "Set sizes to 2, 0.5"),
        (3, "Set sizes to 3"),
    ],
)
def test_a_fix_tells_its_value_as_people_write_it(value: object, words: str) -> None:
    assert fixes.label(problem("Wrong.", fix=Set("sizes", value))) == words
