"""A document becomes a network: what it computes, and how its weights are named and drawn."""

import copy
import gc
import threading
import weakref
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from engine.errors import GraphProblems
from engine.network.compiling import Network, compiled
from engine.network.own_randomness import OwnRandomness
from graphs import names
from graphs.document.document import Document
from graphs.document.edits import MAIN, ChangeNode, NodeId
from graphs.layers import Layer
from graphs.steps import operations
from tests.engine.drawings import DIGITS, Drawing, digits
from tests.graphs.drawing import classifier


def images(count: int = 5, seed: int = 0) -> Tensor:
    return torch.rand(count, 1, 8, 8, generator=torch.Generator().manual_seed(seed))


def batch(count: int = 5) -> dict[str, Tensor]:
    return {"image": images(count), "digit": torch.arange(count) % 10}


def two_heads() -> Drawing:
    """One trunk with a softmax head and a second one without, and a node that is unused."""
    drawing = Drawing(DIGITS)
    drawing.node("input", "image", field="image")
    drawing.node("flatten", "flatten")
    drawing.node("linear", "trunk", out_features=6)
    drawing.node("linear", "classify", out_features=10)
    drawing.node("softmax", "softmax")
    drawing.node("linear", "again", out_features=10)
    drawing.node("linear", "unused", out_features=3)
    drawing.node("output", "b_digit")
    drawing.node("output", "a_trunk")
    drawing.node("cross_entropy_loss", "first", target="digit", weight=0.25)
    drawing.node("cross_entropy_loss", "second", target="digit", weight=2.0)
    drawing.chain("image", "flatten", "trunk", "classify", "softmax", "b_digit")
    drawing.chain("trunk", "a_trunk")
    drawing.chain("trunk", "again", "second")
    drawing.chain("trunk", "unused")
    drawing.wire("classify", "first")
    return drawing


def test_a_network_computes_what_the_same_modules_compute_by_hand() -> None:
    network = compiled(digits().document())
    by_hand = nn.Sequential(
        nn.Flatten(), network.get_submodule("hidden"), nn.ReLU(), network.get_submodule("classify")
    )

    (scores,) = network(images())

    assert torch.equal(scores, by_hand(images()))


def test_state_dict_keys_begin_with_node_names() -> None:
    keys = list(compiled(digits().document()).state_dict())

    assert sorted(keys) == ["classify.bias", "classify.weight", "hidden.bias", "hidden.weight"]


def test_inputs_and_outputs_are_taken_and_given_in_the_order_of_their_names() -> None:
    network = compiled(two_heads().document())

    assert network.outputs == ("a_trunk", "b_digit")
    trunk, digit = network(images())
    assert (trunk.shape, digit.shape) == ((5, 6), (5, 10))
    assert torch.allclose(digit.sum(1), torch.ones(5))
    assert network.inputs == ("image",)
    assert dict(network.input_fields) == {"image": "image"}


def test_what_nothing_needs_is_left_out() -> None:
    network = compiled(two_heads().document())

    assert not any(key.startswith("unused") for key in network.state_dict())


def test_losses_are_added_up_by_their_weights() -> None:
    network = compiled(two_heads().document())

    ran = network.run(batch())

    assert [place.name for place in network.losses] == ["first", "second"]
    assert torch.isclose(ran.total, 0.25 * ran.losses[0] + 2.0 * ran.losses[1])
    wanted = nn.functional.cross_entropy(ran.scores[0], batch()["digit"])
    assert torch.equal(ran.losses[0], wanted)


def test_an_output_behind_a_softmax_knows_its_loss_and_needs_no_further_reading() -> None:
    trunk, digit = compiled(two_heads().document()).output_places

    assert (trunk.loss, trunk.reading) == (None, "none")
    assert (digit.loss, digit.reading) == ("first", "none")
    (scores,) = compiled(digits().document()).output_places
    assert (scores.loss, scores.reading) == ("loss", "softmax")


def test_each_place_can_be_tapped() -> None:
    network = compiled(two_heads().document())
    places = network.wiring.places()

    ran = network.run(batch(), places)

    by_name = {str(place[0][-1]).removeprefix("#"): tensor for place, tensor in ran.tapped.items()}
    assert set(by_name) == {"flatten", "trunk", "classify", "again", "first", "second"}
    again = network.get_submodule("again")
    assert torch.equal(again(by_name["trunk"]), by_name["again"])
    assert torch.equal(network.run(batch()).total, ran.total)


def test_values_are_freed_as_soon_as_they_are_consumed() -> None:
    network = compiled(digits().document())
    alive: list[weakref.ref[Tensor]] = []
    most = 0

    def watch(module: nn.Module, given: Any, result: Tensor) -> None:
        nonlocal most
        gc.collect()
        alive.append(weakref.ref(result))
        most = max(most, sum(ref() is not None for ref in alive))

    for child in network.children():
        child.register_forward_hook(watch)
    with torch.no_grad():
        network(images())

    assert len(alive) == 4
    assert most == 2  # what a node reads, and what it has just made


def test_first_weights_do_not_change_when_other_nodes_are_renamed_or_added() -> None:
    document = digits().document()
    before = compiled(document).state_dict()
    node = document.main.nodes[NodeId("#hidden")]
    document.apply(operations.rename(document.main, node.id, "aaa"))
    document.apply(operations.add(document.main, "linear", (0, 0)))
    added = next(n for n in document.main.nodes.values() if n.name == "linear")
    document.apply(operations.connect(document.main, NodeId("#relu"), "output", added.id, "input"))
    document.apply(operations.add(document.main, "output", (0, 0)))
    output = next(n for n in document.main.nodes.values() if n.name == "output")
    document.apply(operations.connect(document.main, added.id, "output", output.id, "input"))

    after = compiled(document).state_dict()

    assert "linear.weight" in after
    assert torch.equal(before["hidden.weight"], after["aaa.weight"])
    assert torch.equal(before["classify.weight"], after["classify.weight"])


