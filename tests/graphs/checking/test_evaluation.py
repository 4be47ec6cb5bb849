"""After each step everything is right, and only what can have changed was asked again."""

import random
from typing import Any

from graphs.checking.evaluation import EvaluatedStep, Evaluation, evaluated
from graphs.data import DataSection
from graphs.document.edits import MAIN, ChangeData, Connect, Disconnect, Link, NodeId, Step
from graphs.document.history import History
from graphs.layers import Layer
from graphs.steps import operations
from graphs.templates import templates
from tests.graphs.drawing import classifier, drawn, put, wire


def test_an_edit_asks_only_what_lies_downstream() -> None:
    names: list[tuple[str, str, dict[str, Any]]] = [("relu", f"r{i}", {}) for i in range(100)]
    document = drawn(
        ("input", "image", {"field": "image"}), ("conv2d", "conv", {"out_channels": 4}), *names
    )
    evaluation = Evaluation(document.main)
    before = evaluation.rule_calls
    document.apply(operations.set_setting(document.main, NodeId("conv"), "out_channels", 8))
    assert evaluation.rule_calls - before == 101
    assert str(evaluation[NodeId("r99")].outputs["output"]) == "8 × 26 × 26"


def test_asking_stops_where_the_type_stays_the_same() -> None:
    document = drawn(
        ("input", "image", {"field": "image"}),
        ("conv2d", "conv", {}),
        ("relu", "relu", {}),
        ("flatten", "flatten", {}),
    )
    evaluation = Evaluation(document.main)
    before = evaluation.rule_calls
    document.apply(operations.set_setting(document.main, NodeId("conv"), "bias", False))
    assert evaluation.rule_calls - before == 1


def test_undoing_a_step_asks_no_rule_again() -> None:
    names: list[tuple[str, str, dict[str, Any]]] = [("relu", f"r{i}", {}) for i in range(20)]
    document = drawn(
        ("input", "image", {"field": "image"}), ("conv2d", "conv", {"out_channels": 4}), *names
    )
    evaluation, history = Evaluation(document.main), History(document)
    known, link = dict(evaluation.results), document.main.leaving(NodeId("conv"))[0]
    for step in (
        operations.set_setting(document.main, NodeId("conv"), "out_channels", 8),
        Step("Unwire", (Disconnect(MAIN, link),)),
    ):
        history.do(step)
        before = evaluation.rule_calls
        history.undo()
        assert evaluation.rule_calls == before
        assert evaluation.results == known


def test_a_rule_is_asked_again_when_what_it_was_asked_has_changed_meanwhile() -> None:
    document = drawn(
        ("input", "image", {"field": "image"}), ("conv2d", "conv", {"out_channels": 4})
    )
    evaluation, history = Evaluation(document.main), History(document)
    conv = NodeId("conv")
    history.do(operations.set_setting(document.main, conv, "out_channels", 8))
    history.do(operations.rename(document.main, conv, "stem"))
    history.do(operations.set_setting(document.main, conv, "out_channels", 4))
    seen = evaluation[conv].seen
    assert seen is not None and seen.name == "stem"
    assert evaluation[conv] == evaluated(document.main)[conv]


def test_moving_and_renaming_ask_no_rule_of_others() -> None:
    document = classifier()
    evaluation = Evaluation(document.main)
    before = evaluation.rule_calls
    document.apply(operations.move(document.main, [NodeId("flatten")], (8, 8)))
    assert evaluation.rule_calls == before
    document.apply(operations.rename(document.main, NodeId("flatten"), "rows"))
    assert evaluation.rule_calls == before + 1


def test_other_data_changes_the_inputs_and_what_follows() -> None:
    document = classifier()
    evaluation = Evaluation(document.main)
    document.apply(Step("No data", (ChangeData(document.data, DataSection()),)))
    assert not evaluation[NodeId("image")].accepted
    assert evaluation[NodeId("classify")].given is None
    assert len(evaluation.problems()) == 1


def test_a_listener_hears_once_per_step_which_results_are_new() -> None:
    document = classifier()
    evaluation = Evaluation(document.main)
    heard: list[EvaluatedStep] = []
    evaluation.changed.connect(heard.append)
    step = operations.set_setting(document.main, NodeId("classify"), "out_features", 5)
    document.apply(step)
    ((change, fresh),) = [(one.change, one.fresh) for one in heard]
    assert change.step is step
    assert fresh == {NodeId("classify"), NodeId("digit"), NodeId("loss")}


def test_following_steps_gives_what_a_fresh_evaluation_gives() -> None:
    """Random edits of every kind; the incremental results equal those computed from nothing."""
    chance = random.Random(7)
    document = classifier()
    evaluation, history = Evaluation(document.main), History(document)
    layers = [layer.id for layer in Layer.members()]
    for _ in range(250):
        nodes = sorted(document.main.nodes)
        match chance.randrange(8):
            case 0 | 1:
                history.do(operations.add(document.main, chance.choice(layers), (0, 0)))
            case 2 if len(nodes) > 3:
                history.do(operations.delete(document.main, [chance.choice(nodes)]))
            case 3:
                _wire_anything(history, chance)
            case 4 if history.undo_name:
                history.undo()
            case 5 if history.redo_name:
                history.redo()
            case 6:
                name = f"another_{chance.randrange(5)}"
                if name not in document.main.names:
                    history.do(operations.rename(document.main, chance.choice(nodes), name))
            case _:
                _set_anything(history, chance)
        fresh = Evaluation(document.main)
        assert dict(evaluation.results) == dict(fresh.results)
        assert evaluation.order == fresh.order


def _wire_anything(history: History, chance: random.Random) -> None:
    graph = history.document.main
    source, target = (chance.choice(sorted(graph.nodes)) for _ in range(2))
    outputs = operations.ports_of(graph, source).outputs
    inputs = operations.ports_of(graph, target).inputs
    if not outputs or not inputs:
        return
    output, port = chance.choice(outputs), chance.choice(inputs).name
    if operations.refusal(graph, source, output, target, port) is None:
        history.do(operations.connect(graph, source, output, target, port))


def _set_anything(history: History, chance: random.Random) -> None:
    graph = history.document.main
    node = chance.choice(sorted(graph.nodes))
    numbers = [n for n, value in graph.nodes[node].settings.items() if type(value) is int]
    if numbers:
        name, value = chance.choice(numbers), chance.randrange(1, 40)
        history.do(operations.set_setting(graph, node, name, value))


def test_every_template_evaluates_without_a_problem() -> None:
    for template in templates():
        evaluation = Evaluation(template.document().main)
        assert evaluation.problems() == [], template.id
        assert evaluation.parameters > 0


def test_a_node_behind_a_broken_one_has_no_problem_of_its_own() -> None:
    document = drawn(("input", "image", {"field": "nothing"}), ("conv2d", "conv", {}))
    put(document, "relu", "relu")
    wire(document, "conv", "relu")
    problems = Evaluation(document.main).problems()
    assert [p.node for p in problems] == ["image"]


def test_nodes_behind_a_circle_are_asked_again_when_it_comes_and_goes() -> None:
    document = drawn(("relu", "relu", {}))
    put(document, "lstm", "lstm")
    wire(document, "relu", "lstm.hidden")
    evaluation, history = Evaluation(document.main), History(document)
    before = dict(evaluation.results)
    circle = Connect(MAIN, Link(NodeId("relu"), "output", NodeId("relu"), "input"))

    history.do(Step("Wire", (circle,)))
    assert dict(evaluation.results) == dict(evaluated(document.main).results)
    assert dict(evaluation.results) != before

    history.undo()
    assert dict(evaluation.results) == before
