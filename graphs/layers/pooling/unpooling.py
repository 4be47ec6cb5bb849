"""The way back from pools that kept the largest values: each goes to where it was."""

from collections.abc import Mapping
from typing import Any, ClassVar

from graphs.describe import param
from graphs.layers.checks import SIDES, empty, not_floats, not_rank
from graphs.layers.sliding import Sides, each, spelled, too_far
from graphs.layers.spec import (
    Call,
    In,
    Layer,
    Module,
    Outputs,
    Port,
    Ports,
    Reaching,
    SizeOf,
    Torch,
    Use,
)
from graphs.problems import Problem, Unlink, problem
from graphs.setting_kinds import Pair, Triple
from graphs.sizes import Size, alike, at_least
from graphs.types import Kind, TensorType

LIKE = "like"
"""Where a tensor is wired whose sides the output gets."""


class Unpooling(Layer):
    """Base of layers that put values back to where a pool found them."""

    axes: ClassVar[int]

    kernel_size: Sides = param(default=2, low=1, help="The sides of the pool's window.")
    stride: Sides | None = param(
        default=None, low=1, help="How far the pool moved; nothing stands for kernel_size."
    )
    padding: Sides = param(default=0, low=0, help="How much the pool added on each side.")

    @classmethod
    def conflicts(cls, settings: Mapping[str, Any]) -> dict[str, str]:
        return too_far(settings)

    def ports(self) -> Ports:
        return Ports((Port("input"), Port("indices"), Port(LIKE, optional=True)))

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor, places, like = given["input"], given["indices"], given.get(LIKE)
        wrong = (
            not_floats(tensor)
            or not_rank(tensor, (self.axes + 2,), self._form)
            or empty(tensor.sizes[1:])
            or self._places_fault(tensor, places)
        )
        if wrong:
            return wrong
        usual = self._sides(tensor)
        if like is not None and (wrong := self._like_fault(like, usual)):
            return wrong
        sides = usual if like is None else like.sizes[2:]
        if wrong := self._sides_fault(places, sides, like):
            return wrong
        return (tensor.rearranged(*tensor.sizes[:2], *sides).stepwise(tensor),)

    def _places_fault(self, tensor: TensorType, places: TensorType) -> Problem | None:
        """Places must be those of a pool, one for each value."""
        if places.kind is not Kind.INDEX or places.into is None:
            return problem(
                "The places must come from the output indices of a MaxPool{axes}d whose "
                "return_indices is on.",
                port="indices",
                axes=self.axes,
            )
        if alike(places.sizes, tensor.sizes) and len(places.into) == self.axes:
            return None
        return problem(
            "There must be a place for each value, but there are {places} places and {values} "
            "values. Wire the indices of the pool that gave images of this form.",
            port="indices",
            places=places,
            values=tensor,
        )

    def _like_fault(self, like: TensorType, usual: tuple[Size, ...]) -> Problem | None:
        """A pool rounds by less than a stride, so the sides before it are at most that far off."""
        if wrong := not_rank(like, (self.axes + 2,), self._form, Unlink(LIKE), LIKE):
            return wrong
        for side, near, step in zip(like.sizes[2:], usual, self._stride, strict=True):
            if not at_least(side - near, 1 - step) or not at_least(near - side, 1 - step):
                return problem(
                    "A side can be between {least} and {most} by kernel_size, stride and padding, "
                    "but that of like is {side}. Wire the tensor that entered the pool, and set "
                    "these as they are there.",
                    port=LIKE,
                    least=near - step + 1,
                    most=near + step - 1,
                    side=side,
                )
        return None

    def _sides_fault(
        self, places: TensorType, sides: tuple[Size, ...], like: TensorType | None
    ) -> Problem | None:
        """In an image of other sides the same numbers are other places."""
        assert places.into is not None  # _places_fault has refused anything else
        if alike(sides, places.into):
            return None
        into, given = _image(places.into), _image(sides)
        if like is None:
            return problem(
                "The places are counted in an image of {into}, but the output would be {sides}. "
                "Set kernel_size, stride and padding as they are in the pool, or wire what "
                "entered the pool to like.",
                port="indices",
                setting="kernel_size",
                into=into,
                sides=given,
            )
        return problem(
            "The places are counted in an image of {into}, but the tensor at like has {sides}. "
            "Wire what entered the pool to like.",
            port=LIKE,
            into=into,
            sides=given,
        )

    def _sides(self, tensor: TensorType) -> tuple[Size, ...]:
        """The sides that the pool has made these of, if it has rounded nothing off."""
        settings = (self._stride, each(self.padding, self.axes), each(self.kernel_size, self.axes))
        sliding = zip(tensor.sizes[2:], *settings, strict=True)
        return tuple([(length - 1) * s + (k - 2 * p) for length, s, p, k in sliding])

    @property
    def _form(self) -> str:
        return "channels × " + " × ".join(SIDES[self.axes])

    @property
    def _stride(self) -> tuple[int, ...]:
        return each(self.kernel_size if self.stride is None else self.stride, self.axes)

    def caution(self, given: Reaching, outputs: Outputs) -> Problem | None:
        """Of what gives the size no value is looked at."""
        looked_at = {port: types for port, types in given.types.items() if port != LIKE}
        return super().caution(Reaching(looked_at), outputs)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[2:]

    def torch(self, given: Reaching) -> Torch:
        sides = tuple(SizeOf(axis, LIKE) for axis in range(2, self.axes + 2))
        named = {} if given.get(LIKE) is None else {"output_size": sides}
        action = Module((In("input"), In("indices")), named)
        return Torch(Call(f"torch.nn.{type(self).__name__}", self.settings), Use(action))

    def brief(self) -> str:
        return spelled(self.kernel_size, self.axes)


