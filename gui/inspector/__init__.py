"""The panel that shows what is chosen, in full."""
