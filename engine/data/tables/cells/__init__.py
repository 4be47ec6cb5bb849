"""What one cell of a table says: numbers, dates, spans of time, units, or nothing."""
