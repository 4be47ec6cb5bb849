"""Drawing links: from either end, refused with a reason, picked up, inserted into."""

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSizeF, Qt
from pytestqt.qtbot import QtBot

from graphs.document.document import Document
from graphs.steps import operations
from graphs.types import Kind
from gui.canvas import arranging
from gui.canvas.scene import places
from tests.graphs.documents import snapshot
from tests.graphs.drawing import classifier, drawn, put, wire
from tests.gui.hand import SHIFT, Hand, hand_on, settled


@pytest.fixture
def loose(qtbot: QtBot) -> Hand:
    """An image and layers that are not wired yet."""
    document = drawn(("input", "image", {"field": "image"}))
    for layer, name in (("flatten", "flatten"), ("linear", "dense"), ("add", "add")):
        put(document, layer, name)
    hand = hand_on(qtbot, document)
    return spread(hand)


def spread(hand: Hand) -> Hand:
    """Nodes one beside the other, by name."""
    for place, name in enumerate(sorted(hand.names())):
        hand.workspace.select({hand.id(name)})
        x, y = hand.workspace.document.main.positions[hand.id(name)]
        hand.canvas.editing.nudge((place * 240 - x, 160 - y))
    hand.workspace.select(())
    hand.canvas.frame_all()
    hand.canvas.zoom_to(1.0)
    return hand


def said(hand: Hand) -> str:
    """What stands at the pointer."""
    return hand.canvas.hint.text() if hand.canvas.hint.isVisible() else ""


def test_a_link_is_drawn_from_an_output_to_an_input(loose: Hand) -> None:
    before = snapshot(loose.workspace.document)
    loose.drag(loose.output("image"), loose.input("flatten"))
    assert loose.links() == {"image.output > flatten.input"}
    assert loose.canvas.sheet.nodes[loose.id("flatten")].facts.shape == "784"
    loose.undo()
    assert loose.links() == set()
    assert snapshot(loose.workspace.document) == before


def test_a_link_is_drawn_from_an_input_to_an_output(loose: Hand) -> None:
    loose.drag(loose.input("flatten"), loose.output("image"))
    assert loose.links() == {"image.output > flatten.input"}


def test_a_link_let_go_over_a_card_takes_its_free_port(loose: Hand) -> None:
    loose.drag(loose.output("image"), loose.node("dense"))
    assert loose.links() == {"image.output > dense.input"}


def test_what_would_flow_is_said_while_a_link_is_drawn(loose: Hand) -> None:
    loose.press(loose.output("image"))
    loose.move(loose.input("flatten"))
    assert said(loose) == "1 × 28 × 28"
    loose.move(loose.empty())
    assert said(loose) == ""
    loose.release(loose.output("image"))


def test_a_link_from_a_node_to_itself_is_refused_at_the_pointer(loose: Hand) -> None:
    loose.press(loose.output("dense"))
    loose.move(loose.input("dense"))
    assert said(loose) == "A node cannot feed itself."
    loose.release(loose.input("dense"))
    assert loose.links() == set()


def test_a_link_that_closes_a_circle_is_refused_at_the_pointer(loose: Hand) -> None:
    loose.drag(loose.output("flatten"), loose.input("dense"))
    undo = loose.workspace.history.undo_name
    loose.drag(loose.output("dense"), loose.input("flatten"))
    assert "circle" in said(loose)
    assert "flatten" in said(loose)
    assert loose.links() == {"flatten.output > dense.input"}
    assert loose.workspace.history.undo_name == undo


@pytest.mark.parametrize("side", ["outputs", "inputs"])
def test_two_ports_of_one_side_are_refused_at_the_pointer(loose: Hand, side: str) -> None:
    ends = (loose.output, loose.output) if side == "outputs" else (loose.input, loose.input)
    loose.drag(ends[0]("flatten"), ends[1]("dense"))
    assert f"Two {side} cannot be wired" in said(loose)
    assert loose.links() == set()


def test_wrong_types_are_previewed_but_not_refused(qtbot: QtBot) -> None:
    document = drawn(("input", "image", {"field": "image"}), ("flatten", "flatten", {}))
    put(document, "conv2d", "conv")
    hand = spread(hand_on(qtbot, document))
    hand.press(hand.output("flatten"))
    hand.move(hand.input("conv"))
    assert "channels × height × width" in said(hand)
    hand.release(hand.input("conv"))
    settled()
    assert "flatten.output > conv.input" in hand.links()
    assert hand.canvas.sheet.links[hand.link("flatten", "conv")].flow.wrong
    assert hand.canvas.sheet.nodes[hand.id("conv")].facts.trouble is not None
    assert hand.canvas.sheet.nodes[hand.id("conv")].facts.shape == "gets 784"


