"""Computes data sets, the same in every run."""
