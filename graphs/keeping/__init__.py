"""Keeps the user's work when the program is killed, or another program writes to the same file."""
