"""Tensors and facts in one safetensors file that can be checked: no pickle, one hash over all."""

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import safetensors
import safetensors.torch
import torch
from torch import Tensor

from engine.errors import RunError
from graphs.errors import FileError, NotSaved
from graphs.files import opener
from graphs.files.saving import write_atomically
from graphs.files.weights import MOST_BYTES

_ABOUT = "layerloom"
"""The one text in the header: hash and facts. With two, safetensors would shuffle the bytes."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Tensors by name, and JSON values about them."""

    tensors: Mapping[str, Tensor]
    facts: Mapping[str, Any]


def write(
    path: Path,
    tensors: Mapping[str, Tensor],
    facts: Mapping[str, Any],
    *,
    within: Path | None = None,
) -> str:
    """Write both into the file at ``path``, the whole or nothing, and return its SHA-256.

    It stays in the folder ``within``, where one is given. The hash covers names, types, sizes,
    numbers and facts. Raises RunError when the disk refuses.
    """
    plain = {name: _plain(tensor) for name, tensor in sorted(tensors.items())}
    told = msgspec.json.encode(facts, order="deterministic").decode()
    hashed = _hash(plain, told)
    data = safetensors.torch.save(plain, {_ABOUT: f"{hashed} {told}"})
    try:
        write_atomically(path, data, within=within)
    except NotSaved as error:
        raise RunError(str(error)) from error
    return hashed


def read(path: Path) -> Weights:
    """What ``write`` wrote. Raises RunError for a file that is torn, changed or something else."""
    try:
        data = opener.read_bytes(path, MOST_BYTES)
    except FileError as error:
        raise RunError(str(error)) from None
    try:
        tensors = safetensors.torch.load(data)
        hashed, _, told = _metadata(data)[_ABOUT].partition(" ")
        whole = hashed == _hash(tensors, told)
        facts = json.loads(told)
    except (safetensors.SafetensorError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise RunError(
            "“{name}” holds no weights of this program, or was damaged. Train the run "
            "again, or bring the file back.",
            name=path.name,
        ) from error
    if not whole:
        raise RunError(
            "“{name}” is not as it was written: its checksum differs. Use another copy of "
            "it, or train again.",
            name=path.name,
        )
    return Weights(tensors, facts)


def _plain(tensor: Tensor) -> Tensor:
    """On the CPU and in a memory of its own, as the file format asks."""
    here = tensor.detach().cpu().contiguous()
    return here.clone() if here._is_view() else here


def _hash(tensors: Mapping[str, Tensor], facts: str) -> str:
    digest = hashlib.sha256(facts.encode())
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(json.dumps([name, str(tensor.dtype), list(tensor.shape)]).encode())
        if tensor.numel():
            digest.update(tensor.reshape(-1).view(torch.uint8).numpy().data)
    return digest.hexdigest()


def _metadata(data: bytes) -> dict[str, str]:
    """The texts in the header; ``safetensors.torch.load`` gives the tensors alone."""
    (length,) = struct.unpack("<Q", data[:8])
    header: dict[str, dict[str, str]] = json.loads(data[8 : 8 + length])
    return header["__metadata__"]
