"""Training speed on a causal Transformer over characters (goal: 0.97 of the tuned loop)."""

from dataclasses import replace
from functools import partial
from typing import Any

from graphs.describe import Chosen
from graphs.document.edits import ChangeData, ChangePlan, Step
from graphs.plan.optimizers import AdamW
from graphs.plan.plan import Plan
from graphs.templates import find
from tests.benchmarks import plain_torch
from tests.benchmarks.training import Where, compare, main

STRIDE = 512
"""An eighth of the template's windows."""


def measure(where: Where, epochs: int = 1) -> dict[str, Any]:
    """The network of the template char-transformer, batches of 32, one thread."""
    template = find("char-transformer")
    assert template is not None
    document = template.document()
    plan = replace(
        Plan(), epochs=epochs, batch_size=32, threads=1, optimizer=Chosen.of(AdamW(lr=1e-3))
    )
    data = replace(document.data, settings={**document.data.settings, "stride": STRIDE})
    edits = (ChangePlan(document.plan, plan), ChangeData(document.data, data))
    document.apply(Step("Plan", edits))
    text = document.data.fields["text"]
    made = partial(plain_torch.Writer, len(text.words), document.data.settings["length"])
    return compare(document, made, where)


if __name__ == "__main__":
    main(measure)
