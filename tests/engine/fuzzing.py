"""Documents changed in one place of their file, each value to a neighbour, and what comes of them.

    python -m tests.engine.fuzzing COUNT SEED

Prints what was refused, what trained, and everything else as JSON.
"""

import json
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine import runs
from engine.cli.commands.reading import refuse_problems
from engine.controls import Controls
from engine.data.sources import reader, reader_of
from engine.errors import EngineError
from engine.machine import free_memory
from engine.training.loop import train
from graphs import files
from graphs.checking.evaluation import evaluated
from graphs.data.sources import Source
from graphs.document.edits import ChangeData, ChangePlan, Step
from graphs.errors import GraphError
from graphs.templates import find

SMALL: Mapping[str, Mapping[str, Any]] = {
    "xor": {},
    "binary-classifier": {"samples": 40},
    "breast-cancer": {},
    "gru-classifier": {"samples": 40},
    "sine-lstm": {"samples": 40},
    "recommender": {"users": 12, "items": 10, "ratings": 100},
    "two-inputs": {},
    "two-outputs": {},
    "diabetes-regression": {},
    "forecast": {"days": 60, "window": 24, "horizon": 6},
}
"""Templates by id, with settings of their data that make it small."""
NUMBERS: tuple[Any, ...] = (
    0,
    -1,
    1,
    2,
    3,
    7,
    64,
    2**31 - 1,
    2**31,
    0.5,
    1.0,
    1e-9,
    -0.25,
    1e300,
    True,
    None,
    "3",
    [],
)
MOST_SAMPLES = 2000
MOST_PARAMETERS = 200_000
"""With more, it would take too long to show anything."""


def documents(folder: Path) -> list[bytes]:
    """Small documents of many kinds, as the bytes of their files; the last is of a user's table."""
    found: list[bytes] = []
    for id, settings in SMALL.items():
        template = find(id)
        assert template is not None
        document = template.document()
        source = Source.get(document.data.source).made({**document.data.settings, **settings})
        edits = ChangeData(document.data, reader_of(source).propose().section)
        plan = replace(document.plan, epochs=1, threads=1)
        document.apply(Step("Small", (edits, ChangePlan(document.plan, plan))))
        found.append(files.encoded(document))
    table = folder / "table.csv"
    rows = [f"{at},{'abc'[at % 3]},{at % 7 / 2},{'yn'[at % 2]}" for at in range(40)]
    table.write_text("\n".join(["size,kind,speed,good", *rows]), encoding="utf-8")
    document = files.decoded(found[1]).document
    section = reader("table", {"path": str(table)}).propose().section
    graphs = json.dumps(json.loads(found[1])["graphs"])
    new = *section.inputs(), *section.targets()
    for before, after in zip(("point", "moon"), new, strict=True):
        graphs = graphs.replace(f'": "{before}"', f'": "{after}"')
    document.apply(Step("Own", (ChangeData(document.data, section),)))
    tree = {**json.loads(files.encoded(document)), "graphs": json.loads(graphs)}
    return [*found, json.dumps(tree).encode()]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The document with one or two of its values changed."""
    tree = json.loads(data)
    for _ in range(chance.choice((1, 1, 1, 2))):
        part = chance.choice(("data", "data", "data", "graphs", "graphs", "plan"))
        holder, key = chance.choice(list(_places(tree[part])))
        _change(holder, key, chance, tree)
    return json.dumps(tree).encode()


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every value below as what holds it, and where."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, below in list(pairs):
        yield tree, key
        if isinstance(below, dict | list):
            yield from _places(below)


def _change(holder: Any, key: Any, chance: random.Random, tree: Any) -> None:
    old = holder[key]
    kin = [h[k] for h, k in _places(tree) if type(h[k]) is type(old)]
    changes = [chance.choice(NUMBERS), None, json.loads(json.dumps(chance.choice(kin)))]
    match old:
        case bool():
            changes += [not old] * 4
        case int() | float():
            changes += [old + 1, old - 1, old * 2, -old, old / 2, old * 1000]
        case str():
            changes += [json.loads(json.dumps(chance.choice(kin))) for _ in range(4)]
        case [*members] if members:
            at = chance.randrange(len(members))
            twice = [*members, members[at]]
            changes += [members[:at] + members[at + 1 :], twice, members[::-1], []] * 2
        case {**named} if named:
            gone = chance.choice(list(named))
            changes += [{name: one for name, one in named.items() if name != gone}] * 4
        case _:
            pass
    holder[key] = chance.choice(changes)


def outcome(data: bytes, folder: Path) -> str:
    """``refused`` with a sentence, ``trained``, ``large``; whatever else is raised goes on."""
    try:
        opened = files.decoded(data)
        document = opened.document
        plan = replace(
            document.plan,
            epochs=1,
            threads=1,
            folds=None,
            fold=None,
            device="cpu",
            compile=False,
            precision="fp32",
        )
        document.apply(Step("Once", (ChangePlan(document.plan, plan),)))
        samples = document.data.settings.get("samples")  # whatever the change made of it
        if isinstance(samples, int | float) and samples > MOST_SAMPLES:
            return "large"
        refuse_problems(document, available=free_memory())
        known = evaluated(document.main)
        sizes = sum(known[node].parameters for node in document.main.nodes)
        if sizes > MOST_PARAMETERS or document.plan.accumulate > 1000:
            return "large"
        for _ in train(runs.create(document, folder), Controls()):
            pass
    except (EngineError, GraphError) as error:
        said = str(error)
        assert said.rstrip().endswith((".", "”")), said
        return "refused"
    return "trained"


def main() -> None:
    """Change, open, check and train, and print what came of it."""
    count, seed = map(int, sys.argv[1:])
    chance = random.Random(seed)
    came: Counter[str] = Counter()
    failures: list[dict[str, str]] = []
    with tempfile.TemporaryDirectory() as place:
        os.environ["LAYERLOOM_HOME"] = place
        every = documents(Path(place))
        for number in range(count):
            mutant = mutated(chance.choice(every), chance)
            try:
                came[outcome(mutant, Path(place) / f"run-{number}")] += 1
            except Exception as error:  # noqa: BLE001  # each is a finding
                failures.append({"error": repr(error)[:300], "document": mutant.decode()})
    sys.stdout.write(json.dumps({"came": came, "failures": failures}))


if __name__ == "__main__":
    main()
