"""The choices that settings of several sources have in common."""

from typing import Literal, TypeAlias

SplitBy: TypeAlias = Literal["given", "shares"]
"""Whether the parts that the data brings along are kept, or the plan's shares are drawn."""
Broken: TypeAlias = Literal["leave out", "stop"]
"""What is done with files that cannot be read."""
Colour: TypeAlias = Literal["rgb", "grey"]
"""Whether pictures have three channels or one."""
Bits: TypeAlias = Literal["auto", "8 bits", "all bits"]
"""How many bits of a picture are read; auto reads all where every picture has more than 8."""
KeptIn: TypeAlias = Literal["auto", "memory", "disk"]
"""Where pictures are: all in memory, or on the disk until one is needed; auto takes what fits."""
Folders: TypeAlias = Literal["auto", "classes", "parts"]
"""What the folders on top are: classes, or training, validation and test with classes below."""
Unit: TypeAlias = Literal["characters", "words"]
"""What a token of a text is."""
AnswerKind: TypeAlias = Literal["auto", "class", "labels", "number"]
"""What a column to predict holds; auto looks at the column."""
Separator: TypeAlias = Literal[";", ",", "|", "/"]
"""What stands between several labels in one cell."""
