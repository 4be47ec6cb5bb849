"""Attention within windows of a picture, as Swin transformers have it."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

APART = -100.0
"""What is added to the score of a place that lay elsewhere before the picture was moved."""


class WindowAttention(nn.Module):
    """Self-attention of the places of each window of N × height × width × features.

    Weights are called and laid out as in torchvision's ``ShiftedWindowAttention``. As there, sides
    that windows do not fill are filled up with zeros, and one that a single window fills stays.
    """

    places: Tensor

    def __init__(
        self,
        features: int,
        num_heads: int,
        window_size: int,
        shift_size: int = 0,
        dropout: float = 0.0,
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.num_heads, self.dropout = num_heads, dropout
        self.window_size, self.shift_size = window_size, shift_size
        self.qkv = nn.Linear(features, 3 * features, bias=bias)
        self.proj = nn.Linear(features, features, bias=bias)
        rows = (2 * window_size - 1) ** 2
        self.relative_position_bias_table = nn.Parameter(torch.empty(rows, num_heads))
        nn.init.trunc_normal_(self.relative_position_bias_table, std=0.02)
        self.register_buffer("places", _distances(window_size), persistent=False)

    def forward(self, input: Tensor) -> Tensor:
        """The same sizes."""
        side, (height, width) = self.window_size, input.shape[1:3]
        x = functional.pad(input, (0, 0, 0, -width % side, 0, -height % side))
        moves = [self.shift_size if side < length else 0 for length in x.shape[1:3]]
        x = torch.roll(x, [-move for move in moves], (1, 2)) if any(moves) else x
        x = _joined(self._looked(_parted(x, side), x, moves), x, side)
        x = torch.roll(x, moves, (1, 2)) if any(moves) else x
        return x[:, :height, :width]

    def _looked(self, windows: Tensor, picture: Tensor, moves: list[int]) -> Tensor:
        """What the places of each window found: N × windows × places × features."""
        batch, count, places, features = windows.shape
        each = self.qkv(windows).reshape(batch, count, places, 3, self.num_heads, -1)
        query, key, value = each.permute(3, 0, 1, 4, 2, 5).unbind()
        scores = (query * query.shape[-1] ** -0.5) @ key.transpose(-2, -1) + self._bias()
        if any(moves):
            scores = scores + _kept_apart(picture, self.window_size, moves)[:, None]
        weights = functional.dropout(scores.softmax(-1), self.dropout, self.training)
        found = (weights @ value).transpose(2, 3).reshape(batch, count, places, features)
        output: Tensor = self.proj(found)
        return output

    def _bias(self) -> Tensor:
        """Heads × places × places, by how far two places lie apart."""
        count = self.window_size**2
        rows = self.relative_position_bias_table[self.places]
        return rows.view(count, count, self.num_heads).permute(2, 0, 1)


def _distances(side: int) -> Tensor:
    """For each two places of a window, row by row, the row of the table for their distance."""
    line = torch.arange(side)
    down, right = (grid.flatten() for grid in torch.meshgrid(line, line, indexing="ij"))
    apart = [axis[:, None] - axis[None] + side - 1 for axis in (down, right)]
    return (apart[0] * (2 * side - 1) + apart[1]).flatten()


def _parted(x: Tensor, side: int) -> Tensor:
    """N × height × width × features as N × windows × places × features."""
    batch, height, width, features = x.shape
    x = x.reshape(batch, height // side, side, width // side, side, features)
    return x.permute(0, 1, 3, 2, 4, 5).reshape(batch, -1, side**2, features)


def _joined(windows: Tensor, picture: Tensor, side: int) -> Tensor:
    """``_parted`` undone, to the sizes of ``picture``."""
    batch, height, width, features = picture.shape
    x = windows.reshape(batch, height // side, width // side, side, side, features)
    return x.permute(0, 1, 3, 2, 4, 5).reshape(batch, height, width, features)


def _kept_apart(picture: Tensor, side: int, moves: list[int]) -> Tensor:
    """Windows × places × places: what is added where moving brought places beside each other."""
    strips = []
    for length, move in zip(picture.shape[1:3], moves, strict=True):
        line = torch.arange(length, device=picture.device)
        strips.append((line >= length - side).long() + (line >= length - move).long())
    regions = strips[0][:, None] * 3 + strips[1][None]
    windows = _parted(regions[None, ..., None], side)[0]
    return (windows != windows.transpose(1, 2)).to(picture.dtype) * APART
