"""Pictures as data."""

from graphs.data.fields import DataKind, Field


class ImageKind(DataKind, id="image"):
    """Pictures: channels × height × width."""

    noun = "pictures"
    is_picture = True

    def scaled_axis(self, field: Field) -> int:
        """Each channel has a scale of its own."""
        return 0
