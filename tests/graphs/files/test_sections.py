"""What the data section of a file may say, so that whatever is opened can be trained."""

import json

import pytest

from graphs import files
from graphs.data import Column, Content, DataSection, Field
from graphs.errors import BrokenFile
from graphs.files import sections

A, B, THREE = Column("a"), Column("b"), Column("kind", ("x", "y", "z"))


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        (
            Field(Content.TABLE, (3,), columns=(A, B)),
            "make 2 numbers of a sample, but its",
        ),
        (Field(Content.TABLE, (2,), columns=(A, THREE)), "make 4 numbers"),
        (Field(Content.TABLE, (), columns=(A,)), "its size is none"),
        (Field(Content.TABLE, (1, 2), columns=(A, B)), "its size is 1 × 2"),
        (Field(Content.TABLE, (2,), columns=(A, A)), "two columns called “a”"),
        (Field(Content.SERIES, (2, 2), columns=(A, B)), "it is no table"),
    ],
)
def test_columns_that_do_not_make_a_tables_size_are_refused(field: Field, fault: str) -> None:
    ((place, told),) = sections.faults(DataSection("table", fields={"rows": field}))
    assert place == "fields.rows" and fault in told


@pytest.mark.parametrize("columns", [(A, B), (THREE,), (A, THREE, B)])
def test_columns_that_make_the_size_are_right(columns: tuple[Column, ...]) -> None:
    width = sum(column.width for column in columns)
    field = Field(Content.TABLE, (width,), columns=columns)
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
