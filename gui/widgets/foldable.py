"""A part of a form that folds away: its title is the button."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from gui.widgets.building_blocks import named


class Foldable(QWidget):
    """Shows or hides what is inside."""

    def __init__(self, title: str, inside: QWidget, name: str) -> None:
        super().__init__()
        self.inside = inside
        self.button = named(QToolButton(), name, "fold")
        self.button.setText(title)
        self.button.setCheckable(True)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.toggled.connect(self.open)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.button, alignment=Qt.AlignmentFlag.AlignLeft)
        rows.addWidget(inside)
        self.open(False)

    def open(self, yes: bool = True) -> None:
        """Show what is inside, or hide it."""
        self.button.setChecked(yes)
        self.button.setArrowType(Qt.ArrowType.DownArrow if yes else Qt.ArrowType.RightArrow)
        self.inside.setVisible(yes)
