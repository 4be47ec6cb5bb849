"""A source of data as a document holds it: which it is, and how it is set."""

from graphs.describe import Described


class Source(Described, family="sources"):
    """Base of every source. Subclassing it with an id registers the source."""
