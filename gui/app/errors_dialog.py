"""Whatever goes wrong unforeseen: written to the log, shown once, and the program goes on."""

import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.widgets.on_screen import ScreenDialog, WholeArea

log = logging.getLogger(__name__)
qt_log = logging.getLogger("qt")

QUIET_SECONDS = 10.0
"""An error that comes again sooner than this after its last time is the same, still going on."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One unforeseen error, in words and with its traceback."""

    message: str
    details: str


class ErrorWatch(QObject):
    """Takes the errors that nobody caught, from all threads."""

    trouble = Signal(object)

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._last: dict[tuple[str, str, int], float] = {}
        self._lock = threading.Lock()

    def install(self) -> None:
        """From now on Python's and Qt's last resorts lead here."""
        sys.excepthook = self.caught
        threading.excepthook = lambda told: self.caught(
            told.exc_type, told.exc_value, told.exc_traceback
        )
        qInstallMessageHandler(qt_message)

    def caught(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """One error. A paint method that fails sixty times a second is told once."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        if self._is_going_on(kind, trace):
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        log.error("nobody caught this:\n%s", details)
        self.trouble.emit(Trouble(str(error) or kind.__name__, details))

    def _is_going_on(self, kind: type[BaseException], trace: TracebackType | None) -> bool:
        where = ("", 0)
        while trace is not None:
            where = (trace.tb_frame.f_code.co_filename, trace.tb_lineno)
            trace = trace.tb_next
        with self._lock:
            now, key = self._clock(), (kind.__name__, *where)
            last = self._last.get(key)
            self._last[key] = now
        return last is not None and now - last < QUIET_SECONDS


_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


def qt_message(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """What Qt mutters goes into the log with everything else."""
    qt_log.log(_LEVELS[kind], "%s%s", f"{context.category}: " if context.category else "", message)


class ErrorDialog(ScreenDialog):
    """The message, the details, and a way to copy both."""

    def __init__(self, trouble: Trouble, log_file: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something went wrong"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(640, 420)
        self._text = f"{trouble.message}\n\n{trouble.details}"
        title = QLabel(self.tr("Something went wrong inside Layerloom. You can go on working."))
        title.setWordWrap(True)
        message = QLabel(trouble.message)
        message.setObjectName("message")
        message.setTextFormat(Qt.TextFormat.PlainText)
        message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        message.setWordWrap(True)
        details = QPlainTextEdit(trouble.details)
        details.setObjectName("details")
        details.setReadOnly(True)
        details.setProperty("role", "code")
        where = QLabel(self.tr("It is also written in {file}.").format(file=log_file))
        where.setProperty("role", "muted")
        where.setWordWrap(True)
        where.setVisible(bool(log_file))
        rows = QVBoxLayout(self)
        for widget in (title, WholeArea(message), details, where, self._buttons()):
            rows.addWidget(widget)

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = QPushButton(self.tr("Copy"))
        copy.setObjectName("copy")
        copy.clicked.connect(self._copy)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        return buttons

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)


class ErrorDesk(QObject):
    """Shows troubles one at a time; what comes while one is open waits in the log only."""

    def __init__(
        self, watch: ErrorWatch, log_file: str, window: Callable[[], QWidget | None]
    ) -> None:
        super().__init__()
        self._log_file, self._window = log_file, window
        self._open: ErrorDialog | None = None
        watch.trouble.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def _show(self, trouble: Trouble) -> None:
        if self._open is not None:
            return
        self._open = ErrorDialog(trouble, self._log_file, self._window())
        self._open.finished.connect(self._closed)
        self._open.open()

    def _closed(self) -> None:
        self._open = None
