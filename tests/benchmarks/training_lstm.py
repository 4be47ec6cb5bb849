"""Training speed on two LSTMs with their states wired (goal: 0.97 of the tuned loop)."""

from dataclasses import replace
from typing import Any

from graphs.describe import Chosen
from graphs.document.edits import ChangePlan, Step
from graphs.plan.optimizers import AdamW
from graphs.plan.plan import Plan
from graphs.templates import find
from tests.benchmarks import plain_torch
from tests.benchmarks.training import Where, compare, main


def measure(where: Where, epochs: int = 4) -> dict[str, Any]:
    """The network of the template sine-lstm, batches of 32, one thread."""
    template = find("sine-lstm")
    assert template is not None
    document = template.document()
    plan = replace(
        Plan(), epochs=epochs, batch_size=32, threads=1, optimizer=Chosen.of(AdamW(lr=1e-3))
    )
    document.apply(Step("Plan", (ChangePlan(document.plan, plan),)))
    return compare(document, plain_torch.Waves, where)


if __name__ == "__main__":
    main(measure)
