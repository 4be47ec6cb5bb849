"""Losses on how alike several representations are: of pairs, and of an anchor and two others."""

from graphs.describe import param
from graphs.layers.checks import not_floats
from graphs.layers.losses.losses import TargetLoss, ValueLoss, not_a_class, padding_counts
from graphs.layers.spec import Call, In, Module, Outputs, Port, Ports, Reaching, Torch, Use
from graphs.problems import Problem, problem
from graphs.sizes import BATCH, alike, same
from graphs.types import Kind, TensorType
from graphs.wording.phrases import phrase


class PairLoss(TargetLoss):
    """Base of losses on two representations of N × features, of which a target tells the relation.

    The target has two classes: the second says that both belong together.
    """

    task = "nothing"
    is_usual = False
    per_sample = True

    def ports(self) -> Ports:
        return Ports((Port("input"), Port("other")), ())

    def infer(self, given: Reaching) -> Outputs | Problem:
        answer = super().infer(given)
        return answer if isinstance(answer, Problem) else _unlike(given) or ()

    def compare(self, scores: TensorType, target: TensorType) -> Problem | None:
        if target.kind is not Kind.INDEX:
            return not_a_class(self.target)
        if target.values == 2 and target.rank == 1:
            return None
        return problem(
            "The target “{field}” must have two classes, of which the second says that both belong "
            "together; it has {classes}.",
            setting="target",
            field=self.target,
            classes=phrase("unknown") if target.values is None else target.values,
        )

    def each(self) -> str:
        return f"engine.modules.losses.{type(self).__name__}"


class CosineEmbeddingLoss(
    PairLoss,
    id="cosine_embedding_loss",
    group="Loss",
    search="siamese pairs similarity angle same different similar closer two direction",
):
    """Turns representations of pairs towards each other, or away from each other.

    Both are N × features. A pair whose target is the second class costs 1 - cos, another one what
    its cosine exceeds the margin by.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CosineEmbeddingLoss.html
    """

    margin: float = param(
        default=0.0, low=-1, high=1, help="The cosine below which unlike pairs cost nothing."
    )


class ContrastiveLoss(
    PairLoss,
    id="contrastive_loss",
    title="ContrastiveLoss",
    group="Loss",
    search=(
        "learn alike face verification siamese pairs metric learning embedding distance "
        "same different similar faces verify closer two"
    ),
):
    """Brings representations of pairs together, or apart up to a margin.

    Both are N × features, with the Euclidean distance d. A pair whose target is the second class
    costs d² / 2, another one max(0, margin - d)² / 2.
    https://ieeexplore.ieee.org/document/1640964
    """

    margin: float = param(
        default=1.0, above=0, help="The distance beyond which unlike pairs cost nothing."
    )


class TripletMarginLoss(
    ValueLoss,
    id="triplet_margin_loss",
    group="Loss",
    search=(
        "learn alike face verification recognition siamese metric learning embedding anchor "
        "positive negative facenet similar faces closer ranking search retrieve"
    ),
):
    """Brings an anchor nearer to a positive sample than to a negative one.

    Here d(a, b) = (Σ |a - b + 0.000001| ** p) ** (1 / p).
    All three are N × features. A sample costs max(0, d(anchor, positive) - d(anchor, negative) +
    margin), where d is a distance.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.TripletMarginLoss.html
    """

    margin: float = param(default=1.0, above=0, help="By how much the positive should be nearer.")
    p: float = param(default=2.0, above=0, help="The norm that distances are measured by.")
    swap: bool = param(
        default=False,
        help="Whether the distance of positive and negative counts where it is the smaller one.",
    )

    def ports(self) -> Ports:
        return Ports((Port("anchor"), Port("positive"), Port("negative")), ())

    def infer(self, given: Reaching) -> Outputs | Problem:
        return _unlike(given) or ()

    def torch(self, given: Reaching) -> Torch:
        entering = tuple(In(port.name) for port in self.ports().inputs)
        call = Call("torch.nn.TripletMarginLoss", self.arguments())
        return Torch(call, Use(Module(entering), outputs="loss"))


def _unlike(given: Reaching) -> Problem | None:
    """What keeps representations from being compared: each is a row of features."""
    (first_port, first), *others = ((port, types[0]) for port, types in given.types.items())
    for port, tensor in ((first_port, first), *others):
        if wrong := not_floats(tensor, port):
            return wrong
        if tensor.rank != 2 or not same(tensor.sizes[0], BATCH):
            return problem(
                "Needs one row of features per sample, but gets {got}.", port=port, got=tensor
            )
    for port, tensor in others:
        if not alike(first.sizes, tensor.sizes):
            return problem(
                "Cannot compare {first} and {second}: both must have as many features.",
                port=port,
                first=first,
                second=tensor,
            )
    return padding_counts(given)
