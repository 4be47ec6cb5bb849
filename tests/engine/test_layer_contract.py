"""Every layer keeps its word: its rules accept what torch accepts, and say what torch does.

Torch is asked on the meta device, where tensors have sizes but no numbers, with five members in
place of every symbol.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from math import prod

import pytest
import torch
from torch import Tensor, nn
from torch.fx import Graph, GraphModule
from torch.utils.flop_counter import FlopCounterMode

from engine.network import calls
from engine.network.compiling import compiled
from graphs import names
from graphs.layers import Layer
from graphs.layers.losses.losses import TargetLoss
from graphs.layers.normalization import BatchNorm
from graphs.layers.spec import Reaching, Torch
from graphs.problems import Problem
from graphs.sizes import value
from graphs.templates import find
from graphs.types import Kind, TensorType, floats
from tests.engine.calling import action
from tests.graphs.examples import TARGET, Example, assignments, examples
from tests.quickly import some_of

KINDS = [kind for kind in Layer.members() if kind.id not in {"input", "target_input", "output"}]
ACCEPTED, REFUSED = 50, 20
"""How many examples of each kind are wanted at least; of each problem, up to REFUSED are asked."""
FEWER, TRIED = 1_000, 3_000
"""Examples that are drawn of each kind to find what is refused: in every run, and in the proof."""
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
DTYPES = {
    Kind.FLOAT: torch.float32,
    Kind.TOKENS: torch.int64,
    Kind.INDEX: torch.int64,
    Kind.MASK: torch.bool,
}
ONE_NUMBER = torch.empty((), device="meta")
REFUSALS = (
    AttributeError,
    RuntimeError,
    ValueError,
    AssertionError,
    IndexError,
    TypeError,
    UserWarning,
    ZeroDivisionError,
)


@dataclass(frozen=True, slots=True)
class Exempt:
    """What torch accepts and we refuse, and why: the layer, how the message begins, and when."""

    layers: tuple[str, ...]
    beginning: str
    reason: str
    when: Callable[[Example], bool] = lambda example: True

    def covers(self, example: Example) -> bool:
        """Whether it speaks of this example."""
        assert isinstance(example.answer, Problem)
        return (
            example.layer.id in (self.layers or (example.layer.id,))
            and example.answer.template.startswith(self.beginning)
            and self.when(example)
        )


UNCOUNTED = frozenset({"bilinear"})
"""What torch's counter does not know; tests/engine/test_products.py counts it otherwise."""


def _one_sample(example: Example) -> bool:
    """One image of three axes, or one series of two."""
    return example.given["input"].rank == int(example.layer.id[-2]) + 1


def _keeps_nothing(example: Example) -> bool:
    settings = example.layer.settings
    return not (settings["affine"] or settings.get("track_running_stats"))


