"""What the columns of a table are taken for, on which evidence, and what is asked."""

from pathlib import Path

import numpy as np
import polars
import pytest

from engine.asking.user_input import encode_input
from engine.data.preprocessing import Preprocessing
from engine.data.reading import read
from engine.data.tables import judging as reading
from engine.data.tables.cells import numbers
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.judging import judged
from engine.data.tables.open_columns import Judgement
from engine.data.tables.undecided import Undecided
from engine.errors import DataError
from graphs.data import NumberKind
from graphs.document.document import Document
from graphs.document.edits import ChangeData, Step
from graphs.files import decoded, encoded
from graphs.notation import Notation
from tests.engine.data.written_tables import frame, labels, propose


@pytest.fixture
def csv(tmp_path: Path) -> Path:
    return tmp_path / "shop.csv"


def judgement(*values: str | None, name: str = "x", **others: list[str]) -> Judgement:
    """What is made of a column of a file, beside other columns."""
    columns = [polars.Series(name, values, polars.String)]
    columns += [polars.Series(other, texts, polars.String) for other, texts in others.items()]
    sheet = Sheet(Path("a.csv"), polars.DataFrame(columns), range(2, len(values) + 2))
    return judged(sheet, sheet.frame.columns, {})[name]


PRICES = ["4,098", "2,336", "6,261", "1,273"]


def test_thousands_are_asked_for_where_nothing_settles_them(csv: Path) -> None:
    rows = "".join(f'"{price}",{kind}\n' for price, kind in zip(PRICES, "abab", strict=True))
    with pytest.raises(Undecided, match=r"“price” can be read in two ways: “4,098” is 4098 .* or"):
        propose(csv, "price,kind\n" + rows)
    whole = propose(csv, "price,kind\n" + rows, decimal=".").samples
    assert frame(whole)["price"].to_list() == [4098, 2336, 6261, 1273]
    parts = propose(csv, "price,kind\n" + rows, notations={"price": {"decimal": ","}}).samples
    assert frame(parts)["price"].to_list() == [4.098, 2.336, 6.261, 1.273]


def test_each_way_to_read_an_open_column_can_be_chosen() -> None:
    found = judgement(*PRICES)
    assert [way.told for way in found.ways] == [
        "4098 (a comma between thousands)",
        "4.098 (a decimal comma)",
    ]
    for way in found.ways:
        sheet = Sheet(Path("a.csv"), polars.DataFrame({"x": PRICES}), range(2, 6))
        assert not judged(sheet, ["x"], {"x": way.notation})["x"].ways


def test_other_columns_settle_the_decimal_sign() -> None:
    assert judgement(*PRICES, share=["0.5"] * 4).notation.thousands == ","
    assert judgement("1.780", "2.135", share=["0,48", "0,71"]).notation == Notation(
        "number", ",", ".", ()
    )


def test_plain_values_below_a_thousand_show_that_digits_are_grouped() -> None:
    assert judgement(*PRICES, "415").notation == Notation("number", ".", ",", ())


def test_a_column_of_the_other_sign_than_its_neighbour_is_no_evidence() -> None:
    mixed = judgement(*PRICES, share=["0.5", "0.5", "0.1", "0.2"], rate=["0,5", "0,1"] * 2)
    assert mixed.ways


def test_money_and_percents_are_numbers(csv: Path) -> None:
    text = "price,share,kind\n" + "$ 70.48,1%,a\n$ 28.70,34%,b\n" * 3
    proposal = propose(csv, text)
    assert frame(proposal.samples)["price"].to_list() == [70.48, 28.7] * 3
    assert frame(proposal.samples)["share"].to_list() == [1, 34] * 3
    assert any("“price”: numbers with “$”" in notice for notice in proposal.samples.notices)


def test_several_kinds_of_money_or_both_decimal_signs_are_asked_about() -> None:
    money = judgement("$5", "€7", "$8", "€9")
    assert "mixes “$” and “€”" in money.question
    assert [way.notation.holds for way in money.ways] == ["text", "number"]
    signs = judgement("1.5", "2,5", "3.5")
    assert "line 3: the column “x” holds numbers, but here “2,5”" in signs.question


