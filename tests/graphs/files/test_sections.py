"""What the data section of a file may say, so that whatever is opened can be trained."""

import json

import pytest

from graphs import files
from graphs.data import Column, DataKind, DataSection, Field, SeriesKind, TableKind
from graphs.errors import BrokenFile
from graphs.files import sections
from graphs.templates import find

A, B, THREE = Column("a"), Column("b"), Column("kind", ("x", "y", "z"))


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        (
            Field(TableKind.id, (3,), columns=(A, B)),
            "make 2 numbers of a sample, but its",
        ),
        (Field(TableKind.id, (2,), columns=(A, THREE)), "make 4 numbers"),
        (Field(TableKind.id, (), columns=(A,)), "its size is none"),
        (Field(TableKind.id, (1, 2), columns=(A, B)), "its size is 1 × 2"),
        (Field(TableKind.id, (2,), columns=(A, A)), "two columns called “a”"),
        (Field(SeriesKind.id, (2, 2), columns=(A, B)), "it is no table"),
    ],
)
def test_columns_that_do_not_make_a_tables_size_are_refused(field: Field, fault: str) -> None:
    ((place, told),) = sections.faults(DataSection("table", fields={"rows": field}))
    assert place == "fields.rows" and fault in told


def test_a_kind_of_data_that_this_version_does_not_know_is_told() -> None:
    document = find("xor").document()  # type: ignore[union-attr]
    written = files.encoded(document).replace(b'"content": "table"', b'"content": "smell"')
    with pytest.raises(BrokenFile, match="“smell” is none of the words that can stand there") as no:
        files.decoded(written)
    assert "data.fields.point.content" in str(no.value)


def test_every_kind_of_data_has_the_id_that_files_have_always_held() -> None:
    known = {kind.id for kind in DataKind.members()}
    assert known == {"image", "table", "series", "tokens", "class", "labels", "number"}


@pytest.mark.parametrize("columns", [(A, B), (THREE,), (A, THREE, B)])
def test_columns_that_make_the_size_are_right(columns: tuple[Column, ...]) -> None:
    width = sum(column.width for column in columns)
    field = Field(TableKind.id, (width,), columns=columns)
    assert not list(sections.faults(DataSection("table", fields={"rows": field})))


def test_a_file_whose_table_has_a_size_too_many_is_refused_where_it_says_so() -> None:
    from graphs.templates import find

    found = find("xor")
    assert found is not None
    tree = json.loads(files.encoded(found.document()))
    tree["data"]["fields"]["point"]["sizes"] = [3]
    with pytest.raises(BrokenFile, match=r"breaks at data\.fields\.point: its columns make 2"):
        files.decoded(json.dumps(tree).encode())


def test_the_usual_procedure_is_not_written_and_any_other_comes_back() -> None:
    from dataclasses import replace

    from graphs.describe import Chosen
    from graphs.document.edits import ChangePlan, Step
    from graphs.templates import find

    found = find("xor")
    assert found is not None
    document = found.document()
    before = files.encoded(document)
    other = replace(document.plan, procedure=Chosen("of a later version", {"size": (1, 2)}))
    document.apply(Step("Change the plan", (ChangePlan(document.plan, other),)))

    opened = files.decoded(files.encoded(document))

    assert b"procedure" not in before
    assert opened.document.plan == other
    assert not opened.notices
    assert files.encoded(opened.document) == files.encoded(document)
