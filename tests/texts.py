"""Every text that a user may read, found in the source.

``python -m tests.texts FILE`` writes the catalogue as Qt Linguist reads it: ``make texts``.
"""

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import get_args, get_type_hints
from xml.etree import ElementTree

from graphs.notation import Notation

ROOT = Path(__file__).parent.parent
PACKAGES = ("graphs", "engine", "gui")
PHRASES = "phrases"
"""The context of all that goes through ``graphs.wording.phrases``."""
BESIDE = frozenset({
    "graphs/wording/phrases.py",
    "engine/export/table_inputs.py",  # what stands in ONNX files is English everywhere
    "engine/export/metadata.py",
    "engine/export/python/class_source.py",  # and what stands in code
    "engine/export/python/classes.py",
    "engine/export/python/network_source.py",
    "engine/export/python/variables.py",
    "engine/export/python/own_code.py",
    "engine/export/python/python_file.py",
    "engine/export/python/verified_code.py",
    "engine/export/python/training/answering.py",
    "engine/export/python/training/augmenting.py",
    "engine/export/python/training/criterion.py",
    "engine/export/python/training/data_source.py",
    "engine/export/python/training/descent.py",
    "engine/export/python/training/encodings.py",
    "engine/export/python/training/first_weights.py",
    "engine/export/python/training/half.py",
    "engine/export/python/training/judging.py",
    "engine/export/python/training/taken_along/answers.py",
    "engine/export/python/training/taken_along/array_files.py",
    "engine/export/python/training/taken_along/columns.py",
    "engine/export/python/training/taken_along/command_line.py",
    "engine/export/python/training/taken_along/learning.py",
    "engine/export/python/training/taken_along/picture_files.py",
    "engine/export/python/training/taken_along/steps.py",
    "engine/export/python/training/taken_along/text_files.py",
    "engine/export/python/training/training_source.py",
    "engine/export/program/verified_program.py",
    "engine/export/comparing.py",
    "engine/export/refusals.py",  # recognises what libraries say
    "engine/runs/events/event_types.py",
    "gui/__main__.py",  # help of the command, before anything is loaded
    "gui/libraries.py",
})  # fmt: skip
"""Modules whose words are not looked up, for the reason told."""
INTERNAL = frozenset(
    [
        "StepError",
        "ValueError",
        "TypeError",
        "AssertionError",
        "RuntimeError",
        "KeyError",
        "NotImplementedError",
        "AttributeError",
        "LookupError",
        "IndexError",
        "OSError",
        "PermissionError",
        "compile",
        "execute",
        "executescript",
        "warning",
        "debug",
        "info",
        "exception",
        "error",
        "critical",
        "cast",
        "TypeVar",
        "Thread",
        "setStyleSheet",
        "toString",
        "add_argument",
        "ArgumentParser",
        "Option",
        "Argument",
        "Typer",
        "getLogger",
        "search",
        "match",
        "sub",
        "split",
        "fullmatch",
        "findall",
    ]
)
"""Calls whose texts no user reads as they stand, and those of typer, which reads at import."""
DECLARING = frozenset({"block", "param", "template", "problem", "Parameter", "SettingKind"})
"""Calls that keep a template, which is looked up when it is shown."""
LOOKING_UP = frozenset({"phrase", "counted", "by_count", "tr", "translate", "_tr", "_say", "say"})


@dataclass(frozen=True, order=True, slots=True)
class Text:
    """A text in English, and where it stands."""

    context: str
    source: str
    file: str
    line: int


