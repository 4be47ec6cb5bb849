"""Every text for users goes through one door, and is in the catalogue that translators get."""

import ast
from pathlib import Path
from xml.etree import ElementTree

import polars
import pytest

from engine.data.choosing import understood
from engine.data.sources.spec import reader
from engine.data.tables.files.table_file import Sheet
from engine.data.tables.new_rows.reading import scaled_column
from engine.errors import DataError
from engine.procedures import Procedure
from graphs.data import Column, DataSection, Field
from graphs.layers import Layer
from graphs.notation import Notation
from graphs.wording import phrases
from tests import past_the_door, texts
from tests.families import FAMILIES


def test_no_text_for_users_is_put_together_in_place() -> None:
    assert sorted(past_the_door.bypassing()) == []


@pytest.mark.parametrize(
    "line",
    [
        'raise DataError(f"{count} rows are wrong. Correct them.")',
        'told.append(f"{rare} sample")',
        'phrase("{count} row{plural}", count=count, plural="s" * (count != 1))',
        'phrase("{names} {which} no value", names=names, which="have" if names[1:] else "has")',
        "told.append(f\"column{'s' * (count != 1)}\")",
        'phrase("Choose {ways}.", ways=" or ".join(ways))',
        'phrase("{name} is gone. {way_out}", name=name, way_out=WAY_OUT)',
        'name = "Freeze" if frozen else "Unfreeze"',
        'Step("Rewire", ())',
        'phrase("Set {name}").format(name=name)',
    ],
)
def test_words_past_the_door_are_found(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts.user_errors()  # listed once, while the root is still that of the program
    monkeypatch.setattr(texts, "ROOT", tmp_path)
    path = tmp_path / "module.py"
    path.write_text(f'WAY_OUT = "Choose it again, please."\ndef tell():\n    {line}\n', "utf-8")
    assert {at for at, _ in past_the_door.of_module(texts.Module(path))} == {3}


@pytest.mark.parametrize(
    "line",
    [
        'counted(count, "{count} row", "{count} rows")',
        'raise DataError(by_count(count, "One is wrong.", "{count} are wrong."), count=count)',
        'phrase("{name} is gone. {way_out}", name=f"“{name}”", way_out=phrase(WAY_OUT))',
        'Step(phrase("Rewire"), ())',
        'history.do(step, gesture=f"nudge {node}")',
        'mode = "first" if is_first else "last"',
    ],
)
def test_words_that_go_through_the_door_are_left_alone(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts.user_errors()  # listed once, while the root is still that of the program
    monkeypatch.setattr(texts, "ROOT", tmp_path)
    path = tmp_path / "module.py"
    path.write_text(f'WAY_OUT = "Choose it again, please."\ndef tell():\n    {line}\n', "utf-8")
    assert list(past_the_door.of_module(texts.Module(path))) == []


def test_the_catalogue_holds_what_is_said_declared_and_written_on_the_window() -> None:
    found = {(text.context, text.source) for text in texts.catalogue()}
    said = {source for context, source in found if context == texts.PHRASES}
    for words in (
        "{name} is not there. It may have been moved or renamed; choose it again.",  # an error
        "Nothing is wired to “{name}”.",  # a problem with a name
        "Digits with a convolutional network",  # the title of a template
        Layer.get("linear").parameters()[0].help_template,
        "a whole number",  # what a setting takes
        "at least {limit}",
        "one or two whole numbers",
        "leave out",  # a word to choose
        "Rewire",  # the name of a step that only the hand makes
        "smaller layers",
        "day first",  # how dates are written
        "numbers in base 2",  # what texts may look like
        "schedules",  # a family
        "Words on the canvas.",  # what is no layer and stands among them
        "{count:,} row",  # for one
        "{count:,} rows",  # for several
        "{count} days",
        "{first} and {second}",
        "a group of named values",  # a word out of a table of them
        "Delete",  # the name of a step
        "labels",  # what a kind of data is called
        "label",  # and one of its classes
        "Supervised",  # a way to train
        Procedure.get("supervised").help(),
        Layer.get("block").help(),  # what users are not offered yet is shown in opened files
    ):
        assert words in said, words
    assert any(source == "&File" for context, source in found if context != texts.PHRASES)
    assert len(found) > 2000


def test_every_family_of_things_that_describe_themselves_is_in_the_catalogue() -> None:
    opened = {
        str(keyword.value.value)
        for module in texts.modules()
        for one in ast.walk(module.tree)
        if isinstance(one, ast.ClassDef)
        for keyword in one.keywords
        if keyword.arg == "family" and isinstance(keyword.value, ast.Constant)
    }
    assert opened == {family.family for family in FAMILIES}


def test_what_data_and_columns_hold_is_said_in_the_language_of_the_user(
    request: pytest.FixtureRequest,
) -> None:
    words = {"label": "Etikett", "takes numbers": "nimmt Zahlen", "takes times": "nimmt Zeiten"}
    request.addfinalizer(lambda: phrases.use(lambda key: key))
    phrases.use(lambda key: words.get(key, key))
    section = DataSection("table", fields={"kind": Field("labels", (), ("red", "blue"))})
    assert any("Etikett, 2 values" in holds for _, _, holds in understood.rows(section))
    sheet = Sheet(Path("cell"), polars.DataFrame({"x": ["abc"]}), [1])
    for notation, said in (
        (Notation("number", ".", "", ()), "nimmt Zahlen"),
        (Notation("date", order="seconds", missing=()), "nimmt Zeiten"),
    ):
        with pytest.raises(DataError, match=said):
            scaled_column(sheet, Column("x", notation=notation))


def test_what_columns_became_is_said_in_the_language_of_the_user(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    request.addfinalizer(lambda: phrases.use(lambda key: key))
    path = tmp_path / "days.csv"
    lines = [f"2024-01-{day:02},{day % 3},{day * 1.5},2023-02-{day:02}" for day in range(1, 29)]
    path.write_text("\n".join(["day,kind,size,since", *lines]), "utf-8")

    def told() -> list[list[str]]:
        settings = {"path": str(path), "target": "since", "also": ("size",), "separator": ","}
        found = reader("table", settings).propose()
        return understood.rows(found.section, found.samples.told)

    plain = told()
    phrases.use(lambda key: key.replace("dates", "DATEN").replace("date", "DATUM"))
    assert told() == [
        [name, use, said.replace("dates", "DATEN").replace("date", "DATUM")]
        for name, use, said in plain
    ]


def test_the_catalogue_is_written_as_linguist_reads_it() -> None:
    some = [
        texts.Text("Window", "Open <b>this</b> & that", "gui/a.py", 3),
        texts.Text("Window", "Open <b>this</b> & that", "gui/b.py", 5),
        texts.Text("phrases", "{name} is “gone”.", "graphs/c.py", 7),
    ]
    top = ElementTree.fromstring(texts.written(some))
    assert [name.text for name in top.iter("name")] == ["Window", "phrases"]
    assert [one.text for one in top.iter("source")] == [some[0].source, some[2].source]
    assert [len(message.findall("location")) for message in top.iter("message")] == [2, 1]
