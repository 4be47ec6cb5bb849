"""What lies on the canvas, and how it is painted."""
