"""A help text taken apart: what it says in words, and the pages that it rests on."""

import re
from typing import NamedTuple

PAGE = re.compile(r"https://[^\s,)]*[^\s,).:]")
TORCH, ARXIV = "https://docs.pytorch.org/", "https://arxiv.org/abs/"


class Explanation(NamedTuple):
    """What a help text says beyond its first sentence."""

    body: str
    """Sentences and formulas, one paragraph, without the addresses that stand alone."""
    pages: tuple[str, ...]
    """Addresses of what it rests on; torch's own page first."""


def explained(help: str) -> Explanation:
    """What stands below the first line of a help text."""
    _, _, rest = help.partition("\n")
    lines = [line for line in rest.splitlines() if line and not PAGE.fullmatch(line.strip())]
    found = dict.fromkeys(PAGE.findall(help))
    body = " ".join(lines).replace(ARXIV, "arXiv:")
    return Explanation(
        f"{body[:-1]}." if body.endswith(":") else body,
        tuple(sorted(found, key=lambda one: not one.startswith(TORCH))),
    )
