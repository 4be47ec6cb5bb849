"""Files whose names are no text, or look like HTML: opened, saved and shown harmlessly."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from graphs import files
from graphs.templates import find
from gui import settings
from gui.widgets.building_blocks import label, tip, wrapped
from gui.widgets.questions import tell
from gui.window.window import Window

NAMES = {
    "no text": os.fsdecode(b"caf\xe9"),
    "signs": "a\x1b[31mb\x07\n\u202ec",
    "HTML": "<img src=x><b>bold",
}


@pytest.mark.skipif(os.name == "nt", reason="no disk there takes such names")
@pytest.mark.parametrize("kind", NAMES)
def test_a_file_with_an_odd_name_is_opened_saved_and_shown(
    kind: str, window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    found = find("xor")
    assert found is not None
    path = tmp_path / f"{NAMES[kind]}.loom"
    files.write(found.document(), path)
    window.open(path)
    assert window.workspace.path == path
    window.filing.save()
    assert window.workspace.is_saved and window.findChild(QMessageBox) is None
    assert "\x1b" not in window.windowTitle() and "\u202e" not in window.windowTitle()
    window.windowTitle().encode()
    assert settings.read().recent == (() if kind == "no text" else (str(path),))


def test_words_from_elsewhere_are_never_read_as_html(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    name = "<img src='file:///x'>\x1b\u202e"
    box = tell(parent, name, name)
    for words in (label(name), wrapped(name), *box.findChildren(QLabel)):
        qtbot.addWidget(words)
        if words.text():
            assert words.textFormat() is Qt.TextFormat.PlainText
            assert words.text() == "<img src='file:///x'>��"
    assert tip("plain\nlines & more") == "plain\nlines & more"
    assert tip(name) == "<qt>&lt;img src=&#x27;file:///x&#x27;&gt;��</qt>"
    box.done(0)
