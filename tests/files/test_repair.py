"""Files that a document cannot hold as they are open all the same, and say what was changed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from graphs import files
from graphs.checking.evaluation import Evaluation
from graphs.checking.structure import problems
from graphs.document.edits import GraphId, Link, NodeId
from graphs.errors import FileError
from graphs.files import OpenedDocument
from graphs.plan.optimizers import SGD
from graphs.plan.plan import Plan
from graphs.steps.operations import set_training
from tests.graphs.documents import snapshot
from tests.graphs.drawing import classifier


def opened(change: Callable[[dict[str, Any]], object]) -> OpenedDocument:
    """What becomes of the classifier's file after ``change`` to its values."""
    tree = json.loads(files.encoded(classifier()))
    change(tree)
    result = files.decoded(json.dumps(tree).encode())
    again = files.decoded(files.encoded(result.document))
    assert again.notices == ()  # what was mended stays mended
    assert snapshot(again.document) == snapshot(result.document)
    return result


def nodes(tree: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = tree["graphs"]["main"]["nodes"]
    return found


def links(tree: dict[str, Any]) -> list[list[Any]]:
    found: list[list[Any]] = tree["graphs"]["main"]["links"]
    return found


def linked(*extra: tuple[Any, ...]) -> OpenedDocument:
    return opened(lambda tree: links(tree).extend(map(list, extra)))


def unchanged(result: OpenedDocument) -> bool:
    return set(result.document.main.links()) == set(classifier().main.links())


# ---- links ----


@pytest.mark.parametrize(
    ("link", "notice"),
    [
        (("classify", "output", "gone", "input", 0), "“classify” was its only end"),
        (("gone", "output", "classify", "input", 0), "“classify” was its only end"),
        (("gone", "output", "lost", "input", 0), "neither of its ends is there"),
        (("flatten", "output", "flatten", "input", 0), "it led from “flatten” to itself"),
        (("flatten", "hidden", "digit", "input", 0), "“flatten” has no output “hidden”"),
        (("flatten", "output", "digit", "state", 0), "“digit” has no input “state”"),
        (("flatten", "output", "image", "input", 0), "“image” has no input “input”"),
        (("digit", "output", "loss", "input", 0), "“digit” has no output “output”"),
        (("flatten", "output", "digit", "input", 1), "“input” of “digit” takes one link only"),
        (("image", "output", "digit", "input", 0), "“input” of “digit” is wired already"),
    ],
)
def test_a_link_that_cannot_be_is_left_out_and_told(link: tuple[Any, ...], notice: str) -> None:
    result = linked(link)
    assert result.notices == (f"A link was left out: {notice}.",)
    assert unchanged(result) or "wired already" in notice


def test_of_two_links_into_one_slot_the_same_one_stays_in_whatever_order_they_come() -> None:
    first = linked(("image", "output", "digit", "input", 0))
    second = opened(lambda tree: links(tree).insert(0, ["image", "output", "digit", "input", 0]))
    assert snapshot(first.document) == snapshot(second.document)
    assert len(first.document.main.entering(NodeId("digit"))) == 1


def test_a_link_that_is_there_twice_is_told() -> None:
    result = linked(("classify", "output", "digit", "input", 0))
    assert unchanged(result) and len(result.notices) == 1


def test_links_to_a_node_that_nobody_knows_stay() -> None:
    extra = ("classify", "logits", "strange", "taps", 3)

    def change(tree: dict[str, Any]) -> None:
        nodes(tree)["strange"] = {"layer": "not_yet", "name": "strange", "settings": {}}
        nodes(tree)["classify"]["settings"]["out_features"] = "many"
        tree["view"]["main"]["positions"]["strange"] = [0, 0]
        links(tree).append(list(extra))

    result = opened(change)
    assert result.notices == ()
    assert Link(NodeId("classify"), *extra[1:]) in set(result.document.main.links())  # type: ignore[arg-type]


def test_a_circle_stays_and_is_a_problem() -> None:
    def change(tree: dict[str, Any]) -> None:
        links(tree)[:] = [link for link in links(tree) if link[2] != "flatten"]
        links(tree).append(["classify", "output", "flatten", "input", 0])

    result = opened(change)
    assert result.notices == ()
    told = [p.message for p in problems(result.document, Evaluation(result.document.main))]
    assert any(
        message.startswith("classify, flatten need each other in a circle") for message in told
    )


def test_everything_wrong_is_told_in_one_pass() -> None:
    def change(tree: dict[str, Any]) -> None:
        nodes(tree)["flatten"]["name"] = "class"
        links(tree).append(["flatten", "output", "flatten", "input", 0])
        links(tree).append(["gone", "output", "flatten", "input", 0])
        del tree["view"]["main"]["positions"]["loss"]
        tree["plan"]["epochs"] = 0

    assert len(opened(change).notices) == 5


# ---- nodes ----


@pytest.mark.parametrize(
    ("name", "now"),
    [
        ("", "node1"),
        ("class", "class1"),
        ("forward", "forward1"),
        ("2nd layer", "n2nd_layer1"),
        ("größe", "gr__e1"),
        ("__class__", "class1"),
        ("../x", "x1"),
        ("x" * 100_000, "x" * 56 + "1"),
    ],
)
def test_a_name_that_no_node_may_have_is_changed_and_told(name: str, now: str) -> None:
    result = opened(lambda tree: nodes(tree)["flatten"].update(name=name))
    assert result.document.main.nodes[NodeId("flatten")].name == now
    (notice,) = result.notices
    assert notice.endswith(f"that node is called “{now}” now.") and len(notice) < 300


def test_of_two_nodes_of_one_name_one_is_renamed_and_told() -> None:
    result = opened(lambda tree: nodes(tree)["loss"].update(name="digit"))
    assert result.notices == ("Two nodes were called “digit”; one of them is called “digit1” now.",)
    assert {n.name for n in result.document.main.nodes.values()} == {
        *("image", "flatten", "classify", "digit", "digit1")
    }


def test_a_new_name_does_not_take_one_that_comes_later_in_the_file() -> None:
    def change(tree: dict[str, Any]) -> None:
        nodes(tree)["classify"]["name"] = "digit"
        nodes(tree)["loss"]["name"] = "digit1"

    result = opened(change)
    assert result.document.main.nodes[NodeId("loss")].name == "digit1"
    assert len(result.notices) == 1


def test_a_node_without_a_place_is_put_below_the_others() -> None:
    result = opened(lambda tree: tree["view"]["main"]["positions"].pop("loss"))
    positions = dict(result.document.main.positions)
    x, y = positions.pop(NodeId("loss"))
    assert (x, y > max(down for _, down in positions.values())) == (0, True)
    assert result.notices == ("“loss” had no place on the canvas; it was put where there is room.",)


def test_nodes_without_places_are_arranged_and_counted_in_one_line() -> None:
    result = opened(lambda tree: tree["view"]["main"]["positions"].clear())
    positions = result.document.main.positions
    assert len(set(positions.values())) == len(positions)
    count = len(positions)
    assert result.notices == (f"{count} nodes had no place on the canvas; they were arranged.",)


def test_places_of_nothing_are_left_out_and_told() -> None:
    def change(tree: dict[str, Any]) -> None:
        tree["view"]["main"]["positions"] |= {"a": [1, 1], "b": [2, 2]}
        tree["view"]["side"] = {"positions": {}}

    assert opened(change).notices == (
        "Places on the canvas of 2 nodes that are not there were left out.",
        "Places on the canvas of graphs that are not there were left out.",
    )


def test_a_second_graph_is_kept() -> None:
    def change(tree: dict[str, Any]) -> None:
        tree["graphs"]["block"] = json.loads(json.dumps(tree["graphs"]["main"]))
        tree["view"]["block"] = {"positions": {node: [3, 4] for node in nodes(tree)}}

    result = opened(change)
    assert result.notices == ()
    assert set(result.document.graphs[GraphId("block")].links()) == set(classifier().main.links())
    assert result.document.graphs[GraphId("block")].positions[NodeId("loss")] == (3, 4)


def test_settings_that_a_file_does_not_say_get_their_default() -> None:
    result = opened(lambda tree: nodes(tree)["classify"]["settings"].pop("bias"))
    assert result.document.main.nodes[NodeId("classify")].settings["bias"] is True
    assert result.notices == ()


def test_how_a_node_learns_is_written_only_where_it_is_unusual() -> None:
    document = classifier()
    plain = files.encoded(document)
    document.apply(set_training(document.main, [NodeId("classify")], frozen=True, rate=0.5))

    written = files.encoded(document).decode()

    assert b"frozen" not in plain
    assert b'"rate"' not in plain
    fresh = set(written.splitlines()) - set(plain.decode().splitlines())
    assert fresh == {'          "frozen": true,', '          "rate": 0.5,'}
    node = files.decoded(written.encode()).document.main.nodes[NodeId("classify")]
    assert (node.frozen, node.rate) == (True, 0.5)


@pytest.mark.parametrize("rate", [0, -1, 1e9, "1e999", '"fast"', "null"])
def test_a_rate_that_no_node_can_have_is_refused_with_its_place(rate: object) -> None:
    document = classifier()
    document.apply(set_training(document.main, [NodeId("classify")], rate=0.5))
    text = files.encoded(document).decode().replace('"rate": 0.5', f'"rate": {rate}')
    with pytest.raises(FileError):
        files.decoded(text.encode())


# ---- the plan ----


@pytest.mark.parametrize(
    ("change", "notice"),
    [
        ({"epochs": 0}, "The training plan: epochs must be a whole number of at least 1"),
        ({"seed": "x"}, "The training plan: seed must be a whole number"),
        ({"device": "abacus"}, "The training plan: device must be one of auto, cpu"),
        ({"spin": 3}, "The training plan has a setting “spin” that this version does not know"),
        (
            {"optimizer": {"id": "lion", "settings": {"lr": 1}}},
            "The training plan asks for “lion”, which is not among the optimizers of this version; "
            "“adamw” stands in its place.",
        ),
        (
            {"optimizer": {"id": "__import__", "settings": {}}},
            "The training plan asks for “__import__”",
        ),
        (
            {"schedule": {"id": "saw", "settings": {}}},
            "The training plan asks for “saw”, which is not among the schedules",
        ),
        (
            {"augmentation": [{"id": "mixup", "settings": {}}]},
            "The training plan asks for “mixup”, which is not among the augmentations of this "
            "version; it was left out.",
        ),
        (
            {"augmentation": [{"id": "random_shift", "settings": {"pixels": -1}}]},
            "“Random shift”: pixels must be a whole number",
        ),
    ],
)
def test_what_the_plan_cannot_mean_falls_back_to_the_default_and_is_told(
    change: dict[str, Any], notice: str
) -> None:
    result = opened(lambda tree: tree["plan"].update(change))
    (told,) = result.notices
    assert told.startswith(notice) and told.endswith(".")
    plan = result.document.plan
    plan.find_optimizer(), plan.find_schedule(), plan.find_augmentations()
    assert Plan.faults(plan.settings) == {}
    name = next(iter(change))
    assert name in {"augmentation", "spin"} or getattr(plan, name) == getattr(Plan(), name)


def test_settings_that_do_not_go_together_fall_back_when_each_is_right() -> None:
    settings = {"lr": -1.0, "momentum": 0.0, "nesterov": True}
    chosen = {"id": "sgd", "settings": settings}
    result = opened(lambda tree: tree["plan"].update(optimizer=chosen))
    assert [notice.split()[1] for notice in result.notices] == ["lr", "nesterov"]
    optimizer = result.document.plan.optimizer
    assert optimizer.settings["momentum"] == 0.0
    assert SGD.faults(optimizer.settings) == {}


def test_the_rest_of_an_optimizer_stays_when_one_setting_falls_back() -> None:
    chosen = {"id": "sgd", "settings": {"lr": -1.0, "momentum": 0.5, "turbo": True}}
    result = opened(lambda tree: tree["plan"].update(optimizer=chosen))
    settings = result.document.plan.optimizer.settings
    assert settings == {"lr": 0.1, "momentum": 0.5, "nesterov": False, "weight_decay": 0.0}
    assert len(result.notices) == 2


def test_an_unknown_data_source_is_kept_for_the_engine_to_refuse() -> None:
    result = opened(lambda tree: tree["data"].update(source="os.system", settings={"path": ["a"]}))
    assert result.notices == ()
    assert result.document.data.source == "os.system"
    assert result.document.data.settings == {"path": ("a",)}
