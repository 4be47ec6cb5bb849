"""Losses on computed values alone: whatever is drawn before them is made small."""

from graphs.layers.checks import empty, not_floats
from graphs.layers.losses.losses import ValueLoss, padding_counts
from graphs.layers.spec import (
    Call,
    Function,
    In,
    LengthsOf,
    Module,
    Outputs,
    Port,
    Ports,
    Reaching,
    Torch,
    Use,
)
from graphs.problems import Problem, problem
from graphs.sizes import BATCH, alike, same
from graphs.types import TensorType


class ComputedLoss(
    ValueLoss,
    id="computed_loss",
    title="ComputedLoss",
    group="Loss",
    search=(
        "custom own loss penalty minimize value mean any expression regularizer formula "
        "anything minimise result directly quantity"
    ),
):
    """Makes a computed value small: the mean of all that reaches it.

    It is Σ x / count.
    Takes one value or more per sample, such as a penalty, or a loss that is drawn from single
    operations. Steps that are padding are left out.
    https://docs.pytorch.org/docs/stable/generated/torch.mean.html
    """

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        wrong = not_floats(tensor) or _no_samples(tensor, "input") or empty(tensor.features)
        return wrong or ()

    def torch(self, given: Reaching) -> Torch:
        if given["input"].padded is None:
            return Torch(use=Use(Function("torch.mean"), "loss"))
        lengths = {"lengths": LengthsOf()}
        use = Use(Function("engine.modules.losses.mean_of_real_steps", (In(),), lengths), "loss")
        return Torch(use=use)


class GaussianKLLoss(
    ValueLoss,
    id="gaussian_kl_loss",
    title="GaussianKLLoss",
    group="Loss",
    search=(
        "vae variational autoencoder kullback leibler divergence latent normal regularize "
        "bottleneck close to"
    ),
):
    """Keeps normal distributions near the standard normal one, by their KL divergence.

    Takes the means and the logarithms of the variances, N × features each, as an encoder of a
    variational autoencoder gives them. A sample costs Σ (mean² + exp(logvar) - 1 - logvar) / 2.
    https://arxiv.org/abs/1312.6114
    """

    def ports(self) -> Ports:
        return Ports((Port("mean"), Port("logvar")), ())

    def infer(self, given: Reaching) -> Outputs | Problem:
        mean, logvar = given["mean"], given["logvar"]
        wrong = (
            not_floats(mean, "mean")
            or not_floats(logvar, "logvar")
            or _no_samples(mean, "mean")
            or padding_counts(given)
        )
        if wrong or alike(mean.sizes, logvar.sizes):
            return wrong or ()
        return problem(
            "Needs a variance for each mean, {wanted}, but gets {got}.",
            port="logvar",
            wanted=mean,
            got=logvar,
        )

    def torch(self, given: Reaching) -> Torch:
        entering = Module((In("mean"), In("logvar")))
        return Torch(Call("engine.modules.losses.GaussianKLLoss", {}), Use(entering, "loss"))


def _no_samples(tensor: TensorType, port: str) -> Problem | None:
    if tensor.rank and same(tensor.sizes[0], BATCH):
        return None
    return problem("Needs a value for each sample, but gets {got}.", port=port, got=tensor)
