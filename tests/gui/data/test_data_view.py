"""Choosing data: what is shown of it, and the one step that follows."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QTableView,
)
from pytestqt.qtbot import QtBot

from engine.data.sources import reader
from graphs import files
from graphs.data import NumberKind
from graphs.data.sources import Source
from graphs.document.document import Document
from graphs.mending.choosing import choose_data
from gui.app.application import application
from gui.data.column_uses import IGNORE, LEARN, PREDICT
from gui.data.columns import HOLDS, LEAST, NAME, ROW, USED, WRAPPED, Columns
from gui.data.data_view import DataView
from gui.data.preview_view import PreviewView
from gui.jobs import Jobs
from gui.samples.preview import ShownPreview
from gui.samples.sample_widgets import Bars, SampleRows, Tiles
from gui.widgets.elided import ElidedBox
from gui.workspace import Workspace
from tests.gui.finished_runs import template
from tests.gui.found_widgets import choose, part, press, write
from tests.gui.shown_data import Shown
from tests.gui.windows import LONG, show_page


def test_every_source_is_offered_and_those_without_a_file_can_be_looked_at(shown: Shown) -> None:
    rows = part(shown.view, QListWidget, "sources")
    items = [rows.item(at) for at in range(rows.count())]
    usable = [item.text() for item in items if item.flags() & Qt.ItemFlag.ItemIsSelectable]
    assert usable == [source.title for source in Source.members()]
    assert len(items) - len(usable) == len({source.group for source in Source.members()})
    for source in Source.members():
        if "path" not in source.defaults():
            shown.choose(source.id)
            assert shown.says("preview_summary").endswith("samples"), source.id
            assert part(shown.view, Bars).bars, source.id
            seen = [
                part(shown.view, Tiles).isVisible(),
                part(shown.view, SampleRows).isVisible(),
                part(shown.view, QTableView, "sample_table").isVisible(),
            ]
            assert sum(seen) == 1, source.id


def test_the_names_of_sources_are_whole(shown: Shown) -> None:
    rows = part(shown.view, QListWidget, "sources")
    assert rows.viewport().width() >= rows.sizeHintForColumn(0)


def test_digits_are_pictures_with_their_class_below(shown: Shown) -> None:
    shown.choose("digits")
    tiles = part(shown.view, Tiles).tiles
    assert len(tiles) == 60
    assert all(tile.image is not None and tile.image.width() == 28 for tile in tiles)
    assert {tile.caption for tile in tiles} == {str(digit) for digit in range(10)}
    assert sum(int(bar.value) for bar in part(shown.view, Bars).bars) == 1797


def test_passages_stand_beside_what_they_are_about(shown: Shown) -> None:
    shown.choose("topics")
    rows = part(shown.view, SampleRows).rows
    assert len(rows) == 60
    assert all(len(row.text.split()) > 3 and row.caption for row in rows)
    bars = part(shown.view, Bars).bars
    assert {row.caption for row in rows} <= {bar.name for bar in bars}


def test_samples_of_several_parts_show_all_of_them(shown: Shown) -> None:
    shown.choose("digits_and_measures")
    row = part(shown.view, SampleRows).rows[0]
    assert len(row.tiles) == 1 and row.tiles[0].image is not None
    assert row.text.startswith("ink ")
    digit, slant = row.caption.split(", ")
    assert digit.isdigit() and float(slant)


def test_a_forecast_is_drawn_behind_its_past(shown: Shown) -> None:
    shown.choose("hourly_load")
    tile = part(shown.view, Tiles).tiles[0]
    assert len(tile.curve) == 168 and len(tile.ahead) == 24
    assert tile.caption == ""


def test_in_a_narrow_panel_the_spread_has_a_tab(shown: Shown) -> None:
    shown.choose("digits")
    assert part(shown.view, Bars).isVisible()
    shown.view.resize(830, 290)
    assert not part(shown.view, Bars).isVisible()
    assert part(shown.view, QPushButton, "use_data").isVisible()
    show_page(shown.view, "digit")
    assert part(shown.view, Bars).isVisible()
    assert not part(shown.view, Tiles).isVisible()


def test_another_setting_is_read_again(shown: Shown) -> None:
    shown.choose("digits")
    choose(part(shown.view, QComboBox, "size"), "8")
    shown.wait()
    tile = part(shown.view, Tiles).tiles[0]
    assert tile.image is not None and tile.image.width() == 8


def test_nothing_changes_until_the_data_is_chosen_and_then_it_is_one_step(shown: Shown) -> None:
    shown.workspace.new(template("digits-mlp"))
    before = files.encoded(shown.workspace.document)
    shown.choose("iris")
    assert files.encoded(shown.workspace.document) == before
    press(shown.view, "use_data")
    document = shown.workspace.document
    assert document.data.source == "iris"
    assert shown.says("in_use")
    assert shown.workspace.problems == (), "ten digits became three species"
    shown.workspace.history.undo()
    assert files.encoded(document) == before
    assert not shown.says("in_use")


def test_data_for_a_fresh_network_brings_its_input(shown: Shown) -> None:
    shown.choose("digits")
    press(shown.view, "use_data")
    (node,) = shown.workspace.document.main.nodes.values()
    assert (node.layer, node.settings["field"]) == ("input", "image")


def test_the_fields_of_inputs_and_losses_are_picked_there(shown: Shown) -> None:
    shown.workspace.new(template("digits-cnn"))
    shown.wait()
    assert part(shown.view, QComboBox, "pick_image").currentText() == "image"
    assert part(shown.view, QComboBox, "pick_loss").currentText() == "digit"


def test_a_table_shows_its_rows_its_columns_and_what_is_proposed(shown: Shown, table: Path) -> None:
    assert shown.view.offer(table)
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    assert columns.roles == {"age": LEARN, "colour": LEARN, "id": IGNORE, "bought": PREDICT}
    assert "“id”" in shown.notices
    held = [columns.item(row, 1) for row in range(4)]
    assert [item.text() for item in held if item] == [
        "numbers",
        "texts: “blue” and “red”",
        "numbers",
        "texts: “no” and “yes”",
    ]
    assert columns.isVisible(), "what to learn from is chosen first"
    model = part(shown.view, QTableView, "sample_table").model()
    assert model.columnCount() == 3
    assert model.index(0, 2).data() == "no"


def test_what_was_settled_for_a_file_does_not_hold_for_the_next(
    shown: Shown, table: Path, tmp_path: Path
) -> None:
    shown.view.offer(table)
    shown.wait()
    press(shown.view, "use_data")
    assert shown.workspace.document.data.settings["column_separator"] == "comma"
    shown.view.choose("table", shown.workspace.document.data.settings)
    shown.wait()
    other = tmp_path / "other.csv"
    other.write_text("1,5;a\n2,5;b\n" * 10)
    write(part(shown.view, QLineEdit, "path"), str(other))
    shown.wait()
    press(shown.view, "use_data")
    settings = shown.workspace.document.data.settings
    assert (settings["header"], settings["column_separator"]) == ("no", "semicolon")
    assert settings["target"] == "column 2"


def test_saying_that_the_first_line_holds_names_gives_the_columns_others(
    shown: Shown, tmp_path: Path
) -> None:
    path = tmp_path / "words.csv"
    path.write_text("red,yes\nblue,no\n" * 10)
    shown.view.offer(path)
    shown.wait()
    press(shown.view, "use_data")
    assert shown.workspace.document.data.settings["target"] == "column 2"
    shown.view.choose("table", shown.workspace.document.data.settings)
    shown.wait()
    choose(part(shown.view, QComboBox, "header"), "yes")
    shown.wait()
    press(shown.view, "use_data")
    assert shown.workspace.document.data.settings["target"] == "yes"


def test_a_column_that_can_be_read_in_two_ways_is_asked_about(shown: Shown, tmp_path: Path) -> None:
    path = tmp_path / "prices.csv"
    path.write_text("price,kind\n" + '"4,098",a\n"2,336",b\n' * 4)
    shown.view.offer(path)
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    assert columns.isVisible()
    assert columns.roles == {"price": LEARN, "kind": PREDICT}
    assert "“4,098” is 4098" in shown.notices
    assert not part(shown.view, QPushButton, "use_data").isVisible()
    choose(columns.reading("price"), "4098 (a comma between thousands)")
    shown.wait()
    assert columns.reading("price").currentText() == "numbers, decimal point"
    press(shown.view, "use_data")
    settled = shown.workspace.document.data.settings["notations"]["price"]
    assert (settled["decimal"], settled["thousands"]) == (".", ",")


@pytest.mark.parametrize(
    ("cell", "other", "way", "kept"),
    [
        ("$ -", "$5.50", "0, as accounts write it", {"zeros": ("$ -",)}),
        ("$ -", "$5.50", "a missing value", {"missing": ("$ -",)}),
        ("0x1F", "0x2A", "the number 31", {"holds": "number", "based": True}),
        ("0x1F", "0x2A", "a code, read as a text", {"holds": "text"}),
    ],
)
def test_what_may_be_a_number_or_something_else_is_chosen_in_the_window(
    shown: Shown, tmp_path: Path, cell: str, other: str, way: str, kept: dict[str, object]
) -> None:
    path = tmp_path / "accounts.csv"
    path.write_text(f"price,kind\n{cell},a\n{other},b\n" + f"{other},a\n{cell},b\n" * 4)
    shown.view.offer(path)
    shown.wait()
    assert f"“{cell}” is" in shown.notices
    columns = part(shown.view, Columns, "columns")
    choose(columns.reading("price"), way)
    shown.wait()
    press(shown.view, "use_data")
    settled = shown.workspace.document.data.settings["notations"]["price"]
    assert kept.items() <= settled.items()


def test_how_a_column_is_read_and_what_is_missing_can_be_changed(
    shown: Shown, tmp_path: Path
) -> None:
    path = tmp_path / "doses.csv"
    path.write_text("when,dose,kind\n" + "05.03.2024,7,a\n06.03.2024,0,b\n07.04.2024,9,a\n" * 3)
    shown.view.offer(path)
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    held = columns.item(0, 1)
    assert held is not None and "2024-03-05" in held.text()
    choose(columns.reading("when"), "dates, month first")
    columns.say_missing("dose", "0; none")
    shown.wait()
    held = columns.item(0, 1)
    assert held is not None and "2024-05-03" in held.text()
    press(shown.view, "use_data")
    settled = shown.workspace.document.data.settings["notations"]
    assert settled["when"]["order"] == "month first"
    assert settled["dose"]["missing"] == ("0", "none")
    choose(columns.reading("when"), "as found")
    shown.wait()
    held = columns.item(0, 1)
    assert held is not None and "2024-03-05" in held.text()


def test_how_a_column_of_a_forecast_is_read_is_shown_and_chosen(
    shown: Shown, tmp_path: Path
) -> None:
    path = tmp_path / "steps.csv"
    cells = ["1,037", "2,250", "3,125", "1,500", "2,750", "4,500"] * 3
    path.write_text("step;v\n" + "".join(f"{at};{cell}\n" for at, cell in enumerate(cells)))
    shown.view.choose("forecast", {"path": str(path), "window": 3})
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    assert columns.isVisible()
    assert "“1,037” is 1037" in shown.notices
    assert not part(shown.view, QPushButton, "use_data").isVisible()
    choose(columns.reading("v"), "1.037 (a decimal comma)")
    shown.wait()
    assert columns.reading("v").currentText() == "numbers, decimal comma"
    held = columns.item(list(columns.roles).index("v"), HOLDS)
    assert held is not None and "decimal comma" in held.text()
    assert columns.choice("v").currentText() == "to predict"
    press(shown.view, "use_data")
    settled = shown.workspace.document.data.settings["notations"]["v"]
    assert (settled["decimal"], settled["thousands"]) == (",", "")
    columns.say_missing("v", "4,500")
    shown.wait()
    press(shown.view, "use_data")
    assert shown.workspace.document.data.settings["notations"]["v"]["missing"] == ("4,500",)


def test_a_number_can_be_predicted(shown: Shown, table: Path) -> None:
    shown.view.offer(table)
    shown.wait()
    choose(part(shown.view, Columns, "columns").choice("age"), "to predict")
    shown.wait()
    press(shown.view, "use_data")
    assert shown.workspace.document.data.fields["age"].content == NumberKind.id
    bars = part(shown.view, Bars).bars
    assert sum(int(bar.value) for bar in bars) == 80


def test_a_folder_of_pictures_is_shown_with_what_was_left_out(shown: Shown, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for at in range(6):
            pixels = random.integers(0, 255, (12, 12, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / name / f"{at}.png")
    (tmp_path / "cat" / "broken.png").write_bytes(b"")
    assert shown.view.offer(tmp_path)
    shown.wait()
    assert shown.says("preview_summary") == "12 samples"
    assert "broken.png" in shown.notices
    assert {bar.name for bar in part(shown.view, Bars).bars} == {"cat", "dog"}


def test_a_file_that_cannot_be_read_is_a_sentence_and_cannot_be_chosen(
    shown: Shown, tmp_path: Path
) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("")
    shown.view.offer(path)
    shown.wait()
    assert "empty.csv" in shown.says("preview_told")
    assert not shown.says("in_use")
    assert not shown.view._use.isVisible()


def test_a_path_that_is_typed_is_read(shown: Shown, table: Path) -> None:
    shown.choose("table")
    assert "Choose a file" in shown.says("preview_told")
    write(part(shown.view, QLineEdit, "path"), str(table))
    shown.wait()
    assert shown.says("preview_summary") == "80 samples"


def test_what_was_settled_for_the_pictures_of_a_folder_is_not_taken_for_another(
    shown: Shown, tmp_path: Path
) -> None:
    for place, white in (("deep", 4095), ("plain", 255)):
        for name in ("cat", "dog"):
            (tmp_path / place / name).mkdir(parents=True)
            for at in range(6):
                shades = np.linspace(0, white if at else 255, 144).reshape(12, 12)
                kind = np.uint16 if white > 255 and at else np.uint8
                Image.fromarray(shades.astype(kind)).save(tmp_path / place / name / f"{at}.png")
    shown.view.offer(tmp_path / "deep")
    shown.wait()
    assert "4095" in shown.notices
    settled = {"path": str(tmp_path / "deep"), "bits": "8 bits", "deep_white": 4095}
    shown.view.choose("image_folder", settled)
    shown.wait()
    write(part(shown.view, QLineEdit, "path"), str(tmp_path / "plain"))
    shown.wait()
    assert shown.view._settings["deep_white"] == 0 and shown.view._settings["bits"] == "auto"


def test_a_file_of_another_kind_is_no_data(shown: Shown, tmp_path: Path) -> None:
    path = tmp_path / "song.mp3"
    path.write_bytes(b"x")
    assert not shown.view.offer(path)


def test_a_hidden_view_reads_nothing(qtbot: QtBot) -> None:
    jobs, workspace = Jobs(), Workspace()
    view = DataView(workspace, jobs)
    qtbot.addWidget(view)
    workspace.new(template("digits-cnn"))
    assert not jobs.busy
    view.show()
    qtbot.waitUntil(part(view, QLabel, "in_use").isVisible, timeout=LONG)
    qtbot.waitUntil(lambda: not jobs.busy)


def test_a_relative_path_is_taken_from_the_folder_of_the_document(
    shown: Shown, table: Path
) -> None:
    shown.workspace.save(table.parent / "net.loom")
    shown.view.choose("table", {"path": table.name})
    shown.wait()
    looked = shown.view._looked
    assert looked is not None and looked.section is not None
    assert looked.section.settings["path"] == str(table)


def test_data_of_a_document_that_names_no_columns_of_a_series_is_in_use(
    shown: Shown, tmp_path: Path
) -> None:
    path = tmp_path / "days.csv"
    days = (f"2024-{n // 28 + 1:02}-{n % 28 + 1:02},{n % 7},{n % 5}" for n in range(200))
    path.write_text("\n".join(["day,guests,warmth", *days]))
    section = reader("forecast", {"path": str(path)}).propose().section
    assert section.fields["past"].names
    older = {name: replace(field, names=()) for name, field in section.fields.items()}
    document = Document()
    document.apply(choose_data(document, replace(section, fields=older)))
    shown.workspace.new(document)
    shown.wait()
    assert shown.says("in_use") and not part(shown.view, QPushButton, "use_data").isVisible()


def test_data_that_has_changed_on_the_disk_can_be_read_again(shown: Shown, tmp_path: Path) -> None:
    path = tmp_path / "again.csv"
    path.write_text(
        "a,b,label\n" + "".join(f"{n % 7}.5,{n % 5},{'xy'[n % 2]}\n" for n in range(40))
    )
    shown.view.choose("table", {"path": str(path)})
    shown.wait()
    press(shown.view, "use_data")
    assert shown.view._in_use.isVisible()
    with path.open("a") as file:
        file.write("1.5,2,z\n")
    press(shown.view, "read_again")
    shown.wait()
    assert not shown.view._in_use.isVisible()
    press(shown.view, "use_data")
    (target,) = shown.workspace.document.data.targets()
    assert shown.workspace.document.data.fields[target].classes == ("x", "y", "z")


@pytest.mark.parametrize("width", [640, 912, 1024, 1390])
def test_what_columns_are_read_as_has_room_and_no_box_is_cut_amid_a_letter(
    shown: Shown, table: Path, width: int
) -> None:
    application()  # in the font that users see, whatever test came before
    shown.view.offer(table)
    shown.wait()
    shown.view.resize(width, 292)
    columns = part(shown.view, Columns, "columns")
    widths = [columns.columnWidth(at) for at in range(columns.columnCount())]
    in_view = widths[NAME] + LEAST[HOLDS] + widths[USED] <= columns.viewport().width()
    assert widths[HOLDS] >= (LEAST[HOLDS] if in_view else WRAPPED)
    assert widths[HOLDS] == max(widths) or width < 912
    assert columns.viewport().height() >= 4 * ROW
    header = columns.horizontalHeader()
    assert widths[NAME] >= columns.sizeHintForColumn(NAME) or width < 912
    assert all(widths[at] >= header.sectionSizeHint(at) for at in range(len(widths)))
    assert sum(widths) <= columns.viewport().width() or width <= 912
    for name in columns.roles:
        for box in (columns.choice(name), columns.reading(name)):
            assert box.toolTip() == box.currentText()
            assert isinstance(box, ElidedBox)
            whole = box.shown() in {box.currentText(), "auto"}  # with little room
            assert whole or box.shown().endswith("…")
        used = columns.choice(name)
        assert isinstance(used, ElidedBox)
        assert used.shown() == used.currentText()


def test_what_is_noticed_is_folded_to_a_line_unless_something_is_to_be_chosen(
    shown: Shown, table: Path
) -> None:
    shown.view.offer(table)
    shown.wait()
    preview = part(shown.view, PreviewView)
    notices = ("some words " * 30, "others")
    preview.show_preview(ShownPreview(total=9, notices=notices), choose_columns=True)
    line, every = (part(preview, QLabel, f"preview_notices{end}") for end in ("", "_all"))
    assert line.isVisible() and not every.isVisible()
    assert line.height() < 2 * line.fontMetrics().lineSpacing()
    press(preview, "preview_notices_more")
    assert every.isVisible() and every.text() == "\n".join(notices)
    preview.show_preview(ShownPreview(notices=("Which is it?",)), choose_columns=True)
    assert every.isVisible()


def flowers(path: Path, kinds: int, *, names: str = "a,b,c,kind") -> Path:
    rows = (
        f"{n % 7 / 4:.2f},{n % 5},{n % 9 + 0.5},{['red', 'green', 'blue', 'amber'][n % kinds]}"
        for n in range(80)
    )
    count = names.count(",") + 1
    path.write_text("\n".join([names, *(",".join(row.split(",")[:count]) for row in rows)]))
    return path


def test_another_file_is_used_as_the_one_before_was(shown: Shown, tmp_path: Path) -> None:
    three, four = flowers(tmp_path / "k3.csv", 3), flowers(tmp_path / "k4.csv", 4)
    shown.view.choose("table", {"path": str(three), "target": "a", "ignored": ("c",)})
    shown.wait()
    press(shown.view, "use_data")
    columns = part(shown.view, Columns, "columns")
    roles = {"a": PREDICT, "b": LEARN, "c": IGNORE, "kind": LEARN}
    assert columns.roles == roles

    shown.view._edit("path", str(four))
    shown.wait()
    assert columns.roles == roles
    press(shown.view, "use_data")
    data = shown.workspace.document.data
    assert (data.settings["target"], data.settings["ignored"]) == ("a", ("c",))
    assert any("amber" in column.categories for column in data.fields["features"].columns)

    lines = flowers(tmp_path / "wide.csv", 4).read_text().splitlines()
    wider = tmp_path / "wide.csv"
    wider.write_text("\n".join(f"{line},{at or 'id'}" for at, line in enumerate(lines)))
    shown.view.offer(wider)  # dropped on the window
    shown.wait()
    assert columns.roles == roles | {"id": IGNORE}  # what is new is judged as ever


def test_what_was_chosen_for_columns_stays_where_another_file_has_more_of_them(
    shown: Shown, tmp_path: Path
) -> None:
    """An id that is learned from, and a town that is read as text, though neither is found so."""
    rows = [f"{n},{'ABCD'[n % 4]}{n % 9}x,{n % 3},{'xy'[n % 2]}" for n in range(60)]
    old, wider = tmp_path / "old.csv", tmp_path / "wider.csv"
    old.write_text("\n".join(["id,town,a,kind", *rows]))
    wider.write_text(
        "\n".join(["id,town,a,kind,key", *(f"{row},k{n}" for n, row in enumerate(rows))])
    )
    shown.view.choose("table", {"path": str(old)})
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    assert columns.roles["id"] == IGNORE
    choose(columns.choice("id"), "to learn from")
    shown.wait()
    choose(columns.choice("town"), "as text")
    shown.wait()
    wanted = {"id": LEARN, "town": columns.roles["town"], "a": LEARN, "kind": PREDICT}
    assert columns.roles == wanted

    shown.view._edit("path", str(wider))
    shown.wait()
    assert columns.roles == wanted | {"key": IGNORE}


def test_a_column_of_the_split_that_another_file_has_not_is_asked_for_no_more(
    shown: Shown, tmp_path: Path
) -> None:
    rows = [f"{n % 7},{n % 5},{'xy'[n % 2]}" for n in range(60)]
    old, other = tmp_path / "old.csv", tmp_path / "other.csv"
    old.write_text(
        "\n".join(
            [
                "a,b,kind,part",
                *(f"{row},{'train' if n % 5 else 'test'}" for n, row in enumerate(rows)),
            ]
        )
    )
    other.write_text("\n".join(["a,b,kind", *rows]))
    shown.view.choose("table", {"path": str(old), "split_column": "part"})
    shown.wait()
    shown.view._edit("path", str(other))
    shown.wait()
    columns = part(shown.view, Columns, "columns")
    choose(columns.choice("b"), "to predict")
    shown.wait()
    assert columns.roles == {"a": LEARN, "b": PREDICT, "kind": LEARN}
    assert part(shown.view, QPushButton, "use_data").isVisible()  # it was read


def test_a_target_that_another_file_has_not_is_told_and_comes_back_with_the_old_file(
    shown: Shown, tmp_path: Path
) -> None:
    three = flowers(tmp_path / "k3.csv", 3)
    without = flowers(tmp_path / "knot.csv", 3, names="a,b,c")
    shown.view.choose("table", {"path": str(three)})
    shown.wait()
    press(shown.view, "use_data")
    columns = part(shown.view, Columns, "columns")
    assert columns.roles["kind"] == PREDICT

    shown.view._edit("path", str(without))
    shown.wait()
    assert "knot.csv has no column “kind”, which was to be predicted" in shown.notices
    assert columns.roles == {"a": LEARN, "b": LEARN, "c": PREDICT}
    choose(columns.choice("a"), "to predict")
    shown.wait()
    assert columns.roles == {"a": PREDICT, "b": LEARN, "c": LEARN}
    assert "which was to be predicted" not in shown.notices

    shown.view._edit("path", str(three))
    shown.wait()
    assert columns.roles["kind"] == PREDICT
    assert part(shown.view, QLabel, "in_use").isVisible()
