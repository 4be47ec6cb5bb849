"""The dialog that exports a trained run."""
