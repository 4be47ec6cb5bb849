"""What holds for every test: nothing of the user's is touched, nothing is muttered, nothing stays.

Python warnings and Qt warnings fail a test through the settings in pyproject.toml; log lines,
threads and timers are watched here.
"""

import builtins
import gc
import importlib
import logging
import os
import threading
import time
from collections.abc import Callable, Generator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pytest

pytest_plugins = ["pytester"]

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # as we do, where a test loads onnxruntime itself
# A thread for each process, or those of a worker spin while they wait for cores that others have.
# What more threads compute is held by tests that name their number.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("POLARS_MAX_THREADS", "1")

hypothesis.settings.register_profile("dev", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev")
)

# Log lines that are not our doing: (logger, what the line begins with), each with its reason.
EXPECTED_LOGS = (
    # sympy cannot solve for a floor inside a floor; torch goes on, and the proof decides.
    ("torch.fx.experimental.symbolic_shapes", "Failed to reduce inequalities"),
    # The ONNX exporter looks for an optional package whenever it starts.
    ("torch.onnx._internal.exporter._registration", "torchvision is not installed"),
    # While it is written, a network shows every value, those that nothing computes as well.
    ("onnx_ir.passes.common.initializer_deduplication", "Skipped deduplication of initializer"),
    # Of constants it folds what has one output; the others are computed by who reads the file.
    ("onnxscript.optimizer._constant_folding", "Skipping constant folding for op"),
)

# Threads that libraries keep for the life of the process: how their names begin, with the reason.
EXPECTED_THREADS = (
    "pytest_timeout",  # pytest-timeout watches the test from there
)

# How long a thread that was told to stop may take to be gone.
GRACE_SECONDS = 2.0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Spell what was captured so that it can be sent: names on a disk need not be UTF-8.

    A single such name in a log line would otherwise end the run of every other test, too.
    """
    report = yield
    report.sections = [
        (title, text.encode("utf-8", "backslashreplace").decode())
        for title, text in report.sections
    ]
    return report


_homes = count()


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home folder, so that the user's settings, runs and recent files stay untouched.

    They are counted here: pytest's own folders look through all that are there for the next number,
    which for ten thousand tests takes minutes.
    """
    folder = tmp_path_factory.getbasetemp() / "homes" / str(next(_homes))
    folder.mkdir(parents=True)
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(folder))
    for name, below in {
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": ".local/share",
        "XDG_STATE_HOME": ".local/state",
        "XDG_CACHE_HOME": ".cache",
        "APPDATA": "AppData/Roaming",
        "LOCALAPPDATA": "AppData/Local",
    }.items():
        monkeypatch.setenv(name, str(folder / below))
    return folder


@pytest.fixture
def expect_log() -> Callable[[str, str], None]:
    """Call it with a logger's name and a line's beginning: this test expects such lines."""

    def expect(logger: str, beginning: str) -> None:
        _expected_here.append((logger, beginning))

    return expect


_expected_here: list[tuple[str, str]] = []


def _is_expected(record: logging.LogRecord) -> bool:
    message = record.getMessage()
    return any(
        record.name == name and message.startswith(beginning)
        for name, beginning in (*EXPECTED_LOGS, *_expected_here)
    )


QT_ROOTS = frozenset({"PySide6", "shiboken6", "pyqtgraph", "gui"})
"""What imports Qt, or is Qt."""


