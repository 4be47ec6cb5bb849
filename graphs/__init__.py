"""The document: layers, exact types, edits, problems and files. Knows neither torch nor Qt."""
