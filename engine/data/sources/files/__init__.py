"""Reads a user's own files and folders."""
