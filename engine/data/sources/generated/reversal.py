"""Makes random words, and what they are backwards."""

from string import ascii_lowercase

import numpy as np

from engine.controls import Poll, go_on
from engine.data.samples import Samples
from engine.data.sources.spec import SourceReader
from graphs.data import ClassKind, Field, TokensKind
from graphs.data.sources.generated.reversal import Reversal

START = "^"
"""The mark where an answer begins; it comes first among what was written so far."""


class ReversalReader(SourceReader[Reversal], of=Reversal):
    """Words with their letters in another order."""

    def read(self, poll: Poll = go_on) -> Samples:
        letters, length = tuple(ascii_lowercase[: self.source.letters]), self.source.length
        # RandomState's numbers are frozen for ever, so that a document keeps its data.
        random = np.random.RandomState(self.source.seed)
        words = random.randint(0, len(letters), (self.source.samples, length)).astype(np.int64)
        answers = words[:, ::-1].copy()
        so_far = np.zeros_like(answers)
        so_far[:, 1:] = answers[:, :-1] + 1  # the mark is 0, so that letters begin at 1
        known = (START, *letters)
        return Samples(
            fields={
                "backwards": Field(ClassKind.id, (length,), classes=letters, target=True),
                "so_far": Field(TokensKind.id, (length,), vocabulary=len(known), words=known),
                "word": Field(TokensKind.id, (length,), vocabulary=len(letters), words=letters),
            },
            domains={},
            values={"backwards": answers, "so_far": so_far, "word": words},
        )
