"""Definitions of ours, as source that can stand in a file of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from engine.export.python.expressions import OURS

MOST = 10_000
"""More definitions than there are."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A class, function or constant at the top of a module."""

    name: str
    rank: int
    """Where it comes: behind all that it may need when it is made."""
    source: str
    names: frozenset[str]
    """All names in it."""
    imports: tuple[str, ...]
    """What it takes from elsewhere than from our own modules, as lines."""
    is_plain: bool = False
    """Whether it is a constant that needs nothing else."""


OWN = ("engine.", "graphs.")
ROOM = "engine.export.python.training.taken_along"
ALONG = (
    "graphs.wording.visible",
    "engine.seeds",
    "engine.data.augmentation",
    "engine.data.pictures.plain",
    "engine.data.texts.tokens",
    f"{ROOM}.plain_files",
    f"{ROOM}.weights_files",
    f"{ROOM}.array_files",
    f"{ROOM}.csv_files",
    f"{ROOM}.columns",
    f"{ROOM}.picture_files",
    f"{ROOM}.text_files",
    f"{ROOM}.steps",
    f"{ROOM}.learning",
    f"{ROOM}.answers",
    f"{ROOM}.command_line",
)
"""Where functions lie that a file takes along which trains."""


def needed(targets: Iterable[str], code: Iterable[str] = ()) -> list[Definition]:
    """The definitions of these targets of ours, with all that they need, in order.

    Also what lines of ``code`` call of what may be taken along.
    """
    own = [target.rpartition(".")[2] for target in targets if target.startswith(OURS)]
    called = {name for line in code for name in re.findall(r"(?<![.\w])(\w+)\(", line)}
    found = {**_with_needs(_along(), sorted(called)), **_with_needs(_definitions(), own)}
    return sorted(found.values(), key=lambda one: one.rank)


def _with_needs(known: Mapping[str, Definition], asked: Iterable[str]) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    waiting = list(asked)
    while waiting:
        name = waiting.pop()
        if name not in found and name in known:
            found[name] = known[name]
            waiting.extend(known[name].names)
    return found


def taken_along_names() -> frozenset[str]:
    """What is called by its name where it is taken along."""
    return frozenset(_along())


@cache
def _definitions() -> dict[str, Definition]:
    return _read(_in_order({m.name.removesuffix(".py"): m for m in _modules()}), 0)


@cache
def _along() -> dict[str, Definition]:
    """Those that may be taken along, which come before all others."""
    sources = [
        (files(package) / f"{module}.py").read_text("utf-8")
        for package, _, module in (name.rpartition(".") for name in ALONG)
    ]
    return _read(sources, -MOST)


def _read(sources: Iterable[str], first: int) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    for source in sources:
        tree = ast.parse(source)
        imports = dict(_imports(tree))
        for node in tree.body:
            for name in _defined(node):
                names = _named(node)
                taken = tuple(sorted({imports[one] for one in names if one in imports}))
                text = ast.get_source_segment(source, node) or ""
                needs = names - {name}
                is_plain = isinstance(node, ast.Assign | ast.AnnAssign) and not needs
                found[name] = Definition(name, first + len(found), text, needs, taken, is_plain)
    return found


def _modules() -> Iterator[Traversable]:
    return (one for one in files("engine.modules").iterdir() if one.name.endswith(".py"))


def _in_order(modules: dict[str, Traversable]) -> Iterator[str]:
    """The sources of all modules, each behind those that it imports."""
    done: set[str] = set()

    def visited(name: str) -> Iterator[str]:
        if name in done:
            return
        done.add(name)
        source = modules[name].read_text("utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(OURS):
                yield from visited(f"{node.module}.".removeprefix(OURS).strip(".") or "__init__")
        yield source

    for name in sorted(modules):
        yield from visited(name)


def _imports(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Names that a module takes from elsewhere than from us, and the line that brings each."""
    for node in tree.body:
        match node:
            case ast.Import(names):
                yield from ((one.name.partition(".")[0], f"import {one.name}") for one in names)
            case ast.ImportFrom(module, names) if module and not module.startswith(OWN):
                yield from ((one.name, f"from {module} import {one.name}") for one in names)


def _named(node: ast.stmt) -> frozenset[str]:
    """What a definition takes from around it: no decorators, which stay, and none of its own."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        parts: list[ast.AST] = [*ast.iter_child_nodes(node)]
        parts = [part for part in parts if part not in node.decorator_list]
    else:
        parts = [node]
    found = [one for part in parts for one in ast.walk(part)]
    names = {one.id for one in found if isinstance(one, ast.Name)}
    if isinstance(node, ast.FunctionDef):
        given = {one.arg for one in found if isinstance(one, ast.arg)}
        stored = (one for one in found if isinstance(one, ast.Name))
        names -= given | {one.id for one in stored if isinstance(one.ctx, ast.Store)}
    return frozenset(names)


def _defined(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef(name) | ast.ClassDef(name):
            return [name]
        case ast.Assign(targets):
            return [one.id for one in targets if isinstance(one, ast.Name)]
        case ast.AnnAssign(ast.Name(name)):
            return [name]
        case _:
            return []
