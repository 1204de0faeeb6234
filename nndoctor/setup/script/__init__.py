"""A set-up out of a training script that has no function for it."""
