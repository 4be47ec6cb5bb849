"""Forms for whatever describes its own settings."""
