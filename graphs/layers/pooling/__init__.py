"""Pools: one value for each window of a series, an image or a volume, nothing learned."""
