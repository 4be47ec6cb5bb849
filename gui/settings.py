"""What the program remembers between two starts: layout, theme, recent files."""

import base64
import binascii
import logging
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import platformdirs

from graphs.errors import FileError
from graphs.files import strict
from graphs.files.saving import write_atomically
from graphs.wording.phrases import phrase
from graphs.wording.visible import spelled, visible

log = logging.getLogger(__name__)

ThemeChoice = Literal["system", "dark", "light"]
MOST_RECENT = 10
LARGEST = 1_000_000
"""Bytes; a settings file over this is no settings file."""


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """The values; each falls back to its default where the file is broken."""

    theme: ThemeChoice = "system"
    recent: Annotated[tuple[str, ...], msgspec.Meta(max_length=100)] = ()
    geometry: str = ""
    """Place and size of the window, as Qt writes them, in base 64."""
    layout: str = ""
    """Where the docks are, as Qt writes it, in base 64."""

    def with_theme(self, theme: ThemeChoice) -> "Settings":
        """With another theme."""
        return msgspec.structs.replace(self, theme=theme)

    def remembering(self, path: Path) -> "Settings":
        """With ``path`` as the first of the recent files; not with one that is no text."""
        first = str(path.absolute())
        if spelled(first) != first:
            return self
        others = [recent for recent in self.recent if recent != first]
        return msgspec.structs.replace(self, recent=(first, *others)[:MOST_RECENT])

    def forgetting(self, path: Path) -> "Settings":
        """Without ``path`` among the recent files."""
        others = tuple(recent for recent in self.recent if recent != str(path))
        return msgspec.structs.replace(self, recent=others)


def file() -> Path:
    """Where the settings lie."""
    return Path(platformdirs.user_config_dir("layerloom", appauthor=False)) / "settings.json"


def read() -> Settings:
    """The settings as they were left; defaults where nothing usable is found."""
    return opened()[0]


def opened() -> tuple[Settings, str]:
    """The same, and why they are not as they were left, as a sentence; empty when they are.

    What cannot be read is set aside, so that it is not lost when new ones are written.
    """
    found, fault = strict.read_or(file(), Settings(), Settings, most=LARGEST)
    if not fault:
        return found, ""
    log.info("the settings cannot be read and start anew: %s", fault)
    aside = strict.set_aside(file())
    kept = (
        phrase(" The old ones lie in {aside}.", aside=visible(aside)) if aside is not None else ""
    )
    return found, phrase(
        "The settings begin anew, because they cannot be read: {fault}{kept}",
        fault=fault,
        kept=kept,
    )


def write(settings: Settings) -> None:
    """Keep ``settings``; a disk that refuses costs the settings only, never the program."""
    try:
        file().parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file(), msgspec.json.format(msgspec.json.encode(settings)))
    except (OSError, FileError) as error:
        log.warning("the settings cannot be kept: %s", error)


def as_text(value: bytes) -> str:
    """Bytes from Qt as the settings hold them."""
    return base64.b64encode(value).decode("ascii")


def as_bytes(text: str) -> bytes:
    """What ``as_text`` was given; nothing when the text is something else."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
