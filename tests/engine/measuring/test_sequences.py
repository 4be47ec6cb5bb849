"""Series that are read from scores, and how far they are off, are what an oracle says of them."""

from itertools import groupby

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torchmetrics.text import CharErrorRate

from engine.data.kinds.fitted_numbers import FittedNumbers
from engine.data.preprocessing import Preprocessing
from engine.measuring import sequences
from engine.measuring.loss_measures import LossMeasures
from engine.measuring.per_loss import measure
from engine.measuring.sequences import ClassSeries
from engine.measuring.stepped import Stepped
from engine.measuring.tally import Tally
from engine.network.compiling import StepResult
from graphs.data import ClassKind, Field
from tests.engine.scoring import place, unchanged

LETTERS = "abc"
SEEDS = st.integers(0, 10**6)


def drawn(seed: int, rows: int = 7, steps: int = 8) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Scores with a fourth one for the blank, right classes, and how many of both are real."""
    random = torch.Generator().manual_seed(seed)
    scores = torch.randn(rows, steps, 4, generator=random)
    target = torch.randint(0, 3, (rows, 5), generator=random)
    lengths = torch.randint(1, 6, (rows,), generator=random)
    return scores, target, lengths, torch.randint(1, steps + 1, (rows,), generator=random)


def read(scores: Tensor, blank: int, steps: list[int]) -> list[str]:
    """What is said, one sample after the other."""
    letters = [*LETTERS[:blank], "-", *LETTERS[blank:]]
    paths = ["".join(letters[c] for c in row) for row in scores.argmax(-1).tolist()]
    cut = (path[:length] for path, length in zip(paths, steps, strict=True))
    return ["".join(one for one, _ in groupby(path) if one != "-") for path in cut]


def spelled(series: ClassSeries) -> list[str]:
    return ["".join(LETTERS[c] for c in row) for row in series.rows()]


@given(seed=SEEDS, blank=st.integers(0, 3), padded=st.booleans())
def test_repeats_become_one_and_blanks_none(seed: int, blank: int, padded: bool) -> None:
    scores, _, _, steps = drawn(seed)
    loss = place("sequence", axis=-1, blank=blank)
    said = sequences.decided(loss, scores, steps if padded else None)
    assert spelled(said) == read(scores, blank, steps.tolist() if padded else [8] * 7)


@given(st.lists(st.tuples(st.text("abc", max_size=7), st.text("abc", max_size=6)), min_size=1))
def test_series_are_as_far_apart_as_an_oracle_says(pairs: list[tuple[str, str]]) -> None:
    said, wanted = (series([pair[at] for pair in pairs]) for at in (0, 1))
    found = sequences.distances(said, wanted).tolist()
    assert found == [_edits(*pair) for pair in pairs]


def series(texts: list[str]) -> ClassSeries:
    """Texts side by side, with something else than padding behind the shorter ones."""
    most = max(map(len, texts), default=0)
    rows = [[LETTERS.index(one) for one in text.ljust(most, "c")] for text in texts]
    lengths = torch.tensor([len(text) for text in texts], dtype=torch.long)
    return ClassSeries(torch.tensor(rows, dtype=torch.long).view(len(texts), most), lengths)


def _edits(one: str, other: str) -> int:
    """As in the definition of Levenshtein's distance."""
    if not one or not other:
        return len(one) + len(other)
    if one[0] == other[0]:
        return _edits(one[1:], other[1:])
    return 1 + min(_edits(one[1:], other), _edits(one, other[1:]), _edits(one[1:], other[1:]))


@given(seed=SEEDS, padded=st.booleans())
def test_rates_are_those_of_all_samples_whatever_the_batches(seed: int, padded: bool) -> None:
    scores, target, lengths, steps = drawn(seed)
    loss = place(
        "sequence",
        axis=-1,
        blank=3,
        lengths="word.lengths",
        per_sample=True,
        score_lengths="sound.lengths" if padded else None,
    )
    oracle = CharErrorRate()
    said = read(scores, 3, steps.tolist() if padded else [8] * 7)
    right = ["".join(LETTERS[c] for c in row) for row in ClassSeries(target, lengths).rows()]
    oracle.update(said, right)
    rate = pytest.approx(oracle.compute().item())

    gathering, tally = measure(loss), Tally(LossMeasures([loss], unchanged))
    for rows in (slice(0, 3), slice(3, 4), slice(4, None)):
        batch = {loss.target: target[rows], "word.lengths": lengths[rows]}
        batch["sound.lengths"] = steps[rows]
        real_steps = steps[rows] if padded else None
        gathering.add(scores[rows], target[rows], lengths[rows], real_steps)
        total = torch.tensor(1.0)
        tally.add(Stepped({}, details=StepResult(total, (total,), (scores[rows],), {})), batch)
    tally.fetch()
    assert tally.metrics()["label_error_rate"] == rate
    field = Field(ClassKind.id, ("L",), classes=tuple(LETTERS), ragged=True, target=True)
    known = Preprocessing({loss.target: field}, {}, {loss.target: FittedNumbers()})
    assert gathering.measured(known).metrics == {
        "exact_match": pytest.approx(sum(map(str.__eq__, said, right)) / 7),
        "label_error_rate": rate,
    }


def test_a_wrong_class_a_missing_and_a_further_one_each_count_once() -> None:
    said, wanted = (
        series(["abc", "ab", "abcc", "", "cba"]),
        series(["abb", "abc", "abc", "a", "abc"]),
    )
    assert sequences.distances(said, wanted).tolist() == [1, 1, 1, 1, 2]
