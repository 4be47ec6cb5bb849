"""Layers that know where the steps of a series end."""

from dataclasses import replace

from graphs.layers.checks import empty, not_floats, padded_apart
from graphs.layers.shapes.reshaping import along
from graphs.layers.spec import (
    Function,
    In,
    Layer,
    LengthsOf,
    Outputs,
    Port,
    Ports,
    Reaching,
    Same,
    Torch,
    Use,
)
from graphs.problems import Problem, Unlink, problem
from graphs.sizes import Size, alike
from graphs.types import Masked


class LastStep(
    Layer,
    id="last_step",
    title="Last step",
    group="Shape",
    search=(
        "output after all final end select series state latest time hidden summarize "
        "sequence vector rnn lstm"
    ),
):
    """Takes the last step of each series, which padding does not count as.

    The axis of the steps is gone afterwards: N × T × F becomes N × F.
    https://docs.pytorch.org/docs/stable/generated/torch.select.html
    """

    makes_rows = True

    def infer(self, given: Reaching) -> Outputs | Problem:
        series = given["input"]
        if series.rank < 2:
            return problem("Needs steps, but gets {got}.", port="input", got=series)
        batch, steps, *features = series.sizes
        return empty((steps,)) or (series.rearranged(batch, *features),)

    def torch(self, given: Reaching) -> Torch:
        if given["input"].padded is None:
            return Torch(use=Use(along(1, -1)))
        return Torch(use=Use(Function("engine.modules.steps.last_real_step", (In(), LengthsOf()))))

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[1:2]


class MaskPadding(
    Layer,
    id="mask_padding",
    group="Shape",
    search="masking zero ragged lengths real steps convolution",
):
    """Makes padding zero, so that layers which mix steps read it as nothing.

    x · [t < length] for step t of N × T × ..., which stays as it is. Behind it padding counts, as
    steps of zeros: just what a convolution adds at the end of a series, so a Permute, a Conv1d with
    padding = same and a Permute back compute each sample as if it were alone. What comes out of
    them at padded steps is no zero any more. A second MaskPadding, with the padded series wired to
    like, makes it zero again, and Mean, LSTM or attention then know the real steps as before. Where
    that is missing, a warning says so.
    https://docs.pytorch.org/docs/stable/generated/torch.Tensor.masked_fill.html
    """

    keeps_zeros = True

    def ports(self) -> Ports:
        return Ports((Port("input"), Port("like", optional=True)))

    def infer(self, given: Reaching) -> Outputs | Problem:
        series, like = given["input"], given.get("like")
        if wrong := not_floats(series):
            return wrong
        if series.rank < 2:
            return problem("Needs steps, but gets {got}.", port="input", got=series)
        out = series.rearranged(*series.sizes)
        if like is None:
            zeros = Masked(series.sizes[1], is_zero=True) if series.padded else series.masked
            return (replace(out, masked=zeros),)
        if not alike(series.sizes[:2], like.sizes[:2]):
            return problem(
                "The series at like must have as many steps as the input, but they are {like} and "
                "{input}. Steps are the first axis of a sample; a convolution keeps their number "
                "with padding = same.",
                port="like",
                fix=Unlink("like"),
                like=like,
                input=series,
            )
        known = like.padded or series.padded
        zeros = Masked(series.sizes[1], is_zero=True) if known else series.masked
        out = replace(out, padded=known, masked=zeros)
        return padded_apart((series, like), "like") or (out,)

    def torch(self, given: Reaching) -> Torch:
        padded = [port for port in ("like", "input") if (t := given.get(port)) and t.padded]
        if not padded:
            return Torch(use=Use(Same()))
        arguments = (In(), LengthsOf(padded[0]))
        return Torch(use=Use(Function("engine.modules.steps.without_padding", arguments)))
