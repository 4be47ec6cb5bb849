"""Pictures: read from files, brought to one size, and on one scale."""
