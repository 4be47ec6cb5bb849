"""The program around the window: fonts and colours, the log, the last resort for errors."""

import gc
import logging
import os
import sys
from functools import partial
from importlib import import_module
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

import assets
from engine import torch_ready
from engine.machine import home
from graphs.templates import find
from graphs.wording import phrases
from gui import logs, settings
from gui.app import screen
from gui.app.ending import Ending
from gui.app.errors_dialog import ErrorDesk, ErrorWatch, qt_message
from gui.app.garbage import GarbageCollection
from gui.look import theme
from gui.look.theme import Scheme
from gui.widgets.questions import tell
from gui.window.about import version
from gui.window.window import Window

log = logging.getLogger(__name__)


def application() -> QApplication:
    """The one Qt application, dressed as the user likes it."""
    phrases.use(lambda key: QCoreApplication.translate("phrases", key))
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    with screen.explained(qt_message):
        app = QApplication(sys.argv[:1])
    app.setApplicationName("Layerloom")
    app.setApplicationVersion(version("layerloom"))
    app.setDesktopFileName("layerloom")
    app.setWindowIcon(QIcon(str(assets.path("layerloom.svg"))))
    theme.start(app, Scheme(settings.read().theme))
    return app


def window_of(app: QApplication, *, ready: bool = True) -> Window:
    """A window that is shown, with everything around it; torch comes after the first paint."""
    window = Window()
    window.show()
    if ready:
        QTimer.singleShot(0, window, lambda: preload(window))
    return window


def preload(window: Window) -> None:
    """Import what the first run needs, so that it does not wait for it.

    The plots come on this thread: on another one pyqtgraph, which looks at everything that Qt has
    and so makes types of it, would kill the window while it paints. Torch comes on a thread.
    """
    import_module("gui.plots.run_plot")
    window.jobs.do(_import_torch, lambda _: None, lambda failed: log.warning(failed.message))
    window.jobs.do(lambda: home().notice, partial(_say, window), lambda _: None)


def _import_torch() -> None:
    torch_ready.load()
    gc.freeze()  # what is imported stays: looking through it again and again would stall the window


def _say(window: Window, notice: str) -> None:
    """Where runs are kept, when that is not the usual place."""
    if notice:
        tell(window, window.tr("Runs are kept in another place."), notice)


def run(file: Path | None, template: str = "") -> int:
    """Open the window, with ``file`` or a template in it, until it is closed."""
    log_file = logs.start()
    _, begun_anew = settings.opened()
    app = application()
    garbage = GarbageCollection(app)
    watch = ErrorWatch()
    watch.install()
    desk = ErrorDesk(watch, str(log_file or ""), QApplication.activeWindow)
    window = window_of(app)
    ending = Ending(window.leave, app)
    if begun_anew:
        tell(window, window.tr("The settings begin anew."), begun_anew)
    if (opened := window.recovering.begin(file)) is not None:
        window.open(opened.absolute())
    if (found := find(template)) is not None:
        window.new_from(found)
    window.recovering.look()
    if window.place.notice:
        tell(window, window.tr("Unsaved changes are kept in another place."), window.place.notice)
    QTimer.singleShot(0, window, window.interrupted.offer)
    code = app.exec()
    code = code if ending.code is None else ending.code
    ending.stop()
    del desk
    logs.stop()
    if not window.jobs.wait(0):
        os._exit(code)  # a thread that is still at work would take the end for a crash
    garbage.stop()
    return code
