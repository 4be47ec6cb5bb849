"""Texts as samples of their own: tokens, as many as each text has, and a vocabulary for all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.controls import Poll, go_on
from engine.data.ragged import Ragged
from engine.data.texts.tokens import JOINTS, SPECIAL, Speller, pieces, vocabulary
from engine.errors import DataError
from graphs.data import Domain, Field, TokensKind
from graphs.data.sources.choices import Unit
from graphs.wording.phrases import counted

SHORTEST = 8
"""What is shorter is padded to this, so that a convolution over a few words has room."""


@dataclass(frozen=True, slots=True)
class TokenReading:
    """How texts become tokens."""

    unit: Unit
    longest: int
    """Tokens of a text that are read; the rest is cut off."""
    most_words: int
    """How many tokens the vocabulary holds."""
    least: int = 1
    """How often a token must occur to be known."""


@dataclass(frozen=True, slots=True)
class TokenizedTexts:
    """Texts as a ragged field, and what to say about them."""

    field: Field
    values: Ragged
    domains: Mapping[str, Domain]
    notices: tuple[str, ...]


def tokens_of(
    texts: Sequence[str], reading: TokenReading, symbol: str = "T", poll: Poll = go_on
) -> TokenizedTexts:
    """A field of tokens as long as its texts. Raises DataError when there is no text in them.

    A text without a token becomes one unknown token, so that no sample is lost.
    """
    joint = JOINTS[reading.unit]
    occurring: Counter[str] = Counter()
    cut = []
    for number, text in enumerate(texts):
        if not number % 1000:
            poll()
        found = pieces(text, joint)
        occurring.update(found)
        cut.append(len(found))
    if not occurring:
        raise DataError("The texts are empty. Choose others.")
    words = vocabulary(occurring, reading.most_words, reading.least)
    if words == SPECIAL:
        raise DataError(
            "None of the {unit} occurs {least} times, so all would be unknown. Let what "
            "occurs less often be told apart, or choose other texts.",
            unit=reading.unit,
            least=reading.least,
        )
    speller = Speller(words, joint)
    values = Ragged.of([speller.read(text, reading.longest) for text in texts])
    high = max(reading.longest, SHORTEST)
    field = Field(
        TokensKind.id, (symbol,), vocabulary=len(words), words=words, joint=joint, ragged=True
    )
    return TokenizedTexts(field, values, {symbol: Domain(SHORTEST, high)}, _notices(cut, reading))


def _notices(lengths: Sequence[int], reading: TokenReading) -> tuple[str, ...]:
    """How many texts are not read as they stand."""
    notices = []
    if empty := sum(not length for length in lengths):
        notices.append(
            counted(
                empty,
                "One of {total:,} texts is empty and is learned from as one unknown token. Take it "
                "out of the data if it belongs to no sample.",
                "{count:,} of {total:,} texts are empty and are learned from as one unknown token "
                "each. Take them out of the data if they belong to no sample.",
                total=len(lengths),
            )
        )
    if long := sum(length > reading.longest for length in lengths):
        notices.append(
            counted(
                long,
                "One of {total:,} texts has more than {longest} {unit}; the rest of it is not "
                "read.",
                "{count:,} of {total:,} texts have more than {longest} {unit}; the rest of them is "
                "not read.",
                total=len(lengths),
                longest=reading.longest,
                unit=reading.unit,
            )
        )
    return tuple(notices)
