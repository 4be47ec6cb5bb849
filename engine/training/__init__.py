"""Training: the loop over batches and all that one run holds while it goes on."""
