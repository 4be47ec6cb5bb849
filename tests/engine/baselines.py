"""What simple, well-known methods reach on a template's data, split as the template splits it."""

from typing import Any

import numpy as np
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, LogisticRegression

from engine.data.prepare import Prepared, Split, prepare
from graphs.document import Document

Array = np.ndarray[Any, np.dtype[Any]]


def parted(document: Document) -> Prepared:
    """The data of a document as a run would see it."""
    return prepare(document.data, document.plan, "cpu")


def flat(split: Split, *fields: str) -> Array:
    """Fields side by side, as one row of numbers per sample."""
    return np.concatenate([split.tensors[name].flatten(1).numpy() for name in fields], axis=1)


def components_error(document: Document, field: str, count: int) -> float:
    """Mean squared error of drawing ``field`` again from so many principal components."""
    prepared = parted(document)
    train, test = flat(prepared.train, field), flat(prepared.test(), field)
    components = PCA(count, random_state=0).fit(train)
    again = components.inverse_transform(components.transform(test))
    return float(np.square(again - test).mean())


def linear_r2(document: Document, target: str, *fields: str) -> float:
    """R2 of linear regression on the test split."""
    prepared = parted(document)
    train, test = prepared.train, prepared.test()
    model = LinearRegression().fit(flat(train, *fields), train.tensors[target].flatten().numpy())
    return float(model.score(flat(test, *fields), test.tensors[target].flatten().numpy()))


def logistic_accuracy(document: Document, target: str, *fields: str) -> float:
    """Accuracy of logistic regression on the test split."""
    prepared = parted(document)
    train, test = prepared.train, prepared.test()
    model = LogisticRegression(max_iter=2000).fit(
        flat(train, *fields), train.tensors[target].numpy()
    )
    return float(model.score(flat(test, *fields), test.tensors[target].numpy()))


def repeated_error(document: Document, past: str, future: str, back: int) -> float:
    """Mean absolute error, in the data's units, of repeating the last ``back`` values."""
    prepared = parted(document)
    test, restore = prepared.test().tensors, prepared.preprocessing.restore
    wanted = restore(future, test[future])
    known = restore(past, test[past])[:, -back:, 0]
    repeats = -(-wanted.shape[1] // back)
    guess = known.repeat(1, repeats)[:, : wanted.shape[1]]
    return float((guess - wanted).abs().mean())
