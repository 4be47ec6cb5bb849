"""Training loops as people write them in plain torch, to be compared with."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset


@dataclass(frozen=True)
class Data:
    """What goes in and the classes to be told, for training and validation."""

    x: Tensor
    y: Tensor
    valid_x: Tensor
    valid_y: Tensor


@dataclass(frozen=True)
class Way:
    """How a loop trains."""

    batch_size: int
    rate: float
    shorter: torch.dtype | None = None
    """What layers compute in where torch's autocast lets them; None for float32."""
    channels_last: bool = False


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


class Residual(nn.Module):
    """Two 3 x 3 convolutions beside a short way, which takes a convolution of its own if it must.

    Source: He et al., Deep Residual Learning for Image Recognition, 2015.
    """

    def __init__(self, channels: int, out_channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, out_channels, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(out_channels)
        self.short = nn.Sequential()
        if stride > 1:
            self.short.append(nn.Conv2d(channels, out_channels, 1, stride, bias=False))
            self.short.append(nn.BatchNorm2d(out_channels))

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu(self.norm1(self.conv1(x)), inplace=True)
        y = self.norm2(self.conv2(y))
        return functional.relu(y.add_(self.short(x)), inplace=True)


RESNET18 = ((64, 1), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1))
"""The channels and the stride of each residual block of a ResNet-18."""


def resnet18() -> nn.Sequential:
    """ResNet-18 for 10 classes."""
    channels, blocks = 64, []
    for out_channels, stride in RESNET18:
        blocks.append(Residual(channels, out_channels, stride))
        channels = out_channels
    return _resnet(blocks, channels, 10)


