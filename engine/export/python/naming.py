"""What classes are called."""

import re


def class_name(title: str) -> str:
    """A title as a class is called: ``digits-cnn`` as ``DigitsCnn``."""
    words = re.findall(r"[A-Za-z0-9]+", title)
    name = "".join(word[:1].upper() + word[1:] for word in words)
    return name if name and not name[0].isdigit() else f"Network{name}"
