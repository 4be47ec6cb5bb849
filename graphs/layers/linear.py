"""Linear maps."""

from collections.abc import Mapping
from typing import Any

from graphs.describe import param
from graphs.layers.checks import not_fixed, not_floats
from graphs.layers.parametrized import Parametrized
from graphs.layers.spec import Call, Outputs, Reaching, Referred, Shared, Torch
from graphs.layers.weighted import PARAMETRIZATION, WEIGHTS_OF
from graphs.problems import Insert, Problem, Recipe, Set, problem
from graphs.setting_kinds import NodeRef
from graphs.sizes import BATCH, Size
from graphs.wording.phrases import phrase

LENDING = ("embedding", "linear")
"""Layers whose weight a Linear can share: one row per output, one column per input."""


class Linear(
    Parametrized,
    id="linear",
    group="Linear",
    search=(
        "predict map project size change dense fully connected affine tied share weights "
        "feedforward perceptron mlp projection hidden number of features matrix regression "
        "classifier final outputs combine all weighted sum units logistic layer neurons "
        "bias spectral weight norm"
    ),
):
    """Connects every input feature to every output feature.

    y = x Wᵀ + bias.
    Works on the last axis: N × ... × in_features becomes N × ... × out_features.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html
    """

    out_features: int = param(default=128, low=1, help="How many outputs.")
    bias: bool = param(default=True, help="Add a learned offset to each output.")
    tied: NodeRef | None = param(
        default=None,
        help="The Embedding or Linear whose weight it shares, as language models do.",
    )

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        if settings.get("tied") is None:
            return {}
        if settings.get(WEIGHTS_OF) is not None:
            return {"tied": phrase("says nothing where all weights are those of another node")}
        if settings.get(PARAMETRIZATION, "none") != "none":
            return {PARAMETRIZATION: phrase("must be none where the weight is another node's")}
        return {}

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := not_floats(tensor):
            return wrong
        if tensor.rank == 0 or tensor.sizes == (BATCH,):
            return problem(
                "Needs an axis of features, but gets one value per sample.",
                port="input",
                fix=Insert("reshape", settings={"sizes": (1,)}) if tensor.rank else None,
            )
        if wrong := not_fixed(tensor.sizes[-1], "in_features"):
            return wrong
        if (other := given.refs.get("tied")) and (wrong := self._not_shared(given, other)):
            return wrong
        return (tensor.of(*tensor.sizes[:-1], self.out_features).stepwise(tensor),)

    def _not_shared(self, given: Reaching, other: Referred) -> Problem | None:
        """Why the weight of ``other`` cannot be that of this layer too."""
        theirs = other.weights.get("weight")
        if isinstance(other.layer, Parametrized) and other.layer.parametrization != "none":
            return problem(
                "The weight of “{name}”, which it shares, is computed by {parametrization}, so "
                "there is none to share.",
                setting="tied",
                fix=Set("tied", None),
                name=other.name,
                parametrization=other.layer.parametrization,
            )
        if other.layer.id not in LENDING or theirs is None:
            return problem(
                "Shares the weight of an Embedding or of another Linear, but “{name}” is of the "
                "kind {layer}.",
                setting="tied",
                fix=Set("tied", None),
                name=other.name,
                layer=other.layer.title,
            )
        mine = (self.out_features, _features(given))
        if mine == theirs:
            return None
        return problem(
            "The weight here is {mine}, but that of “{name}”, which it shares, is {theirs}.",
            setting="tied",
            fix=_made_equal(mine, theirs),
            name=other.name,
            mine=_spelled(mine),
            theirs=_spelled(theirs),
        )

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        shape = (self.out_features, _features(given))
        own = {} if "tied" in given.refs else self.learned(shape)
        return {**own, "bias": (self.out_features,)} if self.bias else own

    def flops(self, given: Reaching, outputs: Outputs) -> Size:
        return outputs[0].elements() * _features(given)

    def torch(self, given: Reaching) -> Torch:
        made = Call.of(
            "torch.nn.Linear",
            in_features=_features(given),
            out_features=self.out_features,
            bias=self.bias,
        )
        return Torch(
            self.wrapped(made),
            shared={"weight": Shared("tied", "weight")} if "tied" in given.refs else {},
        )

    def brief(self) -> str:
        return self.told(str(self.out_features))


def _made_equal(mine: tuple[int, ...], theirs: tuple[int, ...]) -> Recipe:
    """What makes a weight fit that is to be shared: as many outputs, or another input."""
    if mine[1:] == theirs[1:]:
        return Set("out_features", theirs[0])
    if mine[:1] == theirs[:1]:
        return Insert("linear", settings={"out_features": theirs[1]})
    return Set("tied", None)


def _spelled(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def _features(given: Reaching) -> int:
    size = given["input"].sizes[-1]
    assert isinstance(size, int)  # infer has refused anything else
    return size