ADAPTIVE = (
    *("adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d"),
    *("adaptive_max_pool1d", "adaptive_max_pool2d", "adaptive_max_pool3d"),
)
UNPOOLS = ("max_unpool1d", "max_unpool2d", "max_unpool3d")
SLIDING = (
    *UNPOOLS,
    *("conv1d", "conv2d", "conv3d"),
    *("conv_transpose1d", "conv_transpose2d", "conv_transpose3d"),
    *("max_pool1d", "max_pool2d", "max_pool3d", "avg_pool3d"),
    *("lp_pool1d", "lp_pool2d", "lp_pool3d"),
    *("avg_pool1d", "avg_pool2d", *ADAPTIVE),
    *("instance_norm1d", "instance_norm2d", "instance_norm3d"),
    *("dropout1d", "dropout2d", "dropout3d"),
)
ATTENTION = (
    *("multihead_attention", "grouped_query_attention"),
    *("transformer_encoder_layer", "transformer_decoder_layer"),
)
POSITIONS = ("sinusoidal_position", "learned_position")
GLOBAL = ("global_avg_pool", "global_max_pool")
MEANS = (
    *("adaptive_avg_pool1d", "adaptive_avg_pool2d", "adaptive_avg_pool3d"),
    *("global_avg_pool", "mean"),
    *("var", "logsumexp"),
)
PIXELS = ("pixel_shuffle", "pixel_unshuffle", "channel_shuffle")
NORMS = (
    *("batch_norm1d", "batch_norm2d", "batch_norm3d", "group_norm"),
    *("instance_norm1d", "instance_norm2d", "instance_norm3d"),
)
NUMBERS = (
    *("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss"),
    *("gaussian_nll_loss", "kl_div_loss"),
)
SIGNS = ("hinge_loss", "soft_margin_loss", "hinge_embedding_loss")
BINARY = ("bce_loss", "bce_with_logits_loss", "binary_focal_loss", *SIGNS)
CLASSES = (
    "cross_entropy_loss",
    "nll_loss",
    "focal_loss",
    "dice_loss",
    "jaccard_loss",
    "multi_margin_loss",
)
OURS = ("focal_loss", "dice_loss", "jaccard_loss", "multi_margin_loss")
UNALIGNED = ("ctc_loss",)
RANKED = ("multilabel_margin_loss",)
PAIRS = ("cosine_embedding_loss", "contrastive_loss", "triplet_margin_loss", "margin_ranking_loss")
EXEMPT = (
    Exempt((), "This layer computes with floats", "whole numbers stand for something here"),
    Exempt(("embedding_bag",), "Needs tokens, N × T", "torch's own asks so; ours would sum them"),
    Exempt(("stack",), "Cannot stack {first} values and", "kinds mean different things"),
    Exempt(PIXELS, "Needs {wanted}", "torch takes any axes before the channels; these are images"),
    Exempt(("chunk",), "The axis {axis} has", "torch makes the last part smaller, or fewer parts"),
    Exempt(("concatenate",), "Cannot join {first} values and", "kinds mean different things"),
    Exempt(
        SLIDING,
        "Needs {wanted}",
        "torch takes it for one sample without a batch; a graph always has one",
        _one_sample,
    ),
    Exempt(
        ("rnn", "gru", "lstm"),
        "Needs {wanted}",
        "torch takes it for one series without a batch; a graph always has one",
        lambda example: example.given["input"].rank == 2,
    ),
    Exempt(
        ("unfold",),
        "Needs {wanted}",
        "torch takes it for one image without a batch; a graph always has one",
        lambda example: example.given["input"].rank == 3,
    ),
    Exempt(ADAPTIVE, "The sides of the input vary", "ONNX export is wrong at other sizes"),
    Exempt(
        ("max_pool1d", "max_pool2d", "max_pool3d"),
        "With dilation",
        "the largest of nothing is no number, and onnxruntime gives another one",
    ),
    Exempt(("conv_transpose3d",), "The {axis} would shrink", "torch makes volumes without voxels"),
    Exempt(UNPOOLS, "The places must", "torch takes any whole numbers for places"),
    Exempt(UNPOOLS, "The places are counted", "the same number would be another place"),
    Exempt(
        ("cross_entropy_loss", "nll_loss", "focal_loss"),
        "ignore_index is",
        "torch takes any number, and ignores nothing then",
    ),
    Exempt(("mask_padding",), "Needs steps", "where nothing is padded, torch does nothing"),
    Exempt(("mask_padding",), "The series at like", "where nothing is padded, torch does nothing"),
    Exempt(GLOBAL, "Needs channels and", "torch reduces whatever axes it is told"),
    Exempt(
        ("adaptive_avg_pool2d", "adaptive_avg_pool3d"),
        "Needs {wanted}",
        "torch averages any tensor to 1 × 1, but says that it takes images or volumes",
        lambda example: not _one_sample(example),
    ),
    Exempt(MEANS, "An axis of the input", "the mean of nothing is no number"),
    Exempt(NORMS, "{parameter} must be", "the channels are stated, if unused then", _keeps_nothing),
    Exempt(NORMS, "An axis of the input", "the spread of nothing is no number"),
    Exempt(ATTENTION, "An axis of the input", "there is nothing to look at"),
    Exempt(ATTENTION, "Every series must", "a series of one would be repeated, not in torch's own"),
    Exempt(POSITIONS, "{parameter} must be", "a size that may be 1 would be repeated"),
    Exempt(("layer_norm",), "normalized_dims", "torch is told the sizes, not how many"),
    Exempt(("add", "multiply"), "Wire two or more", "one tensor is no sum and no product"),
    Exempt(("matmul",), "Needs rows", "one value per sample is neither a row nor a column"),
    Exempt(("squeeze",), "Only an axis of size 1", "torch would leave it without a word"),
    Exempt(("slice",), "Nothing may be left", "an empty tensor is of no use"),
    Exempt(("slice",), "The axis has {size}", "torch takes what is there, so the size is unknown"),
    Exempt(("patch_embedding",), "The {axis} of {size}", "torch leaves the rest out in silence"),
    Exempt(("crop",), "Nothing may be left", "an empty tensor is of no use"),
    Exempt(("crop", "tile"), "{name} names {axes} axes", "the batch is neither cut nor repeated"),
    Exempt(("expand",), "sizes takes numbers", "torch adds axes in front, where the batch is"),
    Exempt(("gather",), "The index may name", "torch looks at the places while it computes"),
    Exempt(("window_attention",), "{parameter} must be", "windows are counted when it is drawn"),
    Exempt(("one_hot",), "Looks up tokens", "numbers of any kind could be compared with places"),
    Exempt(
        ("upsample",),
        "Needs {wanted}",
        "torch enlarges series and volumes to the nearest value too; it says images here",
        lambda example: example.given["input"].rank in (3, 5),
    ),
    Exempt(
        ("constant", "parameter"),
        "Every size must be",
        "torch makes tensors without values",
        lambda example: min(example.layer.settings["sizes"]) == 0,
    ),
    Exempt(
        ("embedding", "embedding_bag", "one_hot"),
        "It is not known how many",
        "torch would take any vocabulary",
    ),
    Exempt(
        (*CLASSES, *BINARY, *PAIRS, *UNALIGNED),
        "The target “{field}” is not a class",
        "torch would learn from numbers between 0 and 1; the data has classes or numbers",
    ),
    Exempt((*CLASSES, *BINARY), "The target “{field}” has", "torch counts no classes"),
    Exempt(UNALIGNED, "The target “{field}” has {needed}", "torch gives an infinite loss"),
    Exempt(UNALIGNED, "The target “{field}” has {classes}", "torch counts no classes"),
    Exempt(UNALIGNED, "The target “{field}” may", "torch takes whether a label holds for a class"),
    Exempt(UNALIGNED, "The blank is at place {blank}, but the", "torch counts no classes"),
    Exempt(CLASSES, "There are as many steps", "torch knows one order only"),
    Exempt(OURS, "Needs one score per class", "what is ours is not asked for other axes"),
    Exempt(OURS, "class_weights has", "a weight for all classes would be repeated"),
    Exempt(
        ("binary_focal_loss", "gaussian_nll_loss", "kl_div_loss", *SIGNS),
        "Needs as many values",
        "one value would be repeated for all",
    ),
    Exempt(PAIRS, "The target “{field}” must", "torch takes any numbers for 1 and -1"),
    Exempt(PAIRS, "Needs one row", "torch takes any axes before the features"),
    Exempt(PAIRS, "Cannot compare", "one would be repeated, as if it belonged to all samples"),
    Exempt(("nll_loss", "kl_div_loss"), "Needs logarithms", "torch looks at no values"),
    Exempt(
        ("gaussian_nll_loss", "gaussian_kl_loss", "normal_sample"),
        "Needs a variance",
        "one variance would be repeated for all values",
    ),
    Exempt(
        ("computed_loss", "gaussian_kl_loss"),
        "Needs a value for each",
        "torch takes what has no samples; a loss is a mean over them",
    ),
    Exempt(("computed_loss",), "An axis of the input", "the mean of nothing is no number"),
    Exempt(NUMBERS, "The target “{field}” is a class", "its number means nothing"),
    Exempt(("bce_loss",), "Needs probabilities", "torch looks at the values while training"),
    Exempt((*BINARY, *CLASSES, *RANKED, *UNALIGNED), "Gets probabilities", "it learns badly"),
    Exempt(RANKED, "The target “{field}” does not", "any number but 0 would be a label that holds"),
    Exempt(RANKED, "Needs one score per label", "one would be repeated for all"),
)


