"""The training plan of a document: everything that decides a run besides graph and data."""

from dataclasses import field
from typing import Literal

from graphs.describe import Chosen, Described, param
from graphs.plan.augmentations import Augmentation
from graphs.plan.optimizers import AdamW, Optimizer
from graphs.plan.schedules import ConstantRate, Schedule

SUPERVISED = "supervised"
"""The procedure by which a plan trains that chooses none."""

Device = Literal[
    "auto", "cpu", "cuda", "cuda:0", "cuda:1", "cuda:2", "cuda:3", "cuda:4", "cuda:5", "cuda:6",
    "cuda:7", "mps",
]  # fmt: skip
"""Where a run computes; ``cuda`` is the first such card."""
Precision = Literal["fp32", "bf16-mixed", "fp16-mixed"]
"""In what numbers a run computes; mixed keeps weights, losses and measuring in float32."""


class Plan(Described, family="plans", id="plan", title="Training plan"):
    """How the network is trained."""

    epochs: int = param(default=10, low=1, high=1_000_000, help="Passes over the training samples.")
    batch_size: int = param(default=64, low=1, high=2**20, help="Samples per step.")
    accumulate: int = param(
        title="Batches per step",
        default=1,
        low=1,
        high=4096,
        help="Batches whose gradients are added up for one step: as one batch of so many times "
        "the size, in the memory of one.",
    )
    l1: float = param(
        title="L1 penalty",
        default=0.0,
        low=0,
        high=1000,
        help="Weight of the L1 penalty, the sum of the sizes of all weights, or of what is learned "
        "in place of one that is computed; biases, norms and slopes are left out. The losses "
        "shown do not hold it.",
    )
    clip_norm: float | None = param(
        title="Clip gradient norm",
        default=None,
        above=0,
        help="Longest gradient allowed, over all weights; none for no limit.",
    )
    patience: int | None = param(
        title="Early stop after",
        default=None,
        low=1,
        help="Stop after this many epochs without a better validation loss.",
    )
    validation: float = param(
        title="Validation share",
        default=0.15,
        low=0,
        high=0.9,
        help="Share of the samples for validation; 0 measures on the training samples.",
    )
    test: float = param(
        title="Test share",
        default=0.15,
        low=0,
        high=0.9,
        help="Share of the samples kept for the test; 0 tests on the training samples.",
    )
    folds: int | None = param(
        default=None,
        low=2,
        high=1000,
        help="Cross-validation: so many runs, in each of which another part of the samples is "
        "the test; none for one run with the share above.",
    )
    fold: int | None = param(
        title="Only fold",
        default=None,
        low=1,
        high=1000,
        help="The one part of these that is the test; none for all of them, one after another.",
    )
    seed: int = param(
        default=0, low=0, high=2**31 - 1, help="Decides split, first weights and order."
    )
    device: Device = param(
        default="auto", help="Where to compute; auto takes the GPU when there is one."
    )
    precision: Precision = param(
        default="fp32",
        help="Numbers to compute in: float32, or mixed with shorter ones, which takes less time "
        "and memory where the device has them. Measuring is always in float32.",
    )
    compile: bool = param(
        title="Compile",
        default=False,
        help="Let torch.compile make faster code first, which takes a minute or so; until then "
        "the run cannot be stopped. Needs a C++ compiler.",
    )
    channels_last: bool = param(
        default=False,
        help="Lay out images with their channels last, which many convolutions prefer.",
    )
    threads: int | None = param(
        title="CPU threads",
        default=None,
        low=1,
        high=256,
        help="CPU threads; none for one less than there are cores.",
    )
    optimizer: Chosen = field(default_factory=lambda: Chosen.of(AdamW()))
    schedule: Chosen = field(default_factory=lambda: Chosen.of(ConstantRate()))
    augmentation: tuple[Chosen, ...] = ()
    procedure: Chosen = field(default_factory=lambda: Chosen(SUPERVISED, {}))
    """The way to train; the engine knows which there are, and says what is wrong with it."""

    def find_optimizer(self) -> Optimizer:
        """The optimizer that the plan names, with its settings.

        Its id is known: reading a file puts the usual one, with a notice, in the place of another.
        """
        return Optimizer.get(self.optimizer.id).made(self.optimizer.settings)

    def find_schedule(self) -> Schedule:
        """The schedule itself; its id is known as that of the optimizer is."""
        return Schedule.get(self.schedule.id).made(self.schedule.settings)

    def find_augmentations(self) -> tuple[Augmentation, ...]:
        """The augmentations themselves, in order; reading a file leaves unknown ones out."""
        return tuple(Augmentation.get(a.id).made(a.settings) for a in self.augmentation)
