"""Pictures in folders, one folder per class."""

from graphs.data.sources.choices import Bits, Broken, Colour, KeptIn
from graphs.data.sources.files.class_folders import ClassFolders
from graphs.describe import param
from graphs.setting_kinds import Pair


class ImageFolder(ClassFolders, id="image_folder", title="Folder of pictures", group="From files"):
    """A folder with one folder per class, which holds pictures of that class.

    Folders for training, validation and test with the class folders in them are the split. Pictures
    of any kind and size are stretched to one size. Files that cannot be read are left out and
    listed.
    """

    size: Pair = param(
        default=64, low=1, high=4096, unit="px", help="Height and width that all are brought to."
    )
    colour: Colour = param(
        default="rgb", help="Whether colours are kept (3 channels) or not (1 channel)."
    )
    bits: Bits = param(
        default="auto",
        help="How many bits of a picture are read; auto reads all where every picture is grey with "
        "more than 8.",
    )
    kept_in: KeptIn = param(
        default="auto",
        help="Where pictures are while they are used: all in memory, or each read from the disk "
        "whenever it is needed, which takes longer and has no limit; auto takes memory where they "
        "fit.",
    )
    broken: Broken = param(default="leave out", help="What is done with files that cannot be read.")
