"""Three mistakes in one network, each mended by the button beside it, and then it learns."""

from functools import partial

from PySide6.QtWidgets import QLabel, QSpinBox
from pytestqt.qtbot import QtBot

from graphs import files
from gui.problems.problem_cards import ProblemCard
from gui.window.window import Window
from tests.gui.found_widgets import click, part, press, write
from tests.gui.hand import Hand
from tests.gui.windows import show_tab, trigger
from tests.journeys.steps import measured, set_epochs, train


def grave(window: Window) -> list[ProblemCard]:
    """The errors in the list, as they are shown now."""
    show_tab(window, "Problems")
    return [card for card in window.problem_list.cards if card.problem.severity == "error"]


def says(window: Window, wanted: str) -> bool:
    return any(wanted in sentence(card) for card in grave(window))


def sentence(card: ProblemCard) -> str:
    return " ".join(label.text() for label in card.findChildren(QLabel))


def set_in_inspector(window: Window, hand: Hand, node: str, setting: str, value: int) -> None:
    hand.click(hand.node(node))
    box = part(window.inspector, QSpinBox, setting)
    box.setFocus()
    write(box.lineEdit(), str(value))


def test_three_mistakes_are_mended_by_three_fixes_and_the_network_learns(
    qtbot: QtBot, window: Window
) -> None:
    trigger(window, "template_digits-cnn")
    right = files.encoded(window.workspace.document)
    hand = Hand(window.canvas)
    set_in_inspector(window, hand, "conv1", "groups", 3)
    hand.drop("batch_norm1d", hand.middle("conv2", "relu2"))
    set_in_inspector(window, hand, "classify", "out_features", 12)

    press(window, "train_button")
    assert not window.training.is_live, "a network with errors must not be trained"

    for wanted in ("must divide", "Needs features", "10 classes; this gives 12"):
        qtbot.waitUntil(partial(says, window, wanted))  # each mistake hides those behind it
        (card,) = grave(window)
        click(card.fix)
    qtbot.waitUntil(lambda: not grave(window))
    set_epochs(window, 2)
    train(qtbot, window)
    assert measured(qtbot, window)["accuracy"] > 0.3

    while window.workspace.history.undo_name:
        trigger(window, "undo")
    assert files.encoded(window.workspace.document) == right
