"""What the library check says when the loader fails in ways it has been seen to fail."""

from pathlib import Path

import pytest

from gui.libraries import advice, complaint, main, missing_from_error, missing_from_ldd

EGL = "libEGL.so.1: cannot open shared object file: No such file or directory"
XCB_LDD = """\
\tlinux-vdso.so.1 (0x00007ffd1a9f2000)
\tlibQt6XcbQpa.so.6 => /opt/PySide6/Qt/lib/libQt6XcbQpa.so.6 (0x00007f21cd800000)
\tlibxcb-cursor.so.0 => not found
\tlibxcb-icccm.so.4 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f21cd200000)
\tlibxcb-cursor.so.0 => not found
"""


def nothing_loads(module: str) -> object:
    raise ImportError(EGL) if module == "PySide6.QtGui" else ImportError(f"{module} needs QtGui")


def everything_loads(module: str) -> object:
    return module


def nothing_traced(path: Path) -> str:
    return ""


def test_the_loaders_error_names_the_library() -> None:
    assert missing_from_error(EGL) == ["libEGL.so.1"]


def test_an_error_about_something_else_names_no_library() -> None:
    assert missing_from_error("No module named 'PySide6'") == []


def test_ldd_names_each_missing_library_once() -> None:
    assert missing_from_ldd(XCB_LDD) == ["libxcb-cursor.so.0", "libxcb-icccm.so.4"]


def test_the_advice_is_one_line_to_install_everything() -> None:
    text = advice(["libxcb-cursor.so.0", "libEGL.so.1", "libEGL.so.1", "libglib-2.0.so.0"])
    assert text.splitlines()[-1] == (
        "On Debian or Ubuntu: sudo apt-get install -y libegl1 libglib2.0-0 libxcb-cursor0"
    )


def test_a_library_without_a_known_package_is_still_named() -> None:
    text = advice(["libnew.so.7"])
    assert "apt-get" not in text
    assert "Find the package that has libnew.so.7 and install it." in text


def test_a_missing_library_is_reported_together_with_all_that_ldd_finds(tmp_path: Path) -> None:
    def trace(path: Path) -> str:
        return "\tlibfontconfig.so.1 => not found\n" if "QtGui" in path.name else ""

    text = complaint({}, load=nothing_loads, trace=trace, folder=tmp_path)
    assert text is not None
    assert "libegl1 libfontconfig1" in text


@pytest.mark.parametrize(
    ("environment", "looked_at"),
    [
        ({"DISPLAY": ":0"}, True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}, True),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, False),
        ({}, False),
    ],
)
def test_the_display_plugin_is_looked_at_when_it_will_be_used(
    environment: dict[str, str], looked_at: bool, tmp_path: Path
) -> None:
    def trace(path: Path) -> str:
        assert path.name == "libqxcb.so"
        return XCB_LDD

    text = complaint(environment, load=everything_loads, trace=trace, folder=tmp_path)
    assert (text is not None and "libxcb-cursor0 libxcb-icccm4" in text) is looked_at


def test_an_import_that_fails_for_another_reason_is_passed_on() -> None:
    def load(module: str) -> object:
        raise ImportError("No module named 'PySide6'")

    text = complaint({}, load=load, trace=nothing_traced)
    assert text is not None
    assert "No module named 'PySide6'" in text
    assert "make clean run" in text


def test_nothing_is_said_when_qt_loads() -> None:
    assert complaint({}, load=everything_loads, trace=nothing_traced) is None


def test_this_machine_can_load_qt(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--offscreen"]) == 0
    assert capsys.readouterr() == ("", "")
