"""Losses say what does not fit between scores and target, and which one step mends it."""

from dataclasses import replace

import pytest

from graphs.layers import Layer
from graphs.layers.losses.alignment import CTCLoss
from graphs.layers.losses.cross_entropy import CrossEntropyLoss
from graphs.layers.losses.losses import Loss
from graphs.layers.spec import Reaching
from graphs.problems import Bypass, Insert, Problem, Recipe, Replace, Set
from graphs.setting_kinds import FieldName
from graphs.sizes import BATCH, symbol
from graphs.types import Kind, Scale, TensorType, floats

T = symbol("T", 3, 60)
FIELDS = {
    "pair": TensorType(Kind.INDEX, (BATCH,), values=2),
    "ten": TensorType(Kind.INDEX, (BATCH,), values=10),
    "steps": TensorType(Kind.INDEX, (BATCH, T), values=10),
    "price": floats(),
    "column": floats(1),
    "place": floats(2),
    "word": TensorType(Kind.INDEX, (BATCH, symbol("L", 2, 6)), values=10, padded=FieldName("word")),
    "tags": TensorType(Kind.MASK, (BATCH, 5), values=2),
}
PROBABILITY = floats(1).scaled(Scale.PROBABILITIES)


def answer(loss: str, target: str, scores: TensorType) -> Problem | None:
    found = Layer.get(loss).made({"target": target}).infer(Reaching({"input": (scores,)}, FIELDS))
    return found if isinstance(found, Problem) else None


def made(kind: str, tensor: TensorType) -> TensorType:
    (found,) = _outputs(kind, tensor)
    return found


def _outputs(kind: str, tensor: TensorType) -> tuple[TensorType, ...]:
    found = Layer.get(kind).made({}).infer(Reaching({"input": (tensor,)}))
    assert not isinstance(found, Problem)
    return found


@pytest.mark.parametrize(
    ("loss", "target", "scores"),
    [
        ("cross_entropy_loss", "ten", floats(10)),
        ("cross_entropy_loss", "steps", floats(10, T)),
        ("bce_with_logits_loss", "pair", floats(1)),
        ("bce_with_logits_loss", "pair", TensorType(Kind.FLOAT, (BATCH,))),
        ("bce_loss", "pair", PROBABILITY),
        ("mse_loss", "price", floats(1)),
        ("mse_loss", "column", floats()),
        ("mse_loss", "place", floats(2)),
        ("l1_loss", "price", floats(1)),
        ("smooth_l1_loss", "column", floats()),
        ("huber_loss", "place", floats(2)),
        ("cross_entropy_loss", "steps", floats(T, 10)),
        ("ctc_loss", "word", floats(T, 11)),
        ("ctc_loss", "word", floats(6, 11).scaled(Scale.LOGARITHMS)),
        ("ctc_loss", "steps", floats(T, 11)),
        ("bce_with_logits_loss", "tags", floats(5)),
        ("bce_loss", "tags", floats(5).scaled(Scale.PROBABILITIES)),
    ],
)
def test_what_fits_is_accepted(loss: str, target: str, scores: TensorType) -> None:
    assert answer(loss, target, scores) is None


@pytest.mark.parametrize(
    ("loss", "target", "scores", "fix"),
    [
        ("cross_entropy_loss", "ten", floats(7), Set("out_features", 10, "input")),
        ("cross_entropy_loss", "ten", made("softmax", floats(10)), Bypass()),
        ("cross_entropy_loss", "ten", made("sigmoid", floats(10)), Bypass()),
        ("cross_entropy_loss", "ten", floats(10, 1, 1), Insert("flatten")),
        ("cross_entropy_loss", "ten", floats(1, 28, 10), Insert("flatten", ahead=True)),
        (
            *("cross_entropy_loss", "ten", floats(T, 10)),
            Insert("select", settings={"dim": 1, "index": -1}),
        ),
        ("cross_entropy_loss", "pair", PROBABILITY, Replace("bce_loss")),
        ("cross_entropy_loss", "price", floats(1), Replace("mse_loss")),
        ("cross_entropy_loss", "price", floats(10), None),
        ("bce_with_logits_loss", "pair", made("sigmoid", floats(1)), Bypass()),
        ("bce_with_logits_loss", "pair", PROBABILITY, Replace("bce_loss")),
        ("bce_with_logits_loss", "pair", floats(2), Set("out_features", 1, "input")),
        ("bce_with_logits_loss", "ten", floats(10), Replace("cross_entropy_loss")),
        ("bce_with_logits_loss", "price", floats(1), Replace("mse_loss")),
        ("bce_loss", "pair", floats(1), Insert("sigmoid")),
        ("bce_loss", "pair", floats(2), Replace("cross_entropy_loss")),
        ("mse_loss", "ten", floats(10), Replace("cross_entropy_loss")),
        ("mse_loss", "pair", PROBABILITY, Replace("bce_loss")),
        ("mse_loss", "pair", floats(1), Replace("bce_with_logits_loss")),
        ("mse_loss", "place", floats(1), Set("out_features", 2, "input")),
        ("cross_entropy_loss", "steps", floats(T, 7), Set("out_features", 10, "input")),
        ("ctc_loss", "word", floats(T, 10), Set("out_features", 11, "input")),
        ("ctc_loss", "word", made("softmax", floats(T, 11)), Bypass()),
        (
            *("ctc_loss", "word", floats(11, T)),
            Insert("transpose", settings={"dim0": 1, "dim1": 2}),
        ),
        ("ctc_loss", "word", floats(5, 11), None),
        ("ctc_loss", "word", floats(11), None),
        ("ctc_loss", "ten", floats(10), Replace("cross_entropy_loss")),
        ("ctc_loss", "tags", floats(5), Replace("bce_with_logits_loss")),
        ("ctc_loss", "price", floats(1), Replace("mse_loss")),
        ("cross_entropy_loss", "word", floats(T, 11), Replace("ctc_loss")),
        ("cross_entropy_loss", "tags", floats(5), Replace("bce_with_logits_loss")),
        ("bce_with_logits_loss", "tags", floats(4), Set("out_features", 5, "input")),
        ("mse_loss", "tags", floats(5), Replace("bce_with_logits_loss")),
    ],
)
def test_what_does_not_fit_gets_the_step_that_mends_it(
    loss: str, target: str, scores: TensorType, fix: Recipe | None
) -> None:
    found = answer(loss, target, scores)
    assert found is not None
    assert found.fix == fix, found.message


