"""The loss on a series of classes of which nobody has said where in the input each of them is."""

from collections.abc import Iterator
from typing import ClassVar

from graphs.describe import param
from graphs.layers.losses.losses import TARGET, Reading, TargetLoss, not_classes
from graphs.layers.spec import Call, In, LengthsOf, Module, Reaching, Torch, Use
from graphs.problems import Insert, Problem, Recipe, Set, problem
from graphs.sizes import Size, alike, at_least, bounds, same
from graphs.types import TensorType
from graphs.wording.phrases import phrase


class CTCLoss(
    TargetLoss,
    id="ctc_loss",
    group="Loss",
    search=(
        "connectionist temporal classification unaligned alignment speech recognition "
        "transcription handwriting ocr read text line phonemes captcha licence plate sequence "
        "labelling without positions blank crnn"
    ),
):
    """Compares scores for each step with a series of classes that nobody has aligned.

    With the probability p of all ways to say the L classes of a sample, it costs -log(p) / L; the
    loss is the mean over samples. A way says one class or the blank at each step: what is said
    several steps in a row counts once, and blanks are left out.
    Takes raw scores (logits) of N × T × (classes + 1), as Linear, LSTM and attention give them, and
    applies the LogSoftmax itself, which leaves those of a LogSoftmax as they are. The blank is no
    class of the data and no padding: it has a score of its own, at the place blank, and the classes
    lie around it in their order, so that with the usual 0 they begin at 1. A sample needs as many
    steps as it has classes, and one more between two that are equal. Of padded targets, and of
    padded scores, the real steps count; where it is no longer known which these are, all do.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CTCLoss.html
    https://doi.org/10.1145/1143844.1143891
    """

    task = "sequence"
    reading: ClassVar[Reading] = "softmax"
    is_usual = False
    per_sample = True

    blank: int = param(
        default=0, low=0, help="The place of the blank among the scores of a step, counted from 0."
    )
    zero_infinity: bool = param(
        default=False,
        help="Whether a sample that has too few steps for its classes costs nothing and teaches "
        "nothing; otherwise it is refused before training.",
    )

    @property
    def blank_place(self) -> int:
        return self.blank

    def axis(self, scores: TensorType, target: TensorType) -> int:
        return -1

    def wanted(self, target: TensorType) -> Size | None:
        """A score for each class, and one for the blank."""
        return None if target.values is None else target.values + 1

    def domain(self) -> str:
        if self.zero_infinity:
            return ""
        return phrase(
            "It takes no sample that has fewer steps than classes, counting one more between two "
            "that are equal. Let the layers before it leave more steps, or set zero_infinity."
        )

    def compare(self, scores: TensorType, target: TensorType) -> Problem | None:
        return self._target_fault(target) or self._scores_fault(scores, target)

    def _target_fault(self, target: TensorType) -> Problem | None:
        if wrong := not_classes(self.target, target):
            return wrong
        if target.rank != 2:
            return problem(
                "The target “{field}” is no series of classes; CrossEntropyLoss learns one class "
                "per sample or pixel.",
                setting="target",
                field=self.target,
            )
        if target.values is not None and self.blank > target.values:
            return problem(
                "The blank is at place {blank}, but the {classes} classes of “{field}” and the "
                "blank have the places 0 to {classes}.",
                setting="blank",
                fix=Set("blank", 0),
                blank=self.blank,
                classes=target.values,
                field=self.target,
            )
        return None

    def _scores_fault(self, scores: TensorType, target: TensorType) -> Problem | None:
        if scores.rank != 3 or not alike(scores.sizes[:1], target.sizes[:1]):
            return problem(
                "Needs a score per class for each step, N × T × (classes + 1), but gets {got}.",
                port="input",
                got=scores,
            )
        wanted, classes = self.wanted(target), scores.sizes[-1]
        if wanted is not None and not same(classes, wanted):
            return problem(
                "The target “{field}” has {classes} classes, and with the blank {wanted} scores "
                "are needed for each step; this gives {got}.",
                port="input",
                field=self.target,
                classes=target.values,
                wanted=wanted,
                got=classes,
            )
        if not at_least(classes, self.blank + 1):
            return problem(
                "The blank is at place {blank}, but there are {got} scores for each step.",
                setting="blank",
                blank=self.blank,
                got=classes,
            )
        return self._steps_fault(scores.sizes[1], target.sizes[1]) or self._scale_fault(scores)

    def _steps_fault(self, steps: Size, length: Size) -> Problem | None:
        """That the longest target does not even fit into the longest scores; or none does."""
        (_, there), (least, most) = bounds(steps), bounds(length)
        needed = least if self.zero_infinity else most
        if there >= needed:
            return None
        return problem(
            "The target “{field}” has {needed} classes in a row, and each needs a step, but no "
            "more than {there} come. Let the layers before it leave more steps.",
            port="input",
            field=self.target,
            needed=needed,
            there=there,
        )

    def _scale_fault(self, scores: TensorType) -> Problem | None:
        if not scores.scale.is_shares:
            return None
        return problem(
            "Gets probabilities, but applies the softmax itself; training would be slow and worse.",
            port="input",
        )

    def _mends(self, scores: TensorType, target: TensorType) -> Iterator[Recipe]:
        if scores.rank == 3:
            first, classes, steps = scores.sizes
            if self.compare(scores.rearranged(first, steps, classes), target) is None:
                yield Insert("transpose", settings={"dim0": 1, "dim1": 2})
        yield from super()._mends(scores, target)

    def torch(self, given: Reaching) -> Torch:
        call = Call("engine.modules.losses.CTCLoss", self.arguments())
        lengths = {"lengths": LengthsOf(TARGET), "steps": LengthsOf()}
        return Torch(call, Use(Module((In(), In(TARGET)), lengths), outputs="loss"))
