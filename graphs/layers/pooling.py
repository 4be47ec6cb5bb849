"""Pools: one value for each window of an image, nothing learned."""

from graphs.describe import Pair, pair, param
from graphs.layers.checks import empty, not_floats, not_image, vanishing
from graphs.layers.spec import Call, Given, Layer, Module, Outputs, Ports, Torch, Use
from graphs.problems import Problem, Recipe, Set, problem
from graphs.sizes import Size, at_least
from graphs.types import Kind, Scale, TensorType


class Windows(Layer):
    """Base of pools that slide a window. They round and refuse alike."""

    kernel_size: Pair = param(default=2, low=1, unit="px", help="Height and width of the window.")
    stride: Pair | None = param(
        default=None,
        low=1,
        unit="px",
        help="Pixels to move between two looks; nothing stands for kernel_size.",
    )
    padding: Pair = param(default=0, low=0, unit="px", help="Pixels added on each side.")
    ceil_mode: bool = param(
        default=False, help="Keep windows that reach over the edge, instead of leaving them out."
    )

    @property
    def spacing(self) -> tuple[int, int]:
        """Spacing between the pixels of a window."""
        return (1, 1)

    def infer(self, given: Given) -> Outputs | Problem:
        image = given["input"]
        wrong = not_floats(image) or not_image(self, image) or self._padding_fault()
        if wrong or (wrong := empty(image.sizes[1:])):
            return wrong
        out = self.sides(image, self.ceil_mode)
        return vanishing(out, self._partial(image)) or self.outputs(
            image.rearranged(*image.sizes[:2], *out)
        )

    def outputs(self, pooled: TensorType) -> Outputs:
        """What comes out, given the type of the pooled image."""
        return (pooled,)

    def sides(self, image: TensorType, ceil_mode: bool) -> tuple[Size, ...]:
        """Height and width of the output.

        A window that reaches over the edge counts only if it begins on the image or its left
        padding; with torch's limit on padding that is one formula, without a case for each size.
        """
        kernel = pair(self.kernel_size)
        stride = kernel if self.stride is None else pair(self.stride)
        settings = (kernel, stride, pair(self.padding), self.spacing)
        found = []
        for length, k, s, p, d in zip(image.sizes[2:], *settings, strict=True):
            reach = 2 * p - d * (k - 1) - 1
            found.append((length + (min(reach + s - 1, p - 1) if ceil_mode else reach)) // s + 1)
        return tuple(found)

    def _partial(self, image: TensorType) -> Recipe | None:
        enough = all(at_least(side, 1) for side in self.sides(image, ceil_mode=True))
        return Set("ceil_mode", True) if enough else None

    def _padding_fault(self) -> Problem | None:
        kernel, padding = pair(self.kernel_size), pair(self.padding)
        most = (min(padding[0], kernel[0] // 2), min(padding[1], kernel[1] // 2))
        if padding == most:
            return None
        return problem(
            "padding may be at most half of kernel_size: {most} here.",
            setting="padding",
            fix=Set("padding", most[0] if most[0] == most[1] else most),
            most=f"{kernel[0] // 2} × {kernel[1] // 2}",
        )

    def torch(self, given: Given) -> Torch:
        return Torch(Call(f"torch.nn.{type(self).__name__}", self.settings))

    def brief(self) -> str:
        height, width = pair(self.kernel_size)
        return f"{height}×{width}"


class MaxPool2d(
    Windows, id="max_pool2d", group="Pooling", search="maxpooling downsample subsample"
):
    """Keeps the largest value of each window of an image.

    N × C × H × W becomes N × C × H' × W'; with return_indices, a second output says where in its
    image each value was.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.MaxPool2d.html
    """

    dilation: Pair = param(default=1, low=1, help="Spacing between the pixels of one window.")
    return_indices: bool = param(
        default=False, help="Give the place of each value in its image as a second output."
    )

    @property
    def spacing(self) -> tuple[int, int]:
        return pair(self.dilation)

    def ports(self) -> Ports:
        return Ports(outputs=("output", "indices") if self.return_indices else ("output",))

    def outputs(self, pooled: TensorType) -> Outputs:
        places = TensorType(Kind.INDEX, pooled.sizes)
        return (pooled, places) if self.return_indices else (pooled,)

    def torch(self, given: Given) -> Torch:
        pattern = ("output", "indices") if self.return_indices else "output"
        return Torch(Call("torch.nn.MaxPool2d", self.settings), Use(Module(), pattern))


class AvgPool2d(
    Windows, id="avg_pool2d", group="Pooling", search="averagepooling mean downsample subsample"
):
    """Averages each window of an image.

    N × C × H × W becomes N × C × H' × W'.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AvgPool2d.html
    """

    count_include_pad: bool = param(
        default=True, help="Count added pixels, which are zero, in the average."
    )
    divisor_override: int | None = param(
        default=None, low=1, help="Divide each sum by this instead of the number of pixels."
    )

    def outputs(self, pooled: TensorType) -> Outputs:
        return (pooled if self.divisor_override is None else pooled.scaled(Scale.ANY),)


class AdaptiveAvgPool2d(
    Layer,
    id="adaptive_avg_pool2d",
    group="Pooling",
    search="globalaveragepooling global average mean",
):
    """Averages an image down to a fixed height and width, whatever its size.

    N × C × H × W becomes N × C × output_size; 1 leaves one value per channel.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.AdaptiveAvgPool2d.html
    """

    output_size: Pair = param(default=1, low=1, unit="px", help="Height and width of the output.")

    def infer(self, given: Given) -> Outputs | Problem:
        image = given["input"]
        wrong = not_floats(image) or not_image(self, image) or empty(image.sizes[1:])
        return wrong or self._free_sides(image) or (self._pooled(image),)

    def _pooled(self, image: TensorType) -> TensorType:
        return image.rearranged(*image.sizes[:2], *pair(self.output_size))

    def _free_sides(self, image: TensorType) -> Problem | None:
        """ONNX has no such pool to more than 1; what torch writes is wrong at other sizes."""
        free = [side for side in image.sizes[2:] if not isinstance(side, int)]
        if not free or pair(self.output_size) == (1, 1):
            return None
        return problem(
            "The image's sides vary ({free}), and then only an output_size of 1 "
            "can be exported to ONNX.",
            setting="output_size",
            fix=Set("output_size", 1),
            free=", ".join(map(str, free)),
        )

    def torch(self, given: Given) -> Torch:
        return Torch(Call("torch.nn.AdaptiveAvgPool2d", self.settings))

    def brief(self) -> str:
        height, width = pair(self.output_size)
        return f"{height}×{width}"
