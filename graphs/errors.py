"""The errors of the document, as a tree.

GraphError
├── StepError        a step that does not fit the document it is applied to (our mistake)
└── FileError        a file that cannot be read or written (the user's, with the way out)
    ├── NewerFile        written by a newer Layerloom
    ├── TooLarge         over a stated limit
    └── BrokenFile       not a document
"""


class GraphError(Exception):
    """Base of all errors that graphs/ raises."""


class StepError(GraphError):
    """A step does not fit the document: what it removes is not there, or a name is taken."""


class FileError(GraphError):
    """A file cannot be read or written. The message is a sentence for the user."""


class NewerFile(FileError):
    """The file was written by a newer version."""


class TooLarge(FileError):
    """The file is over a limit, which the message names."""


class BrokenFile(FileError):
    """The file holds no document; the message says where it breaks."""
