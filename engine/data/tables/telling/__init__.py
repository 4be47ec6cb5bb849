"""The sentences about columns: what each was read as, and what is asked."""