@pytest.fixture(autouse=True)
def qt_is_imported_on_the_windows_thread_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test in which another thread imports anything of Qt, loaded already or not.

    Qt's types are made when they are first asked for; made on one thread while another one paints,
    they kill the process, but seldom enough to pass.
    """
    found: list[str] = []

    def note(name: str) -> None:
        if name.partition(".")[0] in QT_ROOTS:
            thread = threading.current_thread()
            if thread is not threading.main_thread():
                found.append(f"{name} on {thread.name}")

    statement, function = builtins.__import__, importlib.import_module

    def by_statement(name: str, *args: Any, **kwargs: Any) -> Any:
        note(name)
        return statement(name, *args, **kwargs)

    def by_function(name: str, package: str | None = None) -> Any:
        note(name)
        return function(name, package)

    monkeypatch.setattr(builtins, "__import__", by_statement)
    monkeypatch.setattr(importlib, "import_module", by_function)
    yield
    if found:
        pytest.fail(f"imported off the window's thread: {', '.join(found)}", pytrace=False)


@pytest.fixture(autouse=True)
def no_stray_logs() -> Iterator[None]:
    """Fail a test during which anything logs a warning or worse that nobody expected.

    It listens where records are made, because torch's loggers do not pass theirs on.
    """
    records: list[logging.LogRecord] = []
    make = logging.getLogRecordFactory()

    def listen(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record: logging.LogRecord = make(*args, **kwargs)
        if record.levelno >= logging.WARNING:
            records.append(record)
        return record

    logging.setLogRecordFactory(listen)
    yield
    logging.setLogRecordFactory(make)
    strays = [record for record in records if not _is_expected(record)]
    _expected_here.clear()
    if strays:
        lines = "\n".join(f"  {r.levelname} {r.name}: {r.getMessage()}" for r in strays)
        pytest.fail(f"unexpected log lines:\n{lines}", pytrace=False)


def _threads() -> set[threading.Thread]:
    """Python's threads; a Qt thread that ran Python shows up as a dummy that never goes."""
    return {
        thread
        for thread in threading.enumerate()
        if not isinstance(thread, threading._DummyThread)
        and not thread.name.startswith(EXPECTED_THREADS)
    }


@pytest.fixture(autouse=True)
def no_dangling_threads() -> Iterator[None]:
    """Fail a test that leaves a Python thread running."""
    before = _threads()
    yield
    left = _threads() - before
    deadline = time.monotonic() + GRACE_SECONDS
    for thread in left:
        thread.join(max(0.0, deadline - time.monotonic()))
    running = sorted(thread.name for thread in left if thread.is_alive())
    if running:
        pytest.fail(f"threads still running: {', '.join(running)}", pytrace=False)


@pytest.fixture(autouse=True)
def nothing_of_qt_dangles(
    request: pytest.FixtureRequest, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Fail a test of the window that leaves a Qt thread running or a timer ticking."""
    folder = request.path.relative_to(Path(__file__).parent).parts[0]
    if folder not in {"gui", "journeys"} and "qtbot" not in request.fixturenames:
        yield
        return
    from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QThread, QTimer
    from shiboken6 import isValid

    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, str(home / ".config"))
    started: list[QTimer | QThread] = []

    def remember(kind: type[QTimer] | type[QThread]) -> None:
        start: Callable[..., None] = kind.start

        def start_and_remember(self: QTimer | QThread, *args: Any) -> None:
            started.append(self)
            start(self, *args)

        monkeypatch.setattr(kind, "start", start_and_remember)

    remember(QTimer)
    remember(QThread)
    gc.disable()  # or a thread at work may destroy what is garbage of the test before
    yield
    if QCoreApplication.instance() is not None:  # what was told to delete itself, deletes itself
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        _let_go_of_the_keys()
    gc.collect(1)  # what is new since then; to look through all of torch again takes long
    gc.enable()
    alive = list({id(one): one for one in started if isValid(one)}.values())
    threads = [one for one in alive if isinstance(one, QThread) and not one.wait(2000)]
    timers = [one for one in alive if isinstance(one, QTimer) and one.isActive()]
    for timer in timers:  # so that it does not tick into the next test
        timer.stop()
    left = [_described(one) for one in (*threads, *timers)]
    if left:
        pytest.fail(f"still running after the test: {', '.join(left)}", pytrace=False)


def _let_go_of_the_keys() -> None:
    """A click with Shift leaves Shift held, and the next test chooses rows of tables otherwise."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QWidget

    if not isinstance(QApplication.instance(), QApplication):
        return
    if QGuiApplication.keyboardModifiers() is not Qt.KeyboardModifier.NoModifier:
        QTest.keyRelease(QWidget(), Qt.Key.Key_Shift)


def _described(one: Any) -> str:
    """A Qt thread or timer by its class, its name and the widget it belongs to."""
    parent = one.parent()
    owner = f" of {type(parent).__name__}" if parent is not None else ""
    return f"{type(one).__name__} ({one.objectName() or 'unnamed'}){owner}"
