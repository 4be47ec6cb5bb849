"""Layers for series of steps: recurrent ones, attention, positions, words."""
