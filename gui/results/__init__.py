"""The panel that says what a trained run can do."""
