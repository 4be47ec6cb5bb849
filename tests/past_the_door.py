"""What goes past the one door for texts: words that no translator gets, or none can put right."""

import ast
import re
from collections.abc import Iterator

from tests.texts import (
    BESIDE,
    DECLARING,
    INTERNAL,
    LOOKING_UP,
    Module,
    called,
    choices,
    is_phrase,
    modules,
    user_errors,
)

FILLED = frozenset({"phrase", "counted", "problem"})
"""Calls that fill a template with values; errors for users do, too."""
ABOUT = frozenset({"setting", "port", "fix", "severity", "more"})
"""What a problem is told beside the values of its template."""
GRAMMAR = frozenset({"is", "are", "was", "were", "has", "have", "s", "es", "ve", "no", "each"})
"""Words that belong to a sentence, and say nothing without it."""
LABELS = frozenset(
    {"{} is missing", "{} has bytes", "column {}", "other numbers", "{}[*] – Layerloom"}
)
"""Names that stay as they are: in fingerprints of data, in documents, and in facts for scripts."""
KEYS = frozenset({"gesture", "do", "setObjectName", "named", "wrapped"})
"""Calls and arguments that tell things apart."""


Found = Iterator[tuple[int, str]]


def bypassing() -> Iterator[str]:
    """Texts for users that are put together in place, or that are not looked up."""
    for module in modules():
        if module.name not in BESIDE:
            yield from (f"{module.name}:{line}: {text}" for line, text in of_module(module))


def of_module(module: Module) -> Found:
    """The same in one module: where, and what."""
    for found in RULES:
        yield from found(module)


def _in_place(module: Module) -> Found:
    """Sentences outside of every door, and values set between words."""
    doors = LOOKING_UP | DECLARING | INTERNAL | user_errors()
    for node, text in module.texts():
        has_values = isinstance(node, ast.JoinedStr)
        if not is_phrase(text, 1 if has_values else 3) or not module.is_in_function(node):
            continue
        within = set(module.calls(node))
        if (
            within & INTERNAL
            or module.is_told_apart_by(node)
            or _is_key(module, node)
            or text in LABELS
        ):
            continue
        if has_values or not within & doors:
            yield node.lineno, text


def _as_values(module: Module) -> Found:
    """English words given to a template as values: ``plural="s"``, ``which="have"``."""
    for node in module.nodes:
        if not isinstance(node, ast.Call) or called(node) not in FILLED | user_errors():
            continue
        for keyword in node.keywords:
            if keyword.arg not in ABOUT:
                yield from _words(module, keyword.value)


def _words(module: Module, value: ast.expr) -> Found:
    """The literals in an expression, but for those that are looked up or only compared."""
    match value:
        case ast.Constant(str(text)) if re.search(r"[^\W\d_]", text):
            yield value.lineno, text
        case ast.IfExp():
            yield from _words(module, value.body)
            yield from _words(module, value.orelse)
        case ast.FormattedValue(value=inner):  # its format is no text
            yield from _words(module, inner)
        case ast.BinOp(op=ast.Add() | ast.Mult()) | ast.BoolOp() | ast.JoinedStr():
            for one in ast.iter_child_nodes(value):
                if isinstance(one, ast.expr):
                    yield from _words(module, one)
        case ast.Call(func=ast.Attribute(value=ast.Constant() as joint, attr="join")):
            yield from _words(module, joint)
        case _:
            pass


def _constants(module: Module) -> Found:
    """Templates with a name that are given as values without being looked up."""
    named = {
        target.id
        for one in module.tree.body
        if isinstance(one, ast.Assign | ast.AnnAssign)
        and isinstance(one.value, ast.Constant)
        and isinstance(one.value.value, str)
        and is_phrase(one.value.value, 3)
        if "TypeAlias" not in ast.unparse(getattr(one, "annotation", one))
        for target in (one.targets if isinstance(one, ast.Assign) else [one.target])
        if isinstance(target, ast.Name)
    }
    for node in module.nodes:
        if not isinstance(node, ast.Name) or node.id not in named:
            continue
        over = next(module.above(node), None)
        is_value = isinstance(over, ast.keyword | ast.FormattedValue | ast.Tuple | ast.List)
        is_value = is_value and getattr(over, "arg", "") not in ABOUT
        is_list = isinstance(over, ast.Tuple | ast.List)
        is_value = is_value and (module.is_in_function(node) or not is_list)
        if is_value:
            yield node.lineno, node.id


def _in_conditions(module: Module) -> Found:
    """Words of which one is chosen: ``"Freeze" if frozen else "Unfreeze"``."""
    doors = LOOKING_UP | DECLARING | INTERNAL | user_errors()
    for node, text in module.texts():
        over = next(module.above(node), None)
        if not isinstance(over, ast.IfExp) or node is over.test or text in choices() | LABELS:
            continue
        is_word = " " in text.strip() or text != text.strip() or text.strip() in GRAMMAR
        is_shown = is_word or re.fullmatch("[A-Z][a-z]+", text)
        if is_shown and re.search(r"[^\W\d_]", text) and not set(module.calls(node)) & doors:
            yield node.lineno, text


def _endings(module: Module) -> Found:
    """Endings that depend on a count: ``f"column{'s' * (count != 1)}"``."""
    for node in module.nodes:
        match node:
            case ast.FormattedValue(value=ast.BinOp(left=ast.Constant(str(text)), op=ast.Mult())):
                if re.fullmatch("[a-z]+", text):
                    yield node.lineno, text
            case ast.FormattedValue(value=ast.IfExp(body=ast.Constant(str(text)))):
                if re.fullmatch("[a-z]+", text) and text in GRAMMAR:
                    yield node.lineno, text
            case _:
                pass


def _steps(module: Module) -> Found:
    """Names of steps, which the menu shows."""
    for node in module.nodes:
        if isinstance(node, ast.Call) and called(node) == "Step" and node.args:
            yield from ((line, text) for line, text in _words(module, node.args[0]) if text)


def _formats(module: Module) -> Found:
    """Templates that are filled before they are looked up, or beside the door."""
    for node in module.nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(attr="json"), attr="format")):
                continue  # msgspec's
            case ast.Call(func=ast.Attribute(attr="format")) if not module.name.startswith("gui"):
                yield node.lineno, ast.unparse(node)


RULES = (_in_place, _as_values, _constants, _in_conditions, _endings, _steps, _formats)


def _is_key(module: Module, node: ast.AST) -> bool:
    """Whether a text tells gestures or widgets apart."""
    return any(
        (isinstance(one, ast.keyword) and one.arg in KEYS)
        or (isinstance(one, ast.Call) and called(one) in KEYS)
        for one in module.above(node)
    )
