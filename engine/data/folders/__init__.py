"""Samples in folders: which there are, of what class, and for which part of the split."""
