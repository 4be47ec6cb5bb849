"""Which run, weights, split and time the figures of a view belong to, as one value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias

from PySide6.QtCore import QCoreApplication

from engine.runs import Run
from engine.runs.making import title_of_fold
from engine.runs.run_index import Summary
from graphs.document.document import Document

Part: TypeAlias = Literal["test", "valid", "train"]
"""Of the samples: ``train`` where a plan keeps none apart."""


@dataclass(frozen=True, slots=True)
class ShownRun:
    """Which run is in view. One more is announced whenever another is, or this one at another time.

    They are told apart by what they are, not by how they look: ``moment`` counts them.
    """

    folder: Path | None = None
    title: str = ""
    is_live: bool = False
    """Whether it is being trained, so that its weights change."""
    moment: int = 0


@dataclass(frozen=True, slots=True)
class Whose:
    """What stands above figures."""

    title: str
    document: str
    started: str
    """When the run was created, in UTC."""
    state: str
    epoch: int
    """The weights are those after this epoch; 0 when they are those of a step."""
    step: int
    epochs: int
    """As many are planned."""
    part: Part
    measured: datetime
    """When the figures were made."""

    def words(self, *, with_part: bool = True) -> str:
        """All of it on one line; without the part of the samples where another is looked at."""
        tr = QCoreApplication.translate
        if self.epoch:
            weights = tr("Whose", "weights of epoch {at} of {all}")
            weights = weights.format(at=self.epoch, all=self.epochs)
        else:
            weights = tr("Whose", "weights of step {step}").format(step=self.step)
        run = tr("Whose", "“{title}” of the document “{document}”")
        told = [
            run.format(title=self.title, document=self.document),
            weights if self.state == "finished" else f"{weights} ({self._state()})",
            *([part_words(self.part)] if with_part else []),
            tr("Whose", "begun {time}").format(time=local(self.started)),
        ]
        return " · ".join(told)

    def of_folds(self, folds: int) -> str:
        """Whose figures of a whole cross-validation are; this run is one of its folds."""
        tr, title = QCoreApplication.translate, self.title
        for fold in range(1, folds + 1):
            title = title.removesuffix(title_of_fold("", fold, folds))
        run = tr("Whose", "“{title}” of the document “{document}”")
        told = [
            run.format(title=title, document=self.document),
            tr("Whose", "all {folds} folds, each on a test split of its own").format(folds=folds),
            tr("Whose", "begun {time}").format(time=local(self.started)),
        ]
        return " · ".join(told)

    def tip(self, *, with_part: bool = True) -> str:
        """The same over several lines, with what else there is to know."""
        measured = QCoreApplication.translate("Whose", "measured {time:%Y-%m-%d %H:%M}")
        words = [*self.words(with_part=with_part).split(" · "), measured.format(time=self.measured)]
        if self.part == "valid" and with_part:
            words.append(
                QCoreApplication.translate(
                    "Whose",
                    "The run can still go on, so its test split stays unread; these are the "
                    "samples that its best weights were chosen by.",
                )
            )
        return "\n".join(words)

    def _state(self) -> str:
        return {
            "stopped": QCoreApplication.translate("Whose", "best so far, stopped"),
            "failed": QCoreApplication.translate("Whose", "best so far, failed"),
            "diverged": QCoreApplication.translate("Whose", "best so far, diverged"),
        }.get(self.state, QCoreApplication.translate("Whose", "best so far"))


def whose(run: Run, part: Part, epoch: int, step: int) -> Whose:
    """Whose the figures are that weights of this run come to on a part of its samples."""
    return Whose(
        run.title,
        run.name,
        run.about.started,
        run.state,
        epoch,
        step,
        run.document.plan.epochs,
        part,
        datetime.now().astimezone(),
    )


def is_of(run: Document, called: str, drawn: Document, stem: str) -> bool:
    """Whether what is drawn is the document that a run is of, which may have changed meanwhile.

    Ids of nodes that are drawn are chance, so a few in common show one origin; those of templates
    and proposals are not, so name or data have to agree, too, unless most nodes are in both.
    """
    mine, theirs = (
        {(id, node) for id, graph in document.graphs.items() for node in graph.nodes}
        for document in (run, drawn)
    )
    common = len(mine & theirs)
    if 2 * common > max(len(mine), len(theirs)):
        return True
    return common > 0 and (called == stem or _origin(run) == _origin(drawn))


def _origin(document: Document) -> tuple[str, object]:
    """Where the data of a document comes from, however it is read."""
    return document.data.source, document.data.settings.get("path")


def part_words(part: Part) -> str:
    """What a part of the samples is called."""
    return {
        "test": QCoreApplication.translate("Whose", "test split"),
        "valid": QCoreApplication.translate("Whose", "validation split"),
        "train": QCoreApplication.translate("Whose", "training samples"),
    }[part]


def short_part(part: str, held_out: Sequence[str]) -> str:
    """What a measured part is called beside a figure, whether or not it has samples of its own."""
    if part not in held_out:
        return QCoreApplication.translate("Whose", "training samples")
    names = {
        "valid": QCoreApplication.translate("Whose", "validation"),
        "test": QCoreApplication.translate("Whose", "test"),
    }
    return names[part]


def run_titles(runs: Sequence[Summary]) -> tuple[str, ...]:
    """What runs are called; where several are called alike, each with its start or its folder."""
    titles = [run.title for run in runs]
    further: tuple[Callable[[Summary], str], ...] = (
        lambda run: local(run.started),
        lambda run: local(run.started, "%Y-%m-%d %H:%M:%S"),
        lambda run: Path(run.folder).name,
        lambda run: run.folder,
    )
    for more in further:
        count = Counter(titles)
        titles = [
            title if count[title] == 1 else f"{run.title} ({more(run)})"
            for run, title in zip(runs, titles, strict=True)
        ]
    return tuple(titles)


def local(started: str, look: str = "%Y-%m-%d %H:%M") -> str:
    """A time in UTC as the user's clock shows it."""
    try:
        return f"{datetime.fromisoformat(started).astimezone():{look}}"
    except (ValueError, OverflowError):
        return started
