"""A setting can refer to another node, and follows what happens to it."""

import json
import random
from typing import Any

import pytest

from graphs import files
from graphs.checking import structure
from graphs.checking.evaluation import Evaluation, evaluated
from graphs.checking.references import offered
from graphs.data import ClassKind, DataSection, Field, TokensKind
from graphs.document.document import Document
from graphs.document.edits import MAIN, ChangeNode, Node, NodeId, Step
from graphs.document.history import History
from graphs.mending import fixes
from graphs.problems import Problem
from graphs.setting_kinds import NodeRef
from graphs.steps import clips, operations
from tests.graphs.documents import snapshot
from tests.graphs.drawing import drawn, put, wire

WORDS = DataSection(
    "words",
    {},
    {
        "text": Field(TokensKind.id, (12,), vocabulary=50),
        "next": Field(ClassKind.id, classes=tuple(map(str, range(50))), target=True),
    },
)
HEAD, EMBEDDING = NodeId("head"), NodeId("embedding")


def language_model(**head: Any) -> Document:
    """Tokens, an embedding of 8 numbers each, their mean, and a head that shares its weight."""
    settings = {"out_features": 50, "tied": NodeRef("embedding"), **head}
    document = drawn(
        ("input", "text", {"field": "text"}),
        ("embedding", "embedding", {"embedding_dim": 8}),
        ("mean", "mean", {"dim": 1}),
        ("linear", "head", settings),
        ("output", "next", {}),
        data=WORDS,
    )
    put(document, "cross_entropy_loss", "loss", target="next")
    wire(document, "head", "loss")
    return document


def problems(document: Document) -> list[Problem]:
    return structure.errors(document, evaluated(document.main))


def refer(document: Document, node: str, other: str | None) -> None:
    value = NodeRef(other) if other is not None else None
    document.apply(operations.set_setting(document.main, NodeId(node), "tied", value))


def test_a_shared_weight_counts_once() -> None:
    document = language_model()
    assert problems(document) == []
    evaluation = evaluated(document.main)
    assert evaluation[HEAD].weights == {"bias": (50,)}
    assert evaluation.parameters == 50 * 8 + 50


def test_a_weight_can_be_shared_on_and_on() -> None:
    document = language_model()
    put(document, "linear", "second", out_features=50, bias=False, tied=NodeRef("head"))
    wire(document, "mean", "second")
    evaluation = evaluated(document.main)
    assert evaluation[NodeId("second")].accepted
    assert evaluation[NodeId("second")].weights == {}


@pytest.mark.parametrize(
    ("changed", "label"),
    [({"out_features": 10}, "Set out_features to 50"), ({}, "Insert Linear")],
)
def test_other_sizes_are_a_problem_that_names_both(changed: dict[str, Any], label: str) -> None:
    document = language_model(**changed)
    if not changed:  # another number of columns
        link = document.main.entering(HEAD)[0]
        document.apply(operations.insert_on(document.main, link, "linear", out_features=5))
    found = next(p for p in problems(document) if p.setting == "tied")
    mine = "10 × 8" if changed else "50 × 5"
    assert mine in found.message and "50 × 8" in found.message and "“embedding”" in found.message
    assert fixes.label(found) == label
    mend = fixes.step(document, found)
    assert mend is not None
    document.apply(mend)
    assert problems(document) == []


def test_a_layer_without_such_a_weight_is_refused() -> None:
    document = language_model(tied=NodeRef("mean"))
    (found,) = problems(document)
    assert "“mean” is of the kind" in found.message
    mend = fixes.step(document, found)
    assert mend is not None
    document.apply(mend)
    assert document.main.nodes[HEAD].settings["tied"] is None


def test_an_edit_of_the_node_referred_to_asks_those_that_refer_to_it() -> None:
    document = language_model()
    evaluation = Evaluation(document.main)
    before = evaluation.rule_calls
    settings = {"embedding_dim": 16}
    document.apply(operations.set_settings(document.main, EMBEDDING, settings, "Set"))
    assert not problems(document)  # the head gets 16 numbers too
    assert dict(evaluation.results) == dict(evaluated(document.main).results)
    assert evaluation.rule_calls - before == 3  # embedding, mean, head: outputs stay as they are

    before = evaluation.rule_calls
    document.apply(operations.set_setting(document.main, NodeId("head"), "bias", False))
    assert evaluation.rule_calls - before == 1


