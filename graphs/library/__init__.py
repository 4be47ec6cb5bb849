"""Drawn graphs that others build with: what templates and ready-made blocks have in common."""
