"""The drawing area: shows the graph of a workspace and turns gestures into steps."""

from gui.canvas.canvas import Canvas

__all__ = ["Canvas"]
