"""Asking a trained run: about many new inputs at once, with an answer for every one of them."""
