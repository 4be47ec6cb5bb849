"""The whole file: imports, what is ours, the network, and how it is used."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill, shorten

from engine.export.metadata import PROGRAM
from engine.export.model import Model
from engine.export.onnx.trials import named_sizes, traced
from engine.export.python import own_code
from engine.export.python.layout import WEIGHTS, WIDTH, Code, Group, lines
from engine.export.python.naming import class_name
from engine.export.python.network_source import NetworkSource
from engine.export.python.training.facts import TrainingFacts, facts
from engine.export.python.training.half import TrainingHalf
from engine.export.python.training.names import CLASSES, CONSTANTS
from engine.export.raw_values import scaled_outputs
from graphs.sizes import BATCH, value
from graphs.types import Kind, TensorType
from graphs.wording.phrases import phrase

BUILT_IN = frozenset({"Path", "Tensor", "functional", "load", "load_weights", "nn", "torch"})
"""What the file itself takes these names for."""
_PREPROCESSED = (
    "",
    "Preprocessed is ``(raw - shift) / scale``; bytes of pictures are divided by 255 first.",
    "The numbers, and what fills each column, are in the header of the weights as JSON,",
    'after a checksum: ``safe_open(weights, "pt").metadata()["layerloom"]``, where',
    "``safe_open`` is that of ``safetensors``.",
)
_SCALED = "is scaled likewise: ``number * scale + shift`` is in the units of the data."


@dataclass(frozen=True, slots=True)
class Written:
    """The source of a file, and what is to lie beside it."""

    source: str
    keeps: Callable[[str], bool]
    """Whether a key of the network's state dict is one of its own."""
    beside: Mapping[str, bytes]
    """The contents of further files, by how their names end."""
    facts: TrainingFacts | None
    """What decides how it trains; None when it does not."""
    notices: tuple[str, ...] = ()


def written(model: Model) -> Written:
    """A file that computes what the network computes, and trains it where that can be."""
    known = facts(model)
    if isinstance(known, str):
        return network_alone(model, known if model.prepared is not None else "")
    return _that_trains(model, known)


def network_alone(model: Model, why: str) -> Written:
    """A file that does not train; ``why`` not is told where it is not plain."""
    told = phrase("The file holds the network and its weights alone. {why}", why=why)
    name = _main_name(model)
    draft = NetworkSource(model, name, ())
    here = 'Path(__file__).with_name(f"{Path(__file__).stem}' + f'{WEIGHTS}")'
    ours = own_code.needed(draft.targets(), _loading(name, here, draft.keys()))
    source = NetworkSource(model, name, BUILT_IN | {one.name for one in ours})
    body, tried = source.written(_about(model)), _tried(model)
    loading = _loading(name, here, source.keys())
    text = _joined(
        [*_opening(model), *_imports((*body, *loading, *tried), ours)],
        *(one.source.split("\n") for one in ours),
        body,
        loading,
        tried,
    )
    return Written(text, source.needs, {}, None, (told,) if why else ())


def _main_name(model: Model) -> str:
    """What the class of the whole network is called; not as something else in the file."""
    name = class_name(model.name)
    return f"{name}Network" if name in BUILT_IN | CLASSES | CONSTANTS else name


def _that_trains(model: Model, known: TrainingFacts) -> Written:
    name = _main_name(model)
    first = NetworkSource(model, name, (), trains=True, draws=known.draws)
    draft = TrainingHalf(known, first, name)
    loading = _loading(name, "WEIGHTS_FILE", first.keys())
    code = [*draft.functions(), *draft.tables(), *loading]
    ours = own_code.needed(first.targets(), code)
    reserved = BUILT_IN | CLASSES | CONSTANTS | {one.name for one in ours}
    source = NetworkSource(model, name, reserved, trains=True, draws=known.draws)
    half = TrainingHalf(known, source, name)
    functions, constants, tables = half.functions(), half.constants(), half.tables()
    body = [*source.written(_about(model)), "", "", *loading]
    code = [*body, *functions, *constants, *tables]
    plain = [one.source for one in ours if one.is_plain]
    text = _joined(
        [*_opening(model, half.about()), *_imports(code, ours), "", *constants, *plain],
        *(one.source.split("\n") for one in ours if not one.is_plain),
        tables,
        body,
        functions,
        ['if __name__ == "__main__":', "    main()"],
    )
    return Written(text, source.needs, half.beside(), known)


def _joined(*parts: Sequence[str]) -> str:
    """The lines of all parts, with two empty ones between them."""
    return "\n\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _opening(model: Model, about: Sequence[str] = ()) -> list[str]:
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
        "``load()`` gives the network with them, to be called with its inputs in this order.",
        *(about or _alone(model)),
        *_scaled(model),
        '"""',
        "",
        "from __future__ import annotations",
        "",
    ]


