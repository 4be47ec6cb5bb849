"""The training plan: optimizers, schedules, augmentations."""
