"""What stands in a file that trains as it stands here; it needs numpy and torch alone."""