class Bottleneck(nn.Module):
    """Three convolutions, that in the middle narrower, beside a short way as in ``Residual``."""

    def __init__(self, channels: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.norm3 = nn.BatchNorm2d(4 * width)
        self.short = nn.Sequential()
        if channels != 4 * width:
            self.short.append(nn.Conv2d(channels, 4 * width, 1, stride, bias=False))
            self.short.append(nn.BatchNorm2d(4 * width))

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu(self.norm1(self.conv1(x)), inplace=True)
        y = functional.relu(self.norm2(self.conv2(y)), inplace=True)
        return functional.relu(self.norm3(self.conv3(y)).add_(self.short(x)), inplace=True)


def resnet50() -> nn.Sequential:
    """ResNet-50 for the 1,000 classes of ImageNet."""
    channels, blocks = 64, []
    for width, count in ((64, 3), (128, 4), (256, 6), (512, 3)):
        for number in range(count):
            blocks.append(Bottleneck(channels, width, 2 if number == 0 and width > 64 else 1))
            channels = 4 * width
    return _resnet(blocks, channels, 1000)


def _resnet(blocks: Sequence[nn.Module], features: int, classes: int) -> nn.Sequential:
    """The blocks behind the usual stem, with their mean in front of the scores."""
    return nn.Sequential(
        nn.Conv2d(3, 64, 7, 2, 3, bias=False),
        nn.BatchNorm2d(64),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(3, 2, 1),
        *blocks,
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(features, classes),
    )


class Waves(nn.Module):
    """Two LSTMs with 32 units, the second going on from the first one's states."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = nn.LSTM(1, 32, batch_first=True)
        self.decoder = nn.LSTM(32, 32, batch_first=True)
        self.classify = nn.Linear(32, 4)

    def forward(self, x: Tensor) -> Tensor:
        x, states = self.encoder(x)
        x, _ = self.decoder(x, states)
        scores: Tensor = self.classify(x[:, -1])
        return scores


class Block(nn.Module):
    """A causal Transformer block, normalized first."""

    def __init__(self, width: int, heads: int, hidden: int) -> None:
        super().__init__()
        self.heads = heads
        self.into = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.up = nn.Linear(width, hidden)
        self.down = nn.Linear(hidden, width)
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        batch, steps, width = x.shape
        parts = self.into(self.norm1(x)).view(batch, steps, 3, self.heads, -1)
        queries, keys, values = parts.permute(2, 0, 3, 1, 4)
        found = functional.scaled_dot_product_attention(queries, keys, values, is_causal=True)
        x = x + self.out(found.transpose(1, 2).reshape(batch, steps, width))
        hidden: Tensor = x + self.down(functional.gelu(self.up(self.norm2(x))))
        return hidden


class Gpt2(nn.Module):
    """GPT-2 small, whose scores have the weight of its embedding, from weights as published.

    Source: Radford et al., Language Models are Unsupervised Multitask Learners, 2019.
    """

    def __init__(self) -> None:
        super().__init__()
        self.tokens = nn.Embedding(50257, 768)
        self.positions = nn.Embedding(1024, 768)
        self.blocks = nn.Sequential(*(Block(768, 12, 3072) for _ in range(12)))
        self.norm = nn.LayerNorm(768)

    def forward(self, x: Tensor) -> Tensor:
        places = torch.arange(x.shape[1], device=x.device)
        found = self.norm(self.blocks(self.tokens(x) + self.positions(places)))
        return functional.linear(found, self.tokens.weight)


class Writer(nn.Module):
    """Blocks with 8 heads over characters; one row of scores per character."""

    def __init__(self, vocabulary: int, longest: int, width: int = 64, depth: int = 2) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.blocks = nn.Sequential(*(Block(width, 8, 4 * width) for _ in range(depth)))
        self.norm = nn.LayerNorm(width)
        self.scores = nn.Linear(width, vocabulary)
        angles = torch.arange(longest)[:, None] * torch.exp(
            torch.arange(0, width, 2) * (-math.log(10000.0) / width)
        )
        waves = torch.stack((angles.sin(), angles.cos()), 2).flatten(1)
        self.waves: Tensor
        self.register_buffer("waves", waves, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embedding(x) + self.waves[: x.shape[1]]
        scores: Tensor = self.scores(self.norm(self.blocks(x)))
        return scores.flatten(0, 1)


def tuned(
    model: nn.Module,
    data: Data,
    orders: Sequence[Tensor],
    way: Way,
    clock: Callable[[], float],
) -> float:
    """Batches by index, a fused optimizer, and no waiting for the loss: samples per second."""
    if way.channels_last:
        model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = torch.optim.AdamW(model.parameters(), lr=way.rate, fused=True)
    loss_of = nn.CrossEntropyLoss()
    start = clock()
    for order in orders:
        model.train()
        losses = []
        for rows in torch.split(order.to(data.x.device), way.batch_size):
            x, y = data.x.index_select(0, rows), data.y.index_select(0, rows)
            if way.channels_last:
                x = x.contiguous(memory_format=torch.channels_last)
            with _shorter(way, x):
                scores = model(x)
            loss = loss_of(scores.float(), y.flatten())
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.detach())
        torch.stack(losses).mean().item()
        _validate(model, data, way)
    return len(orders) * len(data.x) / (clock() - start)


def usual(
    model: nn.Module,
    data: Data,
    orders: Sequence[Tensor],
    way: Way,
    clock: Callable[[], float],
) -> float:
    """As tutorials show it: a DataLoader, the default optimizer, the loss read in each step."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=way.rate)
    loss_of = nn.CrossEntropyLoss()
    loader = DataLoader(TensorDataset(data.x, data.y), batch_size=way.batch_size, shuffle=True)
    start = clock()
    for _ in orders:
        model.train()
        total, right = 0.0, 0
        for x, y in loader:
            optimizer.zero_grad()
            with _shorter(way, x):
                scores, y = model(x), y.flatten()
            loss = loss_of(scores.float(), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
            right += int((scores.argmax(1) == y).sum().item())
        _validate(model, data, way)
    return len(orders) * len(data.x) / (clock() - start)


def _shorter(way: Way, x: Tensor) -> torch.autocast:
    return torch.autocast(x.device.type, way.shorter, enabled=way.shorter is not None)


@torch.no_grad()
def _validate(model: nn.Module, data: Data, way: Way) -> tuple[float, float]:
    model.eval()
    x, y = data.valid_x, data.valid_y.flatten()
    with _shorter(way, x):
        scores = model(x).float()
    right = (scores.argmax(1) == y).float().mean().item()
    return functional.cross_entropy(scores, y).item(), right
