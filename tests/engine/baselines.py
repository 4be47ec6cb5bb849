"""What simple, well-known methods reach on a template's data, split as the template splits it."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression

from engine.data.batching.splits import Batch, Split
from engine.data.prepare import Prepared, prepare
from engine.measuring.sequences import ClassSeries, distances, right
from graphs.data.fields import lengths_of
from graphs.document.document import Document

Array = np.ndarray[Any, np.dtype[Any]]


def parted(document: Document) -> Prepared:
    """The data of a document as a run would see it."""
    return prepare(document.data, document.plan, "cpu")


def flat(part: Batch, *fields: str) -> Array:
    """Fields side by side, as one row of numbers per sample."""
    return np.concatenate([part[name].flatten(1).numpy() for name in fields], axis=1)


def whole(split: Split) -> Batch:
    """Every sample of a part."""
    return split.take(slice(None))


def components_error(document: Document, field: str, count: int) -> float:
    """Mean squared error of drawing ``field`` again from so many principal components."""
    prepared = parted(document)
    train, test = flat(whole(prepared.train), field), flat(whole(prepared.test()), field)
    components = PCA(count, random_state=0).fit(train)
    again = components.inverse_transform(components.transform(test))
    return float(np.square(again - test).mean())


def linear_r2(document: Document, target: str, *fields: str) -> float:
    """R2 of linear regression on the test split."""
    prepared = parted(document)
    train, test = whole(prepared.train), whole(prepared.test())
    model = LinearRegression().fit(flat(train, *fields), train[target].flatten().numpy())
    return float(model.score(flat(test, *fields), test[target].flatten().numpy()))


def logistic_accuracy(document: Document, target: str, *fields: str) -> float:
    """Accuracy of logistic regression on the test split."""
    prepared = parted(document)
    train, test = whole(prepared.train), whole(prepared.test())
    model = LogisticRegression(max_iter=2000).fit(flat(train, *fields), train[target].numpy())
    return float(model.score(flat(test, *fields), test[target].numpy()))


def differences_accuracy(document: Document, target: str, first: str, second: str) -> float:
    """Accuracy on the test split of boosted trees over how far two fields differ, by value."""
    prepared = parted(document)
    train, test = whole(prepared.train), whole(prepared.test())
    model = HistGradientBoostingClassifier(random_state=0)
    apart = [np.abs(flat(part, first) - flat(part, second)) for part in (train, test)]
    model.fit(apart[0], train[target].numpy())
    return float(model.score(apart[1], test[target].numpy()))


def repeated_error(document: Document, past: str, future: str, back: int) -> float:
    """Mean absolute error, in the data's units, of repeating the last ``back`` values."""
    prepared = parted(document)
    test, restore = whole(prepared.test()), prepared.preprocessing.restore
    wanted = restore(future, test[future])
    known = restore(past, test[past])[:, -back:, 0]
    repeats = -(-wanted.shape[1] // back)
    guess = known.repeat(1, repeats)[:, : wanted.shape[1]]
    return float((guess - wanted).abs().mean())


def three_gram_bits(document: Document, text: str, following: str) -> float:
    """Bits per character of a model that knows the two characters before.

    Counts of the training windows, smoothed after Witten and Bell (1991) by those of one character
    before and of none.
    """
    prepared, size = parted(document), len(document.data.fields[text].words)
    seen, wanted = (whole(prepared.train)[name].numpy() for name in (text, following))
    alone = np.bincount(wanted.ravel(), minlength=size) + 1.0
    twos = np.zeros((size, size))
    np.add.at(twos, (seen.ravel(), wanted.ravel()), 1)
    threes = np.zeros((size, size, size))
    np.add.at(threes, (seen[:, :-1].ravel(), seen[:, 1:].ravel(), wanted[:, 1:].ravel()), 1)
    after_one = _smoothed(twos, alone / alone.sum())
    after_two = _smoothed(threes, after_one)
    test = whole(prepared.test())
    seen, wanted = test[text].numpy(), test[following].numpy()
    first = after_one[seen[:, 0], wanted[:, 0]]
    others = after_two[seen[:, :-1], seen[:, 1:], wanted[:, 1:]]
    return float(-np.log2(np.concatenate((first, others.ravel()))).mean())


def _smoothed(counts: Array, otherwise: Array) -> Array:
    """Shares along the last axis, where ``otherwise`` counts as often as there were kinds."""
    kinds = np.maximum((counts > 0).sum(-1, keepdims=True), 1)
    shares: Array = (counts + kinds * otherwise) / (counts.sum(-1, keepdims=True) + kinds)
    return shares


def commonest_share(document: Document, target: str) -> float:
    """The accuracy of always saying the class that is most frequent in training."""
    prepared = parted(document)
    commonest = whole(prepared.train)[target].mode().values
    return float((whole(prepared.test())[target] == commonest).float().mean())


def bag_of_words_accuracy(document: Document, target: str, text: str) -> float:
    """Accuracy of logistic regression on how often each word is there, on the test split."""
    prepared, size = parted(document), len(document.data.fields[text].words)
    train, test = whole(prepared.train), whole(prepared.test())
    model = LogisticRegression(max_iter=2000)
    model.fit(_word_counts(train, text, size), train[target].numpy())
    return float(model.score(_word_counts(test, text, size), test[target].numpy()))


def _word_counts(part: Batch, text: str, size: int) -> Array:
    """Samples × words; padding is no word."""
    rows = zip(part[text].numpy(), part[lengths_of(text)].tolist(), strict=True)
    return np.stack([np.bincount(row[:real], minlength=size) for row, real in rows])


Cutting = Callable[[Array, int], list[Array]]
"""Cuts a picture into pieces; it is told how many things are in it, which it need not believe."""


def cut_evenly(picture: Array, count: int) -> list[Array]:
    """All that is drawn in it, in as many equal pieces as there are things."""
    drawn = np.flatnonzero(picture.any(axis=0))
    edges = np.linspace(drawn[0], drawn[-1] + 1, count + 1).astype(int)
    return [picture[:, start : max(end, start + 1)] for start, end in pairwise(edges)]


def cut_at_gaps(picture: Array, count: int) -> list[Array]:
    """What lies between columns in which nothing is drawn."""
    drawn = np.concatenate([[0], picture.any(axis=0), [0]]).astype(int)
    edges = np.flatnonzero(np.diff(drawn)).tolist()
    return [picture[:, start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def pieces_error(document: Document, strip: str, target: str, cut: Cutting) -> float:
    """Label error rate on the test split of telling pieces of a strip one by one.

    By logistic regression on pieces of the training strips that are as many as the things in them.
    """
    prepared = parted(document)
    train, test = whole(prepared.train), whole(prepared.test())
    pieces, classes = _pieces(train, strip, target, cut)
    whole_ones = [
        n
        for n, (cut_, own) in enumerate(zip(pieces, classes, strict=True))
        if len(cut_) == len(own)
    ]
    model = LogisticRegression(max_iter=1000)
    model.fit(
        np.concatenate([pieces[n] for n in whole_ones]),
        np.concatenate([classes[n] for n in whole_ones]),
    )
    pieces, _ = _pieces(test, strip, target, cut)
    said = [torch.from_numpy(model.predict(one)) for one in pieces]
    wanted = right(test[target], test[lengths_of(target)])
    lengths = torch.tensor([len(one) for one in said])
    off = distances(ClassSeries(torch.nn.utils.rnn.pad_sequence(said, True), lengths), wanted)
    return float(off.sum() / wanted.lengths.sum())


def _pieces(part: Batch, strip: str, target: str, cut: Cutting) -> tuple[list[Array], list[Array]]:
    """For each sample its pieces as rows of numbers, and what it shows."""
    rows = zip(part[target].numpy(), part[lengths_of(target)].tolist(), strict=True)
    classes = [row[:count] for row, count in rows]
    pictures = zip(part[strip].numpy(), classes, strict=True)
    return [
        np.stack([_in_a_box(one) for one in cut(picture[0], len(own))]) for picture, own in pictures
    ], classes


def _in_a_box(piece: Array) -> Array:
    """What is drawn in a piece, in the middle of 12 × 10 numbers in a row."""
    rows = np.flatnonzero(piece.any(axis=1))
    drawn = piece[rows[0] : rows[-1] + 1] if len(rows) else piece[:1]
    if drawn.shape[1] > 10:
        drawn = drawn[:, np.linspace(0, drawn.shape[1], 10, endpoint=False).astype(int)]
    box = np.zeros((12, 10), dtype=piece.dtype)
    top, left = (12 - drawn.shape[0]) // 2, (10 - drawn.shape[1]) // 2
    box[top : top + drawn.shape[0], left : left + drawn.shape[1]] = drawn
    return box.ravel()
