"""torch.compile for a run, tried before the run begins; without a compiler it goes on as it is."""

from __future__ import annotations

from collections.abc import Mapping

from torch import Tensor
from torch._dynamo import config
from torch._dynamo.exc import TorchDynamoException

from engine.network.compiling import Network
from graphs.wording.phrases import phrase

_NO_COMPILER = ("InvalidCxxCompiler", "TritonMissing", "No working C++ compiler")


def made_faster(network: Network, batch: Mapping[str, Tensor]) -> str | None:
    """Let torch.compile make the code for training; why it could not, as a sentence.

    Tries it on ``batch``, which leaves weights and statistics as they were.
    """
    # Garbage may hold what is of the window, and this may be another thread than the window's.
    config.run_gc_after_compile = False
    network.make_faster()
    before = [buffer.clone() for buffer in network.buffers()]
    learning = network.training
    try:
        network.train().run(batch)
    except TorchDynamoException as error:
        network.make_faster(yes=False)
        return _sentence(error)
    finally:
        network.train(learning)
        for buffer, value in zip(network.buffers(), before, strict=True):
            buffer.copy_(value)
    return None


def _sentence(error: TorchDynamoException) -> str:
    told = f"{type(error).__name__}: {error}"
    if any(word in told for word in _NO_COMPILER):
        return phrase(
            "“compile” is on, but this machine has no compiler that torch can use, so the "
            "run trains without. Install a C++ compiler, or switch “compile” off in the "
            "plan."
        )
    return phrase(
        "“compile” is on, but no faster code can be made for this network, so the run "
        "trains without. It learns the same; switch “compile” off in the plan to read "
        "this no more."
    )
