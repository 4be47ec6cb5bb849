"""Layers that change sizes without computing."""

from dataclasses import replace

from graphs.describe import param
from graphs.layers.checks import no_axis
from graphs.layers.spec import Call, In, Index, Layer, Method, Outputs, Reaching, SizeOf, Torch, Use
from graphs.problems import Problem, Recipe, Replace, Set, problem
from graphs.sizes import Size, at_least, product, quotient, same
from graphs.types import TensorType
from graphs.wording.phrases import phrase

MOST_AXES = 64
"""torch takes more, but a file that asks for a million of them must not hold up the window."""


class Flatten(
    Layer,
    id="flatten",
    group="Shape",
    search=(
        "reshape ravel view vector row one dimension unroll collapse all dimensions before "
        "linear classifier unrolled"
    ),
):
    """Lays all axes from start_dim to end_dim out as one.

    N × C × H × W with start_dim 1 becomes N × (C · H · W).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Flatten.html
    """

    makes_rows = True

    start_dim: int = param(default=1, help="First axis to lay out; 0 is the batch.")
    end_dim: int = param(default=-1, help="Last axis to lay out; -1 is the last.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        rank = tensor.rank
        wrong = no_axis(self.start_dim, rank, "start_dim") or no_axis(self.end_dim, rank, "end_dim")
        if wrong:
            return wrong
        first, last = self.start_dim % rank, self.end_dim % rank
        if first > last:
            return problem(
                "start_dim comes after end_dim.", setting="start_dim", fix=Set("end_dim", -1)
            )
        merged = product(tensor.sizes[first : last + 1])
        flat = tensor.rearranged(*tensor.sizes[:first], merged, *tensor.sizes[last + 1 :])
        if first > 1 or first == last:
            flat = flat.stepwise(tensor)
        return (replace(flat, before=replace(tensor, before=None)),)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        sizes = given["input"].sizes
        first = self.start_dim % len(sizes)
        merged = sizes[first : self.end_dim % len(sizes) + 1]
        if first == 0:  # samples lie one behind the other, each in one piece
            return merged[1:]
        return merged if len(merged) > 1 else ()

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call("torch.nn.Flatten", self.settings))


class Reshape(
    Layer,
    id="reshape",
    group="Shape",
    search="view unflatten change shape dimensions rearrange collapse fold arrange",
):
    """Lays the values of each sample out with other sizes.

    N × C × H × W with sizes -1 becomes N × (C · H · W).
    As many values come out as go in. One size may be -1: whatever is left.
    https://docs.pytorch.org/docs/stable/generated/torch.Tensor.reshape.html
    """

    sizes: tuple[int, ...] = param(
        default=(-1,), low=-1, help="New sizes of a sample, without the batch; one may be -1."
    )

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if not tensor.sizes:
            return problem("Needs a batch of samples, but gets a single number.", port="input")
        if len(self.sizes) >= MOST_AXES:
            return problem(
                "There are {count} sizes; a tensor can have at most {most} axes here, the batch "
                "among them.",
                setting="sizes",
                fix=Set("sizes", (-1,)),
                count=len(self.sizes),
                most=MOST_AXES,
            )
        if 0 in self.sizes or self.sizes.count(-1) > 1:
            return problem(
                "Every size must be at least 1; one of them may be -1, for whatever is left.",
                setting="sizes",
                fix=Set("sizes", (-1,)),
            )
        sizes = self.filled(product(tensor.features))
        if sizes is None:
            return problem(
                "The {total} values of a sample cannot be laid out as {sizes}.",
                port="input",
                setting="sizes",
                fix=self._fix(tensor),
                total=product(tensor.features),
                sizes=" × ".join(map(str, self.sizes)),
            )
        shaped = tensor.rearranged(tensor.sizes[0], *sizes)
        stay = tensor.padded is not None and sizes and same(sizes[0], tensor.sizes[1])
        return (shaped.stepwise(tensor) if stay else shaped,)

    def filled(self, total: Size) -> tuple[Size, ...] | None:
        """The sizes with the missing one found, or None when ``total`` values do not fit."""
        known = product(tuple(size for size in self.sizes if size != -1))
        if -1 not in self.sizes:
            return self.sizes if same(total, known) else None
        rest = quotient(total, known)
        return None if rest is None else tuple(rest if s == -1 else s for s in self.sizes)

    def _fix(self, tensor: TensorType) -> Set | None:
        """Leave the first size to be found that makes the others fit."""
        if -1 in self.sizes:
            return Set("sizes", (-1,))
        for place in range(len(self.sizes)):
            sizes = (*self.sizes[:place], -1, *self.sizes[place + 1 :])
            if Reshape(sizes=sizes).filled(product(tensor.features)) is not None:
                return Set("sizes", sizes)
        return Set("sizes", (-1,))

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].features

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(Method("reshape", (In(), SizeOf(0), *self.sizes))))

    def brief(self) -> str:
        return "×".join(map(str, self.sizes))


