"""Icons, fonts and samples, found wherever Layerloom is installed."""

from pathlib import Path

_FOLDER = Path(__file__).resolve().parent


def path(name: str) -> Path:
    """Where the asset `name` (such as `layers/linear.svg`) lies; it need not exist."""
    return _FOLDER / name
