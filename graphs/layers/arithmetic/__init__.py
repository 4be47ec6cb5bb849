"""Arithmetic: functions of each value, of two tensors value by value, and comparisons."""
