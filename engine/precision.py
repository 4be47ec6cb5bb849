"""In what numbers a run computes: which a device has, and what torch needs to use them."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch.amp import GradScaler

from engine.errors import DeviceError
from graphs.plan.plan import Precision
from graphs.wording.phrases import phrase

TYPES: Mapping[Precision, torch.dtype] = {
    "bf16-mixed": torch.bfloat16,
    "fp16-mixed": torch.float16,
}
"""The shorter numbers of each mixed precision."""


def reason_against(precision: Precision, device: torch.device) -> str | None:
    """Why a device does not compute in these numbers, as a sentence; None when it does."""
    if precision == "fp16-mixed" and device.type == "cpu":
        return phrase("fp16-mixed needs a GPU; a CPU has bf16-mixed.")
    if precision != "bf16-mixed":
        return None
    if device.type == "cuda" and not torch.cuda.is_bf16_supported(including_emulation=False):
        name = torch.cuda.get_device_name(device)
        return phrase("{name} is too old for bf16-mixed; it has fp16-mixed.", name=name)
    if device.type == "mps":
        return phrase("bf16-mixed is not offered on mps; use fp16-mixed.")
    return None


def shorter(precision: Precision, device: torch.device) -> torch.dtype | None:
    """The shorter numbers to compute in, None for float32 alone; raises DeviceError."""
    fault = reason_against(precision, device)
    if fault is not None:
        raise DeviceError("{fault} Choose another precision in the plan, or fp32.", fault=fault)
    return TYPES.get(precision)


def scaler(precision: Precision, device: torch.device) -> GradScaler | None:
    """What keeps small gradients from vanishing in fp16; the other numbers need nothing."""
    return GradScaler(device.type) if precision == "fp16-mixed" else None
