"""Widgets that several panels share, and which know nothing of a network."""
