"""Texts: read from files, cut into tokens, and made into samples."""
