"""Tensors that come from the graph itself: constants, and values that are learned."""

from collections.abc import Mapping
from typing import Literal

from graphs.describe import param
from graphs.layers.shapes.reshaping import MOST_AXES
from graphs.layers.spec import Call, Layer, Module, Outputs, Ports, Reaching, Torch, Use
from graphs.layers.weighted import Weighted
from graphs.problems import Problem, Set, problem
from graphs.types import Kind, TensorType


class Value(Layer):
    """Base of nodes without inputs. Their tensor is the same for all samples."""

    sizes: tuple[int, ...] = param(
        default=(1,), help="All sizes of the tensor; it has no batch, but is repeated over one."
    )

    def ports(self) -> Ports:
        return Ports(inputs=())

    def infer(self, given: Reaching) -> Outputs | Problem:
        if len(self.sizes) > MOST_AXES:
            return problem(
                "There are {count} sizes; a tensor can have at most {most} axes here.",
                setting="sizes",
                fix=Set("sizes", (1,)),
                count=len(self.sizes),
                most=MOST_AXES,
            )
        if any(size < 1 for size in self.sizes):
            return problem(
                "Every size must be at least 1.",
                setting="sizes",
                fix=Set("sizes", tuple(max(size, 1) for size in self.sizes)),
            )
        return (TensorType(Kind.FLOAT, self.sizes),)

    def torch(self, given: Reaching) -> Torch:
        made = Call(f"engine.modules.{type(self).__name__}", self.own_settings)
        return Torch(made, Use(Module(arguments=())))

    def brief(self) -> str:
        return "×".join(map(str, self.sizes))


class Constant(
    Value,
    id="constant",
    group="Values",
    search="number scalar fill full fixed one zero never changes",
):
    """Gives the same number everywhere, for all samples and for ever.

    y = value.
    https://docs.pytorch.org/docs/stable/generated/torch.full.html
    """

    value: float = param(default=1.0, help="The number.")

    def brief(self) -> str:
        return f"{self.value:g}"


class FreeParameter(
    Value,
    Weighted,
    id="parameter",
    title="Parameter",
    group="Values",
    search=(
        "weight variable free learned learnable trainable bias token learn constant scalar "
        "query vector factor"
    ),
):
    """Gives values that are learned, the same for all samples.

    y = weight.
    In a saved model they are called after the node: name.weight.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.parameter.Parameter.html
    """

    init: Literal["normal", "zeros", "ones"] = param(
        default="normal", help="What the values are before training."
    )
    std: float = param(default=0.02, low=0, help="How far normal values lie from 0.")

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        return {"weight": self.sizes}
