"""What a run has learned so far: its checkpoints, its weights, and its network."""
