"""What a setting says about itself, over everything that has settings."""

from typing import Any, Literal

import pytest

from graphs.describe import Described, Parameter, param
from graphs.layers import Layer
from graphs.notation import Notations
from graphs.plan.plan import Plan
from graphs.setting_kinds import Pair, without_nothing
from tests.families import everything

EVERYTHING = everything()


def parameter(kind: Any, **limits: Any) -> Parameter:
    return Parameter("made_up", kind, None, "A sentence.", **limits)


@pytest.mark.parametrize("kind", EVERYTHING, ids=lambda kind: f"{kind.family}-{kind.id}")
def test_every_setting_says_in_words_what_it_takes(kind: type[Described]) -> None:
    for one in kind.parameters():
        assert one.wanted()
        fault = one.fault(object())
        assert fault is not None
        assert fault.startswith(f"must be {one.wanted()}, not ")


@pytest.mark.parametrize(
    ("kind", "limits", "words"),
    [
        (int, {"low": 1}, "a whole number of at least 1"),
        (float, {"above": 0, "high": 1}, "a number of more than 0 and at most 1"),
        (tuple[float, float], {"low": 0, "below": 1}, "two numbers of at least 0 and less than 1"),
        (Pair | None, {}, "nothing, or one or two whole numbers"),
        (Literal["a", "b"], {}, "one of a, b"),
    ],
)
def test_the_words_name_kind_and_limits(kind: Any, limits: dict[str, float], words: str) -> None:
    assert parameter(kind, **limits).wanted() == words


def test_a_large_limit_is_told_to_the_last_digit() -> None:
    told = {one.name: one.wanted() for one in Plan.parameters()}

    assert told["batch_size"] == "a whole number of at least 1 and at most 1048576"
    assert told["seed"].endswith("at most 2147483647")
    assert Parameter("rate", float, 0.1, "", low=1e-8).wanted() == "a number of at least 1e-08"


@pytest.mark.parametrize(
    ("value", "right"), [(-0.1, False), (0.0, True), (0.9, True), (1.0, False), (1.5, False)]
)
def test_an_upper_limit_may_be_excluded(value: float, right: bool) -> None:
    fault = parameter(float, low=0, below=1).fault(value)
    assert (fault is None) == right
    assert fault is None or "less than 1" in fault


def test_settings_are_called_in_words_or_as_in_torch() -> None:
    class Cake(Described, family="cakes"):
        """Sweet."""

    class Sponge(Cake, id="sponge"):
        """Light."""

        oven_heat: int = param(default=180, help="How hot.")
        l1: int = param(default=0, help="A penalty.", title="L1 penalty")

    class Layered(Described, family="layered"):
        """As torch has it."""

        named_as_in_torch = True

    class Torte(Layered, id="torte"):
        """Heavy."""

        num_layers: int = param(default=3, help="How many.")

    assert [p.title for p in Sponge.parameters()] == ["Oven heat", "L1 penalty"]
    assert [p.title for p in Torte.parameters()] == ["num_layers"]


def test_things_are_equal_with_equal_settings_and_of_one_kind() -> None:
    one, same = (Layer.get("conv2d").made({"out_channels": 8}) for _ in range(2))
    other, small = Layer.get("conv2d").made({}), Layer.get("relu").made({})
    assert one == same and hash(one) == hash(same)
    assert one != other
    assert small != Layer.get("sigmoid").made({})
    assert small != small.id


def test_a_thing_shows_its_kind_and_settings() -> None:
    assert repr(Layer.get("dropout").made({"p": 0.25})).startswith("Dropout(p=0.25")


@pytest.mark.parametrize("number", [1e39, -1e39, 1e-40, -1e-50])
def test_a_number_that_float32_does_not_hold_is_refused_with_the_limits(number: float) -> None:
    limits = "must be 0 or of a magnitude between 1e-37 and 1e+38"
    assert parameter(float).fault(number) == f"{limits}, not {number:g}"
    assert parameter(tuple[float, ...]).fault((1.0, number)) == f"{limits}, not {number:g}"
    assert parameter(float).fault(0.0) is None


@pytest.mark.parametrize("kind", EVERYTHING, ids=lambda kind: f"{kind.family}-{kind.id}")
def test_no_whole_number_beyond_what_libraries_hold_is_taken(kind: type[Described]) -> None:
    for one in kind.parameters():
        if without_nothing(one.kind) is not float:
            for number in (2**63, -(2**63), 10**30):
                assert one.fault(number) is not None, one.name


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        (int, "x", "not “x”"),
        (int, None, "not nothing"),
        (str, True, "not on"),
        (str, (1, "a"), "not 1, “a”"),
        (int, {"k": {"holds": "text", "units": []}}, "not k: holds: “text”, units: an empty list"),
        (Notations, {"k": {"holds": "frob"}}, "cannot have “frob” as “holds” of “k”"),
        (Notations, {"k": {"holds": "text", "missing": 3}}, "cannot have 3 as “missing” of “k”"),
        (Notations, {"k": "text"}, "by column, not k: “text”"),
    ],
)
def test_what_cannot_be_used_is_shown_as_people_write_it(
    kind: Any, value: object, told: str
) -> None:
    fault = parameter(kind).fault(value)
    assert fault is not None
    assert fault.endswith(told)
    assert parameter(Notations).fault({"k": {"holds": "text", "missing": ["x"]}}) is None


def test_what_a_base_puts_last_stands_below_the_settings_of_its_members() -> None:
    for kind in Layer.members():
        places = [(one.is_reference, one.comes_last) for one in kind.parameters()]
        assert places == sorted(places)
    names = [one.name for one in Layer.get("conv2d").parameters()]
    assert names[0] == "out_channels" and names[-2:] == ["parametrization", "weights_of"]


@pytest.mark.parametrize("kind", EVERYTHING, ids=lambda kind: f"{kind.family}-{kind.id}")
def test_settings_that_are_left_out_are_as_usual(kind: type[Described]) -> None:
    """As files may leave out any of them, whatever goes together with what."""
    for name, usual in kind.defaults().items():
        kept = {other: value for other, value in kind.defaults().items() if other != name}
        assert kind.faults(kept) == kind.faults({**kept, name: usual})
