"""What is odd in a table as a whole is said once, and nothing is said of ordinary tables."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.array import Array
from engine.data.tables.undecided import Undecided
from tests.engine.data.written_tables import propose

RNG = np.random.default_rng(5)
X = RNG.normal(5, 3, (120, 3)).round(2)
Y = (X @ [2.0, -1.0, 0.5] + RNG.normal(0, 1, 120)).round(2)


def written(names: str, rows: Sequence[Sequence[object]]) -> str:
    return "\n".join([names, *(",".join(map(str, row)) for row in rows)]) + "\n"


def shops(*more: Sequence[object]) -> str:
    rows = [(f"shop {at}", *X[at], Y[at]) for at in range(120)]
    return written("shop,a,b,c,sales", [*rows, *more])


def notices(folder: Path, text: str, **settings: Any) -> list[str]:
    return list(propose(folder / "a.csv", text, **settings).samples.notices)


def measured(label: str, of: Callable[[Array], Array]) -> tuple[object, ...]:
    return (label, *of(np.column_stack([X, Y])).round(2))


@pytest.mark.parametrize(
    "row",
    [
        *(
            measured(label, lambda rows: rows.sum(axis=0))
            for label in ("Total", "TOTAL:", "Grand total", "Summe", "Gesamt", "Somme", "Suma")
        ),
        *(measured(label, lambda rows: rows.mean(axis=0)) for label in ("Average", "Mittelwert")),
        measured("Median", lambda rows: np.asarray(np.median(rows, axis=0))),
        measured("std", lambda rows: rows.std(axis=0, ddof=1)),
    ],
    ids=lambda row: row[0],
)
def test_a_line_that_sums_up_the_others_is_told(tmp_path: Path, row: Sequence[object]) -> None:
    said = [one for one in notices(tmp_path, shops(row)) if "no sample of its own" in one]
    assert len(said) == 1
    assert said[0].startswith(f"a.csv, line 122: “{row[0]}” is a sum or mean")
    assert "delete the line" in said[0]


def test_sums_between_groups_are_told_with_their_count(tmp_path: Path) -> None:
    rows: list[Sequence[object]] = []
    for at in range(0, 120, 30):
        rows += [(f"r{at}", *X[n], Y[n]) for n in range(at, at + 30)]
        rows.append(("Subtotal", *X[at : at + 30].sum(axis=0).round(2), Y[at : at + 30].sum()))
    said = notices(tmp_path, written("region,a,b,c,y", rows))
    assert any(one.startswith("4 lines are sums") and "line 32" in one for one in said)


def test_a_row_that_only_is_called_so_is_a_sample(tmp_path: Path) -> None:
    for label in ("Total", "Somme", "Media", "Average"):
        said = notices(tmp_path, shops((label, 4.4, 5.1, 3.2, 7.7)))
        assert not any("sum or mean" in one for one in said)
    kinds = [("total" if at % 3 else "partial", *X[at], Y[at]) for at in range(120)]
    assert not notices(tmp_path, written("kind,a,b,c,y", kinds))


def test_a_sum_in_a_column_of_numbers_is_named_as_the_cause(tmp_path: Path) -> None:
    rows: list[Sequence[object]] = [(*X[at], Y[at]) for at in range(120)]
    with pytest.raises(Undecided, match=r"line 122: “Total:” names a sum .* Delete the line"):
        notices(tmp_path, written("a,b,c,y", [*rows, ("Total:", "", "", Y.sum())]))
    with pytest.raises(Undecided, match="Correct or empty it"):
        notices(tmp_path, written("a,b,c,y", [*rows, ("maximum", 1, 2, 3)]))


@pytest.mark.parametrize(
    ("column", "answer"),
    [
        (Y, Y),
        (2 * Y + 1, Y),
        (np.where(Y > 5, 1, 0), np.where(Y > 5, "cat", "dog")),
        (np.where(Y > 5, "k7", "k9"), np.where(Y > 5, 0, 1)),
    ],
    ids=["equal", "on a line", "a code of a class", "a word for a number"],
)
def test_a_column_that_says_the_answer_is_told(
    tmp_path: Path, column: Array, answer: Array
) -> None:
    rows = [(*X[at], column[at], answer[at]) for at in range(120)]
    said = notices(tmp_path, written("a,b,c,price_eur,price", rows))
    told = [one for one in said if "the same as “price”" in one]
    assert len(told) == 1
    assert "“price_eur”" in told[0]
    assert "columns to ignore" in told[0]
    assert not notices(tmp_path, written("a,b,c,price_eur,price", rows), ignored=("price_eur",))


def test_columns_that_are_one_class_each_are_told_together(tmp_path: Path) -> None:
    colors = RNG.choice(["red", "blue", "green"], 120)
    rows = [
        (X[at, 0], *(int(colors[at] == one) for one in ("red", "blue", "green")), colors[at])
        for at in range(120)
    ]
    said = notices(tmp_path, written("a,red,blue,green,color", rows))
    assert any("“red”, “blue” and “green” say the same as “color”" in one for one in said)
    milk = [(row[0], row[1], row[-1]) for row in rows]  # one class alone may well be known so
    assert not notices(tmp_path, written("a,milk,color", milk))


def test_what_is_only_close_to_the_answer_is_no_answer(tmp_path: Path) -> None:
    noisy = (Y + RNG.normal(0, 0.05, 120)).round(2)
    rows = [(*X[at], noisy[at], Y[at]) for at in range(120)]
    assert not notices(tmp_path, written("a,b,c,other,y", rows))
    high = (Y > 5).astype(int)
    nearly = [(X[at, 0], high[at] if at else 1 - high[at], high[at]) for at in range(120)]
    assert not notices(tmp_path, written("a,b,y", nearly))


def test_what_only_rounding_keeps_from_the_line_may_be_something_else(tmp_path: Path) -> None:
    visitors = RNG.integers(20, 160, 120)
    sales = (visitors * 11.5 + RNG.normal(0, 3, 120)).round(2)
    rows = [(*X[at], visitors[at], sales[at]) for at in range(120)]
    assert not notices(tmp_path, written("a,b,c,visitors,sales", rows))
    exact = [(*X[at], visitors[at], 2100 - visitors[at]) for at in range(120)]
    said = notices(tmp_path, written("a,b,c,born,age", exact))
    assert any("“born” says the same as “age”" in one for one in said)


def test_what_is_learned_from_alone_may_be_a_line(tmp_path: Path) -> None:
    rows = [(celsius, round(celsius * 1.8 + 32, 2)) for celsius in X[:, 0]]
    assert not notices(tmp_path, written("celsius,fahrenheit", rows))


def test_copies_of_rows_are_counted(tmp_path: Path) -> None:
    rows = [(*X[at % 120], Y[at % 120]) for at in range(600)]
    said = notices(tmp_path, written("a,b,c,y", rows))
    assert len(said) == 1
    assert said[0].startswith("480 of 600 rows are the same as an earlier one")


def test_long_texts_that_come_again_are_copies_and_short_ones_are_not(tmp_path: Path) -> None:
    words = (
        "the",
        "soup",
        "was",
        "cold",
        "and",
        "late",
        "again",
        "though",
        "warm",
        "bread",
        "is",
        "fine",
    )
    for count, is_told in ((14, True), (4, False)):
        texts = [" ".join(RNG.choice(words, count)) for _ in range(100)]
        rows = [(texts[at % 100], "good" if at % 2 else "bad") for at in range(200)]
        said = notices(tmp_path, written("review,mood", rows))
        assert any("the same as an earlier one" in one for one in said) is is_told


def test_rows_that_are_alike_by_chance_are_no_copies(tmp_path: Path) -> None:
    few = RNG.integers(0, 4, (300, 3))
    assert not notices(tmp_path, written("a,b,y", few.tolist()))
    grades = [(round(x, 1), int(x > 5)) for x in RNG.normal(5, 3, 200)]
    assert not notices(tmp_path, written("a,y", grades))
    twice = [(*X[at % 118], Y[at % 118]) for at in range(120)]
    assert not notices(tmp_path, written("a,b,c,y", twice))


def test_a_table_on_its_side_is_told(tmp_path: Path) -> None:
    rows = [("abcy"[at], *RNG.normal(0, 1, 40).round(2)) for at in range(4)]
    names = ",".join(f"s{at}" for at in range(40))
    said = notices(tmp_path, written(f"feature,{names}", rows))
    assert any(
        "“a”, “b”, “c” and “y”, so the table seems to lie on its side" in one for one in said
    )
    genes = [(f"patient {at}", *RNG.normal(0, 1, 40).round(2)) for at in range(12)]
    assert not any("side" in one for one in notices(tmp_path, written(f"name,{names}", genes)))
    tall = [*rows, *((f"f{at}", *RNG.normal(0, 1, 40).round(2)) for at in range(30))]
    assert not any("side" in one for one in notices(tmp_path, written(f"feature,{names}", tall)))
