"""Data sets that are computed, the same in every run."""