@cache
def accepted(layer: str) -> tuple[Example, ...]:
    """Examples of which a layer says what it gives."""
    drawn = islice(examples(Layer.get(layer), seed=1), TRIED)
    found = (example for example in drawn if not isinstance(example.answer, Problem))
    return tuple(islice(found, ACCEPTED + 10))


@cache
def refused(layer: str, tried: int = FEWER) -> tuple[Example, ...]:
    """Examples that a layer refuses, of each problem about the same number."""
    found: dict[str, list[Example]] = {}
    for example in islice(examples(Layer.get(layer), seed=1), tried):
        if isinstance(example.answer, Problem):
            alike = found.setdefault(example.answer.template, [])
            if len(alike) < REFUSED:
                alike.append(example)
    return tuple(example for alike in found.values() for example in alike)


def described(example: Example) -> Torch:
    """How torch would be called, also for what the layer has refused and never describes."""
    try:
        return example.layer.torch(example.given)
    except (IndexError, AssertionError):
        ((port, tensor),) = example.tensors()
        sizes = (*tensor.sizes, 1, 1, 1, 1)  # whatever axis a layer looks for, it finds
        whole = TensorType(tensor.kind, sizes, tensor.values or 7)
        return example.layer.torch(Reaching({port: (whole,)}, example.given.fields))


