"""The door for words: templates by count, and several things in one sentence."""

import pytest

from graphs.wording import phrases
from graphs.wording.phrases import counted, enumerated, with_and, with_or


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1000, "1,000 rows")]
)
def test_a_count_chooses_between_whole_templates(count: int, words: str) -> None:
    assert counted(count, "{count:,} row", "{count:,} rows") == words


def test_several_things_are_joined_in_one_sentence() -> None:
    assert with_and(["a", "b", "c"]) == "a and b and c"
    assert with_or(["a", "b"]) == "a or b"
    assert enumerated(["a", "b", "c"]) == "a, b and c"
    assert with_and(["a"]) == with_or(["a"]) == enumerated(["a"]) == "a"
    assert with_and([]) == ""


def test_counts_and_lists_are_in_the_language_of_the_user(request: pytest.FixtureRequest) -> None:
    words = {
        "{count} rows": "{count} Zeilen",
        "{first} and {second}": "{first} und {second}",
        "{first} or {second}": "{second} oder {first}",
    }
    request.addfinalizer(lambda: phrases.use(lambda key: key))
    phrases.use(lambda key: words.get(key, key))
    assert counted(2, "{count} row", "{count} rows") == "2 Zeilen"
    assert enumerated(["a", "b", "c"]) == "a, b und c"
    assert with_or(["a", "b"]) == "b oder a"
