"""Export as Python: one readable file that needs torch alone, proven to compute the same."""