class Unflatten(
    Layer,
    id="unflatten",
    group="Shape",
    search="reshape view split part heads axes dimensions undo flatten",
):
    """Lays one axis out as several.

    N × 12 with dim 1 and unflattened_size 3, -1 becomes N × 3 × 4.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Unflatten.html
    """

    dim: int = param(default=-1, help="The axis to part; 0 is the batch, -1 is the last.")
    unflattened_size: tuple[int, ...] = param(
        default=(1, -1), low=-1, help="The sizes that it is parted into; one may be -1."
    )

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := no_axis(self.dim, tensor.rank, "dim"):
            return wrong
        sizes = self.unflattened_size
        if not sizes or 0 in sizes or sizes.count(-1) > 1 or len(sizes) >= MOST_AXES - tensor.rank:
            return problem(
                "Every size must be at least 1; one of them may be -1, for whatever is left.",
                setting="unflattened_size",
                fix=Set("unflattened_size", (1, -1)),
            )
        axis = self.dim % tensor.rank
        found = Reshape(sizes=sizes).filled(tensor.sizes[axis])
        if found is None:
            return problem(
                "The {total} entries of axis {axis} cannot be laid out as {sizes}.",
                port="input",
                setting="unflattened_size",
                fix=Set("unflattened_size", (1, -1)),
                total=tensor.sizes[axis],
                axis=axis,
                sizes=" × ".join(map(str, sizes)),
            )
        laid = tensor.rearranged(*tensor.sizes[:axis], *found, *tensor.sizes[axis + 1 :])
        return (laid.stepwise(tensor) if axis > 1 else laid,)

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call("torch.nn.Unflatten", self.settings))

    def brief(self) -> str:
        return "×".join(map(str, self.unflattened_size))


class Select(
    Layer,
    id="select",
    group="Shape",
    search="index slice single last step time pick take one channel token column cls",
):
    """Takes one entry along an axis, such as the last step of a series.

    The axis is gone afterwards: N × T × F with dim 1 and index -1 becomes N × F.
    https://docs.pytorch.org/docs/stable/generated/torch.select.html
    """

    makes_rows = True

    dim: int = param(default=1, help="The axis to take from; 0 is the batch, -1 is the last.")
    index: int = param(default=-1, help="Which entry: 0 is the first, -1 is the last.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        if wrong := no_axis(self.dim, tensor.rank, "dim"):
            return wrong
        axis = self.dim % tensor.rank
        needed = self.index + 1 if self.index >= 0 else -self.index
        if not at_least(tensor.sizes[axis], needed):
            return problem(
                "index = {index} needs {needed} entries, but the axis has {size}.",
                port="input",
                setting="index",
                fix=Set("index", -1) if at_least(tensor.sizes[axis], 1) else None,
                index=self.index,
                needed=needed,
                size=tensor.sizes[axis],
            )
        taken = tensor.rearranged(*tensor.sizes[:axis], *tensor.sizes[axis + 1 :])
        return (taken.stepwise(tensor) if axis > 1 else taken,)

    def minds_padding(self, *, is_zero: bool) -> bool:
        return self.index < 0

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return (given["input"].sizes[self.dim],)

    def caution(self, given: Reaching, outputs: Outputs) -> Problem | None:
        along_steps = self.dim % given["input"].rank == 1
        # Every sample has a first step.
        return None if along_steps and self.index == 0 else super().caution(given, outputs)

    def padding_fix(self, given: Reaching) -> Recipe | None:
        along_steps = self.dim % given["input"].rank == 1
        return Replace("last_step") if along_steps and self.index == -1 else None

    def torch(self, given: Reaching) -> Torch:
        return Torch(use=Use(along(self.dim, self.index)))

    def brief(self) -> str:
        return f"{phrase('axis {dim}', dim=self.dim)} · {self.index}"


def along(dim: int, entry: int | slice) -> Index:
    """An index that takes ``entry`` on one axis and everything on all others."""
    if dim >= 0:
        return Index((*(slice(None),) * dim, entry))
    return Index((..., entry, *(slice(None),) * (-1 - dim)))
