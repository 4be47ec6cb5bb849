"""From a document to the torch module that computes it."""
