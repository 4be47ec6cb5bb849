"""How fast the canvas opens and repaints 1,000 nodes: `python -m tests.benchmarks.canvas`.

Goals: open within 0.5 s; a full repaint with 95 of 100 within 8 ms zoomed out and 16 ms at 100 %.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from statistics import median, quantiles

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from graphs.document.document import Document
from gui.canvas import Canvas
from gui.look import theme
from gui.workspace import Workspace
from tests.benchmarks.drawing import grid

SIZE = (1920, 1080)
Clock = Callable[[], float]


def timed(canvas: Canvas, zoom: float, rounds: int, clock: Clock) -> dict[str, float]:
    """Milliseconds for a full repaint: median, 95th percentile and worst."""
    canvas.zoom_to(zoom)
    QApplication.processEvents()
    canvas.viewport().repaint()
    spent = []
    for _ in range(rounds):
        start = clock()
        canvas.viewport().repaint()
        spent.append(1000 * (clock() - start))
    return _summary(spent)


def zooming(canvas: Canvas, zoom: float, rounds: int, clock: Clock) -> dict[str, float]:
    """Milliseconds for a step of zooming around ``zoom``, when every card is painted anew."""
    spent = []
    for place in range(rounds):
        start = clock()
        canvas.zoom_to(zoom * (1 + 0.01 * (place % 7)))
        canvas.viewport().repaint()
        spent.append(1000 * (clock() - start))
    return _summary(spent)


def _summary(spent: list[float]) -> dict[str, float]:
    return {"median": median(spent), "p95": quantiles(spent, n=20)[18], "worst": max(spent)}


def opening(document: Document, clock: Clock) -> tuple[Canvas, float]:
    """A canvas on ``document``, and the seconds from an empty window to its first picture."""
    workspace = Workspace()
    canvas = Canvas(workspace)
    canvas.resize(*SIZE)
    canvas.show()
    QApplication.processEvents()
    start = clock()
    workspace.new(document)
    canvas.viewport().repaint()
    return canvas, clock() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--cpu", action="store_true", help="count CPU time, for a busy machine")
    options = parser.parse_args()
    clock = time.process_time if options.cpu else time.perf_counter
    app = QApplication([])
    theme.start(app, theme.Scheme.DARK)
    canvas, seconds = opening(grid(options.nodes), clock)
    fit = canvas.zoom
    figures = {
        "nodes": options.nodes,
        "open_seconds": seconds,
        "zoom_that_fits": fit,
        "repaint_zoomed_out_ms": timed(canvas, fit, options.rounds, clock),
        "repaint_40_percent_ms": timed(canvas, 0.4, options.rounds, clock),
        "repaint_100_percent_ms": timed(canvas, 1.0, options.rounds, clock),
        "zoom_step_at_fit_ms": zooming(canvas, fit, options.rounds, clock),
        "zoom_step_at_40_percent_ms": zooming(canvas, 0.4, options.rounds, clock),
        "zoom_step_at_80_percent_ms": zooming(canvas, 0.8, options.rounds, clock),
    }
    print(json.dumps(figures) if options.json else _table(figures))


def _table(figures: dict[str, object]) -> str:
    lines = []
    for name, value in figures.items():
        shown = (
            "  ".join(f"{k} {v:.2f}" for k, v in value.items())
            if isinstance(value, dict)
            else f"{value:.3f}"
            if isinstance(value, float)
            else str(value)
        )
        lines.append(f"{name:28} {shown}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
