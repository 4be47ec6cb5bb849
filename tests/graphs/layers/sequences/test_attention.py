"""The rules of attention: which series go together, and what mends those that do not."""

from dataclasses import replace

from graphs.layers import Layer
from graphs.layers.spec import In, LengthsOf, Module, Reaching
from graphs.problems import Insert, Problem, Set
from graphs.setting_kinds import FieldName
from graphs.sizes import BATCH, Size, symbol
from graphs.types import Kind, TensorType, floats

T, S = symbol("T", 1, 60), symbol("S", 1, 100_000)
ATTENTION = Layer.get("multihead_attention")
DECODER = Layer.get("transformer_decoder_layer")


def padded(tensor: TensorType, field: str) -> TensorType:
    return replace(tensor, padded=FieldName(field))


def refused(kind: type[Layer], changed: dict[str, object], **wired: TensorType) -> Problem:
    given = Reaching({port: (tensor,) for port, tensor in wired.items()})
    answer = kind.made(changed).infer(given)
    assert isinstance(answer, Problem)
    return answer


def test_heads_are_set_to_a_number_that_divides_the_features() -> None:
    found = refused(ATTENTION, {}, query=floats(T, 12))
    assert found.fix == Set("num_heads", 4) and found.setting == "num_heads"
    found = refused(Layer.get("transformer_encoder_layer"), {}, input=floats(T, 30))
    assert found.fix == Set("nhead", 2) and found.setting == "nhead"


def test_there_are_as_many_values_as_keys() -> None:
    wired = {"query": floats(T, 8), "key": floats(S, 5)}
    assert refused(ATTENTION, {}, **wired, value=floats(T, 5)).port == "value"
    given = Reaching({"query": (floats(T, 8),), "key": (floats(S, 5),), "value": (floats(S, 3),)})
    layer = ATTENTION.made({"need_weights": True})
    assert layer.infer(given) == (floats(T, 8), floats(8, T, S))


def test_keys_and_values_that_are_padded_differently_do_not_go_together() -> None:
    found = refused(
        ATTENTION,
        {},
        query=floats(T, 8),
        key=padded(floats(T, 8), "text"),
        value=padded(floats(T, 8), "series"),
    )
    assert found.port == "value" and "“text”" in found.message and "“series”" in found.message


def test_the_lengths_that_count_are_those_of_the_keys() -> None:
    query, key = padded(floats(T, 8), "text"), padded(floats(T, 8), "series")
    wired: list[tuple[dict[str, TensorType], dict[str, object]]] = [
        ({"query": floats(T, 8)}, {}),
        ({"query": floats(T, 8), "key": floats(T, 8)}, {"key": In("key")}),
        ({"query": query}, {"lengths": LengthsOf("query")}),
        ({"query": query, "key": floats(S, 8)}, {"key": In("key")}),
        (
            {"query": query, "key": floats(T, 8), "value": key},
            {"key": In("key"), "value": In("value"), "lengths": LengthsOf("value")},
        ),
    ]
    for tensors, named in wired:
        given = Reaching({port: (tensor,) for port, tensor in tensors.items()})
        layer = ATTENTION.made({})
        assert layer.torch(given).use.action == Module((In("query"),), named)
        assert layer.infer(given) == (tensors["query"],)


def test_a_mask_lies_between_queries_and_keys() -> None:
    query, key = floats(T, 8), floats(S, 8)
    fit: list[tuple[Size, ...]] = [(T, S), (1, S), (8, T, S), (BATCH, 1, T, S)]
    for sizes in fit:
        for kind in (Kind.FLOAT, Kind.MASK):
            given = {"query": (query,), "key": (key,), "mask": (TensorType(kind, sizes),)}
            assert ATTENTION.made({}).infer(Reaching(given)) == (query,)
    others: list[tuple[Size, ...]] = [(S, T), (2, T, S), (1, BATCH, 8, T, S)]
    for sizes in others:
        found = refused(ATTENTION, {}, query=query, key=key, mask=TensorType(Kind.FLOAT, sizes))
        assert found.port == "mask" and "8 × T × S" in found.message


def test_a_mask_for_each_sample_gets_an_axis_for_the_heads() -> None:
    mask = TensorType(Kind.MASK, (BATCH, T, S))
    found = refused(ATTENTION, {}, query=floats(T, 8), key=floats(S, 8), mask=mask)
    assert "needs an axis for the heads" in found.message
    assert found.fix == Insert("unsqueeze", "mask", {"dim": 1})
    made = Layer.get("unsqueeze").made({"dim": 1}).infer(Reaching({"input": (mask,)}))
    assert not isinstance(made, Problem)
    given = {"query": (floats(T, 8),), "key": (floats(S, 8),), "mask": made}
    assert ATTENTION.made({}).infer(Reaching(given)) == (floats(T, 8),)


def test_positions_are_learned_for_every_step_there_may_be() -> None:
    learned = Layer.get("learned_position")
    assert refused(learned, {"max_length": 9}, input=floats(T, 8)).fix == Set("max_length", 60)
    assert refused(learned, {}, input=floats(S, 8)).fix is None
    given = Reaching({"input": (padded(floats(T, 7), "text"),)})
    assert learned.made({}).infer(given) == (padded(floats(T, 7), "text"),)


def test_a_memory_of_other_features_is_mapped_to_those_of_the_series() -> None:
    found = refused(DECODER, {}, input=floats(T, 8), memory=floats(S, 6))
    assert found.fix == Insert("linear", "memory", {"out_features": 8})
    assert found.port == "memory"
    given = Reaching({"input": (floats(T, 8),), "memory": (padded(floats(S, 8), "text"),)})
    assert DECODER.made({}).infer(given) == (floats(T, 8),)
    named = {"memory_lengths": LengthsOf("memory")}
    assert DECODER.made({}).torch(given).use.action == Module((In(), In("memory")), named)


def test_learned_queries_are_the_same_for_all_samples_until_they_are_expanded() -> None:
    learned = TensorType(Kind.FLOAT, (1, 4, 8))
    queries, series = Reaching({"input": (learned,), "like": (floats(T, 8),)}), floats(T, 8)
    expanded = Layer.get("expand").made({}).infer(queries)
    assert not isinstance(expanded, Problem)
    for kind, query, key in ((ATTENTION, "query", "key"), (DECODER, "input", "memory")):
        found = refused(kind, {}, **{query: learned, key: series})
        assert "Expand" in found.message and str(learned) in found.message and found.port == key
        answer = kind.made({}).infer(Reaching({query: expanded, key: (series,)}))
        assert answer == (floats(4, 8),)
    found = refused(ATTENTION, {}, query=series, key=series, value=replace(series, sizes=(1, T, 8)))
    assert found.port == "value"
