"""The panel with the training plan."""
