"""Layers that change sizes without computing."""

from graphs.describe import param
from graphs.layers.spec import Call, Given, Layer, Outputs, Torch
from graphs.problems import Problem, problem
from graphs.sizes import product


class Flatten(Layer, id="flatten", group="Shape", search="reshape ravel view"):
    """Lays all axes from start_dim to end_dim out as one.

    https://docs.pytorch.org/docs/stable/generated/torch.nn.Flatten.html
    """

    start_dim: int = param(default=1, help="First axis to lay out; 0 is the batch.")
    end_dim: int = param(default=-1, help="Last axis to lay out; -1 is the last.")

    def infer(self, given: Given) -> Outputs | Problem:
        tensor = given["input"]
        rank = tensor.rank
        for name, dim in (("start_dim", self.start_dim), ("end_dim", self.end_dim)):
            if not -rank <= dim < rank:
                return problem(
                    "{name} = {dim}, but the input has axes 0 to {last}.",
                    setting=name,
                    name=name,
                    dim=dim,
                    last=rank - 1,
                )
        first, last = self.start_dim % rank, self.end_dim % rank
        if first > last:
            return problem("start_dim comes after end_dim.", setting="start_dim")
        merged = product(tensor.sizes[first : last + 1])
        return (tensor.of(*tensor.sizes[:first], merged, *tensor.sizes[last + 1 :]),)

    def torch(self, given: Given) -> Torch:
        return Torch(Call("torch.nn.Flatten", self.settings))
