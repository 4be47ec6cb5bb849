"""The digits example in the window; without a display it is driven as a hand would drive it.

Nothing of the engine is touched here: what can be done is what can be clicked.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, Qt, QTimer, qInstallMessageHandler
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QLabel,
    QLineEdit,
    QTabBar,
    QTableWidget,
    QWidget,
)

from graphs.wording.phrases import phrase
from gui import logs
from gui.app.application import application, run, window_of
from gui.app.errors_dialog import qt_message
from gui.app.garbage import GarbageCollection
from gui.widgets.metric_names import metric_words
from gui.window.window import Window

Part = TypeVar("Part", bound=QWidget)

TEMPLATE = "digits-cnn"
DONE, FAILED = 0, 3
WIDTH, HEIGHT = 1400, 860
POLL_MILLISECONDS = 20
BEGIN_SECONDS, TRAIN_SECONDS, EXPORT_SECONDS = 60.0, 900.0, 300.0
"""How long each part may take at most."""


class DemoError(Exception):
    """The demo cannot go on; the message says where it stands."""


def shown() -> int:
    """Open the window on the example and leave the rest to the user."""
    return run(None, TEMPLATE)


def driven(out: Path, template: str = TEMPLATE) -> int:
    """Drive the window offscreen, leave the results in ``out``, and print where they are."""
    logs.start()
    qInstallMessageHandler(qt_message)  # the offscreen platform mutters about every window
    app = application()
    garbage = GarbageCollection(app)
    window = window_of(app)
    window.resize(WIDTH, HEIGHT)
    try:
        Driver(window, out.absolute()).drive(template)
    except DemoError as error:
        sys.stderr.write(f"{error}\n")
        return FAILED
    finally:
        window.leave(keep=False)
        window.jobs.wait(0)
        garbage.stop()
        logs.stop()
    return DONE


class Driver:
    """A hand on the window: it presses what is visible and enabled, and waits for what it sees."""

    def __init__(
        self, window: Window, out: Path, say: Callable[[str], object] | None = None
    ) -> None:
        self._window, self._out = window, out
        self._say = say or _print

    def drive(self, template: str) -> None:
        """From an empty window to a trained model and its files; raises DemoError."""
        self._make_folder()
        self._trigger(f"template_{template}")
        self._train()
        self._keep_metrics()
        self._keep_picture("training", "window.png")
        self._export("export", "model.onnx")
        self._export("export_weights", "weights.safetensors")

    def _make_folder(self) -> None:
        try:
            self._out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DemoError(
                phrase(
                    "The folder {out} cannot be made: {strerror}. Choose another by --out.",
                    out=self._out,
                    strerror=error.strerror,
                )
            ) from error

    # ---- the parts ----

    def _train(self) -> None:
        self._press(self._window, QAbstractButton, "train_button")
        state = self._part(self._window, QLabel, "state")
        failure = self._part(self._window, QLabel, "failure")
        self._wait(
            lambda: bool(state.property("state")), BEGIN_SECONDS, phrase("The training to begin")
        )
        numbers = self._part(self._window, QLabel, "numbers")
        told = [""]

        def over() -> bool:
            epoch = next((w for w in numbers.text().split(" · ") if w.startswith("epoch")), "")
            if epoch and epoch != told[0]:
                told[0] = epoch
                self._say(phrase("training: {numbers}", numbers=numbers.text()))
            return state.property("state") in {"finished", "failed", "stopped"}

        self._wait(over, TRAIN_SECONDS, phrase("The training to finish"))
        if state.property("state") != "finished":
            raise DemoError(phrase("The training did not finish. {text}", text=failure.text()))

    def _keep_metrics(self) -> None:
        self._show_tab("Results")
        table = self._part(self._window, QTableWidget, "metrics")
        self._wait(
            lambda: table.isVisible() and table.rowCount() > 0, BEGIN_SECONDS, phrase("The results")
        )
        self._press(self._window, QAbstractButton, "copy_metrics")
        copied = QGuiApplication.clipboard().text()
        (self._out / "metrics.json").write_text(copied + "\n", encoding="utf-8")
        (split,) = json.loads(copied)
        accuracy = metric_words("accuracy")
        for row in range(table.rowCount()):
            name, value = table.item(row, 0), table.item(row, 1)
            if name is not None and value is not None and name.text() == accuracy:
                self._say(phrase("{split} accuracy: {value}", split=split, value=value.text()))
        self._tell("metrics.json")

    def _keep_picture(self, tab: str, name: str) -> None:
        self._show_tab(tab.capitalize())
        self._rest(0.3)
        if not self._window.grab().save(str(self._out / name)):
            raise DemoError(phrase("The picture cannot be written to {out}.", out=self._out / name))
        self._tell(name)

    def _export(self, action: str, name: str) -> None:
        self._trigger(action)
        dialog = self._part(self._window, QDialog, "export_dialog")
        path = self._part(dialog, QLineEdit, "path")
        path.selectAll()
        QTest.keyClicks(path, str(self._out / name))
        self._press(dialog, QAbstractButton, "start")
        report = self._part(dialog, QWidget, "report")
        told = self._part(dialog, QLabel, "told")
        start = self._part(dialog, QAbstractButton, "start")  # it can be used again after a failure
        self._wait(
            lambda: report.isVisible() or start.isEnabled(),
            EXPORT_SECONDS,
            phrase("The export to end"),
        )
        if not report.isVisible():
            raise DemoError(phrase("{name} was not written. {text}", name=name, text=told.text()))
        self._press(dialog, QAbstractButton, "close")
        self._rest(0.05)
        self._tell(name)

    # ---- the hand ----

    def _trigger(self, name: str) -> None:
        action = self._window.findChild(QAction, name)
        if action is None or not action.isEnabled():
            raise DemoError(phrase("The menu's “{name}” cannot be used.", name=name))
        action.trigger()
        self._rest(0.05)

    def _press(self, of: QWidget, kind: type[QAbstractButton], name: str) -> None:
        button = self._part(of, kind, name)
        if not (button.isVisible() and button.isEnabled()):
            raise DemoError(
                phrase("The button “{value}” cannot be pressed.", value=button.text() or name)
            )
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def _show_tab(self, title: str) -> None:
        for bar in self._window.findChildren(QTabBar):
            for at in range(bar.count()):
                seen = not bar.visibleRegion().isEmpty()  # a panel behind another is “visible” too
                if bar.tabText(at) == title and seen:
                    place = bar.tabRect(at).center()
                    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=place)
                    return
        raise DemoError(phrase("There is no tab “{title}”.", title=title))

    def _part(self, of: QWidget, kind: type[Part], name: str) -> Part:
        found = of.findChildren(kind, name)
        if not found:
            raise DemoError(phrase("The window has no “{name}”.", name=name))
        return found[-1]

    def _wait(self, condition: Callable[[], bool], seconds: float, what: str) -> None:
        """Let the window work until something is to be seen; raises DemoError when it never is."""
        loop = QEventLoop()
        looking, ending = QTimer(), QTimer()
        ending.setSingleShot(True)
        looking.timeout.connect(lambda: loop.quit() if condition() else None)
        ending.timeout.connect(loop.quit)
        looking.start(POLL_MILLISECONDS)
        ending.start(round(seconds * 1000))
        if not condition():
            loop.exec()
        looking.stop()
        ending.stop()
        if not condition():
            raise DemoError(
                phrase("{what} takes longer than {seconds:.0f} s.", what=what, seconds=seconds)
            )

    def _rest(self, seconds: float) -> None:
        """Let the window draw."""
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def _tell(self, name: str) -> None:
        self._say(str(self._out / name))


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
