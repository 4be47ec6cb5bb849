"""What the command for data says of columns, and asks where they can be read in two ways."""

import re
import shlex
from pathlib import Path

import pytest

from tests.engine.commanding import Layerloom


@pytest.fixture
def prices(tmp_path: Path) -> Path:
    path = tmp_path / "prices.csv"
    path.write_text("price,kind\n" + '"4,098",a\n"2,336",b\n' * 4)
    return path


def test_each_way_to_read_an_open_column_is_told_as_the_words_that_choose_it(
    prices: Path, layerloom: Layerloom
) -> None:
    asked = layerloom("data", prices)
    assert asked.code == 1
    assert "“price” can be read in two ways" in asked.err
    ways = re.findall(r"^For (.*), add (.*)$", asked.err, re.MULTILINE)
    assert [told for told, _ in ways] == [
        "4098 (a comma between thousands)",
        "4.098 (a decimal comma)",
    ]
    for (_, words), number in zip(ways, ("4098", "4.098"), strict=True):
        done = layerloom("data", prices, *shlex.split(words))
        assert done.code == 0
        assert f"“4,098” is {number}" in done.out


def test_what_a_notation_cannot_say_is_refused(prices: Path, layerloom: Layerloom) -> None:
    done = layerloom("data", prices, "--set", 'notations={"price": {"hold": "number"}}')
    assert (done.code, "must be nothing, or how cells are written" in done.err) == (1, True)


def test_a_run_predicts_by_the_signs_it_was_trained_with(
    prices: Path, tmp_path: Path, layerloom: Layerloom
) -> None:
    document, run = tmp_path / "net.loom", tmp_path / "run"
    rows = "".join(f'"{n},500",{"ab"[n % 2]}\n' for n in range(1, 40))
    prices.write_text("price,kind\n" + rows)
    assert layerloom("data", prices, "--set", "decimal=.", "-o", document).code == 0
    assert layerloom("train", document, "--epochs", 1, "--out", run).code == 0
    new = tmp_path / "new.csv"
    new.write_text('price\n"4,500"\n4500\n4.5\n')
    (folder,) = [place.parent for place in run.rglob("run.json")] or [run]
    answers = layerloom("predict", folder, new, "--json").out
    shares = re.findall(r'"probabilities": (\{.*?\})', answers)
    assert shares[0] == shares[1] != shares[2]
