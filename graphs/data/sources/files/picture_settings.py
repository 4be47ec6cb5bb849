"""What sources of pictures have in common: to what each picture is brought, and where all are."""

from functools import cache

from graphs.data.sources.choices import Bits, Broken, Colour, KeptIn
from graphs.data.sources.spec import Source
from graphs.describe import Parameter, param
from graphs.setting_kinds import Pair


class PictureSettings(Source):
    """Base of the sources of pictures, beside another base that says where they lie."""

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
    deep_white: int = param(
        default=0,
        low=0,
        high=65535,
        title="White beyond 8 bits",
        help="The number that is white in grey pictures of more than 8 bits where 8 bits are read; "
        "0 takes the end of the bits that they use, when the data is chosen.",
    )
    kept_in: KeptIn = param(
        default="auto",
        help="Where pictures are while they are used: all in memory, or each read from the disk "
        "whenever it is needed, which takes longer and has no limit; auto takes memory "
        "where they fit, and the same is learned from either.",
    )
    broken: Broken = param(default="leave out", help="What is done with files that cannot be read.")

    @classmethod
    @cache
    def parameters(cls) -> tuple[Parameter, ...]:
        """Its settings, those of pictures behind all others."""
        found = super().parameters()
        own = PictureSettings.__annotations__
        others = (one for one in found if one.name not in own)
        return (*others, *(one for one in found if one.name in own))
