"""Pictures that a table names: found, read with their classes or numbers, and listed if missing."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.data.array import Array
from engine.data.choosing.likely_source import likely_source
from engine.data.pictures.named import may_name_pictures, named_files
from engine.data.prepare import prepare_samples
from engine.data.reading import read
from engine.data.samples import Samples
from engine.data.sources import reader, reader_of
from engine.data.sources.spec import Proposal
from engine.errors import DataError
from graphs.data import ClassKind, LabelsKind, NumberKind
from graphs.data.sources import Source
from graphs.plan.plan import Plan


def made(
    folder: Path, rows: Sequence[str], head: str = "file,label", below: str = "", count: int = 8
) -> Path:
    """Pictures 0.png, 1.png and so on, each of its own grey, and a table beside them."""
    (folder / below).mkdir(parents=True, exist_ok=True)
    for n in range(count):
        Image.new("L", (4, 4), 20 * n).save(folder / below / f"{n}.png")
    (folder / "labels.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return folder / "labels.csv"


def propose(path: Path, **settings: Any) -> Proposal:
    given = {"path": str(path), "size": 4, "colour": "grey", **settings}
    return reader("picture_table", given).propose()


def greys(found: Samples) -> list[int]:
    values = found.values["image"]
    assert isinstance(values, np.ndarray)
    return [int(grey) for grey in values[:, 0, 0, 0]]


def array(found: Samples, name: str) -> Array:
    values = found.values[name]
    assert isinstance(values, np.ndarray)
    return values


ROWS = [f"{n}.png,{'cat' if n % 2 else 'dog'}" for n in range(8)]


@pytest.mark.parametrize("below", ["", "images", "a/b"])
def test_a_table_names_pictures_beside_it_or_below(tmp_path: Path, below: str) -> None:
    for path in (made(tmp_path, ROWS, below=below), tmp_path):
        found = propose(path)
        assert found.section.fields["label"].classes == ("cat", "dog")
        assert greys(found.samples) == [20 * n for n in range(8)]
        assert array(found.samples, "label").tolist() == [1, 0] * 4
        assert found.section.settings["path"] == str(tmp_path / "labels.csv")
        assert read(found.section).fingerprint() == found.samples.fingerprint()


def test_deep_pictures_among_others_are_as_light_as_these(tmp_path: Path) -> None:
    path = made(tmp_path, ROWS)
    deep = np.full((4, 4), 140 * 16, dtype=np.uint16)
    Image.fromarray(deep).save(tmp_path / "7.png")
    found = propose(path)
    assert found.section.settings["deep_white"] == 4095
    assert greys(found.samples)[7] == pytest.approx(140, abs=1)
    older = {name: value for name, value in found.section.settings.items() if name != "deep_white"}
    assert greys(read(replace(found.section, settings=older)))[7] < 10


def test_it_is_what_such_a_table_or_folder_is_likely_for(tmp_path: Path) -> None:
    path = made(tmp_path / "flat", ROWS)
    assert likely_source(path) == likely_source(path.parent) == "picture_table"
    below = made(tmp_path / "below", ROWS, below="images")
    assert likely_source(below) == likely_source(below.parent) == "picture_table"
    (tmp_path / "plain.csv").write_text("a,b\n1,2\n3,4\n")
    assert likely_source(tmp_path / "plain.csv") == "table"
    absent = tmp_path / "elsewhere" / "labels.csv"
    absent.parent.mkdir()
    absent.write_text("\n".join(["file,label", *ROWS]))
    assert likely_source(absent) == "table"


@pytest.mark.parametrize(
    "names",
    [
        [f"images/{n}.png" for n in range(8)],
        [f".\\images\\{n}.png" for n in range(8)],
        [f"/somewhere/else/{n}.png" for n in range(8)],
        [str(n) for n in range(8)],
    ],
)
def test_names_may_be_paths_or_lack_their_ending(tmp_path: Path, names: list[str]) -> None:
    rows = [f"{'cat' if n % 2 else 'dog'},{name}" for n, name in enumerate(names)]
    found = propose(made(tmp_path, rows, "label,picture", below="images"))
    assert found.section.settings["file_column"] == "picture"
    assert greys(found.samples) == [20 * n for n in range(8)]


def test_numbers_are_predicted_as_numbers(tmp_path: Path) -> None:
    found = propose(made(tmp_path, [f"{n}.png,{n / 2 + 0.25}" for n in range(8)], "file,age"))
    assert found.section.fields["age"].content == NumberKind.id
    assert array(found.samples, "age")[:, 0].tolist() == [n / 2 + 0.25 for n in range(8)]


def test_several_labels_can_be_predicted(tmp_path: Path) -> None:
    rows = [f"{n}.png,{'a;b' if n % 2 else 'a'}" for n in range(8)]
    found = propose(made(tmp_path, rows), target_kind="labels")
    assert found.section.fields["label"].content == LabelsKind.id


def test_missing_and_broken_pictures_are_listed(tmp_path: Path) -> None:
    path = made(tmp_path, [*ROWS, "gone.png,cat", "bad.png,dog", ",cat"])
    (tmp_path / "bad.png").write_bytes(b"x")
    found = propose(path)
    assert len(found.samples) == 8
    assert set(found.samples.skipped) == {
        "labels.csv, line 10: gone.png is not there.",
        "labels.csv, line 11: bad.png is no picture of a known kind.",
        "labels.csv, line 12: no picture is named.",
    }
    with pytest.raises(DataError, match="3 of 11 files cannot be read"):
        propose(path, broken="stop")


def test_a_column_gives_the_split(tmp_path: Path) -> None:
    parts = ["train"] * 4 + ["val"] * 2 + ["test"] * 2
    rows = [f"{row},{part}" for row, part in zip(ROWS, parts, strict=True)]
    found = propose(made(tmp_path, rows, "file,label,split"))
    assert found.section.settings["split_column"] == "split"
    assert found.section.settings["target"] == "label"
    data = prepare_samples(found.samples, found.section, Plan(), "cpu")
    assert data.indices.valid.tolist() == [4, 5]
    assert data.indices.test.tolist() == [6, 7]
    assert propose(tmp_path / "labels.csv", split="shares").samples.parts is None
    with pytest.raises(DataError, match=r"“label” of labels\.csv does not say"):
        propose(tmp_path / "labels.csv", split_column="label")


def test_pictures_may_lie_in_a_folder_of_their_own(tmp_path: Path) -> None:
    made(tmp_path / "pictures", [])
    (tmp_path / "table").mkdir()
    path = tmp_path / "table" / "labels.csv"
    path.write_text("\n".join(["file,label", *ROWS]))
    with pytest.raises(DataError, match=r"None of the 8 pictures .* Choose the folder"):
        propose(path)
    found = propose(path, pictures_path=str(tmp_path / "pictures"))
    assert len(found.samples) == 8


def test_a_table_that_names_nothing_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,x\n2,y\n")
    with pytest.raises(DataError, match=r"No column of a\.csv names pictures"):
        propose(tmp_path / "a.csv")
    with pytest.raises(DataError, match="names the pictures there"):
        propose(tmp_path)


def test_a_flat_folder_of_pictures_says_how_a_table_is_chosen(tmp_path: Path) -> None:
    made(tmp_path, ROWS)
    with pytest.raises(DataError, match="choose “Pictures named in a table”"):
        reader("image_folder", {"path": str(tmp_path)}).read()


def test_a_table_of_names_whose_pictures_are_elsewhere_says_how_they_are_read(
    tmp_path: Path,
) -> None:
    (tmp_path / "names.csv").write_text("\n".join(["file,label", *ROWS, *ROWS]))
    with pytest.raises(DataError, match="“file” names pictures, which “Pictures named in a table”"):
        reader("table", {"path": str(tmp_path / "names.csv")}).propose()


def test_bare_names_and_paths_of_windows_are_likely_for_it(tmp_path: Path) -> None:
    bare = made(tmp_path / "bare", [f"{n},{n % 2}" for n in range(8)], "id,label", below="images")
    assert likely_source(bare) == likely_source(bare.parent) == "picture_table"
    assert greys(propose(bare).samples) == [20 * n for n in range(8)]
    back = made(tmp_path / "back", [f"imgs\\{row}" for row in ROWS], below="imgs")
    assert likely_source(back) == "picture_table"
    cut = made(tmp_path / "cut", [f"{n % 2},imgs\\{n}" for n in range(8)], "label,id", below="imgs")
    assert likely_source(cut) == "picture_table"
    assert propose(cut).section.settings["file_column"] == "id"


def test_bare_names_that_only_some_rows_have_are_no_pictures_yet(tmp_path: Path) -> None:
    rows = [f"{n},{n % 2}" for n in range(10)]
    path = made(tmp_path, rows, "id,label", below="images")
    assert likely_source(path) == "table" and may_name_pictures(path)
    path.write_text("a,b\n" + "\n".join(f"{n % 2},{n % 3}" for n in range(8)))
    assert likely_source(path) == "table" and not may_name_pictures(path)


@pytest.mark.parametrize(
    ("flags", "content"),
    [([(1, 0), (0, 1)] * 4, ClassKind.id), ([(1, 1), (0, 1), (0, 0), (1, 0)] * 2, LabelsKind.id)],
)
def test_columns_of_0_and_1_are_predicted_together(
    tmp_path: Path, flags: list[tuple[int, int]], content: str
) -> None:
    rows = [f"{n}.png,1,{red},{green}" for n, (red, green) in enumerate(flags)]
    found = propose(made(tmp_path, rows, "file,same,red,green"))
    field = found.section.fields["labels"]
    assert (field.content, field.classes) == (content, ("red", "green"))
    values = array(found.samples, "labels").tolist()
    wanted = [list(one) for one in flags]
    assert values == (wanted if content == LabelsKind.id else [one.index(1) for one in wanted])
    assert any("are predicted together" in one for one in found.samples.notices)
    assert read(found.section).fingerprint() == found.samples.fingerprint()
    alone = propose(tmp_path / "labels.csv", target="red")
    assert alone.section.targets() == ("red",)
    with pytest.raises(DataError, match=r"“file” holds “0\.png”"):
        propose(tmp_path / "labels.csv", label_columns=["file", "red"])


def test_a_column_called_split_is_not_predicted(tmp_path: Path) -> None:
    rows = [f"{row},{'ab'[n % 2]}" for n, row in enumerate(ROWS)]
    found = propose(made(tmp_path, rows, "file,kind,split"))
    assert found.section.targets() == ("kind",)
    plain = [f"{n % 5},{n % 3},{'ab'[n % 2]}" for n in range(40)]
    (tmp_path / "plain.csv").write_text("\n".join(["size,kind,split", *plain]))
    table = Source.get("table").made({"path": str(tmp_path / "plain.csv")})
    assert reader_of(table).propose().section.targets() == ("kind",)


def test_the_pictures_that_a_table_names_are_found_for_predicting(tmp_path: Path) -> None:
    path = made(tmp_path, [*ROWS, "gone.png,cat"], below="images")
    files = named_files(path)
    assert files == [*(tmp_path / "images" / f"{n}.png" for n in range(8)), tmp_path / "gone.png"]
    (tmp_path / "plain.csv").write_text("a,b\nu,v\n")
    with pytest.raises(DataError, match="Give the pictures, or a folder of them"):
        named_files(tmp_path / "plain.csv")


def test_money_is_a_number_to_predict_as_in_any_table(tmp_path: Path) -> None:
    prices = [f'{n}.png,"${(n % 2 + 1) * 10}"' for n in range(8)]
    field = propose(made(tmp_path, prices, head="file,price")).section.fields["price"]
    assert field.content != ClassKind.id and field.classes == ()
    asked = propose(tmp_path / "labels.csv", target_kind="class").section.fields["price"]
    assert asked.classes == ("$10", "$20")


def test_how_the_column_to_predict_is_written_is_a_setting(tmp_path: Path) -> None:
    path = made(tmp_path, [f'{n}.png,"{n + 1},037"' for n in range(8)], head="file,size")
    with pytest.raises(DataError, match="two ways"):
        propose(path)
    found = propose(path, notations={"size": {"decimal": ","}})
    assert found.section.settings["notations"]["size"]["decimal"] == ","
    assert np.asarray(found.samples.values["size"])[0] == 1.037
    assert found.samples.told["size"].startswith("numbers with a decimal comma")
    assert read(found.section).fingerprint() == found.samples.fingerprint()


def test_columns_that_are_for_nothing_are_named(tmp_path: Path) -> None:
    rows = [f"{n}.png,{'cat' if n % 2 else 'dog'},{n / 3:.2f},x" for n in range(8)]
    path = made(tmp_path, rows, "file,label,weight,camera")
    notices = propose(path).samples.notices
    assert "Not used: “weight”, “camera”. Another column to predict can be chosen." in notices
    assert not any("Not used" in one for one in propose(made(tmp_path, ROWS)).samples.notices)
