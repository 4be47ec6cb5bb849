"""The base of what reads folders of samples, one folder per class."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from engine.data.folders.layout import Layout, layout, with_own
from engine.data.paths import located
from engine.data.sources.spec import SourceReader
from engine.data.splitting.given_split import TEST, VALID
from graphs.data.sources.files.class_folders import ClassFolders

AnyFolders = TypeVar("AnyFolders", bound=ClassFolders)


class ClassFoldersReader(SourceReader[AnyFolders]):
    """Base of the readers of folders that are classes, perhaps below those of a split."""

    noun: ClassVar[str]
    """What lies in the folders, as messages call it."""

    def layout(self) -> Layout:
        """Which folders there are, of which class and for which part. Raises DataError."""
        found = layout(located(self.source.path), self.noun, self.source.folders, self.source.split)
        own = {VALID: located(self.source.validation_path), TEST: located(self.source.test_path)}
        return with_own(found, own)
