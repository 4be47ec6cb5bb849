"""What lies in table files, and what their columns hold: numbers, dates, texts or nothing."""
