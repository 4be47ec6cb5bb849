"""Templates to start from, each with a picture of its network."""

from gui.gallery.gallery import Gallery

__all__ = ["Gallery"]