def test_escape_gives_a_link_up(loose: Hand) -> None:
    loose.press(loose.output("image"))
    loose.move(loose.input("flatten"))
    loose.key(Qt.Key.Key_Escape, on=loose.canvas)
    loose.release(loose.input("flatten"))
    assert loose.links() == set()
    assert said(loose) == ""


def test_a_wired_input_takes_a_new_link_instead_as_one_step(loose: Hand) -> None:
    loose.drag(loose.output("image"), loose.input("dense"))
    loose.drag(loose.output("flatten"), loose.input("dense"))
    assert loose.links() == {"flatten.output > dense.input"}
    loose.undo()
    assert loose.links() == {"image.output > dense.input"}


def test_a_link_is_picked_up_at_its_end_and_put_elsewhere(loose: Hand) -> None:
    loose.drag(loose.output("image"), loose.input("dense"))
    loose.drag(loose.input("dense"), loose.input("flatten"))
    assert loose.links() == {"image.output > flatten.input"}
    loose.undo()
    assert loose.links() == {"image.output > dense.input"}


def test_a_link_picked_up_and_let_go_over_nothing_is_removed(loose: Hand) -> None:
    loose.drag(loose.output("image"), loose.input("dense"))
    loose.drag(loose.input("dense"), loose.empty())
    assert loose.links() == set()
    assert not loose.canvas.search.isVisible()
    loose.undo()
    assert loose.links() == {"image.output > dense.input"}


def test_a_link_picked_up_and_put_back_leaves_no_step(loose: Hand) -> None:
    loose.drag(loose.output("image"), loose.input("dense"))
    undo = loose.workspace.history.undo_name
    loose.workspace.history.mark_saved()
    loose.press(loose.input("dense"))
    loose.move(loose.empty())
    loose.move(loose.input("dense"))
    loose.release(loose.input("dense"))
    assert loose.workspace.history.undo_name == undo
    assert loose.workspace.is_saved
    assert loose.canvas.sheet.links[loose.link("image", "dense")].isVisible()


def test_a_variadic_input_always_offers_one_more_port(loose: Hand) -> None:
    ports = loose.canvas.sheet.nodes[loose.id("add")].facts.inputs
    assert len(ports) == 1
    name = ports[0].port
    for source in ("image", "flatten", "dense"):
        free = loose.canvas.sheet.nodes[loose.id("add")].facts.inputs[-1]
        assert not free.wired
        loose.drag(loose.output(source), loose.input(f"add.{name}", free.slot))
    assert {s for s in loose.links() if "add" in s} == {
        f"{source}.output > add.{name}" for source in ("image", "flatten", "dense")
    }
    assert len(loose.canvas.sheet.nodes[loose.id("add")].facts.inputs) == 4
    loose.undo()
    assert len(loose.canvas.sheet.nodes[loose.id("add")].facts.inputs) == 3


def test_ports_show_what_flows_by_their_kind(qtbot: QtBot) -> None:
    hand = hand_on(qtbot, classifier())
    (out,) = hand.canvas.sheet.nodes[hand.id("image")].facts.outputs
    assert (out.kind, out.wired) == (Kind.FLOAT, True)
    (into,) = hand.canvas.sheet.nodes[hand.id("flatten")].facts.inputs
    assert (into.kind, into.wired) == (Kind.FLOAT, True)


def test_state_ports_are_there_and_optional(qtbot: QtBot) -> None:
    document = Document()
    put(document, "lstm", "one")
    put(document, "lstm", "two")
    hand = spread(hand_on(qtbot, document))
    shown = hand.canvas.sheet.nodes[hand.id("one")].facts
    assert (shown.inputs[0].port, shown.inputs[0].optional) == ("input", False)
    assert all(s.optional for s in shown.inputs[1:])
    assert len(shown.inputs) == len(shown.outputs) == 3
    hand.drag(hand.output("one.hidden"), hand.input("two.hidden"))
    assert hand.links() == {"one.hidden > two.hidden"}


