"""Weights as files: written, kept for documents that start from them, and put into a network."""
