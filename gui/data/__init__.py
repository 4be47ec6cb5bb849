"""The panel in which data is chosen and looked at."""
