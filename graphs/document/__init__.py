"""The document that a user draws: its edits, and their undo."""