def made(description: Torch, device: str = "meta") -> nn.Module | None:
    """The layer's module."""
    if description.module is None:
        return None
    with torch.device(device):
        module: nn.Module = calls.made(description.module)
    return module


def device_for(example: Example) -> str:
    """Averages over all batches count them with real numbers, which the meta device has not.

    Nor has it the loss that looks at lengths.
    """
    counts = example.layer.settings.get("momentum", 0) is None
    return "cpu" if counts or example.layer.id in UNALIGNED else "meta"


def tensor_of(kind: TensorType, known: Mapping[str, int], device: str = "meta") -> Tensor:
    """A tensor of zeros; on the meta device it has sizes only."""
    sizes = [value(size, known) for size in kind.sizes]
    return torch.zeros(sizes, dtype=DTYPES[kind.kind], device=device)


def entering(
    example: Example, known: Mapping[str, int], device: str = "meta"
) -> dict[str, list[Tensor]]:
    """Tensors for the ports, and for the target of a loss as training brings it in."""
    found: dict[str, list[Tensor]] = {port: [] for port, _ in example.tensors()}
    for port, tensor in example.tensors():
        found[port].append(tensor_of(tensor, known, device))
    if isinstance(example.layer, TargetLoss):
        kind = example.given.fields[TARGET]
        target = tensor_of(kind, known, device)
        as_it_is = kind.kind in {Kind.INDEX, Kind.TOKENS} and example.layer.task == "nothing"
        if example.layer.task not in {"classes", "sequence"} and not as_it_is:
            target = target.float()
            if not isinstance(example.answer, Problem):  # N and N × 1 are the same to training
                target = target.view_as(found["input"][0])
        found[TARGET] = [target]
    return found


def members_of(example: Example, every: bool = False) -> Iterator[dict[str, int]]:
    """Assignments for torch. A last batch of one sample is for the training to leave out."""
    layer = example.layer
    several = isinstance(layer, BatchNorm) and layer.track_running_stats
    for known in assignments(example.symbols(), every):
        if not (several and known.get("N") == 1):
            yield known


def refusal(example: Example) -> str | None:
    """What torch says against some member of the types; None when it takes all of them.

    Asked on the CPU for some, as it looks closer and is done sooner, and on the meta device.
    """
    several = list(members_of(example, every=True))
    small = [known for known in several if values_in(example, known) < 1_000_000]
    for device, asked in (("cpu", [*small[:8], *small[8::7][:8]]), ("meta", several)):
        if device == "meta" and example.layer.id in UNALIGNED:
            return None
        try:
            description = described(example.at(several[0]))
            module = made(description, device)
            for known in asked:
                action(description.use, module)(entering(example, known, device))
        except REFUSALS as refused:
            return f"{type(refused).__name__}: {refused}"
    return None


def values_in(example: Example, known: Mapping[str, int]) -> int:
    """How many numbers enter in all."""
    return sum(prod(value(s, known) for s in t.sizes) for _, t in example.tensors())


def exempt(example: Example) -> Exempt | None:
    """The listed exception that covers a refused example."""
    return next((one for one in EXEMPT if one.covers(example)), None)


