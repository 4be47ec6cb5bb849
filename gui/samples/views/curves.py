"""Series as curves."""

from graphs.data import Field, SeriesKind
from gui.samples.views.spec import KindView


class SeriesView(KindView, of=SeriesKind):
    """A curve of the first value of each step."""

    def draws(self, field: Field) -> bool:
        """Whatever its sizes."""
        return True
