"""Gated feed-forward maps, as newer Transformers have them in place of two linear layers."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from graphs.describe import param
from graphs.layers.checks import not_fixed, not_floats
from graphs.layers.spec import Call, Outputs, Reaching, Torch
from graphs.layers.weighted import Weighted
from graphs.problems import Problem, problem
from graphs.sizes import BATCH, Size


class Gated(Weighted):
    """Base of maps to hidden features, of which one half opens or closes the other, and back."""

    activation: ClassVar[Literal["silu", "gelu"]]

    hidden_features: int = param(
        default=256, low=1, help="How many features there are in between; often 8/3 of the input's."
    )
    bias: bool = param(default=False, help="Add a learned offset to each feature.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := not_floats(tensor):
            return wrong
        if tensor.rank == 0 or tensor.sizes == (BATCH,):
            return problem(
                "Needs an axis of features, but gets one value per sample.", port="input"
            )
        if wrong := not_fixed(tensor.sizes[-1], "features"):
            return wrong
        return (tensor.of(*tensor.sizes).stepwise(tensor),)

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        features, hidden = _features(given), self.hidden_features
        shapes = {"gate_proj": (hidden, features), "up_proj": (hidden, features)}
        shapes["down_proj"] = (features, hidden)
        found: dict[str, tuple[int, ...]] = {}
        for name, shape in shapes.items():
            found[f"{name}.weight"] = shape
            if self.bias:
                found[f"{name}.bias"] = shape[:1]
        return found

    def flops(self, given: Reaching, outputs: Outputs) -> Size:
        return outputs[0].elements() * (3 * self.hidden_features)

    def torch(self, given: Reaching) -> Torch:
        return Torch(
            Call.of(
                "engine.modules.gates.GatedFeedForward",
                features=_features(given),
                **self.own_settings,
                activation=self.activation,
            )
        )

    def brief(self) -> str:
        return str(self.hidden_features)


class SwiGLU(
    Gated,
    id="swiglu",
    title="SwiGLU",
    group="Attention",
    search="feed forward gated mlp llama ffn gate transformer hidden",
):
    """Maps features to hidden ones and back, opened and closed by a gate with SiLU.

    y = down(SiLU(gate(x)) · up(x)), where gate, up and down are linear maps of the last axis.
    As in LLaMA; the sizes stay as they are.
    https://arxiv.org/abs/2002.05202
    """

    activation = "silu"


class GeGLU(
    Gated,
    id="geglu",
    title="GeGLU",
    group="Attention",
    search="feed forward gated mlp t5 ffn gelu gate transformer hidden",
):
    """Maps features to hidden ones and back, opened and closed by a gate with GELU.

    y = down(GELU(gate(x)) · up(x)), where gate, up and down are linear maps of the last axis.
    As in T5 1.1; the sizes stay as they are.
    https://arxiv.org/abs/2002.05202
    """

    activation = "gelu"


def _features(given: Reaching) -> int:
    size = given["input"].sizes[-1]
    assert isinstance(size, int)  # infer has refused anything else
    return size