def test_a_large_table_of_plain_numbers_is_judged_without_a_close_look(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[int] = []
    bare = numbers.bare

    def watched(texts: polars.Series) -> polars.Series:
        looked.append(int((texts != "").sum()))
        return bare(texts)

    monkeypatch.setattr(numbers, "bare", watched)
    found = judgement(*(f"{n}.25" for n in range(20_000)), kind=["a", "b"] * 10_000)
    assert found.is_plain
    assert sum(looked) <= 5000


def test_a_target_of_money_is_a_number_also_where_few_values_occur(csv: Path) -> None:
    text = "a,price\n" + "1.5,$5\n2.5,$7\n" * 6
    assert propose(csv, text).section.fields["price"].content == NumberKind.id
    assert propose(csv, text, target_kind="class").section.fields["price"].classes == ("$5", "$7")


def test_a_target_of_dates_is_a_number_of_days(csv: Path) -> None:
    text = "a,due\n" + "1.5,2024-01-01\n2.5,2024-01-03\n" * 3
    proposal = propose(csv, text)
    assert np.asarray(proposal.samples.values["due"])[:2].tolist() == [[19723], [19725]]
    assert any("days since 1970-01-01" in notice for notice in proposal.samples.notices)


@pytest.mark.parametrize(
    ("others", "spelled"),
    [
        (["NA", "NA"], ("NA",)),
        (["n.a.", "N.A.", "--", None], ("--", "N.A.", "n.a.")),
        (["unknown", "unknown", "na"], ("na", "unknown")),
        (["pending", "pending"], ("pending",)),
    ],
)
def test_what_stands_among_numbers_for_no_value_is_missing(
    others: list[str | None], spelled: tuple[str, ...]
) -> None:
    found = judgement(*map(str, range(40)), *others)
    assert found.notation.missing == spelled
    assert all(text in found.told for text in spelled)


@pytest.mark.parametrize("highest", [4, 12])
def test_a_grade_k_among_the_numbers_of_grades_is_asked_about(highest: int) -> None:
    found = judgement(*(["K", *map(str, range(1, highest + 1))] * 10))
    assert "the column “x” holds numbers, but here “K”" in found.question


def test_one_odd_cell_among_numbers_is_asked_about() -> None:
    found = judgement(*map(str, range(12)), "abc")
    assert "line 14: the column “x” holds numbers, but here “abc”" in found.question
    assert [way.notation.missing for way in found.ways] == [("abc",), None]


def test_none_and_signs_are_classes_where_no_number_stands(csv: Path) -> None:
    severity = propose(csv, "a,severity\n" + "0.5,None\n0.7,Mild\n0.1,Severe\n" * 4)
    assert severity.section.fields["severity"].classes == ("Mild", "None", "Severe")
    assert len(severity.samples) == 12
    assert any("“None” is a value like the others" in n for n in severity.samples.notices)
    signs = propose(csv, "a,result\n" + "0.5,+\n0.7,-\n" * 6)
    assert signs.section.fields["result"].classes == ("+", "-")


def test_texts_are_missing_where_the_numbers_of_the_file_spell_it_so() -> None:
    numbers = ["1", "2", "NA", "4", "5", "6"]
    assert judgement("a", "b", "NA", "a", "b", "a", dose=numbers).notation.missing == ("NA",)
    assert judgement("a", "b", "NA", "a", "b", "a").notation.missing == ()
    assert judgement("a", "b", "NA", None, "b", "a", dose=numbers).notation.missing == ()
    assert judgement("a", "b", "nan", "?", "b", "a").notation.missing == ("?", "nan")


def test_dates_become_features_in_the_order_they_show(csv: Path) -> None:
    rows = "".join(
        f"{month:02}/{day:02}/2024,{'ab'[day % 2]}\n" for month in range(1, 7) for day in (3, 20)
    )
    proposal = propose(csv, "signup,kind\n" + rows)
    (column,) = proposal.section.fields["features"].columns
    assert column.notation is not None
    assert column.notation.order == "month first"
    assert column.parts == ("elapsed", "month", "day", "weekday")
    assert proposal.section.fields["features"].sizes == (7,)
    fitted = Preprocessing.fitted(proposal.samples, np.arange(8))
    encoded_rows = fitted.encode("features", frame(proposal.samples))
    assert encoded_rows.shape == (12, 7)
    assert abs(float(encoded_rows[:8, 0].mean())) < 1e-6


def test_dates_are_asked_for_where_both_orders_are_possible(csv: Path) -> None:
    rows = "05/03/2024,a\n01/02/2024,b\n04/02/2024,a\n"
    with pytest.raises(Undecided, match=r"“05/03/2024” is 2024-03-05 \(the day first\) or 2024-05"):
        propose(csv, "signup,kind\n" + rows)
    found = propose(csv, "signup,kind\n" + rows, notations={"signup": {"order": "month first"}})
    assert str(frame(found.samples)["signup"][0]) == "2024-05-03 00:00:00"


def test_numbers_named_like_times_are_times_when_they_count_them() -> None:
    assert judgement("1700000000", "1700086400", name="created_at").notation.order == "seconds"
    assert judgement("1700000000", "1700086400", name="income").notation.holds == "number"
    assert judgement("12", "17", name="time").notation.holds == "number"


def test_what_was_decided_is_in_the_document_and_not_decided_again(csv: Path) -> None:
    rows = "".join(f'{n % 9}.5,"{n + 1},{n:03}",{"ab"[n % 2]}\n' for n in range(40))
    section = propose(csv, "share,price,kind\n" + rows).section
    again = decoded(encoded(_document(section))).document.data
    assert again == section
    assert again.settings["notations"]["price"]["thousands"] == ","
    csv.write_text(csv.read_text().replace(".5,", ","))
    assert frame(read(again))["price"][0] == 1000


def _document(section: object) -> Document:
    document = Document()
    document.apply(Step("Choose", (ChangeData(document.data, section),)))  # type: ignore[arg-type]
    return document


def test_a_prediction_reads_by_the_signs_of_the_training(csv: Path, tmp_path: Path) -> None:
    rows = "".join(f'{n % 9}.5,"{n + 1},{n:03}",{"ab"[n % 2]}\n' for n in range(40))
    samples = propose(csv, "share,price,kind\n" + rows).samples
    fitted = Preprocessing.fitted(samples, np.arange(40))
    new = tmp_path / "new.csv"
    new.write_text('share,price\n1,"4,098"\n1,4098\n1,"4,098.00"\n')
    found = encode_input(fitted, "features", new).tensor
    assert found[0].tolist() == found[1].tolist() == found[2].tolist()
    new.write_text('share,price\n1,"4.098,5"\n')
    with pytest.raises(DataError, match=r"line 2: the column “price” takes numbers, but holds"):
        encode_input(fitted, "features", new)


def test_a_prediction_never_guesses_a_sign_that_training_did_not_know(tmp_path: Path) -> None:
    csv = tmp_path / "plain.csv"
    samples = propose(csv, "a,y\n" + "1500,u\n2500,v\n" * 3).samples
    fitted = Preprocessing.fitted(samples, np.arange(6))
    assert encode_input(fitted, "features", {"a": "2000,5"}).tensor.item() == pytest.approx(0.001)
    with pytest.raises(DataError, match=r"“4,098”, which may be 4098 or 4\.098"):
        encode_input(fitted, "features", {"a": "4,098"})


def test_a_prediction_knows_dates_and_missing_spellings(csv: Path) -> None:
    rows = "".join(f"{2024 - n % 2}-0{n % 9 + 1}-11,{n}.5,{'ab'[n % 2]}\n" for n in range(40))
    samples = propose(csv, "day,x,y\n" + rows + "NA,pending,a\nNA,pending,b\n").samples
    fitted = Preprocessing.fitted(samples, np.arange(20))
    found = encode_input(
        fitted, "features", [{"day": "2024-03-11", "x": "pending"}, {"day": "NA", "x": 3}]
    )
    assert [n.partition("”")[0] for n in found.notices] == ["The column “day", "The column “x"]
    with pytest.raises(DataError, match="“day” takes dates with the year first, but holds “soon”"):
        encode_input(fitted, "features", {"day": "soon", "x": 1})


CITIES = "city,size,left\n" + "PARIS,7,yes\nparis,6,Yes\nRome,4,no\nParis,2,no\nParis,3,Yes\n" * 3


def test_spellings_that_differ_in_capitals_are_told_and_merged_when_asked(csv: Path) -> None:
    told = " ".join(propose(csv, CITIES).samples.notices)
    assert "“city” writes “Paris” also as “PARIS”, “paris”" in told
    assert "“left” writes “Yes” also as “yes”" in told
    merge = {"city": {"merge": True}, "left": {"merge": True}}
    proposal = propose(csv, CITIES, notations=merge)
    (city, _) = proposal.section.fields["features"].columns
    assert city.categories == ("Paris", "Rome")
    assert proposal.section.fields["left"].classes == ("Yes", "no")
    fitted = Preprocessing.fitted(proposal.samples, np.arange(15))
    assert encode_input(fitted, "features", {"city": "pARIS", "size": 1}).tensor[
        0, :2
    ].tolist() == [1, 0]


def test_composed_and_decomposed_letters_are_spellings_of_the_same(csv: Path) -> None:
    rows = "Zu\u0308rich,1,a\nZ\u00fcrich,2,b\n" * 5
    assert "merge the spellings" in " ".join(propose(csv, "city,x,y\n" + rows).samples.notices)


def test_one_absurd_value_to_predict_is_named_by_line(csv: Path) -> None:
    rows = "".join(f"{n}.5,{n % 7}.25\n" for n in range(50))
    notices = propose(csv, "x,y\n" + rows + "3.5,1000000\n").samples.notices
    assert any("absurdly far from all others in shop.csv, line 52 (1e+06)" in n for n in notices)
    assert not any("absurdly" in n for n in propose(csv, "x,y\n" + rows).samples.notices)


@pytest.mark.parametrize(
    ("first", "is_told"),
    [(1445, True), (2566, True), (1601, False), (1999, False), (2100, False)],
)
def test_years_of_another_calendar_are_told(csv: Path, first: int, is_told: bool) -> None:
    rows = "".join(f"{first + n // 12}-{n % 12 + 1:02}-15,{n * 1.5}\n" for n in range(48))
    told = propose(csv, "day,y\n" + rows).samples.told["day"]
    assert told.startswith("dates")
    assert ("Hijri" in told) == is_told


def test_every_column_has_a_line(csv: Path) -> None:
    samples = propose(csv, CITIES).samples
    assert set(samples.told) == {"city", "size", "left"}
    assert samples.told["size"] == "numbers"
    assert labels(samples, "left")[0] == "yes"


def test_digits_with_zeros_in_front_are_codes_that_keep_them(csv: Path) -> None:
    found = judgement("01234", "20095", "99501", "-", "01234")
    assert found.notation == Notation("text", missing=("-",))
    assert "codes rather than numbers, as “01234” begins with 0" in found.told
    samples = propose(csv, "zip,x,y\n" + "01234,1,00501\n20095,2,12\n" * 3).samples
    assert samples.fields["y"].classes == ("12", "00501")
    fitted = Preprocessing.fitted(samples, np.arange(6))
    assert encode_input(fitted, "features", [{"zip": "01234", "x": 1}]).tensor[0, :2].tolist() == [
        1,
        0,
    ]
    assert "“1234”" in encode_input(fitted, "features", [{"zip": "1234", "x": 1}]).notices[0]
    as_numbers = propose(csv, csv.read_text(), notations={"zip": {"holds": "number"}})
    assert frame(as_numbers.samples)["zip"].to_list() == [1234, 20095] * 3


@pytest.mark.parametrize(
    "values",
    [["0", "1", "0"], ["0.5", "0.25", "1"], ["007", "-12", "3"], ["007", "1.5", "2"], ["00:30"]],
)
def test_zeros_that_are_no_sign_of_codes_change_nothing(values: list[str]) -> None:
    assert judgement(*values).notation.holds != "text"


@pytest.mark.parametrize("typed", [False, True])
def test_digits_that_are_all_days_are_dates(typed: bool) -> None:
    days = ["20240131", "20240229", "20231115", "20231201"]
    column = polars.Series("x", days)
    column = column.cast(polars.Float64) if typed else column
    sheet = Sheet(Path("a.csv"), polars.DataFrame([column]), range(2, 6))
    found = judged(sheet, ["x"], {})["x"]
    assert (found.notation.holds, found.notation.order) == ("date", "year first")
    assert "dates: “20240131” is 2024-01-31" in found.told
    assert str(reading.read(column, found.notation)[0]) == "2024-01-31 00:00:00"
    as_numbers = judged(sheet, ["x"], {"x": Notation("number")})["x"]
    assert reading.read(column, as_numbers.notation)[0] == 20240131


@pytest.mark.parametrize(
    "values",
    [
        ["20240131", "20240230", "20231115", "20231201"],
        ["20240101", "20240102", "20240103", "20240104"],
        ["31012024", "29022024", "15112023", "01122023"],
        ["20240131", "20240229", "20231115", "7"],
    ],
)
def test_digits_of_which_not_all_or_too_few_are_days_are_no_dates(values: list[str]) -> None:
    assert judgement(*values).notation.holds != "date"


def test_the_name_of_a_time_settles_that_few_digits_are_days() -> None:
    assert judgement("20240101", "20240102", name="order_date").notation.holds == "date"
