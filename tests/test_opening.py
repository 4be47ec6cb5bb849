"""Every path that a user or a file names is opened in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
READERS = frozenset({
    "open", "load", "loadtxt", "genfromtxt", "fromfile",
    "memmap", "safe_open", "connect", "ZipFile", "TarFile",
})  # fmt: skip
"""Names of calls that open what lies at a path."""
OWNERS = frozenset({"os", "io", "codecs", "gzip", "bz2", "lzma", "np", "numpy", "Image", "sqlite3"})
"""Modules whose ``open``, ``load`` or ``connect`` opens a path."""
TABLES = ("read_csv", "read_parquet", "read_excel", "read_ipc", "read_ndjson", "read_json", "scan_")
EXCEPTIONS = {
    "graphs/files/opener.py": "it is the place",
    "graphs/files/saving.py": "makes files that are not there, and syncs folders",
    "graphs/keeping/log.py": "makes a file that is not there, and writes on in it",
    "graphs/files/owners.py": "asks the system, in files of the system",
    "engine/machine.py": "asks the system, in files of the system",
    "engine/export/process.py": "files in a folder that it has just made for itself",
    "engine/export/python/own_code.py": "files of the program",
    "engine/export/python/training/taken_along/array_files.py": "stands in a file by itself",
    "engine/export/python/training/taken_along/csv_files.py": "stands in a file by itself",
    "engine/export/python/training/taken_along/picture_files.py": "stands in a file by itself",
    "engine/export/python/training/taken_along/text_files.py": "stands in a file by itself",
    "engine/runs/run_index.py": "SQLite opens by the path; what lies there was checked before",
    "engine/weights/initial_weights.py": (
        "safetensors opens by the path; what lies there was checked before"
    ),
    "engine/data/pictures/decoding.py": "Pillow and numpy are given an open file",
    "engine/data/arrays/array_files.py": "zipfile is given an open file",
    "engine/data/sources/bundled/files.py": "files of an installed package",
    "engine/data/sources/bundled/english_text.py": "a file of the program",
    "graphs/templates/sets.py": "a file of the program",
    "gui/look/stylesheet.py": "files of the program",
    "gui/look/icons.py": "files of the program",
    "engine/data/choosing/at_hand.py": (
        "asks a Parquet file that the opener has looked at for its columns"
    ),
    "engine/data/tables/files/parquet.py": "polars is given bytes",
    "engine/data/tables/files/text/quick.py": "polars is given bytes",
    "engine/data/tables/files/archives.py": "zipfile is given bytes",
}


def sources() -> Iterator[Path]:
    for package in ("graphs", "engine", "gui"):
        yield from sorted((ROOT / package).rglob("*.py"))


def opened(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Where a file is opened by its path, and by what call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _opens(node):
            yield node.lineno, ast.unparse(node.func)


def _opens(call: ast.Call) -> bool:
    match call.func:
        case ast.Name(id="open" | "safe_open" | "ZipFile"):
            return True
        case ast.Attribute(attr="read_text" | "read_bytes" | "safe_open" | "ZipFile"):
            return ast.unparse(call.func) != "opener.read_bytes"
        case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in OWNERS:
            return name in READERS
        case ast.Attribute(value=ast.Name(id="polars" | "pl"), attr=name):
            return name.startswith(TABLES)
        case ast.Attribute(attr="open"):
            return _has_a_mode(call)
        case _:
            return False


def _has_a_mode(call: ast.Call) -> bool:
    """Whether it is a path that is opened, not a window: with a mode, or with an encoding."""
    first = call.args[0] if call.args else None
    said = isinstance(first, ast.Constant) and isinstance(first.value, str)
    return said or any(word.arg in {"mode", "encoding", "newline"} for word in call.keywords)


@pytest.mark.parametrize(
    "call",
    [
        "open(p)", "Path(p).open('rb')", "p.open(encoding='utf-8')", "p.read_text()",
        "p.read_bytes()", "np.load(p)", "Image.open(p)", "safetensors.safe_open(p, 'pt')",
        "polars.read_csv(p)", "polars.scan_parquet(p)", "os.open(p, 0)", "zipfile.ZipFile(p)",
        "sqlite3.connect(p)", "gzip.open(p)",
    ],
)  # fmt: skip
def test_what_opens_a_path_is_seen(call: str) -> None:
    assert len(list(opened(ast.parse(call)))) == 1


def test_no_path_is_opened_outside_of_the_opener() -> None:
    found = [
        f"{name}:{line} {call}"
        for path in sources()
        if (name := path.relative_to(ROOT).as_posix()) not in EXCEPTIONS
        for line, call in opened(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not found, "use graphs.files.opener, graphs.files.strict or engine.data.paths: " + str(
        found
    )
