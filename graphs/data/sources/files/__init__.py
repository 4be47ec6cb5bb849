"""Sources that read a user's own files and folders."""
