"""The sizes at which a network is traced and tried."""

from hypothesis import given
from hypothesis import strategies as st

from engine.export.onnx.trials import BATCHES, TRACED_BATCH, named_sizes, traced, tried
from graphs.sizes import Symbol, symbol, value
from graphs.types import floats


def symbols_of(*names: str) -> st.SearchStrategy[tuple[Symbol, ...]]:
    def one(name: str) -> st.SearchStrategy[Symbol]:
        return st.tuples(st.integers(1, 40), st.integers(0, 3000), st.integers(1, 9)).map(
            lambda t: Symbol(name, t[0] * t[2], t[0] * t[2] + t[1], t[2])
        )

    return st.tuples(*map(one, names))


@given(symbols_of("H", "T"))
def test_no_tried_size_is_the_traced_one_unless_there_is_no_other(
    named: tuple[Symbol, ...],
) -> None:
    at = traced(named)
    found = tried(named, at, lambda sizes: 1)

    assert {checked.batch for checked in found} == set(BATCHES)
    assert TRACED_BATCH not in BATCHES
    for one in named:
        members, sizes = one.members(), {checked.sizes[one.name] for checked in found}
        assert at.sizes[one.name] in members
        assert all(size in members for size in sizes)
        assert at.sizes[one.name] not in sizes or len(members) == 1
        assert at.sizes[one.name] > 1 or members[-1] == 1


@given(symbols_of("T"))
def test_the_ends_and_the_middle_of_a_domain_are_tried(named: tuple[Symbol, ...]) -> None:
    at = traced(named)
    members = [m for m in named[0].members() if m != at.sizes["T"]]
    within = [m for m in members if m <= 512] or members[:1] or [at.sizes["T"]]

    sizes = {checked.sizes["T"] for checked in tried(named, at, lambda sizes: 1)}

    assert {within[0], within[-1]} <= sizes
    assert len(sizes) == min(3, len(within))


@given(symbols_of("H", "W"))
def test_two_named_sizes_do_not_go_in_step(named: tuple[Symbol, ...]) -> None:
    found = tried(named, traced(named), lambda sizes: 1)
    pairs = {(checked.sizes["H"], checked.sizes["W"]) for checked in found}

    for place, size in ((0, {h for h, _ in pairs}), (1, {w for _, w in pairs})):
        others = {pair[1 - place] for pair in pairs}
        if len(size) > 1 and len(others) > 1:
            assert any(
                len({pair[1 - place] for pair in pairs if pair[place] == one}) > 1 for one in size
            )


def test_tracing_avoids_sizes_that_the_graph_holds_already() -> None:
    named = (Symbol("H", 8, 64), Symbol("W", 8, 64))
    free = traced(named).sizes

    at = traced(named, taken=[free["H"]])

    assert at.sizes["H"] != free["H"]
    assert at.sizes["H"] != at.sizes["W"]


def test_what_costs_too_much_is_tried_at_smaller_sizes() -> None:
    named = (Symbol("T", 1, 1000),)

    found = tried(named, traced(named), lambda sizes: sizes["T"] ** 4)

    largest = max(checked.sizes["T"] for checked in found)
    assert 16 < largest < 300


def test_sizes_known_only_by_name_are_found_in_order_and_without_the_batch() -> None:
    height, width = symbol("H", 8, 64, 8), symbol("W", 4, 64)

    named = named_sizes([floats(3, width, height), floats(5), floats(height)])

    assert [one.name for one in named] == ["H", "W"]
    assert value(height, traced(named).sizes) % 8 == 0
