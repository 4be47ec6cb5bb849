"""The document: layers, exact tensor types, edits, problems and files. Knows neither torch nor Qt."""
