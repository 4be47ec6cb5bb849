"""The window. Knows Qt; listens to the document and proposes steps to it."""
