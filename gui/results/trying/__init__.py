"""Trying a trained network on samples of the user's own."""
