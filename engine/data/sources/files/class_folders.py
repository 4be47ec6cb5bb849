"""What sources have in common that read samples from folders, one folder per class."""

from __future__ import annotations

from typing import ClassVar

from engine.data.folders.layout import Folders, Layout, layout, with_own
from engine.data.given_split import TEST, VALID, SplitBy
from engine.data.paths import located
from engine.data.sources.spec import Source
from graphs.describe import param
from graphs.setting_kinds import FilePath


class ClassFolders(Source):
    """Base of the sources whose folders are classes, perhaps below those of a split."""

    noun: ClassVar[str]
    """What lies in the folders, as messages call it."""

    path: FilePath = param(default=FilePath(""), help="The folder that holds the class folders.")
    folders: Folders = param(
        default="auto",
        help="What the folders on top are: classes, or the parts of a split with classes in them; "
        "auto goes by names such as train and test.",
    )
    split: SplitBy = param(
        default="given",
        help="Whether a split that is given by folders is kept, or drawn by the plan's shares.",
    )
    validation_path: FilePath = param(
        default=FilePath(""), help="A folder of its own for validation, with class folders."
    )
    test_path: FilePath = param(
        default=FilePath(""), help="A folder of its own for the test, with class folders."
    )

    def layout(self) -> Layout:
        """Which folders there are, of which class and for which part. Raises DataError."""
        found = layout(located(self.path), self.noun, self.folders, self.split)
        own = {VALID: located(self.validation_path), TEST: located(self.test_path)}
        return with_own(found, own)
