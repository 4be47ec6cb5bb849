"""Layers that know where the steps of a series end."""

from graphs.layers.checks import empty
from graphs.layers.shapes.reshaping import along
from graphs.layers.spec import Function, In, Layer, LengthsOf, Outputs, Reaching, Torch, Use
from graphs.problems import Problem, problem
from graphs.sizes import Size


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
