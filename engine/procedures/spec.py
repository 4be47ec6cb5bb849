"""What every way to train has in common, without torch: what one says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

from engine.measuring.stepped import Stepped
from graphs.describe import Described
from graphs.wording.phrases import phrase

if TYPE_CHECKING:  # they import torch, which whoever lists the procedures need not wait for
    import torch
    from torch import Tensor, nn

    from engine.controls import Poll
    from engine.data.preprocessing import Preprocessing
    from engine.measuring.measures import SplitMeasures, StepMeasures
    from engine.network.compiling import Network
    from engine.optimizing.learner import Learner
    from engine.optimizing.optimization import Descent
    from graphs.document.document import Document
    from graphs.plan.plan import Plan


class TrainingSetup(NamedTuple):
    """What optimizers need to know of a run before its first step."""

    plan: Plan
    steps: int
    """How many there will be in all, which schedules need."""
    device: torch.device


class Procedure(Described, family="procedures"):
    """Base of every way to train. Subclassing it with an id registers it.

    It is a value, its settings, and remembers nothing: what changes while it trains is in the
    networks and optimizers that it makes, so that checkpoints miss nothing, and a run that was
    killed goes on to the same bits. Training steps may draw from torch, which is seeded before each
    of them. Networks come and are kept by name; its methods are called as Lightning calls them.

    Its module must not import torch, so that procedures can be listed early: methods do.
    """

    model: ClassVar[str] = "network"
    """The name of the network that is asked, exported, and kept as the model."""
    losses: ClassVar[tuple[str, ...]] = ("loss",)
    """The losses of one step by name, as ``loss`` or ``teacher/loss``; the first is drawn first."""
    measures: ClassVar[tuple[str, ...]] = ()
    """What else ``training_step`` and ``validation_step`` measure, by name."""
    monitor: ClassVar[str] = "loss"
    """By which measure of the validation split the best epoch is chosen."""
    mode: ClassVar[Literal["min", "max"]] = "min"
    """Whether less or more of it is better."""

    needs_loss: ClassVar[bool] = True
    """Whether the drawn network needs a loss; one that brings its own needs none."""

    # ---- what it owns ----

    def configure_model(self, document: Document, available: int | None = None) -> Network:
        """The network that is asked and exported, with its first weights: the drawn one.

        Raises GraphProblems when something stops training, or when it would need more than the
        ``available`` bytes of memory.
        """
        from engine.network.compiling import compiled

        return compiled(document, available=available, needs_loss=self.needs_loss)

    def configure_networks(
        self, document: Document, available: int | None = None
    ) -> dict[str, nn.Module]:
        """All networks with their first weights, on the CPU; ``configure_model``'s among them.

        First weights must depend on the document alone (``OwnRandomness``). All are set to training
        before an epoch, and to use before measuring; what has no optimizer is kept all the same, as
        a running mean of weights is. Raises as ``configure_model`` does.
        """
        return {self.model: self.configure_model(document, available)}

    def configure_optimizers(
        self, networks: Mapping[str, nn.Module], setup: TrainingSetup
    ) -> dict[str, Descent]:
        """The optimizers by name; the learning rate of the first is told.

        The networks are on their device. Also the place to set in what numbers they compute.
        """
        raise NotImplementedError

    # ---- what it does ----

    def training_step(
        self, learner: Learner, batch: Mapping[str, Tensor], number: int, poll: Poll | None = None
    ) -> Stepped:
        """Make training step ``number``, counted from 0, by the optimizers of ``learner``.

        ``poll`` is to be called often in a slow step; what it raises undoes the step, as long as no
        optimizer has moved.
        """
        raise NotImplementedError

    def validation_step(
        self,
        networks: Mapping[str, nn.Module],
        batch: Mapping[str, Tensor],
        poll: Poll | None = None,
    ) -> Stepped:
        """Measure a batch without learning from it; torch computes no gradients meanwhile.

        Random numbers come from a generator of its own, as another run may train beside it.
        """
        raise NotImplementedError

    def first_broken(
        self, networks: Mapping[str, nn.Module], batch: Mapping[str, Tensor]
    ) -> str | None:
        """The name of the node whose numbers are the first not to be finite, where it is known."""
        return None

    def make_faster(
        self, networks: Mapping[str, nn.Module], batch: Mapping[str, Tensor]
    ) -> str | None:
        """Let torch.compile make faster code for training; why it does not, as a sentence."""
        return phrase(
            "“compile” is on, but {title} trains without it. It learns the same; switch "
            "“compile” off in the plan to read this no more.",
            title=self.title,
        )

    # ---- what is measured ----

    def step_measures(
        self, networks: Mapping[str, nn.Module], preprocessing: Preprocessing
    ) -> StepMeasures:  # type: ignore[type-arg]  # each keeps of a step what it needs
        """How steps are added up, in training and in validation: the means of what is named."""
        from engine.measuring.measures import NamedMeans

        return NamedMeans(self.losses, self.measures)

    def split_measures(
        self, networks: Mapping[str, nn.Module], preprocessing: Preprocessing
    ) -> SplitMeasures:
        """All that is measured of a split once, such as the test split: the same means."""
        from engine.measuring.tally import TalliedSplit

        return TalliedSplit(self.step_measures(networks, preprocessing))

    def is_better(self, measured: float, best: float) -> bool:
        """Whether an epoch with this ``monitor`` is better than the best one so far."""
        return measured < best if self.mode == "min" else measured > best