def test_a_node_that_takes_nothing_else_from_it_is_asked_too() -> None:
    document = language_model()
    put(document, "embedding", "aside", embedding_dim=8)
    wire(document, "text", "aside")
    refer(document, "head", "aside")
    evaluation = Evaluation(document.main)
    document.apply(operations.set_setting(document.main, NodeId("aside"), "embedding_dim", 9))
    assert not evaluation[HEAD].accepted
    assert dict(evaluation.results) == dict(evaluated(document.main).results)


def test_what_is_referred_to_comes_first() -> None:
    document = language_model()
    put(document, "embedding", "zebra", embedding_dim=8)
    wire(document, "text", "zebra")
    refer(document, "head", "zebra")
    order = evaluated(document.main).order
    assert order.index(NodeId("zebra")) < order.index(HEAD)


def test_it_follows_a_new_name() -> None:
    document = language_model(out_features=10)
    evaluation = Evaluation(document.main)
    document.apply(operations.rename(document.main, EMBEDDING, "words"))
    assert "“words”" in evaluation[HEAD].problems[0].message
    assert dict(evaluation.results) == dict(evaluated(document.main).results)


def test_deleting_the_node_clears_the_references_in_the_same_step() -> None:
    document = language_model()
    history, evaluation = History(document), Evaluation(document.main)
    before = snapshot(document)
    history.do(operations.delete(document.main, [EMBEDDING]))
    assert document.main.nodes[HEAD].settings["tied"] is None
    assert dict(evaluation.results) == dict(evaluated(document.main).results)
    history.undo()
    assert snapshot(document) == before
    assert dict(evaluation.results) == dict(evaluated(document.main).results)
    assert evaluation[HEAD].accepted


def test_deleting_both_leaves_nothing_behind() -> None:
    document = language_model()
    document.apply(operations.delete(document.main, [EMBEDDING, HEAD]))
    assert document.main.referring(EMBEDDING) == set()


def pasted(document: Document, into: Document, *nodes: str) -> dict[str, Node]:
    clip = clips.Clip.of_text(clips.copied(document.main, [NodeId(n) for n in nodes]).text())
    assert clip is not None
    step = clips.pasted(into.main, clip)
    into.apply(step)
    fresh = [edit.node for edit in step.edits if hasattr(edit, "node")]
    return {node.layer: node for node in fresh}


def test_a_reference_among_copies_follows_them() -> None:
    document = language_model()
    copies = pasted(document, document, "embedding", "head")
    assert copies["linear"].settings["tied"] == NodeRef(copies["embedding"].id)


def test_a_reference_to_a_node_that_was_not_copied_stays_where_it_is_there() -> None:
    document = language_model()
    assert pasted(document, document, "head")["linear"].settings["tied"] == NodeRef("embedding")
    elsewhere = drawn(("input", "text", {"field": "text"}), data=WORDS)
    assert pasted(document, elsewhere, "head")["linear"].settings["tied"] is None


def test_a_circle_by_a_reference_is_a_problem_that_one_click_mends() -> None:
    document = language_model(tied=None)
    put(document, "linear", "early", out_features=8, tied=NodeRef("head"))
    link = document.main.entering(HEAD)[0]
    document.apply(
        Step("Wire", operations.insert_existing(document.main, link, NodeId("early")).edits)
    )
    evaluation = Evaluation(document.main)
    found = [p for p in structure.problems(document, evaluation) if "refers to" in p.message]
    assert [p.node for p in found] == ["early"]
    assert "“early” refers to “head”, which itself needs “early”" in found[0].message
    mend = fixes.step(document, found[0])
    assert mend is not None
    document.apply(mend)
    assert problems(document) == []
    assert dict(evaluation.results) == dict(evaluated(document.main).results)


def test_two_nodes_that_refer_to_each_other_are_a_problem() -> None:
    document = language_model()
    put(document, "linear", "other", out_features=50, tied=NodeRef("head"))
    wire(document, "mean", "other")
    evaluation = Evaluation(document.main)
    refer(document, "head", "other")
    assert {p.node for p in problems(document)} == {"head", "other"}
    refer(document, "head", "embedding")
    assert problems(document) == []
    assert dict(evaluation.results) == dict(evaluated(document.main).results)


