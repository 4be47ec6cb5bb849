"""What is said of rows in parts is said of all of them."""

from collections.abc import Sequence

from engine.data.tables.remarks import Remark, Remarks


def words(values: Sequence[str], count: int) -> str:
    return f"{count} rows hold {', '.join(values)}."


def test_remarks_about_the_same_are_counted_together_in_the_place_of_the_first() -> None:
    remarks = Remarks()
    remarks.add([Remark.of(("a",), words, ["x", "y", "x"], 2), "Plain.", "Plain."])
    remarks.add(["Plain.", Remark.of(("b",), words, ["x"], 1), Remark.of(("a",), words, ["z"], 3)])
    assert list(remarks) == ["5 rows hold x, y, z.", "Plain.", "1 rows hold x."]


def test_a_remark_alone_is_its_sentence() -> None:
    assert Remark.of(("a",), words, ["x"], 2) == "2 rows hold x."
