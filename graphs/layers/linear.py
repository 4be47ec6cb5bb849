"""Linear maps."""

from collections.abc import Mapping

from graphs.describe import param
from graphs.layers.checks import not_fixed, not_floats
from graphs.layers.spec import Call, Given, Layer, Outputs, Torch
from graphs.problems import Insert, Problem, problem
from graphs.sizes import BATCH, Size


class Linear(Layer, id="linear", group="Linear", search="dense fully connected affine"):
    """Connects every input feature to every output feature.

    Works on the last axis: N × ... × in_features becomes N × ... × out_features.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html
    """

    out_features: int = param(default=128, low=1, help="How many outputs.")
    bias: bool = param(default=True, help="Add a learned offset to each output.")

    def infer(self, given: Given) -> Outputs | Problem:
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
        return (tensor.of(*tensor.sizes[:-1], self.out_features),)

    def weights(self, given: Given) -> Mapping[str, tuple[int, ...]]:
        bias = {"bias": (self.out_features,)} if self.bias else {}
        return {"weight": (self.out_features, _features(given)), **bias}

    def flops(self, given: Given, outputs: Outputs) -> Size:
        return outputs[0].elements() * _features(given)

    def torch(self, given: Given) -> Torch:
        return Torch(
            Call.of(
                "torch.nn.Linear",
                in_features=_features(given),
                out_features=self.out_features,
                bias=self.bias,
            )
        )

    def brief(self) -> str:
        return str(self.out_features)


def _features(given: Given) -> int:
    size = given["input"].sizes[-1]
    assert isinstance(size, int)  # infer has refused anything else
    return size
