"""Classes that a network never recognises, said in words beside a high accuracy."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from graphs.wording.phrases import phrase

HIGH = 0.5
"""An accuracy from which nobody would look for classes that are never recognised."""
RARE = 0.5
"""Below this share of what a class has on average, it counts as rare."""
NAMED = 3
"""So many classes are named; more are counted."""


def remarks(known: Sequence[str], table: Tensor) -> tuple[str, ...]:
    """Sentences about classes that are there and of which nothing was recognised.

    ``table`` has a row for each right class and a column for each that was said.
    """
    there, right = table.sum(1).tolist(), table.diagonal().tolist()
    total = sum(there)
    if not total:
        return ()
    said = []
    missed = [at for at, count in enumerate(there) if count and not right[at]]
    accuracy = sum(right) / total
    if missed and accuracy >= HIGH:
        said.append(_missed(known, there, missed, accuracy))
    return tuple(said)


def _missed(
    known: Sequence[str], there: Sequence[int], missed: Sequence[int], accuracy: float
) -> str:
    count = sum(there[at] for at in missed)
    names = _listed([known[at] for at in missed])
    commonest = max(range(len(there)), key=there.__getitem__)
    of = (
        phrase("None of the {count} samples of {names} was", count=count, names=names)
        if count > 1
        else phrase("The one sample of {names} was not", names=names)
    )
    always = (
        phrase(", which is no more than always answering “{known}” reaches", known=known[commonest])
        if accuracy <= there[commonest] / sum(there)
        else ""
    )
    return phrase(
        "{of} recognised: precision and recall are 0 there, although the accuracy is "
        "{accuracy:.3g}{always}. {way}",
        of=of,
        accuracy=accuracy,
        always=always,
        way=_way_out(there, missed),
    )


def _way_out(there: Sequence[int], missed: Sequence[int]) -> str:
    """What helps: weights where classes are rare, and else more training."""
    usual = sum(there) / sum(1 for count in there if count)
    if min(there[at] for at in missed) < usual * RARE:
        return phrase("Let the loss weigh the classes, or add samples of it.")
    return phrase("It is as frequent as the others: train for more epochs, or try another network.")


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:NAMED])
    return (
        phrase("{shown} and {count} more", shown=shown, count=len(names) - NAMED)
        if names[NAMED:]
        else shown
    )
