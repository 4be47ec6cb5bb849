"""Commands that need neither torch nor data begin at once, also on large documents."""

import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest

from graphs import files
from graphs.templates import find
from tests.engine.commanding import Layerloom, environment
from tests.quickly import some_of
from tests.spent import least_seconds

HEAVY = ("torch", "sklearn", "polars", "onnx", "onnxruntime", "onnxscript", "PySide6", "scipy")
SLOW = (*HEAVY, "numpy", "networkx", "PIL", "rich")
"""What no command takes that only lists, writes or explains."""
ASKED = """
import json, sys
from engine.cli import edge

with open(sys.argv[2], "w") as sys.stdout:
    for words in json.loads(sys.argv[1]):
        assert edge.run(words) == 0, words
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.__stdout__)
"""


def modules_after(tmp_path: Path, *every: list[str]) -> set[str]:
    words = [sys.executable, "-c", ASKED, json.dumps(every), str(tmp_path / "told")]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=environment())
    return set(json.loads(done.stdout))


def test_no_command_waits_for_what_it_does_not_need(tmp_path: Path) -> None:
    file = str(tmp_path / "xor.loom")
    quick = [
        ["templates"],
        ["layers", "--json"],
        ["new", "xor", "-o", file],
        ["runs", str(tmp_path)],
        *([name, "--help"] for name in ("train", "predict", "export", "data", "evaluate")),
    ]
    assert not modules_after(tmp_path, *quick) & set(SLOW)
    assert not modules_after(tmp_path, ["check", file]) & {*HEAVY, "numpy", "PIL"}


def chain(count: int) -> bytes:
    """A document with so many nodes one behind the other."""
    found = find("xor")
    assert found is not None
    tree = json.loads(files.encoded(found.document()))
    graph, positions = tree["graphs"]["main"], tree["view"]["main"]["positions"]
    first = next(id for id, node in graph["nodes"].items() if node["layer"] == "input")
    node = next(node for node in graph["nodes"].values() if node["layer"] == "sigmoid")
    names = [f"s{number:06d}" for number in range(count)]
    graph["nodes"] = {first: graph["nodes"][first], **{n: {**node, "name": n} for n in names}}
    graph["links"] = [
        [before, "output", after, "input", 0]
        for before, after in zip([first, *names], names, strict=False)
    ]
    positions.clear()
    positions.update({name: [0, 40 * at] for at, name in enumerate(graph["nodes"])})
    return json.dumps(tree).encode()


@pytest.mark.parametrize("nodes", some_of([5_000, 19_000], 2))
def test_the_time_of_a_check_grows_with_the_nodes_and_not_with_their_square(
    nodes: int, layerloom: Layerloom, tmp_path: Path
) -> None:
    short, long = tmp_path / "short.loom", tmp_path / "long.loom"
    short.write_bytes(chain(nodes // 4))
    long.write_bytes(chain(nodes))
    done = layerloom("check", long)
    assert done.code == 1 and len(done.out.splitlines()) > nodes
    gc.freeze()  # what other tests have left is looked through again and again otherwise
    try:
        once = least_seconds(lambda: layerloom("check", short), 0)
        assert least_seconds(lambda: layerloom("check", long), 12 * once) < 12 * once  # 6 as a rule
    finally:
        gc.unfreeze()


def test_a_hundred_thousand_nodes_are_refused_at_once(layerloom: Layerloom, tmp_path: Path) -> None:
    (tmp_path / "many.loom").write_bytes(chain(100_000))
    done = layerloom("check", tmp_path / "many.loom")
    assert least_seconds(lambda: layerloom("check", tmp_path / "many.loom"), 1) < 1
    assert done.code == 1 and "so it was not opened" in done.err
