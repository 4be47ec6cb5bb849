"""Convolutions: learned filters that slide over a series, an image or a volume."""
