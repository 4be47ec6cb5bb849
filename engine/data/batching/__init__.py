"""From a part of the samples to batches, in order or shuffled, held or made when asked for."""