def _alone(model: Model) -> list[str]:
    """What is said of a file that does not train."""
    return [
        "Run as a program, this file prints the sizes of what it gives for zeros.",
        *(_PREPROCESSED if model.preprocessing is not None else ()),
    ]


def _scaled(model: Model) -> list[str]:
    if model.preprocessing is None:
        return []
    names = scaled_outputs(model.network, model.preprocessing)
    return [line for name in names for line in fill(f"{name} {_SCALED}", WIDTH).splitlines()]


def _about(model: Model) -> str:
    return f"The network of “{shorten(_plain(model.name), 40)}”, named node by node."


def _plain(title: str) -> str:
    """A title that can stand in a docstring."""
    return " ".join("".join(c if c.isprintable() else " " for c in title).split()).translate(
        {ord("\\"): "/", ord('"'): "'"}
    )


_BROUGHT = {
    r"(?<![\w.])argparse\.": "import argparse",
    r"(?<![\w.])math\.": "import math",
    r"(?<![\w.])np\.": "import numpy as np",
    r"(?<![\w.])torch\.": "import torch",
    r"(?<![\w.])functional\.": "from torch.nn import functional",
    r"\bAny\b": "from typing import Any",
    r"\bIterator\[": "from collections.abc import Iterator",
    r"\bMapping\[": "from collections.abc import Mapping",
    r"\bNDArray\[": "from numpy.typing import NDArray",
    r"\bTypeAlias\b": "from typing import TypeAlias",
    r"\bPath\b": "from pathlib import Path",
    r"\bTensor\b": "from torch import Tensor",
    r"(?<![\w.])nn\.": "from torch import nn",
}
"""By how the code names it, the line that brings something."""


def _imports(body: Iterable[str], ours: Iterable[own_code.Definition]) -> list[str]:
    """The lines that bring what the code names, in the order in which ruff wants them."""
    code = "\n".join([*body, *(one.source for one in ours)])
    lines = {line for one in ours for line in one.imports}
    lines |= {line for named, line in _BROUGHT.items() if re.search(named, code)}
    inside = {"numpy", "safetensors", "torch"}
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


def _loading(name: str, usual: str, keys: Mapping[str, str]) -> list[str]:
    """The function ``load``; ``usual`` is where the weights lie when nothing else is said."""
    given: list[Code] = ["network", f"weights_file or {usual}"]
    if keys:
        shared = [f"{json.dumps(key)}: {json.dumps(home)}" for key, home in keys.items()]
        given.append(Group("{", shared, "}"))
    return [
        f"def load(weights_file: Path | None = None) -> {name}:",
        '    """The network with its weights, by default those beside this file."""',
        f"    network = {name}()",
        *lines(Group("load_weights(", given, ")"), 1),
        "    return network.eval()",
    ]


def _tried(model: Model) -> list[str]:
    """What the file does as a program: one answer, so that whoever has it sees it work."""
    at = traced(named_sizes(model.types().values()), model.taken_sizes())
    members = {str(BATCH): 1, **at.sizes}
    zeros = [
        _zeros(tensor, members, name in model.network.lengths_inputs)
        for name, tensor in model.types().items()
    ]
    names = [json.dumps(name, ensure_ascii=False) for name in model.network.outputs]
    asked = lines(Group("network(", zeros, ")"), 2, before="found = ")
    shown = (
        [f"    print({names[0]}, tuple(found.shape))"]
        if len(names) == 1
        else [
            *lines(Group("names = (", names, ")"), 1),
            "    for name, tensor in zip(names, found, strict=True):",
            "        print(name, tuple(tensor.shape))",
        ]
    )
    return [
        'if __name__ == "__main__":',
        "    try:",
        "        network = load()",
        "    except (OSError, ValueError) as error:",
        '        raise SystemExit(f"The weights cannot be used: {error}") from None',
        "    with torch.no_grad():",
        *asked,
        *shown,
    ]


def _zeros(tensor: TensorType, members: Mapping[str, int], lengths: bool) -> str:
    """An input of the right kind and sizes; of lengths, 1 is the least that there can be."""
    sizes = ", ".join(str(value(size, members)) for size in tensor.sizes)
    made = "ones" if lengths else "zeros"
    kinds = {Kind.FLOAT: "", Kind.MASK: ", dtype=torch.bool"}
    return f"torch.{made}({sizes}{kinds.get(tensor.kind, ', dtype=torch.long')})"
