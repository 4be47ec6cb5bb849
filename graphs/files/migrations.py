"""What the format was and is. A migration is a function from plain values to plain values."""

from collections.abc import Callable
from typing import Any, TypeAlias

from graphs.errors import BrokenFile, NewerFile
from graphs.wording.phrases import phrase

FORMAT = "layerloom"
VERSION = 1
"""Raised whenever an older Layerloom could not read the file or would lose a part of it."""

Tree: TypeAlias = dict[str, Any]

UNCHECKED = (AttributeError, LookupError, TypeError, ValueError)
"""What a migration may stumble over in values that nobody has checked yet."""

MIGRATIONS: dict[int, Callable[[Tree], Tree]] = {}
"""By version, what makes a file of it one of the next. A migration never goes away."""


def migrated(tree: object, name: str) -> Tree:
    """The values of a file in the present format.

    Raises NewerFile and BrokenFile; ``name`` is what their messages call the file.
    """
    if not isinstance(tree, dict) or tree.get("format") != FORMAT:
        raise BrokenFile(
            "{name} is no Layerloom document, though it is written like one. Choose a file that "
            "Layerloom saved.",
            name=name,
        )
    version = tree.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise BrokenFile(
            "{name} does not say its version as a whole number. {other_copy}",
            name=name,
            other_copy=phrase(OTHER_COPY),
        )
    if version > VERSION:
        raise NewerFile(
            "{name} needs a Layerloom that reads format version {version}; this one reads "
            "up to {known}. Open it with a newer Layerloom.",
            name=name,
            version=version,
            known=VERSION,
        )
    while version < VERSION:
        tree = _next(tree, version, name)
        version += 1
    return tree


def _next(tree: Tree, version: int, name: str) -> Tree:
    if version not in MIGRATIONS:
        raise BrokenFile(
            "{name} says it has version {version}, which never was. {other_copy}",
            name=name,
            version=version,
            other_copy=phrase(OTHER_COPY),
        )
    try:
        return {**MIGRATIONS[version](tree), "version": version + 1}
    except UNCHECKED as error:
        raise BrokenFile(
            "{name} is not what format version {version} looks like ({error!r}). {other_copy}",
            name=name,
            version=version,
            error=error,
            other_copy=phrase(OTHER_COPY),
        ) from error


OTHER_COPY = "It may have been damaged or changed by hand; open an earlier copy."
