"""Which source a file or folder is likely for, by its name and a look at its beginning."""

from itertools import islice
from pathlib import Path

from engine.data.arrays import array_files
from engine.data.folders.class_folders import files_in, glance
from engine.data.paths import opened
from engine.data.pictures.named import begins_with_pictures, tables_in
from engine.data.tables.files.content import holds_rows
from engine.data.tables.files.table_file import is_table
from engine.data.texts import text_files
from engine.errors import DataError

LOOKED_AT = 200
"""Files of a folder that are looked at."""
BEGINNING = 65_536
"""Bytes of a text that are looked at."""
SEPARATORS = ",;\t|"
LINES = 5
"""Lines of a text that are looked at."""


def likely_source(path: Path) -> str | None:
    """The id of the source that reads this; None when it is no data."""
    if path.is_dir():
        return _of_folder(path)
    ending = path.suffix.lower()
    if is_table(path):
        return "picture_table" if begins_with_pictures(path) else "table"
    if holds_rows(path):
        return "table"
    if ending in array_files.ENDINGS:
        return "arrays"
    if ending in text_files.ENDINGS:
        return "table" if ending == ".txt" and _is_table(path) else "text_file"
    return None


def _of_folder(folder: Path) -> str:
    """Texts where most of the first files are texts, with classes where none lies at the top."""
    files = list(islice(files_in(folder, []), LOOKED_AT))
    texts = [file for file in files if file.suffix.lower() in text_files.ENDINGS]
    if 2 * len(texts) <= len(files):
        flat = len(glance(folder)[0]) < 2  # with more they are classes
        named = flat and any(map(begins_with_pictures, tables_in(folder)))
        return "picture_table" if named else "image_folder"
    return "text_file" if any(text.parent == folder for text in texts) else "text_folder"


def _is_table(path: Path) -> bool:
    """Whether every one of the first lines holds one separator equally often."""
    try:
        with opened(path) as file:
            text = file.read(BEGINNING).decode("utf-8-sig", "ignore")
    except (DataError, OSError):
        return False
    lines = list(islice((line for line in text.splitlines() if line.strip()), LINES))
    counts = [{line.count(separator) for line in lines} for separator in SEPARATORS]
    return len(lines) > 1 and any(len(found) == 1 and 0 not in found for found in counts)
