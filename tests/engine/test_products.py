"""Einsum and Bilinear: as torch computes them, with sizes that are known only by name."""

from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from engine.export.onnx.verified_export import proven
from engine.network import calls
from engine.network.compiling import compiled
from graphs.checking.evaluation import Evaluation
from graphs.layers import Layer
from graphs.layers.arithmetic.equations import parsed
from graphs.layers.spec import Reaching
from graphs.problems import Problem, Unlink
from graphs.sizes import BATCH, symbol
from graphs.types import Kind, TensorType, floats
from tests.engine import exporting
from tests.engine.drawings import Drawing
from tests.engine.exporting import EVERYTHING
from tests.graphs.examples import EQUATIONS, MALFORMED

T = symbol("T", 2, 30)
SIZES = {**dict(zip("abijklB", (4, 2, 3, 5, 6, 7, 2), strict=True))}
REPEATED = (
    *("ii->i", "iji->ij", "ii", "ij,ij,ij->j", "...i,...j->...ij", "i...,j...->ij", "...->", "->"),
    *("aij,aj->", "Ba,aB->", "a..., ...->a...", " a b -> b a", "abij,...j->ab...", ",a->a"),
)
EVEN_MORE_MALFORMED = (
    "",
    "a-b",
    "a>b",
    "a->b,",
    "é",
    "a..",
    "....",
    "......",
    "a->...a...",
    "a -> - >",
)


def tensors(equation: str) -> list[Tensor]:
    """Random numbers of 3 × 2 at every ellipsis; an axis of 1 is repeated in the second."""
    found: list[Tensor] = []
    for part in equation.partition("->")[0].replace(" ", "").split(","):
        rest = (3, 2)[len(found) % 2 :]
        sizes = [
            s for one in part.replace("...", ".") for s in (rest if one == "." else (SIZES[one],))
        ]
        found.append(torch.randn(tuple(sizes)))
    return found


def answer(equation: str, *entering: TensorType) -> tuple[TensorType, ...] | Problem:
    return Layer.get("einsum").made({"equation": equation}).infer(Reaching({"input": entering}))


@pytest.mark.parametrize("equation", [*EQUATIONS, *REPEATED])
def test_sizes_are_those_that_torch_gives(equation: str) -> None:
    given = tensors(equation)
    types = [TensorType(Kind.FLOAT, tuple(one.shape)) for one in given]
    found = answer(equation, *types)
    try:
        wanted = torch.einsum(equation, given)
    except RuntimeError:
        assert isinstance(found, Problem)
        return
    assert not isinstance(found, Problem) and found[0].sizes == tuple(wanted.shape)


@pytest.mark.parametrize("equation", [*MALFORMED, *EVEN_MORE_MALFORMED])
def test_what_torch_cannot_read_is_refused_in_words(equation: str) -> None:
    """With as many axes as would make it fit, so that the equation itself is at fault."""
    for axes in range(3):
        given = [torch.ones([2] * axes)] * (equation.partition("->")[0].count(",") + 1)
        found = answer(equation, *(TensorType(Kind.FLOAT, tuple(one.shape)) for one in given))
        try:
            torch.einsum(equation, given)
        except RuntimeError:
            assert isinstance(found, Problem) and found.setting == "equation"
        else:
            assert not isinstance(found, Problem)


def test_sizes_known_only_by_name_go_together() -> None:
    assert answer("bij,bjk->bik", floats(T, 4), floats(4, T)) == (floats(T, T),)
    wrong = answer("bij,bjk->bik", floats(T, 4), floats(T, 4))
    assert isinstance(wrong, Problem) and "“j”" not in wrong.message and "j names" in wrong.message
    wrong = answer("bi,bi->b", *(floats(3),) * 3)
    assert isinstance(wrong, Problem) and wrong.fix == Unlink(slot=2)
    assert answer("bi,bi->b", floats(1), floats(T)) == (TensorType(Kind.FLOAT, (BATCH,)),)


