"""How evenly classes are spread over samples, and what is told of it."""

from pathlib import Path

import pytest

from tests.engine.data.written_tables import propose


def table(*counts: int) -> str:
    rows = [f"{at}.5,{'abc'[kind]}" for kind, count in enumerate(counts) for at in range(count)]
    return "x,kind\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((96, 4), "Of 100 samples of “kind”, “b” has 4 samples. Let the loss weigh"),
        ((20, 1), "“b” has 1 sample. A class with one sample cannot be both learned and tested"),
        ((50, 2, 2), "“b”, “c” have 2 samples each"),
    ],
)
def test_rare_classes_are_told_and_counted_in_the_document(
    tmp_path: Path, counts: tuple[int, ...], words: str
) -> None:
    proposal = propose(tmp_path / "a.csv", table(*counts))
    assert proposal.section.fields["kind"].counts == counts
    assert any(words in notice for notice in proposal.samples.notices)


def test_even_classes_are_neither_told_nor_counted(tmp_path: Path) -> None:
    proposal = propose(tmp_path / "a.csv", table(30, 20, 10))
    assert proposal.section.fields["kind"].counts == ()
    assert not any("weigh" in notice for notice in proposal.samples.notices)
