"""Pictures in folders, one folder per class."""

from graphs.data.sources.files.class_folders import ClassFolders
from graphs.data.sources.files.picture_settings import PictureSettings


class ImageFolder(
    ClassFolders, PictureSettings, id="image_folder", title="Folder of pictures", group="From files"
):
    """A folder with one folder per class, which holds pictures of that class.

    Folders for training, validation and test with the class folders in them are the split. Pictures
    of any kind and size are stretched to one size. Files that cannot be read are left out and
    listed.
    """
