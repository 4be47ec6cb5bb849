"""The program around the window: its start, its end, and the last resort for errors."""
