"""Random numbers that depend on what they are for alone, never on what was drawn before."""

import hashlib

import numpy as np

from engine.data.samples import Array


def derived(*parts: int | str) -> int:
    """A seed from numbers and words: ``derived(seed, "order", epoch)``."""
    written = "/".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(written, digest_size=8).digest(), "big") >> 1


def shuffled(count: int, *parts: int | str) -> Array:
    """The numbers 0 to count - 1 in an order that ``parts`` decide.

    numpy promises the raw bits of a bit generator for ever, but not ``Generator.permutation``, and
    a split must stay what it was.
    """
    return np.argsort(np.random.PCG64(derived(*parts)).random_raw(count), kind="stable")
