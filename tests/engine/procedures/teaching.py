"""A way to train two networks at once, which only tests know: one learns, and teaches the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from engine.measuring.stepped import Stepped
from engine.procedures import Procedure, TrainingSetup
from graphs.describe import Chosen, param
from graphs.document.document import Document
from graphs.plan.optimizers import SGD

if TYPE_CHECKING:
    from torch import Tensor, nn

    from engine.controls import Poll
    from engine.network.compiling import Network
    from engine.optimizing.learner import Learner
    from engine.optimizing.optimization import Descent


class Teaching(Procedure, id="teaching", title="Teaching"):
    """A teacher learns digits from samples, and the drawn network what the teacher says of them.

    The student is kept, as it was when it was right most often.
    """

    model = "student"
    losses = ("student/loss", "teacher/loss")
    measures = ("student/accuracy", "teacher/accuracy")
    monitor, mode = "student/accuracy", "max"

    width: int = param(default=24, low=1, help="Units of the teacher.")
    rate: float = param(default=0.2, above=0, help="Learning rate of the teacher.")

    def configure_networks(
        self, document: Document, available: int | None = None
    ) -> dict[str, nn.Module]:
        from torch import nn

        from engine.network.own_randomness import OwnRandomness
        from engine.seeds import derived

        with OwnRandomness(derived(document.plan.seed, "teacher")):
            teacher = nn.Sequential(
                nn.Flatten(),
                nn.Linear(64, self.width),
                nn.BatchNorm1d(self.width),
                nn.ReLU(),
                nn.Dropout(0.2),
                nn.Linear(self.width, 10),
            )
        return {"teacher": teacher, **super().configure_networks(document, available)}

    def configure_optimizers(
        self, networks: Mapping[str, nn.Module], setup: TrainingSetup
    ) -> dict[str, Descent]:
        from engine.optimizing.optimization import Descent, Watch

        plan, steps, device = setup
        other = replace(plan, optimizer=Chosen.of(SGD(lr=self.rate)))
        watch = Watch(device)
        return {
            "student": Descent(networks["student"], plan, steps, device, watch=watch),
            "teacher": Descent(networks["teacher"], other, steps, device, watch=watch),
        }

    def training_step(
        self, learner: Learner, batch: Mapping[str, Tensor], number: int, poll: Poll | None = None
    ) -> Stepped:
        stepped = self._compared(learner.networks, batch, poll)
        learner.descend("student", stepped.losses["student/loss"], number)
        learner.descend("teacher", stepped.losses["teacher/loss"], number)
        return stepped

    def validation_step(
        self,
        networks: Mapping[str, nn.Module],
        batch: Mapping[str, Tensor],
        poll: Poll | None = None,
    ) -> Stepped:
        return self._compared(networks, batch, poll)

    def _compared(
        self, networks: Mapping[str, nn.Module], batch: Mapping[str, Tensor], poll: Poll | None
    ) -> Stepped:
        from torch.nn import functional

        student, right = cast("Network", networks["student"]), batch["digit"].long()
        (said,) = student.run(batch, (), poll).scores
        taught = networks["teacher"](batch["image"])
        losses = {
            "student/loss": functional.kl_div(
                said.log_softmax(1), taught.detach().softmax(1), reduction="batchmean"
            ),
            "teacher/loss": functional.cross_entropy(taught, right),
        }
        measures = {
            name: (scores.argmax(1) == right).float().mean()
            for name, scores in (("student/accuracy", said), ("teacher/accuracy", taught))
        }
        return Stepped(losses, measures)