def test_first_weights_depend_on_the_seed_alone() -> None:
    document = digits().document()
    torch.manual_seed(1)
    first = compiled(document, 7).state_dict()
    torch.manual_seed(2)
    state = torch.get_rng_state()
    second = compiled(document, 7).state_dict()
    other = compiled(document, 8).state_dict()

    assert torch.equal(state, torch.get_rng_state())  # the process's own generator was not used
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert not torch.equal(first["hidden.weight"], other["hidden.weight"])


MAKERS: dict[str, Any] = {
    "Linear": lambda: nn.Linear(5, 3),
    "Conv2d": lambda: nn.Conv2d(3, 4, 3),
    "Embedding": lambda: nn.Embedding(9, 4),
    "LSTM": lambda: nn.LSTM(4, 5, num_layers=2, bidirectional=True),
    "MultiheadAttention": lambda: nn.MultiheadAttention(4, 2),
    "randn": lambda: torch.randn(40),
    "randint": lambda: torch.randint(3, 9, (30,)),
    "randperm": lambda: torch.randperm(30),
    "trunc_normal_": lambda: nn.init.trunc_normal_(torch.empty(30)),
    "orthogonal_": lambda: nn.init.orthogonal_(torch.empty(5, 5)),
}


@pytest.mark.parametrize("name", MAKERS)
def test_own_randomness_gives_torchs_first_weights_without_torchs_generator(name: str) -> None:
    torch.manual_seed(7)
    wanted = MAKERS[name]()
    state = torch.get_rng_state()
    with OwnRandomness(7):
        made = MAKERS[name]()

    pairs = (
        zip(wanted.parameters(), made.parameters(), strict=True)
        if isinstance(wanted, nn.Module)
        else [(wanted, made)]
    )
    assert all(torch.equal(a, b) for a, b in pairs)
    assert torch.equal(state, torch.get_rng_state())


def test_own_randomness_leaves_other_threads_alone() -> None:
    def draw() -> None:
        drawn.append(torch.rand(3))

    drawn: list[Tensor] = []
    torch.manual_seed(3)
    wanted = torch.rand(3)
    torch.manual_seed(3)
    with OwnRandomness(5):
        thread = threading.Thread(target=draw)
        thread.start()
        thread.join()

    assert torch.equal(drawn[0], wanted)


def test_a_copy_has_weights_of_its_own() -> None:
    network = compiled(two_heads().document())
    twin = copy.deepcopy(network)

    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.zero_()

    assert torch.equal(twin(images())[0], torch.zeros(5, 6))
    assert not torch.equal(network(images())[0], torch.zeros(5, 6))


def test_torch_exports_and_compiles_it() -> None:
    network = compiled(two_heads().document()).eval()
    any_batch = ({0: torch.export.Dim.DYNAMIC},)

    exported = torch.export.export(network, (images(4),), dynamic_shapes=(any_batch,)).module()
    with torch.no_grad():
        optimized = torch.compile(network, backend="eager", fullgraph=True)(images(3))

    for count in (3, 7):
        assert torch.equal(exported(images(count))[1], network(images(count))[1])
    assert torch.equal(optimized[1], network(images(3))[1])


def test_a_document_with_problems_is_refused_with_all_of_them() -> None:
    document = digits().document()
    loss = document.main.nodes[NodeId("#loss")]
    node = document.main.nodes[NodeId("#classify")]
    document.apply(operations.set_setting(document.main, loss.id, "target", "nothing"))
    broken = operations.set_setting(document.main, node.id, "out_features", 0)
    document.apply(broken)

    with pytest.raises(GraphProblems) as raised:
        compiled(document)

    assert {problem.node for problem in raised.value.problems} >= {"#classify"}


def test_an_empty_document_is_refused() -> None:
    with pytest.raises(GraphProblems, match="empty"):
        compiled(Document())


def test_no_node_can_be_called_like_something_that_a_network_has() -> None:
    public = {name for name in dir(compiled(digits().document())) if not name.startswith("_")}
    modules = {"flatten", "hidden", "relu", "classify", "loss"}

    assert public - modules <= names.TAKEN
    assert not modules & names.TAKEN


def test_each_layer_that_is_renamed_to_anything_allowed_still_compiles() -> None:
    document = digits().document()
    for number, node in enumerate(list(document.main.nodes.values())):
        assert Layer.find(node.layer) is not None
        renamed = operations.rename(document.main, node.id, f"{node.layer}_{number}")
        assert isinstance(renamed.edits[0], ChangeNode)
        assert renamed.edits[0].graph == MAIN
        document.apply(renamed)

    network = compiled(document)

    assert isinstance(network, Network)
    assert network(images())[0].shape == (5, 10)


def test_first_weights_belong_to_the_node_and_not_to_its_name() -> None:
    document = classifier()
    before = list(compiled(document).state_dict().values())
    document.apply(operations.rename(document.main, NodeId("classify"), "another"))
    after = compiled(document).state_dict()
    assert all(name.startswith("another.") for name in after)
    assert all(map(torch.equal, before, after.values()))