def test_a_target_that_is_not_there_is_named_with_those_that_are() -> None:
    found = answer("mse_loss", "prize", floats(1))
    assert found is not None and found.setting == "target"
    assert "column, pair, place, price, steps, tags, ten, word" in found.message
    assert (chosen := answer("mse_loss", "", floats(1))) is not None and chosen.setting == "target"


def test_each_reading_is_called_after_the_layer_that_gives_it() -> None:
    kinds = [kind for kind in Layer.members() if issubclass(kind, Loss)]
    readings = {kind.id for kind in Layer.registered() if kind.is_reading}
    assert {kind.reading for kind in kinds} - {"none", "scores"} == readings


def test_classes_are_weighed_each_by_its_own_number() -> None:
    kind = Layer.get("cross_entropy_loss")
    given = Reaching({"input": (floats(2),)}, {"pair": TensorType(Kind.INDEX, (BATCH,), 2)})
    found = kind.made({"target": "pair", "class_weights": (1.0, 2.0, 3.0)}).infer(given)
    assert isinstance(found, Problem) and found.fix == Set("class_weights", ())
    weighed = kind.made({"target": "pair", "class_weights": (1.0, 2.5)})
    assert weighed.infer(given) == ()
    module = weighed.torch(given).module
    assert module is not None and module.arguments["weight"].arguments == {"data": (1.0, 2.5)}


@pytest.mark.parametrize("id", ["cross_entropy_loss", "nll_loss", "focal_loss"])
def test_a_class_that_is_ignored_is_one_that_there_is(id: str) -> None:
    kind = Layer.get(id)
    scores = replace(floats(2), scale=Scale.LOGARITHMS) if id == "nll_loss" else floats(2)
    given = Reaching({"input": (scores,)}, {"pair": TensorType(Kind.INDEX, (BATCH,), 2)})
    assert kind.made({"target": "pair", "ignore_index": 1}).infer(given) == ()
    found = kind.made({"target": "pair", "ignore_index": 2}).infer(given)
    assert isinstance(found, Problem) and found.fix == Set("ignore_index", None)
    assert found.message == "ignore_index is 2, but there are 2 classes, counted from 0."
    module = kind.made({"target": "pair"}).torch(given).module
    assert module is not None and "ignore_index" not in module.arguments


def test_a_class_per_step_is_learned_whichever_axis_has_the_classes() -> None:
    target = FIELDS["steps"]
    for scores, axis, module in (
        (floats(10, T), 1, "torch.nn.CrossEntropyLoss"),
        (floats(T, 10), -1, "engine.modules.losses.StepsCrossEntropyLoss"),
    ):
        loss = CrossEntropyLoss(target=FieldName("steps"))
        given = Reaching({"input": (scores,)}, FIELDS)
        assert loss.infer(given) == ()
        assert loss.axis(scores, target) == axis
        call = loss.torch(given).module
        assert call is not None and call.target == module


def test_as_many_steps_as_classes_leave_open_which_axis_is_which() -> None:
    fields = {"square": TensorType(Kind.INDEX, (BATCH, 10), values=10)}
    given = Reaching({"input": (floats(10, 10),)}, fields)
    made = CrossEntropyLoss(target=FieldName("square"))
    found = made.infer(given)
    assert isinstance(found, Problem) and found.fix == Set("class_axis", "last")
    for axis in ("second", "last"):
        assert replace(made, class_axis=axis).infer(given) == ()
    wrong = replace(made, class_axis="second").infer(Reaching({"input": (floats(T, 10),)}, FIELDS))
    assert isinstance(wrong, Problem)


def test_the_wrong_axis_is_mended_by_looking_for_the_right_one() -> None:
    made = CrossEntropyLoss(target=FieldName("steps"), class_axis="second")
    found = made.infer(Reaching({"input": (floats(T, 10),)}, FIELDS))
    assert isinstance(found, Problem) and found.fix == Set("class_axis", "auto")


def test_the_blank_has_a_place_among_the_scores() -> None:
    made = CTCLoss(target=FieldName("word"), blank=10)
    given = Reaching({"input": (floats(T, 11),)}, FIELDS)
    assert made.infer(given) == () and made.blank_place == 10
    found = replace(made, blank=11).infer(given)
    assert isinstance(found, Problem) and found.fix == Set("blank", 0)


def test_a_target_that_never_fits_is_refused_and_one_that_sometimes_does_only_if_it_must() -> None:
    made = CTCLoss(target=FieldName("word"))
    for steps, zeroed, fits in ((5, False, False), (5, True, True), (1, True, False)):
        given = Reaching({"input": (floats(steps, 11),)}, FIELDS)
        found = replace(made, zero_infinity=zeroed).infer(given)
        assert (found == ()) is fits
