"""Keeps the user's work: opened, saved, closed, and brought back after a crash."""
