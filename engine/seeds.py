"""Seeds derived from what they are for alone, so that no draw depends on an earlier one."""

import hashlib
from typing import Any

import numpy as np


def derived(*parts: int | str) -> int:
    """A seed from numbers and words: ``derived(seed, "order", epoch)``."""
    # Ids and names of a file may hold half characters, which JSON can escape.
    written = "/".join(map(str, parts)).encode(errors="surrogatepass")
    return int.from_bytes(hashlib.blake2b(written, digest_size=8).digest(), "big") >> 1


def shuffled(count: int, *parts: int | str) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The numbers 0 to count - 1 in an order that ``parts`` decide.

    numpy promises the raw bits of a bit generator for ever, but not ``Generator.permutation``, and
    a split must stay what it was.
    """
    return np.argsort(np.random.PCG64(derived(*parts)).random_raw(count), kind="stable")
