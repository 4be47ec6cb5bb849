"""Where the program keeps what must outlive it: recovery logs, backups, claims and starts."""

import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from graphs.files.saving import reason
from graphs.wording.phrases import phrase


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The folder, and why it is not where it should be; None when there is nowhere to write."""

    folder: Path | None
    notice: str = ""


def place() -> StateFolder:
    """The user's state folder; one among the temporary files where that takes nothing."""
    base = Path(platformdirs.user_state_dir("layerloom", appauthor=False))
    try:
        return StateFolder(_private(base))
    except OSError as error:
        why = reason(error)
    user = getattr(os, "getuid", lambda: 0)()
    spare = Path(tempfile.gettempdir()) / f"layerloom-state-{user}"
    try:
        found = _private(spare)
    except OSError:
        return StateFolder(
            None,
            phrase(
                "If the program ends early, what is not saved is lost: {base} takes no files, "
                "and neither does {spare}. Save often. The first says: {why}",
                base=base,
                spare=spare,
                why=why,
            ),
        )
    return StateFolder(
        found,
        phrase(
            "What is not saved is kept in {spare}, which the system may empty, because "
            "{base} does not take it: {why}",
            spare=spare,
            base=base,
            why=why,
        ),
    )


def _private(folder: Path) -> Path:
    """The folder, which can be written and is nobody else's; raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.lstat()
    mine = getattr(os, "getuid", lambda: found.st_uid)()
    # Among the temporary files anybody may have put something in its place.
    if not stat.S_ISDIR(folder.stat().st_mode) or found.st_uid != mine:
        raise PermissionError(None, phrase("it belongs to somebody else"))
    with tempfile.TemporaryFile(dir=folder):
        return folder
