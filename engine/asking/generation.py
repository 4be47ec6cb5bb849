"""Text from a trained language model, token by token, going on where a prompt ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.asking.user_input import encode_ragged
from engine.asking.user_text import unknown_pieces
from engine.data.preprocessing import Preprocessing
from engine.data.ragged import Ragged
from engine.data.texts.tokens import SPECIAL, Speller
from engine.errors import DataError
from engine.measuring import metrics
from engine.network.compiling import Network
from engine.network.wiring import LossPlace, OutputPlace
from graphs.data import Field, lengths_of
from graphs.wording.phrases import phrase

MayStop = Callable[[], bool]
"""Asked before each token whether nobody wants to go on."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How the next token is drawn from what the model holds likely."""

    length: int = 200
    """How many tokens are written."""
    temperature: float = 1.0
    """Below 1 likely tokens are preferred, above 1 all become alike; 0 takes the likeliest."""
    top_k: int | None = None
    """Draw from so many likeliest tokens only."""
    seed: int = 0
    """The same prompt and seed give the same text."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Where a text begins, as the model reads it."""

    tokens: tuple[int, ...]
    notices: tuple[str, ...]
    """What the user should know about it, as sentences."""


@dataclass(frozen=True, slots=True)
class Language:
    """Where a network says which token comes next."""

    text: str
    """The field of tokens that it reads."""
    loss: LossPlace
    output: OutputPlace


def language(network: Network, fields: Mapping[str, Field]) -> Language | None:
    """How a network goes on with a text; None when it does something else.

    It reads one field of words or characters, and an output tells classes that are the same ones:
    for each step the token after it, or one token after the whole window.
    """
    read = [network.input_fields[name] for name in network.inputs if name in network.wiring.inputs]
    if len(read) != 1 or not fields[read[0]].words:
        return None
    for output in network.output_places:
        loss = next((one for one in network.losses if one.name == output.loss), None)
        if loss is None or loss.task != "classes" or output.reading == "scores":
            continue  # nothing says how likely a token is
        if fields[loss.target].classes == fields[read[0]].words:
            return Language(read[0], loss, output)
    return None


class Writer:
    """A network that goes on with texts, one after the other."""

    def __init__(self, network: Network, preprocessing: Preprocessing) -> None:
        """Raise DataError when the network does not predict the next token of a text."""
        found = language(network, preprocessing.fields)
        if found is None:
            raise DataError(
                "This model does not predict the next token of a text. Train one on a text for "
                "language models, with the next token as the target of its loss."
            )
        self._network, self._preprocessing, self._language = network, preprocessing, found
        self.field = preprocessing.fields[found.text]
        """The field that it reads."""
        self._speller = Speller.of(self.field)
        self._forbidden = [
            number for number, word in enumerate(self.field.words) if word in SPECIAL
        ]
        self._low, self._high, self._multiple = self._window()

    def read(self, text: str) -> Prompt:
        """A text as the model reads it. Raises DataError when there is too little of it."""
        numbered = self._speller.numbered(text)
        tokens = tuple(int(token) for token in numbered.tokens)
        noun = phrase("words") if self.field.joint else phrase("characters")
        if min(len(tokens), self._high) // self._multiple * self._multiple < max(self._low, 1):
            least = -(-max(self._low, 1) // self._multiple) * self._multiple
            raise DataError(
                "The model knows {count} {noun} of this prompt, but needs {least}. Give a "
                "longer one.",
                count=len(tokens),
                noun=noun,
                least=least,
            )
        return Prompt(tokens, unknown_pieces(self.field, [numbered.unknown]))

    def write(
        self, prompt: Prompt, sampling: Sampling | None = None, stop: MayStop = lambda: False
    ) -> Iterator[str]:
        """What comes after the prompt, token by token, each with what joins it to the last one."""
        sampling = sampling or Sampling()
        random = torch.Generator().manual_seed(sampling.seed)
        tokens = list(prompt.tokens)
        for _ in range(sampling.length):
            if stop():
                return
            token = _drawn(self.shares(tokens), sampling, random)
            tokens.append(token)
            yield self.field.joint + self.field.words[token]

    def shares(self, tokens: Sequence[int]) -> Tensor:
        """How likely each token of the vocabulary is to come next; none that only stands in."""
        count = min(len(tokens), self._high) // self._multiple * self._multiple
        window = np.array(tokens[len(tokens) - count :], dtype=np.int64)
        fields = self._encoded(window)
        network, (loss, output) = self._network, (self._language.loss, self._language.output)
        with torch.no_grad():
            outputs = network(*(fields[network.input_fields[name]] for name in network.inputs))
        scores = outputs[network.output_places.index(output)]
        shares = metrics.probabilities(loss, scores, output.reading)
        if loss.steps:
            shares = shares.movedim(loss.axis, -1)[:, count - 1]
        found = shares[0].clone()
        found[self._forbidden] = 0
        return found / found.sum()

    def _encoded(self, window: np.ndarray[tuple[int], np.dtype[np.int64]]) -> dict[str, Tensor]:
        name = self._language.text
        if not self.field.ragged:
            return {name: self._preprocessing.encode(name, window[None])}
        encoded = encode_ragged(self._preprocessing, name, Ragged.of([window]))
        assert encoded.lengths is not None  # a ragged field has them
        return {name: encoded.tensor, lengths_of(name): encoded.lengths}

    def _window(self) -> tuple[int, int, int]:
        """The fewest and the most tokens that are read at once, and what divides their number."""
        size = self.field.sizes[0]
        if isinstance(size, int):
            return size, size, 1
        domain = self._preprocessing.domains[size]
        if self.field.ragged:  # shorter ones are padded
            return 1, domain.high, 1
        return domain.low, domain.high, domain.multiple


def _drawn(shares: Tensor, sampling: Sampling, random: torch.Generator) -> int:
    if sampling.temperature == 0:
        return int(shares.argmax())
    scores = (shares / shares.max()).log() / sampling.temperature  # 0 for the likeliest
    if sampling.top_k is not None:
        least = scores.topk(min(sampling.top_k, len(scores))).values[-1]
        scores = scores.masked_fill(scores < least, float("-inf"))
    return int(torch.multinomial(scores.softmax(0), 1, generator=random))