def test_steps_stay_known_where_they_are_kept() -> None:
    words = TensorType(Kind.FLOAT, (BATCH, T, 4), padded="words")  # type: ignore[arg-type]
    for equation, others, known in (
        ("btd,de->bte", [TensorType(Kind.FLOAT, (4, 5))], True),
        ("btd->bdt", [], False),
        ("btd->bd", [], False),
        ("btd,btd->bt", [words], True),
        ("btd,bsd->bts", [words], False),  # the keys hold padding, too
    ):
        found = answer(equation, words, *others)
        assert not isinstance(found, Problem) and (found[0].padded == "words") is known, equation


def products() -> Drawing:
    drawing = Drawing(EVERYTHING)
    for field in ("series", "row"):
        drawing.node("input", f"in_{field}", field=field)
    drawing.node("linear", "head", out_features=2)
    drawing.node("cross_entropy_loss", "loss", target="answer")
    drawing.chain("in_row", "head", "loss")
    return drawing


def test_equations_are_written_in_onnx(tmp_path: Path) -> None:
    """Traces, ellipses and letters in any order, at lengths that were not traced."""
    drawing = products()
    asked = {
        "btd,bsd->bts": 2,
        "btd,bTd->bTt": 2,
        "bti,btj->bij": 2,
        "b...d->b...": 1,
        "btd,btd,btd->bt": 3,
        "btd->dtb": 1,
        "b t d , b t d -> b d": 2,
        "bt...,bt...": 2,
        "...d,...d->...d": 2,
        "btd,bse->b": 2,
    }
    for at, (equation, count) in enumerate(asked.items()):
        drawing.node("einsum", f"einsum_{at}", equation=equation)
        drawing.node("output", f"out_{at}")
        for slot in range(count):
            drawing.wire("in_series", f"einsum_{at}.input", slot)
        drawing.wire(f"einsum_{at}", f"out_{at}")
    drawing.node("einsum", "square", equation="bij,bkj->bik")
    drawing.node("einsum", "trace", equation="bii->bi")
    drawing.node("output", "diagonal")
    for slot in range(2):
        drawing.wire("in_series", "square.input", slot)
    drawing.chain("square", "trace", "diagonal")
    model = exporting.model(drawing.document())
    assert proven(model, tmp_path / "einsum.onnx").max_abs_diff < 1e-3


def test_every_pair_of_features_counts() -> None:
    layer = Layer.get("bilinear").made({"out_features": 5})
    given = Reaching({"input": (floats(T, 3),), "other": (floats(T, 4),)})
    outputs = layer.infer(given)
    assert outputs == (floats(T, 5),)
    assert layer.flops(given, outputs) == T * 5 * 3 * 4
    described = layer.torch(given).module
    assert described is not None
    module = calls.made(described)
    one, other = torch.randn(2, 7, 3), torch.randn(2, 7, 4)
    wanted = torch.einsum("...i,oij,...j->...o", one, module.weight, other) + module.bias
    torch.testing.assert_close(module(one, other), wanted)


def test_a_product_of_an_equation_learns_as_its_torch() -> None:
    drawing = products()
    drawing.node("einsum", "gram", equation="btd,bte->bde")
    drawing.node("output", "shown")
    for slot in range(2):
        drawing.wire("in_series", "gram.input", slot)
    drawing.wire("gram", "shown")
    document = drawing.document()
    assert Evaluation(document.main).problems() == []
    network = compiled(document).eval()
    series = torch.randn(3, 6, 8)
    with FlopCounterMode(display=False) as counter:
        (found,) = network(series)
    torch.testing.assert_close(found, series.transpose(1, 2) @ series)
    assert counter.get_total_flops() == 3 * 2 * 6 * 8 * 8


def test_an_equation_is_read_before_anything_is_wired() -> None:
    wrong = parsed("bij,bj->b1")
    assert isinstance(wrong, Problem) and wrong.message.startswith("“1” stands for no axis.")
