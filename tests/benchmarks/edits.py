"""How long an edit takes until all is right again: `python -m tests.benchmarks.edits`.

All is every shape, cost and problem. Each kind of edit is done and undone in turn, with the
workspace that the window has. Goals, for 95 of 100: 5 ms in a graph of 200 nodes, 16 ms in one of
1,000.
"""

import argparse
import json
import os
import time
from collections.abc import Callable, Iterator
from statistics import median, quantiles

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from graphs.document.document import Document
from graphs.document.edits import MAIN, Disconnect, NodeId, Step
from graphs.steps import clips, operations
from gui.canvas import Canvas
from gui.inspector.inspector import Inspector
from gui.look import theme
from gui.problems.problem_cards import ProblemList
from gui.workspace import Workspace
from tests.benchmarks.drawing import grid

GOALS = {200: 5.0, 1000: 16.0}
Steps = Iterator[Step]


def kinds(document: Document) -> dict[str, Callable[[int], Step]]:
    """For each kind of edit, the step of the n-th round, near the beginning of the graph."""
    graph = document.main
    first = next(n for n in sorted(graph.nodes) if graph.nodes[n].layer == "conv2d")
    second = next(k.target for k in graph.leaving(first))
    link = graph.leaving(first)[0]
    return {
        "widen the first convolution": lambda n: operations.set_setting(
            document.main, first, "out_channels", 9 + n % 7
        ),
        "make all later sizes differ": lambda n: operations.set_setting(
            document.main, first, "padding", n % 2 * 2
        ),
        "rename": lambda n: operations.rename(document.main, first, f"stem_{n}"),
        "move": lambda n: operations.move(graph, [first], (8, 0)),
        "move all": lambda n: operations.move(graph, list(graph.nodes), (8, 0)),
        "add": lambda n: operations.add(document.main, "relu", (0, -200)),
        "insert on a link": lambda n: operations.insert_on(document.main, link, "relu"),
        "remove a link": lambda n: Step("Disconnect", (Disconnect(MAIN, link),)),
        "delete a node": lambda n: operations.delete(document.main, [second]),
        "duplicate ten": lambda n: clips.duplicate(document.main, _some(document, 10)),
    }


def _some(document: Document, count: int) -> list[NodeId]:
    return sorted(document.main.nodes)[1 : count + 1]


def timed(
    workspace: Workspace, make: Callable[[int], Step], rounds: int, clock: Callable[[], float]
) -> list[float]:
    """Milliseconds for each edit and for each undo."""
    spent = []
    for place in range(rounds):
        step = make(place)
        for act in (lambda step=step: workspace.history.do(step), workspace.history.undo):
            start = clock()
            act()
            found = workspace.problems
            spent.append(1000 * (clock() - start))
            assert len(workspace.evaluation.results) == len(workspace.document.main.nodes)
            assert isinstance(found, tuple)
    return spent


def measured(
    count: int, rounds: int, clock: Callable[[], float], *, with_views: bool
) -> dict[str, dict[str, float]]:
    """Figures by kind of edit; with views, the canvas, inspector and problem list follow too."""
    document = grid(count)
    workspace = Workspace(document)
    views = [Canvas(workspace), Inspector(workspace), ProblemList(workspace)] if with_views else []
    for view in views:
        view.resize(1200, 800)
        view.show()
    QApplication.processEvents()
    figures = {}
    for name, make in kinds(document).items():
        timed(workspace, make, 3, clock)
        spent = timed(workspace, make, rounds, clock)
        figures[name] = {"median": median(spent), "p95": quantiles(spent, n=20)[18]}
        QApplication.processEvents()
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--nodes", type=int, nargs="*", default=sorted(GOALS))
    parser.add_argument("--cpu", action="store_true", help="count CPU time, for a busy machine")
    options = parser.parse_args()
    clock = time.process_time if options.cpu else time.perf_counter
    app = QApplication([])
    theme.start(app, theme.Scheme.DARK)
    figures = {
        f"{count} nodes{', with views' if views else ''}": measured(
            count, options.rounds, clock, with_views=views
        )
        for count in options.nodes
        for views in (False, True)
    }
    if options.json:
        print(json.dumps(figures))
        return
    for title, rows in figures.items():
        print(title)
        for name, numbers in rows.items():
            shown = "  ".join(f"{key} {value:6.2f} ms" for key, value in numbers.items())
            print(f"  {name:30} {shown}")


if __name__ == "__main__":
    main()
