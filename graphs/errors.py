"""The errors of the document, as a tree.

GraphError
├── StepError        a step that does not fit the document it is applied to (our mistake)
├── NothingToLearn   data for which no network can be proposed (the user's, with the way out)
└── FileError        a file that cannot be read or written (the user's, with the way out)
    ├── NewerFile        written by a newer Layerloom
    ├── TooLarge         over a stated limit
    ├── BrokenFile       not a document
    ├── Unreadable       the system does not give it
    │   ├── Missing          nothing is there
    │   ├── Denied           it may not be read
    │   ├── NoFile           a folder, a pipe, a device or a socket
    │   └── Outside          a link that leads out of the folder that is read
    ├── NotSaved         the system does not take it; what was there before is untouched
    ├── Overtaken        another program has written the file since it was opened
    └── InUse            another window has the document open
"""

from graphs.wording.phrases import UserError


class GraphError(UserError):
    """Base of all errors that graphs/ raises."""


class StepError(GraphError):
    """A step does not fit the document: what it removes is not there, or a name is taken."""


class NothingToLearn(GraphError):  # noqa: N818  # the name says what is wrong
    """No network can be proposed for the data. The message is a sentence for the user."""


class FileError(GraphError):
    """A file cannot be read or written. The message is a sentence for the user."""


class NewerFile(FileError):  # noqa: N818  # the name says what is wrong
    """The file was written by a newer version."""


class TooLarge(FileError):  # noqa: N818  # the name says what is wrong
    """The file is over a limit, which the message names."""


class BrokenFile(FileError):  # noqa: N818  # the name says what is wrong
    """The file holds no document; the message says where it breaks."""


class Unreadable(FileError):  # noqa: N818  # the name says what is wrong
    """The system does not give the file: it is not there, not allowed, or no file."""


class Missing(Unreadable):
    """Nothing is there."""


class Denied(Unreadable):
    """It may not be read."""


class NoFile(Unreadable):
    """What is there is a folder, a pipe, a device or a socket."""


class Outside(Unreadable):
    """A link that leads out of the folder whose files are read."""


class NotSaved(FileError):  # noqa: N818  # the name says what is wrong
    """The system does not take the file. What was there before is as it was."""


class Overtaken(FileError):  # noqa: N818  # the name says what is wrong
    """The file is not what was opened or saved last. It is as the other program left it."""


class InUse(FileError):  # noqa: N818  # the name says what is wrong
    """Another window has the document open."""
