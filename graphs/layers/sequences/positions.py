"""Positions: what tells a model that sees all steps at once in which order they are."""

from collections.abc import Mapping

from graphs.describe import param
from graphs.layers.checks import not_fixed, not_floats, not_rank
from graphs.layers.spec import Call, Layer, Outputs, Reaching, Torch
from graphs.layers.weighted import Weighted
from graphs.problems import Problem, Set, problem
from graphs.sizes import Size, at_least, bounds
from graphs.wording.phrases import phrase

LONGEST = 65_536
"""No fix offers a table of more rows."""


class PositionLayer(Layer):
    """Base of layers that add to each step what stands for its place."""

    def infer(self, given: Reaching) -> Outputs | Problem:
        series = given["input"]
        wrong = (
            not_floats(series)
            or not_rank(series, (3,), "steps × features")
            or not_fixed(series.sizes[2], "features")
            or self.length_fault(given)
        )
        return wrong or (series.of(*series.sizes).stepwise(series),)

    def length_fault(self, given: Reaching) -> Problem | None:
        """What is wrong with the number of steps."""
        return None

    def minds_padding(self, *, is_zero: bool) -> bool:
        return False

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[1:2]


class SinusoidalPosition(
    PositionLayer,
    id="sinusoidal_position",
    group="Attention",
    search=(
        "positional encoding sine order place position waves timestep know sequence without "
        "learning"
    ),
):
    """Adds waves of many lengths to the steps, so that their order can be seen.

    y[t, 2i] = x[t, 2i] + sin(t / 10000 ** (2i / features)), and y[t, 2i + 1] = x[t, 2i + 1] + cos(t
    / 10000 ** (2i / features)).
    N × T × features stays as it is. Nothing is learned, and any number of steps will do. Usually
    right after an Embedding, before torch's TransformerEncoderLayer, which knows no order itself:
    https://docs.pytorch.org/docs/stable/generated/torch.nn.TransformerEncoderLayer.html
    The waves are those of https://arxiv.org/abs/1706.03762, section 3.5.
    """

    def torch(self, given: Reaching) -> Torch:
        steps = given["input"].sizes[1]
        return Torch(
            Call.of(
                "engine.modules.positions.SinusoidalPosition",
                features=_features(given),
                steps=steps if isinstance(steps, int) else None,
            )
        )


class LearnedPosition(
    PositionLayer,
    Weighted,
    id="learned_position",
    group="Attention",
    search=(
        "positional embedding encoding order place position index timestep know sequence trained"
    ),
):
    """Adds a learned row to each step, one for each place in the series.

    y[t] = x[t] + weight[t].
    N × T × features stays as it is; T must not exceed max_length. The rows are a weight like that
    of an Embedding whose tokens are the places:
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Embedding.html
    """

    max_length: int = param(default=512, low=1, help="The longest series that there is a row for.")

    def length_fault(self, given: Reaching) -> Problem | None:
        steps = given["input"].sizes[1]
        if at_least(self.max_length - steps, 0):
            return None
        longest = bounds(steps)[1]
        return problem(
            "There are rows for {rows} steps, but a series may have {longest}.",
            setting="max_length",
            fix=Set("max_length", longest) if longest <= LONGEST else None,
            rows=self.max_length,
            longest=longest,
        )

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        return {"weight": (self.max_length, _features(given))}

    def torch(self, given: Reaching) -> Torch:
        return Torch(
            Call.of(
                "engine.modules.positions.LearnedPosition",
                max_length=self.max_length,
                features=_features(given),
            )
        )

    def brief(self) -> str:
        return phrase("up to {max_length}", max_length=self.max_length)


def _features(given: Reaching) -> int:
    size = given["input"].sizes[2]
    assert isinstance(size, int)  # infer has refused anything else
    return size
