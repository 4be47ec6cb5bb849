"""What a hand and an eye do with standard widgets."""

from typing import TypeVar

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

Part = TypeVar("Part", bound=QObject)


def part(of: QObject, kind: type[Part], name: str = "") -> Part:
    """The one child of that kind and object name."""
    found = of.findChildren(kind, name) if name else of.findChildren(kind)
    assert len(found) == 1, f"{len(found)} of {kind.__name__} {name!r}"
    return found[0]


def click(widget: QWidget, at: QPoint | None = None) -> None:
    """Press and release the left button on a widget that can be seen and used."""
    assert widget.isVisible(), f"{widget.objectName()} cannot be seen"
    assert widget.isEnabled(), f"{widget.objectName()} cannot be used"
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at or widget.rect().center())


def choose(box: QComboBox, text: str) -> None:
    """Choose a row with the arrow keys."""
    wanted = box.findText(text)
    assert wanted >= 0, [box.itemText(at) for at in range(box.count())]
    box.setFocus()
    while box.currentIndex() != wanted:
        down = box.currentIndex() < wanted
        QTest.keyClick(box, Qt.Key.Key_Down if down else Qt.Key.Key_Up)


def write(line: QLineEdit, text: str) -> None:
    """Type over what is written."""
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)


def press(of: QWidget, name: str) -> None:
    """Click the button of that name."""
    click(part(of, QAbstractButton, name))