def test_the_name_of_a_port_and_its_shape_are_said_under_the_pointer(qtbot: QtBot) -> None:
    hand = hand_on(qtbot, classifier())
    hand.hover(hand.output("flatten"))
    assert said(hand) == "output · 784"
    hand.hover(hand.input("flatten"))
    assert said(hand) == "input · 1 × 28 × 28"
    hand.hover(hand.empty())
    assert said(hand) == ""


def test_an_unwired_node_let_go_over_a_link_is_put_between_its_ends(qtbot: QtBot) -> None:
    document = classifier()
    put(document, "dropout", "dropout")
    hand = hand_on(qtbot, document)
    hand.drag(hand.node("dropout"), hand.middle("flatten", "classify"))
    assert {"flatten.output > dropout.input", "dropout.output > classify.input"} <= hand.links()
    assert "flatten.output > classify.input" not in hand.links()
    hand.undo()
    assert "flatten.output > classify.input" in hand.links()


def test_a_wired_node_let_go_over_a_link_is_only_moved(qtbot: QtBot) -> None:
    hand = hand_on(qtbot, classifier())
    links = hand.links()
    hand.drag(hand.node("digit"), hand.middle("flatten", "classify"))
    assert hand.links() == links


def test_a_link_to_a_port_that_a_setting_takes_away_goes_with_it(qtbot: QtBot) -> None:
    document = drawn(("input", "image", {"field": "image"}), ("max_pool2d", "pool", {}))
    hand = hand_on(qtbot, document)
    workspace = hand.workspace
    workspace.history.do(
        operations.set_setting(workspace.document.main, hand.id("pool"), "return_indices", True)
    )
    outputs = hand.canvas.sheet.nodes[hand.id("pool")].facts.outputs
    assert [s.port for s in outputs] == ["output", "indices"]
    put(workspace.document, "output", "where")
    wire(workspace.document, "pool.indices", "where")
    arranging.arrange(workspace)
    assert "pool.indices > where.input" in hand.links()
    workspace.history.do(
        operations.set_setting(workspace.document.main, hand.id("pool"), "return_indices", False)
    )
    assert hand.links() == {"image.output > pool.input"}


def test_several_links_are_chosen_and_removed_together(qtbot: QtBot) -> None:
    hand = hand_on(qtbot, classifier())
    hand.click(hand.middle("image", "flatten"))
    hand.click(hand.middle("flatten", "classify"), SHIFT)
    hand.key(Qt.Key.Key_Delete)
    assert len(hand.links()) == 2
    hand.undo()
    assert len(hand.links()) == 4


def test_a_press_on_a_port_without_a_drag_does_nothing(loose: Hand) -> None:
    loose.click(loose.output("image"))
    assert not loose.canvas.search.isVisible()
    assert loose.links() == set()


def test_drawing_works_at_any_zoom(loose: Hand) -> None:
    loose.canvas.zoom_to(0.4)
    loose.drag(loose.output("image"), loose.input("flatten") + QPoint(2, 1))
    assert loose.links() == {"image.output > flatten.input"}


@pytest.mark.parametrize("down", [-300, -40, 0, 10, 100, 300])
@pytest.mark.parametrize("apart", [20, 25, 32, 40, 60, 200])
def test_a_link_to_the_right_never_turns_back(apart: int, down: int) -> None:
    """Between cards that are so far apart; rings of ports take 11 pixels of it."""
    start, end = QPointF(0, 0), QPointF(apart - 2 * places.PORT, down)
    bent = places.curve(start, end)
    across = [places.point_on(bent, step / 60).x() for step in range(61)]
    assert across == sorted(across)
    assert 0 <= across[0] <= across[-1] <= end.x()


@pytest.mark.parametrize("down", [0, 40, 94, 100, 110, 160, 400])
@pytest.mark.parametrize("back", [-120, -500])
def test_a_link_that_leads_back_keeps_clear_of_both_cards(back: int, down: int) -> None:
    start, end = QPointF(0, 0), QPointF(back, down)
    size = QSizeF(places.WIDTH, places.HEIGHT)
    cards = (
        QRectF(QPointF(-places.PORT - places.WIDTH, -places.HEIGHT / 2), size),
        QRectF(QPointF(back + places.PORT, down - places.HEIGHT / 2), size),
    )
    if cards[0].intersects(cards[1]):
        return  # one card lies on the other: nothing can lead between them
    bent = places.curve(start, end)
    for step in range(101):
        point = places.point_on(bent, step / 100)
        for card in cards:
            near = card.adjusted(0, -7, 0, 7)
            assert not near.contains(point), (step, point, card)
