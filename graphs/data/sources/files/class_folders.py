"""What sources have in common that read samples from folders, one folder per class."""

from graphs.data.sources.choices import Folders, SplitBy
from graphs.data.sources.spec import Source
from graphs.describe import param
from graphs.setting_kinds import FilePath


class ClassFolders(Source):
    """Base of the sources whose folders are classes, perhaps below those of a split."""

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
