"""Questions and messages that are opened, never waited for."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from graphs.wording.visible import visible_lines
from gui.look import icons, theme

Buttons = QMessageBox.StandardButton
ICONS = {QMessageBox.Icon.Question: "question", QMessageBox.Icon.Warning: "alert"}
SIDE = 28
MOST_LINES, MOST_LETTERS = 12, 900
"""More would make a message higher than a small screen, with its buttons out of reach."""


def ask(
    parent: QWidget, name: str, text: str, more: str, yes: str, then: Callable[[], object]
) -> QMessageBox:
    """A question with the answer ``yes``, after which ``then`` happens, and cancel."""
    box = _box(parent, name, text, more, QMessageBox.Icon.Question)
    agreed = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton(Buttons.Cancel))
    box.finished.connect(lambda: then() if box.clickedButton() is agreed else None)
    box.open()
    return box


def choose_among(
    parent: QWidget,
    name: str,
    text: str,
    more: str,
    answers: Mapping[str, Callable[[], object]],
) -> QMessageBox:
    """A question with several answers; the first is proposed, closing it means the last."""
    box = _box(parent, name, text, more, QMessageBox.Icon.Question)
    roles = QMessageBox.ButtonRole
    buttons = {box.addButton(words, roles.ActionRole): then for words, then in answers.items()}
    first, *_, last = buttons
    box.setDefaultButton(first)
    box.setEscapeButton(last)

    def answered() -> None:
        clicked = box.clickedButton()
        next((then for button, then in buttons.items() if button is clicked), buttons[last])()

    box.finished.connect(answered)
    box.open()
    return box


def ask_to_save(
    parent: QWidget, text: str, more: str, save: Callable[[], object], go_on: Callable[[], object]
) -> QMessageBox:
    """Save, go on without, or cancel."""
    box = _box(parent, "unsaved", text, more, QMessageBox.Icon.Question)
    box.setStandardButtons(Buttons.Save | Buttons.Discard | Buttons.Cancel)
    box.setDefaultButton(Buttons.Save)

    def answered(answer: int) -> None:
        if answer == Buttons.Save:
            save()
        elif answer == Buttons.Discard:
            go_on()

    box.finished.connect(answered)
    box.open()
    return box


def choose(
    parent: QWidget, name: str, text: str, more: str, ways: Mapping[str, Callable[[], object]]
) -> QMessageBox:
    """One of several ways to go on, or cancel; the first is the one that the keyboard takes."""
    box = _box(parent, name, text, more, QMessageBox.Icon.Warning)
    buttons = {box.addButton(way, QMessageBox.ButtonRole.ActionRole): way for way in ways}
    box.setDefaultButton(next(iter(buttons)))
    box.setEscapeButton(box.addButton(Buttons.Cancel))

    def answered() -> None:
        clicked = box.clickedButton()
        way = next((way for button, way in buttons.items() if button is clicked), None)
        if way is not None:
            ways[way]()

    box.finished.connect(answered)
    box.open()
    return box


def tell(parent: QWidget, text: str, more: str) -> QMessageBox:
    """A message that waits to be read."""
    box = _box(parent, "told", text, more, QMessageBox.Icon.Warning)
    box.setStandardButtons(Buttons.Ok)
    box.open()
    return box


def _box(parent: QWidget, name: str, text: str, more: str, icon: QMessageBox.Icon) -> QMessageBox:
    box = QMessageBox(parent)
    box.setObjectName(name)
    box.setWindowTitle("Layerloom")
    color = "warn" if icon is QMessageBox.Icon.Warning else "accent"
    box.setIconPixmap(icons.pixmap(ICONS[icon], theme.color(color), SIDE))
    box.setTextFormat(Qt.TextFormat.PlainText)  # a name may look like HTML
    box.setText(visible_lines(text))
    whole = visible_lines(more)
    short = _beginning(whole)
    box.setInformativeText(short)
    if short != whole:
        box.setDetailedText(whole)  # behind a button, where it scrolls
    box.finished.connect(box.deleteLater)
    return box


def _beginning(text: str) -> str:
    """As much of a text as every screen has room for."""
    if len(text) <= MOST_LETTERS and text.count("\n") < MOST_LINES:
        return text
    lines = text[:MOST_LETTERS].split("\n")[:MOST_LINES]
    return "\n".join(lines).rstrip() + "…"