def test_a_link_that_would_close_a_circle_through_a_reference_is_refused() -> None:
    document = language_model()
    refused = operations.refusal(document.main, HEAD, "output", EMBEDDING, "input")
    assert refused is not None and "circle" in refused.message
    put(document, "linear", "other", out_features=50, tied=NodeRef("head"))
    refused = operations.refusal(document.main, NodeId("other"), "output", HEAD, "input")
    assert refused is not None and "circle" in refused.message


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"node": "nowhere"}, "refers to a node that is not there"),
        ({"node": "head"}, "refers to the node itself"),
        ("embedding", "must be nothing or another node"),
        ({"node": 7}, "must be nothing or another node"),
        ({"node": "embedding", "more": 1}, "must be nothing or another node"),
    ],
)
def test_a_reference_in_a_file_that_leads_nowhere_is_kept_and_shown(
    written: object, message: str
) -> None:
    tree = json.loads(files.encoded(language_model()))
    assert tree["graphs"]["main"]["nodes"]["head"]["settings"]["tied"] == {"node": "embedding"}
    tree["graphs"]["main"]["nodes"]["head"]["settings"]["tied"] = written
    document = files.decoded(json.dumps(tree).encode()).document
    found = next(p for p in problems(document) if p.setting == "tied")
    assert message in found.message
    again = json.loads(files.encoded(document))
    assert again["graphs"]["main"]["nodes"]["head"]["settings"]["tied"] == written


def test_another_reference_is_one_changed_line() -> None:
    document = language_model()
    before = files.encoded(document).splitlines()
    refer(document, "head", None)
    after = files.encoded(document).splitlines()
    assert len(before) == len(after)
    assert sum(a != b for a, b in zip(before, after, strict=True)) == 1


def test_a_layer_of_a_later_version_keeps_its_reference_and_lets_go_of_it() -> None:
    document = language_model()
    old = document.main.nodes[HEAD]
    later = Node(HEAD, "linear_of_tomorrow", "head", {"twin": NodeRef("embedding")})
    document.apply(Step("Later", (ChangeNode(MAIN, old, later),)))
    opened = files.decoded(files.encoded(document)).document
    assert snapshot(opened) == snapshot(document)
    opened.apply(operations.delete(opened.main, [EMBEDDING]))
    assert opened.main.nodes[HEAD].settings["twin"] is None


def test_offered_are_the_nodes_that_fit_and_come_before() -> None:
    document = language_model(tied=None)
    put(document, "embedding", "aside", embedding_dim=3)
    wire(document, "text", "aside")
    put(document, "linear", "behind")
    wire(document, "head", "behind")
    names = [node.name for node in offered(evaluated(document.main), HEAD, "tied")]
    assert names == ["aside", "embedding"]


def test_following_any_steps_gives_what_a_fresh_evaluation_gives() -> None:
    """References to anything, wires, names, sizes, deletion and undo, in any order."""
    chance = random.Random(11)
    document = language_model()
    history, evaluation = History(document), Evaluation(document.main)
    for number in range(400):
        nodes = sorted(document.main.nodes)
        node, other = chance.choice(nodes), chance.choice(nodes)
        match chance.randrange(7):
            case 0:
                history.do(clips.duplicate(document.main, {node, other}))
            case 1 if len(nodes) > 5:
                history.do(operations.delete(document.main, [node]))
            case 2:
                history.do(operations.rename(document.main, node, f"name{number}"))
            case 3:
                history.undo()
            case 4 if operations.refusal(document.main, node, "output", other, "input") is None:
                history.do(operations.connect(document.main, node, "output", other, "input"))
            case 5 if "embedding_dim" in document.main.nodes[node].settings:
                size = chance.choice((8, 50))
                history.do(operations.set_setting(document.main, node, "embedding_dim", size))
            case _:
                value = NodeRef(chance.choice((*nodes, NodeId("nowhere"))))
                history.do(operations.set_setting(document.main, node, "tied", value))
        fresh = evaluated(document.main)
        assert dict(evaluation.results) == dict(fresh.results)
        assert evaluation.order == fresh.order
        structure.problems(document, evaluation)
