"""New rows for a trained run: read as its training was, or refused or told where they differ."""
