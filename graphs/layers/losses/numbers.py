"""Losses that learn numbers."""

from collections.abc import Iterator
from typing import ClassVar

from graphs.describe import param
from graphs.layers.checks import not_floats
from graphs.layers.losses.losses import Paired, Task, padding_counts
from graphs.layers.spec import Outputs, Port, Ports, Reaching
from graphs.problems import Insert, Problem, Recipe, problem
from graphs.sizes import alike
from graphs.types import Kind, Scale, TensorType
from graphs.wording.phrases import phrase


class Numbers(Paired):
    """Base of losses that learn numbers. Each weighs the differences in its own way."""

    task: ClassVar[Task] = "number"

    def target_fault(self, target: TensorType) -> Problem | None:
        if target.kind is Kind.FLOAT:
            return None
        return problem(
            "The target “{field}” is a class, not a number.", setting="target", field=self.target
        )


class MSELoss(
    Numbers,
    id="mse_loss",
    group="Loss",
    search=(
        "predict price temperature amount quantity numeric mean squared error regression "
        "number value l2 quadratic least squares reconstruction big mistakes forecast "
        "distance penalize large errors"
    ),
):
    """Compares numbers with the right numbers: the mean of the squared differences.

    With the predicted number x and the right one t it is the mean of (x - t)².
    Takes N × 1, or as many values per sample as the target has.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html
    """


class L1Loss(
    Numbers,
    id="l1_loss",
    group="Loss",
    search=(
        "predict price temperature amount quantity numeric mean absolute error mae "
        "regression number robust outliers median forecast difference"
    ),
):
    """Compares numbers with the right numbers: the mean of the differences.

    With the predicted number x and the right one t it is the mean of |x - t|.
    Outliers count less than in MSELoss. Takes N × 1, or as many values as the target has.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.L1Loss.html
    """

    is_usual = False


class SmoothL1Loss(
    Numbers,
    id="smooth_l1_loss",
    group="Loss",
    search=(
        "regression robust outliers bounding boxes absolute detection outlier number value predict"
    ),
):
    """Compares numbers as L1Loss does, but squares small differences.

    With the difference d it is the mean of d² / (2 · beta) where |d| < beta, else of |d| - beta /
    2.
    Takes N × 1, or as many values per sample as the target has.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.SmoothL1Loss.html
    """

    is_usual = False

    beta: float = param(default=1.0, low=0, help="Differences below this are squared.")


class HuberLoss(
    Numbers,
    id="huber_loss",
    group="Loss",
    search=("regression robust outliers outlier noisy extreme number value forecast predict"),
):
    """Compares numbers as MSELoss does, but without squaring large differences.

    With the difference d it is the mean of d² / 2 where |d| ≤ delta, else of delta · (|d| - delta /
    2).
    Takes N × 1, or as many values per sample as the target has.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.HuberLoss.html
    """

    is_usual = False

    delta: float = param(default=1.0, above=0, help="Differences above this are not squared.")


class GaussianNLLLoss(
    Numbers,
    id="gaussian_nll_loss",
    group="Loss",
    search=(
        "uncertainty variance uncertain confidence interval normal likelihood "
        "heteroscedastic regression predict sure error bars spread noisy"
    ),
):
    """Compares numbers with the right numbers, each with a variance of its own.

    With the mean x, the variance v and the right number t, it is the mean of (log(v) + (x - t)² /
    v) / 2. A variance below eps counts as eps.
    The negative log likelihood of the target under a normal distribution with the mean that enters
    at input and the variance at var, which must not be negative: Softplus gives one. Both are N × 1
    or as many values per sample as the target has.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.GaussianNLLLoss.html
    """

    is_usual = False

    full: bool = param(default=False, help="Whether the constant part, log(2π) / 2, is added.")
    eps: float = param(default=1e-6, above=0, help="The least variance that is counted with.")

    def ports(self) -> Ports:
        return Ports((Port("input"), Port("var")), ())

    def each(self) -> str:
        return "engine.modules.losses.GaussianNLLLoss"

    def domain(self) -> str:
        return phrase("It takes no negative variance. Put a Softplus before var.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        answer = super().infer(given)
        if isinstance(answer, Problem):
            return answer
        scores, var = given["input"], given["var"]
        if wrong := not_floats(var, "var") or padding_counts(given):
            return wrong
        if alike(scores.sizes, var.sizes):
            return ()
        return problem(
            "Needs a variance for each value, {wanted}, but gets {got}.",
            port="var",
            wanted=scores,
            got=var,
        )


class KLDivLoss(
    Numbers,
    id="kl_div_loss",
    group="Loss",
    search=(
        "kullback leibler divergence distribution soft labels knowledge distillation "
        "teacher student imitate copy compare distributions"
    ),
):
    """Compares log probabilities with the right probabilities: their KL divergence.

    With the logarithms x and the right probabilities t, a sample costs Σ t · (log(t) - x).
    Takes logarithms as a LogSoftmax gives them, as many values per sample as the target has. The
    divergence is summed over the values of a sample; the loss is the mean over samples.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html
    """

    is_usual = False
    per_sample = True
    task = "nothing"  # logarithms and probabilities have no distance to tell

    def arguments(self) -> dict[str, object]:
        return {"reduction": "batchmean"}

    def infer(self, given: Reaching) -> Outputs | Problem:
        answer = super().infer(given)
        return answer if isinstance(answer, Problem) else padding_counts(given) or ()

    def scale_fault(self, scores: TensorType) -> Problem | None:
        if scores.scale is Scale.LOGARITHMS:
            return None
        return problem(
            "Needs logarithms of probabilities, as a LogSoftmax gives them.", port="input"
        )

    def _mends(self, scores: TensorType, target: TensorType) -> Iterator[Recipe]:
        logarithms = scores.scaled(Scale.LOGARITHMS)
        if scores.scale is Scale.ANY and self.compare(logarithms, target) is None:
            yield Insert("log_softmax")
        yield from super()._mends(scores, target)
