"""Training loops as people write them in plain torch, to be compared with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset


@dataclass(frozen=True)
class Data:
    """Images and digits for training and validation."""

    x: Tensor
    y: Tensor
    valid_x: Tensor
    valid_y: Tensor


def mlp() -> nn.Sequential:
    """784, 256, 128 and 10 units."""
    return nn.Sequential(
        nn.Flatten(),
        nn.Linear(784, 256),
        nn.ReLU(),
        nn.Linear(256, 128),
        nn.ReLU(),
        nn.Linear(128, 10),
    )


def cnn() -> nn.Sequential:
    """Two convolutions with 32 and 64 channels, and a head of 64 units."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(1600, 64),
        nn.ReLU(),
        nn.Linear(64, 10),
    )


def tuned(
    model: nn.Module,
    data: Data,
    orders: Sequence[Tensor],
    batch_size: int,
    rate: float,
    clock: Callable[[], float],
) -> float:
    """Batches by index, a fused optimizer, and no waiting for the loss: samples per second."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, fused=True)
    loss_of = nn.CrossEntropyLoss()
    start = clock()
    for order in orders:
        model.train()
        losses = []
        for rows in torch.split(order, batch_size):
            x, y = data.x.index_select(0, rows), data.y.index_select(0, rows)
            loss = loss_of(model(x), y)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.detach())
        torch.stack(losses).mean().item()
        _validate(model, data)
    return len(orders) * len(data.x) / (clock() - start)


def usual(
    model: nn.Module,
    data: Data,
    orders: Sequence[Tensor],
    batch_size: int,
    rate: float,
    clock: Callable[[], float],
) -> float:
    """As tutorials show it: a DataLoader, the default optimizer, the loss read in each step."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    loss_of = nn.CrossEntropyLoss()
    loader = DataLoader(TensorDataset(data.x, data.y), batch_size=batch_size, shuffle=True)
    start = clock()
    for _ in orders:
        model.train()
        total, right = 0.0, 0
        for x, y in loader:
            optimizer.zero_grad()
            scores = model(x)
            loss = loss_of(scores, y)
            loss.backward()
            optimizer.step()
            total += loss.item()
            right += int((scores.argmax(1) == y).sum().item())
        _validate(model, data)
    return len(orders) * len(data.x) / (clock() - start)


@torch.no_grad()
def _validate(model: nn.Module, data: Data) -> tuple[float, float]:
    model.eval()
    scores = model(data.valid_x)
    right = (scores.argmax(1) == data.valid_y).float().mean().item()
    return nn.functional.cross_entropy(scores, data.valid_y).item(), right
