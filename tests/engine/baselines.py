"""What simple, well-known methods reach on a template's data, split as the template splits it."""

from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression

from engine.data.batching.splits import Batch, Split
from engine.data.prepare import Prepared, prepare
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
