"""Tells what one document computes and another does not."""
