"""Which sample is in which part: what the data gives, and what is drawn."""
