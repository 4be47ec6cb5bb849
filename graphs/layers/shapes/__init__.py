"""Layers that change, join and shorten axes."""
