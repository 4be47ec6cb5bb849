"""The house: small rooms that say what they are for, no circles, and walks that can be followed."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TypeGuard

import networkx
import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("gui", "engine", "graphs")
MOST_MODULES = 15
WALKS = re.findall(
    r"^### (From [^\n]+)\n(.*?)(?=^#|\Z)",
    (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)


def rooms() -> list[Path]:
    """Every folder of the program that holds modules."""
    return sorted({path.parent for package in PACKAGES for path in (ROOT / package).rglob("*.py")})


def named(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def modules() -> dict[str, Path]:
    """Every module of the program by its name."""
    return {named(path): path for one in PACKAGES for path in (ROOT / one).rglob("*.py")}


def imported(path: Path) -> Iterator[str]:
    """The modules of the program that one imports anywhere in it, also for its types alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in modules() else node.module


@cache
def imports() -> "networkx.DiGraph[str]":
    """Which module imports which."""
    return networkx.DiGraph(
        (name, other)
        for name, path in modules().items()
        for other in imported(path)
        if other in modules() and other != name
    )


@pytest.mark.parametrize("room", rooms(), ids=lambda room: str(room.relative_to(ROOT)))
def test_a_room_holds_few_modules_and_says_what_it_is_for(room: Path) -> None:
    assert len([one for one in room.glob("*.py") if one.stem != "__init__"]) <= MOST_MODULES
    said = ast.get_docstring(ast.parse((room / "__init__.py").read_text(encoding="utf-8")))
    assert said is not None and said.partition("\n")[0].endswith(".")


def test_no_modules_import_each_other_in_a_circle() -> None:
    circles = [
        sorted(found)
        for found in networkx.strongly_connected_components(imports())
        if len(found) > 1
    ]
    assert not circles


def test_what_draws_and_edits_a_graph_does_not_take_it_for_the_main_one() -> None:
    rooms_of_a_graph = ("canvas", "problems", "inspector/node_page", "forms")
    wrong = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted((ROOT / "gui").rglob("*.py"))
        if path.relative_to(ROOT / "gui").as_posix().startswith(rooms_of_a_graph)
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\bMAIN\b|\bdocument\.main\b", line)
    ]
    assert not wrong


def test_a_public_class_or_kind_of_value_has_a_name_of_its_own() -> None:
    homes: dict[str, list[str]] = {}
    for module, path in modules().items():
        for name in _public(ast.parse(path.read_text(encoding="utf-8"))):
            homes.setdefault(name, []).append(module)
    twice = {
        name: places for name, places in homes.items() if len(places) > 1 and not _are_twins(places)
    }
    assert not twice


def _public(tree: ast.Module) -> set[str]:
    """Public classes, and names given to types; those that stand for any type are no such."""
    found = set()
    for node in tree.body:
        match node:
            case ast.ClassDef(name):
                found.add(name)
            case ast.Assign(targets=[ast.Name(name)], value=ast.expr() as value):
                found.add(name if _is_type(value) else "")
            case ast.AnnAssign(target=ast.Name(name), annotation=ast.Name("TypeAlias")):
                found.add(name)
            case _:
                pass
    return {name for name in found if re.match(r"[A-Z]\w*[a-z]", name)}


def _is_type(value: ast.expr) -> bool:
    return isinstance(value, ast.Subscript | ast.Attribute | ast.BinOp)


def _are_twins(places: list[str]) -> bool:
    """A layer and its module, both called as torch calls them."""
    rooms_of_both = ("graphs.layers", "engine.modules")
    return len(places) == 2 and all(
        any(one.startswith(room) for one in places) for room in rooms_of_both
    )


def test_nothing_asks_by_its_id_which_layer_it_is() -> None:
    wrong = []
    for path in modules().values():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            asked = isinstance(node, ast.Compare) and "layer" in ast.unparse(node)
            listed = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "frozenset"
            if (asked or listed) and _layer_ids() & _texts(node):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")  # type: ignore[attr-defined]
    assert not wrong


def _texts(tree: ast.AST) -> set[object]:
    return {one.value for one in ast.walk(tree) if isinstance(one, ast.Constant)}


