"""The panel that shows a run as it trains."""
