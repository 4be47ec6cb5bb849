"""Pictures as series of patches, and the class token that is put in front of them."""

from collections.abc import Mapping

from graphs.describe import param
from graphs.layers.checks import SIDES, empty, not_fixed, not_floats, not_grid, not_rank
from graphs.layers.sliding import MOST_PLACES, each, spelled
from graphs.layers.spec import Call, Outputs, Reaching, Torch
from graphs.layers.weighted import Weighted
from graphs.problems import Problem, problem
from graphs.setting_kinds import Pair
from graphs.sizes import Size, divisible, product, quotient


class PatchEmbedding(
    Weighted,
    id="patch_embedding",
    title="PatchEmbedding",
    group="Attention",
    search="vit vision transformer image patches tokens cut split pieces squares picture",
):
    """Cuts pictures into patches and makes one step of each by a linear map.

    y[p] = W · patch[p] + bias.
    N × C × H × W becomes N × patches × embed_dim, row by row. The linear map is a convolution
    whose stride is its kernel: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html
    As in the Vision Transformer, https://arxiv.org/abs/2010.11929, section 3.1.
    """

    embed_dim: int = param(default=128, low=1, help="How many features each step has.")
    patch_size: Pair = param(
        default=4, low=1, high=MOST_PLACES, unit="px", help="Height and width of a patch."
    )
    bias: bool = param(default=True, help="Add a learned offset to each feature.")

    def infer(self, given: Reaching) -> Outputs | Problem:
        image = given["input"]
        wrong = (
            not_floats(image)
            or not_grid(self, image, 2)
            or not_fixed(image.sizes[1], "in_channels")
            or empty(image.sizes[2:])
        )
        if wrong:
            return wrong
        patch, counts = each(self.patch_size, 2), []
        for name, side, length in zip(SIDES[2], image.sizes[2:], patch, strict=True):
            count = quotient(side, length) if divisible(side, length) else None
            if count is None:
                return problem(
                    "The {axis} of {size} is no multiple of the {side} of a patch. Change "
                    "patch_size, or bring the pictures to another size.",
                    port="input",
                    setting="patch_size",
                    axis=name,
                    size=side,
                    side=length,
                )
            counts.append(count)
        return (image.of(image.sizes[0], product(counts), self.embed_dim),)

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        kernel = (self.embed_dim, _fixed(given, 1), *each(self.patch_size, 2))
        return {"weight": kernel, **({"bias": (self.embed_dim,)} if self.bias else {})}

    def flops(self, given: Reaching, outputs: Outputs) -> Size:
        height, width = each(self.patch_size, 2)
        return outputs[0].elements() * (_fixed(given, 1) * height * width)

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[2:]

    def torch(self, given: Reaching) -> Torch:
        arguments = {"in_channels": _fixed(given, 1), **self.own_settings}
        return Torch(Call("engine.modules.patches.PatchEmbedding", arguments))

    def brief(self) -> str:
        return f"{self.embed_dim} · {spelled(self.patch_size, 2)}"


class ClassToken(
    Weighted,
    id="class_token",
    title="ClassToken",
    group="Attention",
    search=(
        "cls token vit bert prepend learned step summary classify first classification vector one"
    ),
):
    """Puts a learned step before all others, which is to stand for the whole series.

    y = (token, x[0], x[1], ...).
    N × T × F becomes N × (T + 1) × F. Select takes the first step again behind the Transformer.
    As in BERT, https://arxiv.org/abs/1810.04805, and the Vision Transformer,
    https://arxiv.org/abs/2010.11929.
    """

    def infer(self, given: Reaching) -> Outputs | Problem:
        series = given["input"]
        wrong = (
            not_floats(series)
            or not_rank(series, (3,), "steps × features")
            or not_fixed(series.sizes[2], "features")
        )
        if wrong:
            return wrong
        return (series.of(series.sizes[0], series.sizes[1] + 1, series.sizes[2]),)

    def weights(self, given: Reaching) -> Mapping[str, tuple[int, ...]]:
        return {"weight": (1, 1, _fixed(given, 2))}

    def along(self, given: Reaching) -> tuple[Size, ...]:
        return given["input"].sizes[1:2]

    def torch(self, given: Reaching) -> Torch:
        return Torch(Call.of("engine.modules.patches.ClassToken", features=_fixed(given, 2)))


def _fixed(given: Reaching, axis: int) -> int:
    size = given["input"].sizes[axis]
    assert isinstance(size, int)  # infer has refused anything else
    return size
