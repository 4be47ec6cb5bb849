"""The one stylesheet of the window, written out for a scheme's tokens.

Widgets say what they are by a ``role`` property: labels are ``title``, ``heading``, ``section``,
``muted``, ``faint``, ``mono``, ``error``, ``warn`` or ``ok``; buttons ``primary``, ``danger``,
``link`` or ``flat``, or ``small``; frames ``card``, ``plot``, ``line``, ``bar`` or ``panel``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, QTemporaryDir
from PySide6.QtWidgets import QWidget

import assets

if TYPE_CHECKING:
    from gui.look.tokens import Tokens


def give_role(widget: QWidget, role: str) -> None:
    """Let ``widget`` look like ``role`` from now on."""
    if widget.property("role") != role:
        widget.setProperty("role", role)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def text(look: Tokens, corner: int) -> str:
    """The rules with all colours filled in."""
    names = {name: getattr(look, name) for name in look.__slots__}
    return _RULES % {
        **names,
        "corner": f"{corner}px",
        "down": _image("chevron-down", look.muted),
        "up": _image("chevron-up", look.muted),
        "down_off": _image("chevron-down", look.faint),
        "up_off": _image("chevron-up", look.faint),
        "right": _image("chevron-right", look.muted),
        "check": _image("check", look.on_accent),
        "partly": _image("dash", look.on_accent),
        "close": _image("close", look.muted),
        "float": _image("float", look.muted),
    }


@cache
def _folder() -> QTemporaryDir:
    """Where coloured arrows lie while the program runs: rules of style name pictures by file."""
    return QTemporaryDir(QDir.tempPath() + "/layerloom-XXXXXX")


@cache
def _image(name: str, color: str) -> str:
    """The file of a control's icon in a colour; without a folder for it controls have no arrows."""
    folder = _folder()
    if not folder.isValid():
        return "none"
    file = Path(folder.path()) / f"{name}-{color.strip('#')}.svg"
    picture = assets.path(f"ui/{name}.svg").read_bytes().replace(b"#000", color.encode())
    try:
        file.write_bytes(picture)
    except OSError:  # a full disk must not keep the window from opening
        return "none"
    return f'url("{file.as_posix()}")'


