"""Regularization: making it harder for a network to learn its samples by heart."""

from dataclasses import replace
from typing import ClassVar

from graphs.describe import param
from graphs.layers.checks import not_floats, not_grid, padded_apart
from graphs.layers.spec import (
    Call,
    In,
    Layer,
    Module,
    Outputs,
    Port,
    Ports,
    Reaching,
    Torch,
    Use,
)
from graphs.problems import Problem, problem
from graphs.sizes import alike
from graphs.types import Scale


class Dropout(
    Layer,
    id="dropout",
    group="Regularization",
    search=(
        "randomly kill activations off regularize overfitting overfit forget neurons units "
        "random drop generalize memorize hide robust noise neuron randomness validation"
    ),
):
    """Sets some values to zero at random while training.

    y = 0 with the probability p, else x / (1 - p). From
    https://jmlr.org/papers/v15/srivastava14a.html.
    The others are scaled up by 1 / (1 - p); after training, all values pass unchanged.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout.html
    """

    keeps_zeros = True

    p: float = param(default=0.5, low=0, high=1, help="The share of values that are set to zero.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        return not_floats(tensor) or (tensor.scaled(Scale.ANY),)

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call("torch.nn.Dropout", self.settings))

    def brief(self) -> str:
        return f"{self.p:g}"


class ChannelDropout(Layer):
    """Base of layers that set whole channels to zero."""

    axes: ClassVar[int]

    p: float = param(default=0.5, low=0, high=1, help="The share of channels that are zeroed.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        wrong = not_floats(tensor) or not_grid(self, tensor, self.axes)
        return wrong or (tensor.scaled(Scale.ANY),)

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call(f"torch.nn.{type(self).__name__}", self.settings))

    def brief(self) -> str:
        return f"{self.p:g}"


class Dropout1d(
    ChannelDropout,
    id="dropout1d",
    group="Regularization",
    search=("spatialdropout1d whole channel regularize overfitting drop series feature maps"),
):
    """Sets whole channels of a series to zero at random while training.

    y = 0 with the probability p for each channel, else x / (1 - p). From
    https://arxiv.org/abs/1411.4280.
    The others are scaled up by 1 / (1 - p); after training, all values pass unchanged.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout1d.html
    """

    axes = 1


class Dropout2d(
    ChannelDropout,
    id="dropout2d",
    group="Regularization",
    search=(
        "spatialdropout2d whole channel regularize overfitting drop image feature maps "
        "convolutional"
    ),
):
    """Sets whole channels of an image to zero at random while training.

    y = 0 with the probability p for each channel, else x / (1 - p). From
    https://arxiv.org/abs/1411.4280.
    The others are scaled up by 1 / (1 - p); after training, all values pass unchanged.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout2d.html
    """

    axes = 2


class Dropout3d(
    ChannelDropout,
    id="dropout3d",
    group="Regularization",
    search=("spatialdropout3d whole channel regularize overfitting drop volume feature maps"),
):
    """Sets whole channels of a volume to zero at random while training.

    y = 0 with the probability p for each channel, else x / (1 - p). From
    https://arxiv.org/abs/1411.4280.
    The others are scaled up by 1 / (1 - p); after training, all values pass unchanged.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Dropout3d.html
    """

    axes = 3


class AlphaDropout(
    Layer,
    id="alpha_dropout",
    group="Regularization",
    search="selu dropout self normalizing randomly",
):
    """Drops values as SELU wants it: mean and spread stay as they are.

    What is dropped becomes what SELU gives far below zero; after training, all values pass
    unchanged.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AlphaDropout.html
    """

    p: float = param(default=0.5, low=0, high=1, help="The share of values that are replaced.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        return not_floats(tensor) or (tensor.scaled(Scale.ANY),)

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call("torch.nn.AlphaDropout", self.settings))

    def brief(self) -> str:
        return f"{self.p:g}"


class StochasticDepth(
    Layer,
    id="stochastic_depth",
    title="StochasticDepth",
    group="Regularization",
    search=(
        "drop path droppath residual layer branch skip random overfitting whole blocks leave out"
    ),
):
    """Leaves a branch out for some samples at random while training.

    y = 0 with the probability p for each sample, else x / (1 - p).
    All values of such a sample become zero, so that only what is added to the branch is left; the
    others are scaled up by 1 / (1 - p). After training, all values pass unchanged.
    https://arxiv.org/abs/1603.09382
    """

    p: float = param(default=0.1, low=0, high=1, help="The share of samples that are left out.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if tensor.rank == 0:
            return problem("Needs a batch of samples, but gets a single number.", port="input")
        return not_floats(tensor) or (tensor.scaled(Scale.ANY),)

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call("engine.modules.noise.StochasticDepth", self.settings))

    def brief(self) -> str:
        return f"{self.p:g}"


class GaussianNoise(
    Layer,
    id="gaussian_noise",
    title="GaussianNoise",
    group="Regularization",
    search=(
        "augmentation perturb inputs normal random jitter augment denoising disturb robust "
        "overfitting corrupt denoiser"
    ),
):
    """Adds normal noise while training.

    y = x + std · ε, where ε is drawn from the standard normal distribution.
    After training, all values pass unchanged.
    https://docs.pytorch.org/docs/stable/generated/torch.randn_like.html
    """

    std: float = param(default=0.1, low=0, help="How far the noise spreads around zero.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        return not_floats(tensor) or (tensor.scaled(Scale.ANY),)

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call("engine.modules.noise.GaussianNoise", self.settings))

    def brief(self) -> str:
        return f"{self.std:g}"


class NormalSample(
    Layer,
    id="normal_sample",
    title="NormalSample",
    group="Regularization",
    search=(
        "vae variational autoencoder reparameterization latent random sample draw gaussian "
        "distribution sampling stochastic generate code noise variance"
    ),
):
    """Draws from normal distributions in training, and gives their means afterwards.

    Takes the means and the logarithms of the variances, as GaussianKLLoss does. What is drawn is
    y = mean + exp(logvar / 2) · ε, so that both learn (the reparameterization trick).
    https://arxiv.org/abs/1312.6114
    """

    def ports(self) -> Ports:
        return Ports((Port("mean"), Port("logvar")))

    def infer(self, given: Reaching) -> Outputs | Problem:
        mean, logvar = given["mean"], given["logvar"]
        if wrong := not_floats(mean, "mean") or not_floats(logvar, "logvar"):
            return wrong
        if not alike(mean.sizes, logvar.sizes):
            return problem(
                "Needs a variance for each mean, {wanted}, but gets {got}.",
                port="logvar",
                wanted=mean,
                got=logvar,
            )
        if wrong := padded_apart((mean, logvar), "logvar"):
            return wrong
        return (replace(mean.scaled(Scale.ANY), padded=mean.padded or logvar.padded),)

    def torch(self, given: Reaching) -> Torch:
        use = Use(Module((In("mean"), In("logvar"))))
        return Torch(Call("engine.modules.noise.NormalSample", {}), use)
