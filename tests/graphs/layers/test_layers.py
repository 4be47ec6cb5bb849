"""What every layer promises, asked of the whole catalogue; torch has its say in tests/engine."""

import re
from dataclasses import replace
from importlib.resources import files
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.layers import Layer
from graphs.layers.arithmetic.value_by_value import broadcast
from graphs.layers.spec import Reaching
from graphs.problems import Bypass, Insert, Problem, Recipe, Replace, Set, Unlink
from graphs.sizes import BATCH, symbol
from graphs.types import Kind, Scale, TensorType, floats
from tests.graphs.examples import Example, examples

KINDS = Layer.members()
SOURCE = re.compile(
    r"https://(docs\.pytorch\.org/docs/stable/generated/torch\.|arxiv\.org/abs/\d{4}\.\d{4,5}|ieeexplore\.ieee\.org/document/\d+|doi\.org/10\.\d{4}/\w+)"
)
DEFINED = re.compile(r" = |Σ|become|mean of |costs |forward")
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)
T = symbol("T", 3, 60)

sizes = st.one_of(
    st.integers(0, 9),
    st.sampled_from([10**9, 2**62, 10**30]),
    st.sampled_from([BATCH, T, 2 * T, T // 2, symbol("E", 0, 4), T * BATCH]),
)
types = st.builds(
    TensorType,
    st.sampled_from(Kind),
    st.lists(sizes, max_size=6).map(tuple),
    st.none() | st.integers(0, 20),
    st.sampled_from(Scale),
)


def accepted(kind: type[Layer], given: Reaching, **changed: object) -> bool:
    """Whether the layer with these settings takes what it is given."""
    return not isinstance(kind.made(changed).infer(given), Problem)


def refusal(kind: type[Layer], *tensors: TensorType, **changed: object) -> Problem:
    """What the layer says against it."""
    answer = kind.made(changed).infer(Reaching({"input": tensors}))
    assert isinstance(answer, Problem)
    return answer


@each_kind
def test_every_layer_explains_itself(kind: type[Layer]) -> None:
    assert kind.summary().endswith("."), "the first line of the docstring is one sentence"
    assert len(kind.summary()) <= 80
    assert kind.group
    assert SOURCE.search(kind.help()), "torch's page, or the paper where torch has no such layer"
    told = kind.explanation()
    assert DEFINED.search(told.body), "what it computes: a formula, or which sizes become which"
    assert told.body.endswith((".", "..."))
    for parameter in kind.parameters():
        assert parameter.help.endswith(".") and parameter.help[0].isupper()
        assert "a value of its kind" not in parameter.wanted()
        assert parameter.name.isidentifier() and parameter.name.islower()


@each_kind
def test_every_layer_can_be_added_as_it_is(kind: type[Layer]) -> None:
    assert kind.faults(kind.defaults()) == {}
    assert kind.defaults().keys() == {parameter.name for parameter in kind.parameters()}
    assert isinstance(kind.made(kind.defaults()).brief(), str)


@each_kind
def test_every_layer_has_an_icon_and_an_id_for_files(kind: type[Layer]) -> None:
    assert files("assets").joinpath("layers", f"{kind.id}.svg").is_file()
    assert kind.id.isidentifier() and kind.id == kind.id.lower()


def test_titles_are_told_apart() -> None:
    titles = [kind.title for kind in KINDS]
    assert len(set(titles)) == len(titles)


def test_the_kinds_of_the_first_release_are_there() -> None:
    assert {kind.title for kind in KINDS} >= {
        *("Input", "Output", "Linear", "Flatten", "Dropout", "Conv2d", "MaxPool2d", "AvgPool2d"),
        *("AdaptiveAvgPool2d", "BatchNorm1d", "BatchNorm2d", "LayerNorm", "ReLU", "GELU"),
        *("Sigmoid", "Tanh", "Softmax", "Add", "Concatenate", "Reshape", "Embedding", "LSTM"),
        *("CrossEntropyLoss", "BCEWithLogitsLoss", "BCELoss", "MSELoss"),
    }


@settings(max_examples=200)
@given(st.data(), st.sampled_from(KINDS), st.integers(0, 1000))
def test_every_rule_answers_whatever_reaches_it(
    data: st.DataObject, kind: type[Layer], seed: int
) -> None:
    layer = next(examples(kind, seed)).layer
    reaching = {
        port.name: tuple(data.draw(st.lists(types, min_size=1, max_size=3 if port.variadic else 1)))
        for port in layer.ports().inputs
        if not (port.optional and data.draw(st.booleans()))
    }
    given = Reaching(reaching, {"target": data.draw(types)})
    answer = layer.infer(given)
    if isinstance(answer, Problem):
        assert answer.message.endswith(".")
        assert answer.setting is None or answer.setting in layer.settings
        assert answer.port is None or layer.ports().input(answer.port) is not None
    else:
        assert len(answer) == len(layer.ports().outputs)
        assert all(size > 0 for shape in layer.weights(given).values() for size in shape)
        layer.flops(given, answer)
        layer.torch(given)
    layer.brief()


@pytest.mark.parametrize("tried", [80, pytest.param(300, marks=pytest.mark.proof)])
@each_kind
def test_a_fix_that_a_rule_offers_takes_its_problem_away(kind: type[Layer], tried: int) -> None:
    for example in islice(examples(kind, seed=7), tried):
        if isinstance(example.answer, Problem) and example.answer.fix is not None:
            after = mended(example, example.answer.fix)
            assert after is None or _place(after) != _place(example.answer), example


def mended(example: Example, fix: Recipe) -> Problem | None:
    """What the layer says after the fix; None when the fix reaches further than the layer."""
    layer, given = example.layer, example.given
    match fix:
        case Set(setting, value, None):
            assert type(layer).faults({**layer.settings, setting: value}) == {}
            layer = type(layer).made({**layer.settings, setting: value})
        case Set(_, value, str(port)):
            given = _with(given, port, 0, last_size(given[port], value))
        case Replace(id):
            kind = Layer.get(id)
            layer = kind.made(kind.fitting(layer.settings))
        case Insert(id, port, settings, slot, False):
            made = Layer.get(id).made({**Layer.get(id).defaults(), **settings})
            between = made.infer(Reaching({"input": (given.all(port)[slot],)}))
            assert not isinstance(between, Problem), (example, between)
            given = _with(given, port, slot, between[0])
        case Bypass(port):
            before = given[port].before
            assert before is not None
            given = _with(given, port, 0, before)
        case _:
            return None
    answer = layer.infer(given)
    return answer if isinstance(answer, Problem) else None


def _place(found: Problem) -> tuple[str, str | None, int | None]:
    return found.template, found.port, found.fix.slot if isinstance(found.fix, Insert) else None


def last_size(tensor: TensorType, size: int) -> TensorType:
    """As another out_features would make it."""
    return replace(tensor, sizes=(*tensor.sizes[:-1], size))


def _with(given: Reaching, port: str, slot: int, tensor: TensorType) -> Reaching:
    several = list(given.all(port))
    several[slot] = tensor
    return Reaching({**given.types, port: tuple(several)}, given.fields)


def test_a_flattened_image_is_wired_past_the_flatten() -> None:
    flat = Layer.get("flatten").made({}).infer(Reaching({"input": (floats(1, 28, 28),)}))
    assert not isinstance(flat, Problem)
    for kind in ("conv2d", "max_pool2d", "adaptive_avg_pool2d"):
        assert refusal(Layer.get(kind), flat[0]).fix == Bypass()


def test_rows_of_pixels_become_pictures() -> None:
    conv = Layer.get("conv2d")
    for tensor, sizes in (
        (floats(784), (1, 28, 28)),
        (floats(3072), (3, 32, 32)),
        (floats(28, 28), (1, 28, 28)),
        (floats(28, T), (1, 28, -1)),
    ):
        assert refusal(conv, tensor).fix == Insert("reshape", settings={"sizes": sizes})
    assert refusal(conv, floats(785)).fix is None


def test_a_flatten_forgets_the_image_once_something_was_computed() -> None:
    flat = Layer.get("flatten").made({}).infer(Reaching({"input": (floats(1, 28, 28),)}))
    assert not isinstance(flat, Problem)
    for kind in ("relu", "dropout", "layer_norm", "linear"):
        after = Layer.get(kind).made({}).infer(Reaching({"input": flat}))
        assert not isinstance(after, Problem)
        assert after[0].before is None


def test_groups_that_do_not_divide_the_channels_are_set_to_one() -> None:
    found = refusal(Layer.get("conv2d"), floats(3, 8, 8), groups=2)
    assert found.fix == Set("groups", 1) and found.setting == "groups"


def test_padding_beyond_half_the_window_is_cut() -> None:
    assert refusal(Layer.get("max_pool2d"), floats(3, 8, 8), padding=2).fix == Set("padding", 1)
    found = refusal(Layer.get("avg_pool2d"), floats(3, 8, 8), kernel_size=(2, 4), padding=2)
    assert found.fix == Set("padding", (1, 2))


def test_a_shortcut_with_other_channels_gets_a_projection() -> None:
    found = refusal(Layer.get("add"), floats(64, 32, 32), floats(128, 16, 16))
    assert found.fix == Insert(
        "conv2d", settings={"out_channels": 128, "kernel_size": 1, "stride": 2}
    )
    found = refusal(Layer.get("add"), floats(5, 32), floats(5, 64))
    assert found.fix == Insert("linear", settings={"out_features": 64})
    found = refusal(Layer.get("add"), floats(T, 4), floats(7, 4))
    assert found.fix is None


def test_sums_broadcast_as_torch_does() -> None:
    for one, other, total in (
        ((BATCH, 3, 8, 8), (3, 1, 1), (BATCH, 3, 8, 8)),
        ((BATCH, T, 4), (BATCH, 1, 4), (BATCH, T, 4)),
        ((BATCH, T, 4), (T, 4), (BATCH, T, 4)),
        ((BATCH, 1), (BATCH,), (BATCH, BATCH)),
        ((symbol("B", 1, 2), 3), (2, 3), (2, 3)),
        ((BATCH, T), (BATCH, 4), None),
        ((BATCH, 2 * T), (BATCH, T), None),
    ):
        assert broadcast(one, other) == broadcast(other, one) == total


def test_the_batch_norm_that_fits_is_offered() -> None:
    assert refusal(Layer.get("batch_norm1d"), floats(3, 8, 8)).fix == Replace("batch_norm2d")
    assert refusal(Layer.get("batch_norm2d"), floats(64)).fix == Replace("batch_norm1d")


def test_a_batch_norm_without_averages_needs_more_than_one_value_of_a_sample() -> None:
    norm = Layer.get("batch_norm1d")
    found = refusal(norm, floats(64), track_running_stats=False)
    assert found.fix == Set("track_running_stats", True)
    assert _given(norm, floats(64)) == (floats(64),)
    assert accepted(norm, Reaching({"input": (floats(64, 2),)}), track_running_stats=False)


def test_an_image_for_a_layer_of_series_gets_the_one_for_images() -> None:
    assert refusal(Layer.get("conv1d"), floats(3, 8, 8)).fix == Replace("conv2d")
    assert refusal(Layer.get("max_pool1d"), floats(3, 8, 8)).fix == Replace("max_pool2d")


def test_rows_become_series_of_one_channel() -> None:
    for length, sizes in ((20, (1, 20)), (T, (1, -1))):
        found = refusal(Layer.get("conv1d"), floats(length))
        assert found.fix == Insert("reshape", settings={"sizes": sizes})


def test_a_series_with_its_channels_last_is_turned() -> None:
    found = refusal(Layer.get("conv1d"), floats(T, 5))
    assert found.fix == Insert("permute", settings={"dims": (0, 2, 1)})


def test_matrices_whose_rows_fit_are_turned() -> None:
    given = Reaching({"input": (floats(T, 8),), "other": (floats(T, 8),)})
    answer = Layer.get("matmul").made({}).infer(given)
    assert isinstance(answer, Problem)
    assert answer.fix == Insert("permute", "other", {"dims": (0, 2, 1)})
    turned = Reaching({"input": (floats(T, 8),), "other": (floats(8, T),)})
    assert Layer.get("matmul").made({}).infer(turned) == (floats(T, T),)


def test_slices_of_series_are_known_where_their_limits_are() -> None:
    for cut, length in (
        ({"start": -3}, 3),
        ({"end": 2}, 2),
        ({"end": -1}, T - 1),
        ({"start": 1, "step": 2}, T // 2),
        ({"start": -70}, T),
        ({"end": 70}, T),
    ):
        layer = Layer.get("slice").made(cut)
        assert layer.infer(Reaching({"input": (floats(T, 5),)})) == (floats(length, 5),)
    assert refusal(Layer.get("slice"), floats(T, 5), end=10).fix == Set("end", None)
    assert refusal(Layer.get("slice"), floats(8), start=8).fix == Set("start", 0)


def test_mirrored_padding_needs_enough_to_mirror() -> None:
    pad = Layer.get("pad")
    found = refusal(pad, floats(3, 2, 2), pad=(2, 2, 0, 0), mode="reflect")
    assert found.fix == Set("mode", "constant")
    assert refusal(pad, floats(3), pad=(1,)).fix == Set("pad", (1, 0))
    assert refusal(pad, floats(3), pad=(1, 2, 3, 4, 5, 6)).fix == Set("pad", (1, 2, 3, 4))
    edges = pad.made({"pad": (2, 1), "mode": "replicate"})
    assert edges.infer(Reaching({"input": (floats(3, T),)})) == (floats(3, T + 3),)


def test_an_upsample_takes_a_factor_or_a_size() -> None:
    upsample = Layer.get("upsample")
    assert refusal(upsample, floats(3, 8, 8), size=16).fix == Set("size", None)
    assert refusal(upsample, floats(3, 8, 8), scale_factor=None).fix == Set("scale_factor", 2)
    wide = upsample.made({"scale_factor": (1, 3), "mode": "bilinear"})
    assert wide.infer(Reaching({"input": (floats(3, 8, T),)})) == (floats(3, 8, 3 * T),)


def test_only_axes_of_one_are_dropped() -> None:
    found = refusal(Layer.get("squeeze"), floats(4, 1, 3))
    assert found.fix == Set("dim", 2)
    assert refusal(Layer.get("squeeze"), floats(4, 3)).fix is None


def test_a_transposed_convolution_doubles_sides() -> None:
    settings = {"out_channels": 4, "kernel_size": 4, "stride": 2, "padding": 1}
    double = Layer.get("conv_transpose2d").made(settings)
    assert double.infer(Reaching({"input": (floats(3, 7, T),)})) == (floats(4, 14, 2 * T),)
    found = refusal(Layer.get("conv_transpose2d"), floats(3, 7, 7), output_padding=(0, 1))
    assert found.fix == Set("output_padding", 0)
    assert refusal(Layer.get("conv_transpose2d"), floats(3, 7, 7), padding=9).fix == Set(
        "padding", 0
    )


def test_groups_of_channels_are_as_many_as_divide_them() -> None:
    norm = Layer.get("group_norm")
    assert refusal(norm, floats(12, 8), num_groups=8).fix == Set("num_groups", 4)
    assert refusal(norm, floats(12), num_groups=12).fix == Set("num_groups", 1)
    assert refusal(Layer.get("instance_norm2d"), floats(3, 1, 1)).fix == Replace("batch_norm2d")


def test_learned_slopes_are_one_or_one_for_each_channel() -> None:
    prelu = Layer.get("prelu")
    assert refusal(prelu, floats(12, 8), num_parameters=8).fix == Set("num_parameters", 12)
    assert refusal(prelu, floats(T, 8), num_parameters=8).fix == Set("num_parameters", 1)
    assert accepted(prelu, Reaching({"input": (floats(12, T),)}), num_parameters=12)


def test_states_go_together_and_fit() -> None:
    lstm = Layer.get("lstm")
    series, state = floats(T, 5), TensorType(Kind.FLOAT, (1, BATCH, 32))
    half = lstm.made({}).infer(Reaching({"input": (series,), "hidden": (state,)}))
    assert isinstance(half, Problem) and half.fix == Unlink("hidden") and half.port == "hidden"
    both = Reaching({"input": (series,), "hidden": (state,), "cell": (state,)})
    wrong = lstm.made({}).infer(both)
    assert isinstance(wrong, Problem) and wrong.fix == Set("hidden_size", 32)
    assert lstm.made({"hidden_size": 32}).infer(both) == (floats(T, 32), state, state)
    deep = lstm.made({"hidden_size": 32, "num_layers": 2}).infer(both)
    assert isinstance(deep, Problem) and deep.fix == Set("num_layers", 1)


@pytest.mark.parametrize(("mine", "others"), [(0, 8), (4, 8), (4, 32)])
def test_states_of_a_projection_are_as_wide_as_it_makes_them(mine: int, others: int) -> None:
    lstm = Layer.get("lstm")
    hidden, cell = (TensorType(Kind.FLOAT, (1, BATCH, width)) for width in (others, 32))
    given = Reaching({"input": (floats(T, 5),), "hidden": (hidden,), "cell": (cell,)})
    settings = {"hidden_size": 32, "proj_size": mine}
    wrong = lstm.made(settings).infer(given)
    assert isinstance(wrong, Problem)
    assert wrong.fix == Set("proj_size", others % 32)
    answer = lstm.made({**settings, "proj_size": others % 32}).infer(given)
    assert answer == (floats(T, others), hidden, cell)
    wide = lstm.made({"hidden_size": 8, "proj_size": 8}).infer(given)
    assert isinstance(wide, Problem) and wide.fix == Set("proj_size", 0)


def test_the_only_state_of_an_rnn_or_gru_fits_by_itself() -> None:
    state = TensorType(Kind.FLOAT, (1, BATCH, 32))
    given = Reaching({"input": (floats(T, 5),), "hidden": (state,)})
    for kind in (Layer.get("rnn"), Layer.get("gru")):
        wrong = kind.made({}).infer(given)
        assert isinstance(wrong, Problem) and wrong.fix == Set("hidden_size", 32)
        assert kind.made({"hidden_size": 32}).infer(given) == (floats(T, 32), state)


def test_two_directions_give_twice_the_features() -> None:
    both = Layer.get("lstm").made({"hidden_size": 8, "bidirectional": True, "num_layers": 3})
    answer = both.infer(Reaching({"input": (floats(T, 5),)}))
    state = TensorType(Kind.FLOAT, (6, BATCH, 8))
    assert answer == (floats(T, 16), state, state)


def test_plain_rows_become_series_of_one_number() -> None:
    found = refusal(Layer.get("lstm"), floats(T))
    assert found.fix == Insert("reshape", settings={"sizes": (-1, 1)})


def test_probabilities_survive_rearranging_only() -> None:
    (shares,) = _given(Layer.get("softmax"), floats(4, 1, 1))
    assert shares.scale is Scale.DISTRIBUTION
    (flat,) = _given(Layer.get("flatten"), shares)
    assert flat.scale is Scale.PROBABILITIES
    (pooled,) = _given(Layer.get("adaptive_avg_pool2d"), shares)
    assert pooled.scale is Scale.PROBABILITIES
    (dropped,) = _given(Layer.get("dropout"), shares)
    assert dropped.scale is Scale.ANY


def _given(kind: type[Layer], *tensors: TensorType) -> tuple[TensorType, ...]:
    answer = kind.made({}).infer(Reaching({"input": tensors}))
    assert not isinstance(answer, Problem)
    return answer


def test_settings_that_would_hold_up_the_window_are_refused() -> None:
    sizes = (10**99,) * 10_000
    image = Reaching({"input": (floats(28, 28),)})
    wrong = Layer.get("reshape").made({"sizes": sizes}).infer(image)
    assert isinstance(wrong, Problem) and wrong.fix == Set("sizes", (-1,))
    assert Layer.get("lstm").faults({**Layer.get("lstm").defaults(), "num_layers": 10**8})