@pytest.mark.parametrize("every", [20, pytest.param(1, marks=pytest.mark.proof)])
@each_kind
def test_torch_gives_what_is_inferred(kind: type[Layer], every: int) -> None:
    """Each of so many examples that are accepted; in the proof all of them."""
    found = accepted(kind.id)
    assert len(found) >= ACCEPTED, "name a better way to draw it in tests.graphs.examples.py"
    for example in found[::every]:
        assert not isinstance(example.answer, Problem)
        description = example.layer.torch(example.given)
        device = device_for(example)
        module = made(description, device)
        for known in members_of(example):
            results = action(description.use, module)(entering(example, known, device))
            ports = example.layer.ports().outputs
            assert tuple(results) == (ports or ("loss",))
            expected = [tensor_of(tensor, known) for tensor in example.answer] or [ONE_NUMBER]
            for one, other in zip(results.values(), expected, strict=True):
                assert (one.shape, one.dtype) == (other.shape, other.dtype), (example, known)


@pytest.mark.parametrize(
    ("every", "tried"), [(10, FEWER), pytest.param(1, TRIED, marks=pytest.mark.proof)]
)
@each_kind
def test_torch_refuses_what_is_refused(kind: type[Layer], every: int, tried: int) -> None:
    """Each of so many examples that are refused, of each problem some; in the proof all of them."""
    found = refused(kind.id, tried)
    assert len(found) >= REFUSED, "name a better way to draw it in tests.graphs.examples.py"
    for example in found[::every]:
        if exempt(example) is None:
            assert refusal(example) is not None, (example, example.answer)


@pytest.mark.proof
def test_every_exception_is_still_one() -> None:
    waiting = list(EXEMPT)
    for kind in KINDS:
        for example in refused(kind.id, TRIED):
            found = exempt(example)
            if found in waiting and refusal(example) is None:
                waiting.remove(found)
    assert not [one for one in waiting if not _is_met(one)]


def _is_met(rare: Exempt) -> bool:
    """Whether an example of it comes up when more are drawn than all problems are asked for."""
    drawn = (one for id in rare.layers for one in islice(examples(Layer.get(id), 1), TRIED))
    problems = (one for one in drawn if isinstance(one.answer, Problem))
    return any(refusal(one) is None for one in problems if rare.covers(one))


@each_kind
def test_weights_are_those_of_the_module(kind: type[Layer]) -> None:
    for example in accepted(kind.id):
        module = made(example.layer.torch(example.given))
        found = {} if module is None else dict(module.named_parameters())
        shapes = {name: tuple(weight.shape) for name, weight in found.items()}
        assert example.layer.weights(example.given) == shapes, example


@pytest.mark.parametrize("tried", some_of([4, 12], 2))
@each_kind
def test_flops_are_half_of_what_torch_counts(kind: type[Layer], tried: int) -> None:
    if kind.id in UNCOUNTED:
        return
    for example in accepted(kind.id)[:tried]:
        assert not isinstance(example.answer, Problem)
        description = example.layer.torch(example.given)
        device = device_for(example)
        module = made(description, device)
        for known in islice(members_of(example), 2):
            with FlopCounterMode(display=False) as counter:
                action(description.use, module)(entering(example, known, device))
            each = value(example.layer.flops(example.given, example.answer), known)
            batch = known.get("N", 1)
            assert each * batch * 2 == counter.get_total_flops(), (example, known)


def test_names_that_a_module_has_are_taken_and_no_others() -> None:
    template = find("xor")
    assert template is not None
    document = template.document()
    network = compiled(document)
    traced = GraphModule(nn.Identity(), Graph())
    public = {name for name in (*dir(network), *dir(traced)) if not name.startswith("_")}
    written = {"nn", "self", "torch"}  # by the exported script
    assert (public | written) - document.main.names.keys() == names.TAKEN


def test_an_absurd_layer_is_described_without_being_made() -> None:
    image = floats(3, 32, 32)
    conv = Layer.get("conv2d").made({"out_channels": 10**9})
    answer = conv.infer(Reaching({"input": (image,)}))
    assert not isinstance(answer, Problem)
    assert conv.weights(Reaching({"input": (image,)}))["weight"] == (10**9, 3, 3, 3)
    assert answer[0].elements() == 10**9 * 30 * 30
