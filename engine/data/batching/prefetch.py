"""Prefetching: the next batch is made, or sent to the GPU, while one is in use."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

import torch

from engine.data.batching.splits import Batch

Item = TypeVar("Item")
Result = TypeVar("Result")
LISTEN_SECONDS = 0.2


def moved(batches: Iterator[Batch], device: torch.device) -> Iterator[Batch]:
    """The batches on ``device``; on a CUDA card through pinned memory, one ahead of time."""
    if device.type == "cpu":
        return batches
    if device.type != "cuda":
        return ({name: tensor.to(device) for name, tensor in b.items()} for b in batches)
    stream: torch.cuda.Stream = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]

    def send(batch: Batch) -> Batch:
        with torch.cuda.stream(stream):
            return {
                name: tensor.pin_memory().to(device, non_blocking=True)
                for name, tensor in batch.items()
            }

    def arrive(batch: Batch) -> Batch:
        here = torch.cuda.current_stream(device)
        here.wait_stream(stream)
        for tensor in batch.values():
            tensor.record_stream(here)  # its memory is in use until this stream is done with it
        return batch

    return ahead(batches, send, arrive)


def ahead(
    items: Iterator[Item], send: Callable[[Item], Result], arrive: Callable[[Result], Result]
) -> Iterator[Result]:
    """Send each item while the one before it is in use; ``arrive`` waits for what was sent."""
    sent: list[Result] = [send(item) for item in (next(items, None),) if item is not None]
    while sent:
        # Waiting comes before the next one is sent: a stream is waited for with all that is in it.
        now = arrive(sent.pop())
        following = next(items, None)
        if following is not None:
            sent.append(send(following))
        yield now


def in_background(items: Iterator[Item]) -> Iterator[Item]:
    """The same items, of which a thread makes each while the one before it is in use."""
    with ThreadPoolExecutor(1, thread_name_prefix="batches") as maker:
        coming = maker.submit(lambda: list(islice(items, 1)))
        while now := _heard(coming):
            coming = maker.submit(lambda: list(islice(items, 1)))
            yield from now


def _heard(coming: Future[Result]) -> Result:
    """What a thread has made. On Windows an interruption is heard between two waits only."""
    while not wait([coming], timeout=LISTEN_SECONDS).done:
        pass
    return coming.result()