@cache
def _layer_ids() -> frozenset[str]:
    from graphs.layers import Layer

    return frozenset(kind.id for kind in Layer.registered())


QT = frozenset({"accept", "data", "event", "paint", "reject", "run", "validate"})
"""Methods of Qt that are in one word; the others are told by their capitals."""


def test_public_methods_say_what_they_do_where_they_or_what_they_stand_in_for_first_do() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{method.lineno}: {one.name}.{method.name}"
        for path, one in _classes()
        if not one.name.startswith("_")
        for method in _methods(one)
        if not method.name.startswith("_") and method.name.islower()
        if not ast.get_docstring(method) and method.name not in QT
        if method.name == "forward" or method.name not in _told_before(one)
    ]
    assert not wrong, "\n".join(wrong)


@cache
def _classes() -> tuple[tuple[Path, ast.ClassDef], ...]:
    parsed = ((path, ast.parse(path.read_text(encoding="utf-8"))) for path in modules().values())
    return tuple((path, one) for path, tree in parsed for one in ast.walk(tree) if _is_class(one))


def _is_class(one: ast.AST) -> TypeGuard[ast.ClassDef]:
    return isinstance(one, ast.ClassDef)


def _methods(one: ast.ClassDef) -> list[ast.FunctionDef]:
    return [method for method in one.body if isinstance(method, ast.FunctionDef)]


def _bases(one: ast.ClassDef) -> set[str]:
    return {ast.unparse(base).split("[")[0].split(".")[-1] for base in one.bases}


@cache
def _bases_by_name() -> dict[str, set[str]]:
    """The names of the bases of all classes of one name."""
    found: dict[str, set[str]] = {}
    for _, one in _classes():
        found.setdefault(one.name, set()).update(_bases(one))
    return found


@cache
def _told_by_name() -> dict[str, set[str]]:
    """The methods that classes of one name tell of."""
    found: dict[str, set[str]] = {}
    for _, one in _classes():
        told = {method.name for method in _methods(one) if ast.get_docstring(method)}
        found.setdefault(one.name, set()).update(told)
    return found


def _told_before(one: ast.ClassDef) -> set[str]:
    """The methods that a class's bases tell of, or a protocol, which is met without a word."""
    protocols = {name for name, bases in _bases_by_name().items() if "Protocol" in bases}
    if one.name in protocols:
        return set()
    known, waiting = set[str](), [*_bases(one), *protocols]
    while waiting:
        name = waiting.pop()
        if name not in known:
            known.add(name)
            waiting += _bases_by_name().get(name, ())
    return {method for name in known for method in _told_by_name().get(name, ())}


@pytest.mark.parametrize("package", PACKAGES)
def test_tests_lie_in_rooms_of_the_same_names(package: str) -> None:
    folders = {path.parent.relative_to(ROOT / "tests") for path in _tests(package)}
    assert folders and all((ROOT / folder).is_dir() for folder in folders)


def test_the_four_walks_are_told() -> None:
    assert len(WALKS) == 4


@pytest.mark.parametrize(("title", "told"), WALKS, ids=[title for title, _ in WALKS])
def test_a_walk_goes_from_each_file_to_one_that_it_imports_or_that_imports_it(
    title: str, told: str
) -> None:
    steps = re.findall(r"^\d+\. `([\w/]+\.py)`", told, re.MULTILINE)
    assert len(steps) >= 5, title
    names = [named(ROOT / step) for step in steps]
    assert names[0] in modules()
    for here, there in pairwise(names):
        assert there in modules(), there
        assert _are_neighbours(here, there), f"{title}: {here} and {there}"


def _are_neighbours(one: str, other: str) -> bool:
    """Whether one of them imports the other, or the room whose first page gives it on."""
    given_on = imports()
    return any(
        given_on.has_edge(a, b)
        or (a in given_on and any(given_on.has_edge(room, b) for room in _first_pages(a)))
        for a, b in ((one, other), (other, one))
    )


def _first_pages(name: str) -> list[str]:
    return [one for one in imports()[name] if modules()[one].stem == "__init__"]


def _tests(package: str) -> list[Path]:
    return list((ROOT / "tests" / package).rglob("test_*.py"))
