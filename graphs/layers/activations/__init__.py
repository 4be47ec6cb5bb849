"""Activations: functions of each value by itself, and shares of all values along an axis."""