_RULES = """
QWidget { color: %(text)s; font-family: "Inter"; font-size: 13px; }
QMainWindow, QDialog, QWizard, QMessageBox { background: %(panel)s; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QToolTip { background: %(raised)s; color: %(text)s; border: 1px solid %(line)s; padding: 4px 8px;
    font-size: 12px; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: 16px; font-weight: 600; }
QLabel[role="heading"] { font-weight: 600; }
QLabel[role="section"] { font-size: 12px; font-weight: 600; color: %(muted)s; }
QLabel[role="muted"] { font-size: 12px; color: %(muted)s; }
QLabel[role="faint"] { font-size: 11px; color: %(faint)s; }
QLabel[role="mono"] { font-family: "JetBrains Mono"; font-size: 12px; }
QLabel[role="error"] { font-size: 12px; color: %(error)s; }
QLabel[role="warn"] { font-size: 12px; color: %(warn)s; }
QLabel[role="ok"] { font-size: 12px; color: %(ok)s; }
QLabel:disabled { color: %(faint)s; }

QLabel[role="hint-plain"], QLabel[role="hint-warn"], QLabel[role="hint-error"] {
    background: %(raised)s; border: 1px solid %(line)s; border-radius: %(corner)s;
    font-size: 12px; }
QLabel[role="hint-warn"] { border-color: %(warn)s; }
QLabel[role="hint-error"] { border-color: %(error)s; color: %(error)s; }

QFrame[role="panel"], QWidget[role="panel"] { background: %(panel)s; border: none; }
QFrame[role="bar"] { background: %(panel)s; border: none; border-bottom: 1px solid %(line)s; }
QFrame[role="card"] { background: %(raised)s; border: 1px solid %(line)s; border-radius: 8px; }
QFrame[role="plot"] { background: %(background)s; border: 1px solid %(line)s; border-radius: 8px; }
QFrame[role="card"] QAbstractItemView { background: transparent; }
QFrame[role="error-card"], QFrame[role="warn-card"] { background: %(raised)s;
    border: 1px solid %(error)s; border-radius: 8px; }
QFrame[role="warn-card"] { border-color: %(warn)s; }
QFrame[role="line"] { background: %(line)s; border: none; max-height: 1px; min-height: 1px; }

QPushButton { background: %(raised)s; border: 1px solid %(line)s; border-radius: %(corner)s;
    padding: 5px 14px; min-height: 18px; }
QPushButton:hover { background: %(hover)s; }
QPushButton:pressed { background: %(line)s; }
QPushButton:focus { border-color: %(accent)s; }
QPushButton:disabled { color: %(faint)s; background: %(panel)s; }
QPushButton[role="primary"] { background: %(accent)s; border-color: %(accent)s;
    color: %(on_accent)s; font-weight: 600; }
QPushButton[role="primary"]:focus { border-color: %(text)s; }
QPushButton[role="primary"]:disabled { background: %(line)s; border-color: %(line)s;
    color: %(faint)s; }
QPushButton[role="danger"] { color: %(error)s; }
QPushButton[role="danger"]:disabled { color: %(faint)s; }
QPushButton[role="link"], QPushButton[role="flat"] { background: transparent;
    border-color: transparent; padding: 5px 8px; }
QPushButton[role="link"] { color: %(accent)s; }
QPushButton[role="link"]:hover { text-decoration: underline; }
QPushButton[role="flat"]:hover { background: %(hover)s; }
QPushButton[role="link"]:focus, QPushButton[role="flat"]:focus { border-color: %(accent)s; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: %(corner)s;
    padding: 4px; }
QToolButton:hover { background: %(hover)s; }
QToolButton:checked { background: %(hover)s; border-color: %(line)s; }
QToolButton:focus { border-color: %(accent)s; }
QPushButton[role="field"] { text-align: left; color: %(muted)s; padding: 4px 10px; }
QLabel[role="keys"] { font-family: "JetBrains Mono"; font-size: 11px; color: %(faint)s; }
QToolButton[role="fold"] { font-size: 12px; font-weight: 600; color: %(muted)s; padding: 2px 0;
    border: none; background: transparent; }
QToolButton[role="fold"]:focus { color: %(accent)s; }
QToolButton[role="small"] { font-size: 11px; color: %(muted)s; padding: 1px 6px; }
QToolButton[role="small"]:checked { color: %(on_accent)s; background: %(accent)s;
    border-color: %(accent)s; }
QToolButton::menu-indicator { image: none; }

QAbstractScrollArea { border: none; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QScrollArea, QScrollArea > QWidget > QScrollArea { border: 1px solid transparent; }
QScrollArea:focus, QScrollArea > QWidget > QScrollArea:focus,
    QAbstractItemView:focus { border-color: %(accent)s; }

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit { background: %(raised)s;
    border: 1px solid %(line)s; border-radius: %(corner)s; padding: 4px 8px;
    selection-background-color: %(accent)s; selection-color: %(on_accent)s; }
QLineEdit, QAbstractSpinBox, QComboBox { min-height: 20px; max-height: 20px; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: %(faint)s; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus,
    QTextEdit:focus { border-color: %(accent)s; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: %(faint)s;
    background: %(panel)s; }
QLineEdit[role="error"], QAbstractSpinBox[role="error"], QComboBox[role="error"] {
    border-color: %(error)s; }
QLineEdit[role="name"] { font-size: 16px; font-weight: 600; background: transparent;
    border-color: transparent; padding: 2px 4px; }
QLineEdit[role="name"]:hover { border-color: %(line)s; }
QLineEdit[role="name"]:focus { border-color: %(accent)s; background: %(raised)s; }
QLineEdit[role="number"], QAbstractSpinBox { font-family: "JetBrains Mono"; font-size: 12px; }
QAbstractSpinBox QLineEdit, QComboBox QLineEdit { border: none; background: transparent;
    padding: 0 0 0 6px; min-height: 0; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: 18px;
    background: transparent; subcontrol-origin: border; }
QAbstractSpinBox::up-button { subcontrol-position: top right; top: 2px; right: 3px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; bottom: 2px; right: 3px; }
QAbstractSpinBox::up-arrow { image: %(up)s; width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: %(down)s; width: 12px; height: 12px; }
QAbstractSpinBox::up-arrow:off, QAbstractSpinBox::up-arrow:disabled { image: %(up_off)s; }
QAbstractSpinBox::down-arrow:off, QAbstractSpinBox::down-arrow:disabled { image: %(down_off)s; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: %(down)s; width: 16px; height: 16px; }
QComboBox QAbstractItemView { background: %(raised)s; border: 1px solid %(line)s; outline: none;
    padding: 4px; selection-background-color: %(hover)s; selection-color: %(text)s; }
QComboBox QAbstractItemView:focus { border-color: %(line)s; }

QCheckBox, QRadioButton { spacing: 8px; background: transparent; }
QCheckBox::indicator, QTreeView::indicator, QListView::indicator { width: 16px; height: 16px;
    border: 1px solid %(faint)s; border-radius: 4px; background: %(raised)s; }
QCheckBox::indicator:checked, QTreeView::indicator:checked, QListView::indicator:checked {
    background: %(accent)s; border-color: %(accent)s; image: %(check)s; }
QCheckBox::indicator:indeterminate { background: %(accent)s; border-color: %(accent)s;
    image: %(partly)s; }
QCheckBox::indicator:focus, QCheckBox::indicator:hover { border-color: %(accent)s; }
QCheckBox:disabled, QRadioButton:disabled { color: %(faint)s; }
QRadioButton::indicator { width: 14px; height: 14px; border: 1px solid %(faint)s;
    border-radius: 8px; background: %(raised)s; }
QRadioButton::indicator:checked { border: 5px solid %(accent)s; width: 6px; height: 6px; }

QAbstractItemView { background: %(panel)s; border: 1px solid transparent; outline: none;
    alternate-background-color: %(hover)s; selection-background-color: %(hover)s;
    selection-color: %(text)s; }
QListWidget[role="wanted"] { border-color: %(accent)s; }
QAbstractItemView::item { padding: 3px 6px; }
QListView::item, QTreeView::item { border-radius: %(corner)s; }
QAbstractItemView::item:hover { background: %(hover)s; }
QAbstractItemView::item:selected { background: %(hover)s; color: %(text)s; }
QTableView { gridline-color: %(line)s; }
QTreeView::branch { background: transparent; }
QTreeView::branch:has-children:closed { image: %(right)s; }
QTreeView::branch:has-children:open { image: %(down)s; }
QHeaderView { background: %(panel)s; border: none; }
QHeaderView::section { background: %(panel)s; color: %(muted)s; border: none;
    border-bottom: 1px solid %(line)s; padding: 4px 8px; font-size: 12px; font-weight: 600; }
QTableCornerButton::section { background: %(panel)s; border: none; }

QMenuBar { background: %(panel)s; padding: 2px 8px; }
QMenuBar::item { background: transparent; padding: 5px 10px; border-radius: %(corner)s; }
QMenuBar::item:selected { background: %(hover)s; }
QMenu { background: %(raised)s; border: 1px solid %(line)s; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 12px; border-radius: 4px; background: transparent; }
QMenu::item:selected { background: %(hover)s; }
QMenu::item:disabled { color: %(faint)s; }
QMenu::separator { height: 1px; background: %(line)s; margin: 4px 8px; }
QMenu::right-arrow { image: %(right)s; width: 14px; height: 14px; }
QMenu::indicator { width: 14px; height: 14px; left: 6px; }
QMenu::indicator:checked { image: %(check)s; background: %(accent)s; border-radius: 3px; }
QMenu::icon { padding-left: 8px; }

QMainWindow::separator { background: %(line)s; width: 1px; height: 1px; }
QSplitter::handle { background: %(line)s; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QDockWidget { font-weight: 600; titlebar-close-icon: %(close)s;
    titlebar-normal-icon: %(float)s; }
QDockWidget::title { background: %(panel)s; padding: 8px 12px; text-align: left; }
QDockWidget > QWidget { background: %(panel)s; }
QToolBar { background: %(panel)s; border: none; border-bottom: 1px solid %(line)s; spacing: 6px;
    padding: 4px 12px; }
QStatusBar { background: %(panel)s; border-top: 1px solid %(line)s; color: %(muted)s; }
QStatusBar::item { border: none; }
QTabWidget::pane { border: none; border-top: 1px solid %(line)s; }
QTabBar { background: %(panel)s; qproperty-drawBase: 0; }
QTabBar::tab { background: transparent; color: %(muted)s; padding: 7px 12px; border: none;
    border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: %(text)s; }
QTabBar::tab:selected { color: %(text)s; border-bottom-color: %(accent)s; }
QTabBar::tab:focus { color: %(accent)s; }
QGroupBox { border: none; margin-top: 24px; font-weight: 600; }
QGroupBox::title { subcontrol-origin: margin; left: 0; color: %(muted)s; }

QPlainTextEdit[role="code"] { font-family: "JetBrains Mono"; font-size: 11px; padding: 8px;
    background: %(background)s; border: 1px solid %(line)s; }
QPlainTextEdit[role="code"]:focus { border-color: %(accent)s; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: %(line)s; border-radius: 3px; margin: 2px; }
QScrollBar::handle:hover { background: %(faint)s; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: %(line)s; border: none; border-radius: 2px; min-height: 4px;
    max-height: 4px; }
QProgressBar::chunk { background: %(accent)s; border-radius: 2px; }
QSlider::groove:horizontal { height: 4px; background: %(line)s; border-radius: 2px; }
QSlider::sub-page:horizontal { background: %(accent)s; border-radius: 2px; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px;
    background: %(text)s; }
"""
