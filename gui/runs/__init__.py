"""The panel that lists runs and lays them side by side."""
