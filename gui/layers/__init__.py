"""Lists of layers to choose from."""
