"""Losses that learn numbers."""

from graphs.describe import param
from graphs.layers.losses.losses import Paired
from graphs.problems import Problem, problem
from graphs.types import Kind, TensorType


class Numbers(Paired):
    """Base of losses that learn numbers. Each weighs the differences in its own way."""

    task = "number"
    reading = "none"

    def target_fault(self, target: TensorType) -> Problem | None:
        if target.kind is Kind.FLOAT:
            return None
        return problem(
            "The target “{field}” is a class, not a number.", setting="target", field=self.target
        )


class MSELoss(Numbers, id="mse_loss", group="Loss", search="mean squared error regression l2"):
    """Compares numbers with the right numbers: the mean of the squared differences.

    Takes N × 1, or as many values per sample as the target has.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html
    """


class L1Loss(Numbers, id="l1_loss", group="Loss", search="mean absolute error mae regression"):
    """Compares numbers with the right numbers: the mean of the differences.

    Outliers count less than in MSELoss. Takes N × 1, or as many values as the target has.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.L1Loss.html
    """

    is_usual = False


class SmoothL1Loss(
    Numbers, id="smooth_l1_loss", group="Loss", search="regression robust boxes absolute"
):
    """Compares numbers as L1Loss does, but squares small differences.

    Takes N × 1, or as many values per sample as the target has.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.SmoothL1Loss.html
    """

    is_usual = False

    beta: float = param(default=1.0, low=0, help="Differences below this are squared.")


class HuberLoss(Numbers, id="huber_loss", group="Loss", search="regression robust outliers"):
    """Compares numbers as MSELoss does, but without squaring large differences.

    Takes N × 1, or as many values per sample as the target has.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.HuberLoss.html
    """

    is_usual = False

    delta: float = param(default=1.0, above=0, help="Differences above this are not squared.")
