"""Buttons that do what commands do."""

from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from gui.widgets.building_blocks import allow
from gui.window.topbar import action_button


def test_a_button_that_cannot_be_used_says_why_as_it_is_now(qtbot: QtBot) -> None:
    action = QAction("Export")
    action.setShortcut("Ctrl+E")
    made = action_button(action, "export", "Export…")
    qtbot.addWidget(made)
    for can, why in ((False, "Draw first."), (False, "A run is under way."), (True, "Draw first.")):
        allow(action, can, why)
        assert made.isEnabled() == can
        assert made.toolTip() == "Export (Ctrl+E)" + ("" if can else f"\n{why}")
    allow(action, False, "Draw first.")
    assert made.toolTip() == "Export (Ctrl+E)\nDraw first."
