"""The whole file: imports, what is ours, the network, and how it is used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from textwrap import fill, shorten

from engine.export.metadata import PROGRAM
from engine.export.model import Model
from engine.export.python import own_code
from engine.export.python.layout import WEIGHTS, WIDTH
from engine.export.python.network_source import NetworkSource

BUILT_IN = frozenset({"Path", "Tensor", "functional", "load", "load_file", "nn", "torch"})
"""What the file itself takes these names for."""


def written(model: Model) -> str:
    """The source of a file that computes what the network computes."""
    draft = NetworkSource(model.network, ())
    ours = own_code.needed(draft.targets())
    name = class_name(model.name)
    reserved = BUILT_IN | {name} | {one.name for one in ours}
    source = NetworkSource(model.network, reserved)
    body = source.written(name, _about(model))
    text = "\n".join(
        [
            *_opening(model),
            *_imports(body, ours),
            "",
            "",
            *_apart(one.source for one in ours),
            *body,
            "",
            "",
            *_loading(name, source.keys()),
        ]
    )
    return f"{text}\n"


def class_name(title: str) -> str:
    """A title as a class is called: ``digits-cnn`` as ``DigitsCnn``."""
    words = re.findall(r"[A-Za-z0-9]+", title)
    name = "".join(word[:1].upper() + word[1:] for word in words)
    return name if name and not name[0].isdigit() else f"Network{name}"


def _opening(model: Model) -> list[str]:
    title = _plain(model.name)
    inputs = [
        f"* {name}: N × {tensor}, {tensor.kind.value}" for name, tensor in model.types().items()
    ]
    outputs = ", ".join(model.network.outputs)
    first = f"{shorten(title, 40)}: a network drawn with {PROGRAM}, as code of its own."
    return [
        f'"""{first}',
        "",
        "It takes, with the batch first and as preprocessed for training:",
        "",
        *inputs,
        "",
        *fill(f"It gives {outputs}.", WIDTH).splitlines(),
        "",
        f"The weights lie beside this file, under its name with ``{WEIGHTS}``.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
    ]


def _about(model: Model) -> str:
    return f"The network of “{shorten(_plain(model.name), 40)}”, named node by node."


def _plain(title: str) -> str:
    """A title that can stand in a docstring."""
    return " ".join("".join(c if c.isprintable() else " " for c in title).split()).translate(
        {ord("\\"): "/", ord('"'): "'"}
    )


def _imports(body: Iterable[str], ours: Iterable[own_code.Definition]) -> list[str]:
    """The lines that bring what the code names, in the order in which ruff wants them."""
    code = "\n".join([*body, *(one.source for one in ours)])
    lines = {line for one in ours for line in one.imports}
    lines |= {"from pathlib import Path", "from torch import Tensor", "from torch import nn"}
    lines |= {"from safetensors.torch import load_file"}
    if re.search(r"(?<![\w.])torch\.", code):
        lines.add("import torch")
    if re.search(r"(?<![\w.])functional\.", code):
        lines.add("from torch.nn import functional")
    inside = {"safetensors", "torch"}
    first = {line for line in lines if _package(line) not in inside}
    return [*_sorted(first), "", *_sorted(lines - first)]


def _sorted(lines: Iterable[str]) -> list[str]:
    whole = sorted(line for line in lines if line.startswith("import "))
    named: dict[str, list[str]] = {}
    for line in lines:
        if line.startswith("from "):
            module, _, name = line.removeprefix("from ").partition(" import ")
            named.setdefault(module, []).append(name)
    return [
        *whole,
        *(
            f"from {module} import {', '.join(sorted(names, key=_as_ruff_sorts))}"
            for module, names in sorted(named.items())
        ),
    ]


def _as_ruff_sorts(name: str) -> tuple[int, str]:
    """Constants, then classes, then everything else."""
    return (0 if name.isupper() else 1 if name[:1].isupper() else 2), name


def _package(line: str) -> str:
    return line.split()[1].partition(".")[0]


def _apart(sources: Iterable[str]) -> list[str]:
    return [line for source in sources for line in (*source.split("\n"), "", "")]


def _loading(name: str, keys: Mapping[str, str]) -> list[str]:
    shared = [f'    weights["{key}"] = weights["{home}"]' for key, home in keys.items()]
    return [
        f"def load(weights_file: Path | None = None) -> {name}:",
        '    """The network with its weights, by default those beside this file."""',
        "    here = Path(__file__)",
        f'    weights = load_file(weights_file or here.with_name(f"{{here.stem}}{WEIGHTS}"))',
        *shared,
        f"    network = {name}()",
        "    network.load_state_dict(weights)",
        "    return network.eval()",
    ]
