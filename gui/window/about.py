"""Which versions run here, on what, and where the logs lie: for people and for reports."""

import os
import platform
import sys
from importlib import metadata
from pathlib import Path

import psutil
from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QFormLayout,
    QVBoxLayout,
    QWidget,
)

from graphs.errors import FileError
from graphs.files import opener
from graphs.wording.phrases import phrase
from gui import logs
from gui.widgets.building_blocks import button, label, wrapped
from gui.widgets.on_screen import ScreenDialog, WholeArea

PACKAGES = ("torch", "onnx", "onnxruntime", "PySide6-Essentials", "numpy", "polars")
GIB = 2**30
WIDTH = 520
LAST_BYTES = 20_000
"""Of the log, which go into a report."""


def version(package: str) -> str:
    """The installed version of a package."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return phrase("not installed")


def devices() -> str:
    """What torch can compute on; known once torch has been imported, which is not done for this."""
    if "torch" not in sys.modules:
        return phrase("not looked at yet")
    from engine.devices import available

    return ", ".join(available())


def facts() -> dict[str, str]:
    """What a report of a problem needs to say, by name."""
    return {
        "Layerloom": version("layerloom"),
        "Python": platform.python_version(),
        "Qt": qVersion(),
        **{package: version(package) for package in PACKAGES},
        "System": platform.platform(),
        "Screen": QGuiApplication.platformName(),
        "Cores": str(os.cpu_count()),
        "Memory": phrase("{size:.1f} GiB", size=psutil.virtual_memory().total / GIB),
        "Devices": devices(),
        "Logs": str(logs.folder()),
    }


def diagnostics() -> str:
    """The facts and the last lines of the log, to paste into a report."""
    lines = [f"{name}: {value}" for name, value in facts().items()]
    return "\n".join(
        [*lines, "", phrase("Last lines of the log:"), *_last_lines(logs.folder() / logs.NAME)]
    )


def _last_lines(file: Path, count: int = 40) -> list[str]:
    try:
        with opener.opened(file) as opened:
            opened.seek(max(opener.size(opened) - LAST_BYTES, 0))
            text = opened.read(LAST_BYTES).decode("utf-8", errors="replace")
    except (OSError, FileError):
        return ["(no log)"]
    home = str(Path.home())
    return [line.replace(home, "~") for line in text.splitlines()[-count:]]


def copy_diagnostics() -> None:
    """Put the diagnostics on the clipboard."""
    QGuiApplication.clipboard().setText(diagnostics())


class AboutDialog(ScreenDialog):
    """Versions, device and folders."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("about_dialog")
        self.setWindowTitle(self.tr("About Layerloom"))
        rows = QVBoxLayout(self)
        rows.setSpacing(12)
        rows.addWidget(label("Layerloom", "title"))
        rows.addWidget(label(self.tr("Draw, train and ship neural networks."), "muted"))
        told = QWidget()
        form = QFormLayout(told)
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(24)
        for name, value in facts().items():
            form.addRow(label(name, "muted"), wrapped(value, "mono", f"fact_{name}"))
        rows.addWidget(WholeArea(told, WIDTH))
        rows.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(
            button(self.tr("Copy diagnostics"), "copy", copy_diagnostics),
            QDialogButtonBox.ButtonRole.ActionRole,
        )
        buttons.rejected.connect(self.reject)
        rows.addWidget(buttons)
        self.resize(self.sizeHint())
        buttons.button(QDialogButtonBox.StandardButton.Close).setFocus()