class Module:
    """One file of the program, as a tree in which each node knows what it is in."""

    def __init__(self, path: Path) -> None:
        self.name = path.relative_to(ROOT).as_posix()
        self.tree = ast.parse(path.read_text("utf-8"))
        self.nodes = tuple(ast.walk(self.tree))
        """All that is in it, from outside to inside."""
        self._above = {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}
        holders = ast.Module | ast.ClassDef | ast.FunctionDef
        self._docs = {
            part.value
            for node in self.nodes
            if isinstance(node, holders)
            for part in node.body
            if isinstance(part, ast.Expr)
        }

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """What a node is in, from inside to outside."""
        while (over := self._above.get(node)) is not None:
            yield over
            node = over

    def texts(self) -> Iterator[tuple[ast.expr, str]]:
        """Texts and those with values in them, but for docstrings and parts of others."""
        for node in self.nodes:
            if node in self._docs or not isinstance(node, ast.Constant | ast.JoinedStr):
                continue
            if any(isinstance(one, ast.JoinedStr | ast.FormattedValue) for one in self.above(node)):
                continue
            if isinstance(node, ast.JoinedStr):
                parts = [p.value if isinstance(p, ast.Constant) else "{}" for p in node.values]
                yield node, "".join(map(str, parts))
            elif isinstance(node.value, str):
                yield node, node.value

    def calls(self, node: ast.AST) -> list[str]:
        """The names of the calls that a node is an argument of, at any depth."""
        return [called(one) for one in self.above(node) if isinstance(one, ast.Call)]

    def is_in_function(self, node: ast.AST) -> bool:
        return any(isinstance(one, ast.FunctionDef | ast.Lambda) for one in self.above(node))

    def is_told_apart_by(self, node: ast.AST) -> bool:
        """Whether a text is only compared, is an index, or is a type."""
        kinds = ast.Compare | ast.MatchValue | ast.Subscript | ast.Assert | ast.arg
        is_type = any(node is getattr(one, "returns", None) for one in self.above(node))
        return is_type or any(isinstance(one, kinds) for one in self.above(node))

    def class_of(self, node: ast.AST) -> str:
        return next((one.name for one in self.above(node) if isinstance(one, ast.ClassDef)), "")


def called(call: ast.Call) -> str:
    """The last name of what is called."""
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


@cache
def modules() -> tuple[Module, ...]:
    """Every file of the program."""
    return tuple(
        Module(path) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))
    )


@cache
def user_errors() -> set[str]:
    """The names of all errors whose message is for users."""
    bases = {"UserError"}
    classes = [n for m in modules() for n in m.nodes if isinstance(n, ast.ClassDef)]
    while True:
        found = {c.name for c in classes if {getattr(b, "id", "") for b in c.bases} & bases}
        if found <= bases:
            return bases
        bases |= found


@cache
def choices() -> frozenset[str]:
    """The words that settings choose from, which stand in files and are looked up to be shown."""
    from tests.families import everything

    kinds = [setting.kind for kind in everything() for setting in kind.parameters()]
    kinds += get_type_hints(Notation).values()
    found = (get_args(one) for kind in kinds for one in (kind, *get_args(kind)))
    return frozenset(one for some in found for one in some if isinstance(one, str))


def is_phrase(text: str, words: int = 2) -> bool:
    """Whether a text is words for people, rather than a name, a pattern or markup."""
    if (
        text in choices()
        or " " not in text.strip()
        or "\\" in text
        or ("<" in text and ">" in text)
    ):
        return False
    if re.search(r"\"\w*\": |https?:|px;|yyyy|\b(SELECT|INSERT|DELETE|PRAGMA|CREATE)\b", text):
        return False
    return len(re.findall(r"[A-Za-z]{2,}", text)) >= words


def catalogue() -> list[Text]:
    """Every template, title, help and label, in order."""
    return sorted({*_written(), *_declared()})


def _written() -> Iterator[Text]:
    """What stands in calls, and the constants that such calls are given."""
    errors = user_errors()
    for module in modules():
        for chosen, text in _chosen(module):
            yield Text(PHRASES, text, module.name, chosen.lineno)
        for node, text in module.texts():
            if isinstance(node, ast.JoinedStr) or not text.strip():
                continue
            (nearest, *_) = module.calls(node) or [""]
            if nearest in {"tr", "_tr", "_say", "say", "translate"}:
                call = next(one for one in module.above(node) if isinstance(one, ast.Call))
                is_context = nearest == "translate" and len(call.args) == 2 and call.args[0] is node
                if not is_context:
                    context = module.class_of(node) if nearest == "tr" else _context(module, call)
                    yield Text(context, text, module.name, node.lineno)
            elif nearest in {
                "phrase",
                "counted",
                "by_count",
                "problem",
                "SettingKind",
                "_sides",
                "Extra",
                "Parameter",
            } | errors or _is_constant(module, node, text):
                yield Text(PHRASES, text, module.name, node.lineno)


def _is_constant(module: Module, node: ast.expr, text: str) -> bool:
    """Whether it is a template with a name, outside of functions."""
    is_outside = not module.is_in_function(node) and not module.calls(node)
    reads_so = text[:1].isupper() or text[:1] in "“{" or "{" in text
    return is_outside and reads_so and "\n" not in text and is_phrase(text, 3)


