"""Layers that make the sides of a tensor larger without learning anything."""

from typing import Literal

from graphs.describe import param
from graphs.layers.checks import empty, not_floats, not_grid, not_rank
from graphs.layers.shapes.repeating import LIKE
from graphs.layers.sliding import each, spelled
from graphs.layers.spec import (
    Call,
    Function,
    In,
    Layer,
    Outputs,
    Port,
    Ports,
    Reaching,
    SizeOf,
    Torch,
    Use,
)
from graphs.problems import Problem, Set, problem
from graphs.setting_kinds import Pair
from graphs.sizes import Size, at_least
from graphs.types import Scale, TensorType


class Pad(
    Layer,
    id="pad",
    group="Shape",
    search=(
        "same size keep fill around edges padding zeropadding1d zeropadding2d zeros border "
        "frame margin extend surround longer pixels reflect replicate"
    ),
):
    """Adds values before and after the last axes.

    N × C × H × W with pad 1, 2, 3, 4 becomes N × C × (3 + H + 4) × (1 + W + 2).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.pad.html
    """

    pad: tuple[int, ...] = param(
        default=(1, 1), low=0, help="How many before and after, for the last axis first."
    )
    mode: Literal["constant", "reflect", "replicate"] = param(
        default="constant", help="One value everywhere, the input mirrored, or its edge repeated."
    )
    value: float = param(default=0.0, help="The value that is added when mode is constant.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        tensor = given["input"]
        wrong = not_floats(tensor) or self._count_fault(tensor) or self._mode_fault(tensor)
        if wrong:
            return wrong
        sizes = list(tensor.sizes)
        for axis, (before, after) in self._padded(tensor).items():
            sizes[axis] = sizes[axis] + (before + after)
        kept = tensor.rearranged(*sizes)
        if not any(any(sides) for axis, sides in self._padded(tensor).items() if axis < 2):
            kept = kept.stepwise(tensor)
        return (kept.scaled(Scale.ANY) if self.mode == "constant" else kept,)

    def _padded(self, tensor: TensorType) -> dict[int, tuple[int, int]]:
        """What is added to each axis, the last one first."""
        sides = zip(self.pad[::2], self.pad[1::2], strict=True)
        return {tensor.rank - 1 - place: side for place, side in enumerate(sides)}

    def _count_fault(self, tensor: TensorType) -> Problem | None:
        if len(self.pad) % 2:
            return problem(
                "pad needs two numbers for each padded axis: before and after.",
                setting="pad",
                fix=Set("pad", (*self.pad, 0)),
            )
        axes = len(self.pad) // 2
        if axes > tensor.rank:
            return problem(
                "pad names {axes} axes, but the input has {rank}, the batch included.",
                setting="pad",
                fix=Set("pad", self.pad[: 2 * tensor.rank]),
                axes=axes,
                rank=tensor.rank,
            )
        # torch mirrors the sides behind the channels, and takes a sample without a batch for one.
        least, most = max(tensor.rank - 2, 1), min(tensor.rank - 1, 3)
        if self.mode == "constant" or least <= axes <= most:
            return None
        return problem(
            "With mode = {mode}, {least} to {most} axes can be padded here, not {axes}.",
            setting="pad",
            fix=Set("mode", "constant"),
            mode=self.mode,
            least=least,
            most=most,
            axes=axes,
        )

    def _mode_fault(self, tensor: TensorType) -> Problem | None:
        """Mirrored values must be there to be mirrored, repeated ones to be repeated."""
        if self.mode == "constant":
            return None
        for axis, sides in self._padded(tensor).items():
            least = max(*sides, 0) + 1 if self.mode == "reflect" else 1
            if not at_least(tensor.sizes[axis], least):
                return problem(
                    "mode = {mode} needs at least {least} values along axis {axis}, "
                    "but there are {size}.",
                    port="input",
                    setting="pad",
                    fix=Set("mode", "constant"),
                    mode=self.mode,
                    least=least,
                    axis=axis,
                    size=tensor.sizes[axis],
                )
        return empty(tensor.sizes[1:])

    def minds_padding(self, *, is_zero: bool) -> bool:
        return False

    def along(self, given: Reaching) -> tuple[Size, ...]:
        sizes = given["input"].sizes
        return tuple(sizes[at] for at, sides in self._padded(given["input"]).items() if any(sides))

    def torch(self, given: Reaching) -> Torch:
        given_value = {"value": self.value} if self.mode == "constant" else {}
        named = {"pad": self.pad, "mode": self.mode, **given_value}
        return Torch(use=Use(Function("torch.nn.functional.pad", (In(),), named)))

    def brief(self) -> str:
        return " ".join(map(str, self.pad)) + ("" if self.mode == "constant" else f" · {self.mode}")


PICTURES = "channels × height × width"
Mode = Literal["nearest", "bilinear", "bicubic"]
MODE: Mode = param(
    default="nearest",
    help="Repeat the nearest pixel, or blend the four around, or sixteen by smooth curves.",
)
CORNERS: bool = param(default=False, help="Keep the corners where they are when blending pixels.")


class Upsample(
    Layer,
    id="upsample",
    group="Shape",
    search=(
        "picture double bigger upsampling1d upsampling2d resize enlarge larger image zoom "
        "interpolate resolution nearest bilinear bicubic full back scale "
        "up"
    ),
):
    """Makes images larger, by whole factors or to a given size.

    N × C × H × W becomes N × C × (H · scale_factor) × (W · scale_factor).
    https://docs.pytorch.org/docs/stable/generated/torch.nn.Upsample.html
    """

    size: Pair | None = param(
        default=None, low=1, unit="px", help="Height and width of the output, instead of a factor."
    )
    scale_factor: Pair | None = param(
        default=2, low=1, help="How many times larger height and width become."
    )
    mode: Mode = MODE
    align_corners: bool = CORNERS

    def infer(self, given: Reaching) -> Outputs | Problem:
        image = given["input"]
        wrong = not_floats(image) or self._choice_fault() or not_grid(self, image, 2)
        if wrong or (wrong := empty(image.sizes[1:])):
            return wrong
        if self.size is not None:
            return (_resized(image, each(self.size, 2), self.mode),)
        factors = each(self.scale_factor or 1, 2)
        sides = (side * factor for side, factor in zip(image.sizes[2:], factors, strict=True))
        return (_resized(image, tuple(sides), self.mode),)

    def _choice_fault(self) -> Problem | None:
        if (self.size is None) != (self.scale_factor is None):
            return None
        return problem(
            "Give either size or scale_factor, not both and not neither.",
            setting="size",
            fix=Set("scale_factor", 2) if self.size is None else Set("size", None),
        )

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[2:]

    def torch(self, given: Reaching) -> Torch:
        settings = dict(self.settings)
        if self.mode == "nearest":  # torch refuses any answer to what does not arise
            settings["align_corners"] = None
        return Torch(Call("torch.nn.Upsample", settings))

    def brief(self) -> str:
        if self.size is not None:
            return spelled(self.size, 2)
        return "" if self.scale_factor is None else f"× {spelled(self.scale_factor, 2)}"


class ResizeLike(
    Layer,
    id="resize_like",
    title="ResizeLike",
    group="Shape",
    search="interpolate upsample match same size unet fpn resolution back align",
):
    """Makes images as high and wide as another tensor is.

    N × C × H × W becomes N × C × H' × W', whatever H' and W' are of the tensor at like.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.interpolate.html
    """

    mode: Mode = MODE
    align_corners: bool = CORNERS

    def ports(self) -> Ports:
        return Ports((Port("input"), Port(LIKE)))

    def infer(self, given: Reaching) -> Outputs | Problem:
        image, like = given["input"], given[LIKE]
        wrong = not_floats(image) or not_grid(Upsample(), image, 2) or empty(image.sizes[1:])
        wrong = wrong or not_rank(like, (4,), PICTURES, port=LIKE)
        if wrong or (wrong := empty(like.sizes[2:], LIKE)):
            return wrong
        return (_resized(image, like.sizes[2:], self.mode),)

    def caution(self, given: Reaching, outputs: Outputs) -> Problem | None:
        """Of what gives the size no value is looked at."""
        return super().caution(Reaching({"input": given.types["input"]}), outputs)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[2:]

    def torch(self, given: Reaching) -> Torch:
        sides = (SizeOf(2, LIKE), SizeOf(3, LIKE))
        blends = {} if self.mode == "nearest" else {"align_corners": self.align_corners}
        named = {"size": sides, "mode": self.mode, **blends}
        return Torch(use=Use(Function("torch.nn.functional.interpolate", (In(),), named)))

    def brief(self) -> str:
        return self.mode


def _resized(image: TensorType, sides: tuple[Size, ...], mode: Mode) -> TensorType:
    """The image with other sides; smooth curves reach beyond the values that they go through."""
    resized = image.rearranged(*image.sizes[:2], *sides).stepwise(image)
    return resized.scaled(Scale.ANY) if mode == "bicubic" else resized
