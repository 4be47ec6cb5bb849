"""From losses to the next weights: optimizers at work, and the networks that they change."""
