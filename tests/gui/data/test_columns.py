"""What each column is for and how it is read: rows of their own, whatever is chosen."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTabBar

from graphs.data import TokensKind
from gui.data.column_uses import ALSO, CATEGORY, IGNORE, LEARN, PREDICT, SERIES, TEXT, TIME
from gui.data.columns import HOLDS, USED, Columns
from gui.data.preview_view import PreviewView
from gui.look import stylesheet, theme
from gui.samples.preview import ShownPreview
from gui.widgets.elided import ElidedBox
from tests.gui.found_widgets import choose, part, press
from tests.gui.hand import settled
from tests.gui.shown_data import Shown


def test_another_column_can_be_predicted(shown: Shown, table: Path) -> None:
    shown.view.offer(table)
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    choose(columns.choice("colour"), "to predict")
    shown.wait()
    assert columns.roles["colour"] == PREDICT
    assert columns.roles["bought"] == LEARN
    press(shown.view, "use_data")
    data = shown.workspace.document.data
    assert data.targets() == ("colour",)
    assert data.fields["colour"].classes == ("blue", "red")
    names = [column.name for column in data.fields["features"].columns]
    assert names == ["age", "bought"]
    assert data.settings["ignored"] == ("id",)


def agree(columns: Columns) -> None:
    """Every row speaks of its own column, in each of its cells."""
    for row, (name, role) in enumerate(columns.roles.items()):
        item = columns.item(row, 0)
        assert item is not None
        assert item.text() == name
        assert columns.choice(name) is columns.cellWidget(row, USED)
        assert columns.choice(name).currentData() == role
        assert f"“{name}”" in columns.reading(name).accessibleName()
        assert columns.reading(name).isEnabled() == (role not in columns.uses.read_alike)


def test_rows_stay_those_of_their_columns_whatever_is_chosen(shown: Shown, tmp_path: Path) -> None:
    path = tmp_path / "homes.csv"
    lines = (
        f"{('no', 'yes')[n % 2]},{n % 28 + 1:02}/{n % 12 + 1:02}/2024,{40 + n % 9},{n % 5},{n * 7}"
        for n in range(60)
    )
    path.write_text("sold,day,area,rooms,price\n" + "\n".join(lines))
    shown.view.offer(path)
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    names, told = list(columns.roles), {}

    def said() -> dict[str, str]:
        items = (columns.item(row, HOLDS) for row in range(5))
        return dict(zip(columns.roles, [item.text() for item in items if item], strict=True))

    told = said()
    for name, use in (("sold", "to predict"), ("day", "not at all"), ("rooms", "as categories")):
        choose(columns.choice(name), use)
        shown.wait()
        agree(columns)
        assert list(columns.roles) == names
        assert said()["area"] == told["area"]
        assert said()["sold"].startswith("texts: “no” and “yes”")
        assert said()["day"].startswith("dates")  # also once it is left out


def test_the_keys_stay_where_a_reading_was_chosen(shown: Shown, table: Path) -> None:
    shown.view.offer(table)
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    box = columns.reading("age")
    box.setFocus()
    other = next(at for at in range(box.count()) if box.itemData(at) and at != box.currentIndex())
    box.setCurrentIndex(other)
    box.activated.emit(other)
    shown.wait()
    assert columns.reading("age") is box
    assert box.isVisible() and box.isEnabled()
    assert box.currentData()


def test_the_pointer_that_passes_over_columns_takes_no_keys(shown: Shown, table: Path) -> None:
    shown.view.setStyleSheet(stylesheet.text(theme.tokens(), theme.CORNER))  # which has moves told
    shown.view.offer(table)
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    line = part(shown.view, QLineEdit, "path")
    line.setFocus()
    for name in columns.roles:
        for box in (columns.choice(name), columns.reading(name)):
            for at in (QPoint(2, 2), box.rect().center()):
                QTest.mouseMove(shown.view.windowHandle(), box.mapTo(shown.view, at))
                settled()
                assert QApplication.focusWidget() is line


def test_a_box_that_is_pressed_stays_under_the_pointer(shown: Shown, table: Path) -> None:
    shown.view.offer(table)
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    frame = columns.height() - columns.viewport().height()
    columns.setFixedHeight(frame + columns.rowHeight(0) * 3 // 2)  # the second row is cut off
    settled()
    name = list(columns.roles)[1]
    box, bar = columns.choice(name), columns.verticalScrollBar()
    before = box.mapToGlobal(QPoint(0, 0))
    QTest.mousePress(box, Qt.MouseButton.LeftButton)
    settled()
    assert box.view().isVisible()
    assert (box.mapToGlobal(QPoint(0, 0)), bar.value()) == (before, 0)
    QTest.mouseRelease(box, Qt.MouseButton.LeftButton)
    box.hidePopup()
    columns.choice(next(iter(columns.roles))).setFocus()
    box.setFocus(Qt.FocusReason.TabFocusReason)  # the keys bring it into view
    assert bar.value() > 0


def test_why_a_column_is_left_out_is_still_told_after_another_edit(
    shown: Shown, table: Path
) -> None:
    shown.view.offer(table)
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    row = list(columns.roles).index("id")
    before = columns.item(row, HOLDS)
    assert before is not None
    told = before.text()
    choose(columns.choice("colour"), "as text")
    shown.wait()
    after = columns.item(row, HOLDS)
    assert after is not None
    assert after.text() == told != "–"


def test_nothing_is_to_be_chosen_of_a_column_that_is_left_out(shown: Shown, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    lines = (f"{100 + n},{n % 7},{('no', 'yes')[n % 2]}" for n in range(60))
    path.write_text("id,price,kept\n" + "\n".join(lines) + "\nTotal,180,\n")
    shown.view.offer(path)
    shown.wait()
    columns = part(shown.view, Columns, "columns")

    def said() -> str:
        item = columns.item(list(columns.roles).index("id"), HOLDS)
        return item.text() if item else ""

    ways = "numbers (“Total” being missing) or texts (each of the numbers too)"
    assert said() == f"to be chosen for “Total”: {ways}"
    choose(columns.choice("id"), "not at all")
    shown.wait()
    choose(columns.choice("price"), "to predict")
    shown.wait()
    assert "chosen" not in said()


@pytest.fixture
def visits(tmp_path: Path) -> Path:
    """A table with an id and a remark to be read, whose dates and codes have to be asked about."""
    path = tmp_path / "visits.csv"
    rows = (
        f"P-{n:03},{n % 12 + 1:02}/{n % 11 + 1:02}/2024,{'so' if n == 9 else 100 + n % 70},"
        f"The visit number {n} went well and was billed.,{n % 7},{'xyz'[n % 3]}"
        for n in range(90)
    )
    path.write_text("\n".join(["id,day,code,remark,stay,kind", *rows]))
    return path


def test_what_columns_are_for_is_found_also_where_one_was_asked_about(
    shown: Shown, visits: Path
) -> None:
    """And what was chosen while it was, holds."""
    found = {"id": IGNORE, "day": LEARN, "remark": TEXT, "stay": LEARN, "kind": PREDICT}
    shown.view.offer(visits)
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    assert columns.roles["id"] == LEARN  # as all of which it is not known yet
    choose(columns.choice("code"), "not at all")
    shown.wait()
    choose(columns.choice("stay"), "as categories")
    shown.wait()
    choose(columns.reading("day"), columns.reading("day").itemText(1))
    shown.wait()
    assert columns.roles == found | {"code": IGNORE, "stay": CATEGORY}
    choose(columns.choice("id"), "as categories")  # from now on, what is shown is what was chosen
    shown.wait()
    assert columns.roles == found | {"code": IGNORE, "stay": CATEGORY, "id": CATEGORY}


def test_several_columns_can_be_predicted_and_a_column_read_as_text(
    shown: Shown, table: Path
) -> None:
    shown.view.offer(table)
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    choose(columns.choice("age"), "also to predict")
    choose(columns.choice("colour"), "as text")
    shown.wait()
    assert columns.roles == {"age": ALSO, "colour": TEXT, "id": IGNORE, "bought": PREDICT}
    held = columns.item(list(columns.roles).index("colour"), 1)
    assert held is not None and held.text() == "text, read as words"
    press(shown.view, "use_data")
    data = shown.workspace.document.data
    assert data.targets() == ("age", "bought")
    assert data.fields["colour"].content == TokensKind.id


@pytest.fixture
def shops(tmp_path: Path) -> Path:
    path = tmp_path / "shops.csv"
    lines = (
        f"{shop},2024-{n // 28 + 1:02}-{n % 28 + 1:02},{100 + n * 3 % 17},{n % 5},{7 + n % 3}"
        for shop in ("north", "south")
        for n in range(90)
    )
    path.write_text("shop,day,sales,offers,staff\n" + "\n".join(lines))
    return path


def test_every_column_of_a_series_says_its_use_which_can_be_changed(
    shown: Shown, shops: Path
) -> None:
    shown.view.choose("forecast", {"path": str(shops)})
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    assert columns.roles == {
        "shop": SERIES, "day": TIME, "sales": PREDICT, "offers": PREDICT, "staff": PREDICT,
    }  # fmt: skip

    choose(columns.choice("offers"), "to learn from")
    shown.wait()
    choose(columns.choice("staff"), "not at all")
    shown.wait()
    agree(columns)
    press(shown.view, "use_data")

    data = shown.workspace.document.data
    settings = data.settings
    assert settings["predicted"] == ("sales",)
    assert settings["further"] == ("offers",)
    assert (settings["time"], settings["series"]) == ("day", ("shop",))
    assert data.fields["past"].sizes[-1] == 2

    choose(columns.choice("shop"), "not at all")
    choose(columns.choice("staff"), "as the time")  # which one column alone can be
    assert columns.roles["day"] == IGNORE
    choose(columns.choice("staff"), "not at all")
    shown.wait()
    press(shown.view, "use_data")
    settings = shown.workspace.document.data.settings
    assert (settings["time"], settings["series"], settings["lines"]) == ("", (), "as they come")


def test_another_file_is_read_from_its_top_and_forgets_the_columns_of_the_one_before(
    shown: Shown, shops: Path, tmp_path: Path
) -> None:
    names = [f"value {n}" for n in range(30)]
    other = tmp_path / "many.csv"
    rows = (",".join(str(n * at % 13) for at in range(30)) for n in range(90))
    other.write_text("\n".join([",".join(names), *rows]))
    shown.view.choose("forecast", {"path": str(other)})
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    columns.scrollToBottom()
    assert columns.verticalScrollBar().value() > 0

    shown.view._edit("path", str(shops))
    shown.wait()
    assert columns.verticalScrollBar().value() == 0
    assert list(columns.roles) == ["shop", "day", "sales", "offers", "staff"]


def test_what_is_noticed_does_not_move_the_table_of_columns(shown: Shown, shops: Path) -> None:
    shown.view.choose("forecast", {"path": str(shops)})
    shown.wait()
    columns, preview = part(shown.view, Columns, "columns"), part(shown.view, PreviewView)
    places = []
    for notices in ((), ("one",), tuple(f"line {number}" for number in range(60))):
        preview.show_preview(ShownPreview(notices=notices), choose_columns=True)
        settled()
        places.append(columns.mapTo(shown.view, QPoint()))
    assert places == [places[0]] * 3


@pytest.mark.parametrize("width", [700, 914, 1024, 1500])
def test_no_box_that_can_be_seen_is_empty_or_cut_to_nothing(
    shown: Shown, table: Path, width: int
) -> None:
    shown.view.setStyleSheet(stylesheet.text(theme.tokens(), theme.CORNER))
    shown.view.resize(width, 284)
    shown.view.offer(table)
    shown.wait()
    settled()
    columns = part(shown.view, Columns, "columns")
    for name, state in (("age", "auto"), ("colour", "set")):
        box = columns.reading(name)
        if state == "set":
            choose(box, "texts as they stand")
            shown.wait()
            settled()
        box = columns.reading(name)
        assert isinstance(box, ElidedBox) and box.shown().strip("…")
        assert box.shown() in {state, box.currentText()} or width > 1400
        assert box.fontMetrics().horizontalAdvance(box.shown()) <= box.room()


def test_what_columns_are_used_for_and_the_tabs_are_whole_at_the_usual_size(
    shown: Shown, tmp_path: Path
) -> None:
    """As wide as the panel of a window of 1280 pixels is beside the others."""
    path = tmp_path / "homes.csv"
    lines = (f"{n},{('gas', 'oil', 'wood')[n % 3]},{n % 9}" for n in range(60))
    path.write_text("area,district heating or not,rooms\n" + "\n".join(lines))
    shown.view.resize(794, 284)
    shown.view.offer(path)
    shown.wait()
    settled()
    columns = part(shown.view, Columns, "columns")
    for name in columns.roles:
        box = columns.choice(name)
        assert isinstance(box, ElidedBox) and box.shown() == box.currentText()
    preview = part(shown.view, PreviewView)
    tabs = part(preview, QTabBar, "preview_tabs")
    seen = [at for at in range(tabs.count()) if tabs.isTabVisible(at)]
    for at in seen:
        assert tabs.tabRect(at).right() <= tabs.width()
        words = tabs.tabText(at)
        assert tabs.fontMetrics().horizontalAdvance(words) <= tabs.tabRect(at).width()
        assert not words.endswith("…") or tabs.tabToolTip(at) == tabs.tabData(at)
