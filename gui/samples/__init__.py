"""Widgets that show samples and how many there are of each class."""
