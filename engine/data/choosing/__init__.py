"""What can be seen and said of data while it is chosen, before a run reads it."""
