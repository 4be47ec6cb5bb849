"""Generated words that are to be written backwards."""

from graphs.data.sources.spec import Source
from graphs.describe import param


class Reversal(
    Source,
    id="reversal",
    title="Reversed words",
    group="Generated",
    search="sequence to sequence seq2seq translation encoder decoder transformer toy",
):
    """Random words of one length, which are to be written backwards letter by letter.

    What was written so far is given, too: for each letter those that come before it, behind a mark
    where the answer begins. No letter tells the next, so that only the word itself does.
    """

    samples: int = param(default=4000, low=4, high=1_000_000, help="How many words.")
    length: int = param(default=10, low=2, high=1000, unit="letters", help="How long each word is.")
    letters: int = param(default=16, low=2, high=26, help="How many letters there are.")
    seed: int = param(default=0, low=0, high=2**31 - 1, help="Another seed gives other words.")