def _chosen(module: Module) -> Iterator[tuple[ast.Constant, str]]:
    """Texts in tables of a module from which a template is taken: ``phrase(_UNITS[name])``."""
    takers = {"phrase", "counted", "by_count", *user_errors()}
    named = {
        one.id
        for call in module.nodes
        if isinstance(call, ast.Call) and called(call) in takers and call.args
        for one in ast.walk(call.args[0])
        if isinstance(one, ast.Name)
    }
    for over in module.tree.body:
        match over:
            case ast.Assign(targets=[ast.Name(name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value):
                pass
            case _:
                continue
        if name in named:
            whole = value.values if isinstance(value, ast.Dict) else [value]
            for part in (part for some in whole for part in ast.walk(some)):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part, part.value


def _context(module: Module, call: ast.Call) -> str:
    """The context that a module names when it translates without a widget."""
    for one in (call, *module.nodes):
        if isinstance(one, ast.Call) and called(one) == "translate" and len(one.args) == 2:
            first = one.args[0]
            if isinstance(first, ast.Constant):
                return str(first.value)
    return module.class_of(call)


def _declared() -> Iterator[Text]:
    """What the families of layers, sources, optimizers and so on say of their members."""
    from engine.data.tables.cells import likenesses
    from graphs.data import DataKind
    from tests.families import FAMILIES, everything

    for family in FAMILIES:
        yield Text(PHRASES, family.family, "graphs/describe.py", 1)
    for word in filter(str.strip, choices()):
        yield Text(PHRASES, word, "graphs/notation.py", 1)
    known = vars(likenesses)
    for *_, kind, way_out in (*known["_FORMS"], *known["_BEHIND"], known["_LABELS"]):
        for text in (kind, way_out):
            yield Text(PHRASES, text, "engine/data/tables/cells/likenesses.py", 1)
    for kind in everything():
        file = f"{kind.__module__.replace('.', '/')}.py"
        own: set[str] = {kind.title, getattr(kind, "group", ""), kind.help(), kind.summary()}
        own.add(kind.explanation().body)
        for setting in kind.parameters():
            own |= {setting.title_template, setting.help_template, *setting.choices}
        yield from (Text(PHRASES, one, file, 1) for one in own if one)
    for kind in DataKind.members():
        file = f"{kind.__module__.replace('.', '/')}.py"
        yield from (Text(PHRASES, one, file, 1) for one in (kind.noun, kind.one_class))
    yield from _of_drawings()


def _of_drawings() -> Iterator[Text]:
    """What templates and ready-made blocks say of themselves."""
    from graphs.library.blocks import blocks
    from graphs.templates import templates

    for one in templates():
        for text in (one.title_template, one.task_template, one.summary_template):
            yield Text(PHRASES, text, "graphs/templates", 1)
    for ready in blocks():
        for text in (ready.title_template, ready.summary_template, ready.help_template):
            yield Text(PHRASES, text, "graphs/library/blocks", 1)


def written(texts: list[Text]) -> bytes:
    """A catalogue as Qt Linguist reads it; its translations are left to be made."""
    top = ElementTree.Element("TS", version="2.1", sourcelanguage="en")
    contexts: dict[str, ElementTree.Element] = {}
    messages: dict[tuple[str, str], ElementTree.Element] = {}
    for text in texts:
        if text.context not in contexts:
            contexts[text.context] = ElementTree.SubElement(top, "context")
            ElementTree.SubElement(contexts[text.context], "name").text = text.context
        key = text.context, text.source
        if key not in messages:
            messages[key] = ElementTree.SubElement(contexts[text.context], "message")
        place = {"filename": text.file, "line": str(text.line)}
        ElementTree.SubElement(messages[key], "location", place)
    for (_, source), message in messages.items():
        ElementTree.SubElement(message, "source").text = source
        ElementTree.SubElement(message, "translation", type="unfinished")
    ElementTree.indent(top)
    body: bytes = ElementTree.tostring(top, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n' + body


if __name__ == "__main__":
    Path(sys.argv[1]).parent.mkdir(parents=True, exist_ok=True)
    found = catalogue()
    Path(sys.argv[1]).write_bytes(written(found))
    sys.stdout.write(f"{len({(t.context, t.source) for t in found}):,} texts in {sys.argv[1]}\n")
