"""What is told of pictures that are not read as they look: stretched, or in other colours."""

from __future__ import annotations

from collections.abc import Sequence

from engine.data.pictures.decoding import Seen
from graphs.wording.phrases import phrase

SLIGHT = 0.05
"""By so much proportions may change before it is told."""


def alterations(seen: Sequence[Seen], channels: int, height: int, width: int) -> tuple[str, ...]:
    """Sentences about pictures brought to these sizes; none where all keep what they show."""
    told = []
    count = len(seen)
    stretched = sum(_is_stretched(one, height, width) for one in seen)
    grey = sum(one.is_grey for one in seen) if channels == 3 else 0
    transparent = sum(one.is_transparent for one in seen)
    first = sum(one.is_first for one in seen)
    if first:
        told.append(
            phrase(
                "{first:,} of {count:,} files hold several pictures, such as the steps of an "
                "animation or pages, of which only the first is read. If the others matter, save "
                "each as a file of its own.",
                first=first,
                count=count,
            )
        )
    if stretched:
        told.append(
            phrase(
                "{stretched:,} of {count:,} pictures have other proportions than {height} × "
                "{width} and are stretched to it, which makes ellipses of circles. If that "
                "matters, choose a size of their proportions, or cut them to one shape first.",
                stretched=stretched,
                count=count,
                height=height,
                width=width,
            )
        )
    told += _enlargements(seen, height, width)
    if grey:
        told.append(
            phrase(
                "{grey:,} of {count:,} pictures are grey and are read as colour, with three equal "
                "channels. To read all with one channel, set Colour to grey.",
                grey=grey,
                count=count,
            )
        )
    if transparent:
        told.append(
            phrase(
                "{transparent:,} of {count:,} pictures have transparency and are put on white. For "
                "another ground, save them without it.",
                transparent=transparent,
                count=count,
            )
        )
    return tuple(told)


def _enlargements(seen: Sequence[Seen], height: int, width: int) -> list[str]:
    """A sentence about pictures that are smaller than what they are brought to, if there are."""
    small = [(one.height, one.width) for one in seen if one.height < height and one.width < width]
    if not small:
        return []
    tall, wide = max(small, key=lambda size: size[0] * size[1])
    return [
        phrase(
            "{small:,} of {count:,} pictures are smaller than {height} × {width} and are enlarged "
            "to it, which adds nothing to see and makes training slower. The largest of them has "
            "{tall} × {wide} pixels; to read it as it is, set Size to that.",
            small=len(small),
            count=len(seen),
            height=height,
            width=width,
            tall=tall,
            wide=wide,
        )
    ]


def _is_stretched(seen: Seen, height: int, width: int) -> bool:
    """Whether its height and width change by factors that clearly differ."""
    tall, wide = seen.height * width, seen.width * height
    return abs(tall - wide) > SLIGHT * max(tall, wide)