def _image(sides: tuple[Size, ...]) -> str:
    return " × ".join(f"({side})" if " " in str(side) else str(side) for side in sides)


class MaxUnpool1d(
    Unpooling, id="max_unpool1d", group="Pooling", search="maxunpooling upsample decoder series"
):
    """Puts the values of a MaxPool1d back to where they were; the rest is 0.

    N × C × L becomes N × C × L', with L' = (L - 1) · stride - 2 · padding + kernel_size. The pool's
    output indices says where. A pool leaves out steps at the end that fill no window: then wire
    what entered it to like, and L' is as long as that. Where
    windows overlap, values that have one place must be equal, else any of them is kept.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxUnpool1d.html
    """

    axes = 1

    kernel_size: int = param(default=2, low=1, help="How many steps the pool's window is long.")
    stride: int | None = param(
        default=None,
        low=1,
        help="Steps that the pool moves between two looks; nothing stands for kernel_size.",
    )
    padding: int = param(default=0, low=0, help="Steps that the pool adds at each end.")


class MaxUnpool2d(
    Unpooling,
    id="max_unpool2d",
    group="Pooling",
    search="maxunpooling upsample decoder segnet",
):
    """Puts the values of a MaxPool2d back to where they were; the rest is 0.

    N × C × H × W becomes N × C × H' × W', with H' = (H - 1) · stride - 2 · padding + kernel_size,
    and W' alike. The pool's output indices says where. A pool leaves out pixels at the end that
    fill no window: then wire what entered it to like, and H' × W' are its sides. Where
    windows overlap, values that have one place must be equal, else any of them is kept.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxUnpool2d.html
    """

    axes = 2

    kernel_size: Pair = param(
        default=2, low=1, unit="px", help="Height and width of the pool's window."
    )
    stride: Pair | None = param(
        default=None,
        low=1,
        unit="px",
        help="Pixels that the pool moves between two looks; nothing stands for kernel_size.",
    )
    padding: Pair = param(
        default=0, low=0, unit="px", help="Pixels that the pool adds on each side."
    )


class MaxUnpool3d(
    Unpooling,
    id="max_unpool3d",
    group="Pooling",
    search="maxunpooling upsample decoder volume video",
):
    """Puts the values of a MaxPool3d back to where they were; the rest is 0.

    N × C × D × H × W becomes N × C × D' × H' × W', with D' = (D - 1) · stride - 2 · padding +
    kernel_size, the others alike. The pool's output indices says where. A pool leaves out voxels at
    the end that fill no window: then wire what entered it to like, and the output has its sides.
    Where windows overlap, values that have one place must be equal, else any of them is kept.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxUnpool3d.html
    """

    axes = 3

    kernel_size: Triple = param(
        default=2, low=1, unit="px", help="Depth, height and width of the pool's window."
    )
    stride: Triple | None = param(
        default=None,
        low=1,
        unit="px",
        help="Voxels that the pool moves between two looks; nothing stands for kernel_size.",
    )
    padding: Triple = param(
        default=0, low=0, unit="px", help="Voxels that the pool adds on each side."
    )
