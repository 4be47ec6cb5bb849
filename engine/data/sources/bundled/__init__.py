"""Reads the small real data sets that come along."""
