"""From files and built-in sets to batches of tensors."""
